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
    /// What the levels before the cost were found from.
    private var relaxations: [Int: Relaxation.Level] = [:]
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

    /// How many levels are guessed: all but the cost and what comes after it.
    ///
    /// Cost differs from edge to edge, so that it leaves a small core; the others do not.
    private var prefix: Int {
        levels.firstIndex { $0.level == .cost } ?? levels.count - 1
    }

    /// Nil where a level was found to be worse than the relaxation promised.
    private mutating func round() -> Outcome? {
        var fixed: [(level: LevelTerms, value: Int)] = []
        relaxations = [:]
        let relaxation = Relaxation(
            PlacementModel(problem, usage, students: students, objective: []), cuts: cuts,
            patience)
        for index in 0..<prefix {
            if patience.isOver { return outcome(fixed) }
            var bound = proven[index] ?? lowest(levels[index])
            if levels[index].level != .unplacedPriority || proven[index] != nil {
                guard let relaxed = relaxation.minimise(levels[index]) else {
                    return settle(index - 1, fixed)
                }
                bound = max(bound, relaxed.bound.value)
                relaxations[index] = relaxed
            }
            fixed.append((levels[index], bound))
            relaxation.fix(levels[index], bound)
        }
        if patience.isOver { return outcome(fixed) }
        guard let relaxed = relaxation.minimise(levels[prefix]) else {
            return settle(prefix - 1, fixed)
        }
        cuts = relaxation.cuts
        relaxations[prefix] = relaxed
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

    // MARK: - Good solutions

    /// Looks for a better solution among the edges whose reduced costs are small.
    private mutating func improve(
        _ relaxed: Relaxation.Level, _ fixed: [(level: LevelTerms, value: Int)]
    ) {
        let last = fixed.count
        let steepest = max(10, levels[last].edge.max() ?? 0)
        var weighted: PlacementModel.Objective = [(levels[last], 1)]
        var weight = 1
        for index in (0..<last).reversed() {
            weight *= index == last - 1 ? 60 * steepest : 30
            weighted.append((levels[index], weight))
        }
        // A small part can afford to look farther at once.
        let edges = students.reduce(0) { $0 + problem.edges(of: $1).count }
        let near = edges < 5_000 ? steepest / 2 : steepest / 8
        for (width, isHeld) in [(near, true), (steepest / 4, false), (steepest, false)]
        where !patience.isOver {
            var core = relaxed.core(relaxed.bound.value + width)
            if isHeld {
                for (index, level) in fixed.enumerated() {
                    if let next = relaxations[index] { core.narrow(next.core(level.value)) }
                }
            } else {
                core.unplaced = Set(students)
            }
            let model = PlacementModel(
                problem, usage, students: students, core: core,
                objective: isHeld ? [(levels[last], 1)] : weighted, fixed: isHeld ? fixed : [])
            let found = CbcSolver.solve(
                model.linear, cuts: model.rows(cuts),
                start: isHeld ? nil : model.solution(chosen, problem, usage),
                gap: max(0.99, 0.0004 * Double(relaxed.bound.value)),
                seconds: patience.remainingSeconds() / 3)
            take(found, model)
            if zip(fixed, values).allSatisfy({ $0.value == $1 }) { return }
        }
    }

    /// Keeps a solution where it is better than the best so far.
    ///
    /// - Returns: its levels, or nil where none was found.
    @discardableResult
    private mutating func take(
        _ found: CbcSolver.Outcome, _ model: PlacementModel
    ) -> [Int]? {
        guard let solution = found.solution else { return nil }
        var candidate = chosen
        if !model.choose(solution, into: &candidate, problem) {
            // The sizes are whole, so a corner of the rest is.
            let corner = ClpSolver(model.holding(solution))
            guard corner.solve(model.linear.objective),
                model.choose(corner.solution, into: &candidate, problem)
            else {
                return nil
            }
        }
        let found = levels.map { $0.value(candidate, of: students) }
        if found.lexicographicallyPrecedes(values) {
            chosen = candidate
            values = found
        }
        return found
    }

    // MARK: - Proof

    /// Finds the true optimum of a level that the relaxation does not reach.
    private mutating func settle(
        _ index: Int, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Outcome? {
        let before = Array(fixed.prefix(max(0, index)))
        guard index >= 0, !patience.isOver else { return outcome(before) }
        let core = zip(before, values).allSatisfy { $0.value == $1 } ? core(index) : nil
        let model = PlacementModel(
            problem, usage, students: students, core: core,
            objective: [(levels[index], 1)], fixed: before)
        let found = CbcSolver.solve(
            model.linear, cuts: model.rows(cuts), start: model.solution(chosen, problem, usage),
            gap: 0.99, seconds: patience.remainingSeconds())
        let reached = take(found, model)
        if found.isInfeasible, index > 0 {
            // What was guessed before cannot be kept.
            proven[index - 1] = before[index - 1].value + 1
            return nil
        }
        guard found.isProven, let reached else { return outcome(Array(fixed.prefix(index + 1))) }
        proven[index] = reached[index]
        return nil
    }

    /// The edges that a better solution of a level can have, or nil where all can.
    private func core(_ index: Int) -> Relaxation.Core? {
        var core: Relaxation.Core?
        for level in 0...index {
            guard let next = relaxations[level]?.core(values[level]) else { continue }
            if core == nil { core = next } else { core?.narrow(next) }
        }
        return core
    }

    /// Proves the last two levels, the others being at their optimum.
    private mutating func finish(
        _ relaxed: Relaxation.Level, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Outcome {
        var bound = relaxed.bound.value
        if prefix == levels.count - 1 { return finishLast(relaxed, fixed) }
        let (first, second) = (levels[prefix], levels[prefix + 1])
        func result(_ provenLevels: Int, _ more: [Int]) -> Outcome {
            Outcome(bounds: fixed.map(\.value) + more, provenLevels: provenLevels)
        }
        guard var core = core(prefix) else { return result(prefix, [bound]) }
        var range = students.reduce(1) { sum, student in
            let values = problem.edges(of: student).filter(core.edges.contains).map {
                second.edge[$0]
            }
            return sum + (values.max() ?? 0)
        }
        if range * values[prefix] > 1 << 31, bound < values[prefix] {
            // Too large for the solver's arithmetic in one: first the one, then the other.
            let model = PlacementModel(
                problem, usage, students: students, core: core,
                objective: [(first, 1)], fixed: fixed)
            let found = run(model)
            if !found.isProven {
                return result(prefix, [max(bound, found.bound ?? bound)])
            }
            bound = values[prefix]
            core.narrow(relaxed.core(bound))
        }
        if bound == values[prefix] { range = values[prefix + 1] + 1 }
        if patience.isOver { return result(bound == values[prefix] ? prefix + 1 : prefix, [bound]) }
        let model = PlacementModel(
            problem, usage, students: students, core: core,
            objective: [(first, range), (second, 1)], fixed: fixed)
        let found = run(model)
        if found.isProven {
            return result(prefix + 2, [values[prefix], values[prefix + 1]])
        }
        guard let reached = found.bound else {
            return result(bound == values[prefix] ? prefix + 1 : prefix, [bound])
        }
        // The second level is less than the range, so it cannot make up for one of the first.
        bound = max(bound, min(values[prefix], reached / range))
        if bound < values[prefix] { return result(prefix, [bound]) }
        return result(prefix + 1, [bound, max(0, reached - range * bound)])
    }

    /// Proves the last level, the others being at their optimum.
    private mutating func finishLast(
        _ relaxed: Relaxation.Level, _ fixed: [(level: LevelTerms, value: Int)]
    ) -> Outcome {
        var bound = relaxed.bound.value
        if bound < values[prefix], let core = core(prefix) {
            let model = PlacementModel(
                problem, usage, students: students, core: core,
                objective: [(levels[prefix], 1)], fixed: fixed)
            let found = run(model)
            bound = found.isProven ? values[prefix] : max(bound, found.bound ?? bound)
        }
        return Outcome(
            bounds: fixed.map(\.value) + [bound],
            provenLevels: bound == values[prefix] ? prefix + 1 : prefix)
    }

    /// Searches a model that holds a better solution if there is one.
    private mutating func run(_ model: PlacementModel) -> CbcSolver.Outcome {
        var found = CbcSolver.solve(
            model.linear, cuts: model.rows(cuts), start: model.solution(chosen, problem, usage),
            gap: 0.99, seconds: patience.remainingSeconds() * 0.9)
        if take(found, model) == nil { found.isProven = false }
        return found
    }
}
