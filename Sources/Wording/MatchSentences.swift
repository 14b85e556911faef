public import Placements

// Mentors, swaps, and places divided between schools.
extension Wording {
    /// Who is whose mentor, one sentence to a line, and why somebody has none.
    public func mentors(_ match: MentorMatch) -> [String] {
        var lines = match.pairs.map { pair in
            var parts = [
                text(
                    "match.pair", ["newcomer": pair.newcomer, "mentor": pair.mentor])
            ]
            if pair.isFixed { parts.append(text("match.fixed")) }
            if let wish = pair.wish { parts.append(text("match.wish", ["number": "\(wish)"])) }
            if !pair.sharedShifts.isEmpty {
                parts.append(text("match.shifts", ["shifts": list(pair.sharedShifts)]))
            }
            return parts.joined(separator: " ")
        }
        lines += match.unmatched.map { one in
            let reasons = one.rules.map { counted("match.rule.\($0.rule.rawValue)", $0.mentors) }
            return text(
                "match.none",
                [
                    "newcomer": one.newcomer,
                    "reasons": reasons.isEmpty ? text("match.no-mentors") : list(reasons),
                ])
        }
        lines.append(text(match.isProven ? "match.proven" : "match.not-proven"))
        return lines
    }

    /// Why two students cannot change places.
    public func swapRefusal(_ refusal: PlacementSwap.Refusal) -> String {
        switch refusal {
        case .noConsent(let students):
            text("swap.no-consent", ["students": list(students)])
        case .sameStudent: text("swap.same-student")
        case .noPlace(let student): text("swap.no-place", ["student": student])
        case .samePlace: text("swap.same-place")
        case .rule(.lock, let student): text("swap.locked", ["student": student])
        case .rule(let rule, let student):
            text("swap.rule", ["student": student, "rule": placementRule(rule)])
        case .shared(let rule, let about):
            text("swap.shared", ["rule": placementRule(rule), "about": about])
        }
    }

    /// A swap in a sentence or more.
    public func swap(_ swap: PlacementSwap, _ first: String, _ second: String) -> [String] {
        guard let after = swap.after else { return swap.refusals.map(swapRefusal) }
        return [
            text(
                "swap.done",
                [
                    "first": first, "second": second, "before": "\(swap.before.cost)",
                    "after": "\(after.cost)",
                ])
        ]
    }

    /// What each school was given, one sentence to a line.
    public func split(_ split: SchoolSplit) -> [String] {
        var lines = split.lines.map {
            text(
                "split.school",
                [
                    "school": $0.school, "profession": $0.profession, "need": "\($0.need)",
                    "fair": "\($0.fair)", "allotted": "\($0.allotted)",
                ])
        }
        lines.append(text(split.isProven ? "split.proven" : "split.not-proven"))
        return lines
    }
}
