public import CivilCalendar
import Engine
import Storage

/// What the students, wards and supervisors of a round are called where people read of them.
public struct RoundLabels: Sendable {
    private var students: [String: String] = [:]
    private var wards: [String: String] = [:]
    private var supervisors: [String: String] = [:]
    private var periods: [String: ClosedRange<CivilDay>] = [:]

    init(_ round: String, _ connection: any Connection) throws {
        func names(_ sql: String) throws -> [String: String] {
            var names: [String: String] = [:]
            try connection.forEach(sql, [.text(round)]) { names[$0.text(0)] = $0.text(1) }
            return names
        }
        students = try names("SELECT id, name FROM placement_student WHERE round = ?")
        supervisors = try names("SELECT id, name FROM placement_supervisor WHERE round = ?")
        wards = try names(
            """
            SELECT w.id, i.name || ', ' || w.name FROM placement_ward w
            JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
            WHERE w.round = ?
            """)
        var periods: [String: ClosedRange<CivilDay>] = [:]
        try connection.forEach(
            "SELECT id, first_week, last_week FROM placement_period WHERE round = ?",
            [.text(round)]
        ) { periods[$0.text(0)] = RoundPeriod.days($0.text(1), $0.text(2)) }
        self.periods = periods
    }

    /// The student's name.
    public func student(_ id: String) -> String { students[id] ?? id }
    /// The institution and the ward.
    public func ward(_ id: String) -> String { wards[id] ?? id }
    /// The supervisor's name.
    public func supervisor(_ id: String) -> String { supervisors[id] ?? id }
    /// When a period is.
    public func days(_ period: String) -> ClosedRange<CivilDay>? { periods[period] }
}

extension Installation {
    /// The names of a round.
    public func labels(of round: PlacementRound) throws -> RoundLabels {
        try query { try RoundLabels(round.id, $0.connection) }
    }

    /// For how many of the changes nothing could begin, by the reason, as far as that is seen
    /// without asking the engine.
    public func obstacles(
        to changes: [PlaceChange], of round: PlacementRound
    ) throws -> [PlacementObstacleToStart: Int] {
        try query { transaction in
            let publisher = try PlacePublisher(
                transaction, round: round.id, students: changes.map(\.student), reason: "",
                actor: "")
            var counts: [PlacementObstacleToStart: Int] = [:]
            for change in changes where change.kind == .start {
                if let obstacle = try publisher.obstacle(to: change) {
                    counts[obstacle, default: 0] += 1
                }
            }
            return counts
        }
    }
}
