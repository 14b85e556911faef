import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support

/// A clock that stands still until it is moved.
struct StandingClock: WallClock {
    let instant: Instant

    func now() -> Instant { instant }
}

/// An installation on a new database file that sends by a real mail server.
struct Place {
    let folder: TemporaryFolder
    let clock: MovableClock
    let installation: Installation
    let courier: Courier

    /// - Parameter address: of PostgreSQL; a SQLite file where nil.
    init(now: String, sink: MailSink, address: String? = nil) throws {
        folder = try TemporaryFolder()
        let time = try Self.need(ZonedTime())
        let start = time.instant(try Self.need(CivilMoment(now)))
        clock = MovableClock(StandingClock(instant: start))
        installation = Installation(
            database: try address.map {
                try PostgresDatabase(address: $0, now: start.milliseconds)
            }
                ?? SQLiteDatabase(
                    path: folder.url.appendingPathComponent("ombord.sqlite").path,
                    now: start.milliseconds),
            clock: clock, random: Operations.SeededRandom(seed: 3), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        courier = Courier(
            installation: installation,
            templates: try MailTemplates(folder: Repository.url("Mail").path),
            identity: MailIdentity(
                from: Mailbox(address: try MailAddress("ombord@ombord.example")),
                organisation: "Oslo", contact: "hjelp@ombord.example"),
            mail: SMTPPool(
                SMTPServer(host: "127.0.0.1", port: sink.port, security: .never),
                connections: Courier.lanes),
            webhooks: WebhookDelivery(http: HTTPTransport()))
    }

    struct Missing: Error {}

    static func need<T>(_ value: T?) throws -> T {
        guard let value else { throw Missing() }
        return value
    }

    func moment(_ text: String) throws -> CivilMoment { try Self.need(CivilMoment(text)) }

    func publish(_ name: String) async throws {
        let path = Repository.url("Workflows/\(name).yaml").path
        let source = try Self.need(ProgrammeSource(path: path))
        _ = try Self.need(try await installation.publish(source).version)
    }
}
