public import CivilCalendar

/// A programme as the engine runs it: a compiled, checked, immutable value.
///
/// The files that people write are compiled to it by `ProgrammeFiles`; nothing in here can be
/// wrong in a way that the compiler reports (an unknown role, a cycle, a duplicate step), which is
/// why the engine looks names up without asking whether they exist.
///
/// It is a class because it is large, never changes and is handed to everything: a copy is one
/// reference.
public final class Programme: Sendable {
    public let id: ProgrammeID
    public let kind: ProgrammeKind
    public let title: LocalizedText
    public let summary: LocalizedText
    public let sources: [Source]
    /// Who answers for the programme's contents and gets suggestions about it.
    public let owner: String
    /// What makes the programme the right one for a person.
    public let appliesWhen: Condition
    public let calendar: WorkingCalendar
    public let sendingRules: SendingRules
    public let roles: [Role]
    public let anchors: [Anchor]
    public let facts: [Fact]
    public let stages: [Stage]
    /// All steps in the order of the file, recurrences written out.
    public let steps: [Step]
    public let milestones: [Milestone]
    private let positions: [StepID: Int]
    /// The steps whose completion some date counts from.
    private let countedFrom: Set<StepID>
    /// The steps that wait for a step, by place.
    private let waiting: [StepID: [Int]]
    /// The places of the talks and meetings.
    let appointments: [Int]

    public init(
        id: ProgrammeID, kind: ProgrammeKind, title: LocalizedText, summary: LocalizedText = .empty,
        sources: [Source] = [], owner: String = "", appliesWhen: Condition = .always,
        calendar: WorkingCalendar = WorkingCalendar(), sendingRules: SendingRules = SendingRules(),
        roles: [Role] = [], anchors: [Anchor] = [], facts: [Fact] = [], stages: [Stage] = [],
        steps: [Step], milestones: [Milestone] = []
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.summary = summary
        self.sources = sources
        self.owner = owner
        self.appliesWhen = appliesWhen
        self.calendar = calendar
        self.sendingRules = sendingRules
        self.roles = roles
        self.anchors = anchors
        self.facts = facts
        self.stages = stages
        self.steps = steps
        self.milestones = milestones
        positions = Dictionary(
            steps.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rules =
            steps.flatMap { [$0.opens, $0.due, $0.windowFrom] } + anchors.map(\.fallback)
            + roles.map { role in
                if case .requiredBy(let rule) = role.need { return rule }
                return nil
            }
        var waiting: [StepID: [Int]] = [:]
        for (index, step) in steps.enumerated() {
            for other in step.waitsFor { waiting[other, default: []].append(index) }
        }
        self.waiting = waiting
        appointments = steps.indices.filter { steps[$0].kind.isAppointment }
        countedFrom = Set(
            rules.compactMap { rule in
                if case .completion(let step)? = rule?.from { return step }
                return nil
            })
    }

    /// The same programme with some of its parts put in place of its own.
    public func with(
        title: LocalizedText? = nil, appliesWhen: Condition? = nil, stages: [Stage]? = nil,
        steps: [Step]? = nil, milestones: [Milestone]? = nil
    ) -> Programme {
        Programme(
            id: id, kind: kind, title: title ?? self.title, summary: summary, sources: sources,
            owner: owner, appliesWhen: appliesWhen ?? self.appliesWhen, calendar: calendar,
            sendingRules: sendingRules, roles: roles, anchors: anchors, facts: facts,
            stages: stages ?? self.stages, steps: steps ?? self.steps,
            milestones: milestones ?? self.milestones)
    }

    /// The places of the steps that wait for a step.
    func waiters(for id: StepID) -> [Int] { waiting[id] ?? [] }

    /// Whether some date counts from the day on which the step was done.
    func isCountedFrom(_ id: StepID) -> Bool { countedFrom.contains(id) }

    /// The step of this name, or nil where the programme has none.
    public func step(_ id: StepID) -> Step? {
        positions[id].map { steps[$0] }
    }

    /// The place of the step of this name among the steps.
    public func position(_ id: StepID) -> Int? { positions[id] }

    /// Whether the step at this place is one for a person with these facts.
    ///
    /// A step is a large value: whoever goes through all of them asks by place, so that none is
    /// copied.
    func applies(_ index: Int, _ facts: [FactID: FactValue]) -> Bool {
        steps[index].condition.holds(for: facts)
    }

    /// The role with the id, or nil where the programme has none.
    public func role(_ id: RoleID) -> Role? {
        roles.first { $0.id == id }
    }

    /// Whether a programme may run to its end without anybody who acts in the role.
    public func mayStayEmpty(_ id: RoleID) -> Bool {
        guard let role = role(id) else { return false }
        return role.filledBy == .chosen && role.need == .optional && role.coveredBy == nil
    }

    /// The anchor with the id, or nil where the programme has none.
    public func anchor(_ id: AnchorID) -> Anchor? {
        anchors.first { $0.id == id }
    }

    /// The fact with the id, or nil where the programme has none.
    public func fact(_ id: FactID) -> Fact? {
        facts.first { $0.id == id }
    }
}

extension Programme: Equatable {
    public static func == (one: Programme, other: Programme) -> Bool {
        one === other
            || one.id == other.id && one.kind == other.kind && one.title == other.title
                && one.summary == other.summary && one.sources == other.sources
                && one.owner == other.owner && one.appliesWhen == other.appliesWhen
                && one.calendar == other.calendar && one.sendingRules == other.sendingRules
                && one.roles == other.roles && one.anchors == other.anchors
                && one.facts == other.facts && one.stages == other.stages
                && one.steps == other.steps && one.milestones == other.milestones
    }
}

/// What a programme is for.
public enum ProgrammeKind: String, CaseIterable, Sendable {
    case onboarding, trainee, mentor
    case studentPlacement = "student-placement"
    case learning
    case annualWheel = "annual-wheel"
}

/// A text in each language that it was written in.
public struct LocalizedText: Hashable, Sendable {
    public var texts: [Language: String]

    public init(_ texts: [Language: String]) {
        self.texts = texts
    }

    public static let empty = LocalizedText([:])
    public var isEmpty: Bool { texts.isEmpty }

    /// The text in a language, or in the nearest one that it exists in.
    ///
    /// Norwegian readers are given the other Norwegian before English, everybody else English
    /// before Norwegian.
    public func text(in language: Language) -> String {
        let order: [Language] =
            language == .bokmål || language == .nynorsk
            ? [language, .bokmål, .nynorsk, .english] : [language, .english, .bokmål, .nynorsk]
        for candidate in order {
            if let text = texts[candidate] { return text }
        }
        return texts.min { $0.key < $1.key }?.value ?? ""
    }
}

/// Where a programme's duties come from.
public struct Source: Hashable, Sendable {
    public var title: String
    public var link: String?
    /// A rule that the compiler knows how to check the programme against.
    public var rule: KnownRule?

    public init(title: String, link: String? = nil, rule: KnownRule? = nil) {
        self.title = title
        self.link = link
        self.rule = rule
    }
}

/// A rule from outside that a programme may cite and is then held to.
public enum KnownRule: String, CaseIterable, Sendable {
    /// Oslo's Dok. 24 § 13: the line manager holds a talk after two and one after five months.
    case dok24Section13 = "dok24-13"
    /// Eidsberg's trainee scheme: five elements that the programme must all contain.
    case eidsbergTrainee = "eidsberg-trainee"
}

/// When notices may go out.
public struct SendingRules: Hashable, Sendable {
    /// The time of day at which scheduled notices go out.
    public var noticeTime: CivilTime
    /// Whether notices wait for a working day.
    public var workingDaysOnly: Bool
    /// No mail from this time of day...
    public var quietFrom: CivilTime
    /// ...until this one, on the next morning.
    public var quietUntil: CivilTime

    public init(
        noticeTime: CivilTime = .eight, workingDaysOnly: Bool = true,
        quietFrom: CivilTime = CivilTime("20:00") ?? .midnight,
        quietUntil: CivilTime = CivilTime("07:00") ?? .midnight
    ) {
        self.noticeTime = noticeTime
        self.workingDaysOnly = workingDaysOnly
        self.quietFrom = quietFrom
        self.quietUntil = quietUntil
    }

    /// The first moment from the given one on at which a notice may be sent.
    public func nextSending(from moment: CivilMoment, in calendar: WorkingCalendar) -> CivilMoment {
        var moment = moment
        if quietFrom > quietUntil {
            if moment.time >= quietFrom {
                moment = CivilMoment(moment.day.adding(days: 1), noticeTime)
            } else if moment.time < quietUntil {
                moment = CivilMoment(moment.day, noticeTime)
            }
        } else if quietFrom < quietUntil, moment.time >= quietFrom, moment.time < quietUntil {
            moment = CivilMoment(moment.day, quietUntil)
        }
        if workingDaysOnly, !calendar.isWorkingDay(moment.day) {
            moment = CivilMoment(calendar.shift(moment.day, .next), noticeTime)
        }
        return moment
    }
}

/// A part that somebody plays in the programme.
public struct Role: Hashable, Sendable {
    public var id: RoleID
    public var title: LocalizedText
    public var filledBy: RoleFilling
    public var need: RoleNeed
    /// Who acts and is told instead while nobody fills the role.
    public var coveredBy: RoleID?
    /// The built-in role whose word it has where it vouches for what somebody can do; its own
    /// where nil.
    public var vouchesAs: RoleID?

    public init(
        id: RoleID, title: LocalizedText, filledBy: RoleFilling, need: RoleNeed = .optional,
        coveredBy: RoleID? = nil, vouchesAs: RoleID? = nil
    ) {
        self.id = id
        self.title = title
        self.filledBy = filledBy
        self.need = need
        self.coveredBy = coveredBy
        self.vouchesAs = vouchesAs
    }
}

/// How a role finds its person.
public enum RoleFilling: Hashable, Sendable {
    /// The person enrolled.
    case participant
    /// The manager of the participant's unit, or of the nearest unit above that has one.
    case unitManager
    /// The manager above the unit's manager.
    case managersManager
    /// Whoever holds a function (such as HR) in the participant's unit or the nearest above.
    case unitFunction(String)
    /// Chosen when the programme is started, or afterwards from the queue of unfilled roles.
    case chosen
}

/// Whether a programme may start without the role.
public enum RoleNeed: Hashable, Sendable {
    /// Nobody is needed; what the role would do falls to its cover or is not asked for.
    case optional
    /// Without a person the start is refused.
    case required
    /// The start is let through, the gap stands in a queue, and it escalates on this day.
    case requiredBy(DateRule)
}

/// A date that a programme counts from, given at the start or derived from another.
public struct Anchor: Hashable, Sendable {
    public var id: AnchorID
    public var title: LocalizedText
    public var isRequired: Bool
    /// The date where none is given.
    public var fallback: DateRule?

    public init(
        id: AnchorID, title: LocalizedText, isRequired: Bool = false, fallback: DateRule? = nil
    ) {
        self.id = id
        self.title = title
        self.isRequired = isRequired
        self.fallback = fallback
    }
}

/// What a date counts from.
public enum Reference: Hashable, Sendable {
    case anchor(AnchorID)
    /// The day on which a step was done (for a talk: held).
    case completion(of: StepID)
    /// A day that somebody named for one person. Delays that came before it do not move it.
    case day(CivilDay, afterDelays: Int)
}

/// A date as a plan says it: so long before or after something, moved to a working day or not.
public struct DateRule: Hashable, Sendable {
    /// Negative before, positive after.
    public var offset: Offset
    public var from: Reference
    public var shift: ShiftRule

    public init(_ offset: Offset, from: Reference, shift: ShiftRule = .none) {
        self.offset = offset
        self.from = from
        self.shift = shift
    }
}

/// A part of the programme in time, with a heading.
public struct Stage: Hashable, Sendable {
    public var id: String
    public var title: LocalizedText

    public init(id: String, title: LocalizedText) {
        self.id = id
        self.title = title
    }
}

/// A point that is reached when its steps are done.
public struct Milestone: Hashable, Sendable {
    public var id: String
    public var title: LocalizedText
    public var steps: [StepID]

    public init(id: String, title: LocalizedText, steps: [StepID]) {
        self.id = id
        self.title = title
        self.steps = steps
    }
}
