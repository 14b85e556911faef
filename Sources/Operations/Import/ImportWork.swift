import Engine
import Storage
import Synchronization

/// The table of the import that goes on, so that it is read once and not for each portion.
final class ParsedImports: Sendable {
    private let kept = Mutex<(job: String, table: ParsedTable)?>(nil)

    func table(_ job: String, _ read: () throws -> ParsedTable) rethrows -> ParsedTable {
        if let kept = kept.withLock({ $0 }), kept.job == job { return kept.table }
        let table = try read()
        kept.withLock { $0 = (job, table) }
        return table
    }
}

// How imports go on by themselves. What has been done is written in the transaction that does it:
// whoever carries on after a stop begins where that ended.
extension Installation {
    /// How many rows one transaction handles. Starts are the dearest; units hang together.
    private func portion(_ kind: ImportKind) -> Int {
        switch kind {
        case .units: Self.mostImportRows
        case .people, .employments, .competences: 200
        case .starts: 25
        }
    }

    /// The oldest import that something is to be done for.
    public func unfinishedImport() throws -> String? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT id FROM import_job WHERE status IN ('checking', 'running')
                ORDER BY started_at, id LIMIT 1
                """
            ) { $0.text(0) }
        }
    }

    /// Carries an import one portion further.
    public func continueImport(_ id: String) async throws {
        let (job, bytes) = try query { transaction in
            (
                try transaction.importJob(id),
                try transaction.connection.first(
                    "SELECT contents FROM import_job WHERE id = ?", [.text(id)]
                ) { $0.bytes(0) } ?? []
            )
        }
        guard job.isUnderWay else { return }
        let parsed = try imports.table(id) {
            try ParsedTable(ImportTable(kind: job.kind, file: job.file, bytes: bytes))
        }
        switch job.status {
        case .checking: try await look(job, parsed)
        case .running: try await carryOut(job, parsed)
        case .checked, .done, .cancelled: break
        }
        wakeUps.ring(except: 3)
    }

    /// Looks a portion through: does it, and takes it back. People and units depend on one another
    /// within their table and are looked through as a whole; a start is not, and is dear.
    private func look(_ job: ImportJob, _ parsed: ParsedTable) async throws {
        let size = job.kind == .starts ? portion(.starts) : Self.mostImportRows
        let end = min(parsed.rows.count, job.done + size)
        let places = min(job.done, end)..<end
        var lines: [ImportReport.Line] = []
        do {
            try await transact { transaction in
                throw RolledBack(report: try transaction.imported(job, parsed, places))
            }
        } catch let rolledBack as RolledBack {
            lines = rolledBack.report.lines
        }
        let found = lines
        try await transact { transaction in
            guard try transaction.importJob(job.id) == job else { return }
            try transaction.note(found, job, upTo: end)
            if end >= parsed.rows.count {
                try transaction.connection.run(
                    "UPDATE import_job SET status = 'checked' WHERE id = ?", [.text(job.id)])
            }
        }
    }

    private func carryOut(_ job: ImportJob, _ parsed: ParsedTable) async throws {
        let end = min(parsed.rows.count, job.done + portion(job.kind))
        let places = min(job.done, end)..<end
        do {
            try await transact { transaction in
                // Somebody may have ended it, or another process done this portion.
                guard try transaction.importJob(job.id) == job else { return }
                let report = try transaction.imported(job, parsed, places)
                // Units hang together: a tree that is half there is of no use.
                if job.kind == .units, !report.errors.isEmpty { throw RolledBack(report: report) }
                try transaction.note(report.lines, job, upTo: end)
                if end >= parsed.rows.count { try transaction.finish(job, as: .done) }
            }
        } catch let rolledBack as RolledBack {
            try await transact { transaction in
                guard try transaction.importJob(job.id) == job else { return }
                try transaction.note(rolledBack.report.lines, job, upTo: end)
                try transaction.finish(job, as: .cancelled)
            }
        }
    }
}

extension Transaction {
    fileprivate func imported(
        _ job: ImportJob, _ parsed: ParsedTable, _ places: Range<Int>
    ) throws -> ImportReport {
        // Whoever is HR no longer may no longer import either: the scope is as it is now.
        let importer = Importer(
            self, .person(job.person), language: job.language,
            scope: try ImportScope(of: job.person, connection))
        if job.kind == .units { return try importer.run([parsed]) }
        var report = ImportReport()
        report.lines = try importer.run(parsed, places)
        return report
    }

    fileprivate func note(_ lines: [ImportReport.Line], _ job: ImportJob, upTo done: Int) throws {
        for line in lines {
            try connection.run(
                """
                INSERT INTO import_row (job, line, subject, outcome, message)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (job, line) DO UPDATE SET outcome = excluded.outcome,
                    message = excluded.message
                """,
                [
                    .text(job.id), SQLValue(line.number), .text(line.key),
                    .text(line.outcome.rawValue), .text(line.message),
                ])
        }
        try connection.run(
            "UPDATE import_job SET done = ? WHERE id = ?", [SQLValue(done), .text(job.id)])
    }
}
