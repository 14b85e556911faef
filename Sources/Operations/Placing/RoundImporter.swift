import Delivery
import Engine
import JSONText
import Placements
import Storage

/// Writes a coordinator's tables into a round. Rows are found again by their keys; what the tables
/// do not name stays as it is, but a student's wishes are taken as a whole.
struct RoundImporter {
    let transaction: Transaction
    let round: PlacementRound
    /// Who imports, whose units places may name.
    let person: PersonID
    private var report = RoundImportReport()
    private var people: [String: String] = [:]
    private var units: Set<String> = []
    private var imported = ImportedRows()
    private var wrong = WrongRows()
    /// The ids that are there already, by their table.
    private var known: [String: Set<String>] = [:]
    /// Those that the round has, or gets by these tables.
    private var schools: Set<String> = []

    init(_ transaction: Transaction, _ round: PlacementRound, by person: PersonID) {
        self.transaction = transaction
        self.round = round
        self.person = person
    }

    private var connection: any Connection { transaction.connection }

    /// Writes the tables; where anything is wrong, whoever called takes it all back.
    mutating func run(_ tables: [PlacementTable]) throws -> RoundImportReport {
        known = try knownIDs()
        let reader = TableReader(tables, .round, known: known)
        for fault in reader.faults { add(fault) }
        units = Set(
            try connection.all(
                "SELECT id FROM org_unit WHERE id IN \(UnitScope.placements)",
                [.text(person.rawValue)]
            ) { $0.text(0) })
        if !reader.faults.allSatisfy(Self.isDecision) {
            // Nothing is written; what is wrong with the other rows is told with the rest.
            try lookThrough(reader)
            return report
        }
        try writeRules(reader.records["rules"])
        findSchools(reader)
        for table in RoundTable.all {
            var rows = reader.records[table.name] ?? []
            if table.name == "relations" {
                var named = Set(rows.map(table.key))
                // What is wrong with the student's own row is told there.
                rows += (reader.records["students"] ?? [])
                    .flatMap { RoundTable.following($0, of: "students") }
                    .filter { wrong.fault($0, of: table.name) == nil }
                    .filter { named.insert(table.key($0)).inserted }
            }
            let broken = reader.faults.filter { $0.table == table.name }.compactMap(\.line)
            if !rows.isEmpty { try write(table, rows, besides: Set(broken)) }
        }
        if report.errors.allSatisfy({ PlacementImport.decisions.contains($0.table) }) {
            try checkWhole()
        }
        if report.errors.isEmpty { try minding(reader.records["cells"] ?? []) }
        return report
    }

    /// Whether a fault is of a row that nothing else depends on, so that the rest can be read.
    private static func isDecision(_ fault: TableFault) -> Bool {
        fault.line != nil && PlacementImport.decisions.contains(fault.table)
    }

    // MARK: - Rows

    private func knownIDs() throws -> [String: Set<String>] {
        var known: [String: Set<String>] = [:]
        for table in RoundTable.all where table.keys == ["id"] {
            known[table.name] = Set(
                try connection.all(
                    "SELECT id FROM \(table.sql) WHERE round = ?", [.text(round.id)]
                ) { $0.text(0) })
        }
        return known
    }

    private mutating func writeRules(_ rows: [TableReader.Row]?) throws {
        guard let rows else { return }
        let found = PlacementRules.read(rows, over: round.rules)
        for fault in found.faults { add(fault) }
        for row in rows where !found.faults.contains(where: { $0.line == row.line }) {
            let name = row.values["name"]?.string ?? ""
            let isSame = round.rules[name] == found.rules[name]
            note("rules", row.line, isSame ? .unchanged : .changed)
        }
        try connection.run(
            "UPDATE placement_round SET rules = ? WHERE id = ?",
            [.text(found.rules.text), .text(round.id)])
    }

    /// Finds out what is wrong with the rows that could be read.
    private mutating func lookThrough(_ reader: TableReader) throws {
        var broken: [String: Set<Int>] = [:]
        for fault in reader.faults { broken[fault.table, default: []].insert(fault.line ?? 0) }
        let rules = PlacementRules.read(reader.records["rules"] ?? [], over: round.rules)
        for fault in rules.faults where broken["rules"]?.contains(fault.line ?? 0) != true {
            add(fault)
        }
        findSchools(reader)
        for table in RoundTable.all {
            _ = try right(
                table, reader.records[table.name] ?? [], besides: broken[table.name] ?? [])
        }
    }

    /// The schools of the round: where there are any, a student's is one of them.
    private mutating func findSchools(_ reader: TableReader) {
        schools = known["schools"] ?? []
        for (table, column) in [("schools", "id"), ("agreements", "school"), ("needs", "school")] {
            schools.formUnion(
                (reader.records[table] ?? []).compactMap { $0.values[column]?.string })
        }
    }

    /// The rows of a table that can be written, with their values. What is wrong with the others
    /// is told, and from then on nothing can point to them.
    ///
    /// - Parameter broken: The lines of rows that something was said of already.
    private mutating func right(
        _ table: RoundTable, _ rows: [TableReader.Row], besides broken: Set<Int> = []
    ) throws -> [(row: TableReader.Row, values: [SQLValue])] {
        if table.name == "wishes" { TableFault.repeatedWishes(rows).forEach { add($0) } }
        var found: [(row: TableReader.Row, values: [SQLValue])] = []
        var keys: Set<String> = []
        for original in rows where !broken.contains(original.line) {
            let row = table.translated(original)
            let isAgain = !keys.insert(table.key(row)).inserted
            let faults = [
                table.fault(row), unknownSchool(table, row), wrong.fault(row, of: table.name),
                isAgain ? table.again(row) : nil,
            ].compactMap { $0 }
            for fault in faults { add(fault) }
            if let values = try values(table, row), faults.isEmpty { found.append((row, values)) }
        }
        func ids(_ rows: [TableReader.Row]) -> Set<String> {
            Set(rows.compactMap { $0.values["id"]?.string })
        }
        wrong.add(
            ids(rows).subtracting(ids(found.map(\.row))).subtracting(known[table.name] ?? []),
            of: table.name)
        return found
    }

    private func unknownSchool(_ table: RoundTable, _ row: TableReader.Row) -> TableFault? {
        guard table.name == "students", let school = row.values["school"]?.string,
            !schools.isEmpty, !schools.contains(school)
        else { return nil }
        return TableFault(
            table: table.name, line: row.line,
            problem: .unknown(column: "school", id: school, table: "schools"))
    }

    private mutating func write(
        _ table: RoundTable, _ rows: [TableReader.Row], besides broken: Set<Int>
    ) throws {
        var wishing: Set<String> = []
        for (row, values) in try right(table, rows, besides: broken) {
            if let school = row.values["school"]?.string, table.name != "schools" {
                try connection.run(
                    """
                    INSERT INTO placement_school (round, id, name) VALUES (?, ?, ?)
                    ON CONFLICT (round, id) DO NOTHING
                    """, [.text(round.id), .text(school), .text(school)])
            }
            let outcome = try upsert(table, row, values)
            imported.add(table, row, isChange: outcome != .unchanged)
            note(table.name, row.line, outcome)
            if let student = row.values["student"]?.string, table.name == "wishes" {
                wishing.insert(student)
            }
        }
        if table.name == "wishes" { try forgetWishes(of: wishing) }
        try markAnswered(table, rows)
    }

    /// The values of a row, with people and units looked up; nil where one is not there.
    private mutating func values(
        _ table: RoundTable, _ row: TableReader.Row
    ) throws -> [SQLValue]? {
        var values: [SQLValue] = []
        for column in table.columns {
            let value = row.values[column.name] ?? .null
            if column.isPerson, let text = value.string {
                guard let id = try somebody(text, called: row.values["name"]?.string) else {
                    add(
                        TableFault(
                            table: table.name, line: row.line,
                            problem: .unknown(column: column.name, id: text, table: "people")))
                    return nil
                }
                values.append(.text(id))
            } else if column.name == "unit", let unit = value.string, !units.contains(unit) {
                add(
                    TableFault(
                        table: table.name, line: row.line,
                        problem: .unknown(column: "unit", id: unit, table: "units")))
                return nil
            } else {
                values.append(SQLValue(value))
            }
        }
        return values
    }

    private func upsert(
        _ table: RoundTable, _ row: TableReader.Row, _ values: [SQLValue]
    ) throws -> ImportReport.Outcome {
        let keys = table.columns.indices.filter { table.keys.contains(table.columns[$0].name) }
        let isThere = keys.map { "\(table.columns[$0].sql) = ?" }.joined(separator: " AND ")
        let names = table.columns.map(\.sql)
        let old = try connection.first(
            """
            SELECT \(names.joined(separator: ", ")) FROM \(table.sql)
            WHERE round = ? AND \(isThere)
            """, [.text(round.id)] + keys.map { values[$0] }
        ) { found in values.enumerated().allSatisfy { $0.element.isSame(as: found, $0.offset) } }
        if old == true { return .unchanged }
        let extras = table.extras(row, by: person.rawValue, at: transaction.now)
        let all = names + extras.map(\.0)
        let rest = all.filter { name in !keys.contains { table.columns[$0].sql == name } }
        let marks = Array(repeating: "?", count: all.count + 1).joined(separator: ", ")
        try connection.run(
            """
            INSERT INTO \(table.sql) (round, \(all.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT (round, \(keys.map { names[$0] }.joined(separator: ", ")))
            DO UPDATE SET \(rest.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
            """, [.text(round.id)] + values + extras.map(\.1))
        return old == nil ? .new : .changed
    }

    /// Wishes that a student's new list no longer has.
    private func forgetWishes(of students: Set<String>) throws {
        for student in students.sorted() {
            let ranks = try connection.all(
                "SELECT rank FROM placement_wish WHERE round = ? AND student = ?",
                [.text(round.id), .text(student)]
            ) { $0.int(0) }
            for rank in ranks where !imported.has("wishes", key: "\(student) \(rank)") {
                try connection.run(
                    "DELETE FROM placement_wish WHERE round = ? AND student = ? AND rank = ?",
                    [.text(round.id), .text(student), SQLValue(rank)])
            }
        }
    }

    /// A ward whose places, or a school whose needs, stand in a table has answered.
    private func markAnswered(_ table: RoundTable, _ rows: [TableReader.Row]) throws {
        let (column, place) = switch table.name {
        case "cells": ("ward", "placement_ward")
        case "needs": ("school", "placement_school")
        default: ("", "")
        }
        if column.isEmpty { return }
        for id in Set(rows.compactMap { $0.values[column]?.string }).sorted() {
            try connection.run(
                """
                UPDATE \(place) SET answered_at = ?, answered_by = ?
                WHERE round = ? AND id = ? AND answered_at IS NULL
                """,
                [
                    .integer(transaction.now.milliseconds), .text(person.rawValue),
                    .text(round.id), .text(id),
                ])
        }
    }

    // MARK: - People

    /// Whom an address names: somebody who is there, or somebody new.
    private mutating func somebody(_ text: String, called name: String?) throws -> String? {
        if let known = people[text] { return known }
        var found: String?
        if text.contains("@") {
            guard (try? MailAddress(text)) != nil else { return nil }
            found = try connection.first(
                """
                SELECT id FROM person WHERE lower(email) = lower(?)
                UNION SELECT id FROM person WHERE lower(private_email) = lower(?)
                """, [.text(text), .text(text)]
            ) { $0.text(0) }
            if found == nil {
                let id = transaction.installation.random.identifier("p")
                try connection.run(
                    "INSERT INTO person (id, name, email) VALUES (?, ?, ?)",
                    [
                        .text(id),
                        .text(name ?? String(text.prefix { $0 != "@" })), .text(text),
                    ])
                found = id
            }
        } else {
            // By id only those who work in the coordinator's own units: others are not told of.
            found = try connection.first(
                "SELECT id FROM person WHERE id = ? AND unit IN \(UnitScope.placements)",
                [.text(text), .text(person.rawValue)]
            ) { $0.text(0) }
        }
        people[text] = found
        return found
    }

    // MARK: - The whole

    /// Reads the round as the allocator will, and puts what is wrong at the row that it is about.
    private mutating func checkWhole() throws {
        let contents = try RoundContents(transaction.placementRound(round.id), transaction)
        let document = contents.instanceDocument
        var instance: PlacementInstance?
        do throws(PlacementFault) {
            _ = try contents.supply()
            let whole = try PlacementInstance(document)
            instance = whole
            _ = try Allocator(whole)
        } catch {
            for fault in error.each {
                let place = imported.place(of: fault, in: document, instance)
                add(TableFault(table: place.table, line: place.line, problem: .whole(fault)))
            }
        }
    }

    /// Says which cells have fewer places now than stand published there.
    private mutating func minding(_ cells: [TableReader.Row]) throws {
        if cells.isEmpty { return }
        let students = try connection.all(
            """
            SELECT a.ward, s.profession, s.year, a.period FROM placement_assignment a
            JOIN placement_student s ON s.round = a.round AND s.id = a.student
            WHERE a.round = ? AND a.ended_at IS NULL AND s.withdrawn_at IS NULL
            """, [.text(round.id)]
        ) { [$0.text(0), $0.text(1), "\($0.int(2))", $0.text(3)] }
        let over = try transaction.overPeriods(round.id)
        let published = students.filter { !over.contains($0[3]) }
            .reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for row in cells {
            let key = ["ward", "profession", "year", "period"].map {
                RoundTable.text(row.values[$0] ?? .null)
            }
            let places = row.values["capacity"]?.integer ?? 0
            guard let count = published[key], count > places,
                let index = report.lines.firstIndex(where: {
                    $0.table == "cells" && $0.line == row.line
                })
            else { continue }
            report.lines[index].problem = .belowPublished(places: places, published: count)
        }
    }

    private mutating func add(_ fault: TableFault) {
        // A row that was found right by itself is refused now.
        report.lines.removeAll {
            $0.outcome != .error && $0.table == fault.table && $0.line == fault.line
        }
        report.lines.append(
            RoundImportReport.Line(
                table: fault.table, line: fault.line, outcome: .error, problem: fault.problem))
    }

    private mutating func note(_ table: String, _ line: Int, _ outcome: ImportReport.Outcome) {
        report.lines.append(
            RoundImportReport.Line(table: table, line: line, outcome: outcome, problem: nil))
    }
}
