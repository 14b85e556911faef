public import Engine
import Storage

/// A student of a round as told from others of the same name.
public struct StudentChoice: Hashable, Sendable {
    /// Within the round.
    public let id: String
    public let name: String
    public let school: String
    public let profession: String
    public let year: Int
    public let periods: [String]
}

/// What taking a withdrawal back comes to.
public enum WithdrawalTakenBack: String, Sendable {
    /// The place had not been given up yet: it is the student's as before.
    case kept
    /// The place was given up: the student gets one like whoever comes late, in the next repair.
    case waits
}

extension Installation {
    /// The most of one name that are told apart.
    static let mostOfOneName = 50

    /// The students of a round whom a text names: by the id within the round, the whole name or
    /// the address. Those who have withdrawn come only where nobody else is meant.
    public func students(
        named text: String, of round: PlacementRound
    ) throws -> [StudentChoice] {
        try query { transaction in
            let found = try transaction.connection.all(
                """
                SELECT s.id, s.name, c.name, s.profession, s.year, s.periods, s.withdrawn_at
                FROM placement_student s
                JOIN placement_school c ON c.round = s.round AND c.id = s.school
                LEFT JOIN person p ON p.id = s.person
                WHERE s.round = ? AND (s.id = ? OR s.name = ? OR lower(s.name) = lower(?)
                    OR lower(p.email) = lower(?) OR lower(p.private_email) = lower(?))
                ORDER BY s.name, c.name, s.id LIMIT ?
                """,
                [.text(round.id)] + Array(repeating: .text(text), count: 5)
                    + [SQLValue(Self.mostOfOneName)]
            ) { row in
                (
                    choice: StudentChoice(
                        id: row.text(0), name: row.text(1), school: row.text(2),
                        profession: row.text(3), year: row.int(4),
                        periods: row.texts(5)),
                    isHere: row.isNull(6)
                )
            }
            // An id is one student's, also where another is called that.
            let exact = found.filter { $0.choice.id == text }
            if !exact.isEmpty { return exact.map(\.choice) }
            let here = found.filter(\.isHere)
            return (here.isEmpty ? found : here).map(\.choice)
        }
    }

    /// Writes down that a student has withdrawn. The place is given up when that is published.
    ///
    /// - Parameter student: The student's id within the round.
    /// - Throws: `OperationError.invalid` where there is none, or their period has ended: there is
    ///   nothing to withdraw from.
    public func withdraw(
        student: String, from round: String, by person: PersonID
    ) async throws {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            let key: [SQLValue] = [.text(round.id), .text(student)]
            let found = try transaction.connection.first(
                """
                SELECT a.period FROM placement_student s LEFT JOIN placement_assignment a
                    ON a.round = s.round AND a.student = s.id AND a.ended_at IS NULL
                WHERE s.round = ? AND s.id = ?
                """, key
            ) { $0.optionalText(0) }
            guard let period = found else {
                throw OperationError.invalid(field: "student", problem: .unknown(student))
            }
            if let period, try transaction.overPeriods(round.id).contains(period) {
                throw OperationError.invalid(field: "student", problem: .periodOver)
            }
            try transaction.connection.run(
                """
                UPDATE placement_student SET withdrawn_at = ?
                WHERE round = ? AND id = ? AND withdrawn_at IS NULL
                """, [.integer(transaction.now.milliseconds)] + key)
        }
    }

    /// Writes down that a student who had withdrawn is there after all.
    ///
    /// - Returns: what comes of it; nil where the student has not withdrawn.
    public func takeBackWithdrawal(
        of student: String, in round: String, by person: PersonID
    ) async throws -> WithdrawalTakenBack? {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            let key: [SQLValue] = [.text(round.id), .text(student)]
            let count = try transaction.connection.run(
                """
                UPDATE placement_student SET withdrawn_at = NULL
                WHERE round = ? AND id = ? AND withdrawn_at IS NOT NULL
                """, key)
            if count == 0 { return nil }
            let standing = try transaction.connection.count(
                """
                SELECT count(*) FROM placement_assignment
                WHERE round = ? AND student = ? AND ended_at IS NULL
                """, key)
            return standing > 0 ? .kept : .waits
        }
    }
}
