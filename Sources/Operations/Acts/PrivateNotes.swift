import Cryptography
public import Engine
import Storage

/// A note that only its author can read.
public struct PrivateNote: Hashable, Sendable {
    public let id: String
    /// Nil where what is stored was altered, or was sealed with another secret.
    public let text: String?
    public let writtenAt: Instant
    public let changedAt: Instant
}

/// An enrolment about which somebody has notes and in which they have no role any more.
public struct LeftNotes: Hashable, Sendable {
    public let enrolment: EnrolmentID
    public let participantName: String
    public let count: Int
}

// Notes are kept out of everything else: no event, no message and no log knows of them. A row is
// sealed with a key of its author's own, so that a table, a backup or a colleague with the right to
// read everything else shows nothing.
extension Installation {
    /// How long a note may be, in characters.
    public static let longestNote = 4000

    /// Whether a person may write notes about an enrolment: who has a role in it that is not the
    /// participant's.
    public func mayWriteNotes(_ person: PersonID, about id: EnrolmentID) throws -> Bool {
        try query { try $0.mayWriteNotes(person, about: id) }
    }

    /// A person's own notes about an enrolment, the newest first.
    ///
    /// - Parameter page: Counted from zero.
    /// - Returns: one page, and how many there are in all.
    public func notes(
        by author: PersonID, about id: EnrolmentID, page: Int, pageSize: Int
    ) throws -> (notes: [PrivateNote], total: Int) {
        let place: [SQLValue] = [.text(author.rawValue), .text(id.rawValue)]
        return try query { transaction in
            let total = try transaction.connection.count(
                "SELECT count(*) FROM private_note WHERE author = ? AND enrolment = ?", place)
            let notes = try transaction.connection.all(
                """
                SELECT id, sealed, written_at, changed_at FROM private_note
                WHERE author = ? AND enrolment = ?
                ORDER BY written_at DESC, id LIMIT ? OFFSET ?
                """, place + [SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { row in
                let seal = NoteSeal(
                    author: author, enrolment: id, note: row.text(0),
                    secret: transaction.installation.settings.notesSecret)
                return PrivateNote(
                    id: row.text(0), text: seal.text(of: row.bytes(1)),
                    writtenAt: Instant(milliseconds: row.integer(2)),
                    changedAt: Instant(milliseconds: row.integer(3)))
            }
            return (notes, total)
        }
    }

    /// The enrolments about which a person has notes though they have no role there any more.
    public func leftNotes(by author: PersonID) throws -> [LeftNotes] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT e.id, p.name, count(*)
                FROM private_note n JOIN enrolment e ON e.id = n.enrolment
                JOIN person p ON p.id = e.participant
                WHERE n.author = ? AND NOT EXISTS (SELECT 1 FROM role_holder r
                    WHERE r.enrolment = e.id AND r.person = n.author)
                GROUP BY e.id, p.name ORDER BY p.name, e.id LIMIT 200
                """, [.text(author.rawValue)]
            ) {
                LeftNotes(
                    enrolment: EnrolmentID($0.text(0)), participantName: $0.text(1),
                    count: $0.int(2))
            }
        }
    }

    /// Whose name stands over the notes about an enrolment, for a person who may read the page:
    /// who may write there, or has notes there. Nil for everybody else.
    public func notesSubject(_ id: EnrolmentID, for person: PersonID) throws -> String? {
        try query { transaction in
            let has = try transaction.connection.count(
                "SELECT count(*) FROM private_note WHERE author = ? AND enrolment = ?",
                [.text(person.rawValue), .text(id.rawValue)])
            guard try has > 0 || transaction.mayWriteNotes(person, about: id) else { return nil }
            return try transaction.connection.first(
                """
                SELECT p.name FROM enrolment e JOIN person p ON p.id = e.participant
                WHERE e.id = ?
                """, [.text(id.rawValue)]
            ) { $0.text(0) }
        }
    }

    /// Keeps a new note.
    ///
    /// - Parameter key: An idempotency key: the same note under it again is kept once.
    /// - Throws: `OperationError`; nothing has then changed.
    @discardableResult
    public func writeNote(
        _ text: String, about id: EnrolmentID, by author: PersonID, key: String? = nil
    ) async throws -> String {
        let note = random.identifier("n")
        let nonce = random.bytes(Cryptography.nonceLength)
        let fingerprint = fingerprint("write \(id)", text, author)
        return try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                guard try transaction.mayWriteNotes(author, about: id) else {
                    throw OperationError.noSuchNote(id.rawValue)
                }
                let sealed = try transaction.sealed(text, note, id, author, nonce)
                let now = SQLValue.integer(transaction.now.milliseconds)
                try transaction.connection.run(
                    """
                    INSERT INTO private_note (id, author, enrolment, sealed, written_at, changed_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .text(note), .text(author.rawValue), .text(id.rawValue), .bytes(sealed),
                        now, now,
                    ])
                return note
            }
        }
    }

    /// Puts another text in the place of a note's own. The text before is not kept.
    ///
    /// - Throws: `OperationError`; nothing has then changed.
    public func changeNote(
        _ note: String, to text: String, about id: EnrolmentID, by author: PersonID,
        key: String? = nil
    ) async throws {
        let nonce = random.bytes(Cryptography.nonceLength)
        let fingerprint = fingerprint("change \(note)", text, author)
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                let sealed = try transaction.sealed(text, note, id, author, nonce)
                let changed = try transaction.connection.run(
                    """
                    UPDATE private_note SET sealed = ?, changed_at = ?
                    WHERE id = ? AND author = ? AND enrolment = ?
                    """,
                    [
                        .bytes(sealed), .integer(transaction.now.milliseconds), .text(note),
                        .text(author.rawValue), .text(id.rawValue),
                    ])
                if changed == 0 { throw OperationError.noSuchNote(note) }
                return ""
            }
        }
    }

    /// Removes a note for good.
    ///
    /// - Throws: `OperationError`; nothing has then changed.
    public func deleteNote(
        _ note: String, about id: EnrolmentID, by author: PersonID, key: String? = nil
    ) async throws {
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: "note delete \(note) \(author)") {
                let removed = try transaction.connection.run(
                    "DELETE FROM private_note WHERE id = ? AND author = ? AND enrolment = ?",
                    [.text(note), .text(author.rawValue), .text(id.rawValue)])
                if removed == 0 { throw OperationError.noSuchNote(note) }
                return ""
            }
        }
    }

    /// What an idempotency key stands for. A plain digest of a note would let whoever reads the
    /// table try out what it might say, so the digest is one under the author's key.
    private func fingerprint(_ act: String, _ text: String, _ author: PersonID) -> String {
        let key = NoteSeal.key(of: author, settings.notesSecret)
        let digest = Cryptography.hmacSHA256(key: key, message: Array("\(act) \(text)".utf8))
        return "note \(act) \(author) \(Cryptography.hex(digest))"
    }
}

extension Transaction {
    fileprivate func mayWriteNotes(_ person: PersonID, about id: EnrolmentID) throws -> Bool {
        try connection.count(
            """
            SELECT count(*) FROM role_holder
            WHERE enrolment = ? AND person = ? AND role <> 'participant'
            """, [.text(id.rawValue), .text(person.rawValue)]) > 0
    }

    fileprivate func sealed(
        _ text: String, _ note: String, _ id: EnrolmentID, _ author: PersonID, _ nonce: [UInt8]
    ) throws -> [UInt8] {
        if text.allSatisfy(\.isWhitespace) {
            throw OperationError.invalid(field: "text", problem: .empty)
        }
        if text.count > Installation.longestNote {
            throw OperationError.invalid(
                field: "text", problem: .tooLong(limit: Installation.longestNote))
        }
        let seal = NoteSeal(
            author: author, enrolment: id, note: note, secret: installation.settings.notesSecret)
        guard let sealed = seal.sealed(text, nonce: nonce) else {
            throw OperationError.damaged("note")
        }
        return sealed
    }
}

/// How one note is sealed: with its author's key, and bound to its place, so that a row that was
/// moved to another person, enrolment or note does not open.
struct NoteSeal {
    let author: PersonID
    let enrolment: EnrolmentID
    let note: String
    let secret: [UInt8]

    /// The first byte of what is stored: how the rest is sealed.
    private static let version: UInt8 = 1

    static func key(of author: PersonID, _ secret: [UInt8]) -> [UInt8] {
        Cryptography.derivedKey(
            secret: secret, salt: Array("ombord".utf8),
            info: Array("private-note/1/\(author)".utf8))
    }

    // No id holds a line break.
    private var associated: [UInt8] {
        [Self.version] + Array("\(author)\n\(enrolment)\n\(note)".utf8)
    }

    /// The version, the nonce and the sealed text, as they are stored.
    func sealed(_ text: String, nonce: [UInt8]) -> [UInt8]? {
        Cryptography.seal(
            Array(text.utf8), key: Self.key(of: author, secret), nonce: nonce,
            associated: associated
        ).map { [Self.version] + nonce + $0 }
    }

    /// The text, or nil where it is not one that was sealed for this place.
    func text(of stored: [UInt8]) -> String? {
        let rest = stored.dropFirst()
        guard stored.first == Self.version, rest.count >= Cryptography.nonceLength else {
            return nil
        }
        let text = Cryptography.open(
            Array(rest.dropFirst(Cryptography.nonceLength)),
            key: Self.key(of: author, secret),
            nonce: Array(rest.prefix(Cryptography.nonceLength)), associated: associated)
        return text.flatMap { String(validating: $0, as: UTF8.self) }
    }
}
