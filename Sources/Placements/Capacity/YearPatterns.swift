/// How many students a supervisor can have in each period, where the year's load binds.
enum YearPatterns {
    /// More than this many are not worth having.
    private static let most = 2_000

    /// The largest patterns that the load allows, or none where it never binds or there are too
    /// many. A supervisor of a student-dense ward is there or not, which is counted as 1 or 0.
    static func find(
        _ number: Int, _ ward: PlacementSupply.Ward, in supply: PlacementSupply
    ) -> [[Int]] {
        let supervisor = supply.supervisors[number]
        let isDense = ward.studentsPerSupervisor != nil
        let students = isDense ? Int.max : supervisor.maximumStudents ?? Int.max
        let weeks = supervisor.maximumWeeks ?? Int.max
        let lengths = supply.periods.map { PlacementWeek.count($0.weeks) }
        let limits = supply.periods.indices.map { period in
            switch SupervisorStanding(number, period, in: supply) {
            case .present(let takesPair):
                !isDense && (takesPair || ward.thirdYearsCoSupervise) ? 2 : 1
            case .notQualified, .positionTooSmall, .notAvailable, .onLeave: 0
            }
        }
        let allWeeks = zip(limits, lengths).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
        if limits.reduce(0, +) <= students, allWeeks <= weeks { return [] }
        if limits.reduce(1, { min(most + 1, $0 * ($1 + 1)) }) > most { return [] }
        var found: [[Int]] = [[]]
        for limit in limits {
            found = found.flatMap { pattern in (0...limit).map { pattern + [$0] } }
        }
        func isAllowed(_ pattern: [Int]) -> Bool {
            pattern.reduce(0, +) <= students
                && zip(pattern, lengths).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) } <= weeks
        }
        return found.filter { pattern in
            isAllowed(pattern)
                && !pattern.indices.contains { period in
                    var larger = pattern
                    larger[period] += 1
                    return larger[period] <= limits[period] && isAllowed(larger)
                }
        }
    }
}
