/// When the supervisors of a block suffice, as rows over the sizes and pairs of its groups.
///
/// With p pairs a group of n students needs n - p supervisors, p of whom take pairs. Hall's theorem
/// says when they can be dealt: for all study years A and B within A, pairs of A and single
/// students of B never outnumber those who could take one of them.
struct SupervisionRows {
    struct Row {
        var sizes: [Int]
        var pairs: [Int]
        var most: Int
        /// Whether supervisors who take one student count in it.
        var countsSingles = false
    }

    private(set) var rows: [Row] = []
    /// The most students and pairs of each group.
    private(set) var most: [Int]
    private(set) var pairs: [Int]

    /// - Parameter isElastic: Whether the most hold for more supervisors than there are, too.
    init(_ pool: SupervisorPool, groups: [(year: Int, most: Int)], isElastic: Bool = false) {
        func count(_ years: UInt16, pairsOnly: Bool) -> Int {
            pool.supervisors.count { $0.years & years != 0 && ($0.takesPair || !pairsOnly) }
        }
        func bit(_ year: Int) -> UInt16 { 1 << UInt16(year) }
        most = groups.map { group in
            if isElastic { return group.most }
            let all = count(bit(group.year), pairsOnly: false)
            return min(group.most, all + count(bit(group.year), pairsOnly: true))
        }
        pairs = groups.map { _ in 0 }
        let years = Set(groups.map { bit($0.year) }).sorted()
        if !pool.pairSharesGroup {
            addSlotRows(pool, groups, years)
            return
        }
        for (index, group) in groups.enumerated() {
            let takers = isElastic ? Int.max : count(bit(group.year), pairsOnly: true)
            pairs[index] = min(most[index] / 2, takers)
        }
        for (index, _) in groups.enumerated() where pairs[index] > 0 {
            // A pair is two students.
            var row = Row(
                sizes: groups.map { _ in 0 }, pairs: groups.map { _ in 0 }, most: 0)
            row.sizes[index] = -1
            row.pairs[index] = 2
            rows.append(row)
        }
        var found: [(wide: UInt16, narrow: UInt16, most: Int)] = []
        for wide in Self.subsets(years) where wide != 0 {
            for narrow in Self.subsets(years) where narrow & ~wide == 0 {
                let most =
                    count(wide, pairsOnly: true)
                    + pool.supervisors.count { !$0.takesPair && $0.years & narrow != 0 }
                found.append((wide, narrow, most))
            }
        }
        for one in found {
            // More demand under the same limit says more.
            let isImplied = found.contains { other in
                (other.wide, other.narrow) != (one.wide, one.narrow) && other.most <= one.most
                    && other.wide & one.wide == one.wide && other.narrow & one.narrow == one.narrow
            }
            if !isImplied { add(one, groups) }
        }
    }

    private mutating func add(
        _ condition: (wide: UInt16, narrow: UInt16, most: Int), _ groups: [(year: Int, most: Int)]
    ) {
        var row = Row(
            sizes: groups.map { _ in 0 }, pairs: groups.map { _ in 0 }, most: condition.most,
            countsSingles: condition.narrow != 0)
        var demand = 0
        for (index, group) in groups.enumerated() {
            let year = UInt16(1) << UInt16(group.year)
            if condition.narrow & year != 0 {
                row.sizes[index] = 1
                row.pairs[index] = -1
                demand += most[index]
            } else if condition.wide & year != 0 {
                row.pairs[index] = 1
                demand += pairs[index]
            }
        }
        if demand > condition.most { rows.append(row) }
    }

    private mutating func addSlotRows(
        _ pool: SupervisorPool, _ groups: [(year: Int, most: Int)], _ years: [UInt16]
    ) {
        for subset in Self.subsets(years) where subset != 0 {
            let slots = pool.supervisors.reduce(0) {
                $0 + ($1.years & subset == 0 ? 0 : $1.takesPair ? 2 : 1)
            }
            var row = Row(
                sizes: groups.map { _ in 0 }, pairs: groups.map { _ in 0 }, most: slots,
                countsSingles: true)
            var demand = 0
            for (index, group) in groups.enumerated()
            where subset & (UInt16(1) << UInt16(group.year)) != 0 {
                row.sizes[index] = 1
                demand += most[index]
            }
            if demand > slots { rows.append(row) }
        }
    }

    /// All unions of the years.
    private static func subsets(_ years: [UInt16]) -> [UInt16] {
        years.reduce(into: [UInt16(0)]) { sets, year in sets += sets.map { $0 | year } }
    }
}
