public import ArgumentParser
import CMalloc
import CivilCalendar
import Engine
import Foundation
import Hummingbird
import Logging
public import Operations
import ProgrammeFiles
import ServiceLifecycle
import UnixSignals
import Web

extension DemonstrationScale: ExpressibleByArgument {}

/// `ombord serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the service: pages, clock and delivery.",
        discussion: """
            Speaks plain HTTP; put a reverse proxy with TLS before it. Ends on SIGTERM or SIGINT
            after what it has begun. --demo loads a made-up organisation, keeps its mails in a
            mailbox and lets the page move the clock.
            """)

    @OptionGroup var installation: InstallationOptions
    @Option(help: "The port; stands over the setting http.port.") var port: Int?
    @Option(help: "A made-up organisation to try: small, or oslo with its 13 715 positions.")
    var demo: DemonstrationScale?
    @Option(
        help: """
            Whether the made-up people do what is asked of them while the clock moves: yes or no; \
            otherwise yes in oslo and no in small.
            """)
    var peopleAct: String?

    func validate() throws {
        if let peopleAct, !["yes", "no"].contains(peopleAct) {
            throw ValidationError("--people-act is yes or no")
        }
    }

    func run() async throws {
        // Eight heaps a core, as the C library has it, each keep what the start has freed.
        ombord_limit_arenas(Int32(max(2, ProcessInfo.processInfo.activeProcessorCount)))
        var overrides: [String: String] = [:]
        if let port { overrides["http.port"] = String(port) }
        // Made-up people have no mailboxes: a demonstration never sends anything.
        if demo != nil { overrides["mail.transport"] = "mailbox" }
        let composition = try await installation.compose(overrides)
        let settings = composition.settings
        let logger = composition.installation.logger
        let courier = try await told { try composition.courier() }
        try await publishWorkflows(composition, logger)
        var demonstration: Demonstration?
        if let demo {
            let made = Demonstration(
                demo, installation: composition.installation, courier: courier,
                clock: composition.clock,
                peopleAct: peopleAct.map { $0 == "yes" } ?? (demo == .oslo))
            logger.notice("loading the demonstration", metadata: ["scale": "\(demo.rawValue)"])
            try await told { try await made.load() }
            demonstration = made
        }
        let context = WebContext(
            installation: composition.installation, courier: courier,
            demonstration: demonstration.map { DemonstrationDesk($0, logger) }, logger: logger,
            showsMetrics: settings.flag("http.metrics"))
        let address = "\(settings["http.host"]):\(settings["http.port"])"
        let manager = ServiceManager(
            ProcessInfo.processInfo.environment, composition.installation)
        let application = Application(
            router: buildRouter(context),
            configuration: .init(
                address: .hostname(settings["http.host"], port: settings.number("http.port"))),
            onServerRunning: { _ in
                logger.notice("Ombord is ready", metadata: ["address": "http://\(address)/"])
                manager?.tell("READY=1")
            }, logger: logger)
        let moving = demonstration
        try await run(application, courier, composition.installation, manager, logger) {
            moving?.progress != nil
        }
    }

    /// The workers stop first, so that nothing new is begun while requests end.
    private func run(
        _ application: some ApplicationProtocol, _ courier: Courier, _ installation: Installation,
        _ manager: ServiceManager?, _ logger: Logger, isHeld: @escaping @Sendable () -> Bool
    ) async throws {
        var services: [any Service] = [
            application,
            Worker.clock(installation, logger: logger, isHeld: isHeld),
            Worker.bulk(installation, logger: logger),
            Worker.allocation(installation, logger: logger),
            Worker.delivery(courier, installation, logger: logger, isHeld: isHeld),
        ]
        if let manager { services.append(manager) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        await courier.shutdown()
    }

    /// Publishes what lies in the folder of programmes. A file that is wrong is told of and left
    /// out; the versions that were published before stay.
    private func publishWorkflows(_ composition: Composition, _ logger: Logger) async throws {
        let folder = try await told { try composition.workflows() }
        // First, for programmes are held to them.
        try await publishFrameworks(
            folder.appendingPathComponent("frameworks"), composition, logger)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        for file in files {
            let path = folder.appendingPathComponent(file).path
            guard let source = ProgrammeSource(path: path) else { continue }
            let (version, diagnostics) = try await composition.installation.publish(source)
            complain(diagnostics)
            if version == nil {
                logger.error("a programme was left out", metadata: ["file": "\(file)"])
            }
        }
    }

    /// The competence frameworks, in a folder of their own beside the modules.
    private func publishFrameworks(
        _ folder: URL, _ composition: Composition, _ logger: Logger
    ) async throws {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in (names ?? []).filter({ $0.hasSuffix(".yaml") }).sorted() {
            let path = folder.appendingPathComponent(name).path
            guard let bytes = FileManager.default.contents(atPath: path) else { continue }
            let (version, diagnostics) = try await composition.installation.publishFramework(
                name: path, bytes: [UInt8](bytes))
            complain(diagnostics)
            if version == nil {
                logger.error("a framework was left out", metadata: ["file": "\(name)"])
            }
        }
    }
}

/// Gives the demonstration's clock to the pages.
final class DemonstrationDesk: DemonstrationControl {
    private let demonstration: Demonstration
    private let logger: Logger

    init(_ demonstration: Demonstration, _ logger: Logger) {
        self.demonstration = demonstration
        self.logger = logger
    }

    func forward(to moment: CivilMoment) async {
        let logger = logger
        demonstration.startMove(to: moment) { error in
            logger.error("the clock stopped", metadata: ["error": "\(error)"])
        }
    }

    var progress: DemonstrationProgress? {
        demonstration.progress.map {
            DemonstrationProgress(from: $0.from, to: $0.to, at: $0.at, wakes: $0.woken)
        }
    }

    func interrupt() { demonstration.interrupt() }
}
