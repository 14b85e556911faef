public import CivilCalendar
public import Engine
import Storage

/// A supervisor's own part in a round: whom they have, when, and how much that is over the year.
public struct OwnSupervision: Sendable {
    /// A student whom the supervisor has.
    public struct Student: Hashable, Sendable {
        public let name: String
        public let school: String
        public let profession: String
        public let year: Int
        public let period: String
        public let enrolment: EnrolmentID?
    }

    /// A period of the round.
    public struct Period: Hashable, Sendable {
        public let id: String
        public let days: ClosedRange<CivilDay>?
        public let firstWeek: String
        public let lastWeek: String
        public let weeks: Int
    }

    /// Weeks in which the supervisor is away.
    public struct Absence: Hashable, Sendable {
        public let firstWeek: String
        public let lastWeek: String
    }

    public let round: String
    public let roundName: String
    /// The supervisor's id within the round.
    public let supervisor: String
    public let ward: String
    public let institution: String
    /// In their order.
    public let periods: [Period]
    public let students: [Student]
    public let absences: [Absence]
    /// The most over the year; nil is no limit.
    public let maximumWeeks: Int?
    public let maximumStudents: Int?

    /// How many students there are in a period.
    public func count(_ period: Period) -> Int { students.count { $0.period == period.id } }

    /// Whether students are there on a day, or are still to come.
    func hasStudents(from day: CivilDay) -> Bool {
        periods.contains { period in
            count(period) > 0 && period.days.map { $0.upperBound >= day } ?? false
        }
    }

    /// In how many weeks there are students.
    public var weeks: Int { periods.filter { count($0) > 0 }.reduce(0) { $0 + $1.weeks } }
}

extension Installation {
    /// Whether somebody has a part in a round as a student, and whether they have students there:
    /// as a supervisor, as a tutor, as the leader of a ward, or have been told of some.
    public func placementStanding(
        of person: PersonID
    ) throws -> (isStudent: Bool, hasStudents: Bool) {
        try query { transaction in
            let own = SQLValue.text(person.rawValue)
            return try transaction.connection.first(
                """
                SELECT EXISTS (SELECT 1 FROM placement_student WHERE person = ?),
                    EXISTS (SELECT 1 FROM placement_supervisor WHERE person = ?)
                    OR EXISTS (SELECT 1 FROM placement_tutor WHERE person = ?)
                    OR EXISTS (SELECT 1 FROM role_holder h
                        JOIN placement_assignment a ON a.enrolment = h.enrolment
                        WHERE h.person = ? AND h.role = ?)
                    OR EXISTS (SELECT 1 FROM message WHERE recipient = ? AND kind = ?)
                    AND NOT EXISTS (SELECT 1 FROM placement_student WHERE person = ?)
                """,
                [
                    own, own, own, own, .text(RoleID.lineManager.rawValue), own,
                    .text(PlacementNewsMail.kind), own,
                ]
            ) { ($0.int(0) != 0, $0.int(1) != 0) } ?? (false, false)
        }
    }

    /// What somebody supervises: first where there are students or some are to come, then the rest,
    /// the newest round first.
    public func ownSupervisions(of person: PersonID) throws -> [OwnSupervision] {
        let today = nowCivil.day
        let all = try supervisions(of: person)
        return all.filter { $0.hasStudents(from: today) }
            + all.filter { !$0.hasStudents(from: today) }
    }

    private func supervisions(of person: PersonID) throws -> [OwnSupervision] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT r.id, r.name, v.id, w.name, i.name, v.max_weeks, v.max_students
                FROM placement_supervisor v
                JOIN placement_round r ON r.id = v.round
                JOIN placement_ward w ON w.round = v.round AND w.id = v.ward
                JOIN placement_institution i ON i.round = v.round AND i.id = w.institution
                WHERE v.person = ? ORDER BY r.created_at DESC, r.id, v.id LIMIT 20
                """, [.text(person.rawValue)]
            ) { row in
                try transaction.supervision(
                    row.text(2), row.text(0), name: row.text(1), ward: row.text(3),
                    institution: row.text(4), most: row.optionalInteger(5).map { Int($0) },
                    students: row.optionalInteger(6).map { Int($0) })
            }
        }
    }
}

extension Transaction {
    fileprivate func supervision(
        _ supervisor: String, _ round: String, name: String, ward: String, institution: String,
        most: Int?, students: Int?
    ) throws -> OwnSupervision {
        let periods = try connection.all(
            """
            SELECT id, first_week, last_week FROM placement_period WHERE round = ?
            ORDER BY position, id
            """, [.text(round)]
        ) { row in
            let days = RoundPeriod.days(row.text(1), row.text(2))
            return OwnSupervision.Period(
                id: row.text(0), days: days, firstWeek: row.text(1), lastWeek: row.text(2),
                weeks: days.map { ($0.upperBound - $0.lowerBound + 3) / 7 } ?? 0)
        }
        let found = try connection.all(
            """
            SELECT s.name, c.name, s.profession, s.year, a.period, a.enrolment
            FROM placement_assignment a
            JOIN placement_student s ON s.round = a.round AND s.id = a.student
            JOIN placement_school c ON c.round = s.round AND c.id = s.school
            JOIN placement_period p ON p.round = a.round AND p.id = a.period
            WHERE a.round = ? AND a.supervisor = ? AND a.ended_at IS NULL
            ORDER BY p.position, s.name, s.id
            """, [.text(round), .text(supervisor)]
        ) { row in
            OwnSupervision.Student(
                name: row.text(0), school: row.text(1), profession: row.text(2), year: row.int(3),
                period: row.text(4), enrolment: row.optionalText(5).map { EnrolmentID($0) })
        }
        let absences = try connection.all(
            """
            SELECT first_week, last_week FROM placement_absence
            WHERE round = ? AND supervisor = ? ORDER BY first_week
            """, [.text(round), .text(supervisor)]
        ) { OwnSupervision.Absence(firstWeek: $0.text(0), lastWeek: $0.text(1)) }
        return OwnSupervision(
            round: round, roundName: name, supervisor: supervisor, ward: ward,
            institution: institution, periods: periods, students: found, absences: absences,
            maximumWeeks: most, maximumStudents: students)
    }
}
