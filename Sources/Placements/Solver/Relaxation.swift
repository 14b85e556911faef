/// The relaxation of a part with pair cuts, solved level by level from one basis to the next.
final class Relaxation {
    /// What the relaxation of a level proves.
    struct Level {
        var bound: ExactBound
        /// What an edge adds to the bound, and what a student without a place adds; scaled.
        var edge: [Int: Int]
        var unplaced: [Int: Int]

        /// What a solution of this value or a better one can have.
        func core(_ value: Int) -> Core {
            let most = value * ExactBound.scale - bound.scaledValue
            return Core(
                edges: Set(edge.filter { $0.value <= most }.map(\.key)),
                unplaced: Set(unplaced.filter { $0.value <= most }.map(\.key)))
        }
    }

    /// Edges that may be chosen, and students who may be left without a place.
    struct Core {
        var edges: Set<Int>
        var unplaced: Set<Int>

        mutating func narrow(_ other: Core) {
            edges.formIntersection(other.edges)
            unplaced.formIntersection(other.unplaced)
        }
    }

    private var model: PlacementModel
    private let solver: ClpSolver
    private let patience: Patience
    private var rows: [CutRow] = []
    private var isSolved = false
    private(set) var cuts: [PairCut]

    init(_ model: PlacementModel, cuts: [PairCut], _ patience: Patience) {
        self.model = model
        self.cuts = cuts
        self.patience = patience
        solver = ClpSolver(model.linear, patience: patience)
        add(model.rows(cuts))
    }

    /// Holds a level from now on.
    func fix(_ level: LevelTerms, _ value: Int) { add([model.row(level, value)]) }

    private func add(_ more: [CutRow]) {
        if more.isEmpty { return }
        rows += more
        solver.add(more)
    }

    /// The bound of a level, or nil where nothing keeps what is held.
    func minimise(_ level: LevelTerms) -> Level? {
        model.aim([(level, 1)])
        guard isSolved ? solver.aim(model.linear.objective) : solver.solve(model.linear.objective)
        else { return nil }
        isSolved = true
        for _ in 0..<20 where !patience.isOver {
            let found = model.pairCuts(solver.solution)
            if found.isEmpty { break }
            cuts += found
            add(model.rows(found))
            guard solver.resolve() else { return nil }
        }
        let bound = ExactBound(model.linear, rows, prices: solver.prices)
        var result = Level(bound: bound, edge: [:], unplaced: [:])
        for (column, edge) in model.edgeColumns { result.edge[edge] = bound.reducedCosts[column] }
        for (column, student) in model.unplacedColumn {
            result.unplaced[student] = bound.reducedCosts[column]
        }
        return result
    }
}
