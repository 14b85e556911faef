/// What a plan makes of each supervisor of a ward, and why some do not count.
struct StaffReview {
    private let supply: PlacementSupply
    private let ward: PlacementSupply.Ward
    private let members: [Int]
    private var standing: [Int: [SupervisorStanding]] = [:]
    private var unitAt: [Int: [Int: CapacityPlan.Unit]] = [:]

    init(_ supply: PlacementSupply, ward: Int, members: [Int], plan: CapacityPlan) {
        self.supply = supply
        self.ward = supply.wards[ward]
        self.members = members
        for member in members {
            standing[member] = supply.periods.indices.map {
                SupervisorStanding(member, $0, in: supply)
            }
        }
        for unit in plan.units { unitAt[unit.supervisor, default: [:]][unit.period] = unit }
    }

    /// What the supervisors suffice for in one cell if they take nobody else.
    func alone(_ key: CapacityPlan.CellKey) -> Int {
        let length = PlacementWeek.count(supply.periods[key.period].weeks)
        var sum = 0
        for member in members where reason(member, key) == nil {
            let supervisor = supply.supervisors[member]
            guard case .present(let takesPair)? = standing[member]?[key.period],
                supervisor.maximumWeeks ?? Int.max >= length
            else { continue }
            var students = takesPair ? 2 : 1
            if let most = ward.studentsPerSupervisor {
                students = supervisor.percentage >= supply.rules.percentageForPair ? most : 1
            }
            sum += min(students, supervisor.maximumStudents ?? Int.max)
        }
        return min(sum, ward.maximumPerPeriod[supply.periods[key.period].id] ?? Int.max)
    }

    func parts(_ key: CapacityPlan.CellKey) -> CapacityReport.Parts {
        var parts = CapacityReport.Parts()
        for member in members
        where supply.supervisors[member].profession == key.profession {
            guard let unit = unitAt[member]?[key.period],
                let count = unit.students[key.year], count > 0
            else { continue }
            switch unit.kind {
            case .one: parts.one += 1
            case .pair: parts.pairs += 1
            case .coSupervised: parts.coSupervised += 1
            case .dense:
                parts.dense += count
                parts.denseSupervisors += 1
            }
        }
        return parts
    }

    func missing(_ key: CapacityPlan.CellKey) -> [CapacityReport.Missing] {
        var counts: [CapacityReport.Reason: Int] = [:]
        for member in members
        where supply.supervisors[member].profession == key.profession {
            if let unit = unitAt[member]?[key.period] {
                if unit.students[key.year, default: 0] > 0 { continue }
                counts[reason(member, key) ?? .takesOtherYear, default: 0] += 1
            } else {
                counts[reason(member, key) ?? idle(member, key), default: 0] += 1
            }
        }
        return CapacityReport.Reason.allCases.compactMap { reason in
            counts[reason].map { CapacityReport.Missing(reason: reason, supervisors: $0) }
        }
    }

    /// Why a supervisor cannot have a student of the cell, whoever else has; nil where it can be.
    private func reason(_ member: Int, _ key: CapacityPlan.CellKey) -> CapacityReport.Reason? {
        let supervisor = supply.supervisors[member]
        guard supervisor.profession == key.profession else { return .otherYears }
        switch standing[member]?[key.period] {
        case .notQualified?: return .notQualified
        case .positionTooSmall?: return .positionTooSmall
        case .notAvailable?: return .notAvailable
        case .onLeave?: return .onLeave
        case .present?, nil: break
        }
        if !supervisor.years.contains(key.year) { return .otherYears }
        if key.year == 3, supply.rules.thirdYearNeedsTrained, !supervisor.isTrained {
            return .untrained
        }
        return nil
    }

    /// Why a supervisor who could have students in the period has none.
    private func idle(_ member: Int, _ key: CapacityPlan.CellKey) -> CapacityReport.Reason {
        let load = load(member)
        let length = PlacementWeek.count(supply.periods[key.period].weeks)
        let hasTime = load.weeks + length <= load.maximumWeeks ?? Int.max
        let hasRoom = load.students < load.maximumStudents ?? Int.max
        return hasTime && hasRoom ? .wardFull : .loadUsed
    }

    func load(_ member: Int) -> CapacityReport.Load {
        let supervisor = supply.supervisors[member]
        let units = (unitAt[member] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        return CapacityReport.Load(
            supervisor: supervisor.id, ward: supervisor.ward,
            weeks: units.reduce(0) {
                $0 + PlacementWeek.count(supply.periods[$1.period].weeks)
            }, students: units.reduce(0) { $0 + $1.students.values.reduce(0, +) },
            maximumWeeks: supervisor.maximumWeeks, maximumStudents: supervisor.maximumStudents,
            periods: units.map { supply.periods[$0.period].id },
            coSupervised: units.filter { $0.kind == .coSupervised }
                .map { supply.periods[$0.period].id })
    }
}
