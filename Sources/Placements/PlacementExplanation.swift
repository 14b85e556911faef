/// Why a student is at a place, and not at one that was wished for more.
///
/// It names rules and never another student.
public struct PlacementExplanation: Hashable, Sendable {
    /// Where the student is.
    public struct Place: Hashable, Sendable {
        public var ward: String
        public var institution: String
        public var period: String
        public var minutes: Int
        /// The number of the wish that it meets, from 1; nil where it meets none.
        public var wish: Int?
    }

    /// A wish that was not met.
    public struct Unmet: Hashable, Sendable {
        /// From 1.
        public var number: Int
        public var wish: PlacementInstance.Wish
        /// The name of the institution, where that was wished for.
        public var name: String
        public var hindrances: [Hindrance]
    }

    /// Why a ward was not to be had in any period.
    public struct Hindrance: Hashable, Sendable {
        public var ward: String
        /// The rules against it; empty where there is room and the better places of others would
        /// have been fewer.
        public var rules: [RuleCode]
    }

    /// How the student came to the place, where it is not the one that was given first. Days are
    /// as ISO 8601 writes them, and nil where nobody says.
    public enum Change: Hashable, Sendable {
        /// By changing with another, which both agreed to.
        case swapped(on: String?)
        /// From another ward and period, with what was written about it.
        case moved(on: String?, ward: String, period: String, reason: String, isRepair: Bool)
        /// By a repair, in which those who had places kept them where they could.
        case added(on: String?)
    }

    public var student: String
    /// Nil where the student has no place.
    public var place: Place?
    public var wishes: Int
    /// The wishes before the one that was met, or all where none was.
    public var unmet: [Unmet]
    /// Where there is no place: how many places the rules allow, and what is against them.
    public var unplaced: AllocationCertificate.Unplaced?
    /// The method by which the last place of what is full went; nil where nobody says.
    public var method: AllocationMethod?
    /// What came first by the optimal method; nil where nobody says.
    public var profile: AllocationProfile?
    /// What came after the first allocation; nil where nothing did.
    public var change: Change?

    /// Whether the student got the place by changing with another.
    public var isSwapped: Bool {
        if case .swapped = change { true } else { false }
    }

    /// Whether a repair gave the place, which asks first who can stay.
    public var isRepaired: Bool {
        switch change {
        case .moved(_, _, _, _, let isRepair): isRepair
        case .added: true
        case .swapped, nil: false
        }
    }

    /// Whether the rules open a place to the student that others have taken.
    public var metFull: Bool {
        let full: Set<RuleCode> = [
            .cellCapacity, .wardTotal, .institutionTotal, .noSupervisor, .agreementPeriod,
            .agreementTotal,
        ]
        return (unplaced?.eligible ?? 0) > 0
            || unmet.contains { $0.hindrances.contains { !full.isDisjoint(with: $0.rules) } }
    }

    init(_ number: Int, _ standing: PlacementStanding) {
        method = standing.method
        let problem = standing.problem
        let instance = problem.instance
        let eligibility = standing.eligibility
        let view = eligibility.view(number)
        let edge = standing.chosen[number]
        student = view.student.id
        wishes = view.student.preferences.count
        if edge >= 0 {
            let cell = problem.cells[problem.edges[edge].cell]
            place = Place(
                ward: instance.wards[cell.ward].id,
                institution: instance.institutions[cell.institution].name,
                period: instance.periods[cell.period], minutes: problem.edges[edge].minutes,
                wish: eligibility.rank(view, cell.ward).map { $0 + 1 })
        } else {
            unplaced = standing.unplaced(number)
        }
        var usage = standing.usage
        if edge >= 0 { usage.remove(problem.edges[edge]) }
        let met = place?.wish ?? wishes + 1
        unmet = view.student.preferences.prefix(met - 1).enumerated().map { index, wish in
            let wards: [Int]
            let name: String
            switch wish {
            case .ward(let id):
                wards = problem.names.wards[id].map { [$0] } ?? []
                name = id
            case .institution(let id):
                let institution = problem.names.institutions[id] ?? -1
                wards = instance.wards.indices.filter {
                    problem.names.institutionOfWard[$0] == institution
                }
                name = institution < 0 ? id : instance.institutions[institution].name
            }
            return Unmet(
                number: index + 1, wish: wish, name: name,
                hindrances: wards.map {
                    Self.hindrance(
                        $0, view, number, problem, eligibility, usage, standing.method)
                })
        }
    }

    private static func hindrance(
        _ ward: Int, _ view: Eligibility.View, _ number: Int, _ problem: Problem,
        _ eligibility: Eligibility, _ usage: Usage, _ method: AllocationMethod?
    ) -> Hindrance {
        let edges = problem.edges(of: number).filter {
            problem.cells[problem.edges[$0].cell].ward == ward
        }
        var found: Set<RuleCode> = []
        if edges.isEmpty {
            for period in view.student.periods {
                found.formUnion(eligibility.codes(view, ward, period))
            }
        } else {
            for edge in edges {
                found.formUnion(usage.blockers(problem.edges[edge], method: method))
            }
        }
        return Hindrance(
            ward: problem.instance.wards[ward].id,
            rules: RuleCode.allCases.filter(found.contains))
    }
}
