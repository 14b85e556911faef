import CCbc

/// The linear relaxation, solved by Clp.
final class ClpSolver {
    private let model: UnsafeMutableRawPointer
    private let linear: LinearModel
    private let patience: Patience?

    /// - Parameter patience: When it is over, what was asked for is not solved.
    init(_ linear: LinearModel, patience: Patience? = nil) {
        self.linear = linear
        self.patience = patience
        model = Clp_newModel()
        Clp_setLogLevel(model, 0)
        let doubles = linear.values.map(Double.init)
        Clp_loadProblem(
            model, Int32(linear.columnCount), Int32(linear.rowCount), linear.starts, linear.rows,
            doubles, linear.lower.map(Double.init), linear.upper.map(Double.init),
            linear.objective.map(Double.init), linear.rowLower.map(solverBound),
            linear.rowUpper.map(solverBound))
    }

    deinit { Clp_deleteModel(model) }

    /// Solves anew, by the primal simplex method: it takes a quarter of the dual's time here.
    func solve(_ objective: [Int]) -> Bool {
        Clp_chgObjCoefficients(model, objective.map(Double.init))
        let options = ClpSolve_new()
        defer { ClpSolve_delete(options) }
        ClpSolve_setSolveType(options, 1, -1)
        // Presolve gains nothing here, and speaks on standard output when it fails.
        ClpSolve_setPresolveType(options, 1, -1)
        return run { Clp_initialSolveWithOptions(model, options) }
    }

    /// Adds rows; `resolve` then goes on from where the last solution was.
    func add(_ cuts: [CutRow]) {
        var starts: [Int32] = [0]
        var columns: [Int32] = []
        var values: [Double] = []
        for cut in cuts {
            columns += cut.columns
            values += cut.values.map(Double.init)
            starts.append(Int32(columns.count))
        }
        Clp_addRows(
            model, Int32(cuts.count), cuts.map { solverBound($0.least) },
            cuts.map { solverBound($0.most) }, starts, columns, values)
    }

    /// Goes on from the last solution with another objective.
    func aim(_ objective: [Int]) -> Bool {
        Clp_chgObjCoefficients(model, objective.map(Double.init))
        return run { Clp_primal(model, 0) }
    }

    func resolve() -> Bool { run { Clp_dual(model, 0) } }

    /// Solves, and looks at the clock now and then.
    ///
    /// Clp's own limit counts the processor's seconds, which are longer where others use the
    /// processor too; so it gets a part of what is left, and more where some is left after that.
    private func run(_ solve: () -> Void) -> Bool {
        var hasBegun = false
        while true {
            let left = patience?.remainingSeconds() ?? .infinity
            if hasBegun, patience?.isOver ?? false { return false }
            Clp_setMaximumSeconds(model, left.isFinite ? max(0.05, left / 4) : -1)
            if hasBegun { Clp_primal(model, 0) } else { solve() }
            hasBegun = true
            let hasStopped = Clp_status(model) == 3 && left.isFinite
            if !hasStopped { return Clp_status(model) == 0 }
        }
    }

    /// The dual values of the rows, those that were added last.
    var prices: [Double] {
        Array(
            UnsafeBufferPointer(
                start: Clp_dualRowSolution(model), count: Int(Clp_numberRows(model))))
    }

    var solution: [Double] {
        Array(
            UnsafeBufferPointer(start: Clp_primalColumnSolution(model), count: linear.columnCount))
    }
}

/// The solver's way to say that a side is open.
func solverBound(_ value: Int) -> Double {
    switch value {
    case LinearModel.unlimited: .greatestFiniteMagnitude
    case -LinearModel.unlimited: -.greatestFiniteMagnitude
    default: Double(value)
    }
}
