/// Everything that an allocation of placements is made from; `Docs/Placements.md` has the format.
public struct PlacementInstance: Hashable, Sendable {
    public var name: String
    public var seed: Int
    public var rules: Rules
    /// The ids of the periods, in their order.
    public var periods: [String]
    public var institutions: [Institution]
    public var wards: [Ward]
    public var cells: [Cell]
    public var supervisors: [Supervisor]
    public var agreements: [Agreement]
    public var travel: Travel
    public var students: [Student]
    public var locks: [Lock]
    public var bans: [Ban]

    /// The figures that the rules and the objective are counted with.
    public struct Rules: Hashable, Sendable {
        /// The longest journey one way, in minutes.
        public var maximumTravel: Int
        /// Whether two students of one supervisor share school, profession and year.
        public var pairSharesGroup: Bool
        /// Whether third-year students need a supervisor with supervision training.
        public var thirdYearNeedsTrained: Bool
        public var rankCost: [Int]
        public var unrankedCost: Int
        public var travelBand: Int
        public var priorityWeight: Int
        public var repeatInstitutionCost: Int
        public var repeatFieldCost: Int
        public var fairLimit: Int
        public var fairLimitPriority: Int
        public var fairBand: Int
    }

    /// A place of work with wards, such as a nursing home.
    public struct Institution: Hashable, Sendable {
        public var id: String
        public var name: String
        /// The most students at once, by period; no entry means no limit.
        public var maximumPerPeriod: [String: Int]
    }

    /// A part of an institution that takes students.
    public struct Ward: Hashable, Sendable {
        public var id: String
        public var institution: String
        public var field: String
        public var needsCar: Bool
        public var features: [String]
        /// The most students at once, by period; no entry means no limit.
        public var maximumPerPeriod: [String: Int]
    }

    /// The places that a ward offers to one profession and study year in one period.
    public struct Cell: Hashable, Sendable {
        public var ward: String
        public var profession: String
        public var year: Int
        public var period: String
        public var capacity: Int

        public init(ward: String, profession: String, year: Int, period: String, capacity: Int) {
            self.ward = ward
            self.profession = profession
            self.year = year
            self.period = period
            self.capacity = capacity
        }
    }

    /// Somebody at a ward who supervises students of one profession.
    public struct Supervisor: Hashable, Sendable {
        public var id: String
        public var ward: String
        public var profession: String
        public var isTrained: Bool
        public var years: [Int]
        public var periods: [String]
        /// 1, or 2 where the supervisor takes a pair.
        public var maximumStudents: Int

        public init(
            id: String, ward: String, profession: String, isTrained: Bool, years: [Int],
            periods: [String], maximumStudents: Int
        ) {
            self.id = id
            self.ward = ward
            self.profession = profession
            self.isTrained = isTrained
            self.years = years
            self.periods = periods
            self.maximumStudents = maximumStudents
        }
    }

    /// How many students of a school and profession an institution takes.
    public struct Agreement: Hashable, Sendable {
        public var school: String
        public var institution: String
        public var profession: String
        public var maximumPerPeriod: Int
        public var maximumTotal: Int?
        /// 1 for a preferred partner; used by the stable method only.
        public var tier: Int
    }

    /// Minutes one way from home zones to institutions.
    public struct Travel: Hashable, Sendable {
        /// The columns of the tables.
        public var institutions: [String]
        public var transit: [String: [Int]]
        public var car: [String: [Int]]
    }

    /// A student who needs one placement.
    public struct Student: Hashable, Sendable {
        public var id: String
        public var school: String
        public var profession: String
        public var year: Int
        /// The periods in which the one placement may be.
        public var periods: [String]
        public var zone: String
        public var hasCar: Bool
        public var needs: [String]
        public var hasPriority: Bool
        /// The fields that the course accepts; any where empty.
        public var fields: [String]
        public var preferences: [Wish]
        /// The wards of earlier placements.
        public var previous: [String]
        public var blockedInstitutions: [String]
        public var lottery: Int
    }

    /// What a student wishes for.
    public enum Wish: Hashable, Sendable {
        case ward(String)
        case institution(String)
    }

    /// A decision made by hand: the student is there.
    public struct Lock: Hashable, Sendable {
        public var student: String
        public var ward: String
        public var period: String

        public init(student: String, ward: String, period: String) {
            self.student = student
            self.ward = ward
            self.period = period
        }
    }

    /// A decision made by hand: the student is not there.
    public struct Ban: Hashable, Sendable {
        public var student: String
        public var ward: String
    }
}

/// What happened after an allocation was published.
public struct PlacementDisruption: Hashable, Sendable {
    /// A period in which a supervisor is away.
    public struct Absence: Hashable, Sendable {
        public var supervisor: String
        public var period: String
    }

    public var withdrawnStudents: [String]
    public var lateStudents: [PlacementInstance.Student]
    public var supervisorAbsences: [Absence]
    public var cellChanges: [PlacementInstance.Cell]
    public var newLocks: [PlacementInstance.Lock]
}

/// Who is where, with whom.
public struct PlacementAllocation: Hashable, Sendable {
    /// The place of one student.
    public struct Assignment: Hashable, Sendable {
        public var student: String
        public var ward: String
        public var period: String
        /// Nil where the method names no supervisors.
        public var supervisor: String?

        public init(student: String, ward: String, period: String, supervisor: String?) {
            self.student = student
            self.ward = ward
            self.period = period
            self.supervisor = supervisor
        }
    }

    /// The name of the instance.
    public var instance: String
    public var assignments: [Assignment]

    public init(instance: String, assignments: [Assignment]) {
        self.instance = instance
        self.assignments = assignments
    }
}

/// The order of the last two levels of the objective.
public enum AllocationProfile: String, Sendable, CaseIterable {
    /// Wishes and journeys together are served before long journeys are spread.
    case wishesFirst = "A"
    /// Long journeys are spread before wishes are served.
    case fairnessFirst = "B"
}

/// The levels of the objective; all are minimised.
public enum ObjectiveLevel: String, Sendable, CaseIterable {
    case unplaced
    case unplacedPriority = "unplaced_priority"
    case disturbed
    case cost
    case fairness
}

extension AllocationProfile {
    /// The levels in the order in which they are compared.
    public func levels(isRepair: Bool) -> [ObjectiveLevel] {
        let last: [ObjectiveLevel] =
            switch self {
            case .wishesFirst: [.cost, .fairness]
            case .fairnessFirst: [.fairness, .cost]
            }
        return [.unplaced, .unplacedPriority] + (isRepair ? [.disturbed] : []) + last
    }
}

/// The value of every level.
public struct ObjectiveValue: Hashable, Sendable {
    public var unplaced = 0
    public var unplacedPriority = 0
    /// Nil where nothing had been published.
    public var disturbed: Int?
    public var cost = 0
    public var fairness = 0

    public init() {}

    public subscript(_ level: ObjectiveLevel) -> Int {
        switch level {
        case .unplaced: unplaced
        case .unplacedPriority: unplacedPriority
        case .disturbed: disturbed ?? 0
        case .cost: cost
        case .fairness: fairness
        }
    }
}
