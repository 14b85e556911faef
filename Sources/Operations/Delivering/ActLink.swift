import CivilCalendar
import Cryptography
public import Engine

/// What a link in a mail lets its reader do on a page with one button.
public enum MailAct: String, CaseIterable, Sendable {
    /// Say that the step was done, or the talk held.
    case done
    /// Agree another time.
    case time
    /// Say that it is not to be done, and why.
    case skip
}

/// A signed link from a mail to one act of one person on one step. It opens nothing else, and it
/// acts only when its button is pressed.
public struct ActLink: Hashable, Sendable {
    /// Sixty days: a talk is confirmed from the mail that invited to it.
    public static let lifetimeSeconds: Int64 = 60 * 86_400

    public var person: PersonID
    public var enrolment: EnrolmentID
    public var step: StepID
    public var act: MailAct
    /// Seconds since 1970.
    public var expires: Int64

    public init(
        person: PersonID, enrolment: EnrolmentID, step: StepID, act: MailAct, expires: Int64
    ) {
        self.person = person
        self.enrolment = enrolment
        self.step = step
        self.act = act
        self.expires = expires
    }

    /// When it was written, in seconds since 1970: what was ended after that has ended it too.
    public var issued: Int64 { expires - Self.lifetimeSeconds }

    /// The link's address.
    public func url(_ settings: InstallationSettings) -> String {
        "\(settings.baseURL)/a/\(token(settings.secret))"
    }

    /// The link as one word of URL-safe characters.
    public func token(_ secret: [UInt8]) -> String {
        let payload = "\(person).\(enrolment).\(step).\(act.rawValue).\(expires)"
        return "\(payload).\(Self.signature(payload, secret))"
    }

    /// The link that a token stands for, or nil where it was altered or has expired.
    public init?(token: String, secret: [UInt8], now: Instant) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, let act = MailAct(rawValue: parts[3]),
            let expires = Int64(parts[4])
        else { return nil }
        let expected = Self.signature(parts[0..<5].joined(separator: "."), secret)
        guard
            Cryptography.equalInConstantTime(Array(expected.utf8), Array(parts[5].utf8)),
            expires > now.seconds
        else { return nil }
        self.init(
            person: PersonID(parts[0]), enrolment: EnrolmentID(parts[1]), step: StepID(parts[2]),
            act: act, expires: expires)
    }

    private static func signature(_ payload: String, _ secret: [UInt8]) -> String {
        Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("mail-act:\(payload)".utf8)))
    }
}

extension EnrolmentView {
    /// What a person may do with a step by a link from a mail: what its page would let them, where
    /// it takes one button. To answer questions, or otherwise than before, takes the page.
    public func mailActs(on step: StepExplanation, by person: PersonID) -> Set<MailAct> {
        var acts: Set<MailAct> = []
        let hasSaid = step.record.signatures.contains { $0.person == person }
        if maySign(step, person), !hasSaid, step.step.questions.isEmpty { acts.insert(.done) }
        if mayBook(step, person) { acts.insert(.time) }
        if maySkip(step, person) { acts.insert(.skip) }
        return acts
    }
}

extension EnrolmentView {
    /// Whether the step is the person's to do something with, now or when its time comes.
    public func isTheirs(_ act: MailAct, _ step: Step, _ person: PersonID) -> Bool {
        let roles =
            switch act {
            case .done: step.signers.roles + step.actors.roles
            case .time: step.participants
            case .skip: step.skippableBy
            }
        return roles.contains { holder($0) == person }
    }
}

extension Parcel {
    /// The links for what the recipient may do with the notice's step.
    func actLinks(_ settings: InstallationSettings, today: CivilDay) -> [MailAct: String] {
        // A question is answered on its own page.
        guard notice.kind.asksForAct, !isQuestion, notice.title == nil, let id = notice.step else { return [:] }
        let view = EnrolmentView(
            id: enrolment.id, versionNumber: 0, programme: programme, enrolment: enrolment,
            steps: enrolment.explained(by: programme, today: today), names: [:])
        guard let step = view.steps.first(where: { $0.step.id == id }) else { return [:] }
        var links: [MailAct: String] = [:]
        for act in view.mailActs(on: step, by: recipient.id) {
            // Where the other says that they have met, another time is not the question.
            if notice.kind == .confirmRequest, act != .done { continue }
            links[act] = ActLink(
                person: recipient.id, enrolment: enrolment.id, step: id, act: act,
                expires: message.queuedAt.seconds + ActLink.lifetimeSeconds
            ).url(settings)
        }
        return links
    }
}

extension NoticeKind {
    /// Whether the mail is about something that its reader may do.
    fileprivate var asksForAct: Bool {
        switch self {
        case .stepOpened, .reminder, .escalation, .talkInvitation, .talkMoved, .confirmRequest:
            true
        case .welcome, .talkCancelled, .disagreement, .handedOverToYou, .handedOverFromYou,
            .planMoved, .paused, .resumed, .stopped, .completed, .message, .roleUnfilled,
            .programmeChanged, .planChanged, .coverBegan, .coveredByOther, .coverEnded:
            false
        }
    }
}
