import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Synchronization

/// A clock that stands still until the test moves it.
struct StandingClock: WallClock {
    let instant: Instant

    func now() -> Instant { instant }
}

/// A mail server that takes everything, or answers as the test says.
final class FakeMail: MailTransport {
    private let state = Mutex<(sent: [MailMessage], answers: [SendOutcome])>(([], []))
    private let meanwhile = Mutex<(@Sendable () -> Void)?>(nil)

    var sent: [MailMessage] { state.withLock { $0.sent } }

    /// The next answers; when they are used up, everything is taken.
    func answer(_ outcomes: SendOutcome...) { state.withLock { $0.answers += outcomes } }

    /// What happens while the next one is being sent.
    func meanwhile(_ happening: @escaping @Sendable () -> Void) {
        meanwhile.withLock { $0 = happening }
    }

    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        // Others' sendings wait for it.
        meanwhile.withLock { happening in
            happening?()
            happening = nil
        }
        return state.withLock { state in
            state.sent.append(message)
            return state.answers.isEmpty ? .accepted(reply: "250 ok") : state.answers.removeFirst()
        }
    }

    func shutdown() async {}
}

/// An installation on a new database, with everything that a test turns.
final class World: Sendable {
    let folder: TemporaryFolder
    let address: DatabaseAddress
    let clock: MovableClock
    let installation: Installation
    let mail = FakeMail()
    let courier: Courier

    /// - Parameter now: The wall-clock time in Oslo at which the test begins.
    init(now: String = "2026-03-02T07:30", sendsStatements: Bool = false) throws {
        folder = try TemporaryFolder()
        let time = try Self.need(ZonedTime())
        let start = time.instant(try Self.need(CivilMoment(now)))
        address =
            DatabaseKind.current == .postgres
            ? .server(
                try PostgresServer.shared().makeDatabase {
                    _ = try DatabaseAddress.server($0).open(now: 0)
                })
            : .file(path: folder.url.appendingPathComponent("ombord.sqlite").path)
        clock = MovableClock(StandingClock(instant: start))
        var settings = InstallationSettings(
            mailDomain: "ombord.example", baseURL: "https://ombord.example",
            secret: Array(repeating: 7, count: 32))
        settings.sendsStatements = sendsStatements
        installation = Installation(
            database: try address.open(now: start.milliseconds),
            clock: clock, random: Operations.SeededRandom(seed: 7), time: time,
            settings: settings)
        courier = try Self.courier(installation, mail)
    }

    /// Lets rows be changed and deleted that the schema keeps.
    func removeGuards(of table: String, _ connection: any Connection) throws {
        let place = if case .server = address { " ON \(table)" } else { "" }
        for trigger in ["is_fixed", "is_kept"] {
            try connection.run("DROP TRIGGER \(table)_\(trigger)\(place)", [])
        }
    }

    static func courier(
        _ installation: Installation, _ mail: FakeMail, records: LearningRecordStore? = nil
    ) throws -> Courier {
        var limits = HTTPTransport.Limits()
        limits.allowsPlainHTTP = true
        limits.allowsPrivateAddresses = true
        return Courier(
            installation: installation,
            templates: try MailTemplates(folder: Repository.url("Mail").path),
            identity: MailIdentity(
                from: Mailbox(
                    name: try DisplayName("Ombord"),
                    address: try MailAddress("ombord@ombord.example")),
                organisation: "Solbakken sykehjem", contact: "hjelp@solbakken.example"),
            mail: mail, webhooks: WebhookDelivery(http: HTTPTransport(limits)),
            records: records)
    }

    /// Another process on the same database.
    static func reopened(_ world: World, sendsStatements: Bool? = nil) throws -> Installation {
        var settings = world.installation.settings
        if let sendsStatements { settings.sendsStatements = sendsStatements }
        return Installation(
            database: try world.address.open(now: world.clock.now().milliseconds),
            clock: world.clock, random: Operations.SeededRandom(seed: 8),
            time: world.installation.time, settings: settings)
    }

    static func need<T>(_ value: T?) throws -> T {
        guard let value else { throw Missing() }
        return value
    }

    struct Missing: Error {}

    var now: CivilMoment { installation.nowCivil }

    func move(to text: String) throws {
        clock.move(to: installation.time.instant(try Self.need(CivilMoment(text))))
    }

    @discardableResult
    func publish(_ name: String) async throws -> CompiledVersion {
        let path = Repository.url("Workflows/\(name).yaml").path
        let source = try Self.need(ProgrammeSource(path: path))
        return try Self.need(try await installation.publish(source).version)
    }

    /// A ward with a leader, HR above it, a buddy and a newcomer; Dok. 24's programme published.
    func ward() async throws {
        try await publish("oslo-onboarding")
        let report = try await importText(
            units: """
                id,name,kind,parent,manager,hr
                city,Helse,agency,,director,hr
                ward,Avdeling Bjørk,ward,city,leader,
                """,
            people: """
                id,name,email,private-email,language,unit,digest
                director,Ragnhild Ås,ragnhild@example.org,,nb,city,
                hr,Øyvind Lunde,oyvind@example.org,,nb,city,
                leader,Kari Berge,kari@example.org,,nb,ward,daily
                buddy,Nils Moen,nils@example.org,,nn,ward,never
                amina,Amina Yusuf,amina@example.org,amina@home.example,en,ward,
                """)
        if !report.isApplied { throw Missing() }
    }

    func importText(
        units: String? = nil, people: String? = nil, starts: String? = nil, dryRun: Bool = false
    ) async throws -> ImportReport {
        var tables: [ImportTable] = []
        for (kind, text) in [
            (ImportKind.units, units), (.people, people), (.starts, starts),
        ] {
            guard let text else { continue }
            tables.append(
                ImportTable(kind: kind, file: "\(kind.rawValue).csv", bytes: Array(text.utf8)))
        }
        return try await installation.importTables(tables, dryRun: dryRun)
    }

    /// Amina begins on 2 March 2026, as a nurse.
    func enrolAmina(firstDay: String = "2026-03-02", key: String? = nil) async throws
        -> EnrolmentID
    {
        try await installation.enrol(
            EnrolRequest(
                participant: "amina", programme: "oslo-onboarding",
                anchors: ["first-day": try Self.need(CivilDay(firstDay))],
                facts: [
                    "profession": .choice("nurse"), "unit-type": .choice("nursing-home"),
                    "contract-percentage": .number(100),
                ], chosen: ["buddy": "buddy"]), by: .operatorCommand, key: key)
    }

    /// Wakes and delivers until nothing more is due now.
    func settle() async throws {
        while try await installation.wakeDue().woken > 0 {}
        try await courier.deliverAll()
    }

    /// Goes through time to a moment as it passes, each thing on its day.
    func live(until text: String) async throws {
        let end = installation.time.instant(try Self.need(CivilMoment(text)))
        try await settle()
        while true {
            let next = [try installation.nextWakeUp(), try installation.nextDelivery()]
                .compactMap { $0 }.filter { $0 > clock.now() }.min()
            guard let next, next <= end else { break }
            clock.move(to: next)
            try await settle()
        }
        clock.move(to: end)
        try await settle()
    }
}
