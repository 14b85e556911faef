/// The whole-number programme of the upper tier.
struct SplitProgram {
    /// What is looked at, one after the other.
    enum Level {
        /// Places given out; as many as can be.
        case total
        /// How far schools are from their fair parts; as little as can be.
        case unfairness
        /// How far from preferred partners.
        case tier
        /// The first needs and institutions first, so that the answer is the same every time.
        case order
    }

    /// A school and a profession.
    struct Pair: Hashable {
        var school: String
        var profession: String
        var need: Int
    }

    private struct Column {
        var need: Int
        var pair: Int
        var institution: String
        var period: String
        var tier: Int
        var least: Int
        var most: Int
        var rows: [Int]
    }

    private let question: SplitQuestion
    private var columns: [Column] = []
    private var rows: [Int] = []
    private(set) var pairs: [Pair] = []
    private var aims: [Int: Int] = [:]
    private var held: [(profession: String, total: Int)] = []

    init(_ question: SplitQuestion, _ instance: PlacementInstance) {
        self.question = question
        let places = InstitutionPlaces(instance)
        var pairAt: [[String]: Int] = [:]
        var pairOf: [Int] = []
        for need in question.needs {
            let key = [need.school, need.profession]
            if pairAt[key] == nil {
                pairAt[key] = pairs.count
                pairs.append(Pair(school: need.school, profession: need.profession, need: 0))
            }
            pairOf.append(pairAt[key] ?? 0)
            pairs[pairAt[key] ?? 0].need += need.count
        }
        var rowAt: [String: Int] = [:]
        func row(_ name: String, _ most: Int?) -> [Int] {
            guard let most else { return [] }
            if let found = rowAt[name] { return [found] }
            rowAt[name] = rows.count
            rows.append(most)
            return [rows.count - 1]
        }
        let locked = Self.locked(question, instance)
        for (number, need) in question.needs.enumerated() where need.count > 0 {
            let ownRow = row("need \(number)", need.count)
            for agreement in instance.agreements
            where agreement.school == need.school && agreement.profession == need.profession {
                let place = agreement.institution
                let name = "\(need.school) \(place) \(need.profession)"
                for period in need.periods {
                    let key = "\(place) \(need.profession) \(period)"
                    let offered = places.offered["\(key) \(need.year)"] ?? 0
                    if offered == 0 { continue }
                    let all =
                        ownRow + row("offer \(key) \(need.year)", offered)
                        + row("staff \(key)", places.supervised[key])
                        + row("place \(place) \(period)", places.most["\(place) \(period)"])
                        + row("quota \(name) \(period)", agreement.maximumPerPeriod)
                        + row("total \(name)", agreement.maximumTotal)
                    columns.append(
                        Column(
                            need: number, pair: pairOf[number], institution: place,
                            period: period, tier: agreement.tier,
                            least: locked["\(number) \(place) \(period)"] ?? 0,
                            most: min(need.count, offered), rows: all))
                }
            }
        }
    }

    /// How many of each need are locked to an institution and period.
    private static func locked(
        _ question: SplitQuestion, _ instance: PlacementInstance
    ) -> [String: Int] {
        let names = Names(instance)
        var result: [String: Int] = [:]
        for lock in instance.locks {
            guard let student = names.students[lock.student].map({ instance.students[$0] }),
                let ward = names.wards[lock.ward]
            else { continue }
            let need = question.needs.firstIndex {
                $0.school == student.school && $0.profession == student.profession
                    && $0.year == student.year && $0.periods.contains(lock.period)
            }
            guard let need else { continue }
            let place = instance.wards[ward].institution
            result["\(need) \(place) \(lock.period)", default: 0] += 1
        }
        return result
    }

    /// What a school and profession should come near.
    mutating func aim(_ pair: Int, _ fair: Int) { aims[pair] = fair }

    /// Keeps a profession's places from going to another one.
    mutating func hold(_ profession: String, _ total: Int) { held.append((profession, total)) }

    func fair(_ pair: Pair) -> Int {
        pairs.firstIndex(of: pair).flatMap { aims[$0] } ?? 0
    }

    // MARK: - Solving

    /// The best in the last of the levels, the values of those before it being kept.
    func solve(_ levels: [Level], _ reached: [Int], _ isProven: inout Bool) -> [Int]? {
        var linear = LinearModel()
        for most in rows { _ = linear.addRow(-LinearModel.unlimited, most) }
        let kept = reached.map { linear.addRow($0, LinearModel.unlimited) }
        let heldRows = held.map { linear.addRow($0.total, LinearModel.unlimited) }
        let aimed = aims.keys.sorted()
        var aimRow: [Int: Int] = [:]
        for pair in aimed { aimRow[pair] = linear.addRow(aims[pair] ?? 0, aims[pair] ?? 0) }
        let level = levels[reached.count]
        for (index, column) in columns.enumerated() {
            var entries = column.rows.map { (row: $0, value: 1) }
            for (row, level) in zip(kept, levels) {
                entries.append((row, coefficient(level, index)))
            }
            for (row, one) in zip(heldRows, held)
            where one.profession == pairs[column.pair].profession {
                entries.append((row, 1))
            }
            if let row = aimRow[column.pair] { entries.append((row, 1)) }
            linear.addColumn(
                objective: -coefficient(level, index), from: column.least, to: column.most,
                isInteger: true, entries)
        }
        for pair in aimed {
            for sign in [1, -1] {
                let entries =
                    [(row: aimRow[pair] ?? 0, value: sign)]
                    + zip(kept, levels).map { (row: $0, value: $1 == .unfairness ? -1 : 0) }
                linear.addColumn(
                    objective: level == .unfairness ? 1 : 0, to: pairs[pair].need,
                    isInteger: true, entries)
            }
        }
        let found = BranchAndBound.solve(linear)
        isProven = isProven && found.isProven
        return found.solution
    }

    /// What is maximised.
    private func coefficient(_ level: Level, _ index: Int) -> Int {
        switch level {
        case .total: 1
        case .unfairness: 0
        case .tier: -(columns[index].tier - 1)
        case .order: columns.count - index
        }
    }

    func value(_ level: Level, _ solution: [Int]) -> Int {
        if level == .unfairness { return -solution.dropFirst(columns.count).reduce(0, +) }
        return columns.indices.reduce(0) { $0 + coefficient(level, $1) * solution[$1] }
    }

    /// The places of each school and profession.
    func counts(_ solution: [Int]) -> [Int] {
        var counts = pairs.map { _ in 0 }
        for (column, value) in zip(columns, solution) { counts[column.pair] += value }
        return counts
    }

    func allotments(_ solution: [Int]) -> [SchoolSplit.Allotment] {
        var order: [SchoolSplit.Allotment] = []
        var counts: [SchoolSplit.Allotment: Int] = [:]
        for (column, value) in zip(columns, solution) where value > 0 {
            let need = question.needs[column.need]
            let key = SchoolSplit.Allotment(
                school: need.school, institution: column.institution, profession: need.profession,
                year: need.year, period: column.period, count: 0)
            if counts[key] == nil { order.append(key) }
            counts[key, default: 0] += value
        }
        return order.map { key in
            var allotment = key
            allotment.count = counts[key] ?? 0
            return allotment
        }
    }
}

/// What institutions offer in all, by their wards' cells, limits and supervisors.
private struct InstitutionPlaces {
    /// By institution, profession, period and year.
    var offered: [String: Int] = [:]
    /// By institution, profession and period; what the supervisors can take at most.
    var supervised: [String: Int] = [:]
    /// By institution and period.
    var most: [String: Int] = [:]

    init(_ instance: PlacementInstance) {
        let names = Names(instance)
        var staff: [String: Int] = [:]
        for supervisor in instance.supervisors {
            for period in Set(supervisor.periods) {
                staff["\(supervisor.ward) \(supervisor.profession) \(period)", default: 0] +=
                    supervisor.maximumStudents
            }
        }
        var seen: Set<String> = []
        for cell in instance.cells {
            guard let ward = names.wards[cell.ward].map({ instance.wards[$0] }) else { continue }
            let key = "\(ward.institution) \(cell.profession) \(cell.period)"
            let limit = ward.maximumPerPeriod[cell.period] ?? Int.max
            offered["\(key) \(cell.year)", default: 0] += min(cell.capacity, limit)
            let block = "\(cell.ward) \(cell.profession) \(cell.period)"
            if seen.insert(block).inserted {
                supervised[key, default: 0] += min(staff[block] ?? 0, limit)
            }
        }
        for institution in instance.institutions {
            for period in instance.periods {
                let wards = instance.wards.filter { $0.institution == institution.id }
                // Wards without a limit of their own make this one open.
                let limits = wards.map { $0.maximumPerPeriod[period] }
                let sum = limits.reduce(0) { $0 + ($1 ?? 0) }
                let isClosed = !limits.contains { $0 == nil }
                let own = institution.maximumPerPeriod[period]
                let least = [own, isClosed ? sum : nil].compactMap { $0 }.min()
                most["\(institution.id) \(period)"] = least
            }
        }
    }
}
