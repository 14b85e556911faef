public import CivilCalendar
public import Engine

/// How somebody stands to a requirement on a day.
public enum RequirementState: Hashable, Sendable {
    /// It is there, and stays there for as long as was asked about.
    case held
    /// It is there, and runs out on this day.
    case expiring(CivilDay)
    /// It is not there, and need not be before this day.
    case ahead(CivilDay)
    /// It is not there; the level that is, where there is a lower one.
    case missing(has: LevelID?)
}

/// Where somebody works: what requirements follow from.
public struct Employment: Hashable, Sendable {
    public var unit: String
    public var position: String?
    /// Of a full position, in per cent.
    public var percentage: Int
    public var from: CivilDay
    /// The last day, or nil where there is none.
    public var until: CivilDay?

    public init(
        unit: String, position: String? = nil, percentage: Int = 100, from: CivilDay,
        until: CivilDay? = nil
    ) {
        self.unit = unit
        self.position = position
        self.percentage = percentage
        self.from = from
        self.until = until
    }

    /// Whether somebody works there on a day.
    public func covers(_ day: CivilDay) -> Bool {
        from <= day && (until.map { $0 >= day } ?? true)
    }
}

/// A requirement of somebody, and how they stand to it.
public struct GapLine: Hashable, Sendable {
    public let requirement: Requirement
    /// The profiles that ask for it.
    public let profiles: [ProfileID]
    public let state: RequirementState
}

extension Framework {
    /// What is asked of somebody by all the profiles that are for them: each competence once, at
    /// the highest level and the earliest day that any of them asks.
    public func requirements(
        position: String?, unitKind: String?, roles: Set<RoleID>
    ) -> [(requirement: Requirement, profiles: [ProfileID])] {
        var order: [CompetenceID] = []
        var found: [CompetenceID: (Requirement, [ProfileID])] = [:]
        for profile in profiles
        where profile.applies(position: position, unitKind: unitKind, roles: roles) {
            for requirement in profile.requires {
                if let (known, sources) = found[requirement.competence] {
                    found[requirement.competence] = (
                        stricter(known, requirement), sources + [profile.id]
                    )
                } else {
                    order.append(requirement.competence)
                    found[requirement.competence] = (requirement, [profile.id])
                }
            }
        }
        return order.compactMap { found[$0] }
    }

    private func stricter(_ a: Requirement, _ b: Requirement) -> Requirement {
        let ladder = ladder(of: a.competence)
        func rank(_ level: LevelID?) -> Int { level.flatMap { ladder?.rank(of: $0) } ?? -1 }
        func room(_ offset: Offset?) -> Int {
            offset.map { $0.months * 31 + $0.days + $0.workingDays * 2 } ?? 0
        }
        return Requirement(
            a.competence, level: rank(a.level) >= rank(b.level) ? a.level : b.level,
            within: room(a.within) <= room(b.within) ? a.within : b.within)
    }

    /// How somebody stands to a requirement.
    ///
    /// - Parameters:
    ///   - firstDay: Their first day where they work, from which `within` counts.
    ///   - horizon: What runs out by this day is told as expiring.
    public func state(
        of requirement: Requirement, in record: CompetenceRecord, firstDay: CivilDay?,
        horizon: CivilDay
    ) -> RequirementState {
        let ladder = ladder(of: requirement.competence)
        if let entry = record.lasting(
            requirement.competence, on: ladder, atLeast: requirement.level)
        {
            guard let until = entry.validUntil, until < horizon else { return .held }
            return .expiring(until)
        }
        if let firstDay, let within = requirement.within {
            let by = within.applied(to: firstDay, in: WorkingCalendar())
            if by >= record.day { return .ahead(by) }
        }
        return .missing(has: record.best(requirement.competence, on: ladder)?.level)
    }

    /// Everything that is asked of somebody where they work, and how they stand to it.
    public func gap(
        of record: CompetenceRecord, employment: Employment, unitKind: String?,
        roles: Set<RoleID>, firstDay: CivilDay?, horizon: CivilDay
    ) -> [GapLine] {
        requirements(position: employment.position, unitKind: unitKind, roles: roles).map {
            GapLine(
                requirement: $0.requirement, profiles: $0.profiles,
                state: state(
                    of: $0.requirement, in: record, firstDay: firstDay, horizon: horizon))
        }
    }
}
