/// Whether a supervisor can have students in a period, before the year's load is looked at.
public enum SupervisorStanding: Hashable, Sendable {
    /// There, and takes a pair or not.
    case present(takesPair: Bool)
    case notQualified
    case positionTooSmall
    /// Does not work then.
    case notAvailable
    /// Would work then, and is away.
    case onLeave

    /// How the supervisor with a number stands in the period with a number.
    public init(_ supervisor: Int, _ period: Int, in supply: PlacementSupply) {
        let one = supply.supervisors[supervisor]
        let rules = supply.rules
        guard one.isQualified else {
            self = .notQualified
            return
        }
        guard one.percentage >= rules.percentageForOne else {
            self = .positionTooSmall
            return
        }
        let absences = supply.absences.filter { $0.supervisor == one.id }.map(\.weeks)
        var away = 0
        var awayByPlan = 0
        let weeks = supply.periods[period].weeks
        var week = weeks.lowerBound
        while week <= weeks.upperBound {
            let works =
                one.available.isEmpty || one.available.contains { $0.contains(week) }
            if !works { awayByPlan += 1 }
            if !works || absences.contains(where: { $0.contains(week) }) { away += 1 }
            week = week.following
        }
        if awayByPlan > rules.weeksAway {
            self = .notAvailable
        } else if away > rules.weeksAway {
            self = .onLeave
        } else {
            self = .present(
                takesPair: one.takesPair && one.percentage >= rules.percentageForPair)
        }
    }
}
