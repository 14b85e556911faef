import Engine
public import Placements

/// What becomes of one student's place when an allocation is published.
public struct PlaceChange: Hashable, Sendable {
    /// Its effect on the student's enrolment.
    public enum Kind: String, Sendable, CaseIterable {
        /// The student had no place: an enrolment begins.
        case start
        /// To another ward or period: the enrolment goes along.
        case move
        /// Only the supervisor is another.
        case supervisor
        /// The student has no place any more: the enrolment ends.
        case end
    }

    /// Where, when and with whom.
    public struct Place: Hashable, Sendable {
        public var ward: String
        public var period: String
        /// A supervisor of the round.
        public var supervisor: String?

        public init(ward: String, period: String, supervisor: String?) {
            self.ward = ward
            self.period = period
            self.supervisor = supervisor
        }

        init(_ assignment: RoundAssignment) {
            self.init(
                ward: assignment.ward, period: assignment.period,
                supervisor: assignment.supervisor)
        }
    }

    public var student: String
    public var kind: Kind
    public var old: Place?
    public var new: Place?
    /// Why the old place is given up; nil where there was none, or the place stays.
    public var end: RoundAssignment.End?
}

/// How an allocation differs from the places that stand published.
public struct PlaceDifference: Sendable {
    /// In the order of the students' ids.
    public private(set) var changes: [PlaceChange] = []
    /// How many stay as they are.
    public private(set) var unchanged = 0
    /// How many stay because their period has ended.
    public private(set) var past = 0
    /// Everybody who has a place afterwards.
    public let placed: Set<String>

    /// - Parameters:
    ///   - withdrawn: The students who gave their place up themselves.
    ///   - over: The periods that have ended; whoever stands published in one stays there.
    ///   - isSwap: Whether those who move change places with each other.
    public init(
        from published: [RoundAssignment], to allocation: PlacementAllocation,
        withdrawn: Set<String>, over: Set<String>, isSwap: Bool = false
    ) {
        var before: [String: RoundAssignment] = [:]
        for assignment in published { before[assignment.student] = assignment }
        let fixed = before.filter { over.contains($0.value.period) }
        var after = fixed.mapValues { PlaceChange.Place($0) }
        // Whoever has withdrawn since the allocation was made gets no place by it.
        for place in allocation.assignments
        where !withdrawn.contains(place.student) && fixed[place.student] == nil {
            after[place.student] = PlaceChange.Place(
                ward: place.ward, period: place.period,
                supervisor: place.supervisor.map { RoundContents.supervisor(ofInstance: $0) })
        }
        placed = Set(after.keys)
        for student in placed.union(before.keys).sorted() {
            let assignment = before[student]
            let old = assignment.map { PlaceChange.Place($0) }
            let new = after[student]
            let kind: PlaceChange.Kind
            var end: RoundAssignment.End?
            switch (old, new) {
            case (_?, _?) where fixed[student] != nil:
                past += 1
                continue
            case (let old?, let new?) where old.ward == new.ward && old.period == new.period:
                if assignment?.enrolment == nil {
                    // Published before, but nothing could begin then.
                    kind = .start
                } else if old.supervisor != new.supervisor {
                    kind = .supervisor
                } else {
                    unchanged += 1
                    continue
                }
            case (_?, _?):
                kind = .move
                end = isSwap ? .swapped : .moved
            case (nil, _?): kind = .start
            case (_?, nil):
                kind = .end
                end = withdrawn.contains(student) ? .withdrawn : .dropped
            case (nil, nil): continue
            }
            changes.append(
                PlaceChange(student: student, kind: kind, old: old, new: new, end: end))
        }
    }

    /// How many there are of each kind.
    public var counts: [PlaceChange.Kind: Int] {
        changes.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }
}
