/// The proven optimum, or the best so far with a bound.
struct OptimalMethod {
    struct Outcome {
        /// The edge of each student, or -1.
        var edges: [Int]
        /// For each level a value that nothing is below, given the levels before it; fewer than
        /// there are levels where patience ended.
        var bounds: [Int]
        /// How many levels, from the first, are proven to be at their optimum.
        var provenLevels: Int
    }

    /// - Parameter base: The published edge of each student; see `LevelTerms`.
    static func run(
        _ problem: Problem, profile: AllocationProfile, base: [Int?]?, patience: Patience
    ) -> Outcome {
        // What comes after the search takes its time too, and so does the solver's last step.
        let reserve = patience.remainingSeconds() / 20
        let whole = patience
        var patience = patience
        if reserve.isFinite {
            patience.remainingSeconds = { whole.remainingSeconds() - reserve }
        }
        let usage = Usage(problem)
        let names = profile.levels(isRepair: base != nil)
        let nobody = problem.instance.students.map { _ in Int?.none }
        let levels = names.map { LevelTerms($0, problem, base: base ?? nobody) }
        var chosen = SerialMethod.run(problem, before: base)
        let parts = Components.find(problem, usage).sorted {
            ($0.count, $0[0]) < ($1.count, $1[0])
        }
        // Students whom no rule lets in anywhere count in every bound.
        let inParts = Set(parts.joined())
        let outside = problem.instance.students.indices.filter { !inParts.contains($0) }
        var bounds = levels.map { $0.constant + $0.value(chosen, of: outside) }
        var provenLevels = levels.count
        var known = levels.count
        var left = parts.reduce(0) { $0 + $1.count }
        for (index, part) in parts.enumerated() {
            let share = Double(part.count) / Double(max(1, left))
            left -= part.count
            // What a part leaves of its time is the next one's.
            let since = patience.remainingSeconds()
            let seconds = since * share
            let remaining = patience.remainingSeconds
            var own = patience
            own.remainingSeconds = {
                seconds.isFinite ? seconds - (since - remaining()) : .infinity
            }
            var solver = PartSolver(
                problem, usage, students: part, levels: levels, chosen: chosen, patience: own)
            let outcome = solver.solve()
            chosen = solver.chosen
            known = min(known, outcome.bounds.count)
            provenLevels = min(provenLevels, outcome.provenLevels)
            for level in 0..<min(levels.count, outcome.bounds.count) {
                bounds[level] += outcome.bounds[level]
            }
            patience.report(
                Patience.Progress(
                    partsDone: index + 1, parts: parts.count,
                    objective: objective(levels, chosen, problem)))
        }
        if provenLevels == 0 {
            // The search ended before it knew how many can be placed.
            chosen = MakingRoom.run(problem, chosen) {
                whole.isCancelled() || whole.remainingSeconds() <= reserve / 2
            }
        }
        return Outcome(
            edges: chosen, bounds: Array(bounds.prefix(known)), provenLevels: provenLevels)
    }

    private static func objective(
        _ levels: [LevelTerms], _ chosen: [Int], _ problem: Problem
    ) -> ObjectiveValue {
        var value = ObjectiveValue()
        let everybody = Array(chosen.indices)
        for level in levels {
            let sum = level.constant + level.value(chosen, of: everybody)
            switch level.level {
            case .unplaced: value.unplaced = sum
            case .unplacedPriority: value.unplacedPriority = sum
            case .disturbed: value.disturbed = sum
            case .cost: value.cost = sum
            case .fairness: value.fairness = sum
            }
        }
        return value
    }
}
