/// A small whole-number programme, solved by halving ranges and bounding with exact prices.
///
/// For programmes of some hundred columns at most, where a linear relaxation is nearly whole. It
/// needs no cuts, and so none of the large solver's machinery.
struct BranchAndBound {
    struct Outcome {
        /// The best columns, or nil where no solution was found.
        var solution: [Int]?
        /// Whether nothing better exists.
        var isProven: Bool
    }

    /// How many relaxations are solved before the search gives up.
    static let mostNodes = 20_000

    private let unit: Int
    private var best: [Int]?
    private var bestValue = Int.max
    private var nodes = 0

    /// Minimises the objective of a model whose columns are all whole.
    static func solve(_ linear: LinearModel) -> Outcome {
        var search = BranchAndBound(linear)
        search.visit(linear)
        return Outcome(solution: search.best, isProven: search.nodes < mostNodes)
    }

    private init(_ linear: LinearModel) {
        // Every value is a multiple of this, so that bounds can be rounded up to one.
        unit = max(1, linear.objective.reduce(0) { Self.divisor($0, $1) })
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? abs(a) : divisor(b, a % b)
    }

    private mutating func visit(_ linear: LinearModel) {
        nodes += 1
        if nodes >= Self.mostNodes { return }
        let solver = ClpSolver(linear)
        guard solver.solve(linear.objective) else { return }
        if best != nil {
            let bound = ExactBound(linear, [], prices: solver.prices).value
            // The next multiple of the unit, also below nothing.
            let rest = ((bound % unit) + unit) % unit
            if bound + (rest == 0 ? 0 : unit - rest) >= bestValue { return }
        }
        let solution = solver.solution
        var chosen = (column: -1, distance: 1e-6)
        for (column, value) in solution.enumerated() {
            let distance = abs(value - value.rounded())
            if distance > chosen.distance { chosen = (column, distance) }
        }
        if chosen.column < 0 {
            take(solution.map { Int($0.rounded()) }, linear)
            return
        }
        let column = chosen.column
        let below = Int(solution[column].rounded(.down))
        var part = linear
        part.bound(column, below + 1, linear.upper[column])
        visit(part)
        part.bound(column, linear.lower[column], below)
        visit(part)
    }

    private mutating func take(_ solution: [Int], _ linear: LinearModel) {
        let value = zip(solution, linear.objective).reduce(0) { $0 + $1.0 * $1.1 }
        guard value < bestValue, linear.keeps(solution) else { return }
        best = solution
        bestValue = value
    }
}

extension LinearModel {
    /// Whether a solution keeps every row and column, counted in whole numbers.
    func keeps(_ solution: [Int]) -> Bool {
        var sums = rowLower.map { _ in 0 }
        for (column, value) in solution.enumerated() {
            if value < lower[column] || value > upper[column] { return false }
            for entry in entries(column) { sums[Int(rows[entry])] += values[entry] * value }
        }
        return sums.indices.allSatisfy { sums[$0] >= rowLower[$0] && sums[$0] <= rowUpper[$0] }
    }
}
