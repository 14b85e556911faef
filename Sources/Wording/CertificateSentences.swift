public import JSONText
import Placements

// A certificate in plain words.
extension Wording {
    /// What is proven about an allocation, one sentence to a line.
    ///
    /// - Parameter certificate: as it is written with the allocation.
    public func certificate(_ certificate: JSON) -> [String] {
        func said(_ key: String, _ values: [String: String] = [:]) -> String {
            text("certificate.\(key)", values)
        }
        let method = certificate["method"]?.string ?? ""
        let status = certificate["status"]?.string ?? ""
        let isInTurn = method == AllocationMethod.serial.rawValue
        // Choosing in turn looks for no best, and so has no levels to show.
        var lines = [said("status.\(isInTurn && status == "feasible" ? "in-turn" : status)")]
        for level in certificate["levels"]?.array ?? [] {
            let name = (level["level"]?.string ?? "").replacing("_", with: "-")
            let value = level["value"]?.integer ?? 0
            var line = said("level.\(name)", ["value": "\(value)"])
            if level["proven"]?.bool == true {
                line += " " + said("proven")
            } else if let bound = level["bound"]?.integer {
                line += " " + said("bound", ["bound": "\(bound)", "gap": "\(value - bound)"])
            } else {
                line += " " + said("no-bound")
            }
            lines.append(line)
        }
        if certificate["interrupted"]?.bool == true { lines.append(said("interrupted")) }
        if let matching = certificate["matching"] {
            lines.append(
                said(
                    "matching",
                    [
                        "matched": "\(matching["matched"]?.integer ?? 0)",
                        "pairs": "\(matching["blocking_pairs"]?.integer ?? 0)",
                    ]))
        }
        if isInTurn { lines.append(said("lottery")) }
        lines.append(said("checked-\(method == AllocationMethod.stable.rawValue ? "part" : "all")"))
        if method == AllocationMethod.stable.rawValue { lines.append(said("not-to-publish")) }
        if let input = certificate["inputs"]?["instance"]?.string {
            lines.append(
                said("repeat", ["hash": input, "seed": "\(certificate["seed"]?.integer ?? 0)"]))
        }
        if let solver = certificate["solver"]?.string {
            lines.append(said("solver", ["solver": solver]))
        }
        return lines
    }

    /// Why students have no place: the rule, and how many of the places that it keeps away.
    public func unplaced(_ unplaced: JSON) -> String {
        let rules = (unplaced["rules"]?.members ?? []).map { member in
            let rule = RuleCode(rawValue: member.name).map(placementRule) ?? member.name
            return text(
                "certificate.keeps-away",
                ["rule": rule, "count": "\(member.value.integer ?? 0)"])
        }
        let eligible = unplaced["eligible_places"]?.integer ?? 0
        let wished = unplaced["wished_places"]?.integer
        let values = ["rules": rules.joined(separator: "; ")]
        switch (eligible, wished) {
        case (0, _): return text("certificate.nowhere", values)
        case (_, 0?): return counted("certificate.not-wished", eligible, values)
        case (_, nil): return counted("certificate.taken", eligible, values)
        case (_, let wished?): return counted("certificate.wished-taken", wished, values)
        }
    }
}
