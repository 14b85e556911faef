/// What the prices of a relaxation prove, in whole numbers.
///
/// Any prices give a bound (weak duality). They are rounded to multiples of a fraction first, and
/// all that follows is exact; so the solver need not be believed.
struct ExactBound {
    /// Prices are counted in this fraction of a unit.
    static let scale = 1 << 24

    /// No solution is better than this, in units of `1 / scale`.
    private(set) var scaledValue: Int
    /// What each column adds to the bound where it is one more than its better side, scaled.
    private(set) var reducedCosts: [Int]
    /// The prices of the model's rows that the bound was computed with, scaled.
    private(set) var rowPrices: [Int]

    /// No whole solution has an objective below this.
    var value: Int { Self.whole(scaledValue) }

    /// The bound where some rows are wider by one; the columns' ranges must hold for that too.
    func value(widening rows: [Int]) -> Int {
        Self.whole(rows.reduce(scaledValue) { $0 + min(0, rowPrices[$1]) })
    }

    private static func whole(_ scaled: Int) -> Int {
        let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: scale)
        return remainder > 0 ? quotient + 1 : quotient
    }

    init(_ linear: LinearModel, _ cuts: [CutRow], prices: [Double]) {
        var scaled = prices.map { Int(($0 * Double(Self.scale)).rounded()) }
        var bound = 0
        for row in 0..<linear.rowCount {
            // An open side cannot carry a price.
            if scaled[row] > 0 {
                if linear.rowLower[row] == -LinearModel.unlimited { scaled[row] = 0 }
                bound += scaled[row] == 0 ? 0 : scaled[row] * linear.rowLower[row]
            } else if scaled[row] < 0 {
                if linear.rowUpper[row] == LinearModel.unlimited { scaled[row] = 0 }
                bound += scaled[row] == 0 ? 0 : scaled[row] * linear.rowUpper[row]
            }
        }
        var reduced = linear.objective.map { $0 * Self.scale }
        for column in 0..<linear.columnCount {
            for entry in linear.entries(column) {
                reduced[column] -= scaled[Int(linear.rows[entry])] * linear.values[entry]
            }
        }
        for (index, cut) in cuts.enumerated() {
            var price = scaled[linear.rowCount + index]
            if price > 0, cut.least == -LinearModel.unlimited { price = 0 }
            bound += price == 0 ? 0 : price * (price > 0 ? cut.least : cut.most)
            for (column, value) in zip(cut.columns, cut.values) {
                reduced[Int(column)] -= price * value
            }
        }
        for column in 0..<linear.columnCount {
            bound +=
                reduced[column]
                * (reduced[column] > 0 ? linear.lower[column] : linear.upper[column])
        }
        scaledValue = bound
        rowPrices = Array(scaled.prefix(linear.rowCount))
        reducedCosts = reduced
    }
}
