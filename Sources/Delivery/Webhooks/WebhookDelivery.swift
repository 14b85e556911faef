import Cryptography

/// An endpoint's signing secret, written `whsec_` and base64 (Standard Webhooks 1.0.0).
public struct WebhookSecret: Sendable, CustomStringConvertible, CustomReflectable {
    let key: [UInt8]

    /// Reads a secret of 24 to 64 bytes.
    public init(_ text: String) throws(WebhookSecretError) {
        guard text.hasPrefix("whsec_") else { throw .prefixMissing }
        guard let key = Base64.decode(text.dropFirst(6)) else { throw .notBase64 }
        guard (24...64).contains(key.count) else { throw .wrongLength(key.count) }
        self.key = key
    }

    /// The text of a secret with these bytes, which come from a secure source of randomness.
    public static func text(of bytes: [UInt8]) -> String {
        "whsec_" + Base64.encode(bytes)
    }

    public var description: String { "whsec_***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is no signing secret.
public enum WebhookSecretError: Error, Hashable, Sendable, CustomStringConvertible {
    case prefixMissing
    case notBase64
    case wrongLength(Int)

    public var description: String {
        switch self {
        case .prefixMissing: "A signing secret begins with whsec_."
        case .notBase64: "A signing secret is written in base64 after whsec_."
        case .wrongLength(let count): "A signing secret has 24 to 64 bytes, and this has \(count)."
        }
    }
}

/// Something that happened, to be told to an endpoint as a CloudEvent 1.0.
public struct WebhookEvent: Sendable {
    /// The same over every try; receivers recognise a repeated delivery by it.
    public var id: WebhookID
    /// The service that tells, as a URI.
    public var source: String
    /// What happened, with dots: `enrolment.started`.
    public var type: String
    /// When it happened, in seconds since 1970-01-01 00:00 UTC.
    public var time: Int64
    public var subject: String?
    public var data: JSONValue

    public init(
        id: WebhookID, source: String, type: String, time: Int64, subject: String? = nil,
        data: JSONValue
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.subject = subject
        self.data = data
    }

    /// The event in CloudEvents' structured JSON form.
    public func body() -> [UInt8] {
        var fields: [(String, JSONValue)] = [
            ("specversion", .text("1.0")), ("id", .text(id.text)), ("source", .text(source)),
            ("type", .text(type)), ("time", .text(UTCInstant(seconds: time).timestamp)),
        ]
        if let subject { fields.append(("subject", .text(subject))) }
        // Standard Webhooks asks for `timestamp` beside `type` and `data`; an extension attribute.
        fields += [
            ("timestamp", .text(UTCInstant(seconds: time).timestamp)),
            ("datacontenttype", .text("application/json")), ("data", data),
        ]
        return JSONValue.object(fields).bytes()
    }
}

/// A delivery's identity: it is part of what is signed, so it holds no dot.
public struct WebhookID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// The identity, or nil where it is not 1 to 100 letters, digits, hyphens and underscores.
    public init?(_ text: String) {
        let isSafe = text.utf8.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        guard isSafe, (1...100).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    public var description: String { text }
}

/// How one try to tell an endpoint ended.
public enum WebhookOutcome: Hashable, Sendable {
    case delivered(status: Int)
    /// The endpoint asks for no more: turn it off.
    case gone
    /// The endpoint asks for patience.
    case throttled(status: Int, retryAfterSeconds: Int?)
    /// It answered something else than success; redirects count as such.
    case refused(status: Int, retryAfterSeconds: Int?)
    case unreachable(HTTPFailure)

    /// What an answer means (Standard Webhooks 1.0.0, CloudEvents HTTP webhook 1.0).
    public init(_ result: Result<HTTPAnswer, HTTPFailure>) {
        switch result {
        case .failure(let failure): self = .unreachable(failure)
        case .success(let answer):
            switch answer.status {
            case 200...299: self = .delivered(status: answer.status)
            case 410: self = .gone
            case 429, 502, 504:
                self = .throttled(
                    status: answer.status, retryAfterSeconds: answer.retryAfterSeconds)
            default:
                self = .refused(status: answer.status, retryAfterSeconds: answer.retryAfterSeconds)
            }
        }
    }
}

/// Tells endpoints what happened, signed so that they can trust it.
public struct WebhookDelivery: Sendable {
    private let http: any HTTPPosting

    public init(http: any HTTPPosting) {
        self.http = http
    }

    /// Tries once to tell one endpoint.
    ///
    /// - Parameters:
    ///   - secrets: the endpoint's secrets; two while one replaces the other.
    ///   - now: seconds since 1970-01-01 00:00 UTC, new for every try.
    public func deliver(
        _ event: WebhookEvent, to url: String, secrets: [WebhookSecret], now: Int64
    ) async -> WebhookOutcome {
        WebhookOutcome(await http.post(Self.post(event, to: url, secrets: secrets, now: now)))
    }

    /// Lets the deliveries under way end.
    public func shutdown() async {
        await http.shutdown()
    }

    /// The signed request of one try.
    public static func post(
        _ event: WebhookEvent, to url: String, secrets: [WebhookSecret], now: Int64
    ) -> HTTPPost {
        let body = event.body()
        let signatures = secrets.map { secret in
            let signed = Array("\(event.id).\(now).".utf8) + body
            let signature = Cryptography.hmacSHA256(key: secret.key, message: signed)
            return "v1,\(Base64.encode(signature))"
        }
        return HTTPPost(
            url: url,
            headers: [
                ("Content-Type", "application/cloudevents+json; charset=UTF-8"),
                ("webhook-id", event.id.text),
                ("webhook-timestamp", String(now)),
                ("webhook-signature", signatures.joined(separator: " ")),
            ],
            body: body)
    }
}
