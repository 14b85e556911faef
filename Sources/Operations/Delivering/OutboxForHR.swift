public import Engine
import Storage

/// Which messages of the outbox are asked for.
public struct OutboxFilter: Hashable, Sendable {
    public var status: MessageStatus?
    public var kind: String?
    public var recipient: PersonID?

    public init(status: MessageStatus? = nil, kind: String? = nil, recipient: PersonID? = nil) {
        self.status = status
        self.kind = kind
        self.recipient = recipient
    }
}

/// How a message stands.
public enum MessageStatus: String, CaseIterable, Sendable {
    case queued, sending, sent, bundled, withdrawn, dead
}

/// A message with the names that tell people what it is about.
public struct OutboxLine: Hashable, Sendable {
    public let message: MessageRow
    public let recipientName: String
    /// Whose programme it is about, where it is about one of the reader's units.
    public let participant: PersonID?
    public let participantName: String?
    /// Whether it is about somebody elsewhere, to somebody of the reader's units.
    public let isElsewhere: Bool
    /// The message that it went in, together with others.
    public let bundle: String?
}

/// A message with all that became of it.
public struct OutboxMessage: Sendable {
    public let line: OutboxLine
    public let attempts: [AttemptRow]
    /// What it gathers, where it is a digest.
    public let gathered: [OutboxLine]
    /// Whether its contents are for its recipient alone: a confidential talk, or a reason that
    /// somebody wrote.
    public let isConfidential: Bool
}

extension Installation {
    /// How far back the outbox is shown where no person is asked for, in days.
    public static let outboxDays = 90
    /// With so many people or fewer, their messages are looked up one person after the other.
    private static let fewPeople = 500

    /// The messages to people in somebody's units as HR, or about their programmes, the newest
    /// first.
    ///
    /// - Returns: one row more than the page has, where there are more.
    public func outbox(
        forHR person: PersonID, _ filter: OutboxFilter, page: Int, pageSize: Int
    ) throws -> [OutboxLine] {
        try query { transaction in
            let connection = transaction.connection
            let reader = SQLValue.text(person.rawValue)
            var sql = "m.channel <> 'webhook' AND \(Self.inScope)"
            var values: [SQLValue] = [reader, reader, reader]
            var at = "coalesce(m.finished_at, m.available_at)"
            if let status = filter.status {
                sql += " AND m.status = '\(status.rawValue)'"
                switch status {
                case .queued, .sending, .dead:
                    // These are few and have indexes of their own; the sum keeps the one by time
                    // from being taken.
                    at += " + 0"
                case .sent, .bundled, .withdrawn: break
                }
            }
            if let kind = filter.kind {
                sql += " AND m.kind = ?"
                values.append(.text(kind))
            }
            if let recipient = filter.recipient {
                sql += " AND m.recipient = ?"
                values.append(.text(recipient.rawValue))
            } else {
                sql += " AND \(at) > ?"
                let since = transaction.now.adding(seconds: -86_400 * Double(Self.outboxDays))
                values.append(.integer(since.milliseconds))
                let people = try connection.count(
                    """
                    SELECT count(*) FROM
                        (SELECT 1 FROM person WHERE unit IN \(UnitScope.hr) LIMIT ?) AS few
                    """, [reader, SQLValue(Self.fewPeople + 1)])
                if people <= Self.fewPeople {
                    sql += " AND m.recipient IN \(Self.concerned)"
                    values += [reader, reader]
                }
            }
            return try connection.all(
                """
                \(Self.lines) WHERE \(sql)
                ORDER BY \(at) DESC, m.id LIMIT ? OFFSET ?
                """, values + [SQLValue(pageSize + 1), SQLValue(page * pageSize)],
                OutboxLine.init)
        }
    }

    /// How many messages to or about people in somebody's units could not be sent.
    public func deadMessages(forHR person: PersonID) throws -> Int {
        try query { transaction in
            try transaction.connection.count(
                """
                SELECT count(*) FROM message m
                WHERE m.status = 'dead' AND m.channel <> 'webhook' AND \(Self.inScope)
                """, [.text(person.rawValue), .text(person.rawValue)])
        }
    }

    /// A message and what became of it, or nil where there is none of that id, or it is none of the
    /// person's business as HR.
    public func outboxMessage(_ id: String, forHR person: PersonID) throws -> OutboxMessage? {
        try query { transaction in
            let connection = transaction.connection
            let reader = SQLValue.text(person.rawValue)
            let found = try connection.first(
                "\(Self.lines) WHERE m.id = ? AND m.channel <> 'webhook' AND \(Self.inScope)",
                [reader, .text(id), reader, reader], OutboxLine.init)
            guard let line = found else { return nil }
            let attempts = try connection.all(
                "SELECT number, at, outcome, detail FROM attempt WHERE message = ? ORDER BY number",
                [.text(id)]
            ) { row in
                AttemptRow(
                    number: row.int(0), at: Instant(milliseconds: row.integer(1)),
                    outcome: row.text(2), detail: row.text(3))
            }
            let gathered = try connection.all(
                "\(Self.lines) WHERE m.bundle = ? AND \(Self.inScope) ORDER BY m.queued_at, m.id",
                [reader, .text(id), reader, reader], OutboxLine.init)
            let isConfidential =
                line.isElsewhere || gathered.contains(where: \.isElsewhere)
                ? true : try transaction.isConfidential(line.message)
            return OutboxMessage(
                line: line, attempts: attempts, gathered: gathered,
                isConfidential: isConfidential)
        }
    }

    private static let lines = """
        SELECT \(MessageRow.columns.split(separator: ", ").map { "m.\($0)" }
            .joined(separator: ", ")),
            coalesce(r.name, m.recipient), p.id, p.name, m.bundle,
            CASE WHEN m.enrolment IS NULL OR e.unit IN \(UnitScope.hr) THEN 0 ELSE 1 END
        FROM message m LEFT JOIN person r ON r.id = m.recipient
        LEFT JOIN enrolment e ON e.id = m.enrolment LEFT JOIN person p ON p.id = e.participant
        """

    private static let inScope = """
        (EXISTS (SELECT 1 FROM enrolment own WHERE own.id = m.enrolment
            AND own.unit IN \(UnitScope.hr))
        OR EXISTS (SELECT 1 FROM person own WHERE own.id = m.recipient
            AND own.unit IN \(UnitScope.hr)))
        """

    /// Everybody who gets messages about the units' people.
    private static let concerned = """
        (SELECT id FROM person WHERE unit IN \(UnitScope.hr)
        UNION SELECT h.person FROM role_holder h JOIN enrolment g ON g.id = h.enrolment
        WHERE g.unit IN \(UnitScope.hr))
        """
}

extension OutboxLine {
    init(_ row: any ResultRow) {
        let columns = MessageRow.columns.split(separator: ",").count
        message = MessageRow(row)
        recipientName = row.text(columns)
        isElsewhere = row.int(columns + 4) != 0
        participant = isElsewhere ? nil : row.optionalText(columns + 1).map { PersonID($0) }
        participantName = isElsewhere ? nil : row.optionalText(columns + 2)
        bundle = row.optionalText(columns + 3)
    }
}

extension Transaction {
    /// What is not about a programme's step, such as a link to sign in with, is its recipient's
    /// alone; so is what was written freely, and what a confidential talk is about.
    fileprivate func isConfidential(_ message: MessageRow) throws -> Bool {
        if message.kind == "digest" {
            return try items(ofBundle: message.id).contains { item in
                switch item {
                case .notice(let parcel): isConfidential(parcel)
                case .claim: true
                }
            }
        }
        guard NoticeKind(rawValue: message.kind) != nil, message.enrolment != nil else {
            return true
        }
        return isConfidential(try parcel(message))
    }

    private func isConfidential(_ parcel: Parcel) -> Bool {
        let step = parcel.notice.step.flatMap(parcel.programme.step)
        return step?.meeting?.isConfidential ?? false
            || !(parcel.notice.reason ?? "").isEmpty
    }
}
