public import Delivery
import Engine
import JSONText
import Storage

/// One try to deliver a message.
public struct AttemptRow: Hashable, Sendable {
    public let number: Int
    public let at: Instant
    public let outcome: String
    public let detail: String
}

extension Installation {
    /// The outbox's messages, the newest first.
    ///
    /// - Parameter status: queued, sending, sent, bundled, withdrawn or dead; all where nil.
    public func messages(
        status: String? = nil, recipient: String? = nil, limit: Int = 100
    ) throws -> [MessageRow] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(MessageRow.columns) FROM message
                WHERE (? IS NULL OR status = ?) AND (? IS NULL OR recipient = ?)
                ORDER BY queued_at DESC, id LIMIT ?
                """,
                [
                    SQLValue(status), SQLValue(status), SQLValue(recipient), SQLValue(recipient),
                    SQLValue(limit),
                ], MessageRow.init)
        }
    }

    /// A message and each attempt to deliver it.
    public func message(_ id: String) throws -> (message: MessageRow, attempts: [AttemptRow]) {
        try query { transaction in
            let message = try transaction.connection.first(
                "SELECT \(MessageRow.columns) FROM message WHERE id = ?", [.text(id)],
                MessageRow.init)
            guard let message else { throw OperationError.noSuchMessage(id) }
            let attempts = try transaction.connection.all(
                "SELECT number, at, outcome, detail FROM attempt WHERE message = ? ORDER BY number",
                [.text(id)]
            ) { row in
                AttemptRow(
                    number: row.int(0), at: Instant(milliseconds: row.integer(1)),
                    outcome: row.text(2), detail: row.text(3))
            }
            return (message, attempts)
        }
    }

    /// Queues a dead message again, under the same identity.
    public func retry(_ id: String) async throws {
        try await transact { transaction in
            let status = try transaction.connection.first(
                "SELECT status FROM message WHERE id = ?", [.text(id)]
            ) { $0.text(0) }
            guard let status else { throw OperationError.noSuchMessage(id) }
            guard status == "dead" else {
                throw OperationError.messageNotRetryable(id, status: status)
            }
            try transaction.connection.run(
                """
                UPDATE message SET status = 'queued', available_at = ?, finished_at = NULL
                WHERE id = ?
                """, [.integer(transaction.now.milliseconds), .text(id)])
        }
        wakeUps.ring()
    }

    /// How many messages stand where.
    public func outboxCounts() throws -> [(status: String, count: Int)] {
        try query { transaction in
            try transaction.connection.all(
                "SELECT status, count(*) FROM message GROUP BY status ORDER BY status"
            ) { ($0.text(0), $0.int(1)) }
        }
    }

    /// When the next message may go out, or nil where none waits.
    public func nextDelivery() throws -> Instant? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT min(at) FROM (
                    SELECT min(available_at) AS at FROM message WHERE status = 'queued'
                    UNION ALL
                    SELECT min(leased_until) AS at FROM message WHERE status = 'sending'
                ) AS next WHERE at IS NOT NULL
                """
            ) { $0.optionalInteger(0).map { Instant(milliseconds: $0) } } ?? nil
        }
    }
}

extension Courier {
    /// The templates as they lie in their folder now, which may be others than those in use.
    ///
    /// - Throws: `MailTemplateProblems`: what is wrong with them, located.
    public func templatesOnDisk() throws(MailTemplateProblems) -> MailTemplates {
        try MailTemplates(folder: composer.templates.folder)
    }

    /// The mail of a message as it was, or would be, sent: for showing.
    ///
    /// - Parameter opens: Whether its links work. Whoever looks at another's mail gets links that
    ///   open nothing.
    public func preview(_ id: String, opens: Bool = false) throws -> MailMessage {
        let (message, _) = try installation.message(id)
        let sentAt = message.finishedAt ?? installation.clock.now()
        let contents = try installation.query { transaction in
            try transaction.shownContents(message)
        }
        let job = DeliveryJob(message: message, contents: contents)
        return try (opens ? composer : composer.withoutWorkingLinks).compose(job, at: sentAt)
    }
}

extension Transaction {
    fileprivate func shownContents(_ message: MessageRow) throws -> DeliveryJob.Contents {
        switch message.kind {
        case "digest": return try digest(message)
        case "endpoint-disabled":
            let name = JSON(message.body)?["endpoint"]?.string ?? ""
            guard let endpoint = try endpoint(name) else {
                throw OperationError.noSuchEndpoint(name)
            }
            return .endpointOff(try needPerson(PersonID(message.recipient)), endpoint)
        case InputMail.received, InputMail.answered:
            guard let mail = try inputMail(message) else {
                throw OperationError.noSuchMessage(message.id)
            }
            return .input(mail)
        case ClaimMail.waiting, ClaimMail.decided:
            guard let mail = try claimMail(message) else {
                throw OperationError.noSuchMessage(message.id)
            }
            return .claim(mail)
        case PlacementNewsMail.kind:
            guard let mail = try placementNewsMail(message) else {
                throw OperationError.noSuchMessage(message.id)
            }
            return .placementNews(mail)
        case PlacementNoneMail.kind:
            guard let mail = try placementNoneMail(message) else {
                throw OperationError.noSuchMessage(message.id)
            }
            return .placementNone(mail)
        case SignInLink.kind:
            let person = try needPerson(PersonID(message.recipient))
            return .signIn(
                person, try addresses(of: person).first ?? .work,
                message.queuedAt.adding(seconds: SignInLink.lifetimeSeconds))
        default:
            if message.channel == Channel.webhook.rawValue {
                throw OperationError.noSuchMessage(message.id)
            }
            return .notice(try parcel(message))
        }
    }
}
