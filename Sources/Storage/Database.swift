/// A value as a database column holds it.
public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(_ value: Int) { self = .integer(Int64(value)) }
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    public init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
}

/// A row of a result, read by the position of its columns, counted from zero.
public protocol ResultRow {
    func isNull(_ column: Int) -> Bool
    /// The integer, 0 where the column is NULL.
    func integer(_ column: Int) -> Int64
    /// The text, empty where the column is NULL.
    func text(_ column: Int) -> String
    func bytes(_ column: Int) -> [UInt8]
    /// The text's UTF-8 where it lies, until the next row; empty where the column is NULL.
    func utf8(_ column: Int) -> UnsafeRawBufferPointer
}

extension ResultRow {
    /// The integer as an `Int`, 0 where the column is NULL.
    public func int(_ column: Int) -> Int { Int(integer(column)) }
    /// The text, or nil where the column is NULL.
    public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
    /// The integer, or nil where the column is NULL.
    public func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }
}

/// One connection inside one transaction. It runs SQL that SQLite and PostgreSQL both understand,
/// with `?` for each value in turn. `{skip locked}` at the end of a query has it take the rows that
/// it finds, and leave out those that another transaction has taken.
public protocol Connection {
    /// Runs a statement and tells how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int
    /// Runs a statement whose outcome nobody needs to know at once. Where it fails, this or a later
    /// statement of the transaction does, or the commit: what fails so is not to be caught.
    func post(_ sql: String, _ values: [SQLValue]) throws(StorageError)
    /// Runs a query and hands over each row.
    func forEach(
        _ sql: String, _ values: [SQLValue], _ body: (any ResultRow) throws -> Void
    ) throws
}

extension Connection {
    /// All rows of a query, mapped.
    public func all<T>(
        _ sql: String, _ values: [SQLValue] = [], _ map: (any ResultRow) throws -> T
    ) throws -> [T] {
        var result: [T] = []
        try forEach(sql, values) { result.append(try map($0)) }
        return result
    }

    /// The first row of a query, mapped, or nil where there is none.
    public func first<T>(
        _ sql: String, _ values: [SQLValue] = [], _ map: (any ResultRow) throws -> T
    ) throws -> T? {
        var result: T?
        try forEach(sql, values) { if result == nil { result = try map($0) } }
        return result
    }

    /// The first column of the first row as an integer, 0 where there is no row.
    public func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        try first(sql, values) { $0.int(0) } ?? 0
    }
}

/// Whether a work can be done while other nodes write. One node's works never overlap.
public enum Turn: Sendable {
    /// Nobody else writes meanwhile: what was read is so until the commit.
    case alone
    /// Others may write. All that the work rests on is in rows that it changes itself, or it does
    /// not matter if that is a moment old. Where another changed one of its rows, it is run again.
    case beside
}

/// A database that offers whole transactions and nothing less.
///
/// A driver hides placeholders, column types and locking; everything above it is the same SQL.
public protocol Database: Sendable {
    /// Runs the work in a transaction that is on disk before this returns. Works that wait at the
    /// same time share a commit; one that throws is rolled back alone. A work may be run again
    /// where another of its transaction was rolled back.
    func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws

    /// The same for a caller that has a thread of its own and may block.
    func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws

    /// Runs a short query on a snapshot of what is committed.
    func read<R>(_ work: (any Connection) throws -> R) throws -> R

    /// A number that is another after each commit, whoever made it.
    func version() throws -> Int64

    /// Writes a complete copy of the database to a new file while work goes on.
    func backUp(to path: String) throws

    /// Facts for the operator: what runs, and how safely.
    func description() throws -> [(name: String, value: String)]

    /// Tells the other nodes on the database that there may be something to do.
    func ring()

    /// Calls back whenever another node has told so.
    func onRing(_ call: @escaping @Sendable () -> Void)
}

// A database of one node has nobody to tell.
extension Database {
    /// Does nothing.
    public func ring() {}
    /// Never calls.
    public func onRing(_ call: @escaping @Sendable () -> Void) {}
}

// What the work gives back is kept here and not by the drivers, so that it is compiled for its type
// where the work is.
extension Database {
    /// Runs the work in a transaction and gives what it returns once that is on disk.
    @inlinable
    public func write<R: Sendable>(
        _ turn: Turn = .alone, _ work: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        // Written by the work, read after the database has answered that the work is done.
        nonisolated(unsafe) var result: R?
        try await perform(turn) { result = try work($0) }
        guard let result else { throw StorageError.closed }
        return result
    }

    /// The same for a caller that has a thread of its own and may block.
    @inlinable
    public func writeBlocking<R: Sendable>(
        _ turn: Turn = .alone, _ work: @escaping @Sendable (any Connection) throws -> R
    ) throws -> R {
        // As above.
        nonisolated(unsafe) var result: R?
        try performBlocking(turn) { result = try work($0) }
        guard let result else { throw StorageError.closed }
        return result
    }
}

/// Why the database could not do its work.
public enum StorageError: Error, Hashable, Sendable {
    case cannotOpen(path: String, reason: String)
    /// The writer is not in WAL mode with synchronous=FULL, so a commit could be lost.
    case notDurable(journal: String, synchronous: Int)
    /// The server is set up so that a commit could be lost, or a text would not be kept as it is.
    case notTrustworthy(setting: String, value: String)
    /// A rule of the schema forbids it (a duplicate, a missing reference, a check).
    case constraint(String)
    case busy
    case full
    case statement(code: Int, message: String)
    /// The file was written by a newer Ombord.
    case newerSchema(found: Int, known: Int)
    case schemaChanged(step: Int)
    case closed
    /// The server has gone away; nothing was written.
    case lost(String)
    /// The server has gone away while it committed. Whether it did can be read when it is back; a
    /// command under an idempotency key can simply be repeated.
    case outcomeUnknown
    /// Another node wrote the same rows.
    case conflict(String)
}
