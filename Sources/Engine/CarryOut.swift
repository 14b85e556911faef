import CivilCalendar

// What each command does, once everything that was due before it has been done.
extension Decision {
    mutating func carryOut(_ command: Command) throws(Refusal) {
        if command == .wake { return }
        let before = DatesBefore(plan: programme, dates: timetable())
        let roles = enrolment.roles
        let covers = enrolment.covers
        let wasPaused = enrolment.status == .paused
        try act(on: command)
        guard enrolment.status == .running else { return }
        if wasPaused || enrolment.roles != roles || enrolment.covers != covers {
            completeWhatIsAgreed()
        }
        moveInvitations(from: before)
    }

    private mutating func act(on command: Command) throws(Refusal) {
        switch command {
        case .wake: break
        case .sign(let step, let person, let affirms, let day):
            try sign(step, person, affirms, day)
        case .settleDispute(let step, let person, let done, let day, let reason):
            try settleDispute(step, person, done, day, reason)
        case .skip(let step, let person, let reason):
            try skip(step, person, reason)
        case .book(let step, let person, let moment, let minutes, let place):
            try book(step, person, moment, minutes, place)
        case .credit(let id, let day, let programme):
            // What was done elsewhere counts during a leave too.
            let (step, record) = try unsettled(id, alsoPaused: true)
            if record.invitation != nil { cancelInvitation(step.id, record) }
            append(.stepCredited(step.id, on: day, programme: programme))
        case .moveAnchor(let anchor, let day, let reason):
            try moveAnchor(anchor, day, reason)
        case .pause(let day, let reason):
            try pause(day, reason)
        case .resume(let day):
            try resume(day)
        case .extend(let day, let offset, let reason):
            try extend(day, offset, reason)
        case .stop(let day, let reason):
            try stop(day, reason)
        case .handOver(let role, let person, let reason):
            try handOver(role, person, reason)
        case .withdrawNotice(let identity, let because):
            append(.noticeWithdrawn(identity: identity, because: because))
        case .tailor(let change, let person, let approver, let reason):
            try tailor(change, person, approver, reason)
        case .withdrawEdit(let number, let person, let reason):
            try withdrawEdit(number, person, reason)
        case .changeFact(let fact, let value, let reason):
            try changeFact(fact, value, reason)
        case .completeEarly(let day, let reason):
            try completeEarly(day, reason)
        case .arrangeCover(let role, let person, let from, let until, let reason):
            try arrangeCover(role, person, from, until, reason)
        case .endCover(let role):
            try endCover(role)
        }
    }

    // MARK: - Signing

    private mutating func sign(
        _ id: StepID, _ person: PersonID, _ affirms: Bool, _ day: CivilDay
    ) throws(Refusal) {
        let (step, record) = try unsettled(id)
        if step.kind == .message { throw .cannotBeSigned(id) }
        if record.status == .planned { throw notOpen(step) }
        if day > today { throw .dayInTheFuture(day) }
        var isTheirs = false
        var news: [RoleID] = []
        for role in step.signers.roles + step.actors.roles
        where enrolment.holder(of: role, in: programme) == person {
            isTheirs = true
            let isSaid = record.signatures.contains {
                $0.role == role && $0.person == person && $0.affirms == affirms
            }
            if !isSaid, !news.contains(role) { news.append(role) }
        }
        if !isTheirs { throw .notYours(id) }
        if news.isEmpty { throw .alreadySaid(id) }
        for role in news {
            append(.signed(id, Signature(role: role, person: person, affirms: affirms, on: day)))
        }
        completeIfAgreed(step)
        inviteAgain(id)
    }

    /// A talk that turns out not to have been held is one that people are invited to.
    private mutating func inviteAgain(_ id: StepID) {
        if enrolment.record(id).status == .open { inviteIfAppointment(id, timetable()) }
    }

    /// A role that was emptied is not waited for any more: what the others have signed is done.
    mutating func completeWhatIsAgreed() {
        for index in programme.steps.indices {
            if let record = enrolment.steps[programme.steps[index].id],
                record.status == .waiting, !record.isDisputed
            {
                completeIfAgreed(programme.steps[index])
            }
        }
    }

    /// Completes the step where nobody's word is missing any more.
    private mutating func completeIfAgreed(_ step: Step) {
        let record = enrolment.record(step.id)
        guard step.isAgreed(by: record.signatures, enrolment, programme) else { return }
        // Where the parties name different days, the accountable one's counts.
        let decisive =
            record.signatures.last {
                $0.affirms && step.accountable.roles.contains($0.role)
                    && step.signers.roles.contains($0.role)
            } ?? record.signatures.last { $0.affirms }
        append(.stepCompleted(step.id, on: decisive?.on ?? today))
    }

    private mutating func settleDispute(
        _ id: StepID, _ person: PersonID, _ done: Bool, _ day: CivilDay, _ reason: String
    ) throws(Refusal) {
        let (step, record) = try unsettled(id)
        if !record.isDisputed { throw .notInDispute(id) }
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if day > today { throw .dayInTheFuture(day) }
        let entitled = step.accountable.roles + [.lineManager, .managersManager, .hr]
        guard
            entitled.contains(where: { enrolment.holder(of: $0, in: programme) == person })
        else { throw .notYours(id) }
        append(.disputeSettled(id, done: done, by: person, reason: reason))
        if done { append(.stepCompleted(id, on: day)) }
        inviteAgain(id)
    }

    private mutating func skip(
        _ id: StepID, _ person: PersonID, _ reason: String
    ) throws(Refusal) {
        let (step, record) = try unsettled(id)
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        guard
            step.skippableBy.contains(where: { enrolment.holder(of: $0, in: programme) == person })
        else { throw .mayNotSkip(id) }
        if record.invitation != nil { cancelInvitation(id, record) }
        append(.stepSkipped(id, on: today, by: person, reason: reason))
    }

    // MARK: - Appointments

    private mutating func book(
        _ id: StepID, _ person: PersonID, _ moment: CivilMoment, _ minutes: Int?, _ place: String?
    ) throws(Refusal) {
        let (step, record) = try unsettled(id)
        guard step.kind.isAppointment else { throw .notAnAppointment(id) }
        let parties = step.participants.filter {
            enrolment.holder(of: $0, in: programme) == person
        }
        if parties.isEmpty { throw .notYours(id) }
        if moment < now { throw .timeInThePast(moment) }
        let length = minutes ?? record.invitation?.minutes ?? step.meeting?.minutes ?? 45
        if !(5...1440).contains(length) { throw .lengthOutOfRange(length) }
        append(
            .invited(
                id,
                Invitation(
                    startsAt: moment, minutes: length, place: place,
                    sequence: record.lastSequence + 1, isAgreed: true)))
    }

    mutating func cancelInvitation(_ id: StepID, _ record: StepRecord) {
        guard var invitation = record.invitation else { return }
        invitation.sequence = record.lastSequence + 1
        append(.invitationCancelled(id, invitation))
    }

    /// Invitations that were sent follow their step's date when it moves; an open talk whose date
    /// comes to be known, or to lie ahead again, gets one.
    mutating func moveInvitations(from before: DatesBefore) {
        let after = timetable()
        if after.isCopy(of: before.dates) { return }
        for index in programme.appointments {
            let step = programme.steps[index]
            let record = enrolment.record(step.id)
            guard !record.status.isSettled, applies(step.id), !before.settled.contains(step.id)
            else { continue }
            guard let invitation = record.invitation else {
                if record.status == .open { inviteIfAppointment(step.id, after) }
                continue
            }
            let old = before.due(of: step.id)
            guard let new = after.due(index)?.day, old != new else { continue }
            // A date that comes to be known moves what was only proposed, not what people agreed.
            if old == nil, invitation.isAgreed { continue }
            let agreedTimeStillFits =
                invitation.isAgreed && invitation.startsAt >= now
                && after.window(index)?.contains(invitation.startsAt.day) ?? false
            if agreedTimeStillFits { continue }
            if new < today {
                cancelInvitation(step.id, record)
                continue
            }
            let time = step.meeting?.startsAt ?? .nine
            append(
                .invited(
                    step.id,
                    Invitation(
                        startsAt: CivilMoment(new, time), minutes: invitation.minutes,
                        place: invitation.place, sequence: record.lastSequence + 1,
                        isAgreed: false)))
        }
    }

    // MARK: - The whole enrolment

    private mutating func moveAnchor(
        _ anchor: AnchorID, _ day: CivilDay, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        guard programme.anchor(anchor) != nil else { throw .unknownAnchor(anchor) }
        let old = enrolment.anchors[anchor]
        if old == day { throw .alreadyThatDay(anchor, day) }
        append(.anchorMoved(anchor, from: old, to: day, reason: reason))
    }

    private mutating func pause(_ day: CivilDay, _ reason: String) throws(Refusal) {
        guard enrolment.status == .running else { throw .enrolmentNotRunning(enrolment.status) }
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if day > today { throw .dayInTheFuture(day) }
        append(.paused(on: day, reason: reason))
        cancelAllInvitations()
    }

    mutating func cancelAllInvitations() {
        for step in programme.steps {
            let record = enrolment.record(step.id)
            if !record.status.isSettled { cancelInvitation(step.id, record) }
        }
    }

    private mutating func resume(_ day: CivilDay) throws(Refusal) {
        guard enrolment.status == .paused, let since = enrolment.pausedOn else { throw .notPaused }
        if day < since { throw .resumesBeforePause(since) }
        if day > today { throw .dayInTheFuture(day) }
        append(.resumed(on: day, delay: Delay(from: since, by: Offset(days: day - since))))
    }

    private mutating func extend(
        _ day: CivilDay, _ offset: Offset, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if offset.applied(to: day, in: programme.calendar) <= day { throw .extensionIsEmpty }
        append(.extended(delay: Delay(from: day, by: offset), reason: reason))
    }

    private mutating func stop(_ day: CivilDay, _ reason: String) throws(Refusal) {
        try requireAlive()
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if day > today { throw .dayInTheFuture(day) }
        cancelAllInvitations()
        append(.stopped(on: day, reason: reason))
    }

    private mutating func handOver(
        _ role: RoleID, _ person: PersonID?, _ reason: String
    ) throws(Refusal) {
        try requireAlive()
        guard let described = programme.role(role) else { throw .unknownRole(role) }
        if role == .participant { throw .participantCannotBeReplaced }
        let old = enrolment.roles[role]
        if old == person { throw .alreadyThatPerson(role) }
        if person == nil, described.need == .required { throw .roleMustBeFilled(role) }
        for cover in enrolment.covers where cover.role == role {
            append(.coverEnded(cover, on: today))
        }
        append(.roleHandedOver(role, from: old, to: person, reason: reason))
    }

    // MARK: - Shared checks

    func requireAlive() throws(Refusal) {
        switch enrolment.status {
        case .running, .paused: return
        case .completed, .stopped: throw .enrolmentNotRunning(enrolment.status)
        }
    }

    func unsettled(
        _ id: StepID, alsoPaused: Bool = false
    ) throws(Refusal) -> (Step, StepRecord) {
        guard enrolment.status == .running || (alsoPaused && enrolment.status == .paused) else {
            throw .enrolmentNotRunning(enrolment.status)
        }
        guard let step = programme.step(id) else { throw .noSuchStep(id) }
        let record = enrolment.record(id)
        if record.status.isSettled { throw .alreadySettled(id, record.status) }
        if !step.condition.holds(for: enrolment.facts) { throw .stepDoesNotApply(id) }
        return (step, record)
    }

    private func notOpen(_ step: Step) -> Refusal {
        let blockers = step.waitsFor.filter {
            applies($0) && !enrolment.record($0).status.isSettled
        }
        if !blockers.isEmpty { return .waitsFor(step.id, blockers) }
        let timetable = Timetable(programme, enrolment)
        let opening = programme.position(step.id).flatMap { timetable.opens($0)?.day }
        return .notOpenYet(step.id, opens: opening)
    }
}

/// The due days before something happened, by step, whatever the plan is afterwards.
struct DatesBefore {
    let plan: Programme
    let dates: Timetable
    /// What steps were called then, where they have another id now.
    var formerIDs: [StepID: StepID] = [:]
    /// The steps whose invitation is as it should be.
    var settled: Set<StepID> = []

    func due(of id: StepID) -> CivilDay? {
        plan.position(formerIDs[id] ?? id).flatMap { dates.due($0)?.day }
    }
}

extension Step {
    /// Everybody who takes part in it. A talk is with the person whom the programme is about,
    /// whoever holds it.
    public var participants: [RoleID] {
        var seen: Set<RoleID> = []
        let roles = actors.roles + accountable.roles + (confirmers?.roles ?? [])
        return (kind == .talk ? roles + [.participant] : roles).filter { seen.insert($0).inserted }
    }

    /// The signing roles that somebody acts for; a role that nobody fills is not waited for.
    func expectedSigners(_ enrolment: Enrolment, _ programme: Programme) -> [RoleID] {
        let filled = signers.roles.filter { enrolment.holder(of: $0, in: programme) != nil }
        return filled.isEmpty ? signers.roles : filled
    }

    /// Whether those who have signed suffice.
    func isAgreed(by signatures: [Signature], _ enrolment: Enrolment, _ programme: Programme)
        -> Bool
    {
        func hasAffirmed(_ role: RoleID) -> Bool {
            signatures.contains { $0.affirms && $0.role == role }
        }
        let expected = expectedSigners(enrolment, programme)
        switch signers.rule {
        case .anyOf: return expected.contains(where: hasAffirmed)
        case .allOf, .eitherThenOther:
            return !expected.isEmpty && expected.allSatisfy(hasAffirmed)
        }
    }
}

extension Decision {
    /// The roles whose word a step is still waiting for.
    public static func missingSigners(
        _ step: Step, _ enrolment: Enrolment, _ programme: Programme
    ) -> [RoleID] {
        let affirmed = Set(enrolment.record(step.id).signatures.filter(\.affirms).map(\.role))
        let expected = step.expectedSigners(enrolment, programme)
        switch step.signers.rule {
        case .anyOf: return expected.contains { affirmed.contains($0) } ? [] : expected
        case .allOf, .eitherThenOther: return expected.filter { !affirmed.contains($0) }
        }
    }
}
