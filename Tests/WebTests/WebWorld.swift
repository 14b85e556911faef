import CivilCalendar
import Delivery
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Operations
import Storage
import Support
import Synchronization
import Testing

@testable import Web

struct Missing: Error {}

func need<T>(_ value: T?) throws -> T {
    guard let value else { throw Missing() }
    return value
}

/// A clock that stands still until the test moves it.
private struct StandingClock: WallClock {
    let instant: Instant

    func now() -> Instant { instant }
}

/// A mail server that takes everything and keeps it.
final class FakeMail: MailTransport {
    private let kept = Mutex<[MailMessage]>([])

    var sent: [MailMessage] { kept.withLock { $0 } }

    func send(_ message: MailMessage, envelopeSender: MailAddress?) async -> SendOutcome {
        kept.withLock { $0.append(message) }
        return .accepted(reply: "250 ok")
    }

    func shutdown() async {}
}

/// Moves the clock at once, without waking anybody; or says that it is on its way.
final class FakeDesk: DemonstrationControl {
    private let clock: MovableClock
    private let time: ZonedTime
    private let state = Mutex<(progress: DemonstrationProgress?, interrupted: Int)>((nil, 0))

    init(_ clock: MovableClock, _ time: ZonedTime) {
        self.clock = clock
        self.time = time
    }

    func forward(to moment: CivilMoment) async { clock.move(to: time.instant(moment)) }

    var progress: DemonstrationProgress? {
        get { state.withLock { $0.progress } }
        set { state.withLock { $0.progress = newValue } }
    }

    func interrupt() { state.withLock { $0.interrupted += 1 } }

    var interruptions: Int { state.withLock { $0.interrupted } }
}

/// An installation with a ward in it, and the pages that show it.
final class WebWorld: Sendable {
    let folder: TemporaryFolder
    private let address: DatabaseAddress
    let clock: MovableClock
    let installation: Installation
    let courier: Courier
    let mail = FakeMail()
    let desk: FakeDesk

    /// - Parameter now: The wall-clock time in Oslo at which the test begins.
    init(now: String = "2026-02-16T07:30") async throws {
        folder = try TemporaryFolder()
        let time = try need(ZonedTime())
        let start = time.instant(try need(CivilMoment(now)))
        clock = MovableClock(StandingClock(instant: start))
        address =
            DatabaseKind.current == .postgres
            ? .server(
                try PostgresServer.shared().makeDatabase {
                    _ = try DatabaseAddress.server($0).open(now: 0)
                })
            : .file(path: folder.url.appendingPathComponent("ombord.sqlite").path)
        installation = Installation(
            database: try address.open(now: start.milliseconds),
            clock: clock, random: Operations.SeededRandom(seed: 7), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "http://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        courier = Courier(
            installation: installation,
            templates: try MailTemplates(folder: Repository.url("Mail").path),
            identity: MailIdentity(
                from: Mailbox(
                    name: try DisplayName("Ombord"),
                    address: try MailAddress("ombord@ombord.example")),
                organisation: "Solbakken sykehjem", contact: "hjelp@solbakken.example"),
            mail: mail, webhooks: WebhookDelivery(http: HTTPTransport()))
        desk = FakeDesk(clock, time)
        try await ward()
    }

    /// A ward with a leader, HR above it, a buddy, a stranger and two newcomers, of whom one has a
    /// name that would be a script on a careless page.
    private func ward() async throws {
        let path = Repository.url("Workflows/oslo-onboarding.yaml").path
        _ = try need(try await installation.publish(try need(ProgrammeSource(path: path))).version)
        let tables: [(ImportKind, String)] = [
            (
                .units,
                """
                id,name,kind,parent,manager,hr,programme-owner
                city,Helse,agency,,director,hr,owner
                ward,Avdeling Bjørk,ward,city,leader,,
                """
            ),
            (
                .people,
                """
                id,name,email,private-email,language,unit,digest
                director,Ragnhild Ås,ragnhild@example.org,,nb,city,
                hr,Øyvind Lunde,oyvind@example.org,,nb,city,
                owner,Eva Dahl,eva@example.org,,nb,city,
                leader,Kari Berge,kari@example.org,,nb,ward,
                buddy,Nils Moen,nils@example.org,,nn,ward,
                stranger,Sol Strand,sol@example.org,,nb,city,
                amina,Amina Yusuf,amina@example.org,amina@home.example,nb,ward,
                odd,Odd <script>alert('x')</script> & Co,odd@example.org,,en,ward,
                """
            ),
        ]
        let report = try await installation.importTables(
            tables.map { ImportTable(kind: $0, file: "\($0).csv", bytes: Array($1.utf8)) },
            dryRun: false)
        if !report.isApplied { throw Missing() }
    }

    func enrol(
        _ person: PersonID, firstDay: String = "2026-03-02", chosen: [RoleID: PersonID] = [:]
    ) async throws -> EnrolmentID {
        try await installation.enrol(
            EnrolRequest(
                participant: person, programme: "oslo-onboarding",
                anchors: ["first-day": try need(CivilDay(firstDay))],
                facts: [
                    "profession": .choice("nurse"), "unit-type": .choice("nursing-home"),
                    "contract-percentage": .number(100),
                ], chosen: chosen.merging(["buddy": "buddy"]) { given, _ in given }),
            by: .operatorCommand)
    }

    /// Goes through time to a moment as it passes, each thing on its day.
    func live(until text: String) async throws {
        let end = installation.time.instant(try need(CivilMoment(text)))
        while true {
            while try await installation.wakeDue().woken > 0 {}
            try await courier.deliverAll()
            let next = [try installation.nextWakeUp(), try installation.nextDelivery()]
                .compactMap { $0 }.filter { $0 > clock.now() }.min()
            guard let next, next <= end else { break }
            clock.move(to: next)
        }
        clock.move(to: end)
    }

    /// Another process on the same database.
    func otherProcess() throws -> Installation {
        Installation(
            database: try address.open(now: clock.now().milliseconds),
            clock: clock, random: Operations.SeededRandom(seed: 8), time: installation.time,
            settings: installation.settings)
    }

    func context(demonstration: Bool = false) -> WebContext {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return WebContext(
            installation: installation, courier: courier,
            demonstration: demonstration ? desk : nil, logger: logger)
    }

    func browser(_ person: PersonID? = nil, demonstration: Bool = false) async throws -> Browser {
        let browser = Browser(context(demonstration: demonstration))
        if let person {
            browser.cookies = [Session.cookieName: try cookie(person)]
        }
        return browser
    }

    /// What each of some people, in their order, is answered at each path.
    func expectStatuses(
        _ rows: [(path: String, statuses: [Int])], of people: [PersonID?],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for (index, person) in people.enumerated() {
            let browser = try await browser(person)
            for row in rows {
                #expect(
                    try await browser.get(row.path).status == row.statuses[index],
                    "\(person?.rawValue ?? "nobody") at \(row.path)",
                    sourceLocation: sourceLocation)
            }
        }
    }

    static let people: [PersonID] = [
        "director", "hr", "owner", "leader", "buddy", "stranger", "amina", "odd",
    ]

    /// A whole session, as signing in begins one.
    func session(_ person: PersonID) throws -> Session {
        Session(
            person: person, scope: .full,
            after: try need(try installation.reader(person)).sessionsFrom, installation)
    }

    func cookie(_ person: PersonID) throws -> String {
        try session(person).cookie(installation.settings.secret)
    }

    func link(
        _ person: PersonID, _ enrolment: EnrolmentID? = nil, _ step: StepID? = nil,
        expiresIn seconds: Int64 = 3600
    ) -> String {
        PageLink(
            person: person, enrolment: enrolment, step: step,
            expires: clock.now().seconds + seconds
        ).token(installation.settings.secret)
    }
}

/// What a browser does with the pages: keeps cookies, sends forms, and follows nothing by itself.
final class Browser: Sendable {
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String

        subscript(_ header: String) -> String? { HTTPField.Name(header).flatMap { headers[$0] } }
    }

    private let responder: RouterResponder<PageRequest>
    private let logger: Logger
    private let jar = Mutex<[String: String]>([:])

    init(_ web: WebContext) {
        responder = buildRouter(web).buildResponder()
        logger = web.logger
    }

    var cookies: [String: String] {
        get { jar.withLock { $0 } }
        set { jar.withLock { $0 = newValue } }
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(.get, path, headers, ByteBuffer())
    }

    /// Sends the fields as a form does.
    func post(
        _ path: String, _ fields: [String: String], headers: [String: String] = [:]
    ) async throws -> Answer {
        func encoded(_ text: String) -> String {
            text.utf8.map { byte in
                let isPlain =
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                let hex = String(byte, radix: 16)
                return isPlain
                    ? String(UnicodeScalar(byte)) : "%" + (hex.count == 1 ? "0" : "") + hex
            }.joined()
        }
        let body = fields.sorted { $0.key < $1.key }
            .map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
        let type = ["content-type": "application/x-www-form-urlencoded"]
        return try await send(
            .post, path, type.merging(headers) { $1 }, ByteBuffer(string: body))
    }

    /// Sends the page's form that goes to an address, with its own hidden fields and these.
    func submit(
        _ page: Answer, to action: String, _ fields: [String: String] = [:]
    ) async throws -> Answer {
        try await post(action, try need(page.form(action)).merging(fields) { $1 })
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: [String: String],
        _ body: ByteBuffer
    ) async throws -> Answer {
        var head = HTTPRequest(method: method, scheme: "http", authority: "test", path: path)
        for (name, value) in headers { head.headerFields[try need(HTTPField.Name(name))] = value }
        let kept = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        if !kept.isEmpty { head.headerFields[.cookie] = kept }
        let request = Request(head: head, body: RequestBody(buffer: body))
        let context = PageRequest(
            source: ApplicationRequestContextSource(
                channel: NIOAsyncTestingChannel(), logger: logger))
        let response = try await responder.respond(to: request, context: context)
        for header in response.headers[values: .setCookie] {
            let pair = header.prefix { $0 != ";" }.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            jar.withLock { $0[String(pair[0])] = String(pair[1]) }
        }
        let collected = Collected()
        try await response.body.write(Writer(collected: collected))
        return Answer(
            status: response.status.code, headers: response.headers,
            text: collected.bytes.withLock { String(decoding: $0, as: UTF8.self) })
    }

    private final class Collected: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private struct Writer: ResponseBodyWriter {
        let collected: Collected

        mutating func write(_ buffer: ByteBuffer) async throws {
            collected.bytes.withLock { $0 += Array(buffer.readableBytesView) }
        }

        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}

extension Browser.Answer {
    /// The hidden fields of the page's form that is posted to an address, or nil where it has none.
    func form(_ action: String) -> [String: String]? {
        guard let start = text.range(of: "method=\"post\" action=\"\(action)\""),
            let end = text.range(of: "</form>", range: start.upperBound..<text.endIndex)
        else { return nil }
        var fields: [String: String] = [:]
        for input in text[start.upperBound..<end.lowerBound].split(separator: "<input ") {
            guard input.hasPrefix("type=\"hidden\""), let name = Self.attribute("name", input)
            else { continue }
            fields[name] = Self.attribute("value", input) ?? ""
        }
        return fields
    }

    private static func attribute(_ name: String, _ text: Substring) -> String? {
        guard let start = text.range(of: "\(name)=\""),
            let end = text.range(of: "\"", range: start.upperBound..<text.endIndex)
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    /// The page without what differs from one session to the next.
    var stable: String {
        text.replacing(#/name="(csrf|key)" value="[^"]*"/#) { "name=\"\($0.output.1)\"" }
            .replacing(#/style\.css\?v=[0-9a-f]+/#, with: "style.css")
    }
}
