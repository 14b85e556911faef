public import CivilCalendar

/// What is different in a person's plan, as one mail or one preview says it.
public struct PlanLine: Hashable, Sendable {
    /// What has become of the step.
    public enum Kind: String, CaseIterable, Sendable {
        case added, dropped, moved, renamed
    }

    public var kind: Kind
    public var step: StepID
    public var title: LocalizedText
    /// The due day before, where there was one.
    public var from: CivilDay?
    /// The due day afterwards, where there is one.
    public var to: CivilDay?

    public init(
        _ kind: Kind, _ step: StepID, title: LocalizedText, from: CivilDay? = nil,
        to: CivilDay? = nil
    ) {
        self.kind = kind
        self.step = step
        self.title = title
        self.from = from
        self.to = to
    }
}

/// All that a decision brings about, for a preview. It is computed from the decision itself, which
/// is what would be carried out.
public struct Consequences: Sendable {
    public let events: [Event]
    /// What is added, dropped, moved or renamed, in the order of the plan.
    public let lines: [PlanLine]
    /// The unsettled steps that stay as they are.
    public let kept: [StepID]
    /// Who is told, and what.
    public let notices: [Notice]
    /// Reminders and escalations that were to come and will not.
    public let unfired: [AgendaItem]
    /// The steps whose invitation is changed, and those whose invitation is taken back.
    public let movedInvitations: [StepID]
    public let cancelledInvitations: [StepID]
    public let opened: [StepID]
    public let status: EnrolmentStatus
    /// The plan afterwards and the plan before, for titles.
    public let plan: Programme
    public let planBefore: Programme

    public init(_ decision: Decision) {
        events = decision.events
        plan = decision.programme
        planBefore = decision.planBefore
        lines = decision.planLines
        let touched = Set(lines.map(\.step))
        kept = decision.programme.steps.indices.filter {
            decision.programme.applies($0, decision.enrolment.facts)
        }.map { decision.programme.steps[$0].id }.filter {
            !decision.enrolment.hasEnded && !touched.contains($0)
                && !decision.enrolment.record($0).status.isSettled
        }
        notices = decision.notices
        unfired = decision.unfired
        var moved: [StepID] = []
        var cancelled: [StepID] = []
        var opened: [StepID] = []
        for event in decision.events {
            switch event {
            case .invited(let step, _): moved.append(step)
            case .invitationCancelled(let step, _): cancelled.append(step)
            case .stepOpened(let step, _): opened.append(step)
            default: break
            }
        }
        movedInvitations = moved
        cancelledInvitations = cancelled
        self.opened = opened
        status = decision.enrolment.status
    }
}

extension Event {
    /// The item of the agenda that the event is the doing of.
    fileprivate var firedAction: AgendaAction? {
        switch self {
        case .reminded(let step, let key, _, _): .remind(step, key: key)
        case .escalated(let step, let rung, _): .escalate(step, rung: rung)
        default: nil
        }
    }
}

extension Enrolment {
    /// Whether nothing more is to come.
    fileprivate var hasEnded: Bool {
        switch status {
        case .running, .paused: false
        case .completed, .stopped: true
        }
    }
}

extension Notices {
    /// Whoever takes part in a talk only now gets the invitation that stands; whoever does so no
    /// more is taken off it.
    func otherParties(
        _ renamed: [StepID: StepID], newIn roles: [RoleID: PersonID], _ number: Int
    ) -> [Notice] {
        guard let former else { return [] }
        let oldIDs = renamed.inverted
        var before = enrolment
        for role in roles.keys { before.roles[role] = nil }
        var result: [Notice] = []
        for step in programme.steps where step.kind.isAppointment {
            let record = enrolment.record(step.id)
            guard let invitation = record.invitation, !record.status.isSettled,
                let old = former.step(oldIDs[step.id] ?? step.id)
            else { continue }
            let leaving = parties(old, before, former)
            let arriving = parties(step, enrolment, programme)
            let isSent = decided.contains {
                if case .invited(step.id, _) = $0 { true } else { false }
            }
            let told =
                leaving.filter { arriving[$0.key] == nil }.map { (NoticeKind.talkCancelled, $0) }
                + arriving.filter { leaving[$0.key] == nil && !isSent }.map {
                    (NoticeKind.talkInvitation, $0)
                }
            for (kind, (person, role)) in told.sorted(by: { $0.1.key < $1.1.key }) {
                var notice = make(
                    kind, person, role, step.id, about: step.id.rawValue,
                    rule: "invitation:\(invitation.sequence):\(number)")
                notice.invitation = invitation
                result.append(notice)
            }
        }
        return result
    }

    /// Those whom a step's invitation goes to, with the role for whose sake it does.
    private func parties(
        _ step: Step, _ enrolment: Enrolment, _ plan: Programme
    ) -> [PersonID: RoleID] {
        var parties: [PersonID: RoleID] = [:]
        for role in step.participants {
            guard
                let person = enrolment.holder(of: role, in: plan) ?? enrolment.roles[.lineManager],
                parties[person] == nil
            else { continue }
            parties[person] = role
        }
        return parties
    }
}

extension [StepID: StepID] {
    /// The new names' old ones.
    var inverted: [StepID: StepID] {
        [StepID: StepID](map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    }
}

extension Decision {
    /// Reminders and escalations that were to come and will not, under the names of before.
    fileprivate var unfired: [AgendaItem] {
        let dates = Timetable(programme, enrolment)
        let remaining = Set(
            Agenda(programme, enrolment, dates).items.map(\.action)
                + events.compactMap(\.firedAction))
        let renamed = renamed
        return Agenda(planBefore, before).items.filter { item in
            switch item.action {
            case .remind(let id, let key):
                let now = renamed[id] ?? id
                return !remaining.contains(.remind(now, key: key))
                    && !comesLater(now, dates) { $0.reminders.contains { $0.key == key } }
            case .escalate(let id, let rung):
                let now = renamed[id] ?? id
                return !remaining.contains(.escalate(now, rung: rung))
                    && !comesLater(now, dates) { $0.escalation.count >= rung }
            case .open, .send, .closeWindow, .askForRole, .beginCover, .endCover: return false
            }
        }
    }

    /// Whether something that the step still has waits for the step to open, for its date to be
    /// known or for the return from a leave.
    private func comesLater(
        _ id: StepID, _ dates: Timetable, isInPlan: (Step) -> Bool
    ) -> Bool {
        guard !enrolment.hasEnded, applies(id), isAhead(id, in: enrolment),
            let index = programme.position(id), isInPlan(programme.steps[index])
        else { return false }
        return enrolment.status == .paused || enrolment.record(id).status == .planned
            || dates.due(index)?.isProjected == true
    }

    /// The notices that the decision calls for.
    public var notices: [Notice] {
        Notices(programme, enrolment, now: now, former: planBefore, lines: { planLines })
            .notices(for: events)
    }

    /// The steps that people have another id for than before.
    private var renamed: [StepID: StepID] {
        for event in events {
            switch event {
            case .migrated(let migration, _): return migration.renamed
            case .migrationUndone(let undo, _): return undo.renamed
            default: continue
            }
        }
        return [:]
    }

    /// How the plan differs from the plan of before, for the steps that are not settled.
    public var planLines: [PlanLine] {
        let old = Timetable(planBefore, before)
        let new = Timetable(programme, enrolment)
        let renamed = renamed
        let former = renamed.inverted
        var lines: [PlanLine] = []
        for (index, step) in programme.steps.enumerated() where isAhead(step.id, in: enrolment) {
            if enrolment.hasEnded { break }
            guard programme.applies(index, enrolment.facts) else { continue }
            let due = new.due(index)?.day
            let oldID = former[step.id] ?? step.id
            // Where another step had its place, the step itself comes anew.
            guard former[step.id] != nil || renamed[step.id] == nil,
                let place = planBefore.position(oldID), planBefore.applies(place, before.facts),
                isAhead(oldID, in: before)
            else {
                lines.append(PlanLine(.added, step.id, title: step.title, to: due))
                continue
            }
            let oldDue = old.due(place)?.day
            if oldDue != due {
                lines.append(
                    PlanLine(.moved, step.id, title: step.title, from: oldDue, to: due))
            } else if planBefore.steps[place].title != step.title {
                lines.append(
                    PlanLine(.renamed, step.id, title: step.title, from: oldDue, to: due))
            }
        }
        return lines + dropped(old, renamed, former)
    }

    private func dropped(
        _ old: Timetable, _ renamed: [StepID: StepID], _ former: [StepID: StepID]
    ) -> [PlanLine] {
        planBefore.steps.indices.compactMap { index in
            let step = planBefore.steps[index]
            let id = renamed[step.id] ?? step.id
            guard planBefore.applies(index, before.facts), isAhead(step.id, in: before) else {
                return nil
            }
            let gaveWay = former[step.id] != nil && renamed[step.id] == nil
            switch enrolment.record(id).status {
            case _ where gaveWay: break
            case .done: return nil
            case .planned, .open, .waiting:
                if applies(id), !enrolment.hasEnded || before.hasEnded { return nil }
            case .skipped, .cancelled: break
            }
            return PlanLine(.dropped, step.id, title: step.title, from: old.due(index)?.day)
        }
    }

    private func isAhead(_ step: StepID, in enrolment: Enrolment) -> Bool {
        !enrolment.record(step).status.isSettled
    }
}
