public import CivilCalendar

/// Something that falls due for an enrolment, with the moment at which it does.
public struct AgendaItem: Hashable, Sendable {
    public var moment: CivilMoment
    public var action: AgendaAction
}

/// What the engine does by itself when a moment comes.
public enum AgendaAction: Hashable, Sendable {
    case open(StepID)
    case send(StepID)
    case remind(StepID, key: String)
    /// Counted from one.
    case escalate(StepID, rung: Int)
    case closeWindow(StepID)
    case askForRole(RoleID)
    case beginCover(Cover)
    case endCover(Cover)
}

extension Reminder {
    /// The reminder's name among those of its step: what it says, so that it survives reordering.
    public var key: String {
        var key = from.rawValue
        if offset.months != 0 { key += "\(signed(offset.months))m" }
        if offset.days != 0 { key += "\(signed(offset.days))d" }
        if offset.workingDays != 0 { key += "\(signed(offset.workingDays))w" }
        return key
    }

    private func signed(_ value: Int) -> String { value > 0 ? "+\(value)" : "\(value)" }
}

/// What falls due for an enrolment, and when: derived from its state, so that nothing has to be
/// found and cancelled when a date moves.
public struct Agenda {
    private let programme: Programme
    private let enrolment: Enrolment
    private let timetable: Timetable

    public init(_ programme: Programme, _ enrolment: Enrolment, _ timetable: Timetable? = nil) {
        self.programme = programme
        self.enrolment = enrolment
        self.timetable = timetable ?? Timetable(programme, enrolment)
    }

    /// Everything that is to come as things stand, in the order in which it falls due.
    public var items: [AgendaItem] {
        var items: [(AgendaItem, Int)] = []
        forEach { items.append((AgendaItem(moment: $0, action: $1()), items.count)) }
        // Equal moments keep the order of the file.
        return items.sorted { ($0.0.moment, $0.1) < ($1.0.moment, $1.1) }.map(\.0)
    }

    /// What falls due first.
    public var first: AgendaItem? { first(forEach) }

    /// Takes a moment and, for whoever wants to know, what falls due then.
    private typealias Visitor = (_ moment: CivilMoment, _ action: () -> AgendaAction) -> Void

    private func forEach(_ body: Visitor) {
        guard enrolment.status == .running else { return }
        for index in programme.steps.indices { forEach(ofStep: index, body) }
        for index in programme.roles.indices { forEach(ofRole: index, body) }
        forEachCover(body)
    }

    private func forEachCover(_ body: Visitor) {
        for cover in enrolment.covers {
            if cover.hasBegun {
                body(CivilMoment(cover.until.adding(days: 1), .midnight)) { .endCover(cover) }
            } else {
                body(CivilMoment(cover.from, .midnight)) { .beginCover(cover) }
            }
        }
    }

    private func forEach(ofStep index: Int, _ body: Visitor) {
        let id = programme.steps[index].id
        let record = enrolment.steps[id]
        let status = record?.status ?? .planned
        if status.isSettled || !programme.applies(index, enrolment.facts) { return }
        if let record, status != .planned {
            remindersAndRungs(index, record, body)
        } else {
            opening(index, body)
        }
        if programme.steps[index].window != nil, record?.windowHasClosed != true,
            let window = timetable.window(index), timetable.isWindowKnown(index)
        {
            body(CivilMoment(window.upperBound, .lastMinute)) { .closeWindow(id) }
        }
    }

    private func forEach(ofRole index: Int, _ body: Visitor) {
        let role = programme.roles[index]
        guard case .requiredBy(let rule) = role.need, enrolment.roles[role.id] == nil,
            !enrolment.missedRoles.contains(role.id), let date = timetable.date(rule)
        else { return }
        body(CivilMoment(sendingDay(date.day), programme.sendingRules.noticeTime)) {
            .askForRole(role.id)
        }
    }

    /// What a step, a role or the covers have coming first.
    func first(of place: AgendaBoard.Place) -> AgendaItem? {
        switch place {
        case .step(let index): first { forEach(ofStep: index, $0) }
        case .role(let index): first { forEach(ofRole: index, $0) }
        case .covers: first { forEachCover($0) }
        }
    }

    private func first(_ visit: (Visitor) -> Void) -> AgendaItem? {
        var first: AgendaItem?
        visit { moment, action in
            if first.map({ moment < $0.moment }) ?? true {
                first = AgendaItem(moment: moment, action: action())
            }
        }
        return first
    }

    private func opening(_ index: Int, _ body: Visitor) {
        guard programme.steps[index].waitsFor.allSatisfy({ isOutOfTheWay($0) }) else { return }
        let date = timetable.opens(index)
        let hasDue = programme.steps[index].due != nil
        let isDated =
            programme.steps[index].opens != nil || (programme.steps[index].window != nil && hasDue)
        if isDated, date == nil || date?.isProjected == true { return }
        let id = programme.steps[index].id
        if programme.steps[index].kind == .message {
            let due = timetable.due(index)
            if hasDue, due == nil || due?.isProjected == true { return }
            let day = due?.day ?? date?.day ?? enrolment.enrolledOn
            body(CivilMoment(day, programme.sendingRules.noticeTime)) { .send(id) }
            return
        }
        let day = date?.day ?? enrolment.enrolledOn
        body(CivilMoment(day, programme.sendingRules.noticeTime)) { .open(id) }
    }

    private func remindersAndRungs(_ index: Int, _ record: StepRecord, _ body: Visitor) {
        let id = programme.steps[index].id
        let time = programme.sendingRules.noticeTime
        // Nobody is late for a date that rests on a step that has not been done yet.
        let due = timetable.due(index).flatMap { $0.isProjected ? nil : $0.day }
        for reminder in programme.steps[index].reminders
        where record.fired.isEmpty || !record.fired.contains(reminder.key) {
            let origin = reminder.from == .due ? due : record.openedOn
            guard let origin else { continue }
            let day = reminderDay(reminder, origin)
            // The notice of opening has already said what this one would.
            if let opened = record.openedOn, day <= opened { continue }
            body(CivilMoment(day, time)) { .remind(id, key: reminder.key) }
        }
        if record.rungs < programme.steps[index].escalation.count, let due {
            let told = record.rungs == 0 ? nil : record.lastRungOn
            let grace = programme.steps[index].escalation[record.rungs].grace
            let counted = grace.applied(to: told ?? due, in: programme.calendar)
            let day = enrolment.postponed(
                counted, from: told ?? due, happened: told != nil, in: programme.calendar)
            body(CivilMoment(sendingDay(day), time)) { .escalate(id, rung: record.rungs + 1) }
        }
    }

    /// The day of a reminder: one that comes before its date never slips past it.
    func reminderDay(_ reminder: Reminder, _ origin: CivilDay) -> CivilDay {
        let counted = reminder.offset.applied(to: origin, in: programme.calendar)
        let day = enrolment.postponed(
            counted, from: origin, happened: reminder.from == .opens, in: programme.calendar)
        guard programme.sendingRules.workingDaysOnly else { return day }
        return programme.calendar.shift(day, day < origin ? .previous : .next)
    }

    private func sendingDay(_ day: CivilDay) -> CivilDay {
        programme.sendingRules.workingDaysOnly ? programme.calendar.shift(day, .next) : day
    }

    private func isOutOfTheWay(_ id: StepID) -> Bool {
        if enrolment.steps[id]?.status.isSettled == true { return true }
        guard let index = programme.position(id) else { return true }
        return !programme.applies(index, enrolment.facts)
    }
}

extension CivilTime {
    /// The last minute of a day: a window is open until then.
    static let lastMinute = CivilTime(minutes: 1439) ?? .midnight
}

/// When each step and role has something coming first, kept up to date while events are decided:
/// what one event does not reach is not computed again.
///
/// Only the moments are kept. What it is that comes is asked of the agenda when its time has come,
/// so that a board is copied and searched as plain memory.
public struct AgendaBoard: Sendable {
    private var steps: [CivilMoment?]
    private var roles: [CivilMoment?]
    private var covers: CivilMoment?

    /// Whose turn it is.
    enum Place {
        case step(Int)
        case role(Int)
        case covers
    }

    init(_ programme: Programme, _ enrolment: Enrolment, _ timetable: Timetable) {
        guard enrolment.status == .running else {
            (steps, roles, covers) = ([], [], nil)
            return
        }
        let agenda = Agenda(programme, enrolment, timetable)
        steps = programme.steps.indices.map { agenda.first(of: .step($0))?.moment }
        roles = programme.roles.indices.map { agenda.first(of: .role($0))?.moment }
        covers = agenda.first(of: .covers)?.moment
    }

    /// Looks again at what one step has coming.
    mutating func refresh(
        step index: Int, _ programme: Programme, _ enrolment: Enrolment, _ timetable: Timetable
    ) {
        guard steps.indices.contains(index) else { return }
        steps[index] = Agenda(programme, enrolment, timetable).first(of: .step(index))?.moment
    }

    /// What falls due first; of equal moments the first in the file.
    var first: (moment: CivilMoment, place: Place)? {
        var first: (moment: CivilMoment, place: Place)?
        func look(_ moment: CivilMoment?, _ place: Place) {
            guard let moment else { return }
            if let earlier = first?.moment, earlier <= moment { return }
            first = (moment, place)
        }
        for (index, moment) in steps.enumerated() { look(moment, .step(index)) }
        for (index, moment) in roles.enumerated() { look(moment, .role(index)) }
        look(covers, .covers)
        return first
    }
}
