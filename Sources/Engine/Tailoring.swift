public import CivilCalendar

/// A change of one person's plan against the programme, with who asked for it, who approved it and
/// why.
public struct PlanEdit: Hashable, Sendable {
    /// The number of the event that recorded it: its name within the enrolment.
    public var number: Int
    public var change: PlanChange
    public var by: PersonID
    public var approvedBy: PersonID
    public var reason: String
    /// How many delays the plan had then: those do not move the days that it names.
    public var delays: Int

    public init(
        number: Int, change: PlanChange, by: PersonID, approvedBy: PersonID, reason: String,
        delays: Int
    ) {
        self.number = number
        self.change = change
        self.by = by
        self.approvedBy = approvedBy
        self.reason = reason
        self.delays = delays
    }
}

/// What is different for one person.
public enum PlanChange: Hashable, Sendable {
    case skip(StepID)
    /// A step of their own, after another one or at the end.
    case add(OwnStep, after: StepID?)
    /// Something else in a step's place: what waits for the one waits for the other.
    case replace(StepID, with: OwnStep)
    case move(StepID, due: CivilDay)

    /// The step of the programme that it is about, where it is about one.
    public var step: StepID? {
        switch self {
        case .skip(let step), .replace(let step, _), .move(let step, _): step
        case .add: nil
        }
    }

    /// The step after which it puts one in.
    var place: StepID? {
        if case .add(_, let other) = self { other } else { nil }
    }

    /// The step that it puts in.
    public var ownStep: OwnStep? {
        switch self {
        case .add(let own, _), .replace(_, let own): own
        case .skip, .move: nil
        }
    }
}

/// A step that one person has and the programme has not.
public struct OwnStep: Hashable, Sendable {
    /// Given by the engine: `own-` and the event's number. The compiler refuses such names.
    public var id: StepID
    public var kind: StepKind
    public var title: LocalizedText
    public var text: LocalizedText
    /// Who does it: one of them suffices.
    public var actors: [RoleID]
    public var opens: CivilDay?
    public var due: CivilDay?
    /// How it is followed up until it is done, where it stands in for no other step.
    public var reminders: [Reminder]
    public var escalation: [EscalationRung]

    public init(
        id: StepID = "", kind: StepKind = .task, title: LocalizedText,
        text: LocalizedText = .empty, actors: [RoleID], opens: CivilDay? = nil,
        due: CivilDay? = nil, reminders: [Reminder] = [], escalation: [EscalationRung] = []
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.text = text
        self.actors = actors
        self.opens = opens
        self.due = due
        self.reminders = reminders
        self.escalation = escalation
    }

    /// What every such step's id begins with.
    public static let idPrefix = "own-"
}

extension Programme {
    /// The programme as it is for one person: this version with the changes of their plan.
    public func plan(for enrolment: Enrolment) -> Programme {
        if enrolment.edits.isEmpty { return self }
        var tailoring = Tailoring(steps: steps, milestones: milestones)
        for edit in enrolment.edits { tailoring.apply(edit) }
        return tailoring.hasChanged
            ? with(steps: tailoring.steps, milestones: tailoring.milestones) : self
    }
}

/// Puts the changes of one person's plan into a programme's steps.
private struct Tailoring {
    var steps: [Step]
    var milestones: [Milestone]
    var hasChanged = false

    mutating func apply(_ edit: PlanEdit) {
        switch edit.change {
        case .skip: return  // The step's record says so; the plan is the same.
        case .move(let id, let due):
            guard let index = position(id) else { return }
            // A talk that moves is not for that reason held in time: its window stays.
            if steps[index].windowFrom == nil { steps[index].windowFrom = steps[index].due }
            steps[index].due = fixed(due, edit)
        case .add(let own, let other):
            let place = other.flatMap(position).map { $0 + 1 } ?? steps.count
            let stage = steps.isEmpty ? "" : steps[max(0, place - 1)].stage
            steps.insert(step(own, edit, stage: stage), at: place)
        case .replace(let id, let own):
            guard let index = position(id) else {
                // The step has gone in a later version; what stands in for it stays.
                steps.append(step(own, edit, stage: steps.last?.stage ?? ""))
                hasChanged = true
                return
            }
            replace(index, with: step(own, edit, stage: steps[index].stage))
        }
        hasChanged = true
    }

    private func position(_ id: StepID) -> Int? { steps.firstIndex { $0.id == id } }

    private func fixed(_ day: CivilDay, _ edit: PlanEdit) -> DateRule {
        DateRule(.zero, from: .day(day, afterDelays: edit.delays))
    }

    private func step(_ own: OwnStep, _ edit: PlanEdit, stage: String) -> Step {
        var step = Step(
            id: own.id, stage: stage, kind: own.kind, title: own.title,
            actors: Party(.anyOf, own.actors))
        step.text = own.text
        step.opens = own.opens.map { fixed($0, edit) }
        step.due = own.due.map { fixed($0, edit) }
        step.reminders = own.reminders
        step.escalation = own.escalation
        return step
    }

    private mutating func replace(_ index: Int, with own: Step) {
        let old = steps[index]
        var new = own
        new.accountable = old.accountable
        new.opens = own.opens ?? old.opens
        new.due = own.due ?? old.due
        new.window = old.window
        new.windowFrom = own.due == nil ? old.windowFrom : old.windowFrom ?? old.due
        new.waitsFor = old.waitsFor
        new.condition = old.condition
        new.records = old.records
        new.reminders = old.reminders
        new.escalation = old.escalation
        new.meeting = old.meeting
        new.skippableBy = old.skippableBy
        new.fulfils = old.fulfils
        for other in steps.indices where other != index {
            if steps[other].waitsFor.contains(old.id) { steps[other].waitsFor.append(new.id) }
            for path in [\Step.opens, \Step.due, \Step.windowFrom]
            where steps[other][keyPath: path]?.from == .completion(of: old.id) {
                steps[other][keyPath: path]?.from = .completion(of: new.id)
            }
        }
        for other in milestones.indices where milestones[other].steps.contains(old.id) {
            milestones[other].steps.append(new.id)
        }
        steps.insert(new, at: index + 1)
    }
}

extension Decision {
    /// Changes one person's plan.
    mutating func tailor(
        _ change: PlanChange, _ person: PersonID, _ approver: PersonID, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        let approvers: [RoleID] = [.lineManager, .managersManager, .hr]
        guard isHolder(person, of: programme.roles.map(\.id)) else { throw .notInvolved(person) }
        guard isHolder(approver, of: approvers), approver != enrolment.roles[.participant] else {
            throw .mayNotApprove(approver)
        }
        let edit = PlanEdit(
            number: enrolment.eventCount + 1, change: try checked(change), by: person,
            approvedBy: approver, reason: reason, delays: enrolment.delays.count)
        append(.planEdited(edit))
        switch change {
        case .skip(let id), .replace(let id, _):
            let record = enrolment.record(id)
            if record.invitation != nil { cancelInvitation(id, record) }
            append(.stepSkipped(id, on: today, by: person, reason: reason))
        case .add, .move: break
        }
    }

    private func isHolder(_ person: PersonID, of roles: [RoleID]) -> Bool {
        roles.contains { enrolment.holder(of: $0, in: programme) == person }
    }

    private func checked(_ change: PlanChange) throws(Refusal) -> PlanChange {
        switch change {
        case .skip(let id):
            _ = try unsettled(id, alsoPaused: true)
        case .move(let id, let due):
            _ = try unsettled(id, alsoPaused: true)
            if due < today { throw .dayInThePast(due) }
        case .add(let own, let other):
            if let other, programme.step(other) == nil { throw .noSuchStep(other) }
            return .add(try checked(own), after: other)
        case .replace(let id, let own):
            _ = try unsettled(id, alsoPaused: true)
            return .replace(id, with: try checked(own))
        }
        return change
    }

    private func checked(_ own: OwnStep) throws(Refusal) -> OwnStep {
        if own.title.texts.values.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) {
            throw .titleMissing
        }
        if own.actors.isEmpty { throw .actorsMissing }
        let told = own.escalation.flatMap(\.to) + own.reminders.flatMap { $0.to ?? [] }
        for role in own.actors + told where programme.role(role) == nil {
            throw .unknownRole(role)
        }
        if own.kind == .message { throw .kindNotAllowed(own.kind) }
        if let due = own.due, due < today { throw .dayInThePast(due) }
        if let opens = own.opens, let due = own.due, opens > due {
            throw .opensAfterDue(opens, due)
        }
        var own = own
        own.id = StepID("\(OwnStep.idPrefix)\(enrolment.eventCount + 1)")
        return own
    }

    /// Takes a change of the plan back.
    mutating func withdrawEdit(
        _ number: Int, _ person: PersonID, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        guard let edit = enrolment.edits.first(where: { $0.number == number }) else {
            throw .noSuchEdit(number)
        }
        guard isHolder(person, of: [.lineManager, .managersManager, .hr]) else {
            throw .mayNotApprove(person)
        }
        if let own = edit.change.ownStep {
            let record = enrolment.record(own.id)
            if record.status.isSettled { throw .alreadySettled(own.id, record.status) }
            if record.invitation != nil { cancelInvitation(own.id, record) }
        }
        append(.planEditWithdrawn(number: number, by: person, reason: reason))
    }
}
