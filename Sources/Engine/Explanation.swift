public import CivilCalendar

/// Why something is planned or happened, in facts that each language file has a sentence for.
public indirect enum Why: Hashable, Sendable {
    /// A rule of the programme gave the date.
    case date(PlannedDate)
    /// As soon as the enrolment started, because the programme names no date.
    case atStart(CivilDay)
    /// As soon as these steps were settled.
    case after([StepID])
    /// A reminder, this far from the step's opening or due day.
    case reminder(Offset, Reminder.Origin, CivilDay)
    /// A rung of the ladder: the step was due on a day and its grace has passed.
    case escalation(rung: Int, grace: Offset, due: CivilDay)
    /// The last day on which the talk counts as held in time.
    case windowEnds(due: CivilDay, to: Offset)
    /// The notice follows from what somebody did.
    case event(NoticeKind, CivilDay)
    /// The step does not apply, because the person's facts do not meet its condition.
    case doesNotApply(Condition)
}

/// How one step of one enrolment stands, and why.
public struct StepExplanation: Sendable {
    public var step: Step
    public var status: ShownStatus
    public var opens: Why?
    public var due: Why?
    public var dueDay: CivilDay?
    public var isOverdue: Bool
    public var window: ClosedRange<CivilDay>?
    public var missingSigners: [RoleID]
    public var record: StepRecord

    public init(
        step: Step, status: ShownStatus, opens: Why?, due: Why?, dueDay: CivilDay?,
        isOverdue: Bool, window: ClosedRange<CivilDay>?, missingSigners: [RoleID],
        record: StepRecord
    ) {
        self.step = step
        self.status = status
        self.opens = opens
        self.due = due
        self.dueDay = dueDay
        self.isOverdue = isOverdue
        self.window = window
        self.missingSigners = missingSigners
        self.record = record
    }
}

/// A step's status as people see it.
public enum ShownStatus: String, CaseIterable, Sendable {
    case planned, open, waiting, disputed, done, skipped, cancelled
    case notApplicable = "not-applicable"
}

extension Enrolment {
    /// Every step with its dates and the rule and event that brought them about.
    public func explained(by programme: Programme, today: CivilDay) -> [StepExplanation] {
        let timetable = Timetable(programme, self)
        return programme.steps.enumerated().map { index, step in
            let record = record(step.id)
            let due = timetable.explainedDue(index)
            let opening = timetable.explainedOpening(index)
            let applies = step.condition.holds(for: facts)
            return StepExplanation(
                step: step,
                status: shownStatus(step),
                opens: applies
                    ? opensBecause(step, record, opening) : .doesNotApply(step.condition),
                due: due.map { .date($0) }, dueDay: due?.day,
                isOverdue: applies && !record.status.isSettled && status == .running
                    && due.map { $0.day < today && !$0.isProjected } ?? false,
                window: timetable.window(index),
                missingSigners: record.status.isSettled
                    ? [] : Decision.missingSigners(step, self, programme),
                record: record)
        }
    }

    /// How a step stands, as people see it.
    public func shownStatus(_ step: Step) -> ShownStatus {
        let record = record(step.id)
        switch record.status {
        case .done: return .done
        case .skipped: return .skipped
        case .cancelled: return .cancelled
        case .planned, .open, .waiting:
            if !step.condition.holds(for: facts) { return .notApplicable }
            // Also where the end came early and nothing had happened to the step.
            if status == .stopped || status == .completed { return .cancelled }
            if record.isDisputed { return .disputed }
            if record.status == .waiting { return .waiting }
            return record.status == .open ? .open : .planned
        }
    }

    private func opensBecause(_ step: Step, _ record: StepRecord, _ opening: PlannedDate?) -> Why {
        if let opening {
            if let opened = record.openedOn, opened > opening.day, !step.waitsFor.isEmpty {
                return .after(step.waitsFor)
            }
            return .date(opening)
        }
        return step.waitsFor.isEmpty ? .atStart(enrolledOn) : .after(step.waitsFor)
    }
}
