public import JSONText

/// What changes would come to, without anything being changed.
public struct WhatIf: Sendable {
    /// A student who would be somewhere else.
    public struct Move: Hashable, Sendable {
        public var student: String
        /// Nil where the student had, or would have, no place.
        public var from: Place?
        public var to: Place?
    }

    /// A ward in a period.
    public struct Place: Hashable, Sendable {
        public var ward: String
        public var period: String
    }

    public var name: String
    public var before: ObjectiveValue
    public var after: ObjectiveValue
    public var placedBefore: Int
    public var placedAfter: Int
    /// Whoever would move, with as few as can be, in the order of the instance.
    public var moves: [Move]
    /// Locks that the changes leave no room for.
    public var lostLocks: [PlacementInstance.Lock]
    /// Whether the answer is the proven optimum.
    public var isProven: Bool

    /// Looks at a scenario.
    ///
    /// - Parameter base: The allocation as it is; the one after disturbs as few of it as can be.
    public init(
        _ scenario: PlacementScenario, of instance: PlacementInstance, base: PlacementAllocation,
        profile: AllocationProfile = .wishesFirst, patience: Patience = Patience()
    ) throws(PlacementFault) {
        name = scenario.name
        let changed = try instance.applying(scenario.changes)
        lostLocks = changed.lost
        let result = try Allocator(changed.instance, base: base).run(
            .optimal, profile: profile, patience: patience)
        before = AllocationCheck(base, of: instance).objective
        after = result.certificate.objective
        placedBefore = base.assignments.count
        placedAfter = result.allocation.assignments.count
        isProven = result.certificate.status == .provenOptimal
        func places(_ allocation: PlacementAllocation) -> [String: Place] {
            var places: [String: Place] = [:]
            for each in allocation.assignments {
                places[each.student] = Place(ward: each.ward, period: each.period)
            }
            return places
        }
        let (old, new) = (places(base), places(result.allocation))
        moves = instance.students.compactMap { student in
            let move = Move(student: student.id, from: old[student.id], to: new[student.id])
            return move.from == move.to ? nil : move
        }
    }

    /// The answer as JSON.
    public var json: JSON {
        func place(_ place: Place?) -> JSON {
            place.map {
                .object(["ward": .string($0.ward), "period": .string($0.period)])
            } ?? .null
        }
        func objective(_ value: ObjectiveValue) -> JSON {
            .object(
                ObjectiveLevel.allCases.filter { $0 != .disturbed || value.disturbed != nil }.map {
                    JSON.Member($0.rawValue, .integer(value[$0]))
                })
        }
        return .object([
            "name": .string(name), "placed_before": .integer(placedBefore),
            "placed_after": .integer(placedAfter), "before": objective(before),
            "after": objective(after), "proven": .bool(isProven),
            "moves": .array(
                moves.map {
                    .object([
                        "student": .string($0.student), "from": place($0.from),
                        "to": place($0.to),
                    ])
                }),
            "lost_locks": .array(
                lostLocks.map {
                    .object([
                        "student": .string($0.student), "ward": .string($0.ward),
                        "period": .string($0.period),
                    ])
                }),
        ])
    }

    /// An answer from its JSON; nil where it is none.
    public init?(_ json: JSON) {
        func place(_ json: JSON?) -> Place? {
            guard let ward = json?["ward"]?.string, let period = json?["period"]?.string else {
                return nil
            }
            return Place(ward: ward, period: period)
        }
        guard let name = json["name"]?.string, let before = json["placed_before"]?.integer,
            let after = json["placed_after"]?.integer, let isProven = json["proven"]?.bool
        else { return nil }
        self.name = name
        self.before = ObjectiveValue(json["before"] ?? .null)
        self.after = ObjectiveValue(json["after"] ?? .null)
        placedBefore = before
        placedAfter = after
        self.isProven = isProven
        moves = (json["moves"]?.array ?? []).map {
            Move(
                student: $0["student"]?.string ?? "", from: place($0["from"]),
                to: place($0["to"]))
        }
        lostLocks = (json["lost_locks"]?.array ?? []).map {
            PlacementInstance.Lock(
                student: $0["student"]?.string ?? "", ward: $0["ward"]?.string ?? "",
                period: $0["period"]?.string ?? "")
        }
    }
}

extension ObjectiveValue {
    fileprivate init(_ json: JSON) {
        self.init()
        func value(_ level: ObjectiveLevel) -> Int? { json[level.rawValue]?.integer }
        unplaced = value(.unplaced) ?? 0
        unplacedPriority = value(.unplacedPriority) ?? 0
        disturbed = value(.disturbed)
        cost = value(.cost) ?? 0
        fairness = value(.fairness) ?? 0
    }
}
