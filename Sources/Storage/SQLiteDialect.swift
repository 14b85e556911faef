/// How the store's SQL is said to SQLite, which is nearly as it is written.
enum SQLiteDialect {
    static func text(_ sql: String) -> String {
        Dialect.replacingTokens(sql) { token in
            switch token {
            case "integer": return "INTEGER"
            case "bytes": return "BLOB"
            case "strict": return "STRICT"
            case "strict, without rowid": return "STRICT, WITHOUT ROWID"
            // The writer is alone.
            case "skip locked": return ""
            case "references at the end": return "PRAGMA defer_foreign_keys = ON"
            default:
                guard token.hasPrefix("append-only ") else { return nil }
                return appendOnly(table: token.dropFirst("append-only ".count))
            }
        }
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

extension SQLiteConnection: SchemaConnection {
    func inSchemaStep(_ work: () throws -> Void) throws {
        try run("BEGIN IMMEDIATE", [])
        do {
            try work()
            try run("COMMIT", [])
        } catch {
            _ = try? run("ROLLBACK", [])
            throw error
        }
    }

    func schema(_ sql: String) throws(StorageError) { try script(SQLiteDialect.text(sql)) }
}
