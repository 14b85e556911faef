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
    static func bringUpToDate(_ connection: some SchemaConnection, now: Int64) throws {
        try connection.schema(
            """
            CREATE TABLE IF NOT EXISTS schema_step (
                number {integer} PRIMARY KEY, checksum TEXT NOT NULL,
                applied_at {integer} NOT NULL
            ) {strict}
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
            try connection.inSchemaStep {
                try connection.schema(step.sql)
                try connection.run(
                    "INSERT INTO schema_step (number, checksum, applied_at) VALUES (?, ?, ?)",
                    [SQLValue(step.number), .text(checksum), .integer(now)])
            }
        }
    }
}

/// A connection on which schema steps run.
protocol SchemaConnection: Connection {
    /// Runs the work as one transaction.
    func inSchemaStep(_ work: () throws -> Void) throws
    /// Runs the statements of a step, said as the database wants them.
    func schema(_ sql: String) throws(StorageError)
}
