public import CivilCalendar

/// Where a date comes from, kept with the date so that it can be explained.
public struct PlannedDate: Hashable, Sendable {
    public var day: CivilDay
    public let rule: DateRule
    /// The day that the rule counted from.
    public let base: CivilDay
    /// The day before leaves and extensions moved it.
    public let counted: CivilDay
    /// The day before it moved to a working day.
    public let postponed: CivilDay
    /// Whether it rests on a step that has not been done yet.
    public let isProjected: Bool
    /// The day on which the step came into the plan, where the rule's own day had passed by then.
    public var arrived: CivilDay?
}

/// A step's date as things stand.
public struct StepDate: Hashable, Sendable {
    public let day: CivilDay
    /// Whether it rests on a step that has not been done yet.
    public let isProjected: Bool
}

/// All dates of one enrolment, computed from its anchors, delays and completed steps.
///
/// There is one such computation: the runner, the page, the simulator and the preview use it. Where
/// a date comes from is computed only for whoever asks.
public struct Timetable: Sendable {
    /// Shared by all copies: a timetable is handed around more often than it is computed.
    private let computed: Computed

    private final class Computed: Sendable {
        let dates: DateComputation

        init(_ dates: DateComputation) { self.dates = dates }
    }

    public init(_ programme: Programme, _ enrolment: Enrolment) {
        var dates = DateComputation(programme, enrolment)
        dates.computeAll()
        computed = Computed(dates)
    }

    /// Whether the other is a copy of this one, so that no date has moved between them.
    func isCopy(of other: Timetable) -> Bool { computed === other.computed }

    /// The day by which the step at this place in the programme should be done.
    public func due(_ index: Int) -> StepDate? { computed.dates.due[index].date }

    /// The first day on which the step can be done, where its programme names one.
    public func opens(_ index: Int) -> StepDate? { computed.dates.opening[index].date }

    /// The due day with where it comes from.
    public func explainedDue(_ index: Int) -> PlannedDate? {
        var copy = computed.dates
        guard var date = copy.programme.steps[index].due.flatMap({ copy.explained($0) }),
            let due = due(index)
        else { return nil }
        if due.day != date.day {
            date.day = due.day
            date.arrived = copy.arrived(index)
        }
        return date
    }

    /// The opening day with where it comes from.
    public func explainedOpening(_ index: Int) -> PlannedDate? {
        var copy = computed.dates
        guard let first = opens(index)?.day else { return nil }
        if let rule = copy.programme.steps[index].opens {
            let date = copy.explained(rule)
            if date?.day == first { return date }
        }
        // A talk opens with its window.
        guard let due = explainedDue(index) else { return nil }
        return PlannedDate(
            day: first, rule: due.rule, base: due.base, counted: first, postponed: first,
            isProjected: due.isProjected)
    }

    /// The date of any rule of this programme with where it comes from.
    public func explained(_ rule: DateRule) -> PlannedDate? {
        var copy = computed.dates
        return copy.explained(rule)
    }

    /// The days, both included, on which the step counts as held in time.
    public func window(_ index: Int) -> ClosedRange<CivilDay>? {
        guard let window = computed.dates.programme.steps[index].window else { return nil }
        var copy = computed.dates
        guard let due = copy.windowBase(index)?.day else { return nil }
        let calendar = computed.dates.programme.calendar
        let first = window.from.applied(to: due, in: calendar)
        let last = window.to.applied(to: due, in: calendar)
        return first <= last ? first...last : nil
    }

    /// Whether the window rests on nothing that is still to be done.
    func isWindowKnown(_ index: Int) -> Bool {
        var copy = computed.dates
        return copy.windowBase(index)?.isProjected == false
    }

    /// The date of any rule of this programme, for this enrolment.
    public func date(_ rule: DateRule) -> StepDate? {
        var copy = computed.dates
        return copy.date(rule)
    }
}

/// The computation of a timetable: each date once, whatever order they are asked for in.
private struct DateComputation: Sendable {
    let programme: Programme
    private let enrolment: Enrolment
    private(set) var due: [Computed]
    private(set) var opening: [Computed]

    struct Computed: Sendable {
        var isKnown = false
        var date: StepDate?
    }

    init(_ programme: Programme, _ enrolment: Enrolment) {
        self.programme = programme
        self.enrolment = enrolment
        due = Array(repeating: Computed(), count: programme.steps.count)
        opening = due
    }

    mutating func computeAll() {
        for index in programme.steps.indices {
            _ = computeDue(index)
            _ = computeOpening(index)
        }
    }

    private mutating func computeDue(_ index: Int) -> StepDate? {
        if due[index].isKnown { return due[index].date }
        due[index].isKnown = true  // Stops a cycle, which the compiler has refused already.
        var computed = programme.steps[index].due.flatMap { date($0) }
        if let known = computed, let arrived = arrived(index), known.day < arrived {
            computed = StepDate(day: arrived, isProjected: known.isProjected)
        }
        due[index].date = computed
        return computed
    }

    /// The working day from which a step that came late can be due.
    func arrived(_ index: Int) -> CivilDay? {
        guard let day = enrolment.steps[programme.steps[index].id]?.arrivedOn else { return nil }
        return programme.calendar.shift(day, .next)
    }

    /// What the window counts from: the programme's own due day, also where the step was moved or
    /// came late.
    mutating func windowBase(_ index: Int) -> StepDate? {
        if let rule = programme.steps[index].windowFrom { return date(rule) }
        if enrolment.steps[programme.steps[index].id]?.arrivedOn == nil { return computeDue(index) }
        return programme.steps[index].due.flatMap { date($0) }
    }

    private mutating func computeOpening(_ index: Int) -> StepDate? {
        if opening[index].isKnown { return opening[index].date }
        opening[index].isKnown = true
        if let rule = programme.steps[index].opens {
            opening[index].date = date(rule)
        } else if let window = programme.steps[index].window, let due = windowBase(index) {
            // A talk opens with its window.
            let first = window.from.applied(to: due.day, in: programme.calendar)
            opening[index].date = StepDate(day: first, isProjected: due.isProjected)
        }
        // What was moved to an earlier day by hand can be done by then.
        if case .day? = programme.steps[index].due?.from, let opens = opening[index].date,
            let due = computeDue(index), due.day < opens.day
        {
            opening[index].date = due
        }
        return opening[index].date
    }

    mutating func date(_ rule: DateRule) -> StepDate? {
        guard let (base, isProjected, happened) = baseDay(rule.from) else { return nil }
        let counted = rule.offset.applied(to: base, in: programme.calendar)
        let postponed = postponed(counted, rule, base, happened)
        return StepDate(
            day: programme.calendar.shift(postponed, rule.shift), isProjected: isProjected)
    }

    mutating func explained(_ rule: DateRule) -> PlannedDate? {
        guard let (base, isProjected, happened) = baseDay(rule.from) else { return nil }
        let counted = rule.offset.applied(to: base, in: programme.calendar)
        let postponed = postponed(counted, rule, base, happened)
        return PlannedDate(
            day: programme.calendar.shift(postponed, rule.shift), rule: rule, base: base,
            counted: counted, postponed: postponed, isProjected: isProjected)
    }

    private func postponed(
        _ day: CivilDay, _ rule: DateRule, _ base: CivilDay, _ happened: Bool
    ) -> CivilDay {
        if case .day(_, let delays) = rule.from {
            return enrolment.postponed(day, byDelaysAfter: delays, in: programme.calendar)
        }
        return enrolment.postponed(day, from: base, happened: happened, in: programme.calendar)
    }

    private mutating func baseDay(_ reference: Reference)
        -> (CivilDay, isProjected: Bool, happened: Bool)?
    {
        switch reference {
        case .day(let day, _): return (day, false, false)
        case .anchor(let id):
            if let day = enrolment.anchors[id] { return (day, false, false) }
            guard let fallback = programme.anchor(id)?.fallback, let date = date(fallback) else {
                return nil
            }
            return (date.day, date.isProjected, false)
        case .completion(let id):
            if let day = enrolment.steps[id]?.settledOn { return (day, false, true) }
            guard let index = programme.position(id) else { return nil }
            let applies = programme.applies(index, enrolment.facts)
            guard let date = computeDue(index) ?? computeOpening(index) else {
                return applies ? nil : (enrolment.enrolledOn, false, true)
            }
            return (date.day, applies || date.isProjected, false)
        }
    }
}

extension Enrolment {
    /// A day that somebody named, moved by the leaves and extensions that came afterwards.
    func postponed(
        _ day: CivilDay, byDelaysAfter count: Int, in calendar: WorkingCalendar
    ) -> CivilDay {
        var postponed = day
        for delay in delays.dropFirst(count) where postponed >= delay.from {
            postponed = delay.by.applied(to: postponed, in: calendar)
        }
        return postponed
    }

    /// A day, moved by the leaves and extensions that lie between it and the day it counts from.
    ///
    /// - Parameter happened: Whether the base is something that happened, which a leave that began
    ///   on the same day leaves where it is; a date that was ahead has moved itself.
    func postponed(
        _ day: CivilDay, from base: CivilDay, happened: Bool, in calendar: WorkingCalendar
    ) -> CivilDay {
        var postponed = day
        for delay in delays
        where (happened ? base <= delay.from : base < delay.from) && postponed >= delay.from {
            postponed = delay.by.applied(to: postponed, in: calendar)
        }
        return postponed
    }
}
