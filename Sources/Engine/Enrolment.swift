public import CivilCalendar

/// One person's run through one version of one programme: the fold of its events.
///
/// Only steps that something has happened to have a record, so that the state stays small however
/// long the programme is.
public struct Enrolment: Sendable, Equatable {
    public var id: EnrolmentID
    public var status: EnrolmentStatus
    public var roles: [RoleID: PersonID]
    public var anchors: [AnchorID: CivilDay]
    public var facts: [FactID: FactValue]
    public var enrolledOn: CivilDay
    public var steps: [StepID: StepRecord]
    public var delays: [Delay]
    public var pausedOn: CivilDay?
    /// The roles whose "needed by" day has passed with nobody in them.
    public var missedRoles: Set<RoleID>
    public var milestones: Set<String>
    /// What is different for this person, in the order in which it was decided.
    public var edits: [PlanEdit]
    /// Who stands in for whom, now or later.
    public var covers: [Cover]
    /// How many events have been folded in; the next event's number is one more.
    public var eventCount: Int

    public init(
        id: EnrolmentID, status: EnrolmentStatus = .running, roles: [RoleID: PersonID],
        anchors: [AnchorID: CivilDay], facts: [FactID: FactValue], enrolledOn: CivilDay
    ) {
        self.id = id
        self.status = status
        self.roles = roles
        self.anchors = anchors
        self.facts = facts
        self.enrolledOn = enrolledOn
        steps = [:]
        delays = []
        pausedOn = nil
        missedRoles = []
        milestones = []
        edits = []
        covers = []
        eventCount = 0
    }

    /// What has happened to a step; a blank record where nothing has.
    public func record(_ step: StepID) -> StepRecord {
        steps[step] ?? StepRecord()
    }

    /// Who acts for a role: whoever stands in for its holder, its holder, or whoever covers it
    /// while nobody fills it.
    public func holder(of role: RoleID, in programme: Programme) -> PersonID? {
        var role = role
        // The compiler refuses circular cover; the bound keeps a wrong one harmless all the same.
        for _ in 0..<8 {
            if let person = standIn(for: role) ?? roles[role] { return person }
            guard let cover = programme.role(role)?.coveredBy else { return nil }
            role = cover
        }
        return nil
    }
}

extension Enrolment {
    /// Who acts for a role while its holder is away.
    public func standIn(for role: RoleID) -> PersonID? {
        covers.first { $0.hasBegun && $0.role == role }?.person
    }
}

/// Where an enrolment stands as a whole.
public enum EnrolmentStatus: String, CaseIterable, Sendable {
    case running, paused, completed, stopped
}

/// Time that a leave or an extension put in: what lies on or after a day moves by a distance.
public struct Delay: Hashable, Sendable {
    public var from: CivilDay
    public var by: Offset

    public init(from: CivilDay, by: Offset) {
        self.from = from
        self.by = by
    }
}

/// Where a step stands. That it is overdue, or that it does not apply, is derived.
public enum StepStatus: String, CaseIterable, Sendable {
    case planned, open
    /// One party has said that it was done; another is still to answer.
    case waiting
    case done, skipped, cancelled

    /// Whether nothing more is expected of anybody.
    public var isSettled: Bool {
        switch self {
        case .planned, .open, .waiting: false
        case .done, .skipped, .cancelled: true
        }
    }
}

/// What has happened to one step of one enrolment.
public struct StepRecord: Sendable, Hashable {
    public var status: StepStatus = .planned
    public var openedOn: CivilDay?
    /// The day on which it came into the plan, where that was after its due day.
    public var arrivedOn: CivilDay?
    public var signatures: [Signature] = []
    /// The day on which it was done (for a talk: held) or skipped.
    public var settledOn: CivilDay?
    public var reason: String?
    /// The reminders that have fired, by key.
    public var fired: Set<String> = []
    /// How many rungs of the escalation ladder have been climbed, and when the last was.
    public var rungs: Int = 0
    public var lastRungOn: CivilDay?
    public var windowHasClosed = false
    public var invitation: Invitation?
    /// The number of the last invitation or cancellation sent, -1 before the first: a calendar
    /// takes no change whose number does not rise.
    public var lastSequence = -1
    /// The name under which calendars know the appointment, where the step has been renamed since.
    public var calendarID: StepID?

    public init() {}

    /// Whether those who have answered say different things.
    public var isDisputed: Bool {
        !status.isSettled && signatures.contains { $0.affirms }
            && signatures.contains { !$0.affirms }
    }
}

/// One party's word on a step.
public struct Signature: Hashable, Sendable {
    public var role: RoleID
    public var person: PersonID
    /// Whether they say that it was done.
    public var affirms: Bool
    /// The day on which they say that it was done.
    public var on: CivilDay

    public init(role: RoleID, person: PersonID, affirms: Bool, on: CivilDay) {
        self.role = role
        self.person = person
        self.affirms = affirms
        self.on = on
    }
}

/// The calendar invitation that the parties to a talk hold.
public struct Invitation: Hashable, Sendable {
    public var startsAt: CivilMoment
    /// The length in minutes.
    public var minutes: Int
    public var place: String?
    /// Counts up with every change (RFC 5546 § 2.1.4).
    public var sequence: Int
    /// Whether somebody chose the time, so that it is kept when it can be.
    public var isAgreed: Bool

    public init(
        startsAt: CivilMoment, minutes: Int, place: String? = nil, sequence: Int, isAgreed: Bool
    ) {
        self.startsAt = startsAt
        self.minutes = minutes
        self.place = place
        self.sequence = sequence
        self.isAgreed = isAgreed
    }
}
