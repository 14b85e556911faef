/// A linear programme in whole numbers: minimise the objective under row and column bounds.
///
/// All figures are integers, so that bounds can be computed from it exactly.
struct LinearModel {
    /// Stands for "no limit" in a row.
    static let unlimited = Int.max

    var objective: [Int] = []
    private(set) var lower: [Int] = []
    private(set) var upper: [Int] = []
    private(set) var isInteger: [Bool] = []
    private(set) var rowLower: [Int] = []
    private(set) var rowUpper: [Int] = []
    /// The entries by column, as the solver wants them.
    private(set) var starts: [Int32] = [0]
    private(set) var rows: [Int32] = []
    private(set) var values: [Int] = []

    var columnCount: Int { objective.count }
    var rowCount: Int { rowLower.count }

    /// Adds a row; `-unlimited` and `unlimited` leave a side open.
    mutating func addRow(_ lower: Int, _ upper: Int) -> Int {
        rowLower.append(lower)
        rowUpper.append(upper)
        return rowLower.count - 1
    }

    /// Adds a column with its entries.
    @discardableResult
    mutating func addColumn(
        objective: Int = 0, from lower: Int = 0, to upper: Int, isInteger: Bool = false,
        _ entries: [(row: Int, value: Int)]
    ) -> Int {
        self.objective.append(objective)
        self.lower.append(lower)
        self.upper.append(upper)
        self.isInteger.append(isInteger)
        for entry in entries where entry.value != 0 {
            rows.append(Int32(entry.row))
            values.append(entry.value)
        }
        starts.append(Int32(rows.count))
        return self.objective.count - 1
    }

    /// Leaves a column one value.
    mutating func fix(_ column: Int, _ value: Int) {
        lower[column] = value
        upper[column] = value
    }

    mutating func bound(_ column: Int, _ from: Int, _ to: Int) {
        lower[column] = from
        upper[column] = to
    }

    /// The same with more rows.
    func with(_ cuts: [CutRow]) -> LinearModel {
        var result = self
        (result.starts, result.rows, result.values) = columns(with: cuts)
        for cut in cuts { _ = result.addRow(cut.least, cut.most) }
        return result
    }

    func entries(_ column: Int) -> Range<Int> { Int(starts[column])..<Int(starts[column + 1]) }

    /// The entries by column, with those of more rows.
    private func columns(with cuts: [CutRow]) -> (starts: [Int32], rows: [Int32], values: [Int]) {
        var added: [[(row: Int32, value: Int)]] = Array(repeating: [], count: columnCount)
        for (index, cut) in cuts.enumerated() {
            for (column, value) in zip(cut.columns, cut.values) {
                added[Int(column)].append((Int32(rowCount + index), value))
            }
        }
        var result: (starts: [Int32], rows: [Int32], values: [Int]) = ([0], [], [])
        for column in 0..<columnCount {
            result.rows += rows[entries(column)]
            result.values += values[entries(column)]
            for entry in added[column] {
                result.rows.append(entry.row)
                result.values.append(entry.value)
            }
            result.starts.append(Int32(result.rows.count))
        }
        return result
    }
}

/// A row added to a model: its entries sum to at most so much.
struct CutRow {
    var columns: [Int32]
    var values: [Int]
    var least = -LinearModel.unlimited
    var most: Int
}
