public import Engine
import Storage
import Wording

/// What has happened in a round since it was published.
public struct RoundAfterwards: Sendable {
    /// A student by name.
    public struct Student: Hashable, Sendable {
        public let id: String
        public let name: String
    }

    /// Those who have withdrawn and still have a place ahead.
    public let withdrawn: [Student]
    /// Those who have withdrawn and have none.
    public let gone: [Student]
    /// How many have neither a place nor withdrawn.
    public let unplaced: Int
    public let placed: Int
    /// Swaps that wait for the coordinator.
    public let agreedSwaps: Int
    /// How many supervisors are away in weeks in which they have students.
    public let absences: Int
    public let wishing: (until: String, most: Int)?
}

/// Who follows the students of a school up, by profession and study year.
public struct RoundTutor: Hashable, Sendable {
    public let school: String
    public let schoolName: String
    public let profession: String
    public let year: Int
    /// How many students there are.
    public let students: Int
    public let person: PersonID?
}

extension Installation {
    /// What has happened in a round since it was published.
    public func afterwards(of round: PlacementRound) throws -> RoundAfterwards {
        try query { transaction in
            let connection = transaction.connection
            let over = try transaction.overPeriods(round.id)
            let all = try connection.all(
                """
                SELECT s.id, s.name, a.period FROM placement_student s
                LEFT JOIN placement_assignment a
                    ON a.round = s.round AND a.student = s.id AND a.ended_at IS NULL
                WHERE s.round = ? AND s.withdrawn_at IS NOT NULL ORDER BY s.name, s.id LIMIT 200
                """, [.text(round.id)]
            ) {
                (
                    student: RoundAfterwards.Student(id: $0.text(0), name: $0.text(1)),
                    period: $0.optionalText(2)
                )
            }
            let counts = try connection.first(
                """
                SELECT
                    (SELECT count(*) FROM placement_assignment a
                        WHERE a.round = r.id AND a.ended_at IS NULL),
                    (SELECT count(*) FROM placement_student s
                        WHERE s.round = r.id AND s.withdrawn_at IS NULL AND NOT EXISTS
                            (SELECT 1 FROM placement_assignment a WHERE a.round = s.round
                                AND a.student = s.id AND a.ended_at IS NULL)),
                    (SELECT count(*) FROM placement_swap w
                        WHERE w.round = r.id AND w.status = 'agreed'),
                    (SELECT count(*) FROM placement_absence b
                        WHERE b.round = r.id AND b.last_week >= ?)
                FROM placement_round r WHERE r.id = ?
                """, [.text(transaction.placementWeek), .text(round.id)]
            ) { ($0.int(0), $0.int(1), $0.int(2), $0.int(3)) } ?? (0, 0, 0, 0)
            let wishing = try connection.first(
                "SELECT until, most FROM placement_wishing WHERE round = ?", [.text(round.id)]
            ) { (until: $0.text(0), most: $0.int(1)) }
            return RoundAfterwards(
                withdrawn: all.filter { each in
                    each.period.map { !over.contains($0) } ?? false
                }.map(\.student),
                gone: all.filter { $0.period == nil }.map(\.student), unplaced: counts.1,
                placed: counts.0, agreedSwaps: counts.2, absences: counts.3, wishing: wishing)
        }
    }

    /// The groups of students that a tutor follows up, and who does.
    public func tutors(of round: PlacementRound) throws -> [RoundTutor] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT s.school, c.name, s.profession, s.year, count(*), t.person
                FROM placement_student s
                JOIN placement_school c ON c.round = s.round AND c.id = s.school
                LEFT JOIN placement_tutor t ON t.round = s.round AND t.school = s.school
                    AND t.profession = s.profession AND t.year = s.year
                WHERE s.round = ? AND s.withdrawn_at IS NULL
                GROUP BY s.school, c.name, s.profession, s.year, t.person
                ORDER BY c.name, s.profession, s.year
                """, [.text(round.id)]
            ) { row in
                RoundTutor(
                    school: row.text(0), schoolName: row.text(1), profession: row.text(2),
                    year: row.int(3), students: row.int(4),
                    person: row.optionalText(5).map { PersonID($0) })
            }
        }
    }

    /// Says who follows a school's students of a profession and year up; nobody where nil. Those
    /// whose practice is published already get them too.
    public func setTutor(
        _ tutor: PersonID?, school: String, profession: String, year: Int, in round: String,
        by person: PersonID
    ) async throws {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            let key: [SQLValue] = [
                .text(round.id), .text(school), .text(profession), SQLValue(year),
            ]
            let isThere = try transaction.connection.count(
                "SELECT count(*) FROM placement_school WHERE round = ? AND id = ?",
                [.text(round.id), .text(school)])
            if isThere == 0 {
                throw OperationError.invalid(field: "school", problem: .unknown(school))
            }
            try transaction.connection.run(
                """
                DELETE FROM placement_tutor
                WHERE round = ? AND school = ? AND profession = ? AND year = ?
                """, key)
            if let tutor {
                _ = try transaction.needPerson(tutor)
                try transaction.connection.run(
                    """
                    INSERT INTO placement_tutor (round, school, profession, year, person)
                    VALUES (?, ?, ?, ?, ?)
                    """, key + [.text(tutor.rawValue)])
            }
            try transaction.handOver(to: tutor, key, by: person)
        }
        wakeUps.ring()
    }
}

extension Transaction {
    /// Gives a group's students who are in practice, or will be, another tutor.
    fileprivate func handOver(
        to tutor: PersonID?, _ group: [SQLValue], by person: PersonID
    ) throws {
        let enrolments = try connection.all(
            """
            SELECT a.enrolment FROM placement_assignment a
            JOIN placement_student s ON s.round = a.round AND s.id = a.student
            WHERE s.round = ? AND s.school = ? AND s.profession = ? AND s.year = ?
                AND a.ended_at IS NULL AND a.enrolment IS NOT NULL ORDER BY a.enrolment
            """, group
        ) { EnrolmentID($0.text(0)) }
        let role = PlacePublisher.tutor
        let reason = Wording(language: try needPerson(person).language).text("placed-tutor-reason")
        for id in enrolments {
            let loaded = try store.load(id)
            guard loaded.enrolment.status.isUnderWay, loaded.enrolment.roles[role] != tutor,
                try version(loaded.version).programme.role(role) != nil
            else { continue }
            try perform(.handOver(role, to: tutor, reason: reason), on: id, by: .person(person))
        }
    }
}
