/// A language that mail is written in, as BCP 47 writes it; also the name of its folder.
public struct MailLanguage: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let bokmal = MailLanguage(rawValue: "nb")
    public static let nynorsk = MailLanguage(rawValue: "nn")
    public static let english = MailLanguage(rawValue: "en")
    /// Those whose templates come with Ombord.
    public static let shipped: [MailLanguage] = [.bokmal, .nynorsk, .english]

    /// The languages to use in turn where a folder of templates lacks one.
    var fallbacks: [MailLanguage] {
        switch self {
        case .bokmal: [.bokmal, .nynorsk, .english]
        case .nynorsk: [.nynorsk, .bokmal, .english]
        case .english: [.english, .bokmal, .nynorsk]
        default: [self, .english, .bokmal, .nynorsk]
        }
    }
}

/// What a mail is about. The raw value is the name of its template file.
public enum MailKind: String, Hashable, Sendable, CaseIterable {
    case welcome
    case stepOpened = "step-opened"
    case reminder
    case escalation
    case talkInvitation = "talk-invitation"
    case talkMoved = "talk-moved"
    case talkCancelled = "talk-cancelled"
    /// The other party has confirmed the talk; now the reader is asked.
    case confirmRequest = "confirm-request"
    /// The two parties have answered differently.
    case disagreement
    case handedOverToYou = "handed-over-to-you"
    case handedOverFromYou = "handed-over-from-you"
    case planMoved = "plan-moved"
    case paused
    case resumed
    case stopped
    case completed
    /// A programme's own text.
    case message
    case roleUnfilled = "role-unfilled"
    /// The programme has a new version, or is back at the one before.
    case programmeChanged = "programme-changed"
    /// The plan of one person was changed against the programme.
    case planChanged = "plan-changed"
    /// The reader acts for somebody who is away.
    case coverBegan = "cover-began"
    /// Somebody acts for the reader, who is away.
    case coveredByOther = "covered-by-other"
    /// The reader acts for somebody no longer, or is back.
    case coverEnded = "cover-ended"
    case digest
    case endpointDisabled = "endpoint-disabled"
    /// Something was said about programmes that the reader answers for.
    case inputReceived = "input-received"
    /// What the reader said about a programme was answered.
    case inputAnswered = "input-answered"
    /// Somebody's competence waits for the reader's word.
    case claimWaiting = "claim-waiting"
    /// What the reader said that they or another can do was answered.
    case claimDecided = "claim-decided"
    /// The link that lets the reader in.
    case signIn = "sign-in"
    /// Which student placements the reader has to do with are new, or are other than before.
    case placementNews = "placement-news"
    /// Placements are published, and the reader has none.
    case placementNone = "placement-none"

    /// The values that a template of this kind may use.
    public var variables: [MailVariable] {
        switch self {
        case .digest, .endpointDisabled, .inputReceived, .inputAnswered, .signIn, .placementNews,
            .placementNone, .claimWaiting, .claimDecided:
            Self.frame + ownVariables
        default: Self.frame + Self.enrolment + ownVariables
        }
    }

    /// Of every mail: who reads it, where the button leads, why it came, and who sends it.
    static let frame: [MailVariable] = [
        .init("recipientName", .line),
        .init("link", .link),
        .init("linkText", .line, isRequired: false),
        .init("why", .line),
        .init("organisation", .line, isRequired: false),
        .init("contact", .line, isRequired: false),
    ]

    private static let enrolment: [MailVariable] = [
        .init("participantName", .line),
        .init("programme", .line),
        .init("isParticipant", .flag, isRequired: false),
    ]

    private static let steps = MailVariable(
        "steps",
        .list([.init("title", .line), .init("due", .line, isRequired: false)]), isRequired: false)
    private static let agenda = MailVariable(
        "agenda", .list([.init("topic", .line)]), isRequired: false)
    private static let reason = MailVariable("reason", .text, isRequired: false)
    /// What is different in a plan, a sentence for each.
    private static let changes = MailVariable("changes", .list([.init("change", .line)]))
    private static let holder = MailVariable("holder", .line, isRequired: false)
    private static let standIn = MailVariable("standIn", .line, isRequired: false)

    /// Places of students: who, where and when.
    private static func placements(_ name: String, hasName: Bool) -> MailVariable {
        let student = hasName ? [MailVariable("student", .line)] : []
        return MailVariable(
            name,
            .list(
                student + [
                    .init("ward", .line), .init("dates", .line),
                    .init("supervisor", .line, isRequired: false),
                    // Where nothing else about the place is new.
                    .init("newSupervisor", .line, isRequired: false),
                    // Where they were to be before.
                    .init("movedFrom", .line, isRequired: false),
                ]), isRequired: false)
    }

    private static let step: [MailVariable] = [
        .init("step", .line),
        .init("stepText", .text, isRequired: false),
        .init("due", .line, isRequired: false),
        .init("dueLabel", .line, isRequired: false),
        .init("when", .line, isRequired: false),
        .init("place", .line, isRequired: false),
        agenda,
    ]

    /// What somebody says that they or another can do, and since when they say so.
    private static let claim: [MailVariable] = [
        .init("participantName", .line), .init("competence", .line), .init("level", .line),
        .init("day", .line),
    ]

    /// The links to pages with one button, for what the reader may do.
    static let acts: [MailVariable] = [
        .init("doneLink", .link, isRequired: false),
        .init("timeLink", .link, isRequired: false),
        .init("skipLink", .link, isRequired: false),
        .init("isAppointment", .flag, isRequired: false),
    ]

    private static let talk: [MailVariable] = [
        .init("step", .line),
        .init("stepText", .text, isRequired: false),
        .init("when", .line),
        .init("place", .line, isRequired: false),
        .init("otherParty", .line, isRequired: false),
        agenda,
    ]

    private var ownVariables: [MailVariable] {
        switch self {
        case .welcome:
            [
                .init("startDate", .line, isRequired: false), Self.steps,
                // Of a student placement: where, when and with whom.
                .init("ward", .line, isRequired: false),
                .init("dates", .line, isRequired: false),
                .init("supervisor", .line, isRequired: false),
                .init("tutor", .line, isRequired: false),
            ]
        case .stepOpened: Self.step + Self.acts
        case .reminder:
            Self.step + Self.acts + [.init("isOverdue", .flag, isRequired: false)]
        case .escalation:
            Self.step + Self.acts + [.init("responsible", .line, isRequired: false)]
        case .talkInvitation: Self.talk + Self.acts
        case .talkMoved:
            Self.talk + Self.acts + [.init("previousWhen", .line, isRequired: false)]
        case .talkCancelled: Self.talk + [Self.reason]
        case .confirmRequest:
            [
                .init("step", .line), .init("when", .line, isRequired: false),
                .init("confirmedBy", .line),
                .init("doneLink", .link, isRequired: false),
                .init("isAppointment", .flag, isRequired: false),
            ]
        case .disagreement:
            [
                .init("step", .line), .init("when", .line, isRequired: false),
                .init("details", .text, isRequired: false),
            ]
        case .handedOverToYou:
            [.init("role", .line), .init("previousHolder", .line, isRequired: false), Self.steps]
        case .handedOverFromYou:
            [.init("role", .line), .init("newHolder", .line, isRequired: false)]
        case .planMoved:
            [.init("startDate", .line, isRequired: false), Self.steps, Self.reason]
        case .paused: [.init("until", .line, isRequired: false), Self.reason]
        case .resumed: [Self.steps]
        case .stopped: [Self.reason]
        case .completed:
            [.init("competences", .list([.init("title", .line)]), isRequired: false)]
        case .message: [.init("title", .line), .init("body", .text)]
        case .roleUnfilled: [.init("role", .line), Self.steps]
        case .programmeChanged: [Self.changes]
        case .planChanged:
            [Self.changes, Self.reason, .init("changedBy", .line, isRequired: false)]
        case .coverBegan:
            [.init("role", .line), .init("until", .line), Self.holder, Self.steps]
        case .coveredByOther: [.init("role", .line), .init("until", .line), Self.standIn]
        case .coverEnded:
            [
                .init("role", .line), .init("isHolder", .flag, isRequired: false), Self.holder,
                Self.standIn, Self.steps,
            ]
        case .digest:
            [
                .init(
                    "items",
                    .list([
                        .init("title", .line),
                        .init("due", .line, isRequired: false),
                        .init("participantName", .line, isRequired: false),
                        .init("name", .line, isRequired: false),
                        .init("openLink", .link, isRequired: false),
                        .init("doneLink", .link, isRequired: false),
                        .init("isAppointment", .flag, isRequired: false),
                    ]))
            ]
        case .endpointDisabled:
            [
                .init("endpoint", .line), .init("since", .line, isRequired: false),
                .init("lastAnswer", .line, isRequired: false),
            ]
        case .inputReceived: [.init("items", .list([.init("title", .line)]))]
        case .inputAnswered:
            [
                .init("programme", .line), .init("step", .line, isRequired: false),
                .init("answer", .text), .init("answeredBy", .line, isRequired: false),
            ]
        case .claimWaiting:
            Self.claim + [
                .init("isReminder", .flag, isRequired: false),
                .init("isEscalation", .flag, isRequired: false),
            ]
        case .claimDecided:
            Self.claim + [
                .init("isRecorded", .flag, isRequired: false),
                .init("isParticipant", .flag, isRequired: false),
                .init("decidedBy", .line, isRequired: false), Self.reason,
            ]
        case .signIn: [.init("time", .line)]
        case .placementNews:
            [.init("round", .line), Self.reason, Self.placements("own", hasName: false)]
                + ["comes", "stays", "leaves"].map { Self.placements($0, hasName: true) }
                + ["anyComes", "anyStays", "anyLeaves"].map {
                    .init($0, .flag, isRequired: false)
                }
        case .placementNone:
            [
                .init("round", .line), .init("coordinator", .line),
                .init("coordinatorAddress", .line, isRequired: false),
                .init("tutor", .line, isRequired: false),
                .init("lost", .line, isRequired: false),
            ]
        }
    }
}

/// A value that templates of a kind may use.
public struct MailVariable: Hashable, Sendable {
    /// What the value looks like.
    public indirect enum Shape: Hashable, Sendable {
        /// One line: line breaks become spaces.
        case line
        /// Paragraphs, with an empty line between them.
        case text
        /// An http or https address.
        case link
        case flag
        case list([MailVariable])
    }

    public let name: String
    public let shape: Shape
    public let isRequired: Bool

    public init(_ name: String, _ shape: Shape, isRequired: Bool = true) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
    }
}

/// A value for a template.
public enum MailValue: Hashable, Sendable {
    case text(String)
    case flag(Bool)
    case list([[String: MailValue]])
}

extension MailValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) { self = .text(text) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
}
