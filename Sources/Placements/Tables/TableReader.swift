public import JSONText

/// Reads a coordinator's tables into values, with every fault at once.
public struct TableReader: Sendable {
    /// What the tables are for.
    public enum Kind: Sendable {
        /// An instance, as the command line makes and writes one.
        case instance
        /// A round of an installation, which knows people, answers and needs besides.
        case round
    }

    /// A row by its columns, and the line on which it begins.
    public struct Row: Sendable {
        public var line: Int
        public var values: [String: JSON]

        public init(line: Int, values: [String: JSON]) {
            self.line = line
            self.values = values
        }
    }

    /// The rows of each table that was given, in the order of the tables.
    public private(set) var counts: [(table: String, rows: Int)] = []
    public private(set) var faults: [TableFault] = []
    /// The rows that could be read, by their table.
    public private(set) var records: [String: [Row]] = [:]
    private var ids: [String: Set<String>]
    /// The tables whose ids could not be read.
    private var unread: Set<String> = []

    /// The tables of a kind with their columns, in the order in which they depend on one another.
    public static func columns(_ kind: Kind) -> [(table: String, columns: [String])] {
        tables(kind).map { ($0.name, $0.columns.map(\.name)) }
    }

    /// Which columns of a table name ids of which others.
    public static func references(
        _ kind: Kind, of table: String
    ) -> [(column: String, table: String)] {
        let columns = tables(kind).first { $0.name == table }?.columns ?? []
        return columns.compactMap { column in
            switch column.kind {
            case .reference(let other), .optionalReference(let other), .references(let other):
                (column.name, other)
            case .text, .optionalText, .number, .optionalNumber, .flag, .oneOf, .week, .list,
                .numbers:
                nil
            }
        }
    }

    static func tables(_ kind: Kind) -> [(name: String, columns: [TableColumn])] {
        switch kind {
        case .instance: TableColumn.tables
        case .round: TableColumn.roundTables
        }
    }

    /// Reads tables.
    ///
    /// - Parameter known: The ids that are there already, by their table.
    public init(
        _ tables: [PlacementTable], _ kind: Kind, known: [String: Set<String>] = [:]
    ) {
        ids = known
        let all = Self.tables(kind)
        for table in tables where !all.contains(where: { $0.name == table.name }) {
            fault(table.name, nil, .noSuchTable)
        }
        for (name, columns) in all {
            guard let table = tables.first(where: { $0.name == name }) else { continue }
            counts.append((name, table.rows.count))
            read(table, columns)
        }
    }

    private mutating func read(_ table: PlacementTable, _ columns: [TableColumn]) {
        var position: [String: Int] = [:]
        for (index, name) in table.header.enumerated() { position[name] = index }
        let known = Set(columns.map(\.name))
        for name in table.header where !known.contains(name) {
            fault(table.name, nil, .noSuchColumn(name))
        }
        let missing = columns.filter { position[$0.name] == nil && $0.standIn == nil }
        for column in missing { fault(table.name, nil, .columnMissing(column.name)) }
        records[table.name] = []
        var seen: Set<String> = []
        // Without its ids nobody can say what of other tables names none of them.
        if missing.contains(where: { $0.name == "id" }) { unread.insert(table.name) }
        // What can be read of the rest is, so that its faults are told at once too.
        let present = columns.filter { column in !missing.contains { $0.name == column.name } }
        for row in table.rows {
            var values: [String: JSON] = [:]
            for column in present {
                let text = position[column.name].map { row.fields[$0] } ?? ""
                let field = text.isEmpty ? column.standIn : text
                guard let field else {
                    fault(table.name, row.line, .empty(column: column.name))
                    continue
                }
                switch value(field, column) {
                case .success(let value): values[column.name] = value
                case .failure(let problem): fault(table.name, row.line, problem.problem)
                }
            }
            if let id = values["id"]?.string {
                if !seen.insert(id).inserted { fault(table.name, row.line, .again(id: id)) }
                ids[table.name, default: []].insert(id)
            }
            if missing.isEmpty {
                records[table.name]?.append(Row(line: row.line, values: values))
            }
        }
    }

    private struct Failure: Error {
        var problem: TableFault.Problem
    }

    private func value(_ text: String, _ column: TableColumn) -> Result<JSON, Failure> {
        func number(_ text: String, _ range: ClosedRange<Int>) -> Result<JSON, Failure> {
            guard let value = Int(text), range.contains(value) else {
                return .failure(
                    Failure(
                        problem: .notNumber(column: column.name, text: text, range: range)))
            }
            return .success(.integer(value))
        }
        func reference(_ id: String, _ table: String) -> Result<JSON, Failure> {
            ids[table]?.contains(id) == true || unread.contains(table)
                ? .success(.string(id))
                : .failure(
                    Failure(problem: .unknown(column: column.name, id: id, table: table)))
        }
        func all(_ each: (String) -> Result<JSON, Failure>) -> Result<JSON, Failure> {
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
        case .optionalText: return .success(text.isEmpty ? .null : .string(text))
        case .number(let range): return number(text, range)
        case .optionalNumber(let range): return text.isEmpty ? .success(.null) : number(text, range)
        case .flag:
            guard let flag = Self.flag(text) else {
                return .failure(Failure(problem: .notFlag(column: column.name, text: text)))
            }
            return .success(.bool(flag))
        case .oneOf(let allowed):
            guard allowed.contains(text) else {
                return .failure(
                    Failure(
                        problem: .notOneOf(column: column.name, text: text, allowed: allowed)))
            }
            return .success(.string(text))
        case .week:
            return PlacementWeek(text) == nil
                ? .failure(Failure(problem: .notWeek(column: column.name, text: text)))
                : .success(.string(text))
        case .list: return all { .success(.string($0)) }
        case .numbers(let range): return all { number($0, range) }
        case .reference(let table): return reference(text, table)
        case .optionalReference(let table):
            return text.isEmpty ? .success(.null) : reference(text, table)
        case .references(let table): return all { reference($0, table) }
        }
    }

    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "1", "ja", "x": true
        case "no", "false", "0", "nei": false
        default: nil
        }
    }

    private mutating func fault(_ table: String, _ line: Int?, _ problem: TableFault.Problem) {
        faults.append(TableFault(table: table, line: line, problem: problem))
    }
}
