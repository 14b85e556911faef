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

/// What helps against a gap, in the order in which it is tried: use what is there, then teach, and
/// only then look outside.
public enum GapMeasure: Hashable, Sendable {
    /// So many in the unit have it who are not asked for it, or could guide others.
    case mobilise(people: Int)
    /// Programmes that record it.
    case develop(programmes: [String])
    /// It takes an education that no programme gives.
    case recruit
}

extension GapCount {
    /// What to do about what is missing, the first thing first.
    ///
    /// - Parameters:
    ///   - spare: How many have it and are not asked for it, or are on the highest level.
    ///   - programmes: The programmes that record it.
    ///   - form: How it is come by.
    public func measures(
        spare: Int, programmes: [String], form: CompetenceForm
    ) -> [GapMeasure] {
        if missing + expiring == 0 { return [] }
        var measures: [GapMeasure] = []
        if missing > 0, spare > 0 { measures.append(.mobilise(people: spare)) }
        // What is learnt at work is taught there where no programme records it.
        if !programmes.isEmpty || form != .formal {
            measures.append(.develop(programmes: programmes))
        }
        if missing > 0, form == .formal, programmes.isEmpty { measures.append(.recruit) }
        return measures
    }
}
