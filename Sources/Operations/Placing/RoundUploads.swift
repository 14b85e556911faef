public import Engine
import JSONText
public import Placements
import Storage

/// Tables that a coordinator uploaded into a round: looked through first, and imported when they
/// say so.
public struct RoundUpload: Hashable, Sendable {
    /// What was found out about a row, or about a table where there is no line.
    public struct Line: Hashable, Sendable {
        public var table: String
        public var line: Int?
        public var outcome: ImportReport.Outcome
        /// What is wrong, in the language of whoever uploaded it.
        public var message: String
    }

    public let id: String
    public let round: String
    public let uploadedAt: Instant
    /// When it was imported; nil until then.
    public let doneAt: Instant?
    /// What is wrong, and nothing else.
    public let errors: [Line]
    /// What is written and better known, such as places that are fewer than stand published.
    public let warnings: [Line]
    /// How many rows of each table have each outcome.
    public let counts: [(table: String, counts: [ImportReport.Outcome: Int])]

    public static func == (one: Self, other: Self) -> Bool {
        one.id == other.id && one.doneAt == other.doneAt
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    init(_ row: any ResultRow) throws {
        guard let report = JSON(row.text(4)) else {
            throw OperationError.damaged("placement upload \(row.text(0))")
        }
        id = row.text(0)
        round = row.text(1)
        uploadedAt = Instant(milliseconds: row.integer(2))
        doneAt = row.optionalInteger(3).map { Instant(milliseconds: $0) }
        func lines(_ name: String, _ outcome: ImportReport.Outcome) -> [Line] {
            (report[name]?.array ?? []).map { each in
                Line(
                    table: each["table"]?.string ?? "", line: each["line"]?.integer,
                    outcome: outcome, message: each["message"]?.string ?? "")
            }
        }
        errors = lines("errors", .error)
        warnings = lines("warnings", .changed)
        counts = (report["counts"]?.array ?? []).map { each in
            var counts: [ImportReport.Outcome: Int] = [:]
            for outcome in ImportReport.Outcome.allCases {
                counts[outcome] = each[outcome.rawValue]?.integer
            }
            return (each["table"]?.string ?? "", counts)
        }
    }
}

extension Installation {
    /// The most errors of an upload that are kept.
    static let mostUploadErrors = 500

    /// Looks tables through as the import would write them, and keeps them with what was found.
    /// Nothing of the round is changed by this.
    ///
    /// - Parameter sentence: What is said of a problem in the uploader's language.
    public func uploadTables(
        _ tables: [PlacementTable], into round: String, by person: PersonID, key: String? = nil,
        sentence: (TableFault.Problem) -> String
    ) async throws -> String {
        let report = try await importTables(tables, into: round, by: person, dryRun: true)
        let told = Self.told(report, sentence)
        let files = JSON.array(
            tables.map {
                .object(["name": .string($0.name), "csv": .string($0.csv)])
            }).text
        let id = random.identifier("u")
        let fingerprint = "placement upload \(round) \(person) "
            + Transaction.messageID(files)
        return try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                _ = try transaction.needRound(round, for: person)
                try transaction.forgetUploads()
                try transaction.connection.run(
                    """
                    INSERT INTO placement_upload (id, round, person, files, report, uploaded_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .text(id), .text(round), .text(person.rawValue), .text(files),
                        .text(told), .integer(transaction.now.milliseconds),
                    ])
                return id
            }
        }
    }

    /// An upload of a round; nil where the round has none of that id.
    public func roundUpload(_ id: String, of round: PlacementRound) throws -> RoundUpload? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT id, round, uploaded_at, done_at, report FROM placement_upload
                WHERE id = ? AND round = ?
                """, [.text(id), .text(round.id)], RoundUpload.init)
        }
    }

    /// Imports what was uploaded: everything, or nothing where a row is wrong by now. An upload
    /// that was imported already is left as it is.
    public func importUpload(
        _ id: String, of round: String, by person: PersonID,
        sentence: @Sendable (TableFault.Problem) -> String
    ) async throws {
        let files = try query { transaction in
            try transaction.connection.first(
                """
                SELECT files FROM placement_upload
                WHERE id = ? AND round = ? AND done_at IS NULL
                """, [.text(id), .text(round)]
            ) { JSON($0.text(0))?.array ?? [] }
        }
        guard let files else { return }
        let tables = try files.map { file in
            let name = file["name"]?.string ?? ""
            let table = try CSVTable(Array((file["csv"]?.string ?? "").utf8))
            return PlacementTable(
                name: name, header: table.header,
                rows: table.rows.map { .init(line: $0.number, fields: $0.fields) })
        }
        let report = try await importTables(tables, into: round, by: person, dryRun: false)
        let told = Self.told(report, sentence)
        let isDone = report.errors.isEmpty
        try await transact { transaction in
            // What was uploaded holds names and is not kept longer than it is needed.
            _ = try transaction.connection.run(
                """
                UPDATE placement_upload SET report = ?, done_at = ?,
                    files = CASE WHEN ? = 1 THEN '[]' ELSE files END
                WHERE id = ?
                """,
                [
                    .text(told), isDone ? .integer(transaction.now.milliseconds) : .null,
                    SQLValue(isDone ? 1 : 0), .text(id),
                ])
        }
    }

    private static func told(
        _ report: RoundImportReport, _ sentence: (TableFault.Problem) -> String
    ) -> String {
        func json(_ lines: [RoundImportReport.Line]) -> JSON {
            .array(
                lines.prefix(mostUploadErrors).map { line in
                    .object([
                        "table": .string(line.table), "line": line.line.map { .integer($0) },
                        "message": .string(line.problem.map(sentence) ?? ""),
                    ])
                })
        }
        let counts = report.counts.map { table, counts -> JSON in
            .object(
                [JSON.Member("table", .string(table))]
                    + ImportReport.Outcome.allCases.compactMap { outcome in
                        counts[outcome].map { JSON.Member(outcome.rawValue, .integer($0)) }
                    })
        }
        return JSON.object([
            "errors": json(report.errors), "warnings": json(report.warnings),
            "counts": .array(counts),
        ]).text
    }
}

extension Transaction {
    /// Uploads that nobody has come back to are let go of after a month.
    fileprivate func forgetUploads() throws {
        let days = Double(Installation.importDays)
        try connection.run(
            "DELETE FROM placement_upload WHERE uploaded_at < ?",
            [.integer(now.adding(seconds: -86_400 * days).milliseconds)])
    }
}
