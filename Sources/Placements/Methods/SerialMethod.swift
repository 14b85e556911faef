/// Students choose in turn, by lot; those with a lock have chosen already.
///
/// Every hard rule holds. Each takes the place that costs least by the objective, that is first by
/// wish and journey, then by fairness, then in the order of the cells.
struct SerialMethod {
    /// The students in the order of their lots.
    static func order(_ problem: Problem) -> [Int] {
        let students = problem.instance.students
        return students.indices.sorted {
            (students[$0].lottery, $0) < (students[$1].lottery, $1)
        }
    }

    /// The edge of each student, or -1.
    ///
    /// - Parameter before: An edge that a student keeps where there is still room; none where nil
    ///   or -1.
    static func run(_ problem: Problem, before: [Int?]? = nil) -> [Int] {
        var usage = Usage(problem)
        var chosen = problem.lockedEdge
        for edge in chosen where edge >= 0 { usage.add(problem.edges[edge]) }
        let order = order(problem)
        for student in order where chosen[student] < 0 {
            guard let edge = before?[student], edge >= 0, usage.hasRoom(problem.edges[edge]) else {
                continue
            }
            usage.add(problem.edges[edge])
            chosen[student] = edge
        }
        for student in order where chosen[student] < 0 {
            let wanted = cheapest(student, problem)
            guard let edge = wanted.first(where: { usage.hasRoom(problem.edges[$0]) }) else {
                continue
            }
            usage.add(problem.edges[edge])
            chosen[student] = edge
        }
        return chosen
    }

    /// The places of a student, what costs least first.
    static func cheapest(_ student: Int, _ problem: Problem) -> [Int] {
        problem.edges(of: student).sorted {
            let (a, b) = (problem.edges[$0], problem.edges[$1])
            return (a.cost, a.unfairness, $0) < (b.cost, b.unfairness, $1)
        }
    }
}
