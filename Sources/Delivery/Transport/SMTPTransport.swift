import CCurl

/// Where mail is handed over, and how.
public struct SMTPServer: Sendable {
    /// How the connection is protected.
    public enum Security: String, Hashable, Sendable, CaseIterable {
        /// Plain text; for a relay on the same machine.
        case never
        /// STARTTLS or nothing: a server that does not offer it is not used.
        case required
        /// TLS from the first byte (port 465).
        case implicit
    }

    public var host: String
    public var port: Int
    public var security: Security
    public var credentials: SMTPCredentials?
    /// The name that we greet with; nil for the machine's own.
    public var greetingName: String?
    /// A file of trusted certificates in PEM instead of the machine's own.
    public var certificateFile: String?
    public var connectTimeoutSeconds = 15
    /// How long each answer of the server may take.
    public var responseTimeoutSeconds = 60
    public var totalTimeoutSeconds = 300

    public init(
        host: String, port: Int, security: Security, credentials: SMTPCredentials? = nil,
        greetingName: String? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.credentials = credentials
        self.greetingName = greetingName
    }
}

/// A user name and a password that describe themselves without the password.
public struct SMTPCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    public var user: String
    public var password: String

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    public var description: String { "user \(user)" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}

/// Sends mail by SMTP over one connection that is kept, on a thread of its own.
///
/// One recipient per transaction: libcurl cannot say which of several was refused.
public actor SMTPTransport: MailTransport {
    private nonisolated let executor = ThreadExecutor(name: "ombord-smtp")
    private let server: SMTPServer
    private var handle: CurlHandle?
    private var isShutDown = false

    public init(_ server: SMTPServer) {
        self.server = server
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Sends the message to its one recipient.
    public func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        transfer(message.bytes(), from: envelopeSender, to: message.to.address)
    }

    /// Closes the connection once the sends that were asked for before this are done.
    public func shutdown() {
        isShutDown = true
        // A server that has stopped answering must not hold up the end of the service.
        handle?.sever()
        handle = nil
    }

    private func transfer(
        _ bytes: [UInt8], from sender: MailAddress?, to recipient: MailAddress
    ) -> SendOutcome {
        guard !isShutDown else { return .unreachable(text: "The mail service is shutting down.") }
        guard let handle = handle ?? CurlHandle() else {
            return .unreachable(text: "libcurl could not be started.")
        }
        self.handle = handle
        configure(handle)
        handle.set(CURLOPT_MAIL_FROM, "<\(sender?.description ?? "")>")
        let result = handle.perform(
            body: bytes, lists: [(CURLOPT_MAIL_RCPT, ["<\(recipient)>"])], asPost: false,
            guardAddresses: false, keepingAnswer: 0)
        let outcome = Self.outcome(of: result)
        switch outcome {
        case .accepted, .temporary, .permanent: break
        case .uncertain, .unreachable: handle.sever()
        }
        return outcome
    }

    private func configure(_ handle: CurlHandle) {
        handle.reset()
        let scheme = server.security == .implicit ? "smtps" : "smtp"
        let host = server.host.contains(":") ? "[\(server.host)]" : server.host
        let greeting = server.greetingName.map { "/\($0)" } ?? ""
        handle.set(CURLOPT_URL, "\(scheme)://\(host):\(server.port)\(greeting)")
        handle.set(CURLOPT_PROTOCOLS_STR, scheme)
        if server.security == .required {
            // "Try" would go on in plain text where somebody in between removes the offer.
            handle.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        }
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let file = server.certificateFile { handle.set(CURLOPT_CAINFO, file) }
        if let credentials = server.credentials {
            handle.set(CURLOPT_USERNAME, credentials.user)
            handle.set(CURLOPT_PASSWORD, credentials.password)
        }
        handle.set(CURLOPT_CONNECTTIMEOUT, server.connectTimeoutSeconds)
        // Without it the clean-up after a server that hangs takes two minutes (libcurl 7.88).
        handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, server.responseTimeoutSeconds)
        handle.set(CURLOPT_TIMEOUT, server.totalTimeoutSeconds)
    }

    private static func outcome(of result: CurlResult) -> SendOutcome {
        let reply = result.lastHeaderLine
        // libcurl's own response code can be left over from an earlier transfer.
        let code = Int(reply.prefix(3)) ?? 0
        let text = reply.isEmpty ? result.detail : reply
        if result.code == CURLE_OK { return .accepted(reply: reply) }
        switch code {
        // 530 to 538 are about our sign-in and not about this mail (RFC 4954, RFC 3207).
        case 530...538: return .unreachable(text: text)
        case 400...499: return .temporary(code: code, text: text)
        case 500...599: return .permanent(code: code, text: text)
        default:
            return result.bodyWasTaken
                ? .uncertain(text: result.detail) : .unreachable(text: result.detail)
        }
    }
}
