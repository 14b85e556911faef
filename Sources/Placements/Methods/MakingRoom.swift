/// Places students for whom there is room if one other goes elsewhere.
///
/// It proves nothing, and is for where the search ended before it had anything better than students
/// who chose in turn: every placement more is worth all that comes after in the objective.
struct MakingRoom {
    private let problem: Problem
    private var usage: Usage
    private var chosen: [Int]
    /// Who is in each block, but for those with a lock.
    private var inside: [[Int]]

    /// - Parameter chosen: The edge of each student, or -1; it keeps every rule, and so does what
    ///   comes of it.
    static func run(_ problem: Problem, _ chosen: [Int], isOver: () -> Bool) -> [Int] {
        var making = MakingRoom(problem, chosen)
        let students = problem.instance.students
        let order = SerialMethod.order(problem).filter { chosen[$0] < 0 }
        for student in order.filter({ students[$0].hasPriority })
            + order.filter({ !students[$0].hasPriority })
        {
            if isOver() { break }
            making.place(student)
        }
        return making.chosen
    }

    private init(_ problem: Problem, _ chosen: [Int]) {
        self.problem = problem
        self.chosen = chosen
        usage = Usage(problem)
        inside = problem.blocks.map { _ in [] }
        for (student, edge) in chosen.enumerated() where edge >= 0 {
            usage.add(problem.edges[edge])
            if problem.lockedEdge[student] < 0 {
                inside[problem.cells[problem.edges[edge].cell].block].append(student)
            }
        }
    }

    private mutating func place(_ student: Int) {
        for edge in SerialMethod.cheapest(student, problem) {
            let wanted = problem.edges[edge]
            if usage.hasRoom(wanted) { return take(edge) }
            for other in inside[problem.cells[wanted.cell].block] {
                let left = problem.edges[chosen[other]]
                usage.remove(left)
                if usage.hasRoom(wanted) {
                    usage.add(wanted)
                    if let found = elsewhere(other) {
                        usage.remove(wanted)
                        inside[problem.cells[left.cell].block].removeAll { $0 == other }
                        take(found)
                        return take(edge)
                    }
                    usage.remove(wanted)
                }
                usage.add(left)
            }
        }
    }

    private mutating func take(_ edge: Int) {
        let taken = problem.edges[edge]
        usage.add(taken)
        chosen[taken.student] = edge
        inside[problem.cells[taken.cell].block].append(taken.student)
    }

    /// Another place for a student who gives one up; nil where none has room.
    private func elsewhere(_ student: Int) -> Int? {
        SerialMethod.cheapest(student, problem).first { edge in
            let cell = problem.edges[edge].cell
            return edge != chosen[student]
                // Most cells are full, which is seen at once.
                && usage.used[usage.cellLimit(cell)] < problem.cells[cell].capacity
                && usage.hasRoom(problem.edges[edge])
        }
    }
}
