import Operations
import Storage
import Synchronization

/// The process ended here. Nobody hears of it: whoever would is gone too.
struct Crashed: Error {}

/// What becomes of a commit.
enum Fate: String {
    case well
    case crashBefore = "crash before a commit"
    case crashAfter = "crash after a commit"
    case rerun = "work that is run again"
    case busy = "database busy"
    case lost = "database away before a commit"
    case unknownDone = "commit of unknown outcome, done"
    case unknownUndone = "commit of unknown outcome, not done"
    /// Not a fault of the world but of a service as it must not be: it answers and has not kept.
    case lie
}

/// A node's way to the store that all share: the real one, with what can go wrong on the way.
final class NodeStore: Database {
    private struct TakenBack: Error {}

    private let base: SQLiteDatabase
    private let fate: @Sendable () throws -> Fate
    /// Ends the process.
    private let crash: @Sendable () -> Void
    private let committed: @Sendable () -> Void
    private let ringOthers: @Sendable () -> Void
    private let heard = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter fate: Draws what becomes of the next commit; throws where nothing is done.
    init(
        _ base: SQLiteDatabase, fate: @escaping @Sendable () throws -> Fate = { .well },
        crash: @escaping @Sendable () -> Void = {},
        committed: @escaping @Sendable () -> Void,
        ringOthers: @escaping @Sendable () -> Void = {}
    ) {
        self.base = base
        self.fate = fate
        self.crash = crash
        self.committed = committed
        self.ringOthers = ringOthers
    }

    func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        // Others come in between before the work is begun, and before its answer is heard.
        await Task.yield()
        defer { committed() }
        do {
            try performBlocking(turn, work)
        } catch {
            await Task.yield()
            throw error
        }
        await Task.yield()
    }

    func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        switch try fate() {
        case .well: try base.performBlocking(turn, work)
        case .crashBefore:
            takeBack(turn, work)
            crash()
            throw Crashed()
        case .crashAfter:
            try? base.performBlocking(turn, work)
            crash()
            throw Crashed()
        case .rerun:
            takeBack(turn, work)
            try base.performBlocking(turn, work)
        case .busy: throw StorageError.busy
        case .lost:
            takeBack(turn, work)
            throw StorageError.lost("in the simulation")
        case .unknownDone:
            try base.performBlocking(turn, work)
            throw StorageError.outcomeUnknown
        case .unknownUndone:
            takeBack(turn, work)
            throw StorageError.outcomeUnknown
        case .lie: takeBack(turn, work)
        }
    }

    /// Does the work and rolls it back.
    private func takeBack(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) {
        do {
            try base.performBlocking(turn) { connection in
                try work(connection)
                throw TakenBack()
            }
        } catch {
            // As if it had never been.
        }
    }

    func read<R>(_ work: (any Connection) throws -> R) throws -> R { try base.read(work) }
    func version() throws -> Int64 { try base.version() }
    func backUp(to path: String) throws { try base.backUp(to: path) }
    func description() throws -> [(name: String, value: String)] { try base.description() }
    func ring() { ringOthers() }
    func onRing(_ call: @escaping @Sendable () -> Void) { heard.withLock { $0 = call } }

    /// Another node has told that there may be something to do.
    func hear() { heard.withLock { $0 }?() }
}

/// A node's clock on the wall. It can be set; waiting does not mind.
final class NodeClock: WallClock {
    private let kernel: Kernel
    private let begin: Instant
    private let ahead = Mutex<Int64>(0)
    /// Whoever waits as long as this only looks.
    private static let look = 29.9

    init(_ kernel: Kernel, begin: Instant) {
        self.kernel = kernel
        self.begin = begin
    }

    /// How far it is ahead of true time, in milliseconds.
    var lead: Int64 { ahead.withLock { $0 } }

    func set(ahead milliseconds: Int64) { ahead.withLock { $0 = milliseconds } }

    func now() -> Instant {
        Instant(milliseconds: begin.milliseconds + kernel.now + lead)
    }

    func wait(seconds: Double) async throws {
        try await kernel.wait(
            milliseconds: Int64((seconds * 1000).rounded(.up)), isLook: seconds >= Self.look)
    }
}
