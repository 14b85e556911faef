import CPostgreSQL
import Cryptography
import Synchronization

/// PostgreSQL: one database that any number of nodes work on, with nothing else between them.
///
/// This node's works are queued for one connection that writes (`QueuedWriter`); reads run beside
/// it on connections of their own, each on one snapshot.
public final class PostgresDatabase: Database {
    private let address: String
    private let writer: QueuedWriter<PostgresConnection>
    private let readers = Mutex<[Lent<PostgresConnection>]>([])
    private let seen = Mutex<(snapshot: String, number: Int64)>(("", 0))
    private let bell: PostgresBell

    /// "ombord" as a number that nobody else will take.
    private static let schemaLock: Int64 = 0x6F6D_626F_7264

    /// Connects, sees that commits are durable, and brings the schema up to date.
    ///
    /// - Parameters:
    ///   - address: What libpq takes: `postgres://user@host/database?sslmode=verify-full`.
    ///   - now: The time in milliseconds since 1970, recorded with a new schema step.
    public init(address: String, now: Int64) throws {
        self.address = address
        let connection = try PostgresConnection(address)
        try Self.requireDurability(connection)
        // Nodes that start at the same time bring the schema up to date one after another, however
        // long that takes.
        try connection.withoutTimeLimits {
            try connection.run("SELECT pg_advisory_lock(?)", [.integer(Self.schemaLock)])
            try Schema.bringUpToDate(connection, now: now)
            try connection.run("SELECT pg_advisory_unlock(?)", [.integer(Self.schemaLock)])
        }
        writer = QueuedWriter(connection)
        bell = PostgresBell(address)
    }

    /// Refuses a server on which a commit that was answered could be lost, or on which a text would
    /// not be what was written.
    private static func requireDurability(_ connection: PostgresConnection) throws {
        let required: [(setting: String, values: Set<String>)] = [
            ("fsync", ["on"]), ("full_page_writes", ["on"]),
            ("synchronous_commit", ["on", "remote_apply"]), ("server_encoding", ["UTF8"]),
        ]
        for (setting, values) in required {
            let value = try connection.first("SELECT current_setting(?)", [.text(setting)]) {
                $0.text(0)
            }
            if let value, values.contains(value) { continue }
            throw StorageError.notTrustworthy(setting: setting, value: value ?? "")
        }
    }

    /// Queues the work for this node's writer and returns once its commit is on disk.
    public func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        try await writer.perform(turn, work)
    }

    /// Runs the work on the caller's thread, in one commit with what waits.
    public func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        try writer.performBlocking(turn, work)
    }

    /// Runs the queries on one snapshot, on a connection that is kept for the next.
    public func read<R>(_ work: (any Connection) throws -> R) throws -> R {
        try withReader { connection in
            connection.begin(
                ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], canBeginAgain: true)
            defer { connection.endReading() }
            return try work(connection)
        }
    }

    private func withReader<R>(_ body: (PostgresConnection) throws -> R) throws -> R {
        let lent = readers.withLock { $0.popLast() }
        let connection = try lent?.connection ?? PostgresConnection(address)
        defer {
            if !connection.isLost {
                readers.withLock { idle in
                    if idle.count < 8 { idle.append(Lent(connection)) }
                }
            }
        }
        return try body(connection)
    }

    /// A number for the server's snapshot: which transactions have ended is all that it says, so it
    /// is another after each commit, whoever made it, and the same as long as nothing has changed.
    public func version() throws -> Int64 {
        let snapshot = try withReader { connection in
            connection.begin([], canBeginAgain: true)
            return try connection.first("SELECT pg_current_snapshot()::text") { $0.text(0) } ?? ""
        }
        return seen.withLock { seen in
            if seen.snapshot != snapshot { seen = (snapshot, seen.number + 1) }
            return seen.number
        }
    }

    /// Tells the other nodes by NOTIFY, beside all transactions.
    public func ring() { bell.ring() }

    /// Listens on a connection of its own.
    public func onRing(_ call: @escaping @Sendable () -> Void) { bell.listen(call) }

    /// Writes the copy as a SQLite file, which is complete in itself.
    public func backUp(to path: String) throws {
        let now = try read {
            try $0.first("SELECT max(applied_at) FROM schema_step") { $0.integer(0) }
        }
        let copy = try SQLiteDatabase(path: path, now: now ?? 0)
        _ = try DatabaseCopy.copy(from: self, to: copy, layouts: try copy.layouts())
        try copy.foldLog()
    }

    /// What `ombord doctor` says of the server.
    public func description() throws -> [(name: String, value: String)] {
        try read { connection in
            func setting(_ name: String) throws -> String {
                try connection.first("SELECT current_setting(?)", [.text(name)]) { $0.text(0) }
                    ?? ""
            }
            let schema = try connection.count("SELECT max(number) FROM schema_step")
            let server = connection as? PostgresConnection
            return [
                ("database", "PostgreSQL " + (try setting("server_version"))),
                ("address", server?.place ?? ""),
                ("tls", server?.isEncrypted == true ? "on" : "off"),
                ("synchronous_commit", try setting("synchronous_commit")),
                ("fsync", try setting("fsync")),
                ("schema", "\(schema)"),
            ]
        }
    }
}

extension PostgresConnection: SchemaConnection {
    func inSchemaStep(_ work: () throws -> Void) throws {
        begin(["BEGIN"], canBeginAgain: false)
        do {
            try work()
            try commit()
        } catch {
            rollBack()
            throw error
        }
    }

    func schema(_ sql: String) throws(StorageError) { try script(PostgresDialect.schema(sql)) }
}
