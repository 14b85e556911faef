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
}

extension NoticeKind {
    /// Whether it can wait for the recipient's daily digest.
    public var fitsDigest: Bool {
        switch self {
        case .stepOpened, .reminder, .escalation, .roleUnfilled, .completed, .planMoved, .paused,
            .resumed:
            true
        case .welcome, .talkInvitation, .talkMoved, .talkCancelled, .confirmRequest, .disagreement,
            .handedOverToYou, .handedOverFromYou, .stopped, .message:
            false
        }
    }
}

/// Turns events into the notices that they call for.
public struct Notices {
    private let programme: Programme
    private let enrolment: Enrolment
    private let now: CivilMoment

    /// - Parameter enrolment: the state after the events.
    public init(_ programme: Programme, _ enrolment: Enrolment, now: CivilMoment) {
        self.programme = programme
        self.enrolment = enrolment
        self.now = now
    }

    /// The notices of a decision, in the order of its events.
    ///
    /// - Parameter events: the decision's events; the last is number `enrolment.eventCount`.
    public func notices(for events: [Event]) -> [Notice] {
        let firstNumber = enrolment.eventCount - events.count + 1
        var identities: Set<String> = []
        var result: [Notice] = []
        for (index, event) in events.enumerated() {
            for notice in notices(for: event, number: firstNumber + index)
            where identities.insert(notice.identity).inserted {
                result.append(notice)
            }
        }
        return result
    }

    private func notices(for event: Event, number: Int) -> [Notice] {
        switch event {
        case .enrolled:
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
            return tell(.completed, [.participant, .lineManager], about: "end", rule: "completed") {
                $0.day = day
            }
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
            .milestoneReached, .noticeWithdrawn:
            return []
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
        guard let step = programme.step(id) else { return [] }
        return tell(
            kind, step.participants, step: id, rule: "invitation:\(invitation.sequence)"
        ) { $0.invitation = invitation }
    }

    private func everybody(
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
        let leaving = old ?? cover.flatMap { enrolment.holder(of: $0, in: programme) }
        let arriving = enrolment.holder(of: role, in: programme)
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

    private func tell(
        _ kind: NoticeKind, _ roles: [RoleID], step: StepID, rule: String,
        _ fill: (inout Notice) -> Void = { _ in }
    ) -> [Notice] {
        tell(kind, roles, step: step, about: step.rawValue, rule: rule, fill)
    }

    private func tell(
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

    private func make(
        _ kind: NoticeKind, _ person: PersonID, _ role: RoleID, _ step: StepID?,
        about subject: String, rule: String
    ) -> Notice {
        Notice(
            identity: "\(enrolment.id)/\(subject)/\(rule)/\(person)", kind: kind,
            recipient: person, role: role, step: step,
            sendAt: programme.sendingRules.nextSending(from: now, in: programme.calendar))
    }
}

extension Notice {
    /// Why the notice should not be sent any more, or nil where its reason is still true. Asked
    /// just before sending.
    public func withdrawal(
        _ programme: Programme, _ enrolment: Enrolment
    ) -> WithdrawalReason? {
        switch kind {
        case .handedOverFromYou, .stopped, .completed, .paused, .talkCancelled, .message, .resumed,
            .planMoved:
            return nil
        case .welcome:
            return enrolment.status == .stopped ? .enrolmentNotRunning : nil
        case .roleUnfilled:
            guard let role = subjectRole else { return nil }
            return enrolment.roles[role] == nil ? nil : .superseded
        case .handedOverToYou:
            guard let role = subjectRole else { return nil }
            return enrolment.roles[role] == recipient ? nil : .recipientChanged
        case .talkInvitation, .talkMoved:
            guard let step else { return nil }
            let record = enrolment.record(step)
            if record.status.isSettled { return .stepSettled }
            return record.lastSequence == invitation?.sequence ? nil : .superseded
        case .stepOpened, .reminder, .escalation, .confirmRequest, .disagreement:
            return staleStep(programme, enrolment)
        }
    }

    private func staleStep(
        _ programme: Programme, _ enrolment: Enrolment
    ) -> WithdrawalReason? {
        if enrolment.status != .running { return .enrolmentNotRunning }
        guard let id = step, let step = programme.step(id) else { return .stepNoLongerApplies }
        let record = enrolment.record(id)
        if record.status.isSettled { return .stepSettled }
        if !step.condition.holds(for: enrolment.facts) { return .stepNoLongerApplies }
        if kind == .disagreement { return record.isDisputed ? nil : .superseded }
        let holder = enrolment.holder(of: role, in: programme) ?? enrolment.roles[.lineManager]
        return holder == recipient ? nil : .recipientChanged
    }
}
