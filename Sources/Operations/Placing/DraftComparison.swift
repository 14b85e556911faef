import JSONText
public import Placements

/// How two drafts of a round differ.
public struct DraftComparison: Sendable {
    /// A student who is elsewhere.
    public struct Difference: Hashable, Sendable {
        public var student: String
        /// Nil where the student has no place.
        public var first: PlacementAllocation.Assignment?
        public var second: PlacementAllocation.Assignment?
    }

    /// The levels of the objective, of the first and the second.
    public let levels: [(level: ObjectiveLevel, first: Int, second: Int)]
    /// By student.
    public let differences: [Difference]
    public let placed: (first: Int, second: Int)
    /// How many are at the same place with another supervisor.
    public let otherSupervisor: Int
    /// Whether both were made from the same instance.
    public let isSameInput: Bool

    public init(_ first: DraftResult, _ second: DraftResult) {
        func places(_ result: DraftResult) -> [String: PlacementAllocation.Assignment] {
            Dictionary(
                result.allocation.assignments.map { ($0.student, $0) },
                uniquingKeysWith: { first, _ in first })
        }
        let (one, other) = (places(first), places(second))
        var differences: [Difference] = []
        var otherSupervisor = 0
        for student in Set(one.keys).union(other.keys).sorted() {
            let (a, b) = (one[student], other[student])
            if a?.ward == b?.ward, a?.period == b?.period {
                if a?.supervisor != b?.supervisor { otherSupervisor += 1 }
            } else {
                differences.append(Difference(student: student, first: a, second: b))
            }
        }
        self.differences = differences
        self.otherSupervisor = otherSupervisor
        placed = (one.count, other.count)
        isSameInput = first.draft.input == second.draft.input
        let order = first.draft.profile.levels(isRepair: false)
        levels = order.map { level in
            func value(_ result: DraftResult) -> Int {
                result.certificate["objective"]?[level.rawValue]?.integer ?? 0
            }
            return (level, value(first), value(second))
        }
    }
}
