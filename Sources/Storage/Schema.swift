import Cryptography

/// The tables, as numbered steps that are only ever appended to.
///
/// A step that was released is never edited: its checksum is recorded where it ran, and a
/// difference is refused at start. `{integer}` and `{bytes}` stand for what each database calls its
/// 64-bit integer and its byte string; `{strict}` is what makes SQLite check column types;
/// `{append-only TABLE}` forbids changing and deleting rows.
enum Schema {
    struct SchemaStep {
        let number: Int
        let sql: String
    }

    static let steps = [
        SchemaStep(number: 1, sql: first), SchemaStep(number: 2, sql: second),
        SchemaStep(number: 3, sql: third), SchemaStep(number: 4, sql: fourth),
        SchemaStep(number: 5, sql: fifth), SchemaStep(number: 6, sql: sixth),
        SchemaStep(number: 7, sql: seventh), SchemaStep(number: 8, sql: eighth),
        SchemaStep(number: 9, sql: ninth), SchemaStep(number: 12, sql: twelfth),
    ]

    /// The number of the newest step.
    static let newest = steps.map(\.number).max() ?? 0

    /// Runs the steps that the database has not seen.
    static func bringUpToDate(_ connection: SQLiteConnection, now: Int64) throws {
        try connection.script(
            """
            CREATE TABLE IF NOT EXISTS schema_step (
                number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
            ) STRICT
            """)
        let applied = try connection.all("SELECT number, checksum FROM schema_step", []) {
            ($0.int(0), $0.text(1))
        }
        if let found = applied.map(\.0).max(), found > newest {
            throw StorageError.newerSchema(found: found, known: newest)
        }
        let checksums = Dictionary(uniqueKeysWithValues: applied)
        for step in steps {
            let checksum = Cryptography.hex(Cryptography.sha256(Array(step.sql.utf8)))
            if let recorded = checksums[step.number] {
                if recorded != checksum { throw StorageError.schemaChanged(step: step.number) }
                continue
            }
            try connection.run("BEGIN IMMEDIATE", [])
            do {
                try connection.script(sqlite(step.sql))
                try connection.run(
                    "INSERT INTO schema_step (number, checksum, applied_at) VALUES (?, ?, ?)",
                    [SQLValue(step.number), .text(checksum), .integer(now)])
                try connection.run("COMMIT", [])
            } catch {
                _ = try? connection.run("ROLLBACK", [])
                throw error
            }
        }
    }

    private static func sqlite(_ sql: String) -> String {
        var result = ""
        var rest = sql[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let token = rest[rest.index(after: open)..<close]
            switch token {
            case "integer": result += "INTEGER"
            case "bytes": result += "BLOB"
            case "strict": result += "STRICT"
            case "strict, without rowid": result += "STRICT, WITHOUT ROWID"
            default:
                if token.hasPrefix("append-only ") {
                    result += appendOnly(table: token.dropFirst("append-only ".count))
                } else {
                    result += rest[open...close]
                }
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func appendOnly(table: Substring) -> String {
        """
        CREATE TRIGGER \(table)_is_kept BEFORE DELETE ON \(table)
        BEGIN SELECT RAISE(ABORT, 'rows are never deleted'); END;
        CREATE TRIGGER \(table)_is_fixed BEFORE UPDATE ON \(table)
        BEGIN SELECT RAISE(ABORT, 'rows are never changed'); END;
        """
    }
}
