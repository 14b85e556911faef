/// Gives each placed student a named supervisor.
struct Dealing {
    private let problem: Problem
    /// Who had whom before, by student; kept where nothing speaks against it.
    private let before: [String: PlacementAllocation.Assignment]

    init(_ problem: Problem, base: PlacementAllocation? = nil) {
        self.problem = problem
        var before: [String: PlacementAllocation.Assignment] = [:]
        for assignment in base?.assignments ?? [] { before[assignment.student] = assignment }
        self.before = before
    }

    /// The allocation of the chosen edges, or nil where the supervisors do not suffice.
    func allocation(_ chosen: [Int]) -> PlacementAllocation? {
        let instance = problem.instance
        var supervisorOf = [String?](repeating: nil, count: chosen.count)
        var members: [[Int]] = problem.blocks.map { _ in [] }
        for edge in chosen where edge >= 0 {
            members[problem.cells[problem.edges[edge].cell].block].append(edge)
        }
        for (block, edges) in members.enumerated() where !edges.isEmpty {
            guard let dealt = deal(edges, block) else { return nil }
            for (edge, supervisor) in zip(dealt.edges, dealt.supervisors) {
                supervisorOf[problem.edges[edge].student] = instance.supervisors[supervisor].id
            }
        }
        var result = PlacementAllocation(instance: instance.name, assignments: [])
        for (student, edge) in chosen.enumerated() where edge >= 0 {
            let cell = instance.cells[problem.edges[edge].cell]
            result.assignments.append(
                PlacementAllocation.Assignment(
                    student: instance.students[student].id, ward: cell.ward, period: cell.period,
                    supervisor: supervisorOf[student]))
        }
        return result
    }

    private func deal(_ edges: [Int], _ block: Int) -> (edges: [Int], supervisors: [Int])? {
        let students = problem.instance.students
        var groups: [(school: String, year: Int, edges: [Int])] = []
        for edge in edges {
            let student = students[problem.edges[edge].student]
            if let found = groups.firstIndex(where: {
                $0.school == student.school && $0.year == student.year
            }) {
                groups[found].edges.append(edge)
            } else {
                groups.append((student.school, student.year, [edge]))
            }
        }
        let pool = SupervisorPool(problem.blocks[block], in: problem.instance)
        let dealt = pool.deal(
            groups.map { SupervisorPool.Group(year: $0.year, count: $0.edges.count) })
        guard let dealt else { return nil }
        var result: (edges: [Int], supervisors: [Int]) = ([], [])
        for (group, var supervisors) in zip(groups, dealt) {
            // Within a group anybody may change with anybody.
            var rest: [Int] = []
            for edge in group.edges {
                let old = before[students[problem.edges[edge].student].id]?.supervisor
                let number = old.flatMap { problem.names.supervisors[$0] }
                if let number, let found = supervisors.firstIndex(of: number) {
                    supervisors.remove(at: found)
                    result.edges.append(edge)
                    result.supervisors.append(number)
                } else {
                    rest.append(edge)
                }
            }
            result.edges += rest
            result.supervisors += supervisors
        }
        return result
    }
}
