import Dispatch
import Glibc

/// How long a server that is gone is called again, in which it restarts; and how long between two
/// calls, in microseconds.
private let patience = DispatchTimeInterval.seconds(10)
private let pause: UInt32 = 250_000

/// The one place where a conflict with another node, or a server that is gone, leads to another
/// try.
///
/// Works that wait share a transaction, those for which the rest of the nodes must stand still
/// (`Turn.alone`) and those for which they need not (`Turn.beside`) each with their like. Where
/// anything but a refusal comes in the way, all are taken back and run again alone and one by one:
/// then nobody else writes, and what fails fails for its own sake.
extension PostgresConnection: CommittingConnection {
    /// Few, because other nodes wait for the rows of all of them.
    var largestBatch: Int { 64 }

    func commit(_ jobs: [Job], in turn: Turn, more: (Int) -> [Job]) {
        var batch = jobs
        var end: DispatchTime?
        var isAlone = false
        while true {
            do throws(StorageError) {
                if isLost { try reconnect() }
                if isAlone {
                    return try commitOneByOne(batch)
                }
                if try commitTogether(&batch, turn, more) { return }
                isAlone = true
            } catch {
                rollBack()
                switch error {
                case .lost, .cannotOpen:
                    // Nothing was committed, so all of it can be done again.
                    let last = end ?? .now() + patience
                    end = last
                    if DispatchTime.now() < last {
                        usleep(pause)
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

    /// - Parameter batch: the jobs; those that come while they run are added.
    /// - Returns: false where a job has failed after it had written; nobody has been answered.
    private func commitTogether(
        _ batch: inout [Job], _ turn: Turn, _ more: (Int) -> [Job]
    ) throws(StorageError) -> Bool {
        var outcomes: [Result<Void, any Error>] = []
        begin(Self.opening(turn), canBeginAgain: false)
        while outcomes.count < batch.count {
            let written = writes
            do {
                try batch[outcomes.count].work(self)
                outcomes.append(.success(()))
            } catch let error as StorageError {
                throw error
            } catch {
                if writes != written {
                    rollBack()
                    return false
                }
                outcomes.append(.failure(error))
            }
            if outcomes.count == batch.count {
                batch += more(largestBatch - batch.count)
            }
        }
        try commit()
        for (job, outcome) in zip(batch, outcomes) { job.answer(outcome) }
        return true
    }

    private func commitOneByOne(_ batch: [Job]) throws(StorageError) {
        var outcomes: [Result<Void, any Error>] = []
        begin(Self.opening(.alone), canBeginAgain: false)
        for job in batch {
            try run("SAVEPOINT job", [])
            do {
                try job.work(self)
                // What it has left to be sent fails here and not in the next.
                try settle()
                outcomes.append(.success(()))
            } catch {
                if isLost { throw .lost("while writing") }
                try run("ROLLBACK TO job", [])
                outcomes.append(.failure(error))
            }
            try run("RELEASE job", [])
        }
        try commit()
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
