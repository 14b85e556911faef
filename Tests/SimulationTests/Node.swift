import Delivery
import Logging
import Operations
import Storage
import Support
import Synchronization

/// The life of one process.
final class Life: Sendable {
    private let ended = Mutex(false)
    private let tasks = Mutex<[Task<Void, Never>]>([])

    var isOver: Bool { ended.withLock { $0 } }

    /// kill -9: whatever it was about to do, it does not do.
    func end() {
        ended.withLock { $0 = true }
        for task in tasks.withLock({ $0 }) { task.cancel() }
    }

    func keep(_ task: Task<Void, Never>) { tasks.withLock { $0.append(task) } }
}

/// One process of the service: an installation with its workers, on a clock and a lane of its own.
final class Node: Sendable {
    let number: Int
    let lane: Lane
    let life: Life
    let clock: NodeClock
    let store: NodeStore
    let installation: Installation
    private let kernel: Kernel

    /// What a node is given by the world that it runs in.
    struct Surroundings: Sendable {
        let kernel: Kernel
        let begin: Instant
        let time: ZonedTime
        let settings: InstallationSettings
    }

    init(
        _ number: Int, _ life: Life, _ store: NodeStore, _ clock: NodeClock, random seed: UInt64,
        _ surroundings: Surroundings
    ) {
        self.number = number
        self.life = life
        self.store = store
        self.clock = clock
        kernel = surroundings.kernel
        lane = Lane("node \(number)", surroundings.kernel)
        installation = Installation(
            database: store, clock: clock, random: Operations.SeededRandom(seed: seed),
            time: surroundings.time, settings: surroundings.settings)
    }

    /// Starts the workers, as `serve` does.
    func start(_ courier: Courier) {
        let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
        for worker in [
            Worker.clock(installation, logger: logger),
            .delivery(courier, installation, logger: logger),
            .bulk(installation, logger: logger),
        ] {
            // A worker fails by ending, and a node whose worker has ended is one that does nothing.
            run { try? await worker.run() }
        }
    }

    /// Runs something in this process.
    func run(_ body: @escaping @Sendable () async -> Void) {
        life.keep(Task(executorPreference: lane, priority: .medium, operation: body))
    }
}
