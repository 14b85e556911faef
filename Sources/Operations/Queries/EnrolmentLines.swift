public import Engine
import Storage

/// One enrolment as a list shows it.
public struct EnrolmentLine: Hashable, Sendable {
    public let id: EnrolmentID
    public let programme: ProgrammeID
    public let version: String
    public let participant: PersonCard
    public let unit: String?
    public let status: String
    public let startedOn: String
}

extension Installation {
    /// Enrolments, the newest first.
    public func enrolments(
        participant: PersonID? = nil, programme: ProgrammeID? = nil, unit: String? = nil,
        limit: Int = 1_000
    ) throws -> [EnrolmentLine] {
        try query { transaction in
            try transaction.connection.all(
                """
                \(EnrolmentLine.query)
                WHERE (? IS NULL OR e.participant = ?) AND (? IS NULL OR e.programme = ?)
                    AND (? IS NULL OR e.unit = ?)
                ORDER BY e.started_on DESC, e.id LIMIT ?
                """,
                [
                    SQLValue(participant?.rawValue), SQLValue(participant?.rawValue),
                    SQLValue(programme?.rawValue), SQLValue(programme?.rawValue),
                    SQLValue(unit), SQLValue(unit), SQLValue(limit),
                ], EnrolmentLine.init)
        }
    }

    /// An enrolment with its steps, dates and reasons, as of now.
    public func enrolment(_ id: EnrolmentID) throws -> EnrolmentView {
        try query { try $0.view(id) }
    }
}

extension EnrolmentLine {
    static let query = """
        SELECT p.id, p.name, p.email, p.private_email, p.language, p.unit, p.digest,
            e.id, e.programme, e.version, e.unit, e.status, e.started_on
        FROM enrolment e JOIN person p ON p.id = e.participant
        """

    init(_ row: any ResultRow) {
        participant = PersonCard(row)
        id = EnrolmentID(row.text(7))
        programme = ProgrammeID(row.text(8))
        version = row.text(9)
        unit = row.optionalText(10)
        status = row.text(11)
        startedOn = row.text(12)
    }
}
