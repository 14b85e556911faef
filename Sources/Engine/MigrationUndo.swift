public import CivilCalendar

/// A move to another version, taken back: the state of before, with all that people have done
/// since.
public struct MigrationUndo: Hashable, Sendable {
    public var from: String
    public var to: String
    public var act: String
    /// What steps were called in the version left, and are called now.
    public var renamed: [StepID: StepID]
    /// The records that are others than the move left them.
    public var records: [StepID: StepRecord]
    /// Those that there were none of before.
    public var removed: [StepID]
    public var edits: [PlanEdit]
    public var milestones: Set<String>
    public var status: EnrolmentStatus
    /// Who filled roles that nobody filled before the move.
    public var roles: [RoleID: PersonID]

    public init(
        from: String, to: String, act: String, renamed: [StepID: StepID],
        records: [StepID: StepRecord], removed: [StepID], edits: [PlanEdit],
        milestones: Set<String>, status: EnrolmentStatus, roles: [RoleID: PersonID] = [:]
    ) {
        self.from = from
        self.to = to
        self.act = act
        self.renamed = renamed
        self.records = records
        self.removed = removed
        self.edits = edits
        self.milestones = milestones
        self.status = status
        self.roles = roles
    }
}

extension Decision {
    /// Takes a move to another version back.
    ///
    /// What people have done since stays done; everything else is as it was before the move.
    ///
    /// - Parameters:
    ///   - migration: the move, as it was recorded.
    ///   - before: the state just before it: the fold of the events up to there.
    public static func undo(
        _ migration: Migration, of enrolment: Enrolment, before: Enrolment, from new: Programme,
        to old: Programme, now: CivilMoment
    ) throws(Refusal) -> Decision {
        var decision = Decision(enrolment, new, now)
        // What somebody has ended since stays ended.
        if decision.hasBeenEnded { throw .enrolmentNotRunning(enrolment.status) }
        let dates = DatesBefore(
            plan: decision.planBefore, dates: decision.timetable(), formerIDs: migration.renamed)
        let undo = MigrationUndo(migration, enrolment, before: before, version: old)
        decision.version = old
        decision.append(.migrationUndone(undo, on: now.day))
        decision.cancelStrayInvitations()
        if decision.enrolment.status == .running {
            decision.completeWhatIsAgreed()
            decision.catchUp()
            decision.restoreInvitations(as: before, dates)
        }
        return decision
    }

    private var hasBeenEnded: Bool {
        switch enrolment.status {
        case .running, .paused: return false
        case .stopped: return true
        case .completed:
            return programme.steps.contains { step in
                let status = enrolment.record(step.id).status
                return applies(step.id) && status != .done && status != .skipped
            }
        }
    }

    /// Invitations that stood before stand again at their old times, and those that came with the
    /// move go with it; a time that people have agreed on since is theirs. Where the date of before
    /// has moved too, the invitation follows the date as any other.
    private mutating func restoreInvitations(as before: Enrolment, _ dates: DatesBefore) {
        guard enrolment.status == .running else { return }
        let plan = version.plan(for: before)
        let old = Timetable(plan, before)
        let new = timetable()
        var dates = dates
        for index in programme.appointments {
            let id = programme.steps[index].id
            let record = enrolment.record(id)
            let earlier = before.record(id)
            let isAgreedSince =
                record.invitation.map { $0.isAgreed && !$0.isSame(as: earlier.invitation) } ?? false
            if record.status.isSettled || !applies(id) || isAgreedSince { continue }
            let isDueAsBefore = plan.position(id).flatMap { old.due($0) } == new.due(index)
            if var invitation = earlier.invitation {
                guard isDueAsBefore, invitation.startsAt >= now else { continue }
                dates.settled.insert(id)
                if invitation.isSame(as: record.invitation) { continue }
                invitation.sequence = record.lastSequence + 1
                append(.invited(id, invitation))
            } else if record.invitation != nil, before.status == .running {
                let wasOpen = record.openedOn != nil && record.openedOn == earlier.openedOn
                guard record.status == .planned || wasOpen && isDueAsBefore else { continue }
                dates.settled.insert(id)
                cancelInvitation(id, record)
            }
        }
        moveInvitations(from: dates)
    }
}

extension Invitation {
    fileprivate func isSame(as other: Invitation?) -> Bool {
        startsAt == other?.startsAt && minutes == other?.minutes && place == other?.place
    }
}

extension MigrationUndo {
    fileprivate init(
        _ migration: Migration, _ enrolment: Enrolment, before: Enrolment, version: Programme
    ) {
        let current = migration.renamed.inverted
        var now: [StepID: StepRecord] = [:]
        for (id, record) in enrolment.steps {
            var record = record
            if current[id] != nil, record.lastSequence >= 0, record.calendarID == nil {
                record.calendarID = id
            }
            let oldID = current[id] ?? id
            if migration.arrived.contains(id) {
                record.arrivedOn = before.record(oldID).arrivedOn
            }
            now[oldID] = record
        }
        var restored = now
        for (id, old) in before.steps { restored[id] = old.with(since: now[id]) }
        for (id, record) in now where before.steps[id] == nil && !record.isTouched {
            restored[id] = StepRecord().keeping(record)
        }
        let plan = version.plan(for: before)
        for (old, new) in migration.renamed {
            guard let merged = enrolment.steps[new] else { continue }
            if before.steps[new] == nil, plan.position(new) == nil {
                // The name may come back with another move: what was said under it stays said.
                restored[new] = merged.residue
                if restored[old]?.calendarID == new {
                    // Calendars know another appointment by it; one to come needs its own.
                    restored[new]?.calendarID = StepID("\(new)-\(enrolment.eventCount + 1)")
                }
                continue
            }
            // It gave up its place, and its invitation.
            let own = before.record(new)
            var kept = own.keeping(merged)
            kept.arrivedOn = own.arrivedOn
            kept.invitation = own.status.isSettled ? own.invitation : nil
            kept.calendarID = own.calendarID
            restored[new] = kept
            if restored[old]?.calendarID == new { restored[old]?.calendarID = nil }
        }
        // Two steps may have become one: those of before are about what they were about.
        let edits = enrolment.edits.map { edit in
            before.edits.first { $0.number == edit.number } ?? edit.renamed(current)
        }
        self.init(
            from: migration.to, to: migration.from, act: migration.act, renamed: current,
            records: restored.filter { enrolment.steps[$0.key] != $0.value },
            removed: enrolment.steps.keys.filter { restored[$0] == nil }.sorted(),
            edits: edits, milestones: before.milestones,
            status: enrolment.status, roles: migration.roles)
        if status == .completed, enrolment.hasMoreToDo(after: self, in: version) {
            status = .running
        }
    }
}

extension Enrolment {
    /// Whether a move back leaves something to do.
    fileprivate func hasMoreToDo(after undo: MigrationUndo, in version: Programme) -> Bool {
        var after = self
        after.undo(undo)
        return version.plan(for: after).steps.contains {
            $0.condition.holds(for: facts) && !after.record($0.id).status.isSettled
        }
    }
}

extension StepRecord {
    /// Whether a person has had a hand in it.
    fileprivate var isTouched: Bool { status.isSettled || !signatures.isEmpty }

    /// The record of before with what people have done since.
    fileprivate func with(since now: StepRecord?) -> StepRecord {
        guard let now else { return self }
        let isUntouched =
            status.isSettled
            ? now.status == status && now.settledOn == settledOn
            : !now.status.isSettled && now.signatures == signatures
        if !isUntouched { return now }
        var restored = keeping(now)
        if status.isSettled { restored.invitation = invitation }
        return restored
    }

    /// What must not be said twice under its name, where there is any such thing.
    fileprivate var residue: StepRecord? {
        var residue = StepRecord().keeping(self)
        (residue.arrivedOn, residue.invitation, residue.calendarID) = (nil, nil, nil)
        return residue == StepRecord() ? nil : residue
    }

    /// The record with what must not be said twice, nor be left in calendars.
    fileprivate func keeping(_ now: StepRecord) -> StepRecord {
        var kept = self
        kept.arrivedOn = now.arrivedOn ?? arrivedOn
        kept.fired.formUnion(now.fired)
        if now.rungs > rungs {
            kept.rungs = now.rungs
            kept.lastRungOn = now.lastRungOn
        }
        kept.windowHasClosed = windowHasClosed || now.windowHasClosed
        kept.invitation = now.invitation
        kept.lastSequence = max(lastSequence, now.lastSequence)
        kept.calendarID = now.calendarID
        return kept
    }
}
