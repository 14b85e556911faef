/// A table of how many people are in each cell, with those cells left out from which a single
/// person's affairs could be read.
///
/// Left out is a cell of fewer than five, and as many others as it takes for nobody to compute it
/// from the sums: for every such cell there is another table that the published numbers fit as
/// well. Zero stands as it is, for it is about nobody, unless it is needed for that.
public struct SuppressedTable: Hashable, Sendable {
    /// The smallest number of people that is published.
    public static let smallest = 5

    /// The rows of cells, each with its sum last; the last row holds the sums of the columns.
    public let values: [[Int]]
    /// Which of them are left out.
    public private(set) var isHidden: [[Bool]]
    private var hasHiddenZero = false
    private let lastRow: Int
    private let lastColumn: Int

    /// The number at a place, or nil where it is left out.
    public subscript(_ row: Int, _ column: Int) -> Int? {
        isHidden[row][column] ? nil : values[row][column]
    }

    /// A table of which everything may be published, for whoever may know it all.
    public init(open cells: [[Int]], columns: Int) {
        self.init(summing: cells, columns)
    }

    /// - Parameters:
    ///   - cells: The rows of cells, all of them as many columns wide.
    ///   - hiddenSums: Which sums of columns, with the sum of all as the last, were left out where
    ///     they were published before; nil where they are published nowhere.
    public init(_ cells: [[Int]], columns: Int, hiddenSums: [Bool]?) {
        self.init(summing: cells, columns)
        for row in 0..<lastRow {
            for column in 0...lastColumn {
                isHidden[row][column] = (1..<Self.smallest).contains(values[row][column])
            }
        }
        isHidden[lastRow] = hiddenSums ?? Array(repeating: true, count: columns + 1)
        var targets: [(Int, Int)] = []
        for row in 0...lastRow {
            if row == lastRow, hiddenSums == nil { break }
            for column in 0...lastColumn where isHidden[row][column] {
                targets.append((row, column))
            }
        }
        for (row, column) in targets {
            while !isProtected(row, column) {
                guard let (otherRow, otherColumn) = nextToHide(row, column) else { break }
                hide(otherRow, otherColumn)
            }
        }
        // What was left out for one may be needed for another; where even that is not enough,
        // nothing of the table but its sums is published.
        if !targets.allSatisfy({ isProtected($0.0, $0.1) }) {
            for row in 0..<lastRow {
                for column in 0...lastColumn { hide(row, column) }
            }
        }
    }

    private init(summing cells: [[Int]], _ columns: Int) {
        lastRow = cells.count
        lastColumn = columns
        var values = cells.map { $0 + [$0.reduce(0, +)] }
        values.append(
            (0...columns).map { column in values.reduce(0) { $0 + $1[column] } })
        self.values = values
        isHidden = Array(
            repeating: Array(repeating: false, count: columns + 1), count: cells.count + 1)
    }

    private mutating func hide(_ row: Int, _ column: Int) {
        isHidden[row][column] = true
        if values[row][column] == 0 { hasHiddenZero = true }
    }

    /// The smallest number that is still shown in the row or the column; a zero only where there is
    /// nothing else. The sums of columns stand as they were published.
    private func nextToHide(_ row: Int, _ column: Int) -> (Int, Int)? {
        let places =
            (row < lastRow ? (0...lastColumn).map { (row, $0) } : [])
            + (0..<lastRow).map { ($0, column) }
        return places.filter { !isHidden[$0.0][$0.1] }.min {
            (rank($0), $0.0, $0.1) < (rank($1), $1.0, $1.1)
        }
    }

    /// In which order numbers are left out: small ones first, sums after cells, zeros last.
    private func rank(_ place: (Int, Int)) -> Int {
        let value = values[place.0][place.1]
        if value == 0 { return .max }
        return place.1 == lastColumn ? value + 1_000_000 : value
    }

    // MARK: - Whether a number can be computed

    /// Whether the number could be another one without any published number being different.
    ///
    /// Every row and every column sums to nothing when its sum is taken from its cells. What is
    /// left out can be moved by one up and one down around a ring of places in which rows and
    /// columns take turns.
    private func isProtected(_ row: Int, _ column: Int) -> Bool {
        isOnRing(row, column, goesUp: true) || isOnRing(row, column, goesUp: false)
    }

    private func isOnRing(_ row: Int, _ column: Int, goesUp: Bool) -> Bool {
        guard canMove(row, column, up: goesUp) else { return false }
        // From the column of the place back to its row: a place in a column goes the other way, a
        // place in a row the same.
        var seenColumns: Set<Int> = [column]
        var seenRows: Set<Int> = []
        var columns = [column]
        while let current = columns.popLast() {
            for next in 0...lastRow
            where isHidden[next][current] && (next, current) != (row, column)
                && canMove(next, current, up: !goesUp)
            {
                if next == row { return true }
                guard seenRows.insert(next).inserted else { continue }
                for other in 0...lastColumn
                where isHidden[next][other] && canMove(next, other, up: goesUp)
                    && seenColumns.insert(other).inserted
                {
                    columns.append(other)
                }
            }
        }
        return false
    }

    /// Whether the number at a place may be one more, or one less, as whoever reads the table knows
    /// it. A sum counts against its cells, and so goes down where they would go up.
    private func canMove(_ row: Int, _ column: Int, up: Bool) -> Bool {
        let isSum = (row == lastRow) != (column == lastColumn)
        if isSum != up { return true }
        return values[row][column] >= (hasHiddenZero ? 1 : 2)
    }
}
