import Delivery
import Foundation
import Operations

/// Figure 11: sending what waits in the outbox, beside what the mail server takes from the load
/// generator that comes with it (Postfix's smtp-sink and smtp-source). Both use as many
/// connections, keep them open and send texts of the same length, by turns in one run.
struct Mails {
    struct Result {
        let ratios: [Double]
        /// Mails a second.
        let sent: Double
        let accepted: Double
        let bytes: Int
    }

    static let mailsOfEachRound = 1_024

    let stage: Stage
    let rounds: Int

    /// - Returns: nil where the mail server is not installed.
    func run() async throws -> Result? {
        guard let sink = Self.program("smtp-sink"), let source = Self.program("smtp-source") else {
            return nil
        }
        let port = 18_025
        let server = Process()
        server.executableURL = sink
        server.arguments = ["127.0.0.1:\(port)", "200"]
        if getuid() == 0 { server.arguments = ["-u", "nobody"] + (server.arguments ?? []) }
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        // A start makes three mails at once, to the newcomer, the leader and the buddy.
        let starts = Starts(stage: stage, people: rounds * Self.mailsOfEachRound)
        let installation = try await starts.start("mails").installation
        let counter = SizeCounter(try transport(port))
        let courier = try courier(installation, counter)
        // Everything is warm, and the length of a mail is known.
        _ = try await courier.deliverRound()
        counter.stops()
        var ratios: [Double] = []
        var (sent, accepted): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            var count = 0
            let ours = try await time {
                while count < Self.mailsOfEachRound {
                    let round = try await courier.deliverRound()
                    if round.sent == 0 { throw BenchmarkFault("the outbox is empty: \(round)") }
                    count += round.sent
                }
            }
            let theirs = try time { try generate(source, port, count, counter.mean) }
            sent.append(Double(count) / ours)
            accepted.append(Double(count) / theirs)
            ratios.append(theirs / ours)
        }
        await courier.shutdown()
        return Result(
            ratios: ratios, sent: sent.median, accepted: accepted.median, bytes: counter.mean)
    }

    private func transport(_ port: Int) throws -> SMTPPool {
        SMTPPool(
            SMTPServer(host: "127.0.0.1", port: port, security: .never), connections: Courier.lanes)
    }

    private func courier(
        _ installation: Installation, _ mail: any MailTransport
    ) throws -> Courier {
        Courier(
            installation: installation, templates: try MailTemplates(folder: stage.root + "/Mail"),
            identity: MailIdentity(
                from: Mailbox(address: try MailAddress("ombord@ombord.example")),
                organisation: "Ombord", contact: "help@ombord.example"),
            mail: mail, webhooks: WebhookDelivery(http: HTTPTransport()))
    }

    private func generate(_ source: URL, _ port: Int, _ count: Int, _ length: Int) throws {
        let process = Process()
        process.executableURL = source
        process.arguments = [
            "-d", "-s", "\(Courier.lanes)", "-m", "\(count)", "-l", "\(length)",
            "-f", "a@ombord.example", "-t", "b@ombord.example", "127.0.0.1:\(port)",
        ]
        try process.run()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw BenchmarkFault("smtp-source failed") }
    }

    private static func program(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin"])
            .map { URL(fileURLWithPath: $0).appendingPathComponent(name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

/// Learns how long a mail is, until it is told that it knows enough.
private final class SizeCounter: MailTransport, @unchecked Sendable {
    private let transport: any MailTransport
    private let lock = NSLock()
    private var sizes: [Int] = []
    private var counts = true

    init(_ transport: any MailTransport) { self.transport = transport }

    var mean: Int { lock.withLock { sizes.reduce(0, +) / max(1, sizes.count) } }

    func stops() { lock.withLock { counts = false } }

    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        lock.withLock { if counts { sizes.append(message.bytes().count) } }
        return await transport.send(message, envelopeSender: envelopeSender)
    }

    func shutdown() async { await transport.shutdown() }
}
