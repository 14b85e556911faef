public import CivilCalendar

/// Something that happened to an enrolment. Days are effective days: for when it counts, whenever
/// it was recorded.
///
/// Events hold ids and facts, never names: what is personal can be erased and the record stays.
public enum Event: Hashable, Sendable {
    case enrolled(
        on: CivilDay, roles: [RoleID: PersonID], anchors: [AnchorID: CivilDay],
        facts: [FactID: FactValue])
    case stepOpened(StepID, on: CivilDay)
    /// A reminder fired. Several that fell due in one outage become one: `told` is false for those
    /// that a later one stands in for.
    case reminded(StepID, key: String, on: CivilDay, told: Bool)
    /// A rung of the ladder was climbed, counted from one.
    case escalated(StepID, rung: Int, on: CivilDay)
    /// The days in which a talk counts as held in time went by without it.
    case windowClosed(StepID, on: CivilDay)
    case signed(StepID, Signature)
    case disputeSettled(StepID, done: Bool, by: PersonID, reason: String)
    case stepCompleted(StepID, on: CivilDay)
    case stepSkipped(StepID, on: CivilDay, by: PersonID, reason: String)
    /// The same step was done in another programme.
    case stepCredited(StepID, on: CivilDay, programme: ProgrammeID)
    case invited(StepID, Invitation)
    /// The invitation is taken back; it carries the cancellation's own sequence number.
    case invitationCancelled(StepID, Invitation)
    case anchorMoved(AnchorID, from: CivilDay?, to: CivilDay, reason: String)
    case paused(on: CivilDay, reason: String)
    case resumed(on: CivilDay, delay: Delay)
    case extended(delay: Delay, reason: String)
    case stopped(on: CivilDay, reason: String)
    case completed(on: CivilDay)
    case roleHandedOver(RoleID, from: PersonID?, to: PersonID?, reason: String)
    case roleStillMissing(RoleID, on: CivilDay)
    case milestoneReached(String, on: CivilDay)
    /// A notice was not sent, because its reason had gone.
    case noticeWithdrawn(identity: String, because: WithdrawalReason)
    /// One person's plan was changed against the programme.
    case planEdited(PlanEdit)
    case planEditWithdrawn(number: Int, by: PersonID, reason: String)
    /// A fact has another value. The steps that came into the plan after their due day are due no
    /// earlier than this day.
    case factChanged(
        FactID, from: FactValue?, to: FactValue?, arrived: [StepID], on: CivilDay, reason: String)
    case completedEarly(on: CivilDay, reason: String)
    case coverArranged(Cover, reason: String)
    case coverBegan(Cover, on: CivilDay)
    /// The holder is back, or the cover was called off before it began.
    case coverEnded(Cover, on: CivilDay)
    /// The enrolment follows another version from now on.
    case migrated(Migration, on: CivilDay)
    case migrationUndone(MigrationUndo, on: CivilDay)
}

/// Why a queued notice was not sent after all.
public enum WithdrawalReason: String, CaseIterable, Sendable {
    case stepSettled = "step-settled"
    case stepNoLongerApplies = "step-no-longer-applies"
    case enrolmentNotRunning = "enrolment-not-running"
    case recipientChanged = "recipient-changed"
    case superseded
}

extension Event {
    /// The step that it is about, where it is about one.
    public var step: StepID? {
        switch self {
        case .stepOpened(let step, _), .reminded(let step, _, _, _), .escalated(let step, _, _),
            .windowClosed(let step, _), .signed(let step, _), .disputeSettled(let step, _, _, _),
            .stepCompleted(let step, _), .stepSkipped(let step, _, _, _),
            .stepCredited(let step, _, _), .invited(let step, _),
            .invitationCancelled(let step, _):
            step
        case .planEdited(let edit): edit.change.step ?? edit.change.ownStep?.id
        case .enrolled, .anchorMoved, .paused, .resumed, .extended, .stopped, .completed,
            .roleHandedOver, .roleStillMissing, .milestoneReached, .noticeWithdrawn,
            .planEditWithdrawn, .factChanged, .completedEarly, .coverArranged, .coverBegan,
            .coverEnded, .migrated, .migrationUndone:
            nil
        }
    }
}

extension Event {
    /// What of an enrolment's agenda an event may change.
    enum Reach {
        case nothing
        /// What that one step has coming.
        case step(StepID)
        /// That one step, those that wait for it, milestones and the end; all dates or none.
        case settled(StepID, movesDates: Bool)
        /// Everything, dates included or not.
        case everything(movesDates: Bool)
    }

    /// Whether the steps of the person's plan may be others afterwards.
    var changesPlan: Bool {
        switch self {
        case .planEdited, .planEditWithdrawn, .migrated, .migrationUndone: true
        default: false
        }
    }

    /// Whether steps may be the person's afterwards that were not before.
    var mayBringSteps: Bool {
        if case .factChanged = self { return true }
        return changesPlan
    }

    /// What the event may change, so that the rest need not be computed again.
    func reach(in programme: Programme) -> Reach {
        switch self {
        case .enrolled, .anchorMoved, .resumed, .extended, .stopped, .planEdited,
            .planEditWithdrawn, .factChanged, .completedEarly, .migrated, .migrationUndone:
            .everything(movesDates: true)
        case .stepCompleted(let id, _), .stepSkipped(let id, _, _, _),
            .stepCredited(let id, _, _):
            .settled(id, movesDates: programme.isCountedFrom(id))
        case .paused, .completed, .roleHandedOver, .roleStillMissing, .coverArranged,
            .coverBegan, .coverEnded:
            .everything(movesDates: false)
        case .stepOpened(let id, _), .reminded(let id, _, _, _), .escalated(let id, _, _),
            .windowClosed(let id, _), .signed(let id, _), .disputeSettled(let id, _, _, _),
            .invited(let id, _), .invitationCancelled(let id, _):
            .step(id)
        case .milestoneReached, .noticeWithdrawn: .nothing
        }
    }
}

extension Enrolment {
    /// The state after an event. Total: an event that was accepted once is accepted for ever.
    public mutating func evolve(_ event: Event) {
        eventCount += 1
        switch event {
        case .enrolled(let day, let roles, let anchors, let facts):
            enrolledOn = day
            self.roles = roles
            self.anchors = anchors
            self.facts = facts
        case .stepOpened, .reminded, .escalated, .windowClosed, .signed, .disputeSettled,
            .stepCompleted, .stepSkipped, .stepCredited, .invited, .invitationCancelled:
            followStep(event)
        case .anchorMoved(let anchor, _, let day, _):
            anchors[anchor] = day
        case .paused(let day, _):
            status = .paused
            pausedOn = day
        case .resumed(_, let delay):
            status = .running
            pausedOn = nil
            postpone(by: delay)
        case .extended(let delay, _):
            postpone(by: delay)
        case .stopped(let day, let reason):
            status = .stopped
            for (step, record) in steps where !record.status.isSettled {
                steps[step]?.settle(.cancelled, on: day, reason: reason)
            }
        case .completed:
            status = .completed
        case .completedEarly(let day, let reason):
            status = .completed
            for (step, record) in steps where !record.status.isSettled {
                steps[step]?.settle(.cancelled, on: day, reason: reason)
            }
        case .roleHandedOver(let role, _, let person, _):
            roles[role] = person
            if person != nil { missedRoles.remove(role) }
            covers.removeAll { $0.role == role }
        case .roleStillMissing(let role, _):
            missedRoles.insert(role)
        case .milestoneReached(let milestone, _):
            milestones.insert(milestone)
        case .noticeWithdrawn:
            break
        case .planEdited, .planEditWithdrawn, .factChanged, .coverArranged, .coverBegan,
            .coverEnded, .migrated, .migrationUndone:
            change(by: event)
        }
    }

    /// The events of one step.
    private mutating func followStep(_ event: Event) {
        switch event {
        case .stepOpened(let step, let day):
            steps[step, default: StepRecord()].status = .open
            steps[step, default: StepRecord()].openedOn = day
        case .reminded(let step, let key, _, _):
            steps[step, default: StepRecord()].fired.insert(key)
        case .escalated(let step, let rung, let day):
            steps[step, default: StepRecord()].rungs = rung
            steps[step, default: StepRecord()].lastRungOn = day
        case .windowClosed(let step, _):
            steps[step, default: StepRecord()].windowHasClosed = true
        case .signed(let step, let signature):
            steps[step, default: StepRecord()].sign(signature)
        case .disputeSettled(let step, let done, _, _):
            // What was decided ends the dispute; where nothing was done, both may answer anew.
            if !done {
                steps[step, default: StepRecord()].signatures = []
                steps[step, default: StepRecord()].status = .open
            }
        case .stepCompleted(let step, let day):
            steps[step, default: StepRecord()].settle(.done, on: day)
        case .stepSkipped(let step, let day, _, let reason):
            steps[step, default: StepRecord()].settle(.skipped, on: day, reason: reason)
        case .stepCredited(let step, let day, let programme):
            steps[step, default: StepRecord()].settle(.done, on: day, reason: programme.rawValue)
        case .invited(let step, let invitation):
            steps[step, default: StepRecord()].invitation = invitation
            steps[step, default: StepRecord()].lastSequence = invitation.sequence
        case .invitationCancelled(let step, let invitation):
            steps[step, default: StepRecord()].invitation = nil
            steps[step, default: StepRecord()].lastSequence = invitation.sequence
        default: break
        }
    }

    /// The events that change the plan itself, or who acts in it.
    private mutating func change(by event: Event) {
        switch event {
        case .planEdited(let edit):
            edits.append(edit)
        case .planEditWithdrawn(let number, _, _):
            guard let index = edits.firstIndex(where: { $0.number == number }) else { return }
            let edit = edits.remove(at: index)
            switch edit.change {
            case .skip(let step), .replace(let step, _):
                if steps[step]?.status == .skipped { steps[step]?.reopen() }
            case .add, .move: break
            }
        case .factChanged(let fact, _, let value, let arrived, let day, _):
            facts[fact] = value
            for step in arrived { steps[step, default: StepRecord()].arrivedOn = day }
        case .coverArranged(let cover, _):
            covers.append(cover)
        case .coverBegan(let cover, _):
            guard let index = covers.firstIndex(where: { $0.number == cover.number }) else {
                return
            }
            covers[index].hasBegun = true
        case .coverEnded(let cover, _):
            covers.removeAll { $0.number == cover.number }
        case .migrated(let migration, let day):
            migrate(migration, day)
        case .migrationUndone(let undo, _):
            self.undo(undo)
        default: break
        }
    }

    /// Anchors that lie ahead move themselves; offsets from anchors behind are stretched.
    private mutating func postpone(by delay: Delay) {
        delays.append(delay)
        for (anchor, day) in anchors where day >= delay.from {
            anchors[anchor] = delay.by.applied(to: day, in: WorkingCalendar())
        }
    }
}

extension StepRecord {
    /// Undoes a skip.
    fileprivate mutating func reopen() {
        status = openedOn == nil ? .planned : .open
        if signatures.contains(where: \.affirms) { status = .waiting }
        settledOn = nil
        reason = nil
    }

    fileprivate mutating func sign(_ signature: Signature) {
        signatures.removeAll { $0.role == signature.role }
        signatures.append(signature)
        status = signatures.contains { $0.affirms } ? .waiting : .open
    }

    fileprivate mutating func settle(_ outcome: StepStatus, on day: CivilDay, reason: String? = nil)
    {
        status = outcome
        settledOn = day
        self.reason = reason
    }
}
