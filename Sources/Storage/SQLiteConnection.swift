import CSQLite

/// One SQLite connection with its prepared statements. Used by one thread at a time, which
/// `SQLiteDatabase` sees to.
final class SQLiteConnection: Connection {
    let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]
    /// The same by where the SQL text lies: nearly all of it is literals, whose place never
    /// changes, and to hash a long text costs more than to bind its values.
    private var places: [UInt: (sql: String, statement: OpaquePointer)] = [:]
    private let desk = Desk()

    /// Opens a file in WAL mode and makes every commit durable.
    init(path: String, readOnly: Bool) throws(StorageError) {
        var handle: OpaquePointer?
        let flags =
            (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
            | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(handle)
            throw .cannotOpen(path: path, reason: reason)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, 10_000)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Settings that every connection needs, writer or reader.
    func configure(cacheKiB: Int) throws(StorageError) {
        try run("PRAGMA foreign_keys = ON", [])
        try run("PRAGMA cache_size = -\(cacheKiB)", [])
        try run("PRAGMA temp_store = MEMORY", [])
    }

    /// Makes acknowledged commits survive a power cut, and sees that it took: the writer must be in
    /// WAL mode with synchronous=FULL (2).
    func makeDurable() throws(StorageError) {
        let journal = try text("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = FULL", [])
        try run("PRAGMA wal_autocheckpoint = 8000", [])
        let synchronous = Int(try text("PRAGMA synchronous")) ?? -1
        guard journal == "wal", synchronous == 2 else {
            throw .notDurable(journal: journal, synchronous: synchronous)
        }
    }

    /// The first column of the first row as text.
    func text(_ sql: String) throws(StorageError) -> String {
        let statement = try prepare(sql)
        defer { sqlite3_reset(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw error(code) }
        return code == SQLITE_ROW ? SQLiteRow(statement: statement).text(0) : ""
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
        let statement = try prepare(sql)
        desk.clear()
        defer {
            sqlite3_reset(statement)
            // The next statement's values come to lie where this one's do.
            sqlite3_clear_bindings(statement)
        }
        // Nothing else runs on the connection until this statement has, so the values stay.
        try bind(values, to: statement, on: desk)
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw error(code) }
        return Int(sqlite3_changes(handle))
    }

    func post(_ sql: String, _ values: [SQLValue]) throws(StorageError) { try run(sql, values) }

    func forEach(
        _ sql: String, _ values: [SQLValue], _ body: (any ResultRow) throws -> Void
    ) throws {
        let statement = try prepare(sql)
        defer { sqlite3_reset(statement) }
        // The body may run other statements meanwhile, so SQLite keeps copies of the values.
        try bind(values, to: statement, on: nil)
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw error(code) }
            try body(SQLiteRow(statement: statement))
        }
    }

    /// How many rows have been written since the connection was opened.
    var totalChanges: Int { Int(sqlite3_total_changes(handle)) }

    /// False where nothing has begun, and where the disk has failed a statement so that SQLite has
    /// taken all of its transaction back.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs several statements that take no values, as schema steps are.
    func script(_ sql: String) throws(StorageError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code) }
    }

    private func prepare(_ sql: String) throws(StorageError) -> OpaquePointer {
        let place = sql.utf8.withContiguousStorageIfAvailable {
            UInt(bitPattern: $0.baseAddress)
        }
        // Another text may come to lie at the same place, so the texts are compared.
        if let place, let known = places[place], known.sql == sql { return known.statement }
        let statement = try statement(sql)
        // A short text lies on the stack.
        if let place, sql.utf8.count > 15, places.count < 512 { places[place] = (sql, statement) }
        return statement
    }

    private func statement(_ sql: String) throws(StorageError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(
            handle, SQLiteDialect.text(sql), -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        statements[sql] = statement
        return statement
    }

    /// - Parameter desk: where the values may be laid instead of being copied by SQLite.
    private func bind(
        _ values: [SQLValue], to statement: OpaquePointer, on desk: Desk?
    ) throws(StorageError) {
        var index: Int32 = 0
        for value in values {
            index += 1
            let code: Int32
            switch value {
            case .null: code = sqlite3_bind_null(statement, index)
            case .integer(let integer): code = sqlite3_bind_int64(statement, index, integer)
            case .text(var text):
                code = text.withUTF8 { buffer in
                    let bytes = UnsafeRawBufferPointer(buffer)
                    let laid = desk?.lay(bytes)
                    return ombord_bind_text(
                        statement, index, laid ?? bytes.baseAddress, Int32(bytes.count),
                        laid == nil ? 0 : 1)
                }
            case .bytes(let array):
                code = array.withUnsafeBytes { bytes in
                    let laid = desk?.lay(bytes)
                    return ombord_bind_blob(
                        statement, index, laid ?? bytes.baseAddress, Int32(bytes.count),
                        laid == nil ? 0 : 1)
                }
            }
            if code != SQLITE_OK { throw error(code) }
        }
    }

    private func error(_ code: Int32) -> StorageError {
        let message = String(cString: sqlite3_errmsg(handle))
        switch code & 0xff {
        case SQLITE_CONSTRAINT: return .constraint(message)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy
        case SQLITE_FULL: return .full
        default: return .statement(code: Int(code), message: message)
        }
    }
}

/// Where the values of a running statement lie, so that SQLite need not allocate a copy of each.
private final class Desk {
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)
    private var end = 0

    deinit { room.deallocate() }

    func clear() { end = 0 }

    /// Lays bytes down until the desk is cleared, or gives nil where there is no room for them.
    func lay(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
        guard let start = room.baseAddress, bytes.count <= room.count - end else { return nil }
        let place = start + end
        if let source = bytes.baseAddress {
            place.copyMemory(from: source, byteCount: bytes.count)
        }
        end += bytes.count
        return UnsafeRawPointer(place)
    }
}

/// The row that a statement stands on.
struct SQLiteRow: ResultRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    }

    func integer(_ column: Int) -> Int64 {
        sqlite3_column_int64(statement, Int32(column))
    }

    func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func utf8(_ column: Int) -> UnsafeRawBufferPointer {
        guard let start = sqlite3_column_text(statement, Int32(column)) else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(
            start: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }

    func bytes(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
