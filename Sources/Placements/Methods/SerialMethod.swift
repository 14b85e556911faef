/// Students choose in turn, by lot; those with a lock have chosen already.
///
/// Every hard rule holds. Each takes the place that costs least by the objective, that is first by
/// wish and journey, then by fairness, then in the order of the cells.
struct SerialMethod {
    /// The edge of each student, or -1.
    static func run(_ problem: Problem) -> [Int] {
        var usage = Usage(problem)
        var chosen = problem.lockedEdge
        for edge in chosen where edge >= 0 { usage.add(problem.edges[edge]) }
        let students = problem.instance.students
        let order = students.indices.sorted {
            (students[$0].lottery, $0) < (students[$1].lottery, $1)
        }
        for student in order where chosen[student] < 0 {
            let wanted = problem.edges(of: student).sorted {
                let (a, b) = (problem.edges[$0], problem.edges[$1])
                return (a.cost, a.unfairness, $0) < (b.cost, b.unfairness, $1)
            }
            guard let edge = wanted.first(where: { usage.hasRoom(problem.edges[$0]) }) else {
                continue
            }
            usage.add(problem.edges[edge])
            chosen[student] = edge
        }
        return chosen
    }
}
