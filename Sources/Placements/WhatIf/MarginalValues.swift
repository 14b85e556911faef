public import JSONText

/// How many students more would be placed by one place, one supervisor, or both more.
public struct MarginalValue: Hashable, Sendable {
    /// What there would be one more of.
    public enum Kind: String, Sendable, CaseIterable {
        case place
        /// Trained, with one student of any year.
        case supervisor
        /// A place, and a supervisor for it.
        case placeAndSupervisor = "place-and-supervisor"
    }

    /// How the value is known.
    public enum Proof: String, Sendable {
        /// The prices of the relaxation prove that nobody more can be placed.
        case prices
        /// The optimum was computed anew.
        case solved
        /// Time ended: at least so many, and perhaps more.
        case unproven
    }

    public var kind: Kind
    public var ward: String
    public var profession: String
    /// Nil for a supervisor, who takes any year.
    public var year: Int?
    public var period: String
    /// How many students more would be placed.
    public var placed: Int
    public var proof: Proof
}

/// The marginal values of every offered place, and of a supervisor wherever places are offered.
///
/// Where the exact bound of the relaxation, with the rows one wider, still is what is reached
/// now, nothing can be gained; that is nearly everywhere. For the rest the optimum is found anew.
public struct MarginalValues: Sendable {
    /// Those of the most students first; ties in the order of the cells.
    public private(set) var values: [MarginalValue] = []

    private let problem: Problem
    private let usage: Usage
    private let chosen: [Int]
    private let base: PlacementAllocation

    /// - Parameter base: An allocation that places as many as can be.
    public init(
        _ instance: PlacementInstance, base: PlacementAllocation, patience: Patience = Patience()
    ) throws(PlacementFault) {
        self.base = base
        problem = try Problem(instance)
        usage = Usage(problem)
        chosen = problem.edges(of: base).map { $0 ?? -1 }
        let bounds = partBounds(patience)
        var found: [MarginalValue] = []
        var seen: Set<Int> = []
        for (number, cell) in problem.cells.enumerated() {
            let firstOfBlock = seen.insert(cell.block).inserted
            for kind in MarginalValue.Kind.allCases where kind != .supervisor || firstOfBlock {
                found.append(try value(kind, number, bounds[cell.block], patience))
            }
        }
        values = found.enumerated().sorted {
            ($1.element.placed, $0.offset) < ($0.element.placed, $1.offset)
        }.map(\.element)
    }

    /// A part of the problem whose bound is what the base reaches.
    private struct PartBound {
        var model: PlacementModel
        var bound: ExactBound
        var value: Int
    }

    /// The bounds of the parts that have a tight one, by block.
    private func partBounds(_ patience: Patience) -> [Int: PartBound] {
        let level = LevelTerms(.unplaced, problem, base: chosen.map { _ in nil })
        var result: [Int: PartBound] = [:]
        for part in Components.find(problem, usage) {
            let model = PlacementModel(
                problem, usage, students: part, objective: [], isElastic: true)
            let relaxation = Relaxation(model, cuts: [], patience)
            guard let relaxed = relaxation.minimise(level) else { continue }
            let value = level.value(chosen, of: part)
            guard relaxed.bound.value == value else { continue }
            let bound = PartBound(model: model, bound: relaxed.bound, value: value)
            for student in part {
                for edge in problem.edges(of: student) {
                    result[problem.cells[problem.edges[edge].cell].block] = bound
                }
            }
        }
        return result
    }

    private func value(
        _ kind: MarginalValue.Kind, _ number: Int, _ bound: PartBound?, _ patience: Patience
    ) throws(PlacementFault) -> MarginalValue {
        let cell = problem.instance.cells[number]
        var value = MarginalValue(
            kind: kind, ward: cell.ward, profession: cell.profession,
            year: kind == .supervisor ? nil : cell.year, period: cell.period, placed: 0,
            proof: .prices)
        let isNew = cell.capacity == 0 && kind != .supervisor
        if let bound, !isNew {
            var rows: [Int] = []
            if kind != .place {
                rows += bound.model.supervisorRows[problem.cells[number].block] ?? []
            }
            if kind != .supervisor, let row = bound.model.limitRows[usage.cellLimit(number)] {
                rows.append(row)
            }
            if bound.bound.value(widening: rows) >= bound.value { return value }
        }
        if patience.isOver {
            value.proof = .unproven
            return value
        }
        let (gain, isProven) = try solve(kind, cell, patience)
        value.placed = gain
        value.proof = isProven ? .solved : .unproven
        return value
    }

    /// The optimum of what the change touches.
    private func solve(
        _ kind: MarginalValue.Kind, _ cell: PlacementInstance.Cell, _ patience: Patience
    ) throws(PlacementFault) -> (gain: Int, isProven: Bool) {
        var changes: [PlacementChange] = []
        if kind != .supervisor {
            var one = cell
            one.capacity = 1
            changes.append(.places(one))
        }
        if kind != .place {
            changes.append(
                .supervisor(
                    PlacementInstance.Supervisor(
                        id: "", ward: cell.ward, profession: cell.profession, isTrained: true,
                        years: Array(1...10), periods: [cell.period], maximumStudents: 1),
                    places: 0))
        }
        let changed = try Problem(problem.instance.applying(changes).instance)
        let usage = Usage(changed)
        let blocks = Set(
            changed.cells.indices.filter {
                let other = changed.instance.cells[$0]
                return other.ward == cell.ward && other.period == cell.period
                    && other.profession == cell.profession
            }.map { changed.cells[$0].block })
        let part = Components.find(changed, usage).first { part in
            part.contains { student in
                changed.edges(of: student).contains {
                    blocks.contains(changed.cells[changed.edges[$0].cell].block)
                }
            }
        }
        // Nobody may be there at all.
        guard let part else { return (0, true) }
        let level = LevelTerms(.unplaced, changed, base: chosen.map { _ in nil })
        let now = changed.edges(of: base).map { $0 ?? -1 }
        var solver = PartSolver(
            changed, usage, students: part, levels: [level], chosen: now, patience: patience)
        let outcome = solver.solve()
        let before = level.value(now, of: part)
        return (before - level.value(solver.chosen, of: part), outcome.provenLevels == 1)
    }

    /// The values as JSON.
    public var json: JSON { .array(values.map(\.json)) }
}

extension MarginalValue {
    /// The value as JSON.
    public var json: JSON {
        .object([
            "more": .string(kind.rawValue), "ward": .string(ward),
            "profession": .string(profession), "year": year.map { .integer($0) } ?? .null,
            "period": .string(period), "placed": .integer(placed),
            "proof": .string(proof.rawValue),
        ])
    }

    /// A value from its JSON; nil where it is none.
    public init?(_ json: JSON) {
        guard let kind = json["more"]?.string.flatMap(Kind.init(rawValue:)),
            let proof = json["proof"]?.string.flatMap(Proof.init(rawValue:)),
            let ward = json["ward"]?.string, let profession = json["profession"]?.string,
            let period = json["period"]?.string, let placed = json["placed"]?.integer
        else { return nil }
        self.init(
            kind: kind, ward: ward, profession: profession, year: json["year"]?.integer,
            period: period, placed: placed, proof: proof)
    }
}
