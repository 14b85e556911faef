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
        var parsed: [(table: ImportTable, rows: [ImportRow])] = []
        for table in tables {
            do throws(CSVTable.Fault) {
                let csv = try CSVTable(table.bytes)
                try Self.checkColumns(csv, table.kind)
                parsed.append((table, csv.rows.map { ImportRow($0, csv.header) }))
            } catch {
                throw ImportFault(file: table.file, fault: error)
            }
        }
        let work = parsed
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

    private static func checkColumns(
        _ table: CSVTable, _ kind: ImportKind
    ) throws(CSVTable.Fault) {
        for column in kind.required where !table.header.contains(column) {
            throw CSVTable.Fault(line: 1, message: "the column \"\(column)\" is missing")
        }
        for column in table.header where !kind.known.contains(column) {
            let isPrefixed =
                kind == .starts
                && ["anchor:", "fact:", "role:"].contains { column.hasPrefix($0) }
            if !isPrefixed {
                let known = kind.known.sorted().joined(separator: ", ")
                throw CSVTable.Fault(
                    line: 1, message: "the column \"\(column)\" is not known; use \(known)")
            }
        }
    }
}

private struct RolledBack: Error {
    let report: ImportReport
}

/// Imports the rows of one table inside one transaction.
private struct Importer {
    private let transaction: Transaction
    private let actor: Actor
    private var connection: any Connection { transaction.connection }

    init(_ transaction: Transaction, _ actor: Actor) {
        self.transaction = transaction
        self.actor = actor
    }

    func run(_ tables: [(table: ImportTable, rows: [ImportRow])]) throws -> ImportReport {
        var report = ImportReport()
        for kind in ImportKind.allCases {
            for (table, rows) in tables where table.kind == kind {
                try run(table, rows, &report)
            }
            if kind == .people {
                for (table, rows) in tables where table.kind == .units {
                    try linkUnits(table.file, rows, &report)
                }
            }
        }
        return report
    }

    private func run(
        _ table: ImportTable, _ rows: [ImportRow], _ report: inout ImportReport
    ) throws {
        var seen: [String: Int] = [:]
        for row in rows {
            let key = key(table.kind, row)
            var outcome = ImportReport.Outcome.error
            var message: String
            do {
                if let earlier = seen[key] {
                    throw RowFault("\(key) is on line \(earlier) already; keep one of the two")
                }
                seen[key] = row.number
                (outcome, message) = try importRow(table.kind, row)
            } catch let fault as RowFault {
                message = fault.message
            }
            report.lines.append(
                .init(
                    file: table.file, number: row.number, key: key, outcome: outcome,
                    message: message))
        }
    }

    private func key(_ kind: ImportKind, _ row: ImportRow) -> String {
        switch kind {
        case .units, .people: row["id"] ?? ""
        case .starts: "\(row["person"] ?? "") \(row["programme"] ?? "")"
        }
    }

    private func importRow(
        _ kind: ImportKind, _ row: ImportRow
    ) throws -> (ImportReport.Outcome, String) {
        switch kind {
        case .units: try importUnit(row)
        case .people: try importPerson(row)
        case .starts: try importStart(row)
        }
    }

    // MARK: - Units

    private func importUnit(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let id = try identifier(row, "id")
        let name = try text(row, "name")
        let kind = try identifier(row, "kind")
        let old = try connection.first(
            "SELECT name, kind FROM org_unit WHERE id = ?", [.text(id)]
        ) { ($0.text(0), $0.text(1)) }
        if let old, old == (name, kind) { return (.unchanged, "") }
        try connection.run(
            """
            INSERT INTO org_unit (id, name, kind) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind
            """, [.text(id), .text(name), .text(kind)])
        return old == nil ? (.new, "") : (.changed, "name or kind")
    }

    /// Parents, managers and HR, once all units and people are there.
    private func linkUnits(
        _ file: String, _ rows: [ImportRow], _ report: inout ImportReport
    ) throws {
        for row in rows {
            guard
                let index = report.lines.firstIndex(where: {
                    $0.file == file && $0.number == row.number
                }), report.lines[index].outcome != .error
            else { continue }
            do {
                if try linkUnit(row), report.lines[index].outcome == .unchanged {
                    report.lines[index].outcome = .changed
                    report.lines[index].message = "parent or who answers for it"
                }
            } catch let fault as RowFault {
                report.lines[index].outcome = .error
                report.lines[index].message = fault.message
            }
        }
    }

    private func linkUnit(_ row: ImportRow) throws -> Bool {
        let id = try identifier(row, "id")
        let functions = [UnitCharge.hr, .programmeOwner].map(\.rawValue)
        if let parent = row["parent"] {
            try requireUnit(parent)
            try refuseCircle(id, parent)
        }
        for column in ["manager"] + functions {
            if let person = row[column] { try requirePerson(person) }
        }
        let old = try connection.first(
            "SELECT parent, manager FROM org_unit WHERE id = ?", [.text(id)]
        ) { [$0.optionalText(0), $0.optionalText(1)] }
        var changed = old != [row["parent"], row["manager"]]
        if changed {
            try connection.run(
                "UPDATE org_unit SET parent = ?, manager = ? WHERE id = ?",
                [SQLValue(row["parent"]), SQLValue(row["manager"]), .text(id)])
        }
        for function in functions {
            guard let person = row[function] else { continue }
            changed =
                try connection.run(
                    """
                    INSERT INTO unit_function (unit, function, person) VALUES (?, ?, ?)
                    ON CONFLICT (unit, function) DO UPDATE SET person = excluded.person
                    WHERE person <> excluded.person
                    """, [.text(id), .text(function), .text(person)]) > 0 || changed
        }
        return changed
    }

    private func refuseCircle(_ id: String, _ parent: String) throws {
        var current: String? = parent
        var steps = 0
        while let unit = current, steps < 64 {
            if unit == id { throw RowFault("\(id) would be above itself; mend the parents") }
            current = try connection.first(
                "SELECT parent FROM org_unit WHERE id = ?", [.text(unit)]
            ) { $0.optionalText(0) } ?? nil
            steps += 1
        }
    }

    // MARK: - People

    private func importPerson(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let id = try identifier(row, "id")
        let name = try text(row, "name")
        if (try? DisplayName(name)) == nil {
            throw RowFault("the name has a line break or a control character; write it anew")
        }
        let email = try address(row, "email")
        let own = try address(row, "private-email")
        let old = try connection.first(
            """
            SELECT name, email, private_email, language, unit, digest
            FROM person WHERE id = ?
            """, [.text(id)]
        ) { row in
            (0..<6).map { row.optionalText($0) }
        }
        // Language and digest are the person's own choice: an empty field leaves them as they are.
        let language = row["language"] ?? old?[3] ?? "nb"
        guard Wording.languages.contains(Language(language)) else {
            let known = Wording.languages.map(\.rawValue).joined(separator: ", ")
            throw RowFault("the language \"\(language)\" is not there; use one of \(known)")
        }
        let unit = row["unit"]
        if let unit { try requireUnit(unit) }
        let digest = try digestWish(row) ?? old?[5].flatMap(DigestWish.init) ?? .auto
        let values: [SQLValue] = [
            .text(name), SQLValue(email), SQLValue(own), .text(language), SQLValue(unit),
            .text(digest.rawValue),
        ]
        if old?.map({ SQLValue($0) }) == values { return (.unchanged, "") }
        if let email {
            let other = try connection.first(
                "SELECT id FROM person WHERE email = ? AND id <> ?", [.text(email), .text(id)]
            ) { $0.text(0) }
            if let other { throw RowFault("\(email) belongs to \(other); each has their own") }
        }
        try connection.run(
            """
            INSERT INTO person (name, email, private_email, language, unit, digest, id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
                private_email = excluded.private_email, language = excluded.language,
                unit = excluded.unit, digest = excluded.digest
            """, values + [.text(id)])
        return old == nil ? (.new, "") : (.changed, "")
    }

    // MARK: - Starts

    private func importStart(_ row: ImportRow) throws -> (ImportReport.Outcome, String) {
        let person = try identifier(row, "person")
        let programme = ProgrammeID(try identifier(row, "programme"))
        let version: CompiledVersion
        do {
            version = try transaction.newestVersion(of: programme)
        } catch OperationError.noSuchProgramme {
            throw RowFault("there is no programme \"\(programme)\"; publish it first")
        }
        try requirePerson(person)
        if let unit = row["unit"] { try requireUnit(unit) }
        var request = EnrolRequest(
            participant: PersonID(person), programme: programme, anchors: [:],
            unit: row["unit"])
        for (name, value) in row.all("anchor:") {
            guard let day = CivilDay(value) else {
                throw RowFault("\"\(value)\" is not a day; write it as 2026-08-31")
            }
            request.anchors[AnchorID(name)] = day
        }
        for (name, value) in row.all("fact:") {
            request.facts[FactID(name)] = try FactValue(
                text: value, for: FactID(name), in: version.programme)
        }
        for (name, value) in row.all("role:") { request.chosen[RoleID(name)] = PersonID(value) }
        return try start(request)
    }

    /// A start is known by its person, programme and dates: the same row again is the same start.
    private func start(_ request: EnrolRequest) throws -> (ImportReport.Outcome, String) {
        let key = "start/" + Transaction.messageID(request.fingerprint)
        let known = try connection.count(
            "SELECT count(*) FROM command_log WHERE key = ?", [.text(key)])
        if known > 0 { return (.unchanged, "") }
        let id = EnrolmentID(transaction.installation.random.identifier("e"))
        do {
            _ = try transaction.once(key, fingerprint: request.fingerprint) {
                try transaction.enrol(request, as: id, by: actor)
                return id.rawValue
            }
        } catch let error as OperationError {
            throw RowFault(error.sentence(in: .english, programme: programme(of: error)))
        }
        return (.new, id.rawValue)
    }

    private func programme(of error: OperationError) -> Programme? {
        guard case .refused(_, let id?) = error else { return nil }
        return try? transaction.newestVersion(of: id).programme
    }

    // MARK: - Fields

    private func text(_ row: ImportRow, _ column: String) throws -> String {
        guard let value = row[column] else { throw RowFault("\"\(column)\" is empty") }
        if value.utf8.count > 400 { throw RowFault("\"\(column)\" is longer than 400 bytes") }
        return value
    }

    private func identifier(_ row: ImportRow, _ column: String) throws -> String {
        let value = try text(row, column)
        let isFine = value.utf8.count <= 64 && value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        if !isFine {
            throw RowFault(
                "\"\(value)\" is no \(column); use at most 64 letters a-z, digits, - and _")
        }
        return value
    }

    private func address(_ row: ImportRow, _ column: String) throws -> String? {
        guard let value = row[column] else { return nil }
        do throws(MailAddressError) {
            return try MailAddress(value).description
        } catch {
            throw RowFault("\(column): \(error)")
        }
    }

    private func digestWish(_ row: ImportRow) throws -> DigestWish? {
        guard let text = row["digest"]?.lowercased() else { return nil }
        guard let wish = DigestWish(rawValue: text) else {
            throw RowFault("\"\(text)\" is no digest; use auto, daily or never")
        }
        return wish
    }

    private func requireUnit(_ id: String) throws {
        let count = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ?", [.text(id)])
        if count == 0 { throw RowFault("there is no unit \"\(id)\"; import units first") }
    }

    private func requirePerson(_ id: String) throws {
        let count = try connection.count("SELECT count(*) FROM person WHERE id = ?", [.text(id)])
        if count == 0 { throw RowFault("there is no person \"\(id)\"; import people first") }
    }
}
