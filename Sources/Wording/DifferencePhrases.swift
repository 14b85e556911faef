import CivilCalendar
import Engine

/// Puts each change of a programme into words.
struct DifferencePhrases {
    private let difference: ProgrammeDifference
    private let wording: Wording
    private let languages: [Language]

    init(_ difference: ProgrammeDifference, _ wording: Wording) {
        self.difference = difference
        self.wording = wording
        var languages = [wording.language]
        for language in Language.shipped + Self.languages(difference.from)
            + Self.languages(difference.to) where !languages.contains(language)
        {
            languages.append(language)
        }
        self.languages = languages
    }

    /// All languages that a programme has its texts in.
    private static func languages(_ programme: Programme) -> [Language] {
        var found = Set(programme.title.texts.keys).union(programme.summary.texts.keys)
        for step in programme.steps {
            found.formUnion(step.title.texts.keys)
            found.formUnion(step.text.texts.keys)
        }
        return found.sorted()
    }

    private func say(_ key: String, _ values: [String: String] = [:]) -> String {
        wording.text("difference.\(key)", values)
    }

    // MARK: - What a change is about

    /// What the change stands under: a stage, or the programme as a whole.
    func group(_ change: ProgrammeChange) -> (key: String, title: String) {
        switch change {
        case .programme, .role, .anchor, .fact, .stage:
            return ("", say("group-programme"))
        case .milestone: return (" milestones", say("group-milestones"))
        case .step(let part, _), .merged(let part, _):
            let stage = steps(of: part)?.stage ?? ""
            let title =
                difference.to.stages.first { $0.id == stage }?.title
                ?? difference.from.stages.first { $0.id == stage }?.title ?? .empty
            let own = title.text(in: wording.language)
            return ("stage \(stage)", own.isEmpty ? stage : own)
        }
    }

    /// The step, or the first of the series: as it is now, or as it was where it is dropped.
    private func steps(of part: PlanPart) -> Step? {
        difference.to.steps(of: part).first ?? difference.from.steps(of: part).first
    }

    func subject(_ change: ProgrammeChange) -> String {
        let (old, new) = (difference.from, difference.to)
        switch change {
        case .programme: return say("part.programme")
        case .role(let id, _):
            let programme = new.role(id) == nil ? old : new
            return say(
                "part.role", ["title": wording.quoted(wording.role(id, in: programme))])
        case .anchor(let id, _):
            return say(
                "part.anchor",
                ["title": named((new.anchor(id) ?? old.anchor(id))?.title, id.rawValue)])
        case .fact(let id, _):
            return say(
                "part.fact", ["title": named((new.fact(id) ?? old.fact(id))?.title, id.rawValue)])
        case .stage(let id, _):
            let stage = new.stages.first { $0.id == id } ?? old.stages.first { $0.id == id }
            return say("part.stage", ["title": named(stage?.title, id)])
        case .milestone(let id, _):
            let milestone =
                new.milestones.first { $0.id == id } ?? old.milestones.first { $0.id == id }
            return say("part.milestone", ["title": named(milestone?.title, id)])
        case .step(let part, _), .merged(let part, _): return name(part)
        }
    }

    private func named(_ title: LocalizedText?, _ id: String) -> String {
        let own = title?.text(in: wording.language) ?? ""
        return wording.quoted(own.isEmpty ? id : own)
    }

    /// `talk-5m “Talk after five months”`.
    private func name(_ part: PlanPart) -> String {
        guard let step = steps(of: part) else { return id(part) }
        switch part {
        case .step(let id): return "\(id) \(wording.quoted(wording.title(step)))"
        case .series(let series): return "\(series) \(named(step.title, series))"
        }
    }

    private func id(_ part: PlanPart) -> String {
        switch part {
        case .step(let id): id.rawValue
        case .series(let series): series
        }
    }

    // MARK: - Lines

    func line(_ change: ProgrammeChange) -> DifferenceReport.Line {
        switch change {
        case .programme(let field):
            return changed(change, "programme", difference.to.id.rawValue, field.rawValue) {
                ($0.value(field), $1.value(field))
            }
        case .role(let id, let what):
            return line(change, "role", id.rawValue, what) {
                ($0.value($2, of: id), $1.value($2, of: id))
            }
        case .anchor(let id, let what):
            return line(change, "anchor", id.rawValue, what) {
                ($0.value($2, of: id), $1.value($2, of: id))
            }
        case .fact(let id, let what):
            return line(change, "fact", id.rawValue, what) {
                ($0.value($2, of: id), $1.value($2, of: id))
            }
        case .stage(let id, let what):
            return line(change, "stage", id, what) {
                ($0.value($2, of: id), $1.value($2, of: id))
            }
        case .milestone(let id, let what):
            return line(change, "milestone", id, what) {
                ($0.value($2, of: id), $1.value($2, of: id))
            }
        case .step(let part, .added):
            return make(change, .added, kind(part), id(part), phrase: added(part))
        case .step(let part, let what):
            return line(change, kind(part), id(part), what) { values($0, $1, $2, part) }
        case .merged(let part, let other):
            return make(
                change, .merged, kind(part), id(part), to: id(other),
                phrase: say("merged", ["other": name(other)]))
        }
    }

    private func kind(_ part: PlanPart) -> String {
        switch part {
        case .step: "step"
        case .series: "series"
        }
    }

    private func added(_ part: PlanPart) -> String {
        guard let step = steps(of: part) else { return say("added") }
        let values = self.values(difference.to, wording.language)
        var words = [
            "kind": wording.stepKind(step.kind), "actors": values.party(step.actors),
        ]
        guard let due = step.due else { return say("added-step", words) }
        words["due"] = values.date(due, withShift: false)
        if case .series = part {
            words["count"] = "\(difference.to.steps(of: part).count)"
            return say("added-series", words)
        }
        return say("added-step-due", words)
    }

    /// What a step's field says in both versions, looked up where the change lies: in the first
    /// occurrence of a series that differs.
    private func values(
        _ old: DifferenceValues, _ new: DifferenceValues, _ field: StepField, _ part: PlanPart
    ) -> (DifferenceValue, DifferenceValue) {
        guard let former = difference.former(part) else { return (.text(nil), .text(nil)) }
        let before = Dictionary(
            difference.from.steps(of: former).map { (difference.renamed[$0.id] ?? $0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        var result: (DifferenceValue, DifferenceValue)?
        for step in difference.to.steps(of: part) {
            guard let was = before[step.id] else { continue }
            let pair = (old.value(field, of: was, in: former), new.value(field, of: step, in: part))
            if pair.0 != pair.1 { return pair }
            result = result ?? pair
        }
        return result ?? (.text(nil), .text(nil))
    }

    private func line<Field: RawRepresentable<String>>(
        _ change: ProgrammeChange, _ part: String, _ id: String, _ what: PartChange<Field>,
        _ values: (DifferenceValues, DifferenceValues, Field) -> (DifferenceValue, DifferenceValue)
    ) -> DifferenceReport.Line {
        switch what {
        case .added: make(change, .added, part, id, phrase: say("added"))
        case .dropped: make(change, .dropped, part, id, phrase: say("dropped"))
        case .moved: make(change, .moved, part, id, phrase: say("moved"))
        case .changed(let field):
            changed(change, part, id, field.rawValue) { values($0, $1, field) }
        }
    }

    private func make(
        _ change: ProgrammeChange, _ kind: DifferenceReport.Line.Kind, _ part: String, _ id: String,
        field: String? = nil, from: String? = nil, to: String? = nil, phrase: String,
        isVerb: Bool = true
    ) -> DifferenceReport.Line {
        DifferenceReport.Line(
            kind: kind, part: part, id: id, field: field, from: from, to: to, phrase: phrase,
            sentence: say(
                isVerb ? "sentence-verb" : "sentence",
                ["subject": subject(change), "phrase": phrase]))
    }

    private func values(_ programme: Programme, _ language: Language) -> DifferenceValues {
        DifferenceValues(
            programme: programme, wording: wording, language: language,
            renamed: programme === difference.to ? [:] : difference.renamed)
    }

    private func changed(
        _ change: ProgrammeChange, _ part: String, _ id: String, _ field: String,
        _ values: (DifferenceValues, DifferenceValues) -> (DifferenceValue, DifferenceValue)
    ) -> DifferenceReport.Line {
        var label = say("field.\(field)")
        var pair: (DifferenceValue, DifferenceValue) = (.text(nil), .text(nil))
        // A text that differs in another language than the reader's is shown in that one.
        for language in languages {
            pair = values(
                self.values(difference.from, language), self.values(difference.to, language))
            guard pair.0 != pair.1 else { continue }
            if language != wording.language {
                let name = Wording(language: language)
                label = say(
                    "in-language",
                    [
                        "field": label,
                        "language": name.language == language
                            ? name.text("language.name").beginningLower : language.rawValue,
                    ])
            }
            break
        }
        let words = DifferenceWords(
            pair.0, pair.1, label: label, field: part == "programme" ? "" : field, wording
        ) {
            self.values($0 ? difference.to : difference.from, wording.language)
                .dates($1, withShift: $2)
        }
        return make(
            change, field == "id" && part != "programme" ? .renamed : .changed, part, id,
            field: field, from: words.from, to: words.to, phrase: words.phrase,
            isVerb: words.isVerb)
    }
}

/// Two values and what to say of them.
private struct DifferenceWords {
    let from: String?
    let to: String?
    let phrase: String
    /// Whether the phrase tells what becomes of the thing itself, not of a field of it.
    private(set) var isVerb = false

    init(
        _ old: DifferenceValue, _ new: DifferenceValue, label: String, field: String,
        _ wording: Wording, dates: (_ isNew: Bool, [DateRule], _ withShift: Bool) -> String?
    ) {
        func say(_ key: String, _ values: [String: String]) -> String {
            wording.text("difference.\(key)", values.merging(["field": label]) { one, _ in one })
        }
        if case .items(let before) = old, case .items(let after) = new {
            (from, to) = (Self.joined(before), Self.joined(after))
            let dropped = before.filter { item in !after.contains { $0.key == item.key } }
            let added = after.filter { item in !before.contains { $0.key == item.key } }
            phrase =
                switch (Self.joined(added), Self.joined(dropped)) {
                case (let added?, let dropped?):
                    say("items-changed", ["added": added, "dropped": dropped])
                case (let added?, nil): say("items-added", ["added": added])
                case (nil, let dropped?): say("items-dropped", ["dropped": dropped])
                case (nil, nil):
                    from == to
                        ? say("changed", [:]) : say("items-reordered", ["items": to ?? ""])
                }
            return
        }
        let moves = Self.dates(old, new)
        let withShift = moves.map { $0.first?.shift != $1.first?.shift } ?? false
        func shown(_ value: DifferenceValue, isNew: Bool) -> String? {
            switch value {
            case .text(let text): text
            case .items(let items): Self.joined(items)
            case .dates(let rules): dates(isNew, rules, withShift)
            }
        }
        (from, to) = (shown(old, isNew: false), shown(new, isNew: true))
        guard from != to else {
            phrase = say("changed", [:])
            return
        }
        switch (from, to) {
        case (let from?, let to?):
            if let moves, moves.0.count == 1, moves.1.count == 1 {
                let number = moves.0[0].number(beside: moves.1[0])
                phrase = say("moves", ["from": number ?? from, "to": to])
            } else {
                let own = wording.optionalText(
                    "difference.changes-\(field)", ["from": from, "to": to])
                phrase = own ?? say("changes", ["from": from, "to": to])
                isVerb = own != nil
            }
        case (nil, let to?): phrase = say("set", ["to": to])
        case (let from?, nil): phrase = say("removed", ["from": from])
        case (nil, nil): phrase = say("changed", [:])
        }
    }

    private static func joined(_ items: [DifferenceValue.Item]) -> String? {
        items.isEmpty ? nil : items.map(\.text).joined(separator: "; ")
    }

    private static func dates(
        _ old: DifferenceValue, _ new: DifferenceValue
    ) -> ([DateRule], [DateRule])? {
        if case .dates(let old) = old, case .dates(let new) = new { return (old, new) }
        return nil
    }
}

extension DateRule {
    /// The number of its unit, where another date differs in nothing but that number.
    fileprivate func number(beside other: DateRule) -> String? {
        guard from == other.from, shift == other.shift else { return nil }
        let mine = [offset.months, offset.days, offset.workingDays]
        let others = [other.offset.months, other.offset.days, other.offset.workingDays]
        guard mine.filter({ $0 != 0 }).count == 1, others.filter({ $0 != 0 }).count == 1 else {
            return nil
        }
        for (one, another) in zip(mine, others) where one != 0 {
            return another != 0 && one.signum() == another.signum() ? "\(one.magnitude)" : nil
        }
        return nil
    }
}
