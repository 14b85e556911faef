/// Whether the locks can stand together, and a smallest set of those that cannot.
struct LockCheck {
    private let problem: Problem

    init(_ problem: Problem) { self.problem = problem }

    /// - Throws: locks of which every proper part can stand.
    func check() throws(PlacementFault) {
        let locked = problem.lockedEdge.filter { $0 >= 0 }.map { problem.edges[$0] }
        if locked.isEmpty { return }
        let usage = Usage(problem)
        // The rules are counts that do not depend on each other, so each is looked at alone.
        var standing: [[Problem.Edge]] = usage.limits.map { _ in [] }
        for edge in locked {
            for limit in usage.limits(of: edge) {
                standing[limit].append(edge)
                let rule = usage.limits[limit]
                if standing[limit].count > rule.most {
                    throw .locksCollide(
                        rule: rule.rule, about: rule.about, locks: standing[limit].map(lock),
                        limit: rule.most)
                }
            }
        }
        var byBlock: [Int: [Problem.Edge]] = [:]
        for edge in locked { byBlock[problem.cells[edge.cell].block, default: []].append(edge) }
        for (block, edges) in byBlock.sorted(by: { $0.key < $1.key }) where !suffices(block, edges)
        {
            var smallest = edges
            for edge in edges {
                let without = smallest.filter { $0.student != edge.student }
                if !suffices(block, without) { smallest = without }
            }
            let place = problem.instance.wards[problem.blocks[block].ward].id
            throw .locksCollide(
                rule: .tooMany, about: "supervisors of \(place)", locks: smallest.map(lock),
                limit: smallest.count - 1)
        }
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
