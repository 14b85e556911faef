import Cryptography

/// Sends mail by a provider's HTTP interface, where no SMTP server may be reached.
///
/// One POST per mail with `Authorization: Bearer <token>` and `Idempotency-Key: <message id>`:
///
///     { "from": {"email": "...", "name": "..."}, "to": {...}, "replyTo": {...},
///       "returnPath": "...", "subject": "...", "text": "...", "html": "...",
///       "headers": {"Message-ID": "<...>", "Auto-Submitted": "auto-generated", ...},
///       "attachments": [{"name": "invite.ics", "type": "text/calendar; method=REQUEST",
///                        "content": "<base64>"}] }
///
/// `replyTo`, `returnPath` and a `name` are left out where there is none.
public struct ProviderMailTransport: MailTransport {
    private let url: String
    private let token: String
    private let http: HTTPTransport

    /// - Parameter http: the transport's own, since `shutdown()` ends it.
    public init(url: String, token: String, http: HTTPTransport) {
        self.url = url
        self.token = token
        self.http = http
    }

    /// Hands the message to the provider.
    public func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        let post = HTTPPost(
            url: url,
            headers: [
                ("Authorization", "Bearer \(token)"),
                ("Content-Type", "application/json"),
                ("Idempotency-Key", message.messageID.text),
            ],
            body: Self.json(message, envelopeSender: envelopeSender).bytes())
        switch await http.post(post) {
        case .success(let answer):
            let text = String(decoding: answer.body, as: UTF8.self)
            switch answer.status {
            case 200...299: return .accepted(reply: text)
            // The provider refuses us, not the mail: it is good once the token is.
            case 401, 403: return .unreachable(text: "HTTP \(answer.status) \(text)")
            case 408, 409, 425, 429: return .temporary(code: answer.status, text: text)
            case 400...499: return .permanent(code: answer.status, text: text)
            default: return .temporary(code: answer.status, text: text)
            }
        case .failure(.timedOut): return .uncertain(text: "No answer from the mail provider.")
        case .failure(.connectionLost(let text)): return .uncertain(text: text)
        case .failure(let failure): return .unreachable(text: "\(failure)")
        }
    }

    /// Lets the calls under way end.
    public func shutdown() async {
        await http.shutdown()
    }

    private static func json(_ message: MailMessage, envelopeSender: MailAddress?) -> JSONValue {
        func mailbox(_ mailbox: Mailbox) -> JSONValue {
            var fields: [(String, JSONValue)] = [("email", .text("\(mailbox.address)"))]
            if let name = mailbox.name { fields.append(("name", .text(name.text))) }
            return .object(fields)
        }
        var fields: [(String, JSONValue)] = [
            ("from", mailbox(message.from)), ("to", mailbox(message.to)),
        ]
        if let replyTo = message.replyTo { fields.append(("replyTo", mailbox(replyTo))) }
        if let envelopeSender { fields.append(("returnPath", .text("\(envelopeSender)"))) }
        fields += [
            ("subject", .text(MIMEText.flattened(message.subject))),
            ("text", .text(message.text)), ("html", .text(message.html)),
        ]
        let headers = [("Message-ID", JSONValue.text("<\(message.messageID)>"))]
        fields.append(
            ("headers", .object(headers + message.extraHeaders.map { ($0.name, .text($0.value)) })))
        let attachments = message.invitation.map { invitation in
            JSONValue.object([
                ("name", .text(invitation.method.fileName)),
                ("type", .text("text/calendar; method=\(invitation.method.rawValue)")),
                ("content", .text(Base64.encode(invitation.ics))),
            ])
        }
        fields.append(("attachments", .list(attachments.map { [$0] } ?? [])))
        return .object(fields)
    }
}
