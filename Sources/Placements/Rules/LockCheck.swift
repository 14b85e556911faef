/// Whether the locks can stand together, and a smallest set of those that cannot.
struct LockCheck {
    private let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// Locks that cannot stand together, and the rule by which.
    private struct Collision {
        var rule: RuleCode
        var about: String
        var edges: [Problem.Edge]
        var limit: Int
    }

    /// The smallest sets of locks that cannot stand together: of each every proper part can, and
    /// without the last one of each the rest can.
    func faults() -> [PlacementFault] {
        var locked = problem.lockedEdge.filter { $0 >= 0 }.map { problem.edges[$0] }
        if locked.isEmpty { return [] }
        let usage = Usage(problem)
        var faults: [PlacementFault] = []
        var seen: Set<PlacementFault> = []
        var told: Set<[Int]> = []
        while true {
            let found = collisions(locked, usage).map { smallest($0, usage) }
            if found.isEmpty { return faults }
            for each in found {
                // A limit says more than that supervisors would not suffice for the same locks.
                let isTold = !told.insert(each.edges.map(\.student)).inserted
                if isTold, each.rule == .tooMany { continue }
                let fault = PlacementFault.locksCollide(
                    rule: each.rule, about: each.about, locks: each.edges.map(lock),
                    limit: each.limit)
                if seen.insert(fault).inserted { faults.append(fault) }
            }
            let gone = Set(found.compactMap(\.edges.last?.student))
            locked.removeAll { gone.contains($0.student) }
        }
    }

    /// Those that break one rule together may break another with fewer of them.
    private func smallest(_ collision: Collision, _ usage: Usage) -> Collision {
        var smallest = collision
        var index = 0
        while index < smallest.edges.count {
            var part = smallest.edges
            part.remove(at: index)
            if let smaller = collisions(part, usage, atMost: 1).first {
                smallest = smaller
                index = 0
            } else {
                index += 1
            }
        }
        return smallest
    }

    /// The collisions of some locks: one for each lock that is too many at a limit.
    private func collisions(
        _ locked: [Problem.Edge], _ usage: Usage, atMost most: Int = .max
    ) -> [Collision] {
        // The rules are counts that do not depend on each other, so each is looked at alone.
        var found: [Collision] = []
        var standing: [Int: [Problem.Edge]] = [:]
        for edge in locked {
            for limit in usage.limits(of: edge) {
                let rule = usage.limits[limit]
                let others = standing[limit] ?? []
                if others.count < rule.most {
                    standing[limit] = others + [edge]
                    continue
                }
                found.append(
                    Collision(
                        rule: rule.rule, about: rule.about, edges: others + [edge],
                        limit: rule.most))
                if found.count >= most { return found }
            }
        }
        var byBlock: [Int: [Problem.Edge]] = [:]
        for edge in locked { byBlock[problem.cells[edge.cell].block, default: []].append(edge) }
        for (block, edges) in byBlock.sorted(by: { $0.key < $1.key }) where !suffices(block, edges)
        {
            let place = problem.instance.wards[problem.blocks[block].ward].id
            var standing: [Problem.Edge] = []
            for edge in edges {
                if suffices(block, standing + [edge]) {
                    standing.append(edge)
                    continue
                }
                found.append(
                    Collision(
                        rule: .tooMany, about: "supervisors of \(place)",
                        edges: standing + [edge], limit: standing.count))
                if found.count >= most { return found }
            }
        }
        return found
    }

    private func suffices(_ block: Int, _ edges: [Problem.Edge]) -> Bool {
        let pool = SupervisorPool(problem.blocks[block], in: problem.instance)
        var groups: [[Int]: Int] = [:]
        for edge in edges {
            let school = problem.names.schools[problem.instance.students[edge.student].school] ?? -1
            groups[[school, problem.cells[edge.cell].year], default: 0] += 1
        }
        return pool.suffices(
            groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
                SupervisorPool.Group(year: $0.key[1], count: $0.value)
            })
    }

    private func lock(_ edge: Problem.Edge) -> PlacementInstance.Lock {
        let cell = problem.instance.cells[edge.cell]
        return PlacementInstance.Lock(
            student: problem.instance.students[edge.student].id, ward: cell.ward,
            period: cell.period)
    }
}
