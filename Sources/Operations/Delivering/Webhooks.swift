import Cryptography
public import Delivery
public import Engine
import JSONText
import Storage

/// Someone who is told about events by HTTP.
public struct WebhookEndpoint: Sendable {
    public let id: String
    public let url: String
    /// The newest first; the older one is used beside it while the receiver changes over.
    public let secrets: [WebhookSecret]
    /// The event kinds that it wants; all where empty.
    public let kinds: [String]
    public let owner: PersonID
    public let isOn: Bool
    public let failingSince: Instant?
    public let detail: String?
}

extension Installation {
    /// Adds an endpoint, switched on.
    ///
    /// - Returns: its id and the secret that it checks signatures with, shown this once.
    /// - Throws: `OperationError` where the address is not http or https.
    public func addEndpoint(
        url: String, kinds: [String], owner: PersonID
    ) async throws -> (id: String, secret: String) {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.count <= 2_000,
            !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else {
            throw OperationError.invalid(
                field: "url", problem: .notHTTPS)
        }
        if let unknown = kinds.first(where: { !Event.storedTypes.contains($0) }) {
            throw OperationError.invalid(
                field: "kind",
                problem: .notAnEventKind(unknown, known: Event.storedTypes.sorted()))
        }
        let id = random.identifier("w")
        let secret = WebhookSecret.text(of: random.bytes(32))
        try await transact { transaction in
            _ = try transaction.needPerson(owner)
            try transaction.connection.run(
                """
                INSERT INTO webhook_endpoint (id, url, secrets, kinds, owner, status)
                VALUES (?, ?, ?, ?, ?, 'on')
                """,
                [
                    .text(id), .text(url), .text(secret), .text(kinds.joined(separator: " ")),
                    .text(owner.rawValue),
                ])
        }
        return (id, secret)
    }

    /// Gives an endpoint a new secret; the last one goes on being used beside it.
    public func rotateSecret(of endpoint: String) async throws -> String {
        let secret = WebhookSecret.text(of: random.bytes(32))
        try await transact { transaction in
            let old = try transaction.connection.first(
                "SELECT secrets FROM webhook_endpoint WHERE id = ?", [.text(endpoint)]
            ) { $0.text(0) }
            guard let old else { throw OperationError.noSuchEndpoint(endpoint) }
            let previous = old.split(separator: " ").first.map(String.init) ?? ""
            try transaction.connection.run(
                "UPDATE webhook_endpoint SET secrets = ? WHERE id = ?",
                [.text("\(secret) \(previous)"), .text(endpoint)])
        }
        return secret
    }

    /// Switches an endpoint on again, or off. What it missed can be redelivered by `retry`.
    public func switchEndpoint(_ endpoint: String, on: Bool) async throws {
        try await transact { transaction in
            let changed = try transaction.connection.run(
                "UPDATE webhook_endpoint SET status = ?, failing_since = NULL WHERE id = ?",
                [on ? "on" : "off", .text(endpoint)])
            if changed == 0 { throw OperationError.noSuchEndpoint(endpoint) }
        }
    }

    /// Every endpoint, also those that are off, by id.
    public func endpoints() throws -> [WebhookEndpoint] {
        try query { try $0.endpoints("ORDER BY id", []) }
    }
}

extension Transaction {
    /// An endpoint that has failed for so long is switched off and its owner told (Standard
    /// Webhooks 1.0.0, "Operational considerations"): five days, in milliseconds.
    static let patience: Int64 = 5 * 86_400_000

    func endpoints(_ clause: String, _ values: [SQLValue]) throws -> [WebhookEndpoint] {
        try connection.all(
            """
            SELECT id, url, secrets, kinds, owner, status, failing_since, detail
            FROM webhook_endpoint \(clause)
            """, values
        ) { row in
            WebhookEndpoint(
                id: row.text(0), url: row.text(1),
                secrets: try row.text(2).split(separator: " ").map {
                    try WebhookSecret(String($0))
                },
                kinds: row.text(3).split(separator: " ").map(String.init),
                owner: PersonID(row.text(4)), isOn: row.text(5) == "on",
                failingSince: row.optionalInteger(6).map { Instant(milliseconds: $0) },
                detail: row.optionalText(7))
        }
    }

    func endpoint(_ id: String) throws -> WebhookEndpoint? {
        try endpoints("WHERE id = ?", [.text(id)]).first
    }

    /// Remembers since when an endpoint has failed, and switches it off when that is too long.
    func noteHealth(of endpoint: WebhookEndpoint, _ settlement: Settlement) throws {
        switch settlement {
        case .sent:
            try connection.run(
                "UPDATE webhook_endpoint SET failing_since = NULL, detail = NULL WHERE id = ?",
                [.text(endpoint.id)])
        case .gone: try switchOff(endpoint, "410 Gone")
        case .again(let reason, _), .dead(let reason):
            let since = try self.endpoint(endpoint.id)?.failingSince ?? now
            if now.milliseconds - since.milliseconds > Self.patience {
                return try switchOff(endpoint, reason)
            }
            try connection.run(
                "UPDATE webhook_endpoint SET failing_since = ?, detail = ? WHERE id = ?",
                [.integer(since.milliseconds), .text(reason), .text(endpoint.id)])
        }
    }

    private func switchOff(_ endpoint: WebhookEndpoint, _ reason: String) throws {
        try connection.run(
            "UPDATE webhook_endpoint SET status = 'off', detail = ? WHERE id = ?",
            [.text(reason), .text(endpoint.id)])
        try Outbox(self).insert(
            QueuedMessage(
                identity: "endpoint-disabled/\(endpoint.id)/\(now.milliseconds)", channel: .mail,
                kind: "endpoint-disabled", enrolment: nil, recipient: endpoint.owner.rawValue,
                body: .object(["endpoint": .string(endpoint.id)]), availableAt: now))
    }
}

extension JSON {
    /// The same value as the webhook's own JSON writer takes it.
    var forWebhook: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .flag(value)
        case .integer(let value): .number(value)
        case .number(let value): .text("\(value)")
        case .string(let text): .text(text)
        case .array(let values): .list(values.map(\.forWebhook))
        case .object(let members): .object(members.map { ($0.name, $0.value.forWebhook) })
        }
    }
}
