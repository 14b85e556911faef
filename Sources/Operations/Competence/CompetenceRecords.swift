public import CivilCalendar
public import Competence
public import Engine
import Storage

/// An entry as pages, prints and exports show it.
public struct RecordedCompetence: Hashable, Sendable {
    public let entry: CompetenceEntry
    /// The competence's name as it was when it was written.
    public let title: LocalizedText
    public let form: CompetenceForm?
    /// Who vouched for it, and as what: a role of the programme, or an `Attester`.
    public let attestedBy: [(role: String, person: PersonID)]
    /// What it was vouched for on; nil where there is nothing, or it was erased.
    public let evidence: String?
    public let enrolment: EnrolmentID?
    public let step: StepID?
    /// The hash of the programme's version, where a step recorded it.
    public let version: String?
    public let recordedAt: Instant
    /// SHA-256 of the entry and all before it; nil for entries from before the chain.
    public let hash: [UInt8]?
    /// Whether a later entry revokes it.
    public let isRevoked: Bool

    public static func == (a: Self, b: Self) -> Bool {
        a.entry == b.entry && a.hash == b.hash && a.isRevoked == b.isRevoked
            && a.evidence == b.evidence
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(entry)
        hasher.combine(hash)
    }
}

extension Installation {
    /// Everything that was ever written in somebody's record, in the order in which it was.
    ///
    /// - Parameter day: Only what was written until that day, as it stood then: what was revoked
    ///   later was not revoked. Everything where nil.
    public func recordedCompetences(
        of person: PersonID, asOf day: CivilDay? = nil
    ) throws -> [RecordedCompetence] {
        try query { try $0.recordedCompetences(of: person, asOf: day) }
    }

    /// What somebody could do on a day, as it was known then.
    public func record(of person: PersonID, asOf day: CivilDay) throws -> CompetenceRecord {
        try query { try $0.record(of: person, asOf: day) }
    }
}

extension Transaction {
    func recordedCompetences(
        of person: PersonID, asOf day: CivilDay? = nil
    ) throws -> [RecordedCompetence] {
        var texts: [Int: String] = [:]
        try connection.forEach(
            "SELECT entry, text FROM competence_evidence WHERE person = ?",
            [.text(person.rawValue)]
        ) { texts[$0.int(0)] = $0.text(1) }
        var found: [(StoredEntry, CompetenceEntry, [UInt8])] = []
        try connection.forEach(
            "SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? ORDER BY number",
            [.text(person.rawValue)]
        ) { row in
            let stored = StoredEntry(row)
            if let entry = entry(stored, number: row.int(0)),
                day.map({ entry.recordedOn <= $0 }) ?? true
            {
                found.append((stored, entry, row.bytes(18)))
            }
        }
        let revoked = Set(found.compactMap(\.1.revokes))
        return found.map { stored, entry, hash in
            RecordedCompetence(
                entry: entry, title: LocalizedText(storedTitle: stored.title),
                form: stored.form, attestedBy: Self.attesters(stored.attestedBy),
                evidence: texts[entry.number],
                enrolment: (stored.origin?.enrolment).map { EnrolmentID($0) },
                step: (stored.origin?.step).map { StepID($0) }, version: stored.origin?.version,
                recordedAt: Instant(milliseconds: stored.recordedAt),
                hash: hash.isEmpty ? nil : hash, isRevoked: revoked.contains(entry.number))
        }
    }

    func record(of person: PersonID, asOf day: CivilDay) throws -> CompetenceRecord {
        CompetenceRecord(try entries(of: person), asOf: day)
    }

    func entries(of person: PersonID) throws -> [CompetenceEntry] {
        try connection.all(
            "SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? ORDER BY number",
            [.text(person.rawValue)]
        ) { entry(StoredEntry($0), number: $0.int(0)) }.compactMap { $0 }
    }

    private func entry(_ stored: StoredEntry, number: Int) -> CompetenceEntry? {
        guard let achieved = CivilDay(stored.achievedOn) else { return nil }
        return CompetenceEntry(
            number: number, kind: stored.kind, competence: CompetenceID(stored.competence),
            level: stored.level.map { LevelID($0) }, achievedOn: achieved,
            validUntil: stored.validUntil.flatMap { CivilDay($0) }, revokes: stored.revokes,
            recordedOn: installation.time.civil(Instant(milliseconds: stored.recordedAt)).day)
    }

    private static func attesters(_ text: String) -> [(role: String, person: PersonID)] {
        text.split(separator: " ").compactMap { part in
            guard let colon = part.firstIndex(of: ":") else { return nil }
            return (String(part[..<colon]), PersonID(part[part.index(after: colon)...]))
        }
    }
}
