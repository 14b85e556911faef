import Operations
import Support
import Testing

@Suite struct SuppressedTableTests {
    @Test("A small cell is left out, and one more so that the sums do not tell it")
    func small() {
        let table = SuppressedTable([[20, 3, 9]], columns: 3, hiddenSums: nil)
        #expect(table[0, 0] == 20)
        #expect(table[0, 1] == nil)
        #expect(table[0, 2] == nil)
        #expect(table[0, 3] == 32)
        let harmless = SuppressedTable([[20, 0, 9]], columns: 3, hiddenSums: nil)
        #expect((0...3).map { harmless[0, $0] } == [20, 0, 9, 29])
        let open = SuppressedTable(open: [[1, 2]], columns: 2)
        #expect((0...2).map { open[0, $0] } == [1, 2, 3])
    }

    /// Every table that whoever reads the published one must think possible: its shown numbers, and
    /// any others that sum to its shown sums.
    private static func readings(_ table: SuppressedTable, hasSums: Bool) -> [[[Int]]] {
        let rows = table.values.count - 1
        let columns = table.values[0].count - 1
        // Zero is left out only where nothing else is left to leave out.
        let hidesZero = (0..<rows).contains { row in
            (0..<columns).contains { table.isHidden[row][$0] && table.values[row][$0] == 0 }
        }
        let possible = Array((hidesZero ? 0 : 1)...9)
        var found: [[[Int]]] = []
        var cells = Array(repeating: Array(repeating: 0, count: columns), count: rows)
        func fits() -> Bool {
            for row in 0..<rows {
                if let sum = table[row, columns], sum != cells[row].reduce(0, +) { return false }
            }
            guard hasSums else { return true }
            for column in 0...columns {
                guard let sum = table[rows, column] else { continue }
                let found = cells.reduce(0) {
                    $0 + (column == columns ? $1.reduce(0, +) : $1[column])
                }
                if sum != found { return false }
            }
            return true
        }
        func fill(_ place: Int) {
            if place == rows * columns {
                if fits() { found.append(cells) }
                return
            }
            let (row, column) = place.quotientAndRemainder(dividingBy: columns)
            for value in table[row, column].map({ [$0] }) ?? possible {
                cells[row][column] = value
                fill(place + 1)
            }
        }
        fill(0)
        return found
    }

    @Test("Nobody computes a small cell, whatever the table: tried against every reading of it")
    func attack() {
        var random = Support.SeededRandom(seed: 5)
        var judged = 0
        for _ in 0..<80 {
            let rows = 1 + Int(random.next() % 2)
            let columns = 2 + Int(random.next() % 2)
            let cells = (0..<rows).map { _ in
                (0..<columns).map { _ in Int(random.next() % 3 == 0 ? 0 : random.next() % 8) }
            }
            let sums = SuppressedTable(
                [(0..<columns).map { column in cells.reduce(0) { $0 + $1[column] } }],
                columns: columns, hiddenSums: nil
            ).isHidden[0]
            let table = SuppressedTable(cells, columns: columns, hiddenSums: sums)
            #expect(table.isHidden[rows] == sums)
            let readings = Self.readings(table, hasSums: true)
            #expect(readings.contains(cells))
            for row in 0..<rows {
                for column in 0..<columns where (1..<5).contains(cells[row][column]) {
                    #expect(table[row, column] == nil)
                    let values = Set(readings.map { $0[row][column] })
                    #expect(values.count > 1, "\(cells) tells \(row), \(column)")
                    judged += 1
                }
            }
        }
        #expect(judged > 60)
    }
}
