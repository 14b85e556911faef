public import JSONText

/// An instance from a coordinator's tables, with a report for each row.
public struct PlacementImport: Sendable {
    /// The rows of each table that was given, in the order of the tables.
    public let counts: [(table: String, rows: Int)]
    public private(set) var faults: [TableFault]
    /// The instance; nil where anything is wrong.
    public private(set) var instance: JSON?

    private var records: [String: [TableReader.Row]]

    /// Reads tables; those that are left out are empty.
    public init(name: String, _ tables: [PlacementTable]) {
        let reader = TableReader(tables, .instance)
        counts = reader.counts
        faults = reader.faults
        records = reader.records
        for needed in ["periods", "institutions", "wards", "cells", "agreements", "students"]
        where records[needed] == nil {
            faults.append(TableFault(table: needed, line: nil, problem: .tableMissing))
        }
        // What is wrong with the rows that could be read is told with the rest.
        let broken = Set(faults.map { "\($0.table) \($0.line ?? 0)" })
        let before = faults.count
        var json = json(name)
        let later = faults[before...].filter { !broken.contains("\($0.table) \($0.line ?? 0)") }
        faults = Array(faults[..<before]) + later
        if faults.contains(where: { $0.line == nil || !Self.decisions.contains($0.table) }) {
            return
        }
        if !faults.isEmpty {
            // What is wrong with the other decisions is told too: nothing points to them.
            let wrong = Set(faults.map { "\($0.table) \($0.line ?? 0)" })
            for table in Self.decisions {
                records[table]?.removeAll { wrong.contains("\(table) \($0.line)") }
            }
            json = self.json(name)
        }
        var read: PlacementInstance?
        do throws(PlacementFault) {
            let whole = try PlacementInstance(json)
            read = whole
            _ = try Allocator(whole)
            if faults.isEmpty { instance = json }
        } catch {
            faults += error.each.map { located($0, read) }
        }
    }

    /// The tables of what was decided by hand.
    public static let decisions = ["locks", "bans"]

    /// A fault of the whole instance, at the row that it names.
    private func located(_ fault: PlacementFault, _ instance: PlacementInstance?) -> TableFault {
        for row in instance.map({ fault.rows(in: $0) }) ?? [] {
            if let line = line(of: row) {
                return TableFault(table: row.table, line: line, problem: .whole(fault))
            }
        }
        let place = fault.row
        if let place, let rows = records[place.list], rows.indices.contains(place.number) {
            return TableFault(
                table: place.list, line: rows[place.number].line, problem: .whole(fault))
        }
        return TableFault(table: "locks", line: nil, problem: .whole(fault))
    }

    /// The line of the row with some values.
    private func line(of wanted: PlacementFault.Row) -> Int? {
        records[wanted.table]?.first { row in
            wanted.keys.allSatisfy { column, value in
                let found = row.values[column]
                return found?.string == value || found?.integer.map { "\($0)" } == value
            }
        }?.line
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
        for row in records["limits"] ?? [] {
            let (line, values) = (row.line, row.values)
            let ward = values["ward"]?.string
            let institution = values["institution"]?.string
            guard (ward == nil) != (institution == nil) else {
                faults.append(TableFault("limits", line, .oneOfTwo))
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
        faults += TableFault.repeatedWishes(records["wishes"] ?? [])
        for row in records["wishes"] ?? [] {
            let (line, values) = (row.line, row.values)
            let student = values["student"]?.string ?? ""
            let ward = values["ward"]?.string
            let institution = values["institution"]?.string
            guard (ward == nil) != (institution == nil) else {
                faults.append(TableFault("wishes", line, .oneOfTwo))
                continue
            }
            let rank = values["rank"]?.integer ?? 0
            if wishes[student]?.contains(where: { $0.rank == rank }) == true {
                faults.append(
                    TableFault("wishes", line, .sameRank(student: student, rank: rank)))
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
        for values in (records["travel"] ?? []).map(\.values) {
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
        let found = PlacementRules.read(
            records["rules"] ?? [], over: .object(PlacementRules.usual))
        faults += found.faults
        return found.rules
    }
}
