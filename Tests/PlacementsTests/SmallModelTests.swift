import Support
import Testing

@testable import Placements

/// Whole-number programmes that are small enough to try everything.
@Suite struct SmallModelTests {
    private struct Case {
        var model = LinearModel()
        var cuts: [CutRow] = []

        init(seed: Int, columns: ClosedRange<Int>, upper: Int) {
            var random = SeededRandom(seed: UInt64(seed))
            let rows = Int.random(in: 0...4, using: &random)
            for _ in 0..<rows {
                let most = Int.random(in: -1...4, using: &random)
                let least = Bool.random(using: &random) ? -LinearModel.unlimited : most - 2
                _ = model.addRow(least, most)
            }
            let count = Int.random(in: columns, using: &random)
            for _ in 0..<count {
                let entries = (0..<rows).map {
                    (row: $0, value: Int.random(in: -2...2, using: &random))
                }
                model.addColumn(
                    objective: Int.random(in: -4...4, using: &random),
                    to: Int.random(in: 0...upper, using: &random), isInteger: true, entries)
            }
            if Bool.random(using: &random) {
                cuts = [
                    CutRow(
                        columns: (0..<count).map(Int32.init), values: (0..<count).map { _ in 1 },
                        most: Int.random(in: 0...count, using: &random))
                ]
            }
        }

        var whole: LinearModel { model.with(cuts) }

        /// The best value of all there are.
        var best: Int? {
            var solution = [Int](repeating: 0, count: model.columnCount)
            var best: Int?
            func visit(_ column: Int) {
                guard column < solution.count else {
                    let value = zip(solution, model.objective).reduce(0) { $0 + $1.0 * $1.1 }
                    if whole.keeps(solution) { best = min(best ?? Int.max, value) }
                    return
                }
                for value in model.lower[column]...model.upper[column] {
                    solution[column] = value
                    visit(column + 1)
                }
            }
            visit(0)
            return best
        }
    }

    private func solve(_ each: Case) -> (value: Int?, outcome: CbcSolver.Outcome) {
        let found = CbcSolver.solve(
            each.model, cuts: each.cuts, start: nil, gap: 0.99, seconds: .infinity)
        let value = found.solution.map { solution in
            zip(solution, each.model.objective).reduce(0) { $0 + Int($1.0.rounded()) * $1.1 }
        }
        return (value, found)
    }

    @Test("A handful of columns and rows: the optimum, or that there is none", arguments: 0..<10)
    func handful(batch: Int) {
        var feasible = 0
        for seed in batch * 300..<(batch + 1) * 300 {
            let each = Case(seed: seed, columns: 1...4, upper: 2)
            let (value, outcome) = solve(each)
            let best = each.best
            #expect(value == best, "seed \(seed)")
            #expect(outcome.isInfeasible == (best == nil), "seed \(seed)")
            #expect(outcome.isProven == (best != nil), "seed \(seed)")
            if best != nil { feasible += 1 }
        }
        #expect(feasible > 100 && feasible < 300)
    }

    @Test("Cbc and the search of our own agree where both can", arguments: 0..<4)
    func border(batch: Int) {
        for seed in 50_000 + batch * 40..<50_000 + (batch + 1) * 40 {
            let each = Case(
                seed: seed, columns: (CbcSolver.fewColumns + 1)...(CbcSolver.fewColumns + 6),
                upper: 1)
            let (value, outcome) = solve(each)
            let own = BranchAndBound.solve(each.whole)
            #expect(own.isProven, "seed \(seed)")
            #expect((own.solution == nil) == outcome.isInfeasible, "seed \(seed)")
            let best = own.solution.map { solution in
                zip(solution, each.model.objective).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(value == best, "seed \(seed)")
        }
    }
}
