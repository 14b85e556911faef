public import CivilCalendar

/// An enrolment's move to another version of its programme, with all that the state needs to follow
/// it.
public struct Migration: Hashable, Sendable {
    /// The content hashes of the version left and of the one taken up.
    public var from: String
    public var to: String
    /// What the move is a part of: the same for everybody who moved together.
    public var act: String
    /// The steps whose history goes on under another id.
    public var renamed: [StepID: StepID]
    /// The steps that came into the plan after their due day.
    public var arrived: [StepID]
    /// Who fills roles that nobody filled before.
    public var roles: [RoleID: PersonID]

    public init(
        from: String, to: String, act: String, renamed: [StepID: StepID] = [:],
        arrived: [StepID] = [], roles: [RoleID: PersonID] = [:]
    ) {
        self.from = from
        self.to = to
        self.act = act
        self.renamed = renamed
        self.arrived = arrived
        self.roles = roles
    }
}

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

    public init(
        from: String, to: String, act: String, renamed: [StepID: StepID],
        records: [StepID: StepRecord], removed: [StepID], edits: [PlanEdit],
        milestones: Set<String>, status: EnrolmentStatus
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
    }
}

/// Why somebody cannot move to a version.
public enum MigrationObstacle: Hashable, Sendable {
    case anchorMissing(AnchorID)
    case factMissing(FactID)
    case valueNotAllowed(FactID)
    case roleMissing(RoleID)
    case notForThisPerson
    /// One party has confirmed the step and the other has not: it would be lost.
    case strandsWaitingStep(StepID)
}

extension Decision {
    /// Moves an enrolment to another version of its programme.
    ///
    /// What is done stays done, under its declared new name; what is to come follows the new
    /// version. What was due under the old one should have been done before (`Command.wake`).
    ///
    /// - Parameters:
    ///   - migration: which versions, and who fills roles that are new; renames and late steps are
    ///     worked out here.
    /// - Throws: `Refusal.cannotMigrate` with everything that stands in the way.
    public static func migrate(
        _ enrolment: Enrolment, by migration: Migration, from old: Programme, to new: Programme,
        now: CivilMoment
    ) throws(Refusal) -> Decision {
        var decision = Decision(enrolment, old, now)
        try decision.requireAlive()
        if migration.from == migration.to { throw .alreadyThatVersion }
        var migration = migration
        migration.renamed = enrolment.renames(in: new, from: decision.planBefore)
        migration.roles = migration.roles.filter { role, _ in
            enrolment.roles[role] == nil && new.role(role) != nil
        }
        var after = enrolment
        after.evolve(.migrated(migration, on: now.day))
        let obstacles = enrolment.obstacles(
            to: new, plan: new.plan(for: after), from: decision.planBefore, after, migration.renamed)
        if !obstacles.isEmpty { throw .cannotMigrate(obstacles) }
        migration.arrived = late(in: new.plan(for: after), after, from: decision, migration)
        let dates = DatesBefore(
            plan: decision.planBefore, dates: decision.timetable(),
            formerIDs: migration.renamed.inverted)
        decision.version = new
        decision.append(.migrated(migration, on: now.day))
        decision.cancelInvitationsOfMerged(migration)
        decision.cancelStrayInvitations()
        if decision.enrolment.status == .running {
            decision.completeWhatIsAgreed()
            decision.moveInvitations(from: dates)
            decision.catchUp()
        }
        return decision
    }

    /// The steps that are new to the person and whose due day has passed.
    private static func late(
        in plan: Programme, _ after: Enrolment, from decision: Decision, _ migration: Migration
    ) -> [StepID] {
        let renamed = Set(migration.renamed.values)
        let new = plan.steps.indices.filter { index in
            let id = plan.steps[index].id
            return plan.applies(index, after.facts) && !renamed.contains(id)
                && !decision.applies(id)
        }
        return after.late(new, in: plan, today: decision.today)
    }

    /// A step that was done under an old name takes the place of an open one: what that one had
    /// coming is called off.
    private mutating func cancelInvitationsOfMerged(_ migration: Migration) {
        for id in migration.renamed.values.sorted() where before.record(id).invitation != nil {
            let record = enrolment.record(id)
            if record.status.isSettled { cancelInvitation(id, record) }
        }
    }

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
            if migration.arrived.contains(id), !record.isTouched { record.arrivedOn = nil }
            now[current[id] ?? id] = record
        }
        var restored = now
        for (id, old) in before.steps { restored[id] = old.with(since: now[id]) }
        for (id, record) in now where before.steps[id] == nil && !record.isTouched {
            restored[id] = StepRecord().keeping(record)
        }
        for (old, new) in migration.renamed {
            // It gave up its place, and its invitation.
            guard let own = before.steps[new], let merged = enrolment.steps[new] else { continue }
            var kept = own
            kept.fired.formUnion(merged.fired)
            kept.invitation = own.status.isSettled ? own.invitation : nil
            kept.lastSequence = max(own.lastSequence, merged.lastSequence)
            restored[new] = kept
            if restored[old]?.calendarID == new { restored[old]?.calendarID = nil }
        }
        self.init(
            from: migration.to, to: migration.from, act: migration.act, renamed: current,
            records: restored.filter { enrolment.steps[$0.key] != $0.value },
            removed: enrolment.steps.keys.filter { restored[$0] == nil }.sorted(),
            edits: enrolment.edits.map { $0.renamed(current) }, milestones: before.milestones,
            status: enrolment.status)
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

    /// Takes the place of another step's record: what was said under its name is not said again.
    fileprivate mutating func replaces(_ own: StepRecord) {
        fired.formUnion(own.fired)
        if own.rungs > rungs { (rungs, lastRungOn) = (own.rungs, own.lastRungOn) }
        windowHasClosed = windowHasClosed || own.windowHasClosed
        lastSequence = max(lastSequence, own.lastSequence)
        if own.invitation != nil, !own.status.isSettled {
            invitation = own.invitation
            calendarID = own.calendarID
        }
    }

    /// Whether it stays where another step's record would take its place.
    fileprivate func isKept(over other: StepRecord) -> Bool {
        progress >= other.progress || invitation != nil && !status.isSettled && other.progress < 5
    }

    /// How far it has come: of two records of one step the further one counts.
    fileprivate var progress: Int {
        switch status {
        case .planned: 0
        case .open: 1
        case .waiting: 2
        case .cancelled: 3
        case .skipped: 4
        case .done: 5
        }
    }
}

extension PlanEdit {
    func renamed(_ ids: [StepID: StepID]) -> PlanEdit {
        var edit = self
        func new(_ id: StepID) -> StepID { ids[id] ?? id }
        switch change {
        case .skip(let id): edit.change = .skip(new(id))
        case .add(let own, let other): edit.change = .add(own, after: other.map(new))
        case .replace(let id, let own): edit.change = .replace(new(id), with: own)
        case .move(let id, let due): edit.change = .move(new(id), due: due)
        }
        return edit
    }
}

extension Enrolment {
    /// Which steps go on under another id in a version, as the version declares; those that
    /// nothing has happened to yet are renamed too, because changes of the plan may name them.
    func renames(in version: Programme, from old: Programme) -> [StepID: StepID] {
        var renames: [StepID: StepID] = [:]
        for step in version.steps where !step.formerIDs.isEmpty {
            var best: StepID?
            // Of several that have come as far, the latest name counts.
            for id in step.formerIDs
            where (steps[id] != nil || old.position(id) != nil) && renames[id] == nil
                && version.position(id) == nil
                && best.map({ record($0).progress <= record(id).progress }) ?? true
            {
                best = id
            }
            guard let best else { continue }
            if steps[step.id] != nil || old.position(step.id) != nil,
                record(step.id).isKept(over: record(best))
            {
                continue
            }
            renames[best] = step.id
        }
        return renames
    }

    fileprivate func obstacles(
        to version: Programme, plan: Programme, from old: Programme, _ after: Enrolment,
        _ renamed: [StepID: StepID]
    ) -> [MigrationObstacle] {
        var obstacles: [MigrationObstacle] = []
        for role in version.roles where role.need == .required && after.roles[role.id] == nil {
            obstacles.append(.roleMissing(role.id))
        }
        for anchor in version.anchors where anchor.isRequired && anchors[anchor.id] == nil {
            obstacles.append(.anchorMissing(anchor.id))
        }
        for fact in version.facts {
            if let value = facts[fact.id] {
                if !fact.type.allows(value) { obstacles.append(.valueNotAllowed(fact.id)) }
            } else if fact.isRequired {
                obstacles.append(.factMissing(fact.id))
            }
        }
        if !version.appliesWhen.holds(for: facts) { obstacles.append(.notForThisPerson) }
        for step in old.steps {
            let record = record(step.id)
            guard record.status == .waiting, step.condition.holds(for: facts) else { continue }
            let new = plan.step(renamed[step.id] ?? step.id)
            let remains = new.map { new in
                new.condition.holds(for: facts)
                    && record.signatures.allSatisfy {
                        !$0.affirms || (new.signers.roles + new.actors.roles).contains($0.role)
                    }
            }
            if remains != true { obstacles.append(.strandsWaitingStep(step.id)) }
        }
        return obstacles
    }

    /// Follows a move to another version.
    mutating func migrate(_ migration: Migration, _ day: CivilDay) {
        var moved: [StepID: StepRecord] = [:]
        for (old, new) in migration.renamed {
            guard var record = steps.removeValue(forKey: old) else { continue }
            if record.lastSequence >= 0, record.calendarID == nil { record.calendarID = old }
            moved[new] = record
        }
        for (id, record) in moved {
            var record = record
            if let own = steps[id] { record.replaces(own) }
            steps[id] = record
        }
        edits = edits.map { $0.renamed(migration.renamed) }
        for step in migration.arrived { steps[step, default: StepRecord()].arrivedOn = day }
        for (role, person) in migration.roles {
            roles[role] = person
            missedRoles.remove(role)
        }
    }

    /// Follows a move back.
    mutating func undo(_ undo: MigrationUndo) {
        for step in undo.removed { steps[step] = nil }
        for (step, record) in undo.records { steps[step] = record }
        edits = undo.edits
        milestones = undo.milestones
        status = undo.status
    }
}
