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
            to: new, plan: new.plan(for: after), from: decision.planBefore, after, migration.renamed
        )
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
        for id in migration.renamed.values.sorted() {
            let old = before.record(id)
            let record = enrolment.record(id)
            if old.invitation != nil, !old.status.isSettled, record.status.isSettled {
                cancelInvitation(id, record)
            }
        }
    }
}

extension StepRecord {
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
        let named = Set(edits.flatMap { [$0.change.step, $0.change.place].compactMap { $0 } })
        var renames: [StepID: StepID] = [:]
        for step in version.steps where !step.formerIDs.isEmpty {
            var best: StepID?
            for id in step.formerIDs where renames[id] == nil && version.position(id) == nil {
                guard steps[id] != nil || old.position(id) != nil || named.contains(id) else {
                    continue
                }
                // Of several that have come as far, the latest name counts.
                if let best, record(best).progress > record(id).progress { continue }
                best = id
            }
            guard let best else { continue }
            let own = record(step.id)
            let stays =
                old.position(step.id) == nil
                ? own.progress > record(best).progress : own.isKept(over: record(best))
            if !stays { renames[best] = step.id }
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
        // Whoever has taken the role over since keeps it.
        for (role, person) in undo.roles where roles[role] == person { roles[role] = nil }
    }
}
