public import CivilCalendar
import Engine
import Storage

/// What some students of a round, and its wards and supervisors, are called where people read of
/// them.
public struct RoundLabels: Sendable {
    private var students: [String: String] = [:]
    private var wards: [String: String] = [:]
    private var supervisors: [String: String] = [:]
    private var periods: [String: ClosedRange<CivilDay>] = [:]

    init(_ round: String, students ids: [String], _ connection: any Connection) throws {
        func names(_ sql: String) throws -> [String: String] {
            var names: [String: String] = [:]
            try connection.forEach(sql, [.text(round)]) { names[$0.text(0)] = $0.text(1) }
            return names
        }
        for id in ids {
            students[id] = try connection.first(
                "SELECT name FROM placement_student WHERE round = ? AND id = ?",
                [.text(round), .text(id)]
            ) { $0.text(0) }
        }
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
    /// The names of a round's places and people, and of some of its students.
    public func labels(
        of round: PlacementRound, students: [String]
    ) throws -> RoundLabels {
        try query { try RoundLabels(round.id, students: students, $0.connection) }
    }

    /// For how many of the changes nothing could begin, by the reason, as far as that is seen
    /// without asking the engine.
    public func obstacles(
        to changes: [PlaceChange], of round: PlacementRound
    ) throws -> [PlacementObstacleToStart: Int] {
        let starting = Set(changes.filter { $0.kind == .start }.map(\.student))
        if starting.isEmpty { return [:] }
        return try query { transaction in
            let publisher = try PlacePublisher(
                transaction, round: round.id, students: [], reason: "", actor: "")
            var counts: [PlacementObstacleToStart: Int] = [:]
            // One look at all of them; which programme there is, is asked once for each kind.
            var hasProgramme: [StudyGroup: Bool] = [:]
            try transaction.connection.forEach(
                """
                SELECT id, profession, year, person IS NOT NULL FROM placement_student
                WHERE round = ?
                """, [.text(round.id)]
            ) { row in
                guard starting.contains(row.text(0)) else { return }
                if row.int(3) == 0 {
                    counts[.nobody, default: 0] += 1
                    return
                }
                let group = StudyGroup(profession: row.text(1), year: row.int(2))
                let isThere =
                    try hasProgramme[group]
                    ?? (publisher.programme(group.profession, group.year) != nil)
                hasProgramme[group] = isThere
                if !isThere { counts[.noProgramme, default: 0] += 1 }
            }
            return counts
        }
    }
}

private struct StudyGroup: Hashable {
    let profession: String
    let year: Int
}
