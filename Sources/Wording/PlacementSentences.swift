public import Placements

// Why a student is at a place, and not at another.
extension Wording {
    /// The explanation as sentences, one to a line; they name no other student.
    public func placement(
        _ explanation: PlacementExplanation, toStudent: Bool = false
    ) -> [String] {
        PlacementSentences(wording: self, toStudent: toStudent).lines(explanation)
    }

    /// What a rule of allocation says against a place.
    public func placementRule(_ rule: RuleCode) -> String {
        optionalText("placement.rule.\(rule.rawValue.lowercased())") ?? rule.rawValue
    }
}

/// The sentences of one explanation, about a student or to the student.
private struct PlacementSentences {
    let wording: Wording
    let toStudent: Bool

    /// A sentence; to the student where there is one for that.
    private func text(_ key: String, _ values: [String: String] = [:]) -> String {
        let own = toStudent ? "own-placement.\(key.dropFirst("placement.".count))" : nil
        return own.flatMap { wording.optionalText($0, values) } ?? wording.text(key, values)
    }

    private func rule(_ rule: RuleCode) -> String {
        toStudent
            ? wording.optionalText("own-placement.rule.\(rule.rawValue.lowercased())")
                ?? wording.placementRule(rule) : wording.placementRule(rule)
    }

    func lines(_ explanation: PlacementExplanation) -> [String] {
        var lines: [String] = []
        if let place = explanation.place {
            lines.append(
                text(
                    "placement.placed",
                    [
                        "student": explanation.student, "ward": place.ward,
                        "institution": place.institution, "period": place.period,
                        "minutes": "\(place.minutes)",
                    ]))
            lines.append(wish(place.wish, of: explanation.wishes))
        } else {
            lines.append(text("placement.unplaced", ["student": explanation.student]))
            if let unplaced = explanation.unplaced {
                lines.append(
                    unplaced.eligible == 0
                        ? text(
                            "placement.not-eligible", ["rules": rules(unplaced.rules.map(\.rule))])
                        : text(
                            "placement.all-taken.\(unplaced.eligible == 1 ? "one" : "many")",
                            [
                                "count": "\(unplaced.eligible)",
                                "rules": rules(unplaced.rules.map(\.rule)),
                            ]))
            }
        }
        return lines + explanation.unmet.map(unmet)
    }

    private func wish(_ number: Int?, of count: Int) -> String {
        if count == 0 { return text("placement.no-wishes") }
        guard let number else { return text("placement.wish-none", ["count": "\(count)"]) }
        return text("placement.wish-met", ["number": "\(number)", "count": "\(count)"])
    }

    private func rules(_ rules: [RuleCode]) -> String {
        rules.isEmpty
            ? text("placement.room") : rules.map(rule).joined(separator: "; ")
    }

    private func unmet(_ unmet: PlacementExplanation.Unmet) -> String {
        var values = ["number": "\(unmet.number)", "name": unmet.name]
        switch unmet.wish {
        case .ward:
            values["reasons"] =
                unmet.hindrances.first.map { rules($0.rules) } ?? text("placement.no-such-ward")
            return text("placement.unmet-ward", values)
        case .institution:
            let reasons = unmet.hindrances.map {
                text("placement.hindrance", ["ward": $0.ward, "rules": rules($0.rules)])
            }
            values["reasons"] =
                reasons.isEmpty
                ? text("placement.no-such-ward") : reasons.joined(separator: ". ")
            return text("placement.unmet-institution", values)
        }
    }
}
