/// The supervisors of one block, and how they can be dealt among its students.
struct SupervisorPool: Sendable {
    struct Supervisor: Sendable {
        var number: Int
        /// The study years as bits.
        var years: UInt16
        var takesPair: Bool
    }

    /// Students who may share a supervisor: of one school, profession and year.
    struct Group: Sendable {
        var year: Int
        var count: Int
    }

    /// Those who take one student stand first, so that pairs are kept for pairs.
    let supervisors: [Supervisor]
    let pairSharesGroup: Bool

    init(_ block: Problem.Block, in instance: PlacementInstance) {
        let rules = instance.rules
        pairSharesGroup = rules.pairSharesGroup
        supervisors = block.supervisors.map { number in
            let supervisor = instance.supervisors[number]
            var years: UInt16 = 0
            for year in supervisor.years where (0..<16).contains(year) {
                if year == 3, rules.thirdYearNeedsTrained, !supervisor.isTrained { continue }
                years |= 1 << UInt16(year)
            }
            return Supervisor(
                number: number, years: years, takesPair: supervisor.maximumStudents == 2)
        }.filter { $0.years != 0 }.sorted {
            // The pickiest first; ties keep the order of the instance.
            if $0.takesPair != $1.takesPair { return !$0.takesPair }
            if $0.years.nonzeroBitCount != $1.years.nonzeroBitCount {
                return $0.years.nonzeroBitCount < $1.years.nonzeroBitCount
            }
            return $0.number < $1.number
        }
    }

    /// The supervisors of each group's students, or nil where they do not suffice.
    func deal(_ groups: [Group]) -> [[Int]]? {
        guard pairSharesGroup else { return dealSlots(groups) }
        let total = groups.reduce(0) { $0 + $1.count }
        if total == 0 { return groups.map { _ in [] } }
        var pairs = groups.map { _ in 0 }
        return search(groups, &pairs, 0, needed: total)
    }

    func takesPair(_ number: Int) -> Bool {
        supervisors.contains { $0.number == number && $0.takesPair }
    }

    /// Whether the supervisor is here and takes students of the year.
    func accepts(_ number: Int, _ year: Int) -> Bool {
        supervisors.contains { $0.number == number && $0.years & (1 << UInt16(year)) != 0 }
    }

    /// The supervisors but for some.
    func without(_ numbers: Set<Int>) -> SupervisorPool {
        SupervisorPool(
            supervisors: supervisors.filter { !numbers.contains($0.number) },
            pairSharesGroup: pairSharesGroup)
    }

    func suffices(_ groups: [Group]) -> Bool { deal(groups) != nil }

    /// Tries how many pairs each group forms, as few as are needed first.
    private func search(
        _ groups: [Group], _ pairs: inout [Int], _ index: Int, needed: Int
    ) -> [[Int]]? {
        if index == groups.count {
            return needed <= supervisors.count ? match(groups, pairs) : nil
        }
        // The rest can save at most one supervisor for every two students.
        let saving = groups[index...].reduce(0) { $0 + $1.count / 2 }
        if needed - saving > supervisors.count { return nil }
        let rest = saving - groups[index].count / 2
        for count in 0...groups[index].count / 2 {
            if needed - count - rest > supervisors.count { continue }
            pairs[index] = count
            if let dealt = search(groups, &pairs, index + 1, needed: needed - count) {
                return dealt
            }
        }
        pairs[index] = 0
        return nil
    }

    /// A unit is what one supervisor takes: a pair or one student.
    private struct Unit {
        var group: Int
        var isPair: Bool
    }

    private func match(_ groups: [Group], _ pairs: [Int]) -> [[Int]]? {
        var units: [Unit] = []
        for (index, group) in groups.enumerated() {
            for _ in 0..<pairs[index] { units.append(Unit(group: index, isPair: true)) }
            for _ in 0..<(group.count - 2 * pairs[index]) {
                units.append(Unit(group: index, isPair: false))
            }
        }
        var holder = supervisors.map { _ in -1 }
        for unit in units.indices {
            var seen = supervisors.map { _ in false }
            if !place(unit, units, groups, &holder, &seen) { return nil }
        }
        var dealt: [[Int]] = groups.map { _ in [] }
        for (index, unit) in holder.enumerated() where unit >= 0 {
            let times = units[unit].isPair ? 2 : 1
            for _ in 0..<times { dealt[units[unit].group].append(supervisors[index].number) }
        }
        return dealt
    }

    /// An augmenting path from the unit.
    private func place(
        _ unit: Int, _ units: [Unit], _ groups: [Group], _ holder: inout [Int],
        _ seen: inout [Bool]
    ) -> Bool {
        let year = UInt16(1) << UInt16(groups[units[unit].group].year)
        for (index, supervisor) in supervisors.enumerated()
        where !seen[index] && supervisor.years & year != 0
            && (supervisor.takesPair || !units[unit].isPair)
        {
            seen[index] = true
            if holder[index] < 0 || place(holder[index], units, groups, &holder, &seen) {
                holder[index] = unit
                return true
            }
        }
        return false
    }

    /// Where a pair need not share anything, a supervisor is as many slots as students.
    private func dealSlots(_ groups: [Group]) -> [[Int]]? {
        let slots = supervisors.flatMap { $0.takesPair ? [$0, $0] : [$0] }.map {
            Supervisor(number: $0.number, years: $0.years, takesPair: false)
        }
        return SupervisorPool(supervisors: slots, pairSharesGroup: false).match(
            groups, groups.map { _ in 0 })
    }

    private init(supervisors: [Supervisor], pairSharesGroup: Bool) {
        self.supervisors = supervisors
        self.pairSharesGroup = pairSharesGroup
    }
}
