public import CivilCalendar

/// Something that somebody, or the clock, asks of an enrolment.
public enum Command: Hashable, Sendable {
    /// Do what has fallen due.
    case wake
    /// Say that a step was done, or was not, on a day.
    case sign(StepID, by: PersonID, affirms: Bool, on: CivilDay)
    /// Settle a step on which the parties disagree.
    case settleDispute(StepID, by: PersonID, done: Bool, on: CivilDay, reason: String)
    case skip(StepID, by: PersonID, reason: String)
    /// Agree a time for a talk or a meeting.
    case book(StepID, by: PersonID, startsAt: CivilMoment, minutes: Int?, place: String?)
    /// Count a step that was done in another programme.
    case credit(StepID, on: CivilDay, programme: ProgrammeID)
    case moveAnchor(AnchorID, to: CivilDay, reason: String)
    case pause(on: CivilDay, reason: String)
    /// End the pause; what was to come moves by its length.
    case resume(on: CivilDay)
    /// Give more time: what lies on or after the day moves.
    case extend(from: CivilDay, by: Offset, reason: String)
    case stop(on: CivilDay, reason: String)
    case handOver(RoleID, to: PersonID?, reason: String)
    /// Change this person's plan against the programme.
    case tailor(PlanChange, by: PersonID, approvedBy: PersonID, reason: String)
    /// Take a change of the plan back, by its number.
    case withdrawEdit(Int, by: PersonID, reason: String)
    case changeFact(FactID, to: FactValue?, reason: String)
    /// End before the time, as completed.
    case completeEarly(on: CivilDay, reason: String)
    case arrangeCover(
        RoleID, by: PersonID, from: CivilDay, until: CivilDay, reason: String)
    case endCover(RoleID)
    /// Take back a queued notice whose reason has gone.
    case withdrawNotice(identity: String, because: WithdrawalReason)
}

/// What a new enrolment starts with.
public struct Start: Hashable, Sendable {
    public var id: EnrolmentID
    public var on: CivilDay
    public var roles: [RoleID: PersonID]
    public var anchors: [AnchorID: CivilDay]
    public var facts: [FactID: FactValue]
    /// Steps that the person has done in another programme.
    public var credits: [Credit]

    /// A step that was done elsewhere: which, on what day and in which programme.
    public struct Credit: Hashable, Sendable {
        public var step: StepID
        public var on: CivilDay
        public var programme: ProgrammeID

        public init(step: StepID, on: CivilDay, programme: ProgrammeID) {
            self.step = step
            self.on = on
            self.programme = programme
        }
    }

    public init(
        id: EnrolmentID, on: CivilDay, roles: [RoleID: PersonID], anchors: [AnchorID: CivilDay],
        facts: [FactID: FactValue], credits: [Credit] = []
    ) {
        self.id = id
        self.on = on
        self.roles = roles
        self.anchors = anchors
        self.facts = facts
        self.credits = credits
    }
}

/// Why a command was not carried out. Each case has a sentence in every language file.
public enum Refusal: Error, Hashable, Sendable {
    case requiredRolesMissing([RoleID])
    case requiredAnchorsMissing([AnchorID])
    case requiredFactsMissing([FactID])
    case unknownRole(RoleID)
    case unknownAnchor(AnchorID)
    case unknownFact(FactID)
    case valueNotAllowed(FactID)
    case notForThisPerson
    case noSuchStep(StepID)
    case stepDoesNotApply(StepID)
    case notOpenYet(StepID, opens: CivilDay?)
    case waitsFor(StepID, [StepID])
    case alreadySettled(StepID, StepStatus)
    case alreadySaid(StepID)
    case notYours(StepID)
    case mayNotSkip(StepID)
    case cannotBeSigned(StepID)
    case notInDispute(StepID)
    case notAnAppointment(StepID)
    case dayInTheFuture(CivilDay)
    case dayBeforeStart(CivilDay)
    case timeInThePast(CivilMoment)
    case lengthOutOfRange(Int)
    case reasonMissing
    case enrolmentNotRunning(EnrolmentStatus)
    case notPaused
    case alreadyThatDay(AnchorID, CivilDay)
    case alreadyThatPerson(RoleID)
    case roleMustBeFilled(RoleID)
    case participantCannotBeReplaced
    case resumesBeforePause(CivilDay)
    case extensionIsEmpty
    case dayInThePast(CivilDay)
    case alreadyThatValue(FactID)
    case notInvolved(PersonID)
    case mayNotApprove(PersonID)
    case titleMissing
    case actorsMissing
    case kindNotAllowed(StepKind)
    case opensAfterDue(CivilDay, CivilDay)
    case noSuchEdit(Int)
    case roleIsEmpty(RoleID)
    case coversThemselves
    case endsBeforeItBegins(CivilDay, CivilDay)
    case alreadyCovered(RoleID, from: CivilDay, until: CivilDay)
    case notCovered(RoleID)
    case cannotMigrate([MigrationObstacle])
    case alreadyThatVersion
    case nothingToUndo
}
