public import Logging
public import ServiceLifecycle
import Synchronization

/// Wakes whoever waits for the next thing to do, at the latest when it is due.
///
/// It waits on the wall clock in stretches of at most thirty seconds, so that a clock that is set,
/// or a machine that slept, is noticed.
final class Alarm: Sendable {
    private struct State {
        /// One ring that nobody has heard yet says as much as many.
        var hasRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.hasRung = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Waits for a ring, or for so long by the clock. One waits at a time.
    func wait(seconds: Double, by clock: any WallClock) async {
        if seconds <= 0 { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await clock.wait(seconds: seconds)
                    self.ring()
                } catch {
                    // Something else rang first.
                }
            }
            await withTaskCancellationHandler { await heard() } onCancel: { ring() }
            group.cancelAll()
        }
    }

    private func heard() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.hasRung {
                    state.hasRung = false
                    return true
                }
                state.waiter = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}

/// A worker that does what is due, over and over, until the service is asked to stop.
///
/// It ends between two rounds, so that stopping loses nothing; what a kill interrupts is found
/// again in the database.
public struct Worker: Service {
    private let name: String
    private let number: Int
    private let installation: Installation
    private let logger: Logger
    /// Whether somebody else does this work just now.
    private let isHeld: @Sendable () -> Bool
    private let round: @Sendable () async throws -> (isIdle: Bool, next: Instant?)

    /// Longest wait between two looks, in seconds.
    private static let longestWait = 30.0

    /// The worker that wakes enrolments.
    ///
    /// - Parameter isHeld: Whether it keeps still, as while the demonstration's clock is moved.
    public static func clock(
        _ installation: Installation, logger: Logger,
        isHeld: @escaping @Sendable () -> Bool = { false }
    ) -> Worker {
        Worker(
            name: "clock", number: 1, installation: installation, logger: logger, isHeld: isHeld
        ) {
            let round = try await installation.wakeDue()
            for id in round.failed {
                logger.error("an enrolment cannot be woken", metadata: ["enrolment": "\(id)"])
            }
            if round.woken > 0 {
                installation.metrics.add("ombord_enrolments_woken_total", round.woken)
                installation.wakeUps.ring(except: 1)
            }
            return (round.woken == 0, round.next)
        }
    }

    /// The worker that delivers messages.
    public static func delivery(
        _ courier: Courier, _ installation: Installation, logger: Logger,
        isHeld: @escaping @Sendable () -> Bool = { false }
    ) -> Worker {
        Worker(
            name: "delivery", number: 2, installation: installation, logger: logger, isHeld: isHeld
        ) {
            let round = try await courier.deliverRound()
            installation.metrics.add("ombord_messages_sent_total", round.sent)
            installation.metrics.add("ombord_messages_failed_total", round.failed)
            installation.metrics.add("ombord_messages_withdrawn_total", round.withdrawn)
            if round.failed > 0 {
                logger.warning("messages failed", metadata: ["count": "\(round.failed)"])
            }
            return (round.isIdle, try installation.nextDelivery())
        }
    }

    /// The worker that carries imports and acts on many enrolments further, also those that another
    /// process began and left.
    public static func bulk(_ installation: Installation, logger: Logger) -> Worker {
        Worker(
            name: "bulk", number: 3, installation: installation, logger: logger, isHeld: { false }
        ) {
            let (act, job) = (
                try installation.unfinishedBulk(), try installation.unfinishedImport()
            )
            let publication = try installation.unfinishedPublication()
            if let act { _ = try await installation.continueBulk(act) }
            if let publication { try await installation.continuePublication(publication) }
            if let job { try await installation.continueImport(job) }
            return (act == nil && job == nil && publication == nil, nil)
        }
    }

    /// The worker that makes drafts of placements, each on a thread of its own.
    ///
    /// When it starts it computes what the first page of a coordinator would wait for.
    public static func allocation(_ installation: Installation, logger: Logger) -> Worker {
        let hasStarted = Mutex(false)
        return Worker(
            name: "allocation", number: 4, installation: installation, logger: logger,
            isHeld: { false }
        ) {
            let isFirst = hasStarted.withLock { started in
                defer { started = true }
                return !started
            }
            if isFirst { try installation.prepareCapacities() }
            guard let draft = try installation.unfinishedDraft() else { return (true, nil) }
            try await installation.continueDraft(draft)
            return (false, nil)
        }
    }

    /// Does round after round until the service shuts down, and sleeps while nothing is due.
    public func run() async throws {
        let alarm = Alarm()
        installation.wakeUps.register(number) { alarm.ring() }
        await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully, !Task.isCancelled {
                await alarm.wait(seconds: await runRound(), by: installation.clock)
            }
        } onGracefulShutdown: {
            alarm.ring()
        }
    }

    /// One round, and how long to wait after it, in seconds.
    private func runRound() async -> Double {
        if isHeld() { return 1 }
        do {
            let (isIdle, next) = try await round()
            if !isIdle { return 0 }
            guard let next else { return Self.longestWait }
            let wait = Double(next.milliseconds - installation.clock.now().milliseconds) / 1000
            return min(max(wait, 0.01), Self.longestWait)
        } catch {
            // The database will be back, or an operator will read this.
            logger.error("\(name) worker failed", metadata: ["error": "\(error)"])
            installation.metrics.add("ombord_worker_failures_total", 1)
            return 5
        }
    }
}

/// Counters for `/metrics`.
public final class Metrics: Sendable {
    /// Counters are there from the start, so that a rate can be told from the first count on.
    private let counters = Mutex<[String: Int]>([
        "ombord_enrolments_woken_total": 0, "ombord_messages_sent_total": 0,
        "ombord_messages_failed_total": 0, "ombord_messages_withdrawn_total": 0,
        "ombord_worker_failures_total": 0,
    ])

    func add(_ name: String, _ count: Int) {
        if count != 0 { counters.withLock { $0[name, default: 0] += count } }
    }

    /// The counters by name.
    public var values: [(name: String, value: Int)] {
        counters.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }
}
