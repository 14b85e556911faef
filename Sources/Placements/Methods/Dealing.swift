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
        let kept = keep(groups.map(\.edges), groups.map(\.year), pool)
        if let kept, let rest = deal(kept.rest, groups.map(\.year), kept.pool) {
            return (kept.edges + rest.edges, kept.supervisors + rest.supervisors)
        }
        return deal(groups.map(\.edges), groups.map(\.year), pool)
    }

    private func deal(
        _ groups: [[Int]], _ years: [Int], _ pool: SupervisorPool
    ) -> (edges: [Int], supervisors: [Int])? {
        let dealt = pool.deal(
            zip(years, groups).map { SupervisorPool.Group(year: $0, count: $1.count) })
        return dealt.map { (groups.flatMap { $0 }, $0.flatMap { $0 }) }
    }

    /// What stays as it was: students with their supervisors, and who and what is left to deal.
    private func keep(
        _ groups: [[Int]], _ years: [Int], _ pool: SupervisorPool
    ) -> (edges: [Int], supervisors: [Int], rest: [[Int]], pool: SupervisorPool)? {
        if before.isEmpty || !pool.pairSharesGroup { return nil }
        var edges: [Int] = []
        var supervisors: [Int] = []
        var rest: [[Int]] = []
        var holders: [Int: (group: Int, count: Int)] = [:]
        for (group, members) in groups.enumerated() {
            rest.append([])
            for edge in members {
                if let number = previous(edge), pool.accepts(number, years[group]),
                    holders[number].map({
                        $0.group == group && pool.takesPair(number) && $0.count == 1
                    })
                        ?? true
                {
                    holders[number] = (group, (holders[number]?.count ?? 0) + 1)
                    edges.append(edge)
                    supervisors.append(number)
                } else {
                    rest[group].append(edge)
                }
            }
        }
        // A second student may join one of the same group.
        for (number, holder) in holders.sorted(by: { $0.key < $1.key })
        where holder.count == 1 && pool.takesPair(number) {
            if let edge = rest[holder.group].popLast() {
                edges.append(edge)
                supervisors.append(number)
            }
        }
        return (edges, supervisors, rest, pool.without(Set(holders.keys)))
    }

    /// The supervisor that a student had at the same ward in the same period.
    private func previous(_ edge: Int) -> Int? {
        let student = problem.instance.students[problem.edges[edge].student]
        let cell = problem.instance.cells[problem.edges[edge].cell]
        guard let old = before[student.id], old.ward == cell.ward, old.period == cell.period else {
            return nil
        }
        return old.supervisor.flatMap { problem.names.supervisors[$0] }
    }
}
