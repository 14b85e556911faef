public import Placements

/// What came of each row of the tables that were imported into a round.
public struct RoundImportReport: Hashable, Sendable {
    /// A row, or a table where there is no line.
    public struct Line: Hashable, Sendable {
        public var table: String
        public var line: Int?
        public var outcome: ImportReport.Outcome
        /// What is wrong, or where the row is written what to mind; nil where nothing is.
        public var problem: TableFault.Problem?
    }

    public internal(set) var lines: [Line] = []

    public var errors: [Line] { lines.filter { $0.outcome == .error } }
    /// The rows that are written and bring something about that is better known.
    public var warnings: [Line] { lines.filter { $0.outcome != .error && $0.problem != nil } }

    /// How many rows of each table have each outcome, in the order of the tables.
    public var counts: [(table: String, counts: [ImportReport.Outcome: Int])] {
        var order: [String] = []
        var counts: [String: [ImportReport.Outcome: Int]] = [:]
        var wrong: Set<String> = []
        for line in lines {
            // Of a row all that is wrong is told, and it is one row.
            if line.outcome == .error, let number = line.line,
                !wrong.insert("\(line.table) \(number)").inserted
            {
                continue
            }
            if counts[line.table] == nil { order.append(line.table) }
            counts[line.table, default: [:]][line.outcome, default: 0] += 1
        }
        return order.map { ($0, counts[$0] ?? [:]) }
    }
}
