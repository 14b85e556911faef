import Cryptography
import Delivery
import Operations
import Synchronization

/// What has come to the world outside, and what went wrong on the way there.
final class Ledger: Sendable {
    /// Something that a server took: a mail or a call, with the identity that it says it has.
    struct Taken: Hashable, Sendable {
        let id: String
        let to: String
        let subject: String
        /// Of all that a reader sees, without what is another at each try.
        let digest: String
    }

    /// An act that somebody was told was done.
    struct Acknowledged: Sendable {
        let key: String
        let enrolment: String
        let events: Int
        /// The event that must be in the history: its kind, step and person.
        let mark: [String]?
    }

    private struct State {
        var mails: [Taken] = []
        var calls: [Taken] = []
        var acknowledged: [Acknowledged] = []
        var faults: [String: Int] = [:]
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var mails: [Taken] { state.withLock { $0.mails } }
    var calls: [Taken] { state.withLock { $0.calls } }
    var acknowledged: [Acknowledged] { state.withLock { $0.acknowledged } }
    /// What was made to go wrong, by kind.
    var faults: [String: Int] { state.withLock { $0.faults } }
    /// What was done, by kind.
    var counts: [String: Int] { state.withLock { $0.counts } }

    func took(mail: Taken) { state.withLock { $0.mails.append(mail) } }
    func took(call: Taken) { state.withLock { $0.calls.append(call) } }
    func acknowledge(_ act: Acknowledged) { state.withLock { $0.acknowledged.append(act) } }
    func injected(_ fault: String) { state.withLock { $0.faults[fault, default: 0] += 1 } }
    func count(_ what: String, _ number: Int = 1) {
        state.withLock { $0.counts[what, default: 0] += number }
    }
}

/// What stands at the other end: a mail server or receivers of webhooks. They answer, refuse,
/// hang, or take what they are given and are not heard.
final class Servers: Sendable {
    enum Fault: String, CaseIterable {
        case later = "answers 4xx or 5xx for now"
        case never = "answers that it never will"
        case away = "cannot be reached"
        case hangs = "hangs"
        case dropsBefore = "drops the connection, and has not taken it"
        case dropsAfter = "takes it and drops the connection"
    }

    let ledger: Ledger
    private let kernel: Kernel
    private let away = Mutex<Set<String>>([])

    init(_ kernel: Kernel, _ ledger: Ledger) {
        self.kernel = kernel
        self.ledger = ledger
    }

    func set(_ server: String, isAway: Bool) {
        away.withLock { away in
            if isAway { away.insert(server) } else { away.remove(server) }
        }
    }

    /// Draws what goes wrong now; nil where nothing does.
    fileprivate func fault(_ server: String, oneIn rate: Int, of faults: [Fault]) async -> Fault? {
        // It takes a moment, in which others have theirs.
        await Task.yield()
        var fault = kernel.oneIn(rate) ? kernel.pick(faults) : nil
        if away.withLock({ $0.contains(server) }) { fault = .away }
        guard let fault else {
            if kernel.oneIn(4) { try? await kernel.wait(milliseconds: 700, isLook: false) }
            return nil
        }
        ledger.injected("\(server) \(fault.rawValue)")
        if fault == .hangs {
            let seconds = kernel.number(5...150)
            try? await kernel.wait(milliseconds: Int64(seconds) * 1000, isLook: false)
        }
        return fault
    }
}

/// A node's way to the mail server.
struct NodeMail: MailTransport {
    let servers: Servers
    let weather: @Sendable () -> Weather
    /// Whether the process is still there to do anything.
    let lives: @Sendable () -> Bool

    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        let weather = weather()
        let faults = Servers.Fault.allCases.filter {
            !weather.mailIsCertain || $0 != .dropsBefore && $0 != .dropsAfter
        }
        let fault = await servers.fault("mail server", oneIn: weather.mailFaults, of: faults)
        guard lives() else { return .unreachable(text: "the process has ended") }
        switch fault {
        case nil: break
        case .later: return .temporary(code: 451, text: "try again later")
        case .never: return .permanent(code: 550, text: "no such mailbox")
        case .away: return .unreachable(text: "connection refused")
        case .hangs: return .unreachable(text: "timed out")
        case .dropsBefore: return .uncertain(text: "connection lost")
        case .dropsAfter:
            servers.ledger.took(mail: Self.taken(message))
            return .uncertain(text: "connection lost")
        }
        servers.ledger.took(mail: Self.taken(message))
        return .accepted(reply: "250 taken")
    }

    private static func taken(_ message: MailMessage) -> Ledger.Taken {
        // Links hold when they were made.
        let words = message.text.split { $0 == " " || $0 == "\n" }.filter {
            !$0.hasPrefix("https://")
        }
        let seen = ([message.subject] + words.map(String.init)).joined(separator: " ")
        return Ledger.Taken(
            id: message.messageID.text, to: "\(message.to.address)", subject: message.subject,
            digest: Cryptography.hex(Cryptography.sha256(of: seen)))
    }

    func shutdown() async {}
}

/// A node's way to those who are told by HTTP.
struct NodeHTTP: HTTPPosting {
    let servers: Servers
    let weather: @Sendable () -> Weather
    let lives: @Sendable () -> Bool

    func post(_ post: HTTPPost) async -> Result<HTTPAnswer, HTTPFailure> {
        let fault = await servers.fault(
            "webhook receiver", oneIn: weather().webhookFaults, of: Servers.Fault.allCases)
        guard lives() else { return .failure(.shutDown) }
        switch fault {
        case nil: break
        case .later: return .success(HTTPAnswer(status: 429, retryAfterSeconds: 20))
        case .never: return .success(HTTPAnswer(status: 500))
        case .away: return .failure(.cannotConnect)
        case .hangs: return .failure(.timedOut)
        case .dropsBefore: return .failure(.connectionLost("before"))
        case .dropsAfter:
            servers.ledger.took(call: Self.taken(post))
            return .failure(.connectionLost("after"))
        }
        servers.ledger.took(call: Self.taken(post))
        return .success(HTTPAnswer(status: 204))
    }

    private static func taken(_ post: HTTPPost) -> Ledger.Taken {
        Ledger.Taken(
            id: post.headers.first { $0.name == "webhook-id" }?.value ?? "", to: post.url,
            subject: "", digest: Cryptography.hex(Cryptography.sha256(post.body)))
    }

    func shutdown() async {}
}
