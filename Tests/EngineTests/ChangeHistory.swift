import CivilCalendar
import Engine

/// A random history with changes of the programme in it, run act by act, with what must hold after
/// every one of them.
struct ChangeHistory {
    /// How much was looked at.
    struct Count {
        var decisions = 0
        var migrations = 0
        var undos = 0
        var roundTrips = 0
        var shortcuts = 0
        var previews = 0
        var withdrawals = 0
        var covers = 0

        var all: Int { decisions + roundTrips + shortcuts + previews }
    }

    private struct Move {
        var migration: Migration
        var before: Enrolment
        var version: Int
    }

    private let versions: [Programme]
    private let merges: Bool
    private var version = 0
    private var moves: [Move] = []
    private var enrolment: Enrolment
    private var folded: Enrolment
    private var ledger = ChangeLedger()
    private var count = Count()
    private var moveCount = 0
    private var undosBefore = 0

    /// The first thing that is wrong with a history, or nil.
    static func fault(in random: ChangeCase, count: inout Count) -> String? {
        var history = ChangeHistory(random)
        history.count = count
        history.undosBefore = count.undos
        defer { count = history.count }
        guard
            let start = try? Decision.start(
                random.start, in: history.versions[0], now: random.begin)
        else { return "the start was refused" }
        if let fault = history.check(start, at: random.begin) { return "start: \(fault)" }
        for act in random.acts {
            if let fault = history.perform(act) { return "\(act.now) \(act.kind): \(fault)" }
        }
        return nil
    }

    private init(_ random: ChangeCase) {
        versions = random.versions
        merges = random.merges
        enrolment = Enrolment(
            id: "e1", roles: [:], anchors: [:], facts: [:], enrolledOn: random.begin.day)
        folded = enrolment
    }

    private var programme: Programme { versions[version] }

    private mutating func perform(_ act: ChangeCase.Act) -> String? {
        switch act.kind {
        case .command(let command):
            let command = command.resolved(enrolment)
            guard
                let decision = try? Decision.decide(
                    command, on: enrolment, in: programme, now: act.now)
            else { return wake(act.now) }
            return check(decision, at: act.now)
        case .migrate(let by):
            return wake(act.now) ?? migrate(by, act.now)
        case .undo:
            return wake(act.now) ?? undo(act.now)
        }
    }

    /// The clock does not stand still for a command that is refused.
    private mutating func wake(_ now: CivilMoment) -> String? {
        guard
            let decision = try? Decision.decide(.wake, on: enrolment, in: programme, now: now)
        else { return "a wake was refused" }
        return check(decision, at: now).map { "wake: \($0)" }
    }

    // MARK: - Moves

    private mutating func migrate(_ by: Int, _ now: CivilMoment) -> String? {
        if version + 2 < versions.count, let fault = checkShortcut(now) { return fault }
        let target = version + by
        guard versions.indices.contains(target),
            let decision = move(enrolment, from: version, to: target, now)
        else { return nil }
        guard case .migrated(let migration, _)? = decision.events.first else {
            return "a move that is not recorded first"
        }
        let move = Move(migration: migration, before: enrolment, version: version)
        if let fault = checkRoundTrip(decision, move, to: target, now) { return fault }
        moves.append(move)
        count.migrations += 1
        version = target
        moveCount += 1
        return check(decision, at: now)
    }

    private func move(
        _ enrolment: Enrolment, from: Int, to: Int, _ now: CivilMoment
    ) -> Decision? {
        try? Decision.migrate(
            enrolment, by: Migration(from: "v\(from)", to: "v\(to)", act: "m\(moveCount)"),
            from: versions[from], to: versions[to], now: now)
    }

    private mutating func undo(_ now: CivilMoment) -> String? {
        guard let move = moves.last,
            let decision = try? Decision.undo(
                move.migration, of: enrolment, before: move.before, from: programme,
                to: versions[move.version], now: now)
        else { return nil }
        moves.removeLast()
        count.undos += 1
        version = move.version
        return check(decision, at: now)
    }

    /// A move taken back at once leaves what the participant sees as it was.
    ///
    /// Excepted is what cannot be taken back: a step that the move itself completed (a message that
    /// was sent, a talk of which one party's word suffices in the new version) stays done, and what
    /// counts from it counts from then; and an appointment that has passed is not set again.
    private mutating func checkRoundTrip(
        _ decision: Decision, _ move: Move, to target: Int, _ now: CivilMoment
    ) -> String? {
        guard
            let back = try? Decision.undo(
                move.migration, of: decision.enrolment, before: move.before,
                from: versions[target], to: versions[move.version], now: now)
        else { return "a move could not be taken back at once" }
        let isFinal = decision.events.contains {
            if case .stepCompleted = $0 { true } else { false }
        }
        if isFinal { return nil }
        count.roundTrips += 1
        let old = View(enrolment, programme, now)
        let new = View(back.enrolment, programme, now)
        if let fault = old.difference(from: new) {
            return "there and back: \(fault)\n  \(decision.events.map(\.line))"
                + "\n  \(back.events.map(\.line))"
        }
        if back.enrolment.status != enrolment.status { return "there and back: another status" }
        return nil
    }

    /// A move by way of a version in between comes to the same as the move at once.
    ///
    /// Compared is what the moves themselves do to the state, that is the two `migrated` events
    /// folded: the record of every step of the last version's plan, the changes of the plan, its
    /// steps and their due days. What a version that was in force for a while has brought about (a
    /// message sent, a step opened, an invitation moved) has happened and is not compared. The day
    /// on which a step came is the version's that brought it: where the one in between brought it
    /// in time and the last one put its due day into the past, it is late, and at once it is not;
    /// and what the one in between left out comes anew with the last. A history in which a move was
    /// taken back has used names that come again, which is what is excluded. Two steps that become
    /// one are left out, because which of them goes on depends on where they stand at the time.
    private mutating func checkShortcut(_ now: CivilMoment) -> String? {
        if merges || count.undos > undosBefore { return nil }
        let (first, middle, last) = (version, version + 1, version + 2)
        guard let there = move(enrolment, from: first, to: middle, now)?.events.first,
            let atOnce = move(enrolment, from: first, to: last, now)?.events.first
        else { return nil }
        var long = enrolment
        long.evolve(there)
        let middlePlan = versions[middle].plan(for: long)
        guard let onwards = move(long, from: middle, to: last, now)?.events.first else {
            return nil
        }
        long.evolve(onwards)
        var short = enrolment
        short.evolve(atOnce)
        count.shortcuts += 1
        let (longPlan, shortPlan) = (
            versions[last].plan(for: long), versions[last].plan(for: short)
        )
        if longPlan != shortPlan { return "by the way: another plan" }
        // A step that has gone has its last name in them, which may be another; that is all.
        if long.edits.map(\.number) != short.edits.map(\.number) {
            return "by the way: other changes"
        }
        let old = programme.plan(for: enrolment)
        let (longDates, shortDates) = (Timetable(longPlan, long), Timetable(shortPlan, short))
        var isSameThroughout = true
        for step in longPlan.steps {
            var (one, other) = (long.record(step.id), short.record(step.id))
            if one.arrivedOn != other.arrivedOn {
                isSameThroughout = false
                let ids = [step.id] + step.formerIDs
                let wasThere = [old, middlePlan].allSatisfy { plan in
                    ids.contains { plan.step($0)?.condition.holds(for: enrolment.facts) == true }
                }
                if wasThere {
                    return "by the way: \(step.id) came, and was there"
                }
            }
            (one.arrivedOn, other.arrivedOn) = (nil, nil)
            if one != other { return "by the way: \(step.id) is \(one), at once \(other)" }
        }
        for index in longPlan.steps.indices
        where isSameThroughout && longDates.due(index) != shortDates.due(index) {
            return "by the way: \(longPlan.steps[index].id) is due on another day"
        }
        return nil
    }

    // MARK: - After every decision

    private mutating func check(_ decision: Decision, at now: CivilMoment) -> String? {
        let before = enrolment
        enrolment = decision.enrolment
        count.decisions += 1
        for event in decision.events {
            folded.evolve(event)
            switch event {
            case .planEditWithdrawn: count.withdrawals += 1
            case .coverBegan: count.covers += 1
            default: break
            }
            if let fault = ledger.enter(event, folded) { return fault }
        }
        if folded != enrolment { return "the state is not the fold of the events" }
        if let fault = ledger.enter(decision.notices) ?? ledger.lost(in: enrolment) {
            return fault
        }
        if decision.before != before { return "the decision began somewhere else" }
        let standing = Standing(version: programme, enrolment: enrolment, now: now)
        if let fault = standing.agendaFault ?? standing.forgottenFault ?? strayInvitation {
            return fault
        }
        if decision.events.isEmpty { return nil }
        count.previews += 1
        return Preview(decision, now).fault.map { "preview: \($0)" }
    }

    /// An invitation to something that the person's plan does not hold.
    private var strayInvitation: String? {
        let plan = programme.plan(for: enrolment)
        for (id, record) in enrolment.steps
        where record.invitation != nil && !record.status.isSettled {
            if plan.step(id)?.condition.holds(for: enrolment.facts) != true {
                return "\(id) has an invitation and is not in the plan"
            }
        }
        return nil
    }
}

/// What happens once only, and what was done.
///
/// A name is a step's: what has happened under a former name counts under the new one and, when the
/// move is taken back, under the old one again. A move taken back does not take back what was said
/// because of it: no reminder and no rung of the ladder comes twice, whichever version it is of.
/// A step that is planned again may open again; its notice has the same identity, so that the
/// outbox, which takes an identity once, tells it once; so does a message whose name another
/// message had in a version that was taken back.
struct ChangeLedger {
    private struct Fact: Hashable {
        var step: StepID
        var what: String
    }

    private var facts: Set<Fact> = []
    private var identities: Set<String> = []
    private var sequences: [StepID: Int] = [:]
    private var done: [StepID: CivilDay] = [:]
    private var planned: Set<StepID> = []
    private var givenUp: Set<StepID> = []

    /// - Parameter after: the state after the event.
    mutating func enter(_ event: Event, _ after: Enrolment) -> String? {
        switch event {
        case .migrated(let migration, _): rename(migration.renamed)
        case .migrationUndone(let undo, _):
            rename(undo.renamed)
            givenUp.formUnion(undo.renamed.keys)
            forgetWhatIsAhead(after)
        case .planEditWithdrawn: forgetWhatIsAhead(after)
        default: break
        }
        if let fault = once(event, after) { return fault }
        for (step, record) in after.steps where record.status == .done && done[step] == nil {
            done[step] = record.settledOn
        }
        return nil
    }

    private mutating func rename(_ names: [StepID: StepID]) {
        for fact in facts {
            if let new = names[fact.step] { facts.insert(Fact(step: new, what: fact.what)) }
        }
        for (old, new) in names {
            if let day = done.removeValue(forKey: old) { done[new] = day }
        }
    }

    private mutating func forgetWhatIsAhead(_ after: Enrolment) {
        for fact in facts {
            let status = after.record(fact.step).status
            if fact.what == "opened", status == .planned {
                planned.insert(fact.step)
                facts.remove(fact)
            }
            if fact.what == "settled", !status.isSettled { facts.remove(fact) }
            if fact.what == "ended", after.status == .running { facts.remove(fact) }
            if fact.what == "reached", !after.milestones.contains(fact.step.rawValue) {
                facts.remove(fact)
            }
        }
    }

    private mutating func once(_ event: Event, _ after: Enrolment) -> String? {
        let fact: Fact
        switch event {
        case .stepOpened(let step, _): fact = Fact(step: step, what: "opened")
        case .reminded(let step, let key, _, _): fact = Fact(step: step, what: "reminded \(key)")
        case .escalated(let step, let rung, _): fact = Fact(step: step, what: "escalated \(rung)")
        case .windowClosed(let step, _): fact = Fact(step: step, what: "window closed")
        case .stepCompleted(let step, _), .stepSkipped(let step, _, _, _),
            .stepCredited(let step, _, _):
            fact = Fact(step: step, what: "settled")
        case .milestoneReached(let milestone, _):
            fact = Fact(step: StepID(milestone), what: "reached")
        case .completed, .stopped, .completedEarly: fact = Fact(step: "e1", what: "ended")
        case .invited(let step, let invitation), .invitationCancelled(let step, let invitation):
            // Calendars know it by its first name.
            let name = after.record(step).calendarID ?? step
            if invitation.sequence <= sequences[name] ?? -1 {
                return "\(step): the invitation's number did not rise"
            }
            sequences[name] = invitation.sequence
            return nil
        default: return nil
        }
        return facts.insert(fact).inserted ? nil : "\(fact.step) \(fact.what) twice"
    }

    mutating func enter(_ notices: [Notice]) -> String? {
        for notice in notices where !identities.insert(notice.identity).inserted {
            if notice.kind == .stepOpened, let step = notice.step, planned.contains(step) {
                continue
            }
            if notice.kind == .message, let step = notice.step, givenUp.contains(step) { continue }
            return "\(notice.identity) was told twice"
        }
        return nil
    }

    /// A step that was done and is not any more.
    func lost(in enrolment: Enrolment) -> String? {
        for (step, day) in done {
            let record = enrolment.record(step)
            if record.status != .done || record.settledOn != day {
                return
                    "\(step) was done on \(day) and is \(record.status) \(record.settledOn as Any)"
            }
        }
        return nil
    }
}
