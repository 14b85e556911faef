/// Solves one part of a problem to the proven optimum, or as near as patience lasts.
///
/// The levels before the last two are guessed to be as good as the relaxation allows, which they
/// nearly always are; then only a core of edges whose reduced costs are small can be in a better
/// solution, and branch and cut over that core finds and proves the optimum of the last two.
struct PartSolver {
    /// The result for a part.
    struct Outcome {
        /// For each level a value that nothing is below, given the levels before it; fewer than
        /// there are levels where patience ended.
        var bounds: [Int]
        /// How many levels, from the first, are proven to be at their optimum.
        var provenLevels: Int
    }

    private let problem: Problem
    private let usage: Usage
    private let students: [Int]
    private let levels: [LevelTerms]
    private let patience: Patience
    /// The edge of each student of the whole problem; those of the part are the best so far.
    private(set) var chosen: [Int]
    /// The values of the levels of `chosen`, in the part.
    private var values: [Int]
    private var cuts: [PairCut] = []
    /// Lower bounds that branch and cut has proven, by level.
    private var proven: [Int: Int] = [:]

    /// - Parameter chosen: An allocation that keeps every rule.
    init(
        _ problem: Problem, _ usage: Usage, students: [Int], levels: [LevelTerms], chosen: [Int],
        patience: Patience
    ) {
        self.problem = problem
        self.usage = usage
        self.students = students
        self.levels = levels
        self.patience = patience
        self.chosen = chosen
        values = levels.map { $0.value(chosen, of: students) }
    }

    mutating func solve() -> Outcome {
        // Every round but the last proves a bound that is better by one at least.
        while true {
            if let outcome = round() { return outcome }
        }
    }

    private var prefix: Int { levels.count - 2 }

    /// Nil where a level was found to be worse than the relaxation promised.
    private mutating func round() -> Outcome? {
        var fixed: [(level: LevelTerms, value: Int)] = []
        for index in 0..<prefix {
            if patience.isOver { return outcome(fixed) }
            var bound = proven[index] ?? lowest(levels[index])
            if levels[index].level != .unplacedPriority || proven[index] != nil {
                guard let relaxed = relax([(levels[index], 1)], fixed) else {
                    return settle(index - 1, fixed)
                }
                bound = max(bound, relaxed.bound.value)
            }
            fixed.append((levels[index], bound))
        }
        if patience.isOver { return outcome(fixed) }
        guard let relaxed = relax([(levels[prefix], 1)], fixed) else {
            return settle(prefix - 1, fixed)
        }
        improve(relaxed, fixed)
        for index in 0..<prefix where values[index] != fixed[index].value {
            return settle(index, fixed)
        }
        return finish(relaxed, fixed)
    }

    /// A value that no allocation is below.
    private func lowest(_ level: LevelTerms) -> Int {
        students.reduce(0) { sum, student in
            let locked = problem.lockedEdge[student]
            if locked >= 0 { return sum + level.edge[locked] }
            let best = problem.edges(of: student).map { level.edge[$0] }.min()
            return sum + min(level.unplaced[student], best ?? Int.max)
        }
    }

    private func outcome(_ fixed: [(level: LevelTerms, value: Int)]) -> Outcome {
        let reached = zip(fixed, values).prefix { $0.value == $1 }.count
        return Outcome(
            bounds: Array(fixed.map(\.value).prefix(reached + 1)), provenLevels: reached)
    }

    // MARK: - Relaxation

    private struct Relaxation {
        var bound: ExactBound
        /// What an edge adds to the bound, scaled.
        var reducedCost: [Int: Int]
    }

    /// The bound of the relaxation with pair cuts, or nil where it has no solution.
    private mutating func relax(
        _ objective: PlacementModel.Objective, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Relaxation? {
        let model = PlacementModel(
            problem, usage, students: students, objective: objective, fixed: fixed)
        let solver = ClpSolver(model.linear)
        guard solver.solve() else { return nil }
        var rows = model.rows(cuts)
        solver.add(rows)
        guard rows.isEmpty || solver.resolve() else { return nil }
        for _ in 0..<20 where !patience.isOver {
            let found = model.pairCuts(solver.solution)
            if found.isEmpty { break }
            cuts += found
            let more = model.rows(found)
            rows += more
            solver.add(more)
            guard solver.resolve() else { return nil }
        }
        let bound = ExactBound(model.linear, rows, prices: solver.prices)
        var reducedCost: [Int: Int] = [:]
        for (column, edge) in model.edgeColumns { reducedCost[edge] = bound.reducedCosts[column] }
        return Relaxation(bound: bound, reducedCost: reducedCost)
    }

    // MARK: - Good solutions

    /// Looks for a better solution among the edges whose reduced costs are small.
    private mutating func improve(
        _ relaxed: Relaxation, _ fixed: [(level: LevelTerms, value: Int)]
    ) {
        let steepest = max(10, levels[prefix].edge.max() ?? 0)
        var width = max(4, steepest / 5)
        for _ in 0..<3 where !patience.isOver {
            let most = width * ExactBound.scale
            var weight = 1
            var objective: PlacementModel.Objective = [(levels[prefix], 1)]
            for index in (0..<prefix).reversed() {
                weight *= index == prefix - 1 ? 60 * steepest : 30
                objective.append((levels[index], weight))
            }
            let model = PlacementModel(
                problem, usage, students: students,
                keeps: { relaxed.reducedCost[$0, default: 0] <= most }, objective: objective)
            let found = CbcSolver.solve(
                model.linear, cuts: model.rows(cuts),
                start: model.solution(chosen, problem, usage), gap: 0.99,
                seconds: patience.remainingSeconds() / 3)
            take(found, model)
            if zip(fixed, values).allSatisfy({ $0.value == $1 }) { return }
            width *= 4
        }
    }

    /// Keeps a solution where it is better than the best so far.
    private mutating func take(_ found: CbcSolver.Outcome, _ model: PlacementModel) {
        guard let solution = found.solution else { return }
        var candidate = chosen
        if !model.choose(solution, into: &candidate, problem) {
            // The sizes are whole, so a corner of the rest is.
            let corner = ClpSolver(model.holding(solution))
            guard corner.solve(), model.choose(corner.solution, into: &candidate, problem) else {
                return
            }
        }
        let found = levels.map { $0.value(candidate, of: students) }
        if found.lexicographicallyPrecedes(values) {
            chosen = candidate
            values = found
        }
    }

    // MARK: - Proof

    /// Finds the true optimum of a level that the relaxation does not reach.
    private mutating func settle(
        _ index: Int, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Outcome? {
        let before = Array(fixed.prefix(max(0, index)))
        guard index >= 0, !patience.isOver else { return outcome(before) }
        let model = PlacementModel(
            problem, usage, students: students, objective: [(levels[index], 1)], fixed: before)
        let found = CbcSolver.solve(
            model.linear, cuts: model.rows(cuts), start: model.solution(chosen, problem, usage),
            gap: 0.99, seconds: patience.remainingSeconds())
        take(found, model)
        if found.isInfeasible {
            // What was guessed before cannot be kept.
            proven[index - 1] = before[index - 1].value + 1
            return nil
        }
        guard found.isProven else { return outcome(Array(fixed.prefix(index + 1))) }
        proven[index] = values[index]
        return nil
    }

    /// Proves the last two levels, the others being at their optimum.
    private mutating func finish(
        _ relaxed: Relaxation, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Outcome {
        var bound = relaxed.bound.value
        let (first, second) = (levels[prefix], levels[prefix + 1])
        func core(_ relaxed: Relaxation, _ value: Int) -> Set<Int> {
            // Any other edge costs more than there is between the bound and the best so far.
            let most = value * ExactBound.scale - relaxed.bound.scaledValue
            return Set(relaxed.reducedCost.filter { $0.value <= most }.map(\.key))
        }
        func result(_ provenLevels: Int, _ more: [Int]) -> Outcome {
            Outcome(bounds: fixed.map(\.value) + more, provenLevels: provenLevels)
        }
        var kept = core(relaxed, values[prefix])
        var range = students.reduce(1) { sum, student in
            sum + (problem.edges(of: student).filter(kept.contains).map { second.edge[$0] }.max() ?? 0)
        }
        if range * values[prefix] > 1 << 31, bound < values[prefix] {
            // Too large for the solver's arithmetic in one: first the one, then the other.
            let model = PlacementModel(
                problem, usage, students: students, keeps: kept.contains,
                objective: [(first, 1)], fixed: fixed)
            let found = run(model)
            if !found.isProven {
                return result(prefix, [max(bound, Int((found.bound - 1e-4).rounded(.up)))])
            }
            bound = values[prefix]
            kept = core(relaxed, bound)
        }
        if bound == values[prefix] { range = values[prefix + 1] + 1 }
        if patience.isOver { return result(bound == values[prefix] ? prefix + 1 : prefix, [bound]) }
        let model = PlacementModel(
            problem, usage, students: students, keeps: kept.contains,
            objective: [(first, range), (second, 1)], fixed: fixed)
        let found = run(model)
        if found.isProven {
            return result(prefix + 2, [values[prefix], values[prefix + 1]])
        }
        let reached = Int((found.bound - 1e-4).rounded(.up))
        if reached > range * (values[prefix] - 1) + range - 1 { bound = values[prefix] }
        if bound < values[prefix] {
            return result(prefix, [max(bound, (reached - range + 1 + range - 1) / range)])
        }
        return result(prefix + 1, [bound, max(0, reached - range * bound)])
    }

    private mutating func run(_ model: PlacementModel) -> CbcSolver.Outcome {
        let found = CbcSolver.solve(
            model.linear, cuts: model.rows(cuts), start: model.solution(chosen, problem, usage),
            gap: 0.99, seconds: patience.remainingSeconds())
        take(found, model)
        return found
    }
}
