public import JSONText

/// What is proven about an allocation, so that anybody can repeat and check it.
public struct AllocationCertificate: Sendable {
    /// How good the allocation is known to be.
    public enum Status: String, Sendable {
        /// Nothing better exists, on any level.
        case provenOptimal = "proven-optimal"
        /// Every hard rule is kept; the levels say how near the optimum it is.
        case feasible
        /// Nobody and no place would rather have each other.
        case stable
        /// The check found a broken rule: the allocation is not to be used.
        case invalid
    }

    /// A level of the objective.
    public struct Level: Hashable, Sendable {
        public var level: ObjectiveLevel
        public var value: Int
        /// Nothing is below this, given the levels before; nil where nothing is known.
        public var bound: Int?
        public var isProven: Bool { bound == value }
    }

    /// What the stable method proves.
    public struct Matching: Hashable, Sendable {
        public var matched: Int
        public var sumOfPositions: Int
        public var blockingPairs: Int
    }

    /// A student without a place, and how many places each rule keeps from the student.
    public struct Unplaced: Hashable, Sendable {
        public var student: String
        /// The places that the individual rules allow.
        public var eligible: Int
        /// How many of those the student wished for, where the method gives no others.
        public var wished: Int?
        public var rules: [Reason]
    }

    /// A rule, and how many places it keeps away.
    public struct Reason: Hashable, Sendable {
        public var rule: RuleCode
        public var places: Int
    }

    public var method: AllocationMethod
    public var profile: AllocationProfile
    public var seed: Int
    /// SHA-256 of what was read, by its role; filled in by the caller, who has the bytes.
    public var inputs: [(role: String, digest: String)] = []
    public var solver: String?
    public var status = Status.feasible
    /// Whether patience ended before the proof did.
    public var wasInterrupted = false
    public var objective: ObjectiveValue
    public var levels: [Level] = []
    public var matching: Matching?
    /// The students in the order in which they chose.
    public var lottery: [String] = []
    public var violations: [AllocationCheck.Violation] = []
    public var supervisorsChanged: Int?
    public var bumped: Int?
    public var unplaced: [Unplaced] = []

    init(
        method: AllocationMethod, profile: AllocationProfile, seed: Int, objective: ObjectiveValue
    ) {
        self.method = method
        self.profile = profile
        self.seed = seed
        self.objective = objective
    }

    mutating func prove(_ outcome: OptimalMethod.Outcome, _ names: [ObjectiveLevel]) {
        for (index, level) in names.enumerated() {
            let bound = index < outcome.bounds.count ? outcome.bounds[index] : nil
            levels.append(Level(level: level, value: objective[level], bound: bound))
        }
        let isProven = levels.allSatisfy(\.isProven) && outcome.provenLevels == names.count
        status = isProven ? .provenOptimal : .feasible
        wasInterrupted = !isProven
    }
}

extension AllocationCertificate {
    /// The certificate as JSON, without anybody's name but the ids of the input.
    public var json: JSON {
        .object([
            "method": .string(method.rawValue),
            "profile": method == .optimal ? .string(profile.rawValue) : nil,
            "seed": .integer(seed),
            "inputs": .object(inputs.map { JSON.Member($0.role, .string("sha256:\($0.digest)")) }),
            "solver": solver.map { .string($0) },
            "status": .string(status.rawValue),
            "interrupted": method == .optimal ? .bool(wasInterrupted) : nil,
            "objective": objective.json,
            "levels": levels.isEmpty ? nil : .array(levels.map(\.json)),
            "matching": matching.map(\.json),
            "supervisor_changed": supervisorsChanged.map { .integer($0) },
            "bumped": bumped.map { .integer($0) },
            "violations": violations.isEmpty
                ? nil
                : .array(
                    violations.map {
                        .object(["code": .string($0.code.rawValue), "about": .string($0.about)])
                    }),
            "unplaced": .array(unplaced.map(\.json)),
            "lottery": method == .serial ? .array(lottery.map { .string($0) }) : nil,
        ])
    }
}

extension ObjectiveValue {
    fileprivate var json: JSON {
        .object([
            "unplaced": .integer(unplaced), "unplaced_priority": .integer(unplacedPriority),
            "disturbed": disturbed.map { .integer($0) }, "cost": .integer(cost),
            "fairness": .integer(fairness),
        ])
    }
}

extension AllocationCertificate.Level {
    var json: JSON {
        .object([
            "level": .string(level.rawValue), "value": .integer(value),
            "bound": bound.map { .integer($0) } ?? .null,
            "gap": bound.map { .integer(value - $0) } ?? .null, "proven": .bool(isProven),
        ])
    }
}

extension AllocationCertificate.Matching {
    fileprivate var json: JSON {
        .object([
            "matched": .integer(matched), "sum_of_positions": .integer(sumOfPositions),
            "blocking_pairs": .integer(blockingPairs),
        ])
    }
}

extension AllocationCertificate.Unplaced {
    /// As it stands in a certificate.
    public var json: JSON {
        .object([
            "student": .string(student), "eligible_places": .integer(eligible),
            "wished_places": wished.map { .integer($0) },
            "rules": .object(rules.map { JSON.Member($0.rule.rawValue, .integer($0.places)) }),
        ])
    }
}
