public import CivilCalendar
public import Engine
import Storage

/// A student in practice whom somebody follows for the school, or leads the ward of.
public struct FollowedStudent: Hashable, Sendable {
    public let round: String
    public let name: String
    public let school: String
    public let profession: String
    public let year: Int
    /// The ward with its institution.
    public let ward: String
    public let days: ClosedRange<CivilDay>?
    public let supervisor: String?
    public let enrolment: EnrolmentID?
}

extension Installation {
    /// The students whom somebody follows as their tutor, or as the nearest leader at the ward, as
    /// long as their practice is not over: a page of them, the first to come first, and how many
    /// there are. Nobody else's are among them.
    public func followedStudents(
        of person: PersonID, page: Int, pageSize: Int
    ) throws -> (rows: [FollowedStudent], count: Int) {
        let week = nowCivil.day.placementWeek
        let role = RoleID.lineManager.rawValue
        let followed = """
            (SELECT a.id, a.round, a.student, a.period FROM placement_tutor t
            JOIN placement_student s ON s.round = t.round AND s.school = t.school
                AND s.profession = t.profession AND s.year = t.year
            JOIN placement_assignment a ON a.round = s.round AND a.student = s.id
                AND a.ended_at IS NULL
            WHERE t.person = ?
            UNION SELECT a.id, a.round, a.student, a.period FROM role_holder h
            JOIN placement_assignment a ON a.enrolment = h.enrolment AND a.ended_at IS NULL
            WHERE h.person = ? AND h.role = ?) AS f
            JOIN placement_period p ON p.round = f.round AND p.id = f.period
                AND p.last_week >= ?
            """
        let values: [SQLValue] = [
            .text(person.rawValue), .text(person.rawValue), .text(role), .text(week),
        ]
        return try query { transaction in
            let count = try transaction.connection.count(
                "SELECT count(*) FROM \(followed)", values)
            let rows = try transaction.connection.all(
                """
                SELECT r.name, s.name, c.name, s.profession, s.year, i.name || ', ' || w.name,
                    p.first_week, p.last_week, v.name, a.enrolment
                FROM \(followed)
                JOIN placement_assignment a ON a.id = f.id
                JOIN placement_round r ON r.id = a.round
                JOIN placement_student s ON s.round = a.round AND s.id = a.student
                JOIN placement_school c ON c.round = s.round AND c.id = s.school
                JOIN placement_ward w ON w.round = a.round AND w.id = a.ward
                JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
                LEFT JOIN placement_supervisor v ON v.round = a.round AND v.id = a.supervisor
                ORDER BY p.first_week, s.name, s.id, a.id LIMIT ? OFFSET ?
                """, values + [SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { row in
                FollowedStudent(
                    round: row.text(0), name: row.text(1), school: row.text(2),
                    profession: row.text(3), year: row.int(4), ward: row.text(5),
                    days: RoundPeriod.days(row.text(6), row.text(7)),
                    supervisor: row.optionalText(8),
                    enrolment: row.optionalText(9).map { EnrolmentID($0) })
            }
            return (rows, count)
        }
    }
}

extension CivilDay {
    /// The ISO week of the day, such as `2027-W03`.
    public var placementWeek: String {
        let (year, week) = isoWeek
        return "\(year)-W\(week < 10 ? "0" : "")\(week)"
    }
}
