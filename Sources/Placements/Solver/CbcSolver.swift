import CCbc

/// A whole-number programme, solved by Cbc's branch and cut on one thread.
///
/// Cbc ends the whole process by a wrong assertion on some models with at most two rows and two
/// columns (coin-or/Cbc issue 684). It never gets any that is nearly so small: those are searched
/// by `BranchAndBound`, which also proves in whole numbers.
struct CbcSolver {
    /// Models with at most so many columns are not Cbc's.
    static let fewColumns = 24

    struct Outcome {
        /// Nil where none was found.
        var solution: [Double]?
        var isProven: Bool
        var isInfeasible: Bool
        /// What nothing is below, where that is known.
        var bound: Int?
    }

    /// The solver and its version, for certificates.
    static var name: String { "Cbc \(String(cString: Cbc_getVersion()))" }

    static func solve(
        _ linear: LinearModel, cuts: [CutRow], start: [Double]?, gap: Double, seconds: Double
    ) -> Outcome {
        let linear = linear.with(cuts)
        if linear.columnCount <= fewColumns { return search(linear) }
        let model = Cbc_newModel()
        defer { Cbc_deleteModel(model) }
        Cbc_setLogLevel(model, 0)
        Cbc_setParameter(model, "log", "0")
        // These found little on the reference instances, and took most of the time.
        for part in [
            "flowCover", "knapsack", "clique", "zeroHalf", "probing", "preprocess",
            "heuristicsOnOff",
        ] {
            Cbc_setParameter(model, part, "off")
        }
        Cbc_loadProblem(
            model, Int32(linear.columnCount), Int32(linear.rowCount), linear.starts, linear.rows,
            linear.values.map(Double.init), linear.lower.map(Double.init),
            linear.upper.map(Double.init), linear.objective.map(Double.init),
            linear.rowLower.map(solverBound), linear.rowUpper.map(solverBound))
        for column in 0..<linear.columnCount where linear.isInteger[column] {
            Cbc_setInteger(model, Int32(column))
        }
        Cbc_setAllowableGap(model, gap)
        if seconds.isFinite {
            // By the clock: the processor's seconds are longer where others use it too.
            Cbc_setParameter(model, "timeMode", "elapsed")
            Cbc_setMaximumSeconds(model, max(0.01, seconds))
        }
        if let start {
            Cbc_setMIPStartI(
                model, Int32(start.count), Array(0..<Int32(start.count)), start)
        }
        Cbc_solve(model)
        let found = Cbc_bestSolution(model)
        return Outcome(
            solution: found.map {
                Array(UnsafeBufferPointer(start: $0, count: linear.columnCount))
            },
            isProven: Cbc_isProvenOptimal(model) != 0,
            isInfeasible: Cbc_isProvenInfeasible(model) != 0,
            bound: bound(model, hasSolution: found != nil, gap))
    }

    private static func search(_ linear: LinearModel) -> Outcome {
        let found = BranchAndBound.solve(linear)
        return Outcome(
            solution: found.solution.map { $0.map(Double.init) },
            isProven: found.isProven && found.solution != nil,
            isInfeasible: found.isProven && found.solution == nil,
            bound: found.isProven
                ? found.solution.map { zip($0, linear.objective).reduce(0) { $0 + $1.0 * $1.1 } }
                : nil)
    }

    /// What Cbc's search has proven as a lower bound.
    ///
    /// Where it stops early the figure can be a huge one, or the best solution's own; neither
    /// says anything then.
    private static func bound(
        _ model: UnsafeMutableRawPointer?, hasSolution: Bool, _ gap: Double
    ) -> Int? {
        let value = Cbc_getBestPossibleObjValue(model)
        guard abs(value) < 1e15 else { return nil }
        let isProven = Cbc_isProvenOptimal(model) != 0
        if !isProven, !hasSolution || value > Cbc_getObjValue(model) - gap { return nil }
        return Int((value - 1e-4).rounded(.up))
    }
}
