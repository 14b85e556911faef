import CSQLite
import Dispatch
import Synchronization

/// The embedded database: a file in WAL mode, one writer that batches, readers beside it.
///
/// Every writer's work is queued; whoever gets hold of the writing connection runs all that waits,
/// and what comes meanwhile, in one transaction and answers them after the commit. A commit costs
/// one flush of the disk however many works share it.
public final class SQLiteDatabase: Database {
    private let path: String
    private let writer: Writer
    private let readers: Mutex<Readers>
    /// Reads and writes nothing, so that every commit is another's and changes its number.
    private let watcher: Mutex<Lent>
    private let cacheKiB: Int

    /// Opens the file, makes the writer durable and brings the schema up to date.
    ///
    /// - Parameters:
    ///   - path: The file, made where it is missing.
    ///   - now: The time in milliseconds since 1970, recorded with a new schema step.
    public init(path: String, now: Int64, cacheKiB: Int = 8_192) throws {
        self.path = path
        self.cacheKiB = cacheKiB
        let connection = try SQLiteConnection(path: path, readOnly: false)
        try connection.configure(cacheKiB: cacheKiB)
        try connection.makeDurable()
        try Schema.bringUpToDate(connection, now: now)
        writer = Writer(connection)
        readers = Mutex(Readers())
        watcher = Mutex(Lent(try SQLiteConnection(path: path, readOnly: true)))
    }

    /// `PRAGMA data_version`, which SQLite keeps in the memory that all processes share.
    public func version() throws -> Int64 {
        try watcher.withLock { lent in
            try lent.connection.first("PRAGMA data_version") { $0.integer(0) } ?? 0
        }
    }

    /// Queues the work for the writer's own thread and returns once its commit is on disk.
    public func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        try await withCheckedThrowingContinuation { continuation in
            writer.enqueue(Job(turn: turn, work: work) { continuation.resume(with: $0) })
        }
    }

    /// Runs the work on the caller's thread, in one commit with what waits.
    public func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        let outcome = Mutex<Result<Void, any Error>>(.failure(StorageError.closed))
        writer.runNow(Job(turn: turn, work: work) { result in outcome.withLock { $0 = result } })
        try outcome.withLock { $0 }.get()
    }

    /// Runs the queries on one snapshot, on a reading connection that is kept for the next.
    public func read<R>(_ work: (any Connection) throws -> R) throws -> R {
        let lent = readers.withLock { $0.take() }
        let connection: SQLiteConnection
        if let lent {
            connection = lent.connection
        } else {
            connection = try SQLiteConnection(path: path, readOnly: true)
            try connection.configure(cacheKiB: cacheKiB)
        }
        defer { readers.withLock { $0.putBack(Lent(connection)) } }
        // One snapshot for all the queries of one read.
        try connection.run("BEGIN", [])
        defer { _ = try? connection.run("COMMIT", []) }
        return try work(connection)
    }

    /// Copies the whole database to a file with SQLite's backup interface.
    public func backUp(to path: String) throws {
        let source = try SQLiteConnection(path: self.path, readOnly: true)
        let target = try SQLiteConnection(path: path, readOnly: false)
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw StorageError.cannotOpen(
                path: path, reason: String(cString: sqlite3_errmsg(target.handle)))
        }
        let code = sqlite3_backup_step(backup, -1)
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else {
            throw StorageError.statement(
                code: Int(code), message: String(cString: sqlite3_errmsg(target.handle)))
        }
    }

    /// Takes what is in the file's log into the file, which then is complete by itself.
    func foldLog() throws {
        _ = try writer.withConnection { try $0.text("PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    /// What `ombord doctor` says of the database, with SQLite's own check of its integrity.
    public func description() throws -> [(name: String, value: String)] {
        try writer.withConnection { connection in
            [
                ("database", "SQLite " + String(cString: sqlite3_libversion())),
                ("file", path),
                ("journal_mode", try connection.text("PRAGMA journal_mode")),
                ("synchronous", try connection.text("PRAGMA synchronous")),
                ("schema", try connection.text("SELECT max(number) FROM schema_step")),
                ("integrity", try connection.text("PRAGMA quick_check")),
            ]
        }
    }
}

/// A connection on its way between threads: only one of them has it at a time.
private struct Lent: @unchecked Sendable {
    let connection: SQLiteConnection

    init(_ connection: SQLiteConnection) { self.connection = connection }
}

private struct Readers {
    private var idle: [Lent] = []

    mutating func take() -> Lent? { idle.popLast() }

    mutating func putBack(_ lent: Lent) {
        if idle.count < 8 { idle.append(lent) }
    }
}

/// The one connection that writes, and the queue before it.
private final class Writer: Sendable {
    /// How many works share a commit at most, so that none waits long for its answer.
    private static let largestBatch = 256

    private let core: Mutex<Lent>
    private let queue = Mutex(WriteQueue())
    private let thread = DispatchQueue(label: "ombord.storage.writer", qos: .userInitiated)

    init(_ connection: SQLiteConnection) {
        core = Mutex(Lent(connection))
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

    /// Runs the job on the caller's thread, together with whatever waits.
    func runNow(_ job: Job) {
        core.withLock { lent in
            commit(takeBatch(room: Self.largestBatch - 1) + [job], lent.connection)
        }
    }

    func withConnection<R>(_ body: (SQLiteConnection) throws -> R) throws -> R {
        try core.withLock { lent in try body(lent.connection) }
    }

    private func drain() {
        while true {
            let isDone = core.withLock { lent in
                let batch = takeBatch(room: Self.largestBatch)
                if !batch.isEmpty { commit(batch, lent.connection) }
                return batch.isEmpty
            }
            if isDone { return }
        }
    }

    private func takeBatch(room: Int) -> [Job] {
        queue.withLock { queue in
            let batch = queue.take(room)
            if batch.isEmpty { queue.isScheduled = false }
            return batch
        }
    }

    /// Runs the jobs and commits them together.
    ///
    /// At first without savepoints, which cost more than most jobs: one that fails has nearly
    /// always written nothing. Where it has, everything is rolled back and run again with them; a
    /// job depends on nothing but the database and its arguments.
    private func commit(_ first: [Job], _ connection: SQLiteConnection) {
        var batch = first
        do {
            if try commit(&batch, connection, usingSavepoints: false) { return }
            _ = try commit(&batch, connection, usingSavepoints: true)
        } catch {
            _ = try? connection.run("ROLLBACK", [])
            for job in batch { job.answer(.failure(error)) }
        }
    }

    /// - Parameter batch: the jobs; those that come while they run are added, because callers that
    ///   were answered by the last commit are back before this one is ready.
    /// - Returns: false where a job that failed had written something; nobody has been answered.
    private func commit(
        _ batch: inout [Job], _ connection: SQLiteConnection, usingSavepoints: Bool
    ) throws(StorageError) -> Bool {
        var outcomes: [Result<Void, any Error>] = []
        try connection.run("BEGIN IMMEDIATE", [])
        while outcomes.count < batch.count {
            if usingSavepoints { try connection.run("SAVEPOINT job", []) }
            let written = connection.totalChanges
            do {
                try batch[outcomes.count].work(connection)
                outcomes.append(.success(()))
            } catch {
                if usingSavepoints {
                    try connection.run("ROLLBACK TO job", [])
                } else if connection.totalChanges != written {
                    try connection.run("ROLLBACK", [])
                    return false
                }
                outcomes.append(.failure(error))
            }
            if usingSavepoints { try connection.run("RELEASE job", []) }
            if outcomes.count == batch.count {
                let room = Self.largestBatch - batch.count
                batch += queue.withLock { $0.take(room) }
            }
        }
        try connection.run("COMMIT", [])
        for (job, outcome) in zip(batch, outcomes) { job.answer(outcome) }
        return true
    }
}
