import CivilCalendar
import Engine

/// What the participant sees of their plan.
struct View {
    private struct Row: Equatable {
        var id: StepID
        var status: ShownStatus
        var opens: Why?
        var due: Why?
        var window: ClosedRange<CivilDay>?
        var signatures: [Signature]
        var settledOn: CivilDay?
        var appointment: CivilMoment?
        /// Whether the time of the appointment has passed: it is not set again.
        var hasPassed = false
    }

    private let rows: [Row]

    init(_ enrolment: Enrolment, _ version: Programme, _ now: CivilMoment) {
        rows = enrolment.explained(by: version.plan(for: enrolment), today: now.day).map { step in
            let start = step.record.invitation?.startsAt
            return Row(
                id: step.step.id, status: step.status, opens: step.opens, due: step.due,
                window: step.window, signatures: step.record.signatures,
                settledOn: step.record.settledOn, appointment: start,
                hasPassed: start.map { $0 < now } ?? false)
        }
    }

    func difference(from other: View) -> String? {
        if rows.map(\.id) != other.rows.map(\.id) { return "another order" }
        for (one, other) in zip(rows, other.rows) {
            var other = other
            if one.hasPassed { (other.appointment, other.hasPassed) = (one.appointment, true) }
            if one != other { return "\n    \(one)\n    \(other)" }
        }
        return nil
    }
}

/// A preview held against what then happens, found by another way: by what the person sees of
/// their steps before and afterwards.
struct Preview {
    private let decision: Decision
    private let now: CivilMoment
    private let preview: Consequences
    private let before: [StepExplanation]
    private let after: [StepExplanation]
    /// What steps are called afterwards.
    private var names: [StepID: StepID] = [:]

    init(_ decision: Decision, _ now: CivilMoment) {
        self.decision = decision
        self.now = now
        preview = Consequences(decision)
        before = decision.before.explained(by: decision.planBefore, today: now.day)
        after = decision.enrolment.explained(by: decision.programme, today: now.day)
        for event in decision.events {
            switch event {
            case .migrated(let migration, _): names = migration.renamed
            case .migrationUndone(let undo, _): names = undo.renamed
            default: break
            }
        }
    }

    var fault: String? { linesFault ?? invitationsFault ?? noticesFault ?? unfiredFault }

    private func isAhead(_ step: StepExplanation) -> Bool {
        switch step.status {
        case .planned, .open, .waiting, .disputed: true
        case .done, .skipped, .cancelled, .notApplicable: false
        }
    }

    /// What a step was called before; nil where its name was another's.
    private func former(_ id: StepID) -> StepID? {
        if let old = names.first(where: { $0.value == id })?.key { return old }
        return names[id] == nil ? id : nil
    }

    /// Every step that came, went or moved, and no other.
    private var linesFault: String? {
        let isOver = [.completed, .stopped].contains(decision.enrolment.status)
        let old = before.filter(isAhead)
        let new = isOver ? [] : after.filter(isAhead)
        var expected: Set<PlanLine> = []
        for step in new {
            let former = old.first { $0.step.id == self.former(step.step.id) }
            let kind: PlanLine.Kind
            if let former {
                if former.dueDay != step.dueDay {
                    kind = .moved
                } else if former.step.title != step.step.title {
                    kind = .renamed
                } else {
                    continue
                }
            } else {
                kind = .added
            }
            expected.insert(
                PlanLine(
                    kind, step.step.id, title: step.step.title, from: former?.dueDay,
                    to: step.dueDay))
        }
        for step in old {
            let id = names[step.step.id] ?? step.step.id
            if former(id) == step.step.id {
                if decision.enrolment.record(id).status == .done { continue }
                if new.contains(where: { $0.step.id == id }) { continue }
            }
            expected.insert(
                PlanLine(.dropped, step.step.id, title: step.step.title, from: step.dueDay))
        }
        if Set(preview.lines) == expected, preview.lines.count == expected.count { return nil }
        return "says \(preview.lines.map(\.line)), is \(expected.map(\.line).sorted())"
    }

    /// Every appointment that is another, or is no more, and no other.
    private var invitationsFault: String? {
        let said = Set(preview.movedInvitations + preview.cancelledInvitations)
        for step in after {
            let id = step.step.id
            let old = former(id).map(decision.before.record) ?? StepRecord()
            // What gave up its place for a time has its number from then.
            if former(id) == nil { continue }
            let isSame = old.invitation == step.record.invitation
            if !isSame, !said.contains(id), old.lastSequence != step.record.lastSequence {
                return "\(id) has another invitation"
            }
            if said.contains(id), step.record.lastSequence <= old.lastSequence {
                return "\(id) has no other invitation"
            }
        }
        return nil
    }

    /// One notice of the change to each person, with all of it.
    private var noticesFault: String? {
        var told: Set<PersonID> = []
        for notice in preview.notices {
            switch notice.kind {
            case .programmeChanged, .planChanged:
                if notice.lines != preview.lines { return "a notice says something else" }
                if notice.lines.isEmpty { return "a notice says nothing" }
                if !told.insert(notice.recipient).inserted {
                    return "\(notice.recipient) is told twice"
                }
            default: break
            }
        }
        let isTold = decision.events.contains {
            switch $0 {
            case .planEdited, .planEditWithdrawn, .factChanged, .migrated, .migrationUndone: true
            default: false
            }
        }
        if isTold, !preview.lines.isEmpty, told.isEmpty { return "nobody is told" }
        return nil
    }

    /// What the preview says will not fire does not fire, whatever the clock says.
    private var unfiredFault: String? {
        // A message that goes out is a step done, and may bring a date that was not known.
        let hasMessages = decision.programme.steps.contains { $0.kind == .message }
        if preview.unfired.isEmpty || hasMessages { return nil }
        let later = CivilMoment(now.day.adding(days: 800), now.time)
        guard
            let events = try? Decision.decide(
                .wake, on: decision.enrolment, in: decision.version, now: later
            ).events
        else { return "a wake was refused" }
        let fired = Set(
            events.compactMap { event -> AgendaAction? in
                switch event {
                case .reminded(let step, let key, _, _): .remind(step, key: key)
                case .escalated(let step, let rung, _): .escalate(step, rung: rung)
                default: nil
                }
            })
        for item in preview.unfired {
            let isFired =
                switch item.action {
                case .remind(let step, let key):
                    fired.contains(.remind(names[step] ?? step, key: key))
                case .escalate(let step, let rung):
                    fired.contains(.escalate(names[step] ?? step, rung: rung))
                default: true
                }
            if isFired { return "\(item.action) was not to fire" }
        }
        return nil
    }
}
