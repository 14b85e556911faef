public import Engine
import Storage

/// An import that was uploaded in the pages: looked through first, and carried out when whoever
/// uploaded it says so.
public struct ImportJob: Hashable, Sendable {
    /// How far it has come.
    public enum Status: String, CaseIterable, Sendable {
        /// It is being looked through; nothing changes.
        case checking
        /// It waits for whoever uploaded it.
        case checked
        case running
        case done
        case cancelled
    }

    public let id: String
    public let person: PersonID
    public let kind: ImportKind
    public let file: String
    public let status: Status
    public let total: Int
    /// How many rows have been looked through, or carried out.
    public let done: Int
    public let startedAt: Instant
    public let finishedAt: Instant?
    let language: Language

    public var isUnderWay: Bool { status == .checking || status == .running }

    static let columns = """
        id, person, kind, file, status, total, done, started_at, finished_at, language
        """

    init(_ row: any ResultRow) throws {
        guard let kind = ImportKind(rawValue: row.text(2)),
            let status = Status(rawValue: row.text(4))
        else { throw OperationError.damaged("import \(row.text(0))") }
        id = row.text(0)
        person = PersonID(row.text(1))
        self.kind = kind
        file = row.text(3)
        self.status = status
        total = row.int(5)
        done = row.int(6)
        startedAt = Instant(milliseconds: row.integer(7))
        finishedAt = row.optionalInteger(8).map { Instant(milliseconds: $0) }
        language = Language(row.text(9))
    }
}

extension Installation {
    /// The largest table that the pages take, in rows.
    public static let mostImportRows = 20_000
    /// How long the rows of an import that has ended are kept, in days.
    static let importDays = 30

    /// Keeps a table to be looked through and imported. Nothing of it is carried out by this.
    ///
    /// - Parameter key: An idempotency key: the same upload under it again is the same import.
    /// - Throws: `ImportFault` where the file cannot be read as a table.
    public func uploadImport(
        _ table: ImportTable, by person: PersonID, language: Language, key: String? = nil
    ) async throws -> String {
        let parsed = try ParsedTable(table)
        if parsed.rows.count > Self.mostImportRows {
            throw ImportFault(
                file: table.file,
                fault: CSVTable.Fault(
                    "too-many-rows", line: 1, ["count": "\(Self.mostImportRows)"]))
        }
        let id = random.identifier("i")
        let fingerprint = "import \(table.kind.rawValue) \(table.file) "
            + Transaction.messageID(String(decoding: table.bytes, as: UTF8.self))
        let job = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                try transaction.forgetImports()
                try transaction.connection.run(
                    """
                    INSERT INTO import_job
                        (id, person, kind, file, contents, language, status, total, started_at)
                    VALUES (?, ?, ?, ?, ?, ?, 'checking', ?, ?)
                    """,
                    [
                        .text(id), .text(person.rawValue), .text(table.kind.rawValue),
                        .text(table.file), .bytes(table.bytes), .text(language.rawValue),
                        SQLValue(parsed.rows.count), .integer(transaction.now.milliseconds),
                    ])
                return id
            }
        }
        wakeUps.ring()
        return job
    }

    /// An import, or nil where there is none of that id or it is somebody else's.
    public func importJob(_ id: String, of person: PersonID) throws -> ImportJob? {
        try query { transaction in
            try transaction.connection.first(
                "SELECT \(ImportJob.columns) FROM import_job WHERE id = ? AND person = ?",
                [.text(id), .text(person.rawValue)], ImportJob.init)
        }
    }

    /// Somebody's imports, the newest first.
    public func importJobs(of person: PersonID, limit: Int) throws -> [ImportJob] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(ImportJob.columns) FROM import_job WHERE person = ?
                ORDER BY started_at DESC, id LIMIT ?
                """, [.text(person.rawValue), SQLValue(limit)], ImportJob.init)
        }
    }

    /// How many rows of an import have each outcome.
    public func importCounts(_ job: ImportJob) throws -> [ImportReport.Outcome: Int] {
        try query { transaction in
            var counts: [ImportReport.Outcome: Int] = [:]
            try transaction.connection.forEach(
                "SELECT outcome, count(*) FROM import_row WHERE job = ? GROUP BY outcome",
                [.text(job.id)]
            ) { row in
                if let outcome = ImportReport.Outcome(rawValue: row.text(0)) {
                    counts[outcome] = row.int(1)
                }
            }
            return counts
        }
    }

    /// What is said of an import's rows: those with errors first, then by their lines.
    ///
    /// - Parameter limit: nil for all.
    public func importRows(
        _ job: ImportJob, outcome: ImportReport.Outcome? = nil, offset: Int = 0, limit: Int? = nil
    ) throws -> [ImportReport.Line] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT line, subject, outcome, message FROM import_row
                WHERE job = ? AND (? IS NULL OR outcome = ?)
                ORDER BY CASE outcome WHEN 'error' THEN 0 ELSE 1 END, line LIMIT ? OFFSET ?
                """,
                [
                    .text(job.id), SQLValue(outcome?.rawValue), SQLValue(outcome?.rawValue),
                    SQLValue(limit ?? Self.mostImportRows), SQLValue(offset),
                ]
            ) { row in
                ImportReport.Line(
                    file: job.file, number: row.int(0), key: row.text(1),
                    outcome: ImportReport.Outcome(rawValue: row.text(2)) ?? .error,
                    message: row.text(3))
            }
        }
    }

    /// Has an import that was looked through and is without errors carried out.
    ///
    /// - Throws: `OperationError.invalid` where it is not so, or is somebody else's.
    public func startImport(_ id: String, by person: PersonID) async throws {
        try await transact { transaction in
            let connection = transaction.connection
            let job = try transaction.importJob(id)
            guard job.person == person else { throw OperationError.noSuchMessage(id) }
            // Sent twice it has begun already.
            if job.status == .running || job.status == .done { return }
            let errors = try connection.count(
                "SELECT count(*) FROM import_row WHERE job = ? AND outcome = 'error'", [.text(id)])
            guard job.status == .checked, errors == 0 else {
                throw OperationError.invalid(field: "import", problem: .notReady)
            }
            try connection.run(
                "UPDATE import_job SET status = 'running', done = 0 WHERE id = ?", [.text(id)])
        }
        wakeUps.ring()
    }

    /// Ends an import. What it has carried out stays.
    public func cancelImport(_ id: String, by person: PersonID) async throws {
        try await transact { transaction in
            let job = try transaction.importJob(id)
            guard job.person == person else { throw OperationError.noSuchMessage(id) }
            if job.status == .done || job.status == .cancelled { return }
            try transaction.finish(job, as: .cancelled)
        }
    }
}

extension Transaction {
    func importJob(_ id: String) throws -> ImportJob {
        let job = try connection.first(
            "SELECT \(ImportJob.columns) FROM import_job WHERE id = ?", [.text(id)],
            ImportJob.init)
        guard let job else { throw OperationError.noSuchMessage(id) }
        return job
    }

    /// The file itself is not kept longer than it is needed: it holds people's names.
    func finish(_ job: ImportJob, as status: ImportJob.Status) throws {
        try connection.run(
            """
            UPDATE import_job SET status = ?, finished_at = ?, contents = ? WHERE id = ?
            """,
            [
                .text(status.rawValue), .integer(now.milliseconds), .bytes([]), .text(job.id),
            ])
    }

    /// Lets go of imports that have ended long ago, or that nobody has come back to.
    fileprivate func forgetImports() throws {
        let since = now.adding(seconds: -86_400 * Double(Installation.importDays)).milliseconds
        let old = "SELECT id FROM import_job WHERE started_at < ? AND status <> 'running'"
        try connection.run("DELETE FROM import_row WHERE job IN (\(old))", [.integer(since)])
        try connection.run("DELETE FROM import_job WHERE id IN (\(old))", [.integer(since)])
    }
}
