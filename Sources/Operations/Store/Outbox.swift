import CivilCalendar
import Cryptography
import Engine
import JSONText
import Storage

/// Queues what a decision calls for, in the decision's own transaction.
struct Outbox {
    private let transaction: Transaction

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    func queue(_ decision: Decision, _ version: CompiledVersion) throws {
        for notice in decision.notices { try queue(notice, of: decision.enrolment.id) }
        try queueWebhooks(decision, version)
    }

    private func queue(_ notice: Notice, of enrolment: EnrolmentID) throws {
        try insert(
            QueuedMessage(
                identity: notice.identity,
                channel: try notice.kind.fitsDigest ? channel(for: notice.recipient) : .mail,
                kind: notice.kind.rawValue, enrolment: enrolment,
                recipient: notice.recipient.rawValue, body: notice.json,
                availableAt: transaction.installation.time.instant(notice.sendAt)))
    }

    /// How somebody wants what can wait for the day's mail.
    func channel(for person: PersonID) throws -> Channel {
        let wantsEachAlone = try transaction.connection.count(
            "SELECT count(*) FROM person WHERE id = ? AND digest = 'never'",
            [.text(person.rawValue)])
        return wantsEachAlone == 1 ? .mail : .digest
    }

    /// One message for each endpoint that subscribes to the event's kind. The body is thin: ids
    /// and facts, no names; whoever may know more asks for it.
    private func queueWebhooks(_ decision: Decision, _ version: CompiledVersion) throws {
        let endpoints = try transaction.connection.all(
            "SELECT id, kinds FROM webhook_endpoint WHERE status = 'on'"
        ) { (id: $0.text(0), kinds: Set($0.text(1).split(separator: " ").map(String.init))) }
        if endpoints.isEmpty { return }
        let first = decision.enrolment.eventCount - decision.events.count + 1
        for (index, event) in decision.events.enumerated() {
            let (type, body) = event.stored
            for endpoint in endpoints
            where endpoint.kinds.isEmpty || endpoint.kinds.contains(type) {
                let number = first + index
                try insert(
                    QueuedMessage(
                        identity: "webhook/\(endpoint.id)/\(decision.enrolment.id)/\(number)",
                        channel: .webhook, kind: type, enrolment: decision.enrolment.id,
                        recipient: endpoint.id,
                        body: .object([
                            "enrolment": JSON(decision.enrolment.id), "number": .integer(number),
                            "programme": JSON(version.programme.id),
                            "version": .string(version.hash), "event": body.withoutFreeText,
                        ]),
                        availableAt: transaction.now))
            }
        }
    }

    /// Queues a message unless one of its identity was queued before.
    func insert(_ message: QueuedMessage) throws {
        try transaction.connection.post(
            """
            INSERT INTO message (id, identity, channel, kind, enrolment, recipient, body, status,
                available_at, queued_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?)
            ON CONFLICT (identity) DO NOTHING
            """,
            [
                .text(Transaction.messageID(message.identity)), .text(message.identity),
                .text(message.channel.rawValue), .text(message.kind),
                SQLValue(message.enrolment?.rawValue), .text(message.recipient),
                .text(message.body.text), .integer(message.availableAt.milliseconds),
                .integer(transaction.now.milliseconds),
            ])
    }
}

enum Channel: String {
    case mail, digest, webhook
}

/// A message as it is put in the outbox.
struct QueuedMessage {
    var identity: String
    var channel: Channel
    var kind: String
    var enrolment: EnrolmentID?
    var recipient: String
    var body: JSON
    var availableAt: Instant
}

extension JSON {
    /// An event's body without what people wrote in their own words, which may be about anything.
    fileprivate var withoutFreeText: JSON {
        guard case .object(let members) = self else { return self }
        return .object(
            members.filter { $0.name != "reason" && $0.name != "place" }.map {
                Member($0.name, $0.value.withoutFreeText)
            })
    }
}
