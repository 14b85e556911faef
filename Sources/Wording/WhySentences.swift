import CivilCalendar
public import Engine

// Why something is planned or happened, in a sentence.
extension Wording {
    /// A plain sentence that says why, with the titles of the programme.
    public func why(_ why: Why, in programme: Programme) -> String {
        sentence(why, programme).beginningUpper
    }

    /// A condition as part of a sentence: "«Yrkesgruppe» er sykepleier eller vernepleier".
    public func condition(_ condition: Condition, in programme: Programme?) -> String {
        switch condition {
        case .always: return text("condition.always")
        case .all(let parts):
            return parts.isEmpty
                ? text("condition.always") : list(parts.map { part($0, of: parts, programme) })
        case .any(let parts): return alternatives(parts.map { part($0, of: parts, programme) })
        case .not(let inner):
            return text("condition.not", ["condition": part(inner, of: [], programme)])
        case .isOneOf(let id, let values):
            let key = hasSeveral(id, programme) ? "condition.has" : "condition.is"
            return text(key, about(id, values, programme))
        case .lacks(let id, let values):
            let key = hasSeveral(id, programme) ? "condition.has-not" : "condition.is-not"
            return text(key, about(id, values, programme))
        case .atLeast(let id, let limit):
            return text(
                "condition.at-least", ["fact": fact(id, in: programme), "number": number(limit)])
        case .atMost(let id, let limit):
            return text(
                "condition.at-most", ["fact": fact(id, in: programme), "number": number(limit)])
        case .isTrue(let id, let expected):
            return expected
                ? text("condition.is-true", ["fact": fact(id, in: programme)])
                : text("condition.is-false", ["fact": fact(id, in: programme)])
        }
    }

    private func sentence(_ why: Why, _ programme: Programme) -> String {
        switch why {
        case .date(let date): return dateSentence(date, programme)
        case .atStart(let day): return text("why.at-start", ["day": self.day(day)])
        case .after(let ids):
            return text("why.after", ["steps": steps(ids, in: programme)])
        case .reminder(let offset, let origin, let day):
            return text(
                "why.reminder.\(origin.rawValue)-\(offset.direction.rawValue)",
                ["offset": self.offset(offset), "day": self.day(day)])
        case .escalation(let rung, let grace, let due):
            return text(
                "why.escalation.\(rung > 1 ? "next-" : "")\(grace.amount)",
                [
                    "grace": offset(grace), "day": day(due), "previous": "\(rung - 1)",
                ])
        case .windowEnds(let due, let to):
            return to == .zero
                ? text("why.window-ends-due", ["day": day(due)])
                : text("why.window-ends", ["offset": offset(to), "day": day(due)])
        case .event(let kind, let day):
            return text("why.event.\(kind.rawValue)", ["day": self.day(day)])
        case .doesNotApply(.always): return text("why.does-not-apply-at-all")
        case .doesNotApply(let condition):
            return text(
                "why.does-not-apply", ["condition": self.condition(condition, in: programme)])
        }
    }

    private func dateSentence(_ date: PlannedDate, _ programme: Programme) -> String {
        var rule = ruleText(date, programme)
        rule = text(
            date.isProjected ? "why.date.expected-base" : "why.date.base",
            ["rule": rule, "day": day(date.base)])
        // A talk opens with its window, whose first day its due day's rule does not give.
        let byRule = date.rule.offset.applied(to: date.base, in: programme.calendar)
        if byRule != date.counted {
            rule = text("why.date.window", ["rule": rule.beginningLower])
        }
        if date.postponed != date.counted {
            rule = text(
                "why.date.postponed",
                ["rule": rule, "day": day(date.counted, beside: date.base)])
        }
        let shifted =
            date.arrived == nil
            ? date.day : programme.calendar.shift(date.postponed, date.rule.shift)
        if shifted != date.postponed {
            let key = shifted > date.postponed ? "why.date.moved-next" : "why.date.moved-previous"
            rule = text(key, ["rule": rule, "day": day(date.postponed, beside: date.base)])
        }
        if date.arrived != nil {
            rule = text(
                "why.date.arrived", ["rule": rule, "day": day(date.day, beside: date.base)])
        }
        guard date.isProjected else { return text("why.date.end", ["rule": rule]) }
        switch date.rule.from {
        case .anchor, .day: return text("why.date.projected-anchor", ["rule": rule])
        case .completion(let id):
            return text(
                "why.date.projected", ["rule": rule, "step": step(id, in: programme)])
        }
    }

    /// What a date counts from.
    func reference(_ reference: Reference, in programme: Programme?) -> String {
        switch reference {
        case .anchor(let id): anchor(id, in: programme)
        case .completion(let id): step(id, in: programme)
        case .day: text("why.date.named")
        }
    }

    private func ruleText(_ date: PlannedDate, _ programme: Programme) -> String {
        let reference = reference(date.rule.from, in: programme)
        if case .day = date.rule.from, date.rule.offset == .zero { return reference }
        return self.distance(date.rule.offset, reference)
    }

    /// "2 måneder etter første arbeidsdag".
    func distance(_ distance: Offset, _ reference: String) -> String {
        let earlier = distance.backwardPart
        // A series opens so many months after something, less the days that it is opened ahead.
        if earlier != .zero, earlier.reversed != distance {
            return text(
                "why.date.after-less",
                [
                    "later": offset(distance.adding(earlier)), "earlier": offset(earlier),
                    "reference": reference,
                ])
        }
        return text(
            "why.date.\(distance.direction.rawValue)",
            ["offset": offset(distance), "reference": reference])
    }

    /// A condition that is made of others stands in brackets where it is one of several.
    private func part(
        _ inner: Condition, of parts: [Condition], _ programme: Programme?
    ) -> String {
        let text = condition(inner, in: programme)
        switch inner {
        case .all(let inside), .any(let inside):
            return inside.count > 1 && parts.count != 1
                ? self.text("condition.group", ["condition": text]) : text
        case .always, .not, .isOneOf, .lacks, .atLeast, .atMost, .isTrue: return text
        }
    }

    private func about(
        _ id: FactID, _ values: [String], _ programme: Programme?
    ) -> [String: String] {
        [
            "fact": fact(id, in: programme),
            "values": alternatives(choices(values, of: id, in: programme)),
        ]
    }

    private func hasSeveral(_ id: FactID, _ programme: Programme?) -> Bool {
        if case .someOf? = programme?.fact(id)?.type { return true }
        return false
    }
}

enum Direction: String {
    case before, same, after
}

extension Offset {
    /// Which way it points, where all its parts point the same way.
    var direction: Direction {
        let parts = [months, days, workingDays]
        if parts.allSatisfy({ $0 == 0 }) { return .same }
        return parts.contains { $0 < 0 } ? .before : .after
    }

    /// Its parts that point back, as a distance forward.
    fileprivate var backwardPart: Offset {
        Offset(months: max(0, -months), days: max(0, -days), workingDays: max(0, -workingDays))
    }

    /// Whether a verb that goes with it is in the singular.
    fileprivate var amount: String {
        if self == .zero { return "none" }
        let sum = months.magnitude + days.magnitude + workingDays.magnitude
        return sum == 1 ? "one" : "many"
    }
}
