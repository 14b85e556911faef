/// Several connections to one mail server. A mail takes the one that its recipient's address falls
/// to, so that a person's mails keep their order.
public struct SMTPPool: MailTransport {
    private let transports: [SMTPTransport]

    /// Opens nothing yet: a connection is made when its first mail comes.
    ///
    /// - Parameter connections: how many, at least one.
    public init(_ server: SMTPServer, connections: Int) {
        transports = (0..<max(1, connections)).map { _ in SMTPTransport(server) }
    }

    /// Sends the mail over its recipient's connection.
    public func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        let sum = message.to.address.description.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
        return await transports[sum % transports.count]
            .send(message, envelopeSender: envelopeSender)
    }

    /// Closes every connection.
    public func shutdown() async {
        for transport in transports { await transport.shutdown() }
    }
}
