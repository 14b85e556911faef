import CivilCalendar
import Engine

// Events, refusals and dates as short lines: golden tables and expectations read like a diary.

extension Event {
    var line: String {
        switch self {
        case .enrolled(let day, _, _, _): "enrolled on \(day)"
        case .stepOpened(let step, let day): "\(step) opened on \(day)"
        case .reminded(let step, let key, let day, let told):
            "\(step) reminded \(key) on \(day)" + (told ? "" : ", untold")
        case .escalated(let step, let rung, let day): "\(step) escalated to \(rung) on \(day)"
        case .windowClosed(let step, let day): "\(step) window closed on \(day)"
        case .signed(let step, let signature):
            "\(step) \(signature.affirms ? "affirmed" : "denied") by \(signature.role)"
                + " \(signature.person), \(signature.on)"
        case .disputeSettled(let step, let done, let person, _):
            "\(step) dispute settled by \(person): \(done ? "done" : "not done")"
        case .stepCompleted(let step, let day): "\(step) done on \(day)"
        case .stepSkipped(let step, let day, let person, _):
            "\(step) skipped by \(person) on \(day)"
        case .stepCredited(let step, let day, let programme):
            "\(step) credited from \(programme), \(day)"
        case .invited(let step, let invitation): "\(step) invitation \(invitation.line)"
        case .invitationCancelled(let step, let invitation):
            "\(step) invitation cancelled #\(invitation.sequence)"
        case .anchorMoved, .paused, .resumed, .extended, .stopped, .completed, .roleHandedOver,
            .roleStillMissing, .milestoneReached, .noticeWithdrawn:
            wholeLine
        case .planEdited, .planEditWithdrawn, .factChanged, .completedEarly, .coverArranged,
            .coverBegan, .coverEnded, .migrated, .migrationUndone:
            changeLine
        }
    }

    private var wholeLine: String {
        switch self {
        case .anchorMoved(let anchor, let old, let new, _):
            "\(anchor) moved from \(old?.description ?? "none") to \(new)"
        case .paused(let day, _): "paused on \(day)"
        case .resumed(let day, let delay): "resumed on \(day), \(delay.line)"
        case .extended(let delay, _): "extended, \(delay.line)"
        case .stopped(let day, _): "stopped on \(day)"
        case .completed(let day): "completed on \(day)"
        case .roleHandedOver(let role, let old, let new, _):
            "\(role) handed over from \(old?.rawValue ?? "nobody") to \(new?.rawValue ?? "nobody")"
        case .roleStillMissing(let role, let day): "\(role) still missing on \(day)"
        case .milestoneReached(let milestone, let day): "milestone \(milestone) on \(day)"
        case .noticeWithdrawn(let identity, let reason):
            "notice \(identity) withdrawn: \(reason.rawValue)"
        default: "a step's event"
        }
    }

    /// The step that it is about.
    var step: StepID? {
        switch self {
        case .stepOpened(let step, _), .reminded(let step, _, _, _), .escalated(let step, _, _),
            .windowClosed(let step, _), .signed(let step, _), .disputeSettled(let step, _, _, _),
            .stepCompleted(let step, _), .stepSkipped(let step, _, _, _),
            .stepCredited(let step, _, _), .invited(let step, _),
            .invitationCancelled(let step, _):
            step
        default: nil
        }
    }
}

extension Invitation {
    var line: String {
        "#\(sequence) \(startsAt) \(minutes) min" + (place.map { " in \($0)" } ?? "")
            + (isAgreed ? ", agreed" : "")
    }
}

extension Delay {
    var line: String { "from \(from) by \(by.line)" }
}

extension Offset {
    var line: String {
        let parts = [(months, "months"), (days, "days"), (workingDays, "working days")]
        return parts.filter { $0.0 != 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}

extension Refusal {
    /// The case's name and what it is about.
    var line: String {
        switch self {
        case .requiredRolesMissing(let roles): "requiredRolesMissing \(list(roles))"
        case .requiredAnchorsMissing(let anchors): "requiredAnchorsMissing \(list(anchors))"
        case .requiredFactsMissing(let facts): "requiredFactsMissing \(list(facts))"
        case .unknownRole(let role): "unknownRole \(role)"
        case .unknownAnchor(let anchor): "unknownAnchor \(anchor)"
        case .unknownFact(let fact): "unknownFact \(fact)"
        case .valueNotAllowed(let fact): "valueNotAllowed \(fact)"
        case .notForThisPerson: "notForThisPerson"
        case .noSuchStep(let step): "noSuchStep \(step)"
        case .stepDoesNotApply(let step): "stepDoesNotApply \(step)"
        case .notOpenYet(let step, let day): "notOpenYet \(step), \(day?.description ?? "no date")"
        case .waitsFor(let step, let others): "waitsFor \(step), \(list(others))"
        case .alreadySettled(let step, let status): "alreadySettled \(step), \(status.rawValue)"
        case .alreadySaid(let step): "alreadySaid \(step)"
        case .notYours(let step): "notYours \(step)"
        case .mayNotSkip(let step): "mayNotSkip \(step)"
        case .cannotBeSigned(let step): "cannotBeSigned \(step)"
        case .notInDispute(let step): "notInDispute \(step)"
        case .notAnAppointment(let step): "notAnAppointment \(step)"
        case .dayInTheFuture(let day): "dayInTheFuture \(day)"
        case .dayBeforeStart(let day): "dayBeforeStart \(day)"
        case .timeInThePast(let moment): "timeInThePast \(moment)"
        case .lengthOutOfRange(let minutes): "lengthOutOfRange \(minutes)"
        case .reasonMissing: "reasonMissing"
        case .enrolmentNotRunning(let status): "enrolmentNotRunning \(status.rawValue)"
        case .notPaused: "notPaused"
        case .alreadyThatDay(let anchor, let day): "alreadyThatDay \(anchor) \(day)"
        case .alreadyThatPerson(let role): "alreadyThatPerson \(role)"
        case .roleMustBeFilled(let role): "roleMustBeFilled \(role)"
        case .participantCannotBeReplaced: "participantCannotBeReplaced"
        case .resumesBeforePause(let day): "resumesBeforePause \(day)"
        case .extensionIsEmpty: "extensionIsEmpty"
        case .dayInThePast, .alreadyThatValue, .notInvolved, .mayNotApprove, .titleMissing,
            .actorsMissing, .kindNotAllowed, .opensAfterDue, .noSuchEdit, .roleIsEmpty,
            .coversThemselves, .endsBeforeItBegins, .alreadyCovered, .notCovered,
            .cannotMigrate, .alreadyThatVersion, .nothingToUndo:
            changeLine
        }
    }

    private func list(_ ids: [some TextIdentifier]) -> String {
        ids.map(\.rawValue).joined(separator: "+")
    }
}
