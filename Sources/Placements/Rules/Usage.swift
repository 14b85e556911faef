/// How full every limit is, so that one placement more can be tried.
///
/// The individual rules are the problem's edges; this holds the collective ones.
struct Usage {
    /// A limit that is shared by several students.
    struct Limit: Sendable {
        var rule: RuleCode
        var about: String
        var most: Int
    }

    /// Students of one school in one cell.
    struct GroupKey: Hashable, Sendable {
        var block: Int
        var school: Int
        var year: Int
    }

    private let problem: Problem
    let limits: [Limit]
    private let cellLimit: [Int]
    private let wardLimit: [[Int]: Int]
    private let institutionLimit: [[Int]: Int]
    private let agreementPeriodLimit: [[Int]: Int]
    private let agreementTotalLimit: [[Int]: Int]
    let pools: [SupervisorPool]
    private let schoolOf: [Int]
    private(set) var used: [Int]
    /// The students of each block by school and year.
    private var groups: [[(key: GroupKey, count: Int)]]

    init(_ problem: Problem) {
        self.problem = problem
        let instance = problem.instance
        let names = problem.names
        var limits: [Limit] = []
        cellLimit = problem.cells.indices.map { cell in
            limits.append(
                Limit(
                    rule: .cellCapacity, about: instance.cells[cell].name,
                    most: problem.cells[cell].capacity))
            return limits.count - 1
        }
        func totals(_ rule: RuleCode, _ places: [(id: String, most: [String: Int])]) -> [[Int]: Int]
        {
            var result: [[Int]: Int] = [:]
            for (number, place) in places.enumerated() {
                for (period, id) in instance.periods.enumerated() {
                    guard let most = place.most[id] else { continue }
                    result[[number, period]] = limits.count
                    limits.append(Limit(rule: rule, about: "\(place.id) \(id)", most: most))
                }
            }
            return result
        }
        wardLimit = totals(.wardTotal, instance.wards.map { ($0.id, $0.maximumPerPeriod) })
        institutionLimit = totals(
            .institutionTotal, instance.institutions.map { ($0.id, $0.maximumPerPeriod) })
        var byPeriod: [[Int]: Int] = [:]
        var byTotal: [[Int]: Int] = [:]
        for agreement in instance.agreements {
            let key = [
                names.schools[agreement.school] ?? -1,
                names.institutions[agreement.institution] ?? -1,
                names.professions[agreement.profession] ?? -1,
            ]
            let about = "\(agreement.school) \(agreement.institution) \(agreement.profession)"
            for (period, id) in instance.periods.enumerated() {
                byPeriod[key + [period]] = limits.count
                limits.append(
                    Limit(
                        rule: .agreementPeriod, about: "\(about) \(id)",
                        most: agreement.maximumPerPeriod))
            }
            if let most = agreement.maximumTotal {
                byTotal[key] = limits.count
                limits.append(Limit(rule: .agreementTotal, about: about, most: most))
            }
        }
        agreementPeriodLimit = byPeriod
        agreementTotalLimit = byTotal
        self.limits = limits
        used = Array(repeating: 0, count: limits.count)
        pools = problem.blocks.map { SupervisorPool($0, in: instance) }
        schoolOf = instance.students.map { names.schools[$0.school] ?? -1 }
        groups = problem.blocks.map { _ in [] }
    }

    func cellLimit(_ cell: Int) -> Int { cellLimit[cell] }

    func school(of student: Int) -> Int { schoolOf[student] }

    /// The limits that a student in a cell counts against.
    func limits(of edge: Problem.Edge) -> [Int] {
        let cell = problem.cells[edge.cell]
        var result = [cellLimit[edge.cell]]
        if let limit = wardLimit[[cell.ward, cell.period]] { result.append(limit) }
        if let limit = institutionLimit[[cell.institution, cell.period]] { result.append(limit) }
        let key = [schoolOf[edge.student], cell.institution, cell.profession]
        if let limit = agreementPeriodLimit[key + [cell.period]] { result.append(limit) }
        if let limit = agreementTotalLimit[key] { result.append(limit) }
        return result
    }

    func key(of edge: Problem.Edge) -> GroupKey {
        let cell = problem.cells[edge.cell]
        return GroupKey(block: cell.block, school: schoolOf[edge.student], year: cell.year)
    }

    /// The rules that stand against one placement more; empty where there is room.
    ///
    /// - Parameter method: By which places are given; the stable one looks at cells only.
    func blockers(_ edge: Problem.Edge, method: AllocationMethod? = nil) -> [RuleCode] {
        if method == .stable {
            let cell = limits[cellLimit[edge.cell]]
            return used[cellLimit[edge.cell]] >= cell.most ? [cell.rule] : []
        }
        var result: [RuleCode] = []
        for limit in limits(of: edge) where used[limit] >= limits[limit].most {
            result.append(limits[limit].rule)
        }
        if !supervisorsSuffice(key(of: edge)) { result.append(.noSupervisor) }
        return result
    }

    func hasRoom(_ edge: Problem.Edge) -> Bool {
        for limit in limits(of: edge) where used[limit] >= limits[limit].most { return false }
        return supervisorsSuffice(key(of: edge))
    }

    private func supervisorsSuffice(_ key: GroupKey) -> Bool {
        var present = groups[key.block].map {
            SupervisorPool.Group(
                year: $0.key.year, count: $0.count + ($0.key == key ? 1 : 0))
        }
        if !groups[key.block].contains(where: { $0.key == key }) {
            present.append(SupervisorPool.Group(year: key.year, count: 1))
        }
        return pools[key.block].suffices(present)
    }

    mutating func add(_ edge: Problem.Edge) { change(edge, by: 1) }

    mutating func remove(_ edge: Problem.Edge) { change(edge, by: -1) }

    private mutating func change(_ edge: Problem.Edge, by step: Int) {
        for limit in limits(of: edge) { used[limit] += step }
        let key = key(of: edge)
        if let found = groups[key.block].firstIndex(where: { $0.key == key }) {
            groups[key.block][found].count += step
        } else {
            groups[key.block].append((key, step))
        }
    }
}
