public import JSONText

extension AllocationCertificate.Level {
    /// Reads the levels of a certificate; none where it has none.
    public static func list(_ certificate: JSON?) -> [AllocationCertificate.Level] {
        (certificate?["levels"]?.array ?? []).compactMap { json in
            guard let name = json["level"]?.string, let level = ObjectiveLevel(rawValue: name),
                let value = json["value"]?.integer
            else { return nil }
            return AllocationCertificate.Level(
                level: level, value: value, bound: json["bound"]?.integer)
        }
    }
}

extension PlacementSwap {
    /// The certificate after the swap: what it was made from, who swapped, and what still holds.
    ///
    /// - Parameter certificate: The one of the allocation before.
    public func certificate(
        _ certificate: JSON?, students: [String], inputs: [(role: String, digest: String)]
    ) -> JSON {
        let isProven = !levels.isEmpty && levels.allSatisfy(\.isProven)
        var swaps = certificate?["swaps"]?.array ?? []
        swaps.append(
            .object([
                "students": .array(students.map { .string($0) }),
                "cost_before": .integer(before.cost), "cost_after": .integer(after?.cost ?? 0),
            ]))
        let kept = ["method", "profile", "seed", "solver"].compactMap { name in
            certificate?[name].map { JSON.Member(name, $0) }
        }
        let objective = after ?? before
        return .object(
            kept + [
                JSON.Member(
                    "inputs",
                    .object(inputs.map { JSON.Member($0.role, .string("sha256:\($0.digest)")) })),
                JSON.Member("status", .string(isProven ? "proven-optimal" : "feasible")),
                JSON.Member(
                    "objective",
                    .object([
                        "unplaced": .integer(objective.unplaced),
                        "unplaced_priority": .integer(objective.unplacedPriority),
                        "cost": .integer(objective.cost), "fairness": .integer(objective.fairness),
                    ])),
                JSON.Member("levels", .array(levels.map(\.json))),
                JSON.Member("swaps", .array(swaps)),
            ])
    }
}
