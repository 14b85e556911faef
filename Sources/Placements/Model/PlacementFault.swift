/// Why an instance, a disruption or an allocation cannot be used; nothing has been changed then.
public enum PlacementFault: Error, Hashable, Sendable {
    case notJSON
    case wrongFormat(expected: String, found: String?)
    case missing(place: String)
    case wrongType(place: String, expected: String)
    case negative(place: String, value: Int)
    case outOfRange(place: String, value: Int, allowed: ClosedRange<Int>)
    case duplicate(place: String, id: String)
    case unknown(place: String, kind: Kind, id: String)
    case wrongLength(place: String, count: Int, expected: Int)
    /// Weeks that end before they begin.
    case backwards(place: String, from: String, to: String)
    /// Two periods that share weeks.
    case overlap(place: String, id: String, other: String)
    /// Weeks that no period has.
    case outsidePeriods(place: String, from: String, to: String)
    /// A pair that somebody decided and that cannot be.
    case pairNotAllowed(place: String, pair: MentorQuestion.Pair, rules: [MentorQuestion.Rule])
    /// Nothing keeps all that must be kept, or the solver found no answer.
    case notSolved
    /// A lock that breaks rules of its own, by their codes.
    case lockNotEligible(lock: PlacementInstance.Lock, codes: [RuleCode])
    /// Locks that cannot stand together; without any one of them the rest can.
    case locksCollide(rule: RuleCode, about: String, locks: [PlacementInstance.Lock], limit: Int)
    /// An allocation that was made of another instance: each by its hash or its name.
    case otherInstance(made: String, given: String)
    /// Several locks, or sets of locks, that cannot stand, each for a reason of its own.
    indirect case several([PlacementFault])

    /// What an id should have named.
    public enum Kind: String, Sendable {
        case student, ward, institution, period, supervisor, zone, school, mentor, newcomer
        /// What a what-if can be without.
        case removable

        /// What it is called in a sentence.
        var noun: String {
            self == .removable ? "institution, ward or supervisor" : rawValue
        }
    }

    /// What is wrong one by one.
    public var each: [PlacementFault] {
        if case .several(let faults) = self { faults } else { [self] }
    }
}

extension PlacementFault: CustomStringConvertible {
    /// A plain sentence that says where it is.
    public var description: String {
        switch self {
        case .notJSON: "This is not JSON."
        case .wrongFormat(let expected, let found):
            "The format is \(found.map { "\"\($0)\"" } ?? "not said"); "
                + "\"\(expected)\" is needed."
        case .missing(let place): "\(place) is missing."
        case .wrongType(let place, let expected): "\(place) is not \(expected)."
        case .negative(let place, let value):
            "\(place) is \(value); it cannot be less than nothing."
        case .outOfRange(let place, let value, let allowed):
            "\(place) is \(value); it must be from \(allowed.lowerBound) to "
                + "\(allowed.upperBound)."
        case .duplicate(let place, let id): "\(place) says \"\(id)\" a second time."
        case .unknown(let place, let kind, ""): "\(place) is empty; it names the \(kind.noun)."
        case .unknown(let place, let kind, let id):
            "\(place) names the \(kind.noun) \"\(id)\", which is not there."
        case .wrongLength(let place, let count, let expected):
            "\(place) has \(count) entries; \(expected) are needed."
        case .backwards(let place, let from, let to):
            "\(place) ends in \(to), before it begins in \(from)."
        case .overlap(let place, let id, let other):
            "\(place): the period \"\(id)\" overlaps the period \"\(other)\"."
        case .outsidePeriods(let place, let from, let to):
            "\(place) is from \(from) to \(to), which is outside every period."
        case .pairNotAllowed(let place, let pair, let rules):
            "\(place): \(pair.newcomer) and \(pair.mentor) cannot be a pair: "
                + rules.map(\.rawValue).joined(separator: ", ") + "."
        case .notSolved: "No answer was found that keeps every rule."
        case .lockNotEligible(let lock, let codes):
            "The lock of student \"\(lock.student)\" to ward \"\(lock.ward)\" in period "
                + "\"\(lock.period)\" breaks \(codes.map(\.rawValue).joined(separator: ", "))."
        case .locksCollide(let rule, let about, let locks, let limit):
            "These locks cannot stand together by \(rule.rawValue) (\(about), at most \(limit)): "
                + locks.map { "\($0.student) at \($0.ward) in \($0.period)" }
                .joined(separator: ", ") + "."
        case .otherInstance(let made, let given):
            "The allocation was made of another instance: of \(made), and what was given is "
                + "\(given)."
        case .several(let faults): faults.map(\.description).joined(separator: "\n")
        }
    }
}

/// The hard rules, by the codes of the format.
public enum RuleCode: String, Hashable, Sendable, CaseIterable {
    case period = "E1-period"
    case noCell = "E2-no-cell"
    case field = "E3-field"
    case noAgreement = "E4-no-agreement"
    case travel = "E5-travel"
    case car = "E6-car"
    case needs = "E7-needs"
    case impartiality = "E8-impartiality"
    case sameWardBefore = "E9-same-ward-before"
    case banned = "E10-banned"
    case unknownStudent = "H0-unknown-student"
    case unknownWard = "H0-unknown-ward"
    case twoPlaces = "H1-two-places"
    case cellCapacity = "H3-cell-capacity"
    case wardTotal = "H4-ward-total"
    case institutionTotal = "H4-institution-total"
    case noSupervisor = "H5-no-supervisor"
    case otherWard = "H5-other-ward"
    case supervisorProfession = "H5-profession"
    case supervisorYear = "H5-year"
    case untrained = "H5-untrained"
    case absent = "H5-absent"
    case tooMany = "H5-too-many"
    case mixedPair = "H5-mixed-pair"
    case agreementPeriod = "H6-agreement-period"
    case agreementTotal = "H6-agreement-total"
    case lock = "H11-lock"
}
