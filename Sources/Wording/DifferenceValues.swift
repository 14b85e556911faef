import CivilCalendar
import Engine

/// What a field says in one version of a programme.
enum DifferenceValue: Equatable {
    case text(String?)
    /// Each with a key that tells it from the others.
    case items([Item])
    /// A date, or the dates of a series in their order; none where there is no date.
    case dates([DateRule])

    struct Item: Equatable {
        var key: String
        var text: String

        init(_ text: String, key: String? = nil) {
            self.key = key ?? text
            self.text = text
        }
    }
}

/// The values of fields, in the words of the plan.
struct DifferenceValues {
    let programme: Programme
    let wording: Wording
    /// The language in which the programme's own texts are compared.
    let language: Language
    /// What steps are called in the other version.
    let renamed: [StepID: StepID]

    private func word(_ key: String, _ values: [String: String] = [:]) -> String {
        wording.text("difference.value.\(key)", values)
    }

    private func quoted(_ localized: LocalizedText) -> String? {
        let own = localized.texts[language] ?? ""
        return own.isEmpty ? nil : wording.quoted(own)
    }

    private func yesOrNo(_ flag: Bool) -> DifferenceValue { .text(word(flag ? "yes" : "no")) }

    private func items(_ texts: [String]) -> DifferenceValue { .items(texts.map { .init($0) }) }

    /// A title, and in brackets what else there is to say.
    private func described(_ title: String, _ details: [String?]) -> String {
        let known = details.compactMap { $0 }
        if known.isEmpty { return title }
        return word("with", ["text": title, "details": known.joined(separator: ", ")])
    }

    private func titled(_ title: LocalizedText, or name: String) -> String {
        let own = title.texts[language] ?? title.text(in: wording.language)
        return wording.quoted(own.isEmpty ? name : own)
    }

    // MARK: - The programme and its parts

    func value(_ field: ProgrammeField) -> DifferenceValue {
        let rules = programme.sendingRules
        switch field {
        case .id: return .text(programme.id.rawValue)
        case .kind: return .text(word("programme-kind.\(programme.kind.rawValue)"))
        case .title: return .text(quoted(programme.title))
        case .summary: return .text(quoted(programme.summary))
        case .sources:
            return items(
                programme.sources.map {
                    described(wording.quoted($0.title), [$0.link, $0.rule?.rawValue])
                })
        case .owner: return .text(programme.owner.isEmpty ? nil : programme.owner)
        case .appliesWhen: return condition(programme.appliesWhen)
        case .calendar:
            return items(
                (programme.calendar.closesOnChristmasEve ? [word("christmas-eve")] : [])
                    + (programme.calendar.closesOnNewYearsEve ? [word("new-years-eve")] : []))
        case .noticeTime: return .text(wording.time(rules.noticeTime))
        case .workingDaysOnly: return yesOrNo(rules.workingDaysOnly)
        case .quietHours:
            return .text(
                word(
                    "quiet-hours",
                    [
                        "from": wording.time(rules.quietFrom),
                        "until": wording.time(rules.quietUntil),
                    ]))
        }
    }

    func value(_ field: RoleField, of id: RoleID) -> DifferenceValue {
        guard let role = programme.role(id) else { return .text(nil) }
        switch field {
        case .title: return .text(quoted(role.title))
        case .filling: return .text(filling(role.filledBy))
        case .need:
            switch role.need {
            case .optional: return .text(word("need-optional"))
            case .required: return .text(word("need-required"))
            case .requiredBy(let rule):
                return .text(word("need-by", ["day": date(rule, withShift: true)]))
            }
        case .cover: return .text(role.coveredBy.map { wording.role($0, in: programme) })
        case .vouching:
            return .text(role.vouchesAs.map { wording.text("page.competence.attester.\($0)") })
        }
    }

    private func filling(_ filling: RoleFilling) -> String {
        switch filling {
        case .participant: word("filling-participant")
        case .unitManager: word("filling-unit-manager")
        case .managersManager: word("filling-managers-manager")
        case .unitFunction(let function):
            word("filling-function", ["function": wording.quoted(function)])
        case .chosen: word("filling-chosen")
        }
    }

    func value(_ field: AnchorField, of id: AnchorID) -> DifferenceValue {
        guard let anchor = programme.anchor(id) else { return .text(nil) }
        switch field {
        case .title: return .text(quoted(anchor.title))
        case .isRequired: return yesOrNo(anchor.isRequired)
        case .fallback: return .dates([anchor.fallback].compactMap { $0 })
        }
    }

    func value(_ field: FactField, of id: FactID) -> DifferenceValue {
        guard let fact = programme.fact(id) else { return .text(nil) }
        switch field {
        case .title: return .text(quoted(fact.title))
        case .isRequired: return yesOrNo(fact.isRequired)
        case .type:
            switch fact.type {
            case .oneOf(let choices): return .text(word("one-of", ["choices": names(choices)]))
            case .someOf(let choices): return .text(word("some-of", ["choices": names(choices)]))
            case .number(let from, let to):
                return .text(
                    word("number", ["from": wording.number(from), "to": wording.number(to)]))
            case .yesOrNo: return .text(word("yes-or-no"))
            }
        }
    }

    private func names(_ choices: [FactChoice]) -> String {
        wording.list(choices.map { titled($0.title, or: $0.id) })
    }

    func value(_ field: StageField, of id: String) -> DifferenceValue {
        switch field {
        case .title: .text(programme.stages.first { $0.id == id }.flatMap { quoted($0.title) })
        }
    }

    func value(_ field: MilestoneField, of id: String) -> DifferenceValue {
        guard let milestone = programme.milestones.first(where: { $0.id == id }) else {
            return .text(nil)
        }
        switch field {
        case .title: return .text(quoted(milestone.title))
        case .steps: return steps(milestone.steps)
        }
    }

    // MARK: - Steps

    func value(_ field: StepField, of step: Step, in part: PlanPart) -> DifferenceValue {
        switch field {
        case .id: return .text(name(of: part, step))
        case .stage:
            let stage = programme.stages.first { $0.id == step.stage }
            return .text(titled(stage?.title ?? .empty, or: step.stage))
        case .kind: return .text(wording.stepKind(step.kind))
        case .title: return .text(quoted(step.title))
        case .text: return .text(quoted(step.text))
        case .actors: return .text(party(step.actors))
        case .accountable: return .text(party(step.accountable))
        case .confirmers: return .text(step.confirmers.map(party))
        case .opens: return dates(\.opens, of: step, in: part)
        case .due: return dates(\.due, of: step, in: part)
        case .windowFrom: return dates(\.windowFrom, of: step, in: part)
        case .window: return .text(step.window.map(window))
        case .waitsFor: return steps(step.waitsFor)
        case .condition: return condition(step.condition)
        case .records: return items(step.records.map(record))
        case .learning: return .text(step.learning.map(wording.learning))
        case .takes: return .text(step.takes.map(wording.length))
        case .reminders: return items(step.reminders.map(reminder))
        case .escalation: return items(escalation(step.escalation))
        case .agenda: return items(step.agenda.map { titled($0, or: "") })
        case .questions:
            return items(step.questions.map(question))
        case .measurement: return .text(step.measurement.map(wording.measurement))
        case .attachments:
            return items(step.attachments.map { described(titled($0.title, or: ""), [$0.link]) })
        case .skippableBy:
            return items(step.skippableBy.map { wording.role($0, in: programme) })
        case .meeting: return .text(step.meeting.map(meeting))
        case .occurrence: return .text(occurrence(step, in: part))
        case .module: return .text(step.module.map(wording.quoted))
        case .fulfils: return items(step.fulfils)
        case .formerIDs: return items(step.formerIDs.map(\.rawValue))
        }
    }

    private func name(of part: PlanPart, _ step: Step) -> String {
        switch part {
        case .step: step.id.rawValue
        case .series(let series): series
        }
    }

    func party(_ party: Party) -> String {
        let roles = party.roles.map { wording.role($0, in: programme) }
        switch party.rule {
        case .anyOf: return wording.alternatives(roles)
        case .allOf: return wording.list(roles)
        case .eitherThenOther: return word("one-then-other", ["roles": wording.list(roles)])
        }
    }

    private func window(_ window: Window) -> String {
        func day(_ offset: Offset) -> String {
            offset == .zero
                ? word("due-day") : wording.distance(offset, word("due-day"))
        }
        return word("window", ["from": day(window.from), "to": day(window.to)])
    }

    private func condition(_ condition: Condition) -> DifferenceValue {
        .text(condition == .always ? nil : wording.condition(condition, in: programme))
    }

    private func record(_ record: CompetenceEffect) -> String {
        described(
            titled(record.title, or: record.competence),
            [
                record.level,
                record.validFor.map { word("valid-for", ["offset": wording.offset($0)]) },
            ])
    }

    private func question(_ question: Question) -> String {
        let scale = question.scale.map { scale in
            word(
                "scale",
                [
                    "points": "\(scale.points)", "low": titled(scale.low, or: "1"),
                    "high": titled(scale.high, or: "\(scale.points)"),
                ])
        }
        return described(
            "\(question.id) \(titled(question.text, or: ""))",
            [question.evaluates.map(wording.evaluationLevel), scale])
    }

    private func reminder(_ reminder: Reminder) -> String {
        let day = word(reminder.from == .due ? "due-day" : "opening-day")
        let when = wording.distance(reminder.offset, day).beginningLower
        guard let to = reminder.to else { return when }
        return word("told", ["when": when, "roles": wording.roles(to, in: programme)])
    }

    private func escalation(_ rungs: [EscalationRung]) -> [String] {
        rungs.enumerated().map { index, rung in
            let origin =
                index == 0 ? word("due-day") : word("alert", ["number": "\(index)"])
            return word(
                "told",
                [
                    "when": wording.distance(rung.grace, origin).beginningLower,
                    "roles": wording.roles(rung.to, in: programme),
                ])
        }
    }

    private func meeting(_ meeting: MeetingDetails) -> String {
        let key = meeting.isConfidential ? "meeting-confidential" : "meeting"
        return word(
            key, ["time": wording.time(meeting.startsAt), "minutes": "\(meeting.minutes)"])
    }

    private func occurrence(_ step: Step, in part: PlanPart) -> String? {
        guard let occurrence = step.occurrence else { return nil }
        if case .series = part {
            return word("times", ["count": "\(programme.steps(of: part).count)"])
        }
        return word(
            "occurrence",
            [
                "number": "\(occurrence.number)", "count": "\(occurrence.count)",
                "series": wording.quoted(occurrence.series),
            ])
    }

    /// The steps by name; a whole series is named once.
    private func steps(_ ids: [StepID]) -> DifferenceValue {
        let named = Set(ids)
        var told: Set<String> = []
        var items: [DifferenceValue.Item] = []
        for id in ids {
            let step = programme.step(id)
            if let series = step?.occurrence?.series {
                let all = programme.steps(of: .series(series))
                if all.count > 1, all.allSatisfy({ named.contains($0.id) }) {
                    guard told.insert(series).inserted else { continue }
                    let title = wording.quoted(step?.title.text(in: wording.language) ?? "")
                    let count = ["title": "\(series) \(title)", "count": "\(all.count)"]
                    let first = all[0].id
                    items.append(
                        .init(
                            wording.text("timeline.series", count),
                            key: "\(renamed[first] ?? first) \(all.count)"))
                    continue
                }
            }
            let title = step.map { " " + wording.quoted(wording.title($0)) } ?? ""
            items.append(.init("\(id)\(title)", key: (renamed[id] ?? id).rawValue))
        }
        return .items(items)
    }

    // MARK: - Dates

    func date(_ rule: DateRule, withShift: Bool) -> String {
        let reference = wording.reference(rule.from, in: programme)
        var isBare = false
        if case .day = rule.from { isBare = rule.offset == .zero }
        let date = isBare ? reference : wording.distance(rule.offset, reference).beginningLower
        guard withShift, rule.shift != .none else { return date }
        return word("shift-\(rule.shift.rawValue)", ["date": date])
    }

    /// Dates that follow one another: the first and then how far the others lie apart.
    func dates(_ rules: [DateRule], withShift: Bool) -> String? {
        guard let first = rules.first else { return nil }
        guard rules.count > 1 else { return date(first, withShift: withShift) }
        guard rules.allSatisfy({ $0.from == first.from && $0.shift == first.shift }) else {
            return rules.map { date($0, withShift: true) }.joined(separator: "; ")
        }
        var runs: [(gap: Offset, count: Int)] = []
        for (one, next) in zip(rules, rules.dropFirst()) {
            let gap = next.offset.adding(one.offset.reversed)
            if runs.last?.gap == gap {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((gap, 1))
            }
        }
        let rhythm = runs.map { run in
            word("run", ["count": "\(run.count)", "offset": wording.offset(run.gap)])
        }
        return word(
            "rhythm",
            ["first": date(first, withShift: withShift), "runs": rhythm.joined(separator: ", ")])
    }

    private func dates(
        _ path: KeyPath<Step, DateRule?>, of step: Step, in part: PlanPart
    ) -> DifferenceValue {
        switch part {
        case .step: .dates([step[keyPath: path]].compactMap { $0 })
        case .series: .dates(programme.steps(of: part).compactMap { $0[keyPath: path] })
        }
    }
}
