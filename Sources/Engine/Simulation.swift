public import CivilCalendar

/// The whole calendar of a fictional participant, run by the real engine.
public struct Simulation: Sendable {
    /// What the fictional people do.
    public enum Behaviour: String, CaseIterable, Sendable {
        /// Nobody does anything.
        case nobody = "none"
        /// Everybody does what is asked of them on the day it is due.
        case onTime = "on-time"
    }

    /// What happens on a line of the calendar.
    public enum EntryKind: String, CaseIterable, Sendable {
        case opens, due, reminder, escalation, message, closes
    }

    /// One line of the calendar.
    public struct Entry: Hashable, Sendable {
        public var moment: CivilMoment
        public var kind: EntryKind
        /// The step, or the part of the programme that a message is about.
        public var step: String
        public var to: [RoleID]
        public var why: Why
    }

    public private(set) var entries: [Entry] = []
    /// The enrolment as it stands at the end.
    public private(set) var enrolment: Enrolment
    private let programme: Programme
    private let behaviour: Behaviour

    /// A simulation never runs longer than this, whatever the programme says.
    static let longestDays = 12 * 366

    /// Runs a programme for a fictional participant.
    ///
    /// Every role is filled with a fictional person. A required anchor that is not given is the
    /// start day.
    ///
    /// - Throws: `Refusal` where the facts or anchors are not ones that the programme has.
    public init(
        _ programme: Programme, start: CivilDay, anchors: [AnchorID: CivilDay] = [:],
        facts: [FactID: FactValue] = [:], behaviour: Behaviour
    ) throws(Refusal) {
        // Whoever simulates wants to see it, whomever it is for.
        let programme = programme.with(appliesWhen: .always)
        self.programme = programme
        self.behaviour = behaviour
        var anchors = anchors
        var facts = facts
        for fact in programme.facts where fact.isRequired && facts[fact.id] == nil {
            facts[fact.id] = fact.type.example
        }
        for anchor in programme.anchors where anchor.isRequired && anchors[anchor.id] == nil {
            anchors[anchor.id] = start
        }
        let roles = Dictionary(
            uniqueKeysWithValues: programme.roles.map { ($0.id, PersonID($0.id.rawValue)) })
        let begin = Self.firstMoment(programme, anchors, start)
        var decision = try Decision.start(
            Start(
                id: "simulation", on: begin.day, roles: roles, anchors: anchors, facts: facts),
            in: programme, now: begin)
        enrolment = decision.enrolment
        collect(&decision, at: begin)
        run(decision, from: begin)
        addDates()
        // The same moment keeps the order in which things happened.
        entries = entries.enumerated().sorted {
            ($0.element.moment, $0.offset) < ($1.element.moment, $1.offset)
        }.map(\.element)
    }

    /// The start, or the earliest opening before it: what comes before the first day is shown too.
    private static func firstMoment(
        _ programme: Programme, _ anchors: [AnchorID: CivilDay], _ start: CivilDay
    ) -> CivilMoment {
        let blank = Enrolment(
            id: "simulation", roles: [:], anchors: anchors, facts: [:], enrolledOn: start)
        let timetable = Timetable(programme, blank)
        let days = programme.steps.indices.compactMap { index -> CivilDay? in
            let date = timetable.opens(index)
            return date?.isProjected == false ? date?.day : nil
        }
        let first = min(start, days.min() ?? start)
        return CivilMoment(first, programme.sendingRules.noticeTime)
    }

    private mutating func run(_ start: Decision, from begin: CivilMoment) {
        var decision = start
        var now = begin
        let end = begin.day.adding(days: Self.longestDays)
        while enrolment.status == .running {
            let dates = decision.timetable()
            let agenda = decision.nextMoment()
            let act = behaviour == .onTime ? nextAct(now, dates) : nil
            guard let next = [agenda, act?.moment].compactMap({ $0 }).min(), next.day <= end else {
                return
            }
            now = max(now, next)
            let command = act.flatMap { $0.moment <= now ? $0.command : nil } ?? .wake
            guard
                let result = try? Decision.decide(
                    command, on: enrolment, in: programme, now: now, dates: dates,
                    isCaughtUp: agenda.map { $0 > now } ?? false)
            else { return }
            decision = result
            if decision.events.isEmpty { return }
            enrolment = decision.enrolment
            collect(&decision, at: now)
        }
    }

    /// What a punctual person does next: the open step that is due first.
    private func nextAct(
        _ now: CivilMoment, _ timetable: Timetable
    ) -> (moment: CivilMoment, command: Command)? {
        var best: (moment: CivilMoment, command: Command)?
        for index in programme.steps.indices {
            guard let record = enrolment.steps[programme.steps[index].id],
                record.status == .open || record.status == .waiting
            else { continue }
            let step = programme.steps[index]
            guard let role = Decision.missingSigners(step, enrolment, programme).first,
                let person = enrolment.holder(of: role, in: programme)
            else { continue }
            let day = max(timetable.due(index)?.day ?? now.day, record.openedOn ?? now.day)
            let moment = max(CivilMoment(day, .noon), now)
            if best.map({ moment < $0.moment }) ?? true {
                best = (moment, .sign(step.id, by: person, affirms: true, on: moment.day))
            }
        }
        return best
    }

    private mutating func collect(_ decision: inout Decision, at now: CivilMoment) {
        let timetable = decision.timetable()
        for event in decision.events {
            if case .stepOpened(let id, let day) = event, let step = programme.step(id),
                step.kind != .message
            {
                let shown = decision.enrolment.explanationOfOpening(id, programme, timetable)
                entries.append(
                    Entry(
                        moment: CivilMoment(day, programme.sendingRules.noticeTime), kind: .opens,
                        step: id.rawValue, to: step.actors.roles, why: shown))
            }
        }
        var grouped: [(key: String, entry: Entry)] = []
        for notice in decision.notices {
            let entry = entry(for: notice, timetable, now)
            let key = "\(notice.kind.rawValue)/\(entry.step)/\(entry.moment)/\(notice.rung ?? 0)"
            if let index = grouped.firstIndex(where: { $0.key == key }) {
                grouped[index].entry.to.append(notice.role)
            } else {
                grouped.append((key, entry))
            }
        }
        entries.append(contentsOf: grouped.map(\.entry))
    }

    private func entry(for notice: Notice, _ timetable: Timetable, _ now: CivilMoment) -> Entry {
        let index = notice.step.flatMap { programme.position($0) }
        let due = index.flatMap { timetable.due($0)?.day }
        var kind = EntryKind.message
        var why = Why.event(notice.kind, notice.day ?? now.day)
        if notice.kind == .reminder, let index,
            let rule = programme.steps[index].reminders.first(where: {
                notice.identity.contains("/reminder:\($0.key)/")
            })
        {
            kind = .reminder
            let origin =
                rule.from == .due ? due : enrolment.record(programme.steps[index].id).openedOn
            why = .reminder(rule.offset, rule.from, origin ?? now.day)
        } else if notice.kind == .escalation, let index, let rung = notice.rung, let due {
            kind = .escalation
            why = .escalation(
                rung: rung, grace: programme.steps[index].escalation[rung - 1].grace, due: due)
        } else if let index, notice.kind == .message, let due = timetable.explainedDue(index) {
            why = .date(due)
        }
        return Entry(
            moment: notice.sendAt, kind: kind, step: notice.step?.rawValue ?? programme.id.rawValue,
            to: [notice.role], why: why)
    }

    /// The due days and the ends of the windows, which bring about nothing by themselves.
    private mutating func addDates() {
        let timetable = Timetable(programme, enrolment)
        for (index, step) in programme.steps.enumerated()
        where step.condition.holds(for: enrolment.facts) && step.kind != .message {
            guard let due = timetable.explainedDue(index), !due.isProjected else { continue }
            entries.append(
                Entry(
                    moment: CivilMoment(due.day, programme.sendingRules.noticeTime), kind: .due,
                    step: step.id.rawValue, to: step.actors.roles, why: .date(due)))
            if let window = timetable.window(index), let to = step.window?.to {
                entries.append(
                    Entry(
                        moment: CivilMoment(window.upperBound, .lastMinute), kind: .closes,
                        step: step.id.rawValue, to: step.accountable.roles,
                        why: .windowEnds(due: due.day, to: to)))
            }
        }
    }
}

extension CivilTime {
    static let noon = CivilTime(minutes: 720) ?? .midnight
}

extension Enrolment {
    fileprivate func explanationOfOpening(
        _ id: StepID, _ programme: Programme, _ timetable: Timetable
    ) -> Why {
        guard let index = programme.steps.firstIndex(where: { $0.id == id }) else {
            return .atStart(enrolledOn)
        }
        if let date = timetable.explainedOpening(index) { return .date(date) }
        let waitsFor = programme.steps[index].waitsFor
        return waitsFor.isEmpty ? .atStart(enrolledOn) : .after(waitsFor)
    }
}

extension FactType {
    /// The first value that the fact may have.
    fileprivate var example: FactValue {
        switch self {
        case .oneOf(let choices): .choice(choices.first?.id ?? "")
        case .someOf: .choices([])
        case .number(_, let highest): .number(highest)
        case .yesOrNo: .flag(false)
        }
    }
}
