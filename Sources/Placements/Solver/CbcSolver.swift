import CCbc

/// A whole-number programme, solved by Cbc's branch and cut on one thread.
struct CbcSolver {
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
        var linear = linear
        let (starts, rows, values) = linear.columns(with: cuts)
        for cut in cuts { _ = linear.addRow(-LinearModel.unlimited, cut.most) }
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
            model, Int32(linear.columnCount), Int32(linear.rowCount), starts, rows,
            values.map(Double.init), linear.lower.map(Double.init), linear.upper.map(Double.init),
            linear.objective.map(Double.init), linear.rowLower.map(solverBound),
            linear.rowUpper.map(solverBound))
        for column in 0..<linear.columnCount where linear.isInteger[column] {
            Cbc_setInteger(model, Int32(column))
        }
        Cbc_setAllowableGap(model, gap)
        if seconds.isFinite { Cbc_setMaximumSeconds(model, max(0.01, seconds)) }
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
