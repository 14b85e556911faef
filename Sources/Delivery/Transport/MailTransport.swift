/// A way to hand one mail to whoever carries it on.
public protocol MailTransport: Sendable {
    /// Tries once to hand the message over.
    ///
    /// - Parameter envelopeSender: where failures are reported; nil for the empty sender.
    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome

    /// Finishes what was begun and closes the connections; later sends are `unreachable`.
    func shutdown() async
}

/// How one try to hand over a mail ended.
public enum SendOutcome: Hashable, Sendable {
    /// The other side has taken responsibility for the mail.
    case accepted(reply: String)
    /// The other side refused it for now: try again later.
    case temporary(code: Int, text: String)
    /// The other side will never take it: do not try again.
    case permanent(code: Int, text: String)
    /// The whole mail was handed over, and the answer was lost. A new try with the same
    /// message identity may be a duplicate.
    case uncertain(text: String)
    /// Nobody there could be talked to, for a reason that is not this mail's: try again later.
    case unreachable(text: String)
}
