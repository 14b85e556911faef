public import CivilCalendar

/// The events that a command brings about, folded into the state as they are decided.
public struct Decision: Sendable {
    /// What happened, in order.
    public private(set) var events: [Event] = []
    /// The state after them.
    public private(set) var enrolment: Enrolment
    /// The version that the enrolment follows.
    public internal(set) var version: Programme
    /// The version with the changes of this person's plan: what is decided by.
    public internal(set) var programme: Programme
    /// The state and the plan before the first event.
    public let before: Enrolment
    public let planBefore: Programme
    let now: CivilMoment
    /// The dates as things stand, once they have been computed.
    private var dates: Timetable?
    /// The dates before the first event, where they were needed.
    public private(set) var datesBefore: Timetable?
    /// What everything has coming, once it has been computed, and the steps to look at again.
    private var board: AgendaBoard?
    private var staleSteps: [Int] = []
    /// The places of the steps that something happened to.
    public private(set) var touchedSteps: Set<Int> = []
    /// Whether dates of other steps may have moved too.
    public private(set) var mayHaveMovedDates = false
    /// Whether milestones and the end have been looked at since the last step was settled.
    private var knowsConsequences = false
    /// Whether this decision has brought steps into the plan.
    private var hasNewSteps = false

    /// Starts an enrolment.
    ///
    /// - Throws: `Refusal` where a required role, date or fact is missing, or a value is not one
    ///   that the programme allows.
    public static func start(
        _ start: Start, in programme: Programme, now: CivilMoment
    ) throws(Refusal) -> Decision {
        try check(start, programme)
        var decision = Decision(
            Enrolment(
                id: start.id, roles: [:], anchors: [:], facts: [:], enrolledOn: start.on),
            programme, now)
        decision.append(
            .enrolled(
                on: start.on, roles: start.roles, anchors: start.anchors, facts: start.facts))
        for credit in start.credits where programme.step(credit.step) != nil {
            decision.append(
                .stepCredited(credit.step, on: credit.on, programme: credit.programme))
        }
        decision.catchUp()
        return decision
    }

    /// Carries out a command on an enrolment as it stands now.
    ///
    /// Whatever has fallen due before is done first, in its order, and so is whatever the command
    /// itself makes due.
    ///
    /// - Parameters:
    ///   - dates: the enrolment's dates, where the caller has them from an earlier decision.
    ///   - board: what it has coming, likewise.
    ///   - isCaughtUp: whether the caller knows that nothing is due, because the `nextMoment` of
    ///     the last decision lies ahead.
    /// - Throws: `Refusal`; nothing has then happened.
    public static func decide(
        _ command: Command, on enrolment: Enrolment, in programme: Programme, now: CivilMoment,
        dates: Timetable? = nil, board: AgendaBoard? = nil, isCaughtUp: Bool = false
    ) throws(Refusal) -> Decision {
        var decision = Decision(enrolment, programme, now)
        decision.dates = dates
        decision.datesBefore = dates
        decision.board = board
        if !isCaughtUp { decision.catchUp() }
        try decision.carryOut(command)
        if command != .wake { decision.catchUp() }
        return decision
    }

    init(_ enrolment: Enrolment, _ version: Programme, _ now: CivilMoment) {
        self.enrolment = enrolment
        self.version = version
        programme = version.plan(for: enrolment)
        before = enrolment
        planBefore = programme
        self.now = now
    }

    /// Whether the plan's steps are others than before, so that places are not comparable.
    public var hasOtherPlan: Bool { planBefore !== programme }

    var today: CivilDay { now.day }

    mutating func append(_ event: Event) {
        events.append(event)
        enrolment.evolve(event)
        if event.changesPlan { programme = version.plan(for: enrolment) }
        if event.mayBringSteps { hasNewSteps = true }
        switch event.reach(in: programme) {
        case .nothing: break
        case .step(let id): touch(id)
        case .settled(let id, let movesDates):
            touch(id)
            knowsConsequences = false
            if movesDates {
                forgetDates()
            } else if board != nil {
                staleSteps += programme.waiters(for: id)
            }
        case .everything(let movesDates):
            if movesDates { forgetDates() }
            board = nil
            knowsConsequences = false
        }
    }

    private mutating func touch(_ id: StepID) {
        guard let index = programme.position(id) else { return }
        touchedSteps.insert(index)
        if board != nil { staleSteps.append(index) }
    }

    private mutating func forgetDates() {
        dates = nil
        board = nil
        mayHaveMovedDates = true
    }

    /// The dates as things stand, computed anew only after an event that may have moved one.
    public mutating func timetable() -> Timetable {
        if let dates { return dates }
        let computed = Timetable(programme, enrolment)
        dates = computed
        if events.isEmpty { datesBefore = computed }
        return computed
    }

    /// When the next thing falls due, or nil where nothing is to come.
    public mutating func nextMoment() -> CivilMoment? {
        nextOnBoard()?.moment
    }

    /// When everything has something coming, for the next decision on the enrolment.
    public mutating func agendaBoard() -> AgendaBoard? {
        bringBoardUpToDate()
        return board
    }

    private mutating func nextOnBoard() -> (moment: CivilMoment, place: AgendaBoard.Place)? {
        bringBoardUpToDate()
        return board?.first
    }

    private mutating func bringBoardUpToDate() {
        let dates = timetable()
        if board == nil {
            board = AgendaBoard(programme, enrolment, dates)
        } else {
            for index in staleSteps { board?.refresh(step: index, programme, enrolment, dates) }
        }
        staleSteps = []
    }

    /// What has fallen due and is to be done first.
    private mutating func nextDue() -> AgendaItem? {
        guard let next = nextOnBoard(), next.moment <= now else { return nil }
        return Agenda(programme, enrolment, timetable()).first(of: next.place)
    }

    // MARK: - What falls due

    /// Does everything that is due by now, in order, each thing once.
    mutating func catchUp() {
        var reminders: [StepID: [Int]] = [:]
        while enrolment.status == .running {
            if !knowsConsequences {
                knowsConsequences = true
                settleConsequences()
            }
            guard let item = nextDue() else { break }
            let timetable = timetable()
            if case .remind(let step, _) = item.action {
                reminders[step, default: []].append(events.count)
            }
            perform(item, timetable)
        }
        mergeReminders(reminders)
    }

    private mutating func perform(_ item: AgendaItem, _ timetable: Timetable) {
        switch item.action {
        case .open(let id):
            // A step that had to wait opens when the last of what it waited for was settled.
            let waited = programme.step(id)?.waitsFor.compactMap {
                enrolment.record($0).settledOn
            }.max()
            // What has only just come into the plan opens now, whenever it would have opened.
            let day = max(item.moment.day, hasNewSteps ? today : waited ?? item.moment.day)
            append(.stepOpened(id, on: min(day, max(today, item.moment.day))))
            inviteIfAppointment(id, timetable)
        case .send(let id):
            append(.stepOpened(id, on: item.moment.day))
            append(.stepCompleted(id, on: item.moment.day))
            moveInvitations(from: DatesBefore(plan: programme, dates: timetable))
        case .remind(let id, let key):
            append(.reminded(id, key: key, on: item.moment.day, told: true))
        case .escalate(let id, let rung):
            // The next rung's grace counts from when this one was really told.
            append(.escalated(id, rung: rung, on: today))
        case .closeWindow(let id):
            append(.windowClosed(id, on: item.moment.day))
        case .askForRole(let role):
            append(.roleStillMissing(role, on: item.moment.day))
        case .beginCover(let cover):
            append(.coverBegan(cover, on: item.moment.day))
        case .endCover(let cover):
            append(.coverEnded(cover, on: item.moment.day))
        }
    }

    /// Several reminders of a step that fell due in one gap become one, the last.
    private mutating func mergeReminders(_ reminders: [StepID: [Int]]) {
        for (_, positions) in reminders {
            for position in positions.dropLast() {
                if case .reminded(let step, let key, let day, _) = events[position] {
                    events[position] = .reminded(step, key: key, on: day, told: false)
                }
            }
        }
    }

    /// Proposes the due day for a talk, once that day rests on nothing that is still to be done.
    mutating func inviteIfAppointment(_ id: StepID, _ timetable: Timetable) {
        guard let index = programme.position(id) else { return }
        let step = programme.steps[index]
        let record = enrolment.record(id)
        guard step.kind.isAppointment, record.invitation == nil,
            let date = timetable.due(index), !date.isProjected, date.day >= today
        else { return }
        let details = step.meeting ?? MeetingDetails()
        append(
            .invited(
                id,
                Invitation(
                    startsAt: CivilMoment(date.day, details.startsAt), minutes: details.minutes,
                    sequence: record.lastSequence + 1, isAgreed: false)))
    }

    /// Milestones reached, and the end of a programme in which nothing is left to do.
    private mutating func settleConsequences() {
        for milestone in programme.milestones where !enrolment.milestones.contains(milestone.id) {
            if let day = dayOf(milestone) { append(.milestoneReached(milestone.id, on: day)) }
        }
        var last: CivilDay?
        // From the end: what comes last is the likeliest to be still open.
        for index in programme.steps.indices.reversed()
        where programme.applies(index, enrolment.facts) {
            guard let record = enrolment.steps[programme.steps[index].id], record.status.isSettled
            else { return }
            if let day = record.settledOn, last.map({ $0 < day }) ?? true { last = day }
        }
        append(.completed(on: max(last ?? today, enrolment.enrolledOn)))
    }

    /// The day on which the last of a milestone's steps was settled, or nil where it is not
    /// reached; steps that were all skipped reach nothing.
    private func dayOf(_ milestone: Milestone) -> CivilDay? {
        var last: CivilDay?
        var isAnyDone = false
        for id in milestone.steps {
            guard let record = enrolment.steps[id], record.status.isSettled else {
                if applies(id) { return nil }
                continue
            }
            if !applies(id) { continue }
            isAnyDone = isAnyDone || record.status == .done
            if let day = record.settledOn, last.map({ $0 < day }) ?? true { last = day }
        }
        return isAnyDone ? last ?? today : nil
    }

    func applies(_ id: StepID) -> Bool {
        programme.position(id).map { programme.applies($0, enrolment.facts) } ?? false
    }

    // MARK: - Starting

    private static func check(_ start: Start, _ programme: Programme) throws(Refusal) {
        if let unknown = start.roles.keys.sorted().first(where: { programme.role($0) == nil }) {
            throw .unknownRole(unknown)
        }
        let missingRoles = programme.roles.filter {
            $0.need == .required && start.roles[$0.id] == nil
        }
        if !missingRoles.isEmpty { throw .requiredRolesMissing(missingRoles.map(\.id)) }
        if let unknown = start.anchors.keys.sorted().first(where: { programme.anchor($0) == nil }) {
            throw .unknownAnchor(unknown)
        }
        let missingAnchors = programme.anchors.filter {
            $0.isRequired && start.anchors[$0.id] == nil
        }
        if !missingAnchors.isEmpty { throw .requiredAnchorsMissing(missingAnchors.map(\.id)) }
        for (id, value) in start.facts.sorted(by: { $0.key < $1.key }) {
            guard let fact = programme.fact(id) else { throw .unknownFact(id) }
            if !fact.type.allows(value) { throw .valueNotAllowed(id) }
        }
        let missingFacts = programme.facts.filter { $0.isRequired && start.facts[$0.id] == nil }
        if !missingFacts.isEmpty { throw .requiredFactsMissing(missingFacts.map(\.id)) }
        if !programme.appliesWhen.holds(for: start.facts) { throw .notForThisPerson }
    }
}

extension FactType {
    /// Whether the value is one that the fact may have.
    public func allows(_ value: FactValue) -> Bool {
        switch (self, value) {
        case (.oneOf(let choices), .choice(let choice)):
            choices.contains { $0.id == choice }
        case (.someOf(let choices), .choices(let values)):
            values.allSatisfy { value in choices.contains { $0.id == value } }
        case (.number(let lowest, let highest), .number(let value)):
            value >= lowest && value <= highest
        case (.yesOrNo, .flag): true
        case (.oneOf, _), (.someOf, _), (.number, _), (.yesOrNo, _): false
        }
    }
}
