public import Engine
import JSONText
import Placements
import Storage

// Decisions that a coordinator makes by hand: a student is at a place, or is not.
extension Installation {
    /// Decides that a student is at a ward in a period, whatever is decided besides.
    ///
    /// - Throws: `PlacementFault` where the lock cannot stand; nothing has then changed.
    public func lock(
        _ student: String, ward: String, period: String, in round: String, by person: PersonID
    ) async throws {
        try checked(round, person) { contents, _ in
            contents.locks.removeAll { $0.student == student }
            contents.locks.append(
                RoundLock(
                    student: student, ward: ward, period: period,
                    madeAt: Instant(milliseconds: 0), madeBy: person))
        }
        try await decide(
            round, person, student,
            """
            INSERT INTO placement_lock (round, student, ward, period, made_at, made_by)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (round, student) DO UPDATE SET ward = excluded.ward,
                period = excluded.period, made_at = excluded.made_at, made_by = excluded.made_by
            """
        ) { now in
            [
                .text(round), .text(student), .text(ward), .text(period),
                .integer(now.milliseconds), .text(person.rawValue),
            ]
        }
    }

    /// Lets go of a lock; where there is none nothing changes.
    public func unlock(_ student: String, in round: String, by person: PersonID) async throws {
        try await decide(
            round, person, student,
            "DELETE FROM placement_lock WHERE round = ? AND student = ?"
        ) { _ in [.text(round), .text(student)] }
    }

    /// Decides that a student is not at a ward.
    ///
    /// - Throws: `PlacementFault` where a lock stands against it, or the ward is not there.
    public func ban(
        _ student: String, ward: String, in round: String, by person: PersonID
    ) async throws {
        try checked(round, person) { contents, _ in
            contents.bans.append(
                RoundBan(
                    student: student, ward: ward, madeAt: Instant(milliseconds: 0),
                    madeBy: person))
        }
        try await decide(
            round, person, student,
            """
            INSERT INTO placement_ban (round, student, ward, made_at, made_by)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """
        ) { now in
            [
                .text(round), .text(student), .text(ward), .integer(now.milliseconds),
                .text(person.rawValue),
            ]
        }
    }

    /// Lets go of a ban; where there is none nothing changes.
    public func unban(
        _ student: String, ward: String, in round: String, by person: PersonID
    ) async throws {
        try await decide(
            round, person, student,
            "DELETE FROM placement_ban WHERE round = ? AND student = ? AND ward = ?"
        ) { _ in [.text(round), .text(student), .text(ward)] }
    }

    /// Reads the round as it would be, as the allocator will. It is dear, and so is done before the
    /// one writer is asked for.
    private func checked(
        _ round: String, _ person: PersonID,
        _ change: (inout RoundContents, Transaction) throws -> Void
    ) throws {
        let contents = try query { transaction in
            let round = try transaction.needRound(round, for: person)
            var contents = try RoundContents(round, transaction)
            try change(&contents, transaction)
            return contents
        }
        _ = try Allocator(contents.instance())
    }

    private func decide(
        _ round: String, _ person: PersonID, _ student: String, _ sql: String,
        _ values: @escaping @Sendable (Instant) -> [SQLValue]
    ) async throws {
        try await transact { transaction in
            _ = try transaction.needRound(round, for: person)
            let isThere = try transaction.connection.count(
                "SELECT count(*) FROM placement_student WHERE round = ? AND id = ?",
                [.text(round), .text(student)])
            if isThere == 0 {
                throw PlacementFault.unknown(place: "locks", kind: .student, id: student)
            }
            try transaction.connection.run(sql, values(transaction.now))
        }
    }
}
