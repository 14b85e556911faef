/// How many students the supervisors suffice for, beside what the wards offer, and why.
///
/// The numbers of one ward hold together: all of them can be had at once. `alone` says what one of
/// them could be if the others were given up.
public struct CapacityReport: Sendable {
    /// The students of a profession and study year at a ward in a period.
    public struct Cell: Hashable, Sendable {
        public var ward: String
        public var profession: String
        public var year: Int
        public var period: String
        public var computed: Int
        /// What the supervisors suffice for if they take nobody else.
        public var alone: Int
        /// What the ward typed; nil where it said nothing.
        public var offered: Int?
        public var parts: Parts
        /// Why supervisors of the profession do not count here, and how many.
        public var missing: [Missing]
    }

    /// Who the computed number is made of.
    public struct Parts: Hashable, Sendable {
        /// Supervisors with one student.
        public var one = 0
        /// Supervisors with a pair.
        public var pairs = 0
        /// First-year students with third-year students, or the other way about.
        public var coSupervised = 0
        /// Students of a student-dense ward, and the supervisors they share.
        public var dense = 0
        public var denseSupervisors = 0
    }

    /// Why a supervisor does not count in a cell.
    public enum Reason: String, Sendable, CaseIterable {
        case notQualified = "not-qualified"
        case positionTooSmall = "position-too-small"
        case notAvailable = "not-available"
        case onLeave = "on-leave"
        case otherYears = "other-years"
        case untrained
        /// Has students of another year in the period.
        case takesOtherYear = "takes-other-year"
        /// The load of the year is used in other periods.
        case loadUsed = "load-used"
        /// The ward takes no more at once.
        case wardFull = "ward-full"
    }

    /// A reason, and how many supervisors it holds for.
    public struct Missing: Hashable, Sendable {
        public var reason: Reason
        public var supervisors: Int
    }

    /// A ward over the whole year.
    public struct Ward: Hashable, Sendable {
        public var ward: String
        public var computed: Int
        public var offered: Int
        /// How many of the offered places the supervisors suffice for at once.
        public var supported: Int
    }

    /// A supervisor over the whole year.
    public struct Load: Hashable, Sendable {
        public var supervisor: String
        public var ward: String
        public var weeks: Int
        public var students: Int
        public var maximumWeeks: Int?
        public var maximumStudents: Int?
        /// The periods with students.
        public var periods: [String]
        /// Those of them with a third-year student who takes a first-year student along.
        public var coSupervised: [String]
    }

    public private(set) var name: String
    public private(set) var cells: [Cell] = []
    public private(set) var wards: [Ward] = []
    public private(set) var loads: [Load] = []
    /// Whether every number is proven to be the best.
    public private(set) var isProven = true

    /// Computes the capacity of every ward.
    public init(_ supply: PlacementSupply) {
        name = supply.name
        for ward in supply.wards.indices { add(ward, supply) }
    }

    // MARK: - One ward

    private mutating func add(_ ward: Int, _ supply: PlacementSupply) {
        let id = supply.wards[ward].id
        let plan = CapacityPlan(ward: ward, in: supply, aim: .most)
        let counts = plan.counts(supply)
        let offers = supply.offers.filter { $0.ward == id }
        let offered = offers.reduce(0) { $0 + $1.capacity }
        isProven = isProven && plan.isProven
        let keys = Self.keys(ward, supply)
        var supported = CapacityReport.covered(counts, offers, supply)
        if supported < offered {
            let best = CapacityPlan(ward: ward, in: supply, aim: .offers)
            isProven = isProven && best.isProven
            supported = CapacityReport.covered(best.counts(supply), offers, supply)
        }
        wards.append(
            Ward(
                ward: id, computed: counts.values.reduce(0, +), offered: offered,
                supported: supported))
        let members = supply.supervisors.indices.filter { supply.supervisors[$0].ward == id }
        let review = StaffReview(supply, ward: ward, members: members, plan: plan)
        for key in keys {
            let period = supply.periods[key.period].id
            cells.append(
                Cell(
                    ward: id, profession: key.profession, year: key.year, period: period,
                    computed: counts[key] ?? 0, alone: review.alone(key),
                    offered: offers.first {
                        $0.profession == key.profession && $0.year == key.year
                            && $0.period == period
                    }?.capacity, parts: review.parts(key), missing: review.missing(key)))
        }
        loads += members.map { review.load($0) }
    }

    static func keys(_ ward: Int, _ supply: PlacementSupply) -> [CapacityPlan.CellKey] {
        let id = supply.wards[ward].id
        var years: [String: Set<Int>] = [:]
        for supervisor in supply.supervisors where supervisor.ward == id {
            years[supervisor.profession, default: []].formUnion(supervisor.years)
        }
        for offer in supply.offers where offer.ward == id {
            years[offer.profession, default: []].insert(offer.year)
        }
        return supply.periods.indices.flatMap { period in
            years.sorted { $0.key < $1.key }.flatMap { profession, years in
                years.sorted().map {
                    CapacityPlan.CellKey(profession: profession, year: $0, period: period)
                }
            }
        }
    }

    /// How many of the offered places a plan covers.
    static func covered(
        _ counts: [CapacityPlan.CellKey: Int], _ offers: [PlacementInstance.Cell],
        _ supply: PlacementSupply
    ) -> Int {
        offers.reduce(0) { sum, offer in
            let period = supply.periods.firstIndex { $0.id == offer.period } ?? -1
            let key = CapacityPlan.CellKey(
                profession: offer.profession, year: offer.year, period: period)
            return sum + min(offer.capacity, counts[key] ?? 0)
        }
    }
}
