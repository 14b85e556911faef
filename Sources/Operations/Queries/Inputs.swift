public import Engine
import Storage

/// What somebody has said about a programme, and what was answered.
public struct InputRow: Hashable, Sendable {
    public let id: String
    public let programme: ProgrammeID
    public let enrolment: EnrolmentID
    public let step: StepID?
    public let author: PersonID
    public let authorName: String
    public let text: String
    public let writtenAt: Instant
    public let answer: String?
    /// Who answered, as they are called.
    public let answeredBy: String?
    public let answeredAt: Instant?

    static let query = """
        SELECT i.id, i.programme, i.enrolment, i.step, i.author, p.name, i.text, i.written_at,
            i.answer, b.name, i.answered_at
        FROM programme_input i JOIN person p ON p.id = i.author
        LEFT JOIN person b ON b.id = i.answered_by
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        programme = ProgrammeID(row.text(1))
        enrolment = EnrolmentID(row.text(2))
        step = row.optionalText(3).map { StepID($0) }
        author = PersonID(row.text(4))
        authorName = row.text(5)
        text = row.text(6)
        writtenAt = Instant(milliseconds: row.integer(7))
        answer = row.optionalText(8)
        answeredBy = row.optionalText(9)
        answeredAt = row.optionalInteger(10).map { Instant(milliseconds: $0) }
    }
}

/// Which inputs are asked for.
public enum InputFilter: String, CaseIterable, Sendable {
    case waiting, answered, all

    var condition: String {
        switch self {
        case .waiting: "i.answered_at IS NULL"
        case .answered: "i.answered_at IS NOT NULL"
        case .all: "1 = 1"
        }
    }
}

extension Installation {
    /// The inputs that a person may answer, as owner of programmes or as HR of a unit that the
    /// enrolment lies under: the oldest first of those that wait, the newest first of the others.
    ///
    /// - Parameters:
    ///   - programme: Only those on this programme.
    ///   - page: Counted from zero.
    /// - Returns: one page, and how many there are in all.
    public func inputs(
        programme: ProgrammeID? = nil, for person: PersonID, _ filter: InputFilter,
        page: Int, pageSize: Int
    ) throws -> (rows: [InputRow], total: Int) {
        let condition = """
            \(Transaction.isInCharge) AND \(filter.condition)
            AND (? IS NULL OR i.programme = ?)
            """
        let values: [SQLValue] = [
            .text(person.rawValue), SQLValue(programme?.rawValue), SQLValue(programme?.rawValue),
        ]
        let order = filter == .waiting ? "i.written_at, i.id" : "i.written_at DESC, i.id"
        return try query { transaction in
            let total = try transaction.connection.count(
                "SELECT count(*) FROM programme_input i WHERE \(condition)", values)
            let rows = try transaction.connection.all(
                "\(InputRow.query) WHERE \(condition) ORDER BY \(order) LIMIT ? OFFSET ?",
                values + [SQLValue(pageSize), SQLValue(page * pageSize)], InputRow.init)
            return (rows, total)
        }
    }

    /// How many inputs wait for a person's answer.
    public func waitingInputs(for person: PersonID) throws -> Int {
        try query { transaction in
            try transaction.connection.count(
                """
                SELECT count(*) FROM programme_input i
                WHERE i.answered_at IS NULL AND \(Transaction.isInCharge)
                """, [.text(person.rawValue)])
        }
    }

    /// An input that a person may answer, or nil where it is none of theirs.
    public func input(_ id: String, for person: PersonID) throws -> InputRow? {
        try query { try $0.input(id, for: person) }
    }

    /// What a person has said themselves, the newest first.
    public func ownInputs(of author: PersonID, limit: Int = 20) throws -> [InputRow] {
        try query { transaction in
            try transaction.connection.all(
                "\(InputRow.query) WHERE i.author = ? ORDER BY i.written_at DESC, i.id LIMIT ?",
                [.text(author.rawValue), SQLValue(limit)], InputRow.init)
        }
    }
}

extension Transaction {
    /// Whether the enrolment of input `i` lies in or under a unit that a person, the one value,
    /// answers for as HR or as owner of programmes.
    static let isInCharge = """
        (SELECT e.unit FROM enrolment e WHERE e.id = i.enrolment) IN (
            WITH RECURSIVE charged (id) AS (
                SELECT unit FROM unit_function
                WHERE person = ? AND function IN ('hr', 'programme-owner')
                UNION
                SELECT o.id FROM org_unit o JOIN charged c ON o.parent = c.id)
            SELECT id FROM charged)
        """

    func input(_ id: String, for person: PersonID) throws -> InputRow? {
        try connection.first(
            "\(InputRow.query) WHERE i.id = ? AND \(Self.isInCharge)",
            [.text(id), .text(person.rawValue)], InputRow.init)
    }

    func input(_ id: String) throws -> InputRow? {
        try connection.first(
            "\(InputRow.query) WHERE i.id = ?", [.text(id)], InputRow.init)
    }
}
