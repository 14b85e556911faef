import Dispatch
import Synchronization

/// A unit of work that waits to be written.
struct Job: Sendable {
    let turn: Turn
    /// Runs inside the open transaction.
    let work: @Sendable (any Connection) throws -> Void
    /// Answers the caller, once the commit is on disk or the work has failed.
    let answer: @Sendable (Result<Void, any Error>) -> Void
}

/// A connection that writes works together.
protocol CommittingConnection: AnyObject, SendableMetatype {
    /// How many works share a commit at most, so that none waits long for its answer.
    var largestBatch: Int { get }

    /// Runs the jobs, commits them together and answers each.
    ///
    /// - Parameter more: takes as many as there is room for of those that have come while these
    ///   ran, because callers that were answered by the last commit are back before this one is
    ///   ready.
    func commit(_ jobs: [Job], in turn: Turn, more: (Int) -> [Job])
}

/// A connection on its way between threads: only one of them has it at a time.
struct Lent<Held: AnyObject>: @unchecked Sendable {
    let connection: Held

    init(_ connection: Held) { self.connection = connection }
}

/// The one connection of this node that writes, and the queue before it: whoever gets hold of the
/// connection writes all that waits and wants the same turn.
final class QueuedWriter<Writing: CommittingConnection>: Sendable {
    private struct Waiting {
        var jobs: [Job] = []
        var isScheduled = false

        /// Those at the head that want the turn, so that the order stays.
        mutating func take(_ room: Int, in turn: Turn) -> [Job] {
            let taken = Array(jobs.prefix(room).prefix { $0.turn == turn })
            jobs.removeFirst(taken.count)
            return taken
        }
    }

    private let core: Mutex<Lent<Writing>>
    private let waiting = Mutex(Waiting())
    private let thread = DispatchQueue(label: "ombord.storage.writer", qos: .userInitiated)

    init(_ connection: Writing) {
        core = Mutex(Lent(connection))
    }

    /// Leaves the work to the writer's own thread and returns once it is committed.
    func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(Job(turn: turn, work: work) { continuation.resume(with: $0) })
        }
    }

    /// Runs the work on the caller's thread, in one commit with what waits.
    func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        let outcome = Mutex<Result<Void, any Error>>(.failure(StorageError.closed))
        let job = Job(turn: turn, work: work) { result in outcome.withLock { $0 = result } }
        core.withLock { lent in
            let before = take(lent.connection.largestBatch - 1, in: turn)
            lent.connection.commit(before + [job], in: turn) { take($0, in: turn) }
        }
        try outcome.withLock { $0 }.get()
    }

    /// Runs something on the connection between two commits.
    func withConnection<R>(_ body: (Writing) throws -> R) throws -> R {
        try core.withLock { lent in try body(lent.connection) }
    }

    private func enqueue(_ job: Job) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.jobs.append(job)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if mustSchedule { thread.async { self.drain() } }
    }

    private func drain() {
        while true {
            let isDone = core.withLock { lent in
                let room = lent.connection.largestBatch
                let batch = waiting.withLock { waiting in
                    let turn = waiting.jobs.first?.turn ?? .alone
                    let batch = waiting.take(room, in: turn)
                    if batch.isEmpty { waiting.isScheduled = false }
                    return batch
                }
                guard let turn = batch.first?.turn else { return true }
                lent.connection.commit(batch, in: turn) { take($0, in: turn) }
                return false
            }
            if isDone { return }
        }
    }

    private func take(_ room: Int, in turn: Turn) -> [Job] {
        waiting.withLock { $0.take(room, in: turn) }
    }
}
