import JSONText
import Placements

/// The rows that an import found right, to tell which of them a fault of the whole comes from.
struct ImportedRows {
    private var rows: [String: (line: Int, isChange: Bool)] = [:]

    /// Remembers a row, and whether it says anything that did not stand there before.
    mutating func add(_ table: RoundTable, _ row: TableReader.Row, isChange: Bool) {
        rows["\(table.name) \(table.key(row))"] = (row.line, isChange)
    }

    func has(_ table: String, key: String) -> Bool { rows["\(table) \(key)"] != nil }

    /// Where a fault is told: at the row that came now with something new, if there is one.
    func place(
        of fault: PlacementFault, in document: JSON, _ instance: PlacementInstance?
    ) -> (table: String, line: Int?) {
        let found = (instance.map { fault.rows(in: $0) } ?? []).compactMap { row in
            self.row(row).map { (table: row.table, line: $0.line, isChange: $0.isChange) }
        }
        if let row = found.first(where: \.isChange) ?? found.first { return (row.table, row.line) }
        if !fault.locks.isEmpty { return ("locks", nil) }
        guard let row = fault.row, let listed = document[row.list]?.array,
            listed.indices.contains(row.number),
            let table = RoundTable.all.first(where: { $0.name == row.list })
        else { return (fault.row?.list ?? "rules", nil) }
        let key = table.keys.map { RoundTable.text(listed[row.number][$0] ?? .null) }
        return (row.list, rows["\(row.list) \(key.joined(separator: " "))"]?.line)
    }

    private func row(_ row: PlacementFault.Row) -> (line: Int, isChange: Bool)? {
        guard let table = RoundTable.all.first(where: { $0.name == row.table }) else { return nil }
        let values = row.keys.mapValues { JSON.string($0) }
        let translated = table.translated(TableReader.Row(line: 0, values: values))
        return rows["\(row.table) \(table.key(translated))"]
    }
}

/// What rows cannot point to, because the only row that has it is wrong.
struct WrongRows {
    private var ids: [String: Set<String>] = [:]

    /// Remembers what a table lacks.
    mutating func add(_ wrong: Set<String>, of table: String) {
        ids[table, default: []].formUnion(wrong)
    }

    /// What is wrong with a row that points to one of them; nil where it does not.
    func fault(_ row: TableReader.Row, of table: String) -> TableFault? {
        for (column, other) in TableReader.references(.round, of: table) {
            guard let wrong = ids[other], let value = row.values[column] else { continue }
            let named = value.string.map { [$0] } ?? value.array.compactMap(\.string)
            if let id = named.first(where: wrong.contains) {
                return TableFault(
                    table: table, line: row.line,
                    problem: .pointsToFault(column: column, id: id, table: other))
            }
        }
        return nil
    }
}
