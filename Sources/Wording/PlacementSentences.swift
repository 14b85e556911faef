import CivilCalendar
public import Placements

// Why a student is at a place, and not at another.
extension Wording {
    /// The explanation as sentences, one to a line; they name no other student.
    public func placement(
        _ explanation: PlacementExplanation, toStudent: Bool = false
    ) -> [String] {
        PlacementSentences(wording: self, toStudent: toStudent).lines(explanation)
    }

    /// What has become of a ward's places of one kind: how many are taken, and why others who
    /// wished for them are elsewhere.
    public func slot(_ slot: SlotExplanation) -> [String] {
        let values = [
            "ward": slot.ward, "profession": slot.profession, "year": "\(slot.year)",
            "period": slot.period, "taken": "\(slot.taken)",
        ]
        let isNothing = slot.places == 0 && slot.taken == 0
        let taken =
            isNothing
            ? text("placement.slot.none", values)
            : counted("placement.slot", slot.places, values)
        return [taken] + slot.refused.map { refused($0) }
    }

    /// Why some who wished for a ward are elsewhere.
    public func refused(_ refused: SlotExplanation.Refused) -> String {
        counted(
            "page.placing.ward.refused", refused.students,
            ["rule": refused.rule.map(placementRule) ?? text("placement.room")])
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

    /// The same in the number that a count asks for.
    private func counted(_ key: String, _ count: Int, _ values: [String: String] = [:]) -> String {
        text(
            "\(key).\(count == 1 ? "one" : "many")",
            values.merging(["count": "\(count)"]) { own, _ in own })
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
            lines += change(explanation)
            lines.append(wish(place.wish, of: explanation.wishes))
        } else {
            lines.append(text("placement.unplaced", ["student": explanation.student]))
            if let unplaced = explanation.unplaced {
                lines.append(why(unplaced))
            }
        }
        // Whoever has swapped was given another place by the rules.
        if explanation.isSwapped { return lines }
        lines += explanation.unmet.map(unmet)
        if explanation.metFull, !explanation.isRepaired, let method = explanation.method {
            let isFair = method == .optimal && explanation.profile == .fairnessFirst
            let rule = isFair ? "optimal-fair" : method.rawValue
            lines.append(text("placement.last-place.\(rule)"))
        }
        return lines
    }

    /// How the student came to the place after the first allocation.
    private func change(_ explanation: PlacementExplanation) -> [String] {
        var values = ["student": explanation.student]
        func dated(_ key: String, _ day: String?) -> String {
            guard let day = day.flatMap({ CivilDay($0) }) else { return text(key, values) }
            values["day"] = wording.day(day)
            return text("\(key)-on", values)
        }
        switch explanation.change {
        case nil: return []
        case .swapped(let day): return [dated("placement.swapped", day)]
        case .added(let day): return [dated("placement.added", day)]
        case .moved(let day, let ward, let period, let reason, let isRepair):
            values["ward"] = ward
            values["period"] = period
            return [
                dated("placement.moved", day),
                wording.text(isRepair ? "placement.repaired" : "placement.allocated-anew"),
                wording.text("placement.moved-reason", ["reason": reason]),
            ]
        }
    }

    private func why(_ unplaced: AllocationCertificate.Unplaced) -> String {
        let rules = rules(unplaced.rules.map(\.rule))
        if unplaced.eligible == 0 { return text("placement.not-eligible", ["rules": rules]) }
        // A method that gives only what was wished for says nothing of the rest.
        if unplaced.wished == 0 {
            return counted("placement.not-wished", unplaced.eligible)
        }
        let key = unplaced.wished == nil ? "placement.all-taken" : "placement.wished-taken"
        let count = unplaced.wished ?? unplaced.eligible
        return counted(key, count, ["rules": rules])
    }

    private func wish(_ number: Int?, of count: Int) -> String {
        if count == 0 { return text("placement.no-wishes") }
        guard let number else { return counted("placement.wish-none", count) }
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
