import CivilCalendar
import Engine

/// A random history run act by act, with what must hold after every one of them.
struct History {
    private let programme: Programme
    private var enrolment: Enrolment
    private var folded: Enrolment
    private var facts: Set<String> = []
    private var identities: Set<String> = []
    private var sequences: [StepID: Int] = [:]
    private(set) var decisions = 0

    /// The first thing that is wrong with a history, or nil.
    static func fault(in random: RandomCase, count: inout Int) -> String? {
        guard
            let decision = try? Decision.start(
                random.start, in: random.programme, now: random.begin)
        else { return "the start was refused" }
        var history = History(random)
        if let fault = history.check(decision, at: random.begin) { return "start: \(fault)" }
        for act in random.acts {
            guard
                let decision = try? Decision.decide(
                    act.command, on: history.enrolment, in: random.programme, now: act.now)
            else {
                // A refused command changes nothing, but the clock does not stand still for it.
                let wake = try? Decision.decide(
                    .wake, on: history.enrolment, in: random.programme, now: act.now)
                guard let wake else { return "a wake was refused" }
                if let fault = history.check(wake, at: act.now) { return "wake: \(fault)" }
                continue
            }
            if let fault = history.check(decision, at: act.now) {
                return "\(act.now) \(act.command): \(fault)"
            }
        }
        count += history.decisions
        return nil
    }

    private init(_ random: RandomCase) {
        programme = random.programme
        enrolment = Enrolment(
            id: "e1", roles: [:], anchors: [:], facts: [:], enrolledOn: random.begin.day)
        folded = enrolment
    }

    private mutating func check(_ decision: Decision, at now: CivilMoment) -> String? {
        let before = enrolment
        enrolment = decision.enrolment
        decisions += 1
        for event in decision.events {
            folded.evolve(event)
            if let fault = checkOnce(event) { return fault }
        }
        if folded != enrolment { return "the state is not the fold of the events" }
        for notice in Notices(programme, enrolment, now: now).notices(for: decision.events) {
            if !identities.insert(notice.identity).inserted {
                return "\(notice.identity) was told twice"
            }
        }
        for (step, record) in before.steps where record.status.isSettled {
            if enrolment.steps[step] != record { return "\(step) was settled and changed" }
        }
        let standing = Standing(version: programme, enrolment: enrolment, now: now)
        return standing.agendaFault ?? standing.forgottenFault
    }

    /// What may happen once only in the life of a step.
    private mutating func checkOnce(_ event: Event) -> String? {
        let fact: String
        switch event {
        case .stepOpened(let step, _): fact = "\(step) opened"
        case .reminded(let step, let key, _, _): fact = "\(step) reminded \(key)"
        case .escalated(let step, let rung, _): fact = "\(step) escalated \(rung)"
        case .windowClosed(let step, _): fact = "\(step) window closed"
        case .stepCompleted(let step, _), .stepSkipped(let step, _, _, _),
            .stepCredited(let step, _, _):
            fact = "\(step) settled"
        case .milestoneReached(let milestone, _): fact = "milestone \(milestone)"
        case .completed, .stopped: fact = "ended"
        case .invited(let step, let invitation), .invitationCancelled(let step, let invitation):
            if invitation.sequence <= sequences[step] ?? -1 {
                return "\(step): the invitation's number did not rise"
            }
            sequences[step] = invitation.sequence
            return nil
        default: return nil
        }
        return facts.insert(fact).inserted ? nil : "\(fact) twice"
    }
}

/// What must hold of a state whatever brought it about.
struct Standing {
    let version: Programme
    let enrolment: Enrolment
    let now: CivilMoment
    private var plan: Programme { version.plan(for: enrolment) }

    /// Nothing due is left undone, and nothing is done before its time.
    var agendaFault: String? {
        let agenda = Agenda(plan, enrolment)
        let items = agenda.items
        if items.first != agenda.first { return "the first of the agenda is another" }
        if !zip(items, items.dropFirst()).allSatisfy({ $0.moment <= $1.moment }) {
            return "the agenda is out of order"
        }
        if enrolment.status != .running, !items.isEmpty { return "an agenda while not running" }
        if let first = items.first, first.moment <= now { return "\(first) was left undone" }
        if wakes(now) { return "a second wake did something" }
        if let first = items.first?.moment {
            let eve =
                CivilTime(minutes: first.time.minutes - 1).map { CivilMoment(first.day, $0) }
                ?? CivilMoment(first.day.adding(days: -1), time("23:59"))
            if eve > now, wakes(eve) { return "a wake before \(first) did something" }
        } else if wakes(CivilMoment(now.day.adding(days: 900), now.time)) {
            return "a wake did something that was not on the agenda"
        }
        return nil
    }

    private func wakes(_ now: CivilMoment) -> Bool {
        let decision = try? Decision.decide(.wake, on: enrolment, in: version, now: now)
        return decision?.events.isEmpty != true
    }

    /// An open step waits for somebody, and an invitation that nobody changed follows its date.
    var forgottenFault: String? {
        guard enrolment.status == .running else { return nil }
        let plan = plan
        let timetable = Timetable(plan, enrolment)
        for (index, step) in plan.steps.enumerated() {
            let record = enrolment.record(step.id)
            let applies = step.condition.holds(for: enrolment.facts)
            if record.status.isSettled || record.status == .planned || !applies { continue }
            if !record.isDisputed, Decision.missingSigners(step, enrolment, plan).isEmpty {
                return "\(step.id) waits for nobody"
            }
            guard step.kind.isAppointment, let due = timetable.due(index), !due.isProjected else {
                continue
            }
            if let invitation = record.invitation, !invitation.isAgreed,
                invitation.startsAt.day != due.day
            {
                return "\(step.id) is due on \(due.day), the invitation says \(invitation.line)"
            }
            if record.status == .open, record.invitation == nil, due.day > now.day {
                return "\(step.id) is open and due on \(due.day), and nobody is invited"
            }
        }
        return nil
    }
}
