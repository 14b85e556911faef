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

    /// - Throws: locks of which every proper part can stand.
    func check() throws(PlacementFault) {
        let locked = problem.lockedEdge.filter { $0 >= 0 }.map { problem.edges[$0] }
        if locked.isEmpty { return }
        let usage = Usage(problem)
        guard var smallest = collision(locked, usage) else { return }
        // Those that break one rule together may break another with fewer of them.
        var index = 0
        while index < smallest.edges.count {
            var part = smallest.edges
            part.remove(at: index)
            if let smaller = collision(part, usage) {
                smallest = smaller
                index = 0
            } else {
                index += 1
            }
        }
        throw .locksCollide(
            rule: smallest.rule, about: smallest.about, locks: smallest.edges.map(lock),
            limit: smallest.limit)
    }

    /// The first collision of some locks.
    private func collision(_ locked: [Problem.Edge], _ usage: Usage) -> Collision? {
        // The rules are counts that do not depend on each other, so each is looked at alone.
        var standing: [[Problem.Edge]] = usage.limits.map { _ in [] }
        for edge in locked {
            for limit in usage.limits(of: edge) {
                standing[limit].append(edge)
                let rule = usage.limits[limit]
                if standing[limit].count > rule.most {
                    return Collision(
                        rule: rule.rule, about: rule.about, edges: standing[limit],
                        limit: rule.most)
                }
            }
        }
        var byBlock: [Int: [Problem.Edge]] = [:]
        for edge in locked { byBlock[problem.cells[edge.cell].block, default: []].append(edge) }
        for (block, edges) in byBlock.sorted(by: { $0.key < $1.key }) where !suffices(block, edges)
        {
            let place = problem.instance.wards[problem.blocks[block].ward].id
            return Collision(
                rule: .tooMany, about: "supervisors of \(place)", edges: edges,
                limit: edges.count - 1)
        }
        return nil
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
