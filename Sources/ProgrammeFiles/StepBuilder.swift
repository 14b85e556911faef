import CivilCalendar
import Engine

/// Makes the steps of the programme from one draft: one, or as many as its series has.
struct StepBuilder {
    private let resolver: Resolver
    private let draft: StepDraft
    private let defaults: Defaults
    private var dependencies: [Dependency] = []

    /// What holds for steps that say nothing else.
    struct Defaults {
        var reminders: [Reminder] = []
        var escalation: [EscalationRung] = []
    }

    /// The draft with its steps and what they depend on.
    static func build(_ draft: StepDraft, _ defaults: Defaults, _ resolver: Resolver) -> StepDraft {
        var builder = StepBuilder(resolver: resolver, draft: draft, defaults: defaults)
        var result = draft
        result.steps = builder.steps()
        result.dependencies = builder.dependencies
        return result
    }

    private init(resolver: Resolver, draft: StepDraft, defaults: Defaults) {
        self.resolver = resolver
        self.draft = draft
        self.defaults = defaults
    }

    private var node: YAMLNode { draft.node }

    private mutating func steps() -> [Step] {
        let step = template()
        if draft.additions.isEmpty { return [step] }
        let ids = draft.stepIDs
        return draft.additions.indices.map { index in
            var occurrence = step
            occurrence.id = ids[index]
            occurrence.occurrence = Occurrence(
                series: draft.id, number: index + 1, count: ids.count)
            occurrence.formerIDs = step.formerIDs.map {
                StepDraft.occurrenceID($0.rawValue, index + 1, of: ids.count)
            }
            occurrence.due?.offset = step.due?.offset.adding(draft.additions[index]) ?? .zero
            if step.opens != nil {
                occurrence.opens?.offset =
                    step.opens?.offset.adding(draft.additions[index]) ?? .zero
            } else if step.window == nil, let due = occurrence.due {
                occurrence.opens = DateRule(
                    due.offset.adding(Offset(days: -draft.leadDays[index])), from: due.from)
            }
            return occurrence
        }
    }

    private mutating func template() -> Step {
        let kind = node["kind"]?.text.flatMap(StepKind.init(rawValue:)) ?? .task
        var step = Step(
            id: StepID(draft.id), stage: draft.stage, kind: kind,
            title: Reading.localizedText(node["title"]),
            actors: resolver.party(node["who"]) ?? .one(.participant),
            accountable: resolver.party(node["accountable"]))
        step.text = Reading.localizedText(node["text"])
        step.confirmers = resolver.party(node["confirmed-by"])
        step.opens = date("opens", .none)
        step.due = date("due", .next)
        step.window = node["window"].map {
            Window(from: Reading.distance($0["from"]).reversed, to: Reading.distance($0["to"]))
        }
        step.waitsFor = waitsFor()
        step.condition = resolver.condition(node["when"])
        step.records = (node["records"]?.items ?? []).map(record)
        step.learning = node["learning"]?.text.flatMap(LearningForm.init(rawValue:))
        step.skippableBy = resolver.roles(node["skippable-by"])
        step.meeting = node["meeting"].map(meeting)
        step.agenda = (node["agenda"]?.items ?? []).map { Reading.localizedText($0) }
        step.takes = node["takes"].map(Reading.minutes)
        step.questions = (node["questions"]?.items ?? []).map(Reading.question)
        step.measurement = node["measurement"]?.text.flatMap(Measurement.init(rawValue:))
        step.attachments = (node["attachments"]?.items ?? []).map {
            Attachment(
                title: Reading.localizedText($0["title"]), link: $0["link"]?.text ?? "")
        }
        step.module = draft.module
        step.fulfils = (node["fulfils"]?.items ?? []).compactMap(\.text)
        step.formerIDs = (node["renamed-from"]?.items ?? []).compactMap {
            $0.text.map { StepID($0) }
        }
        follow(&step)
        return step
    }

    /// Reminders and escalation: the step's own, or the defaults that can work for it.
    private mutating func follow(_ step: inout Step) {
        if let own = node["remind"] {
            step.reminders = own.items.map { Self.reminder($0, resolver) }
        } else if step.kind != .message {
            step.reminders = defaults.reminders.filter { step.due != nil || $0.from == .opens }
        }
        if let own = node["escalate"] {
            step.escalation = own.items.map { Self.rung($0, resolver) }
        } else if step.due != nil, step.kind != .message {
            step.escalation = defaults.escalation
        }
    }

    private mutating func date(_ key: String, _ shift: ShiftRule) -> DateRule? {
        guard let (rule, dependency) = resolver.date(node[key], module: draft.module, shift: shift)
        else { return nil }
        dependencies.append(dependency)
        return rule
    }

    private mutating func waitsFor() -> [StepID] {
        var result: [StepID] = []
        var seen: Set<StepID> = []
        for item in node["waits-for"]?.items ?? [] {
            guard let (target, ids) = resolver.steps(named: item, module: draft.module) else {
                continue
            }
            dependencies.append(
                Dependency(
                    target: .step(resolver.drafts[target].id), reason: .waitsFor,
                    position: item.position))
            for id in ids where seen.insert(id).inserted { result.append(id) }
        }
        return result
    }

    private func record(_ node: YAMLNode) -> CompetenceEffect {
        CompetenceEffect(
            competence: node["competence"]?.text ?? "",
            title: Reading.localizedText(node["title"]), level: node["level"]?.text,
            validFor: node["valid-for"].map { Reading.distance($0) })
    }

    private func meeting(_ node: YAMLNode) -> MeetingDetails {
        let usual = MeetingDetails()
        return MeetingDetails(
            startsAt: Reading.time(node["at"]) ?? usual.startsAt,
            minutes: node["minutes"]?.wholeNumber ?? usual.minutes,
            isConfidential: node["confidential"]?.flag ?? usual.isConfidential)
    }

    static func reminder(_ node: YAMLNode, _ resolver: Resolver) -> Reminder {
        let isBefore = node["before"] != nil
        let origin = (node["before"] ?? node["after"])?.text.flatMap(
            Reminder.Origin.init(rawValue:))
        let distance = Reading.distance(node)
        let to = resolver.roles(node["to"])
        return Reminder(
            isBefore ? distance.reversed : distance, from: origin ?? .due,
            to: to.isEmpty ? nil : to)
    }

    static func rung(_ node: YAMLNode, _ resolver: Resolver) -> EscalationRung {
        EscalationRung(
            grace: Reading.distance(node["after"]), to: resolver.roles(node["to"]))
    }
}
