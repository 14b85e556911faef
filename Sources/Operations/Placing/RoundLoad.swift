import Engine
public import Placements
import Storage

/// A supervisor over the year, by who is placed with them, or by the computed capacity.
public struct SupervisorLoad: Hashable, Sendable {
    public let supervisor: RoundSupervisor
    /// Students in each period of the round, in their order.
    public let students: [Int]
    public let weeks: Int
    public var total: Int { students.reduce(0, +) }
    /// More than the year's load that was written down for them.
    public var isOver: Bool {
        weeks > supervisor.maximumWeeks ?? .max || total > supervisor.maximumStudents ?? .max
    }
}

extension RoundContents {
    /// The load of every supervisor, the heaviest first.
    ///
    /// - Parameter assignments: who is placed with whom.
    public func loads(_ assignments: [PlacementAllocation.Assignment]) -> [SupervisorLoad] {
        let number = Dictionary(
            uniqueKeysWithValues: periods.enumerated().map { ($0.element.id, $0.offset) })
        var counts: [String: [Int]] = [:]
        for each in assignments {
            guard let id = each.supervisor.map(Self.supervisor(ofInstance:)),
                let period = number[each.period]
            else { continue }
            counts[id, default: periods.map { _ in 0 }][period] += 1
        }
        let lengths = periods.map { period -> Int in
            guard let first = PlacementWeek(period.firstWeek),
                let last = PlacementWeek(period.lastWeek), first <= last
            else { return 0 }
            return PlacementWeek.count(first...last)
        }
        return supervisors.map { supervisor in
            let students = counts[supervisor.id] ?? periods.map { _ in 0 }
            return SupervisorLoad(
                supervisor: supervisor, students: students,
                weeks: zip(students, lengths).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) })
        }.sorted {
            ($1.weeks, $1.total, $0.supervisor.id) < ($0.weeks, $0.total, $1.supervisor.id)
        }
    }
}

extension Installation {
    /// The places of a round with who answers and supervises there, and nothing of students.
    public func placementPlaces(of round: PlacementRound) throws -> RoundContents {
        try query { transaction in
            try RoundContents(
                round,
                places: RoundReader(round: round.id, transaction: transaction))
        }
    }
}
