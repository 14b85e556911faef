import Engine
import Operations

// Who sees what of a history. Those who lead see all of it; everybody else with a role sees what
// the pages of the enrolment and its steps show them, and nothing besides.
extension EnrolmentView {
    /// Whether everybody who has a role may see the event.
    func shows(_ event: Event) -> Bool {
        switch event {
        case .enrolled, .stepOpened, .stepCompleted, .stepSkipped, .stepCredited, .invited,
            .invitationCancelled, .anchorMoved, .paused, .resumed, .extended, .stopped, .completed,
            .completedEarly, .roleHandedOver, .milestoneReached, .planEdited, .planEditWithdrawn,
            .coverBegan, .coverEnded, .migrated, .migrationUndone:
            return true
        case .signed(let step, let signature):
            // What somebody has taken back is not shown on the step's page either.
            let records =
                programme.step(step) == nil
                ? Array(enrolment.steps.values) : [enrolment.record(step)]
            return records.contains { $0.signatures.contains(signature) }
        case .reminded, .escalated, .windowClosed, .disputeSettled, .roleStillMissing,
            .noticeWithdrawn, .factChanged, .coverArranged:
            return false
        }
    }
}

extension Event {
    /// The event with another text in the place of its reason.
    func withReason(_ new: (String) -> String) -> Event {
        switch self {
        case .disputeSettled(let step, let done, let by, let reason):
            .disputeSettled(step, done: done, by: by, reason: new(reason))
        case .stepSkipped(let step, let day, let by, let reason):
            .stepSkipped(step, on: day, by: by, reason: new(reason))
        case .anchorMoved(let anchor, let from, let to, let reason):
            .anchorMoved(anchor, from: from, to: to, reason: new(reason))
        case .paused(let day, let reason): .paused(on: day, reason: new(reason))
        case .extended(let delay, let reason): .extended(delay: delay, reason: new(reason))
        case .stopped(let day, let reason): .stopped(on: day, reason: new(reason))
        case .roleHandedOver(let role, let from, let to, let reason):
            .roleHandedOver(role, from: from, to: to, reason: new(reason))
        case .planEdited(var edit):
            {
                edit.reason = new(edit.reason)
                return .planEdited(edit)
            }()
        case .planEditWithdrawn(let number, let by, let reason):
            .planEditWithdrawn(number: number, by: by, reason: new(reason))
        case .factChanged(let fact, let from, let to, let arrived, let day, let reason):
            .factChanged(
                fact, from: from, to: to, arrived: arrived, on: day, reason: new(reason))
        case .completedEarly(let day, let reason): .completedEarly(on: day, reason: new(reason))
        case .coverArranged(let cover, let reason): .coverArranged(cover, reason: new(reason))
        case .enrolled, .stepOpened, .reminded, .escalated, .windowClosed, .signed,
            .stepCompleted, .stepCredited, .invited, .invitationCancelled, .resumed, .completed,
            .roleStillMissing, .milestoneReached, .noticeWithdrawn, .coverBegan, .coverEnded,
            .migrated, .migrationUndone:
            self
        }
    }
}
