import Dispatch
import Glibc
import Synchronization

/// The one connection of this node that writes, and the queue before it. The one place where a
/// conflict with another node, or a server that is gone, leads to another try.
///
/// Works that wait share a transaction, those for which the rest of the nodes must stand still
/// (`Turn.alone`) and those for which they need not (`Turn.beside`) each with their like. Where
/// anything but a refusal comes in the way, all are taken back and run again alone and one by one:
/// then nobody else writes, and what fails fails for its own sake.
final class PostgresWriter: Sendable {
    /// How many works share a commit at most: other nodes wait for the rows of all of them.
    private static let largestBatch = 64
    /// How long a server that is gone is called again, in which it restarts; and how long between
    /// two calls, in microseconds.
    private static let patience = DispatchTimeInterval.seconds(10)
    private static let pause: UInt32 = 250_000

    private let core: Mutex<LentPostgres>
    private let queue = Mutex(WriteQueue())
    private let thread = DispatchQueue(label: "ombord.storage.postgres", qos: .userInitiated)

    init(_ connection: PostgresConnection) {
        core = Mutex(LentPostgres(connection))
    }

    /// Leaves the job to the writer's own thread.
    func enqueue(_ job: Job) {
        let mustSchedule = queue.withLock { queue in
            queue.jobs.append(job)
            defer { queue.isScheduled = true }
            return !queue.isScheduled
        }
        if mustSchedule { thread.async { self.drain() } }
    }

    /// Runs the job on the caller's thread, together with what waits.
    func runNow(_ job: Job) {
        core.withLock { lent in
            let waiting = queue.withLock { $0.take(Self.largestBatch - 1, in: job.turn) }
            commit(waiting + [job], job.turn, lent.connection)
        }
    }

    private func drain() {
        while true {
            let isDone = core.withLock { lent in
                let batch = queue.withLock { queue in
                    let turn = queue.jobs.first?.turn ?? .alone
                    let batch = queue.take(Self.largestBatch, in: turn)
                    if batch.isEmpty { queue.isScheduled = false }
                    return batch
                }
                if let first = batch.first { commit(batch, first.turn, lent.connection) }
                return batch.isEmpty
            }
            if isDone { return }
        }
    }

    // MARK: - Commits

    private func commit(_ first: [Job], _ turn: Turn, _ connection: PostgresConnection) {
        var batch = first
        var end: DispatchTime?
        var isAlone = false
        while true {
            do throws(StorageError) {
                if connection.isLost { try connection.reconnect() }
                if isAlone {
                    return try commitOneByOne(batch, connection)
                }
                if try commitTogether(&batch, turn, connection) { return }
                isAlone = true
            } catch {
                connection.rollBack()
                switch error {
                case .lost, .cannotOpen:
                    // Nothing was committed, so all of it can be done again.
                    let last = end ?? .now() + Self.patience
                    end = last
                    if DispatchTime.now() < last {
                        usleep(Self.pause)
                        continue
                    }
                case .conflict, .constraint, .statement, .busy:
                    if !isAlone {
                        isAlone = true
                        continue
                    }
                default: break
                }
                for job in batch { job.answer(.failure(error)) }
                return
            }
        }
    }

    /// - Parameter batch: the jobs; those that come while they run are added, because callers that
    ///   were answered by the last commit are back before this one is ready.
    /// - Returns: false where a job has failed after it had written; nobody has been answered.
    private func commitTogether(
        _ batch: inout [Job], _ turn: Turn, _ connection: PostgresConnection
    ) throws(StorageError) -> Bool {
        var outcomes: [Result<Void, any Error>] = []
        connection.begin(Self.opening(turn), canBeginAgain: false)
        while outcomes.count < batch.count {
            let written = connection.writes
            do {
                try batch[outcomes.count].work(connection)
                outcomes.append(.success(()))
            } catch let error as StorageError {
                throw error
            } catch {
                if connection.writes != written {
                    connection.rollBack()
                    return false
                }
                outcomes.append(.failure(error))
            }
            if outcomes.count == batch.count {
                let room = Self.largestBatch - batch.count
                batch += queue.withLock { $0.take(room, in: turn) }
            }
        }
        try connection.commit()
        for (job, outcome) in zip(batch, outcomes) { job.answer(outcome) }
        return true
    }

    private func commitOneByOne(
        _ batch: [Job], _ connection: PostgresConnection
    ) throws(StorageError) {
        var outcomes: [Result<Void, any Error>] = []
        connection.begin(Self.opening(.alone), canBeginAgain: false)
        for job in batch {
            try connection.run("SAVEPOINT job", [])
            do {
                try job.work(connection)
                // What it has left to be sent fails here and not in the next.
                try connection.settle()
                outcomes.append(.success(()))
            } catch {
                if connection.isLost { throw .lost("while writing") }
                try connection.run("ROLLBACK TO job", [])
                outcomes.append(.failure(error))
            }
            try connection.run("RELEASE job", [])
        }
        try connection.commit()
        for (job, outcome) in zip(batch, outcomes) { job.answer(outcome) }
    }

    /// The lock is taken before the transaction sees anything, so that what it sees is newest; it
    /// goes with the transaction. Readers are not touched by it.
    private static func opening(_ turn: Turn) -> [String] {
        let mode =
            switch turn {
            case .alone: "EXCLUSIVE"
            case .beside: "ROW SHARE"
            }
        return [
            "BEGIN ISOLATION LEVEL REPEATABLE READ", "LOCK TABLE schema_step IN \(mode) MODE",
        ]
    }
}
