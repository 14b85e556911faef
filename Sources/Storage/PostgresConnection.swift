import CPostgreSQL
import Glibc

/// One connection to PostgreSQL with its prepared statements. Used by one thread at a time, which
/// `PostgresDatabase` sees to.
///
/// It stays in libpq's pipeline mode. What nobody waits for, the beginning of a transaction among
/// it, is sent with the next statement that somebody does wait for.
final class PostgresConnection: Connection {
    private var handle: OpaquePointer
    private let address: String
    private var statements: [String: [Prepared]] = [:]
    private var statementCount = 0
    /// What has been sent and not been answered.
    private var pending: [Pending] = []
    /// What begins the transaction, until it has been sent.
    private var opening: [String] = []
    /// What to begin with again where the server turns out to be gone before it has answered
    /// anything; nil where that is not right.
    private var reopening: [String]?
    /// How many rows have been written, or may have been, in the life of the connection.
    private(set) var writes = 0
    private let parameters = PostgresParameters()

    private struct Prepared {
        let kinds: UInt64
        let name: String
    }

    private enum Pending {
        case prepare(sql: String, name: String)
        case command
        case sync
    }

    /// More than this is not sent without reading what comes back, which would else fill the
    /// server's buffers.
    private static let longestPipeline = 256

    /// - Parameter address: what libpq takes: `postgres://…`, or `host=… dbname=…`.
    init(_ address: String) throws(StorageError) {
        self.address = address
        handle = try Self.connect(address)
    }

    deinit { PQfinish(handle) }

    // MARK: - Opening

    private static func connect(_ address: String) throws(StorageError) -> OpaquePointer {
        if let fault = loadLibpq() {
            throw .cannotOpen(path: "PostgreSQL", reason: String(cString: fault))
        }
        // What the address says comes last and stands. A machine that has gone away is noticed.
        let words: [(String, String)] = [
            ("connect_timeout", "5"), ("application_name", "ombord"), ("keepalives_idle", "10"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"), ("dbname", address), ("client_encoding", "UTF8"),
        ]
        let handle = withCStrings(words.map(\.0)) { keys in
            withCStrings(words.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let handle else { throw .cannotOpen(path: "PostgreSQL", reason: "out of memory") }
        do throws(StorageError) {
            guard PQstatus(handle) == CONNECTION_OK else {
                throw .cannotOpen(path: place(handle), reason: message(handle))
            }
            guard PQsslInUse(handle) == 1 || isLocal(handle) || address.contains("sslmode=") else {
                throw .cannotOpen(
                    path: place(handle),
                    reason: "the connection is not encrypted; write sslmode=verify-full into the "
                        + "address, or sslmode=disable where nobody can listen")
            }
            // "Table exists" and the like.
            PQsetNoticeProcessor(handle, { _, _ in }, nil)
            try script(sessionSettings, handle)
            guard PQenterPipelineMode(handle) == 1 else {
                throw .cannotOpen(path: place(handle), reason: "no pipeline mode")
            }
            return handle
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    /// A commit is on disk when it is answered. A node that has stopped in the middle of a
    /// transaction does not keep the others waiting, nor does one whose machine is gone.
    private static let sessionSettings = """
        SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
        \(timeLimits)
        SET idle_in_transaction_session_timeout = '15s';
        SET tcp_keepalives_idle = 10;
        SET tcp_keepalives_interval = 5;
        SET tcp_keepalives_count = 3;
        SET TimeZone = 'UTC';
        SET standard_conforming_strings = on;
        """

    /// Nothing that is asked for in the middle of a request takes longer, unless it goes wrong.
    private static let timeLimits = "SET lock_timeout = '10s'; SET statement_timeout = '60s';"

    /// Runs what may take as long as it does.
    func withoutTimeLimits(_ work: () throws -> Void) throws {
        try script("SET lock_timeout = 0; SET statement_timeout = 0;")
        try work()
        try script(Self.timeLimits)
    }

    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        let bytes = texts.map { Array($0.utf8CString) }
        func next(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> R {
            if index == bytes.count {
                return (pointers + [nil]).withUnsafeBufferPointer { buffer in
                    // Never empty: it ends in a null pointer.
                    buffer.baseAddress.map(body) ?? next(index, pointers)
                }
            }
            return bytes[index].withUnsafeBufferPointer {
                next(index + 1, pointers + [$0.baseAddress])
            }
        }
        return next(0, [])
    }

    /// Where the server is, without user or password.
    var place: String { Self.place(handle) }

    private static func place(_ handle: OpaquePointer) -> String {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String {
            value.map { String(cString: $0) } ?? ""
        }
        return "postgres://\(text(PQhost(handle))):\(text(PQport(handle)))/\(text(PQdb(handle)))"
    }

    /// Whether what is sent stays on this machine.
    private static func isLocal(_ handle: OpaquePointer) -> Bool {
        let host = PQhost(handle).map { String(cString: $0) } ?? ""
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
            // A folder of sockets.
            || host.hasPrefix("/") || host.hasPrefix("@")
    }

    private static func message(_ handle: OpaquePointer) -> String {
        let text = String(cString: PQerrorMessage(handle))
        return text.split(separator: "\n").joined(separator: " ")
    }

    var isEncrypted: Bool { PQsslInUse(handle) == 1 }

    var serverProcess: Int32 { PQbackendPID(handle) }

    /// Whether the connection can no longer be used.
    var isLost: Bool { PQstatus(handle) != CONNECTION_OK }

    /// Whether the server has hung up, as far as that has arrived here.
    private func isHungUp() -> Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while !isLost, poll(&waiting, 1, 0) > 0, PQconsumeInput(handle) == 1 {}
        return isLost
    }

    /// Connects anew; whatever was under way is gone.
    func reconnect() throws(StorageError) {
        let fresh = try Self.connect(address)
        PQfinish(handle)
        handle = fresh
        statements = [:]
        pending = []
        opening = []
    }

    // MARK: - Transactions

    /// Begins a transaction with the next statement.
    ///
    /// - Parameter canBeginAgain: Whether the first query may be put to a new connection where
    ///   this one turns out to be gone.
    func begin(_ statements: [String], canBeginAgain: Bool) {
        opening = statements
        reopening = canBeginAgain ? statements : nil
    }

    /// Ends a transaction that was only read in. Nobody waits for the answer.
    func endReading() {
        reopening = nil
        if !opening.isEmpty {
            opening = []
            return
        }
        do {
            try send("COMMIT", [])
            try sync()
        } catch {
            // Whoever takes the connection next finds out.
        }
    }

    /// Commits; on disk when this returns.
    func commit() throws(StorageError) {
        if !opening.isEmpty {
            opening = []
            return
        }
        // Whoever was hung up on before has committed nothing, and need not wonder.
        if isHungUp() { throw .lost(Self.message(handle)) }
        try send("COMMIT", [])
        let result: PostgresResult
        do throws(StorageError) {
            result = try finish()
        } catch .lost {
            throw .outcomeUnknown
        }
        // A transaction that had failed ends with this and no error.
        if result.tag != "COMMIT" { throw .conflict("the transaction had failed") }
    }

    /// Takes everything back. A connection on which that fails is lost.
    func rollBack() {
        if !opening.isEmpty {
            opening = []
            return
        }
        // What is under way may fail, and has then been taken back too.
        _ = try? finish()
        _ = try? run("ROLLBACK", [])
    }

    // MARK: - Statements

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        let changed = try exchange(sql, values).changedRows
        writes += changed
        return changed
    }

    func post(_ sql: String, _ values: [SQLValue]) throws(StorageError) {
        try send(sql, values)
        reopening = nil
        writes += 1
        if pending.count > Self.longestPipeline { _ = try finish() }
    }

    func forEach(
        _ sql: String, _ values: [SQLValue], _ body: (any ResultRow) throws -> Void
    ) throws {
        let result = try exchange(sql, values)
        for row in 0..<result.rowCount { try body(PostgresRow(result: result, row: row)) }
    }

    /// Runs several statements that take no values, as schema steps are.
    func script(_ sql: String) throws(StorageError) {
        try sendOpening()
        _ = try finish()
        PQexitPipelineMode(handle)
        defer { PQenterPipelineMode(handle) }
        try Self.script(sql, handle)
    }

    private static func script(_ sql: String, _ handle: OpaquePointer) throws(StorageError) {
        let result = PostgresResult(PQexec(handle, sql))
        if let error = result.error { throw error }
    }

    /// Reads what has come for whoever listens, and gives what was said.
    func heard() -> [String] {
        PQconsumeInput(handle)
        var words: [String] = []
        while let note = PQnotifies(handle) {
            words.append(String(cString: note.pointee.extra))
            PQfreemem(note)
        }
        return words
    }

    /// What to wait on for something to be heard.
    var socket: Int32 { PQsocket(handle) }

    /// Waits for all that has been sent; throws the first error of it.
    func settle() throws(StorageError) { _ = try finish() }

    // MARK: - The pipeline

    private func exchange(
        _ sql: String, _ values: [SQLValue]
    ) throws(StorageError) -> PostgresResult {
        do throws(StorageError) {
            try send(sql, values)
            let result = try finish()
            reopening = nil
            return result
        } catch {
            guard isLost, let reopening else { throw error }
            // A server that was restarted while the connection lay idle: nothing has been answered.
            self.reopening = nil
            try reconnect()
            opening = reopening
            try send(sql, values)
            return try finish()
        }
    }

    private func send(_ sql: String, _ values: [SQLValue]) throws(StorageError) {
        try sendOpening()
        guard values.count <= 32 else { return try sendUnprepared(sql, values) }
        let name = try prepared(sql, values)
        parameters.lay(values)
        let isSent = parameters.with { count, pointers, lengths, formats in
            PQsendQueryPrepared(handle, name, count, pointers, lengths, formats, 1)
        }
        try sent(isSent, .command)
    }

    private func sendOpening() throws(StorageError) {
        let statements = opening
        opening = []
        for statement in statements { try send(statement, []) }
    }

    private func sendUnprepared(_ sql: String, _ values: [SQLValue]) throws(StorageError) {
        parameters.lay(values)
        let types = values.map(PostgresType.of)
        let isSent = parameters.with { count, pointers, lengths, formats in
            PQsendQueryParams(
                handle, PostgresDialect.statement(sql), count, types, pointers, lengths,
                formats, 1)
        }
        try sent(isSent, .command)
    }

    /// The name under which the server knows the statement for values of these types.
    private func prepared(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> String {
        var kinds: UInt64 = 0
        for value in values { kinds = kinds << 2 | PostgresType.kind(value) }
        if let known = statements[sql]?.first(where: { $0.kinds == kinds }) { return known.name }
        statementCount += 1
        let name = "s\(statementCount)"
        let types = values.map(PostgresType.of)
        let isSent = PQsendPrepare(
            handle, name, PostgresDialect.statement(sql), Int32(types.count), types)
        try sent(isSent, .prepare(sql: sql, name: name))
        statements[sql, default: []].append(Prepared(kinds: kinds, name: name))
        return name
    }

    private func sent(_ code: Int32, _ what: Pending) throws(StorageError) {
        guard code == 1 else {
            throw isLost
                ? .lost(Self.message(handle))
                : .statement(code: 0, message: Self.message(handle))
        }
        pending.append(what)
    }

    private func sync() throws(StorageError) { try sent(PQpipelineSync(handle), .sync) }

    /// Sends what lies ready and reads all answers; gives that of the last statement.
    private func finish() throws(StorageError) -> PostgresResult {
        if pending.isEmpty { return PostgresResult(nil) }
        if case .sync = pending[pending.count - 1] {} else { try sync() }
        let awaited = pending
        pending = []
        var last = PostgresResult(nil)
        var failure: StorageError?
        for step in awaited {
            let result = PostgresResult(PQgetResult(handle))
            if isLost { throw .lost(Self.message(handle)) }
            switch step {
            case .sync: continue
            case .prepare(let sql, let name):
                if result.isFailure { statements[sql]?.removeAll { $0.name == name } }
            case .command: last = result
            }
            // Those after the first were skipped.
            if failure == nil { failure = result.error }
            // Each ends with nothing.
            _ = PostgresResult(PQgetResult(handle))
        }
        if let failure { throw failure }
        return last
    }
}
