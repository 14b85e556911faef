import Competence
import Cryptography
import Engine
import Storage

/// An entry as it is stored. Its hash covers all of it and the person's entry before, so that
/// nothing can be changed, left out or put in afterwards without `verify` seeing it.
struct StoredEntry {
    /// Which step of which enrolment it came of.
    struct Origin {
        var enrolment: String
        var event: Int
        var step: String
        /// The hash of the programme's version.
        var version: String
    }

    var kind: EntryKind
    var competence: String
    /// The competence's name as it was then, as JSON.
    var title: String
    var level: String?
    var form: CompetenceForm?
    var achievedOn: String
    var validUntil: String?
    /// `role:person`, with spaces between.
    var attestedBy: String
    /// The digest of the evidence, which itself can be erased.
    var evidence: [UInt8]?
    var origin: Origin?
    /// The hash of the framework's version.
    var framework: String?
    var revokes: Int?
    var recordedAt: Int64
    var recordedBy: String

    /// SHA-256 over the hash before and the fields, each ended by a byte that UTF-8 never holds.
    func hash(after previous: [UInt8], person: String, number: Int) -> [UInt8] {
        var bytes = previous
        bytes.reserveCapacity(512)
        func add(_ field: String?) {
            // A field that is not there is another thing than an empty one.
            if let field { bytes.append(contentsOf: field.utf8) } else { bytes.append(0xFE) }
            bytes.append(0xFF)
        }
        add(person)
        add(String(number))
        add(kind.rawValue)
        add(competence)
        add(title)
        add(level)
        add(form?.rawValue)
        add(achievedOn)
        add(validUntil)
        add(attestedBy)
        add(evidence.map { Cryptography.hex($0) })
        add(origin?.enrolment)
        add((origin?.event).map { String($0) })
        add(origin?.step)
        add(origin?.version)
        add(framework)
        add(revokes.map { String($0) })
        add(String(recordedAt))
        add(recordedBy)
        return Cryptography.sha256(bytes)
    }

    static let columns = """
        number, kind, competence, title, level, form, achieved_on, valid_until, attested_by, \
        evidence, enrolment, event, step, version, framework, revokes, recorded_at, recorded_by, \
        hash
        """

    /// Reads the columns, which the entry's number begins and its hash ends.
    init(_ row: any ResultRow) {
        kind = EntryKind(rawValue: row.text(1)) ?? .imported
        competence = row.text(2)
        title = row.text(3)
        level = row.optionalText(4)
        form = row.optionalText(5).flatMap(CompetenceForm.init(rawValue:))
        achievedOn = row.text(6)
        validUntil = row.optionalText(7)
        attestedBy = row.text(8)
        evidence = row.isNull(9) ? nil : row.bytes(9)
        origin =
            row.isNull(10)
            ? nil
            : Origin(
                enrolment: row.text(10), event: row.int(11), step: row.text(12),
                version: row.text(13))
        framework = row.optionalText(14)
        revokes = row.optionalInteger(15).map { Int($0) }
        recordedAt = row.integer(16)
        recordedBy = row.text(17)
    }

    init(
        kind: EntryKind, competence: String, title: String, level: String?,
        form: CompetenceForm? = nil, achievedOn: String, validUntil: String?, attestedBy: String,
        evidence: [UInt8]? = nil, origin: Origin? = nil, framework: String? = nil,
        revokes: Int? = nil, recordedAt: Int64, recordedBy: String
    ) {
        self.kind = kind
        self.competence = competence
        self.title = title
        self.level = level
        self.form = form
        self.achievedOn = achievedOn
        self.validUntil = validUntil
        self.attestedBy = attestedBy
        self.evidence = evidence
        self.origin = origin
        self.framework = framework
        self.revokes = revokes
        self.recordedAt = recordedAt
        self.recordedBy = recordedBy
    }
}

/// Where a person's record ends.
struct RecordHead {
    var number: Int
    var hash: [UInt8]

    static let empty = RecordHead(number: 0, hash: [UInt8](repeating: 0, count: 32))
}

extension Transaction {
    /// The end of a person's record.
    func recordHead(of person: PersonID) throws -> RecordHead {
        let last = try connection.first(
            """
            SELECT number, hash FROM competence_entry WHERE person = ?
            ORDER BY number DESC LIMIT 1
            """, [.text(person.rawValue)]
        ) { ($0.int(0), $0.bytes(1)) }
        guard let (number, hash) = last else { return .empty }
        if !hash.isEmpty { return RecordHead(number: number, hash: hash) }
        // Entries from before the chain: what is written next covers them.
        var head = RecordHead.empty
        try connection.forEach(
            "SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? ORDER BY number",
            [.text(person.rawValue)]
        ) { row in
            let number = row.int(0)
            head = RecordHead(
                number: number,
                hash: StoredEntry(row).hash(
                    after: head.hash, person: person.rawValue, number: number))
        }
        return head
    }

    /// Writes an entry at the end of a person's record.
    ///
    /// - Returns: its number; nil where the same step has recorded the same before.
    @discardableResult
    func append(
        _ entry: StoredEntry, to person: PersonID, after head: inout RecordHead
    ) throws -> Int? {
        let number = head.number + 1
        let hash = entry.hash(after: head.hash, person: person.rawValue, number: number)
        let origin = entry.origin
        let written = try connection.run(
            """
            INSERT INTO competence_entry (person, \(StoredEntry.columns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (enrolment, step, competence) DO NOTHING
            """,
            [
                .text(person.rawValue), SQLValue(number), .text(entry.kind.rawValue),
                .text(entry.competence), .text(entry.title), SQLValue(entry.level),
                SQLValue(entry.form?.rawValue), .text(entry.achievedOn),
                SQLValue(entry.validUntil), .text(entry.attestedBy),
                entry.evidence.map { .bytes($0) } ?? .null, SQLValue(origin?.enrolment),
                SQLValue((origin?.event).map { Int64($0) }), SQLValue(origin?.step),
                SQLValue(origin?.version), SQLValue(entry.framework),
                SQLValue(entry.revokes.map { Int64($0) }), .integer(entry.recordedAt),
                .text(entry.recordedBy), .bytes(hash),
            ])
        if written == 0 { return nil }
        head = RecordHead(number: number, hash: hash)
        if installation.settings.sendsStatements {
            try queueStatement(of: person, number: number, entry, hash)
        }
        return number
    }

    /// Notes where a record ends, so that what is taken away at its end is missed.
    func anchor(_ head: RecordHead, of person: PersonID) throws {
        try sealAnchor(head, of: person)
        try connection.run(
            """
            INSERT INTO competence_head (person, number, hash) VALUES (?, ?, ?)
            ON CONFLICT (person) DO UPDATE SET number = excluded.number, hash = excluded.hash
            """, [.text(person.rawValue), SQLValue(head.number), .bytes(head.hash)])
    }
}
