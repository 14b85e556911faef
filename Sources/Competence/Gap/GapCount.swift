/// How many of those who need something have it.
public struct GapCount: Hashable, Sendable {
    public var held = 0
    /// Has it, and it runs out soon.
    public var expiring = 0
    /// Need not have it yet.
    public var ahead = 0
    public var missing = 0

    public init() {}

    public var needed: Int { held + expiring + ahead + missing }

    /// Counts somebody who stands so.
    public mutating func add(_ state: RequirementState) {
        switch state {
        case .held: held += 1
        case .expiring: expiring += 1
        case .ahead: ahead += 1
        case .missing: missing += 1
        }
    }

    public static func += (sum: inout GapCount, other: GapCount) {
        sum.held += other.held
        sum.expiring += other.expiring
        sum.ahead += other.ahead
        sum.missing += other.missing
    }
}

/// How a competence is come by, where nobody brings it along.
public enum LearningWay: String, CaseIterable, Sendable {
    /// At work, from whoever can do it.
    case work
    /// By a course, which those who work already can take.
    case course
    /// By an education that takes years.
    case education
}

/// What helps against a gap, in the order in which it is tried: use what is there, then teach, and
/// only then look outside.
public enum GapMeasure: Hashable, Sendable {
    /// So many say that they can do it already: they wait for an answer.
    case answer(claims: Int)
    /// So many there have it, and can do it or guide.
    case mobilise(people: Int)
    /// Nobody there has it, but so many in the units around.
    case borrow(people: Int)
    /// Programmes that record it.
    case develop(programmes: [String])
    /// It is learnt at work, and no programme records it.
    case teach
    /// It is learnt by a course, and no programme records it.
    case course
    /// It takes an education.
    case recruit
}

/// What there is to use against a gap.
public struct GapResources: Hashable, Sendable {
    /// How many have it where it is missing.
    public var here: Int
    /// How many have it in the units around.
    public var near: Int
    /// How many claims of it wait for an answer.
    public var claimed: Int
    /// The programmes that record it.
    public var programmes: [String]
    public var way: LearningWay

    public init(
        here: Int = 0, near: Int = 0, claimed: Int = 0, programmes: [String] = [],
        way: LearningWay
    ) {
        self.here = here
        self.near = near
        self.claimed = claimed
        self.programmes = programmes
        self.way = way
    }
}

extension GapCount {
    /// What to do about what is missing, the first thing first.
    public func measures(_ resources: GapResources) -> [GapMeasure] {
        if missing + expiring == 0 { return [] }
        var measures: [GapMeasure] = []
        if missing > 0 {
            if resources.claimed > 0 { measures.append(.answer(claims: resources.claimed)) }
            if resources.here > 0 {
                measures.append(.mobilise(people: resources.here))
            } else if resources.near > 0 {
                measures.append(.borrow(people: resources.near))
            }
        }
        if !resources.programmes.isEmpty {
            measures.append(.develop(programmes: resources.programmes))
        } else if resources.way == .work {
            measures.append(.teach)
        } else if resources.way == .course {
            measures.append(.course)
        }
        // Who comes from outside is looked for last, and only for what those here cannot learn.
        if missing > 0, resources.way == .education { measures.append(.recruit) }
        return measures
    }
}
