public import CivilCalendar

/// Something that a person should be told, with an identity that follows from what it is about, so
/// that telling it twice is impossible however often the engine is asked.
public struct Notice: Hashable, Sendable {
    /// `enrolment/subject/rule/recipient`: unique for ever.
    public var identity: String
    public var kind: NoticeKind
    public var recipient: PersonID
    /// The role for whose sake the person is told.
    public var role: RoleID
    public var step: StepID?
    /// The earliest moment at which it may go out.
    public var sendAt: CivilMoment
    /// Which rung of the ladder, for an escalation, counted from one.
    public var rung: Int?
    /// The invitation that it carries, changes or takes back.
    public var invitation: Invitation?
    /// The day that it is about, where the step does not say.
    public var day: CivilDay?
    public var reason: String?
    public var otherPerson: PersonID?
    public var subjectRole: RoleID?
    /// The step's name, where the plan does not hold the step any more.
    public var title: LocalizedText?
    /// What is different in the plan.
    public var lines: [PlanLine] = []

    public init(
        identity: String, kind: NoticeKind, recipient: PersonID, role: RoleID,
        step: StepID? = nil, sendAt: CivilMoment
    ) {
        self.identity = identity
        self.kind = kind
        self.recipient = recipient
        self.role = role
        self.step = step
        self.sendAt = sendAt
    }
}

/// What a notice says. Each kind has a mail template in every language.
public enum NoticeKind: String, CaseIterable, Sendable {
    case welcome
    case stepOpened = "step-opened"
    case reminder, escalation
    case talkInvitation = "talk-invitation"
    case talkMoved = "talk-moved"
    case talkCancelled = "talk-cancelled"
    /// The other party has confirmed; now it is the recipient's turn.
    case confirmRequest = "confirm-request"
    case disagreement
    case handedOverToYou = "handed-over-to-you"
    case handedOverFromYou = "handed-over-from-you"
    case planMoved = "plan-moved"
    case paused, resumed, stopped, completed
    /// A text that the programme itself sends.
    case message
    case roleUnfilled = "role-unfilled"
    /// The programme has a new version, or is back at the one before.
    case programmeChanged = "programme-changed"
    /// The plan of this person was changed against the programme.
    case planChanged = "plan-changed"
    /// The recipient acts for somebody who is away...
    case coverBegan = "cover-began"
    /// ...and this is whom it is done for.
    case coveredByOther = "covered-by-other"
    case coverEnded = "cover-ended"
}

extension NoticeKind {
    /// Whether it can wait for the recipient's daily digest.
    public var fitsDigest: Bool {
        switch self {
        case .stepOpened, .reminder, .escalation, .roleUnfilled, .completed, .planMoved, .paused,
            .resumed, .programmeChanged, .planChanged, .coverBegan, .coveredByOther, .coverEnded,
            .handedOverToYou, .handedOverFromYou:
            true
        case .welcome, .talkInvitation, .talkMoved, .talkCancelled, .confirmRequest, .disagreement,
            .stopped, .message:
            false
        }
    }
}

/// Turns events into the notices that they call for.
public struct Notices {
    let programme: Programme
    let enrolment: Enrolment
    let now: CivilMoment
    let former: Programme?
    /// The events that are told of together.
    private(set) var decided: [Event] = []
    let lines: () -> [PlanLine]

    /// - Parameters:
    ///   - programme: the plan after the events.
    ///   - enrolment: the state after the events.
    ///   - former: the plan before them, where they may have changed it.
    ///   - lines: what is different in the plan.
    public init(
        _ programme: Programme, _ enrolment: Enrolment, now: CivilMoment,
        former: Programme? = nil, lines: @escaping () -> [PlanLine] = { [] }
    ) {
        self.programme = programme
        self.enrolment = enrolment
        self.now = now
        self.former = former
        self.lines = lines
    }

    /// The notices of a decision, in the order of its events.
    ///
    /// - Parameter events: the decision's events; the last is number `enrolment.eventCount`.
    public func notices(for events: [Event]) -> [Notice] {
        var notices = self
        notices.decided = events
        return notices.ofDecision()
    }

    private func ofDecision() -> [Notice] {
        let events = decided
        let firstNumber = enrolment.eventCount - events.count + 1
        var identities: Set<String> = []
        var result: [Notice] = []
        let listed = steps(listedBy: events)
        for (index, event) in events.enumerated() {
            // What the one mail about the change says is not said again step by step.
            if case .stepOpened(let step, _) = event, listed.contains(step) { continue }
            for notice in notices(for: event, number: firstNumber + index)
            where identities.insert(notice.identity).inserted {
                result.append(notice)
            }
        }
        return result
    }

    /// The steps that a mail about a change of the plan names.
    private func steps(listedBy events: [Event]) -> Set<StepID> {
        return events.contains(where: \.mayBringSteps)
            ? Set(lines().filter { $0.kind == .added }.map(\.step)) : []
    }

    private func notices(for event: Event, number: Int) -> [Notice] {
        switch event {
        case .enrolled:
            // Nobody is welcomed to a yearly duty: its first step says what it is about.
            if programme.kind == .annualWheel { return [] }
            return tell(.welcome, [.participant], about: "start", rule: "welcome")
        case .stepOpened(let id, _):
            return opened(id)
        case .reminded(let id, let key, let day, let told):
            guard told, let step = programme.step(id) else { return [] }
            let rule = step.reminders.first { $0.key == key }
            let roles = rule?.to ?? waitedFor(step)
            return tell(.reminder, roles, step: id, rule: "reminder:\(key)") { $0.day = day }
        case .escalated(let id, let rung, let day):
            guard let step = programme.step(id), step.escalation.indices.contains(rung - 1) else {
                return []
            }
            return tell(
                .escalation, step.escalation[rung - 1].to, step: id, rule: "escalation:\(rung)"
            ) {
                $0.rung = rung
                $0.day = day
            }
        case .signed(let id, let signature):
            return signed(id, signature, number)
        case .invited(let id, let invitation):
            return invited(id, invitation)
        case .invitationCancelled(let id, let invitation):
            return appointment(.talkCancelled, id, invitation)
        case .anchorMoved(_, _, let day, let reason):
            return everybody(.planMoved, number, day, reason)
        case .paused(let day, let reason):
            return everybody(.paused, number, day, reason)
        case .resumed(let day, _):
            return everybody(.resumed, number, day, nil)
        case .extended(let delay, let reason):
            return everybody(.planMoved, number, delay.from, reason)
        case .stopped(let day, let reason):
            return everybody(.stopped, number, day, reason)
        case .completed(let day):
            return completed(day, nil, number)
        case .roleHandedOver(let role, let old, let new, let reason):
            return handedOver(role, old, new, reason, number)
                + invitationsHandedOver(role, old, reason, number)
        case .roleStillMissing(let role, let day):
            let roles: [RoleID] = [.lineManager] + (programme.role(.hr) == nil ? [] : [.hr])
            return tell(.roleUnfilled, roles, about: "role:\(role)", rule: "unfilled:\(number)") {
                $0.subjectRole = role
                $0.day = day
            }
        case .windowClosed, .disputeSettled, .stepCompleted, .stepSkipped, .stepCredited,
            .milestoneReached, .noticeWithdrawn, .coverArranged:
            return []
        case .planEdited, .planEditWithdrawn, .factChanged, .completedEarly, .coverBegan,
            .coverEnded, .migrated, .migrationUndone:
            return changed(event, number)
        }
    }

    private func opened(_ id: StepID) -> [Notice] {
        guard let step = programme.step(id) else { return [] }
        if step.kind == .message {
            return tell(.message, step.actors.roles, step: id, rule: "message")
        }
        // Whoever takes part in a talk is told by the invitation.
        if enrolment.record(id).invitation != nil { return [] }
        return tell(.stepOpened, firstAsked(step), step: id, rule: "opened")
    }

    private func signed(_ id: StepID, _ signature: Signature, _ number: Int) -> [Notice] {
        guard let step = programme.step(id) else { return [] }
        let record = enrolment.record(id)
        if record.status.isSettled { return [] }
        if record.isDisputed {
            let roles = step.signers.roles + step.accountable.roles
            return tell(.disagreement, roles, step: id, rule: "disagreement:\(number)")
        }
        // Whoever is missing is asked when the first says yes, and not again when the next does.
        guard signature == record.signatures.first(where: \.affirms) else { return [] }
        let asked = Decision.missingSigners(step, enrolment, programme)
        return tell(.confirmRequest, asked, step: id, rule: "confirm:\(number)") {
            $0.day = signature.on
            $0.otherPerson = signature.person
        }
    }

    private func invited(_ id: StepID, _ invitation: Invitation) -> [Notice] {
        appointment(invitation.sequence == 0 ? .talkInvitation : .talkMoved, id, invitation)
    }

    private func appointment(
        _ kind: NoticeKind, _ id: StepID, _ invitation: Invitation
    ) -> [Notice] {
        let isInPlan = programme.position(id) != nil
        guard let step = programme.step(id) ?? former?.step(id) else { return [] }
        return tell(
            kind, step.participants, step: id, rule: "invitation:\(invitation.sequence)"
        ) {
            $0.invitation = invitation
            if !isInPlan { $0.title = step.title }
        }
    }

    func everybody(
        _ kind: NoticeKind, _ number: Int, _ day: CivilDay, _ reason: String?
    ) -> [Notice] {
        let roles = programme.roles.map(\.id).filter {
            enrolment.roles[$0] != nil
                && ($0 == .participant || $0 == .lineManager || $0 == .mentor)
        }
        return tell(kind, roles, about: "plan", rule: "\(kind.rawValue):\(number)") {
            $0.day = day
            $0.reason = reason
        }
    }

    private func handedOver(
        _ role: RoleID, _ old: PersonID?, _ new: PersonID?, _ reason: String, _ number: Int
    ) -> [Notice] {
        var result: [Notice] = []
        for (kind, person, other) in [
            (NoticeKind.handedOverToYou, new, old), (.handedOverFromYou, old, new),
        ] {
            guard let person else { continue }
            var notice = make(
                kind, person, role, nil, about: "role:\(role)", rule: "\(kind.rawValue):\(number)")
            notice.subjectRole = role
            notice.otherPerson = other
            notice.reason = reason
            result.append(notice)
        }
        return result
    }

    /// Whoever takes a role over gets the invitations that stand; whoever leaves it is taken off
    /// them.
    private func invitationsHandedOver(
        _ role: RoleID, _ old: PersonID?, _ reason: String, _ number: Int
    ) -> [Notice] {
        let cover = programme.role(role)?.coveredBy
        var standIn: PersonID?
        for case .coverEnded(let cover, _) in decided where cover.role == role && cover.hasBegun {
            standIn = cover.person
        }
        let leaving = standIn ?? old ?? cover.flatMap { enrolment.holder(of: $0, in: programme) }
        let arriving = enrolment.holder(of: role, in: programme)
        return invitations(of: role, to: arriving, from: leaving, reason, number)
    }

    func invitations(
        of role: RoleID, to arriving: PersonID?, from leaving: PersonID?, _ reason: String?,
        _ number: Int
    ) -> [Notice] {
        if leaving == arriving { return [] }
        var result: [Notice] = []
        for step in programme.steps where step.participants.contains(role) {
            let record = enrolment.record(step.id)
            guard let invitation = record.invitation, !record.status.isSettled else { continue }
            // Somebody who takes part in another role as well keeps the appointment as it is.
            let others = step.participants.filter { $0 != role }.map {
                enrolment.holder(of: $0, in: programme)
            }
            for (kind, person) in [
                (NoticeKind.talkInvitation, arriving), (.talkCancelled, leaving),
            ] {
                guard let person, !others.contains(person) else { continue }
                var notice = make(
                    kind, person, role, step.id, about: step.id.rawValue,
                    rule: "invitation:\(invitation.sequence):\(number)")
                notice.invitation = invitation
                notice.reason = reason
                result.append(notice)
            }
        }
        return result
    }

    /// Those of the actors who are asked at once; of either-then-other all, because either may
    /// begin.
    private func firstAsked(_ step: Step) -> [RoleID] {
        step.actors.roles
    }

    /// Whom a reminder is for: whoever has not signed, or those accountable where all have and
    /// disagree.
    private func waitedFor(_ step: Step) -> [RoleID] {
        let record = enrolment.record(step.id)
        if record.isDisputed { return step.accountable.roles }
        if record.signatures.isEmpty { return step.actors.roles }
        let missing = Decision.missingSigners(step, enrolment, programme)
        return missing.isEmpty ? step.accountable.roles : missing
    }

    func tell(
        _ kind: NoticeKind, _ roles: [RoleID], step: StepID, rule: String,
        _ fill: (inout Notice) -> Void = { _ in }
    ) -> [Notice] {
        tell(kind, roles, step: step, about: step.rawValue, rule: rule, fill)
    }

    func tell(
        _ kind: NoticeKind, _ roles: [RoleID], step: StepID? = nil, about subject: String,
        rule: String, _ fill: (inout Notice) -> Void = { _ in }
    ) -> [Notice] {
        var told: Set<PersonID> = []
        var result: [Notice] = []
        for role in roles {
            // A role that nobody fills or covers falls to the line manager: never silent.
            guard
                let person = enrolment.holder(of: role, in: programme)
                    ?? enrolment.roles[.lineManager],
                told.insert(person).inserted
            else { continue }
            var notice = make(kind, person, role, step, about: subject, rule: rule)
            fill(&notice)
            result.append(notice)
        }
        return result
    }

    func make(
        _ kind: NoticeKind, _ person: PersonID, _ role: RoleID, _ step: StepID?,
        about subject: String, rule: String
    ) -> Notice {
        Notice(
            identity: "\(enrolment.id)/\(subject)/\(rule)/\(person)", kind: kind,
            recipient: person, role: role, step: step,
            sendAt: programme.sendingRules.nextSending(from: now, in: programme.calendar))
    }
}
