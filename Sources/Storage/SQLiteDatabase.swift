import CSQLite
import Synchronization

/// The embedded database: a file in WAL mode, one writer that batches, readers beside it.
///
/// Every writer's work is queued; whoever gets hold of the writing connection runs all that waits,
/// and what comes meanwhile, in one transaction and answers them after the commit. A commit costs
/// one flush of the disk however many works share it.
public final class SQLiteDatabase: Database {
    private let path: String
    private let writer: QueuedWriter<SQLiteConnection>
    private let readers: Mutex<Readers>
    /// Reads and writes nothing, so that every commit is another's and changes its number.
    private let watcher: Mutex<Lent<SQLiteConnection>>
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
        writer = QueuedWriter(connection)
        readers = Mutex(Readers())
        watcher = Mutex(Lent(try SQLiteConnection(path: path, readOnly: true)))
    }

    /// `PRAGMA data_version`, which SQLite keeps in the memory that all processes share.
    public func version() throws -> Int64 {
        try watcher.withLock { lent in
            try lent.connection.first("PRAGMA data_version") { $0.integer(0) } ?? 0
        }
    }

    // There is one writer, which is always alone: all that waits can share its commit.

    /// Queues the work for the writer's own thread and returns once its commit is on disk.
    public func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        try await writer.perform(.alone, work)
    }

    /// Runs the work on the caller's thread, in one commit with what waits.
    public func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        try writer.performBlocking(.alone, work)
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
    public func foldLog() throws {
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

private struct Readers {
    private var idle: [Lent<SQLiteConnection>] = []

    mutating func take() -> Lent<SQLiteConnection>? { idle.popLast() }

    mutating func putBack(_ lent: Lent<SQLiteConnection>) {
        if idle.count < 8 { idle.append(lent) }
    }
}
