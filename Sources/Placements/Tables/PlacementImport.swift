public import JSONText

/// An instance from a coordinator's tables, with a report for each row.
public struct PlacementImport: Sendable {
    /// What is wrong with a row, or with a table where there is no line.
    public struct Fault: Hashable, Sendable {
        public var table: String
        public var line: Int?
        public var message: String
    }

    /// The rows of each table that was given, in the order of the tables.
    public private(set) var counts: [(table: String, rows: Int)] = []
    public private(set) var faults: [Fault] = []
    /// The instance; nil where anything is wrong.
    public private(set) var instance: JSON?

    private var records: [String: [(line: Int, values: [String: JSON])]] = [:]
    private var ids: [String: Set<String>] = [:]

    /// Reads tables; those that are left out are empty.
    public init(name: String, _ tables: [PlacementTable]) {
        for table in tables
        where !TableColumn.tables.contains(where: { $0.name == table.name }) {
            faults.append(Fault(table: table.name, line: nil, message: "there is no such table"))
        }
        for (name, columns) in TableColumn.tables {
            guard let table = tables.first(where: { $0.name == name }) else { continue }
            counts.append((name, table.rows.count))
            read(table, columns)
        }
        for needed in ["periods", "institutions", "wards", "cells", "agreements", "students"]
        where ids[needed] == nil && records[needed] == nil {
            faults.append(Fault(table: needed, line: nil, message: "the table is missing"))
        }
        if !faults.isEmpty { return }
        let json = json(name)
        if !faults.isEmpty { return }
        do throws(PlacementFault) {
            _ = try Allocator(PlacementInstance(json))
            instance = json
        } catch {
            faults.append(located(error))
        }
    }

    // MARK: - Rows

    private mutating func read(_ table: PlacementTable, _ columns: [TableColumn]) {
        var position: [String: Int] = [:]
        for (index, name) in table.header.enumerated() { position[name] = index }
        let known = Set(columns.map(\.name))
        for name in table.header where !known.contains(name) {
            fault(table.name, nil, "there is no column \"\(name)\"")
        }
        let missing = columns.filter { position[$0.name] == nil && $0.standIn == nil }
        for column in missing { fault(table.name, nil, "the column \"\(column.name)\" is missing") }
        records[table.name] = []
        if columns.contains(where: { $0.name == "id" }) { ids[table.name] = [] }
        if !missing.isEmpty { return }
        for row in table.rows {
            var values: [String: JSON] = [:]
            for column in columns {
                let text = position[column.name].map { row.fields[$0] } ?? ""
                let field = text.isEmpty ? column.standIn : text
                guard let field else {
                    fault(table.name, row.line, "\(column.name) is empty")
                    continue
                }
                switch value(field, column) {
                case .success(let value): values[column.name] = value
                case .failure(let problem):
                    fault(table.name, row.line, "\(column.name) \(problem.message)")
                }
            }
            if let id = values["id"]?.string, ids[table.name]?.insert(id).inserted == false {
                fault(table.name, row.line, "id \"\(id)\" stands there a second time")
            }
            records[table.name]?.append((row.line, values))
        }
    }

    private struct Problem: Error {
        var message: String
    }

    private func value(_ text: String, _ column: TableColumn) -> Result<JSON, Problem> {
        func number(_ text: String, _ range: ClosedRange<Int>) -> Result<JSON, Problem> {
            guard let value = Int(text), range.contains(value) else {
                return .failure(
                    Problem(
                        message: "is \"\(text)\"; a whole number from \(range.lowerBound) to "
                            + "\(range.upperBound) is needed"))
            }
            return .success(.integer(value))
        }
        func reference(_ id: String, _ table: String) -> Result<JSON, Problem> {
            ids[table]?.contains(id) == true
                ? .success(.string(id))
                : .failure(Problem(message: "names \"\(id)\", which is not in \(table)"))
        }
        func all(_ each: (String) -> Result<JSON, Problem>) -> Result<JSON, Problem> {
            var values: [JSON] = []
            for part in text.split(separator: "|") {
                switch each(String(part)) {
                case .success(let value): values.append(value)
                case .failure(let problem): return .failure(problem)
                }
            }
            return .success(.array(values))
        }
        switch column.kind {
        case .text: return .success(.string(text))
        case .number(let range): return number(text, range)
        case .optionalNumber(let range): return text.isEmpty ? .success(.null) : number(text, range)
        case .flag:
            switch text.lowercased() {
            case "yes", "true", "1", "ja", "x": return .success(true)
            case "no", "false", "0", "nei": return .success(false)
            default: return .failure(Problem(message: "is \"\(text)\"; yes or no is needed"))
            }
        case .list: return all { .success(.string($0)) }
        case .numbers(let range): return all { number($0, range) }
        case .reference(let table): return reference(text, table)
        case .optionalReference(let table):
            return text.isEmpty ? .success(.null) : reference(text, table)
        case .references(let table): return all { reference($0, table) }
        }
    }

    private mutating func fault(_ table: String, _ line: Int?, _ message: String) {
        faults.append(Fault(table: table, line: line, message: message))
    }

    /// A fault of the whole instance, at the row that it names.
    private func located(_ fault: PlacementFault) -> Fault {
        let text = fault.description
        let name = String(text.prefix { $0.isLetter })
        let number = Int(text.dropFirst(name.count + 1).prefix { $0.isNumber })
        if let rows = records[name], let number, rows.indices.contains(number) {
            return Fault(table: name, line: rows[number].line, message: text)
        }
        return Fault(table: "locks", line: nil, message: text)
    }

    // MARK: - The instance

    private mutating func json(_ name: String) -> JSON {
        func list(_ table: String) -> [JSON] {
            (records[table] ?? []).map { row in
                // A place without a name is called by its id.
                .object(
                    row.values.sorted { $0.key < $1.key }
                        .filter { $0.key != "name" || $0.value != "" }
                        .map { JSON.Member($0.key, $0.value) })
            }
        }
        let limits = limits()
        let wishes = wishes()
        func with(_ rows: [JSON], _ name: String, _ value: (String) -> JSON) -> JSON {
            .array(
                rows.map {
                    .object($0.members + [JSON.Member(name, value($0["id"]?.string ?? ""))])
                })
        }
        let rules = rules()
        let travel = travel()
        return .object([
            "format": "placement-instance/1", "name": .string(name), "seed": 0, "rules": rules,
            "periods": .array(list("periods")),
            "institutions": with(list("institutions"), "max_per_period") {
                .object(limits["institutions \($0)"] ?? [])
            },
            "wards": with(list("wards"), "max_per_period") {
                .object(limits["wards \($0)"] ?? [])
            },
            "cells": .array(list("cells")), "supervisors": .array(list("supervisors")),
            "agreements": .array(list("agreements")), "travel": travel,
            "students": with(list("students"), "preferences") { .array(wishes[$0] ?? []) },
            "locks": .array(list("locks")), "bans": .array(list("bans")),
        ])
    }

    private mutating func limits() -> [String: [JSON.Member]] {
        var limits: [String: [JSON.Member]] = [:]
        for (line, values) in records["limits"] ?? [] {
            let ward = values["ward"]?.string
            let institution = values["institution"]?.string
            guard (ward == nil) != (institution == nil) else {
                fault("limits", line, "either a ward or an institution is needed")
                continue
            }
            let key = ward.map { "wards \($0)" } ?? "institutions \(institution ?? "")"
            limits[key, default: []].append(
                JSON.Member(values["period"]?.string ?? "", values["most"] ?? 0))
        }
        return limits
    }

    private mutating func wishes() -> [String: [JSON]] {
        var wishes: [String: [(rank: Int, wish: JSON)]] = [:]
        for (line, values) in records["wishes"] ?? [] {
            let student = values["student"]?.string ?? ""
            let ward = values["ward"]?.string
            let institution = values["institution"]?.string
            guard (ward == nil) != (institution == nil) else {
                fault("wishes", line, "either a ward or an institution is needed")
                continue
            }
            let rank = values["rank"]?.integer ?? 0
            if wishes[student]?.contains(where: { $0.rank == rank }) == true {
                fault("wishes", line, "\(student) has two wishes with rank \(rank)")
            }
            wishes[student, default: []].append(
                (
                    rank,
                    ward.map { .object(["ward": .string($0)]) }
                        ?? .object(["institution": .string(institution ?? "")])
                ))
        }
        return wishes.mapValues { $0.sorted { $0.rank < $1.rank }.map(\.wish) }
    }

    private mutating func travel() -> JSON {
        let columns = (records["institutions"] ?? []).compactMap { $0.values["id"]?.string }
        var column: [String: Int] = [:]
        for (index, id) in columns.enumerated() { column[id] = index }
        // Where nothing is said nobody can get there.
        let unreachable = [Int](repeating: 999, count: columns.count)
        var zones: [String] = []
        var transit: [String: [Int]] = [:]
        var car: [String: [Int]] = [:]
        for row in (records["travel"] ?? []) + (records["students"] ?? []) {
            guard let zone = row.values["zone"]?.string, transit[zone] == nil else { continue }
            zones.append(zone)
            transit[zone] = unreachable
            car[zone] = unreachable
        }
        for (_, values) in records["travel"] ?? [] {
            guard let zone = values["zone"]?.string,
                let index = values["institution"]?.string.flatMap({ column[$0] })
            else { continue }
            let minutes = values["transit"]?.integer ?? 999
            transit[zone]?[index] = minutes
            car[zone]?[index] = values["car"]?.integer ?? minutes
        }
        func table(_ rows: [String: [Int]]) -> JSON {
            .object(zones.map { JSON.Member($0, .array((rows[$0] ?? []).map { .integer($0) })) })
        }
        return .object([
            "institutions": .array(columns.map { .string($0) }), "transit": table(transit),
            "car": table(car),
        ])
    }

    /// The usual rules, with those that the table says in their place.
    private mutating func rules() -> JSON {
        var members = Self.usualRules
        for (line, values) in records["rules"] ?? [] {
            let name = values["name"]?.string ?? ""
            let texts = (values["value"]?.array ?? []).compactMap(\.string)
            guard let index = members.firstIndex(where: { $0.name == name }) else {
                fault("rules", line, "there is no rule \"\(name)\"")
                continue
            }
            let numbers = texts.compactMap { Int($0) }
            switch members[index].value {
            case .bool:
                let flag = value(texts.first ?? "", TableColumn("value", .flag))
                if case .success(let flag) = flag {
                    members[index].value = flag
                } else {
                    fault("rules", line, "\(name) is yes or no")
                }
            case .array where numbers.count == texts.count && !numbers.isEmpty:
                members[index].value = .array(numbers.map { .integer($0) })
            case .integer where texts.count == 1 && numbers.count == 1:
                members[index].value = .integer(numbers[0])
            case .null, .array, .integer, .number, .string, .object:
                fault("rules", line, "\(name) needs whole numbers")
            }
        }
        return .object(members)
    }

    private static let usualRules: [JSON.Member] = [
        .init("max_travel", 90), .init("pair_same_group", true),
        .init("year3_needs_trained", true),
        .init("rank_cost", .array([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])),
        .init("unranked_cost", 30), .init("travel_band", 5), .init("priority_weight", 3),
        .init("repeat_institution_cost", 10), .init("repeat_field_cost", 5),
        .init("fair_limit", 45), .init("fair_limit_priority", 30), .init("fair_band", 5),
    ]
}
