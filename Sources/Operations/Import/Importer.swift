import Engine
import CivilCalendar
import Delivery
import Storage
import Wording

/// A table to import, by the name of its file.
public struct ImportTable: Sendable {
    public var kind: ImportKind
    public var file: String
    public var bytes: [UInt8]

    public init(kind: ImportKind, file: String, bytes: [UInt8]) {
        self.kind = kind
        self.file = file
        self.bytes = bytes
    }
}

/// A table that cannot be read at all.
public struct ImportFault: Error, Hashable, Sendable {
    public let file: String
    public let fault: CSVTable.Fault
}

extension Installation {
    /// Imports units, people and starts from tables: everything, or nothing where a row is wrong.
    /// The same tables again change nothing.
    ///
    /// Units come first, then people, then who manages which unit, then starts, whatever the order
    /// of the files.
    ///
    /// - Parameter dryRun: Whether only to report what it would do.
    /// - Throws: `ImportFault` where a file cannot be read as a table.
    public func importTables(
        _ tables: [ImportTable], dryRun: Bool, by actor: Actor = .operatorCommand
    ) async throws -> ImportReport {
        let work = try tables.map { try ParsedTable($0) }
        do {
            var report = try await transact { transaction in
                let report = try Importer(transaction, actor).run(work)
                // Whatever is not to stay is rolled back: the dry run does what the run does.
                if dryRun || !report.errors.isEmpty { throw RolledBack(report: report) }
                return report
            }
            wakeUps.ring()
            report.isApplied = true
            return report
        } catch let rolledBack as RolledBack {
            return rolledBack.report
        }
    }
}

/// A table with its rows, and which of them are there twice.
struct ParsedTable: Sendable {
    let table: ImportTable
    let rows: [ImportRow]
    /// The line on which the same thing stands before, by place.
    let earlier: [Int: Int]

    /// - Throws: `ImportFault` where the file cannot be read as a table.
    init(_ table: ImportTable) throws(ImportFault) {
        self.table = table
        do throws(CSVTable.Fault) {
            let csv = try CSVTable(table.bytes)
            try Self.checkColumns(csv, table.kind)
            rows = csv.rows.map { ImportRow($0, csv.header) }
        } catch {
            throw ImportFault(file: table.file, fault: error)
        }
        var seen: [String: Int] = [:]
        var earlier: [Int: Int] = [:]
        for (place, row) in rows.enumerated() {
            let key = row.key(table.kind)
            if let first = seen[key] { earlier[place] = first } else { seen[key] = row.number }
        }
        self.earlier = earlier
    }

    /// The rows of units, each after the row of its parent.
    var parentsFirst: [ImportRow] {
        let parents = Dictionary(
            rows.map { ($0["id"] ?? "", $0["parent"]) }, uniquingKeysWith: { first, _ in first })
        func depth(_ row: ImportRow) -> Int {
            var depth = 0
            var current = row["parent"]
            while let id = current, let above = parents[id], depth < 64 {
                depth += 1
                current = above
            }
            return depth
        }
        return rows.enumerated().map { (depth($0.element), $0.offset, $0.element) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    private static func checkColumns(
        _ table: CSVTable, _ kind: ImportKind
    ) throws(CSVTable.Fault) {
        // A JSON array of nothing has no columns.
        if table.rows.isEmpty, table.header.isEmpty { return }
        for column in kind.required where !table.header.contains(column) {
            throw CSVTable.Fault("column-missing", line: 1, ["column": column])
        }
        for column in table.header where !kind.known.contains(column) {
            let isPrefixed =
                kind == .starts
                && ["anchor:", "fact:", "role:"].contains { column.hasPrefix($0) }
            if !isPrefixed {
                throw CSVTable.Fault(
                    "column-unknown", line: 1,
                    ["column": column, "known": kind.known.sorted().joined(separator: ", ")])
            }
        }
    }
}

/// What a dry run leaves: nothing but its report.
struct RolledBack: Error {
    let report: ImportReport
}

/// Imports rows inside one transaction.
struct Importer {
    let transaction: Transaction
    let actor: Actor
    /// What is said of the rows is said in this language.
    let wording: Wording
    /// The only units that rows may be about; all where nil.
    let scope: ImportScope?
    var connection: any Connection { transaction.connection }

    init(
        _ transaction: Transaction, _ actor: Actor, language: Language = .english,
        scope: ImportScope? = nil
    ) {
        self.transaction = transaction
        self.actor = actor
        wording = Wording(language: language)
        self.scope = scope
    }

    func run(_ tables: [ParsedTable]) throws -> ImportReport {
        var report = ImportReport()
        for kind in ImportKind.allCases {
            for parsed in tables where parsed.table.kind == kind {
                report.lines += try run(parsed, parsed.rows.indices)
            }
            if kind == .people {
                for parsed in tables where parsed.table.kind == .units {
                    try linkUnits(parsed, &report)
                }
            }
        }
        return report
    }

    /// Imports some rows of a table, each wholly or not at all. Who answers for units is not said
    /// by this, because it takes all units and people.
    func run(_ parsed: ParsedTable, _ places: Range<Int>) throws -> [ImportReport.Line] {
        try places.map { place in
            let row = parsed.rows[place]
            let key = row.key(parsed.table.kind)
            var outcome = ImportReport.Outcome.error
            var message: String
            try connection.run("SAVEPOINT import_row", [])
            do {
                if let earlier = parsed.earlier[place] {
                    throw RowFault("twice", ["key": key, "line": "\(earlier)"])
                }
                (outcome, message) = try importRow(parsed.table.kind, row)
            } catch let fault as RowFault {
                try connection.run("ROLLBACK TO import_row", [])
                message = fault.message(wording)
            }
            try connection.run("RELEASE import_row", [])
            return .init(
                file: parsed.table.file, number: row.number, key: key, outcome: outcome,
                message: message)
        }
    }

    private func importRow(
        _ kind: ImportKind, _ row: ImportRow
    ) throws -> (ImportReport.Outcome, String) {
        switch kind {
        case .units: try importUnit(row)
        case .people: try importPerson(row)
        case .employments: try importEmployment(row)
        case .competences: try importCompetence(row)
        case .starts: try importStart(row)
        }
    }
}
