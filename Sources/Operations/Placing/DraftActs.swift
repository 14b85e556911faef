import Cryptography
public import Engine
import JSONText
public import Placements
import Storage

// Making drafts. A draft is written down with the instance that it is made from, and a worker makes
// it; whoever closes the page or the service loses nothing.
extension Installation {
    /// The longest that a draft may be searched for, in seconds.
    public static let longestDraft = 3600
    /// The most drafts of a round that wait or are made at once.
    public static let mostOpenDrafts = 5

    /// Has a draft made of a round as it is now.
    ///
    /// - Parameters:
    ///   - timeLimit: In seconds; the best that was found by then is the draft.
    ///   - base: A draft of the round that is to be disturbed as little as can be.
    /// - Throws: `PlacementFault` where the round cannot be allocated, such as for locks that
    ///   cannot stand; nothing has then changed.
    public func startDraft(
        of round: String, method: AllocationMethod, profile: AllocationProfile, timeLimit: Int,
        base: String? = nil, by person: PersonID, key: String? = nil
    ) async throws -> String {
        guard (1...Self.longestDraft).contains(timeLimit) else {
            throw OperationError.invalid(
                field: "time-limit", problem: .notBetween(1, Self.longestDraft))
        }
        // What is dear is done before the one writer is asked for.
        let contents = try query { transaction in
            try RoundContents(transaction.needRound(round, for: person), transaction).ahead
        }
        let document = contents.instanceDocument
        let text = document.text
        let hash = Cryptography.hex(Cryptography.sha256(of: text))
        _ = try Allocator(PlacementInstance(document))
        let id = random.identifier("d")
        let students = contents.students.count { $0.withdrawnAt == nil }
        let fingerprint =
            "placement draft \(round) \(method.rawValue) \(profile.rawValue) \(timeLimit) "
            + "\(base ?? "") \(person)"
        let draft = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                let round = try transaction.needRound(round, for: person)
                try transaction.insertDraft(
                    NewDraft(
                        id: id, round: round, method: method, profile: profile,
                        timeLimit: timeLimit, base: base, document: text, hash: hash,
                        students: students, person: person))
                return id
            }
        }
        wakeUps.ring()
        return draft
    }

    /// Ends a draft that is being made, without a result.
    public func cancelDraft(_ id: String, of round: String, by person: PersonID) async throws {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            try transaction.connection.run(
                """
                UPDATE placement_draft SET status = 'cancelled', finished_at = ?
                WHERE id = ? AND round = ? AND status IN ('waiting', 'running')
                """, [.integer(transaction.now.milliseconds), .text(id), .text(round.id)])
        }
        wakeUps.ring()
    }

    /// Ends the search of a draft that is being made; the best so far is its result.
    public func finishDraft(_ id: String, of round: String, by person: PersonID) async throws {
        try await transact { transaction in
            let round = try transaction.needRound(round, for: person)
            try transaction.connection.run(
                """
                UPDATE placement_draft SET time_limit = 1
                WHERE id = ? AND round = ? AND status IN ('waiting', 'running')
                """, [.text(id), .text(round.id)])
        }
        wakeUps.ring()
    }
}

/// What a new draft's row is written from.
private struct NewDraft: Sendable {
    let id: String
    let round: PlacementRound
    let method: AllocationMethod
    let profile: AllocationProfile
    let timeLimit: Int
    let base: String?
    let document: String
    let hash: String
    let students: Int
    let person: PersonID
}

extension Transaction {
    fileprivate func insertDraft(_ new: NewDraft) throws {
        let open = try connection.count(
            """
            SELECT count(*) FROM placement_draft
            WHERE round = ? AND status IN ('waiting', 'running')
            """, [.text(new.round.id)])
        if open >= Installation.mostOpenDrafts {
            throw OperationError.invalid(
                field: "draft", problem: .tooMany(limit: Installation.mostOpenDrafts))
        }
        if let base = new.base {
            let isThere = try connection.count(
                """
                SELECT count(*) FROM placement_draft
                WHERE id = ? AND round = ? AND status = 'done'
                """, [.text(base), .text(new.round.id)])
            if isThere == 0 {
                throw OperationError.invalid(field: "base", problem: .unknown(base))
            }
        }
        try connection.run(
            "INSERT INTO placement_input (hash, document) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [.text(new.hash), .text(new.document)])
        try connection.run(
            """
            INSERT INTO placement_draft (id, round, number, status, method, profile, seed,
                time_limit, input, base, students, started_at, started_by)
            VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM placement_draft
                WHERE round = ?), 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(new.id), .text(new.round.id), .text(new.round.id),
                .text(new.method.rawValue), .text(new.profile.rawValue),
                SQLValue(new.round.seed), SQLValue(new.timeLimit), .text(new.hash),
                SQLValue(new.base), SQLValue(new.students), .integer(now.milliseconds),
                .text(new.person.rawValue),
            ])
        try connection.run(
            "UPDATE placement_round SET status = 'allocating' WHERE id = ? AND status = ?",
            [.text(new.round.id), .text(PlacementRound.Status.collecting.rawValue)])
    }
}
