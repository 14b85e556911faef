import Foundation
import Synchronization

/// Runs the jobs of an actor one by one on a thread of its own.
///
/// libcurl blocks. On Swift's own threads, one per core, two slow servers would stop the service.
final class ThreadExecutor: SerialExecutor {
    private let inbox = Inbox()

    init(name: String) {
        let inbox = inbox
        let thread = Thread { inbox.work() }
        thread.name = name
        thread.start()
    }

    deinit {
        inbox.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        inbox.add(UnownedJob(job), executor: self)
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// What waits to be run. The thread holds this and not the executor, which so can end.
    private final class Inbox: Sendable {
        private struct Entry {
            let job: UnownedJob
            // Kept until the job has run: the job may let go of the last other reference.
            let executor: ThreadExecutor
        }

        private struct State {
            var entries: [Entry] = []
            var isClosed = false
        }

        private let state = Mutex(State())
        private let ready = DispatchSemaphore(value: 0)

        func add(_ job: UnownedJob, executor: ThreadExecutor) {
            state.withLock { $0.entries.append(Entry(job: job, executor: executor)) }
            ready.signal()
        }

        func close() {
            state.withLock { $0.isClosed = true }
            ready.signal()
        }

        func work() {
            while true {
                ready.wait()
                let (entry, isClosed) = state.withLock { state in
                    (state.entries.isEmpty ? nil : state.entries.removeFirst(), state.isClosed)
                }
                guard let entry else {
                    if isClosed { return }
                    continue
                }
                entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
            }
        }
    }
}
