public import CivilCalendar

/// Anything in a programme that can be completed.
public struct Step: Hashable, Sendable {
    public var id: StepID
    public var stage: String
    public var kind: StepKind
    public var title: LocalizedText
    public var text: LocalizedText = .empty
    /// Who does it. Reminders go to those of them who have not.
    public var actors: Party
    /// Who answers for its being done; the actors where the file says nothing.
    public var accountable: Party
    /// Who says that it was done, where that is not the actors.
    public var confirmers: Party?
    /// The first day on which it can be done; nil is as soon as what it waits for is settled.
    public var opens: DateRule?
    /// The day by which it should be done; nil is no deadline.
    public var due: DateRule?
    /// How far from the due day a talk still counts as held in time.
    public var window: Window?
    /// What the window counts from, where the due day was moved for one person; nil is the due day.
    public var windowFrom: DateRule?
    public var waitsFor: [StepID] = []
    public var condition: Condition = .always
    public var records: [CompetenceEffect] = []
    public var learning: LearningForm?
    /// How long it takes, in minutes, where the file says so.
    public var takes: Int?
    public var reminders: [Reminder] = []
    public var escalation: [EscalationRung] = []
    public var agenda: [LocalizedText] = []
    public var questions: [Question] = []
    /// Whether an evaluation measures what was there before; nil is later.
    public var measurement: Measurement?
    public var attachments: [Attachment] = []
    /// The roles that may skip it with a reason.
    public var skippableBy: [RoleID] = []
    public var meeting: MeetingDetails?
    /// Its place in a recurrence: the series' id and the occurrence, counted from one.
    public var occurrence: Occurrence?
    /// The module that it came from: done once, it counts in every programme that includes it.
    public var module: String?
    /// Which of the elements of a cited rule it provides.
    public var fulfils: [String] = []
    /// The ids that it had in earlier versions of the programme.
    public var formerIDs: [StepID] = []

    public init(
        id: StepID, stage: String, kind: StepKind, title: LocalizedText, actors: Party,
        accountable: Party? = nil
    ) {
        self.id = id
        self.stage = stage
        self.kind = kind
        self.title = title
        self.actors = actors
        self.accountable = accountable ?? actors
    }

    /// Whose word completes the step.
    public var signers: Party { confirmers ?? actors }
}

/// What kind of thing a step is.
public enum StepKind: String, CaseIterable, Sendable {
    case task, talk, reading, course, form
    case signOff = "sign-off"
    case meeting, rotation
    /// A message that the programme itself sends; done when it is queued.
    case message
}

extension StepKind {
    /// Whether people meet, so that an invitation goes out.
    public var isAppointment: Bool { self == .talk || self == .meeting }
}

/// Several roles and how many of them it takes.
public struct Party: Hashable, Sendable {
    public var rule: PartyRule
    public var roles: [RoleID]

    public init(_ rule: PartyRule, _ roles: [RoleID]) {
        self.rule = rule
        self.roles = roles
    }

    /// The party of a single role.
    public static func one(_ role: RoleID) -> Party { Party(.anyOf, [role]) }
}

/// How many of a party's roles it takes, and in which order.
public enum PartyRule: String, CaseIterable, Sendable {
    /// One of them suffices.
    case anyOf = "any-of"
    /// Each of them, all asked at once.
    case allOf = "all-of"
    /// Each of them, the next asked when one before has answered; who begins is free.
    case eitherThenOther = "either-then-other"
}

/// The days around the due day on which a talk counts as held in time.
public struct Window: Hashable, Sendable {
    /// From the due day back (zero or negative).
    public var from: Offset
    /// From the due day on (zero or positive).
    public var to: Offset

    public init(from: Offset, to: Offset) {
        self.from = from
        self.to = to
    }
}

/// A competence that a completed step records.
public struct CompetenceEffect: Hashable, Sendable {
    public var competence: String
    public var title: LocalizedText
    public var level: String?
    /// How long the record holds, or nil where it does not expire.
    public var validFor: Offset?

    public init(
        competence: String, title: LocalizedText, level: String? = nil, validFor: Offset? = nil
    ) {
        self.competence = competence
        self.title = title
        self.level = level
        self.validFor = validFor
    }
}

/// Where learning happens (the 70:20:10 model).
public enum LearningForm: String, CaseIterable, Sendable {
    case onTheJob = "on-the-job"
    case throughOthers = "through-others"
    case course
}

/// A notice before or after a step's dates while it is not done.
public struct Reminder: Hashable, Sendable {
    /// The date of the step that the offset is counted from.
    public enum Origin: String, CaseIterable, Sendable { case opens, due }

    /// Negative before, positive after.
    public var offset: Offset
    public var from: Origin
    /// Whom it goes to; nil is whoever has not signed yet.
    public var to: [RoleID]?

    public init(_ offset: Offset, from: Origin = .due, to: [RoleID]? = nil) {
        self.offset = offset
        self.from = from
        self.to = to
    }
}

/// One rung of the ladder that a late step climbs.
public struct EscalationRung: Hashable, Sendable {
    /// The grace: from the due day for the first rung, from the rung below for the others.
    public var grace: Offset
    public var to: [RoleID]

    public init(grace: Offset, to: [RoleID]) {
        self.grace = grace
        self.to = to
    }
}

/// A question of a form.
public struct Question: Hashable, Sendable {
    public var id: String
    public var text: LocalizedText
    /// The numbers that it is answered by; nil is in words.
    public var scale: AnswerScale?
    /// What it evaluates; nil is nothing.
    public var evaluates: EvaluationLevel?

    public init(
        id: String, text: LocalizedText, scale: AnswerScale? = nil,
        evaluates: EvaluationLevel? = nil
    ) {
        self.id = id
        self.text = text
        self.scale = scale
        self.evaluates = evaluates
    }
}

/// Something to read with a step, by its link.
public struct Attachment: Hashable, Sendable {
    public var title: LocalizedText
    public var link: String

    public init(title: LocalizedText, link: String) {
        self.title = title
        self.link = link
    }
}

/// When and how long people meet.
public struct MeetingDetails: Hashable, Sendable {
    /// The time that is proposed on the due day.
    public var startsAt: CivilTime
    /// The length in minutes.
    public var minutes: Int
    /// Whether what is said stays between those who take part.
    public var isConfidential: Bool

    public init(startsAt: CivilTime = .nine, minutes: Int = 45, isConfidential: Bool = false) {
        self.startsAt = startsAt
        self.minutes = minutes
        self.isConfidential = isConfidential
    }
}

/// Which one of a repeated step's series a step is.
public struct Occurrence: Hashable, Sendable {
    public var series: String
    /// Counted from one.
    public var number: Int
    public var count: Int

    public init(series: String, number: Int, count: Int) {
        self.series = series
        self.number = number
        self.count = count
    }
}
