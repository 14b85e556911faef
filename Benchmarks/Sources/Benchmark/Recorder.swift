import BareSQLite
import Storage
import Synchronization

/// A database that notes what is written through it, for the bare program to write again.
final class Recorder: Database {
    struct Statement: Sendable {
        let sql: String
        let values: [SQLValue]
    }

    private let database: SQLiteDatabase
    private let steps = Mutex<[[Statement]]>([])

    init(_ database: SQLiteDatabase) { self.database = database }

    /// What each transaction so far has written, in order.
    var recorded: [[Statement]] { steps.withLock { $0 } }

    func perform(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) async throws {
        try await database.perform(turn) { [self] in try recording($0, work) }
    }

    func performBlocking(
        _ turn: Turn, _ work: @escaping @Sendable (any Connection) throws -> Void
    ) throws {
        try database.performBlocking(turn) { [self] in try recording($0, work) }
    }

    private func recording(
        _ connection: any Connection, _ work: (any Connection) throws -> Void
    ) throws {
        let tape = Tape(connection)
        try work(tape)
        steps.withLock { $0.append(tape.statements) }
    }

    func read<R>(_ work: (any Connection) throws -> R) throws -> R { try database.read(work) }
    func version() throws -> Int64 { try database.version() }
    func backUp(to path: String) throws { try database.backUp(to: path) }
    func description() throws -> [(name: String, value: String)] { try database.description() }

    private final class Tape: Connection {
        let connection: any Connection
        var statements: [Statement] = []

        init(_ connection: any Connection) { self.connection = connection }

        func run(_ sql: String, _ values: [SQLValue]) throws(StorageError) -> Int {
            let count = try connection.run(sql, values)
            // What changed nothing is no row; savepoints are the stack's own affair.
            let isWrite = ["INSERT", "UPDATE", "DELETE"].contains { sql.hasPrefix($0) }
            if isWrite, count > 0 { statements.append(Statement(sql: sql, values: values)) }
            return count
        }

        func post(_ sql: String, _ values: [SQLValue]) throws(StorageError) {
            _ = try run(sql, values)
        }

        func forEach(
            _ sql: String, _ values: [SQLValue], _ body: (any ResultRow) throws -> Void
        ) throws {
            try connection.forEach(sql, values, body)
        }
    }
}

/// The bare program with the steps that it is to write.
final class BareProgram {
    private let program: OpaquePointer

    init(path: String, cacheKiB: Int, steps: [[Recorder.Statement]]) throws {
        guard let program = bare_open(path, Int32(cacheKiB)) else {
            throw BenchmarkFault("the bare program cannot open \(path)")
        }
        self.program = program
        var numbers: [String: Int32] = [:]
        for step in steps {
            bare_add_step(program)
            for statement in step {
                let number = numbers[statement.sql] ?? bare_prepare(program, statement.sql)
                guard number >= 0 else {
                    throw BenchmarkFault("the bare program cannot prepare \(statement.sql)")
                }
                numbers[statement.sql] = number
                bare_add_statement(program, number)
                for value in statement.values { add(value) }
            }
        }
    }

    deinit { bare_close(program) }

    private func add(_ value: SQLValue) {
        switch value {
        case .null: bare_add_null(program)
        case .integer(let integer): bare_add_integer(program, integer)
        case .text(let text):
            let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
            bare_add_text(program, bytes, Int32(bytes.count))
        case .bytes(let bytes): bare_add_blob(program, bytes, Int32(bytes.count))
        }
    }

    func run(from first: Int, count: Int, perCommit: Int) throws {
        let code = bare_run(program, Int32(first), Int32(count), Int32(perCommit))
        if code != 0 { throw BenchmarkFault("the bare program met SQLite's code \(code)") }
    }
}
