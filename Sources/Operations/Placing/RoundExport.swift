import JSONText
public import Placements
import Storage

extension Installation {
    /// A round as tables for a spreadsheet; importing them again changes nothing.
    ///
    /// - Parameter only: The table that is read; all of them where nil.
    public func placementTables(
        of round: PlacementRound, only: String? = nil
    ) throws -> [PlacementTable] {
        try query { transaction in
            try TableReader.columns(.round).filter { only == nil || $0.0 == only }.map {
                name, columns in
                let rows =
                    name == "rules"
                    ? round.rules.members.map {
                        ["name": $0.name, "value": RoundExport.text($0.value)]
                    } : try transaction.rows(of: name, in: round)
                return PlacementTable(
                    name: name, header: columns,
                    rows: rows.enumerated().map { index, values in
                        .init(line: index + 2, fields: columns.map { values[$0] ?? "" })
                    })
            }
        }
    }
}

private enum RoundExport {
    static let lists: Set<String> = [
        "years", "periods", "features", "needs", "fields", "previous",
    ]

    static func text(_ json: JSON) -> String {
        switch json {
        case .null, .object: ""
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): text
        case .array(let values): values.map(text).joined(separator: "|")
        }
    }
}

extension Transaction {
    fileprivate func rows(
        of name: String, in round: PlacementRound
    ) throws -> [[String: String]] {
        guard let table = RoundTable.all.first(where: { $0.name == name }) else { return [] }
        var address: [String: String] = [:]
        for column in table.columns where column.isPerson {
            try connection.forEach(
                """
                SELECT id, email FROM person WHERE email IS NOT NULL
                    AND id IN (SELECT \(column.sql) FROM \(table.sql) WHERE round = ?)
                """, [.text(round.id)]
            ) { address[$0.text(0)] = $0.text(1) }
        }
        let keys = table.columns.filter { table.keys.contains($0.name) }.map(\.sql)
        let order = name == "periods" ? ["position"] : keys
        let rows = try connection.all(
            """
            SELECT \(table.columns.map(\.sql).joined(separator: ", ")) FROM \(table.sql)
            WHERE round = ? ORDER BY \(order.joined(separator: ", "))
            """, [.text(round.id)]
        ) { row in
            var values: [String: String] = [:]
            for (index, column) in table.columns.enumerated() where !row.isNull(index) {
                let text = row.text(index)
                values[column.name] =
                    if column.isPerson {
                        address[text] ?? text
                    } else if RoundExport.lists.contains(column.name) {
                        row.texts(index).joined(separator: "|")
                    } else {
                        text
                    }
            }
            return values
        }
        if name == "students" { return try withRelations(rows, round) }
        return rows.map { untranslated($0, name) }
    }

    private func untranslated(_ row: [String: String], _ table: String) -> [String: String] {
        var row = row
        switch table {
        case "limits": row[row["kind"] ?? ""] = row["place"]
        case "supervisors":
            row["max_students"] =
                row["qualified"] == "0" ? "0" : row["pair"] == "1" ? "2" : "1"
        default: break
        }
        return row
    }

    private func withRelations(
        _ rows: [[String: String]], _ round: PlacementRound
    ) throws -> [[String: String]] {
        var blocked: [String: [String]] = [:]
        try connection.forEach(
            """
            SELECT student, institution FROM placement_relation
            WHERE round = ? AND kind = 'other' ORDER BY student, institution
            """, [.text(round.id)]
        ) { blocked[$0.text(0), default: []].append($0.text(1)) }
        return rows.map { row in
            var row = row
            row["blocked_institutions"] = blocked[row["id"] ?? ""]?.joined(separator: "|")
            return row
        }
    }
}
