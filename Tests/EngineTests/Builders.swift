import CivilCalendar
import Engine

// Small programmes in code, so that a test can say everything that matters to it on one page.

/// The day written as ISO 8601.
func day(_ text: String) -> CivilDay {
    guard let day = CivilDay(text) else { preconditionFailure("\(text) is not a day") }
    return day
}

/// The moment written as `YYYY-MM-DDTHH:MM`.
func moment(_ text: String) -> CivilMoment {
    guard let moment = CivilMoment(text) else { preconditionFailure("\(text) is not a moment") }
    return moment
}

/// The time written as `HH:MM`.
func time(_ text: String) -> CivilTime {
    guard let time = CivilTime(text) else { preconditionFailure("\(text) is not a time") }
    return time
}

extension AnchorID {
    static let firstDay: AnchorID = "first-day"
}

extension StepID {
    static let twoMonths: StepID = "talk-2m"
    static let fiveMonths: StepID = "talk-5m"
}

extension DateRule {
    /// So long after the first day, or before it.
    static func fromFirstDay(
        months: Int = 0, days: Int = 0, workingDays: Int = 0, shift: ShiftRule = .none
    ) -> DateRule {
        DateRule(
            Offset(months: months, days: days, workingDays: workingDays),
            from: .anchor(.firstDay), shift: shift)
    }

    /// So many days after a step was done.
    static func after(_ step: StepID, days: Int) -> DateRule {
        DateRule(Offset(days: days), from: .completion(of: step))
    }
}

/// A step of the participant's own unless the body says otherwise.
func step(
    _ id: StepID, _ kind: StepKind = .task, by actors: Party = .one(.participant),
    _ describe: (inout Step) -> Void = { _ in }
) -> Step {
    var step = Step(id: id, stage: "only", kind: kind, title: .empty, actors: actors)
    describe(&step)
    return step
}

let usualRoles = [
    Role(id: .participant, title: .empty, filledBy: .participant, need: .required),
    Role(id: .lineManager, title: .empty, filledBy: .unitManager, need: .required),
    Role(id: .managersManager, title: .empty, filledBy: .managersManager),
    Role(id: .mentor, title: .empty, filledBy: .chosen, coveredBy: .lineManager),
]

/// Nora is new, Leif leads, Olav leads Leif, Mia is the mentor.
let usualPeople: [RoleID: PersonID] = [
    .participant: "nora", .lineManager: "leif", .managersManager: "olav", .mentor: "mia",
]

func programme(
    _ steps: [Step], roles: [Role] = usualRoles, facts: [Fact] = [],
    milestones: [Milestone] = [], sendingRules: SendingRules = SendingRules(),
    otherAnchors: [Anchor] = []
) -> Programme {
    Programme(
        id: "test", kind: .onboarding, title: .empty, sendingRules: sendingRules, roles: roles,
        anchors: [Anchor(id: .firstDay, title: .empty, isRequired: true)] + otherAnchors,
        facts: facts, steps: steps, milestones: milestones)
}

/// The two talks that Dok. 24 § 13 asks for. With the first day on 2 March 2026 the first is due
/// on Monday 4 May (2 May is a Saturday), the second on Monday 3 August (2 August is a Sunday).
let twoTalks = programme([
    talk(.twoMonths, months: 2),
    talk(.fiveMonths, months: 5),
])

func talk(_ id: StepID, months: Int) -> Step {
    step(id, .talk, by: Party(.allOf, [.lineManager, .participant])) {
        $0.accountable = .one(.lineManager)
        $0.due = .fromFirstDay(months: months, shift: .next)
        $0.window = Window(from: Offset(days: -14), to: Offset(days: 14))
        $0.reminders = [Reminder(Offset(days: -7))]
        $0.escalation = [
            EscalationRung(grace: Offset(days: 3), to: [.lineManager]),
            EscalationRung(grace: Offset(workingDays: 5), to: [.managersManager]),
        ]
    }
}

/// What happens to one enrolment: each act gives the events that it brought about, or the refusal,
/// as lines that a test can hold against what it expects.
struct Story {
    /// The version that the enrolment follows.
    private(set) var programme: Programme
    private(set) var enrolment: Enrolment
    private(set) var events: [Event]
    /// The notices of the last act.
    private(set) var notices: [Notice]
    /// All notices so far.
    private(set) var allNotices: [Notice]
    /// The moves to other versions that stand, with what was before each.
    private var moves: [(migration: Migration, before: Enrolment, version: Programme)] = []

    /// Starts the programme; the first day is 2 March 2026, a Monday, unless told otherwise.
    init(
        _ programme: Programme, at now: String = "2026-02-16T10:00",
        firstDay: String = "2026-03-02", people: [RoleID: PersonID] = usualPeople,
        facts: [FactID: FactValue] = [:], credits: [Start.Credit] = []
    ) throws(Refusal) {
        let now = moment(now)
        let decision = try Decision.start(
            Start(
                id: "e1", on: now.day, roles: people, anchors: [.firstDay: day(firstDay)],
                facts: facts, credits: credits),
            in: programme, now: now)
        self.programme = programme
        enrolment = decision.enrolment
        events = decision.events
        notices = Notices(programme, enrolment, now: now).notices(for: events)
        allNotices = notices
    }

    /// Gives a command; the lines are what happened.
    @discardableResult
    mutating func at(_ text: String, _ command: Command = .wake) -> [String] {
        let now = moment(text)
        let (enrolment, programme) = (enrolment, programme)
        return follow { () throws(Refusal) in
            try Decision.decide(command, on: enrolment, in: programme, now: now)
        }
    }

    private mutating func follow(_ decide: () throws(Refusal) -> Decision) -> [String] {
        notices = []
        do {
            let decision = try decide()
            enrolment = decision.enrolment
            programme = decision.version
            events += decision.events
            notices = decision.notices
            allNotices += notices
            return decision.events.map(\.line)
        } catch {
            return ["refused: \(error.line)"]
        }
    }

    /// Moves to another version; versions are called `v0`, `v1`, ... in the order of the moves.
    @discardableResult
    mutating func migrate(
        _ text: String, to version: Programme, roles: [RoleID: PersonID] = [:]
    ) -> [String] {
        at(text)
        let (before, old) = (enrolment, programme)
        let migration = Migration(
            from: "v\(moves.count)", to: "v\(moves.count + 1)", act: "m\(moves.count)",
            roles: roles)
        let lines = follow { () throws(Refusal) in
            try Decision.migrate(before, by: migration, from: old, to: version, now: moment(text))
        }
        let count = enrolment.eventCount - before.eventCount
        for case .migrated(let migration, _) in events.suffix(count) {
            moves.append((migration, before, old))
        }
        return lines
    }

    /// Takes the last move back.
    @discardableResult
    mutating func undo(_ text: String) -> [String] {
        guard let move = moves.popLast() else { return ["nothing to undo"] }
        at(text)
        let (now, new) = (enrolment, programme)
        return follow { () throws(Refusal) in
            try Decision.undo(
                move.migration, of: now, before: move.before, from: new, to: move.version,
                now: moment(text))
        }
    }

    /// The version with this person's changes.
    var plan: Programme { programme.plan(for: enrolment) }

    /// Wakes the enrolment whenever something falls due, until the moment.
    @discardableResult
    mutating func run(until text: String) -> [String] {
        var lines: [String] = []
        while let next = agenda.first?.moment, next <= moment(text) {
            lines += at(next.description)
        }
        return lines
    }

    var agenda: Agenda { Agenda(plan, enrolment) }

    /// Who was told what by the last act: `reminder to leif`.
    var told: [String] { notices.map { "\($0.kind.rawValue) to \($0.recipient)" } }

    func explained(_ step: StepID, today: String) -> StepExplanation? {
        enrolment.explained(by: plan, today: day(today)).first { $0.step.id == step }
    }
}
