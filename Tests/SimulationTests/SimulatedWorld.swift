import CivilCalendar
import Delivery
import Engine
import Foundation
import Storage
import Support

@testable import Operations

/// A world in which the service runs: a store, nodes on it, servers that it sends to, people, time
/// and bad luck. All of it follows from one number.
///
/// Whatever is mutable here is touched by one thread, the one that runs the kernel.
final class SimulatedWorld: Sendable {
    let seed: UInt64
    let weather: Weather
    let kernel: Kernel
    let ledger = Ledger()
    let servers: Servers
    let folder: TemporaryFolder
    /// Looks at the store as it is, past all that can go wrong.
    let observer: Installation
    let surroundings: Node.Surroundings
    private let templates: MailTemplates
    nonisolated(unsafe) var nodes: [Node] = []
    nonisolated(unsafe) var programmes: [RandomProgramme] = []
    /// Whether nothing goes wrong any more, so that all can be brought to its end.
    nonisolated(unsafe) private(set) var isCalm = false
    nonisolated(unsafe) private var isDatabaseAway = false
    /// How many transactions nodes have begun, and how many have ended.
    nonisolated(unsafe) private(set) var begun = 0
    nonisolated(unsafe) private(set) var ended = 0
    nonisolated(unsafe) private var known: (ended: Int, due: Int64?) = (-1, nil)
    /// Which commit the process is to be killed at, and whether after it; for trying each.
    nonisolated(unsafe) var killing: (commit: Int, isAfter: Bool)?
    /// Whether the store lies: says that it has kept what it has not. For trying the checkers.
    nonisolated(unsafe) var lies = false
    nonisolated(unsafe) var acts = 0

    static let day: Int64 = 86_400_000

    /// - Parameter weather: What goes wrong; what the seed says where nil.
    init(seed: UInt64, weather: Weather? = nil, leavesOutLooks: Bool = true) throws {
        self.seed = seed
        let kernel = Kernel(seed: seed, leavesOutLooks: leavesOutLooks)
        self.kernel = kernel
        self.weather = weather ?? Weather.drawn(kernel)
        servers = Servers(kernel, ledger)
        folder = try TemporaryFolder(inMemory: true)
        let time = try Self.need(ZonedTime())
        let first = try Self.need(CivilDay("2026-01-05")).adding(days: kernel.number(0...360))
        surroundings = Node.Surroundings(
            kernel: kernel, begin: time.instant(CivilMoment(first, .eight)), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        templates = try MailTemplates(folder: Repository.url("Mail").path)
        let database = try SQLiteDatabase(
            path: folder.url.appending(path: "ombord.sqlite").path, now: 0, cacheKiB: 1_024)
        observer = Installation(
            database: NodeStore(database, committed: {}),
            clock: NodeClock(kernel, begin: surroundings.begin),
            random: Operations.SeededRandom(seed: seed), time: time,
            settings: surroundings.settings)
    }

    struct Missing: Error {}

    static func need<T>(_ value: T?) throws -> T {
        guard let value else { throw Missing() }
        return value
    }

    // MARK: - Processes

    /// Starts a node where there is none of the number.
    func boot(_ number: Int) {
        if nodes.contains(where: { $0.number == number }) { return }
        do {
            let life = Life()
            let clock = NodeClock(kernel, begin: surroundings.begin)
            let store = NodeStore(
                try SQLiteDatabase(
                    path: folder.url.appending(path: "ombord.sqlite").path,
                    now: clock.now().milliseconds, cacheKiB: 1_024),
                fate: { [unowned self] in try fate(of: life) },
                crash: { [unowned self] in kill(number) },
                committed: { [unowned self] in hasCommitted() },
                ringOthers: { [unowned self] in ring(from: number) })
            let node = Node(
                number, life, store, clock, random: kernel.draw { $0.next() }, surroundings)
            nodes.append(node)
            nodes.sort { $0.number < $1.number }
            node.start(try courier(of: node))
        } catch {
            ledger.count("nodes that could not start: \(error)")
        }
    }

    private func courier(of node: Node) throws -> Courier {
        let weather: @Sendable () -> Weather = { [unowned self] in
            isCalm ? .calm : self.weather
        }
        let lives: @Sendable () -> Bool = { [life = node.life] in !life.isOver }
        return Courier(
            installation: node.installation, templates: templates,
            identity: MailIdentity(
                from: Mailbox(address: try MailAddress("ombord@ombord.example")),
                organisation: "Solbakken", contact: "hjelp@ombord.example"),
            mail: NodeMail(servers: servers, weather: weather, lives: lives),
            webhooks: WebhookDelivery(
                http: NodeHTTP(servers: servers, weather: weather, lives: lives)))
    }

    /// kill -9. The process comes back after a while.
    func kill(_ number: Int, backAfter milliseconds: Int64? = nil) {
        guard let place = nodes.firstIndex(where: { $0.number == number }) else { return }
        let node = nodes.remove(at: place)
        node.life.end()
        node.lane.stop(false)
        kernel.note("\(number) is killed")
        let soon = Int64(kernel.oneIn(10) ? kernel.number(1...600) : kernel.number(1...40)) * 1000
        kernel.after(milliseconds ?? soon) { [unowned self] in boot(number) }
    }

    private func fate(of life: Life) throws -> Fate {
        if life.isOver { throw Crashed() }
        begun += 1
        kernel.note("commit")
        if let killing, killing.commit == begun {
            return injected(killing.isAfter ? .crashAfter : .crashBefore)
        }
        if isCalm { return .well }
        if isDatabaseAway { return injected(.lost) }
        if kernel.oneIn(weather.crashes) {
            return injected(kernel.oneIn(2) ? .crashAfter : .crashBefore)
        }
        if kernel.oneIn(weather.databaseFaults) {
            let faults: [Fate] = [.busy, .lost, .unknownDone, .unknownUndone]
            return injected(kernel.pick(faults) ?? .busy)
        }
        if lies, kernel.oneIn(20) { return .lie }
        return kernel.oneIn(weather.reruns) ? injected(.rerun) : .well
    }

    private func injected(_ fate: Fate) -> Fate {
        ledger.injected(fate.rawValue)
        return fate
    }

    private func hasCommitted() {
        ended += 1
        kernel.somethingWasDone()
    }

    /// A ring may come late or not at all.
    private func ring(from number: Int) {
        for node in nodes where node.number != number && !kernel.oneIn(5) {
            kernel.after(Int64(kernel.number(0...900))) {
                if !node.life.isOver { node.store.hear() }
            }
        }
    }

    func setDatabase(isAway: Bool) { isDatabaseAway = isAway }

    /// From now on nothing goes wrong, and what stands still goes on.
    func calmDown() {
        isCalm = true
        isDatabaseAway = false
        for server in ["mail server", "webhook receiver"] { servers.set(server, isAway: false) }
        for number in 1...weather.nodes { boot(number) }
        for node in nodes {
            node.lane.stop(false)
            node.clock.set(ahead: 0)
        }
    }

    // MARK: - Time

    /// When something in the store falls due for one of the nodes, in the kernel's time.
    func nextDue() -> Int64? {
        if known.ended != ended { known = (ended, try? dueInStore()) }
        let leads = nodes.filter { !$0.lane.isStopped }.map(\.clock.lead)
        guard let due = known.due, let lead = leads.max() else { return nil }
        return due - lead - surroundings.begin.milliseconds
    }

    private func dueInStore() throws -> Int64? {
        let next = [try observer.nextWakeUp(), try observer.nextDelivery()].compactMap(\.self).min()
        if try observer.unfinishedBulk() != nil { return 0 }
        return next?.milliseconds
    }

    /// Runs until so much time has passed, or until it is over.
    func run(to end: Int64 = .max, until isOver: @escaping () -> Bool = { false }) {
        kernel.run(nextDue: nextDue) { [kernel] in kernel.now >= end || isOver() }
    }
}
