import CivilCalendar
public import Engine
import JSONText
import Storage

/// Whether a person's ordinary notices come together.
public enum DigestWish: String, CaseIterable, Sendable {
    /// Several that go out at the same time come as one mail; one alone comes as itself.
    case auto
    /// One mail a day at the most.
    case daily
    /// Each comes by itself.
    case never
}

/// A person as mail and pages need one.
public struct PersonCard: Hashable, Sendable {
    public let id: PersonID
    public let name: String
    public let email: String?
    public let privateEmail: String?
    public let language: Language
    public let unit: String?
    public let digest: DigestWish

    static let columns = "id, name, email, private_email, language, unit, digest"

    init(_ row: any ResultRow) {
        id = PersonID(row.text(0))
        name = row.text(1)
        email = row.optionalText(2)
        privateEmail = row.optionalText(3)
        language = Language(row.text(4))
        unit = row.optionalText(5)
        digest = DigestWish(rawValue: row.text(6)) ?? .auto
    }
}

/// A row of the outbox.
public struct MessageRow: Hashable, Sendable {
    public let id: String
    public let identity: String
    public let channel: String
    public let kind: String
    public let enrolment: EnrolmentID?
    public let recipient: String
    public let body: String
    public let status: String
    public let availableAt: Instant
    public let queuedAt: Instant
    public let attempts: Int
    public let finishedAt: Instant?
    public let detail: String?

    static let columns = """
        id, identity, channel, kind, enrolment, recipient, body, status, available_at, queued_at, \
        attempts, finished_at, detail
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        identity = row.text(1)
        channel = row.text(2)
        kind = row.text(3)
        enrolment = row.optionalText(4).map { EnrolmentID($0) }
        recipient = row.text(5)
        body = row.text(6)
        status = row.text(7)
        availableAt = Instant(milliseconds: row.integer(8))
        queuedAt = Instant(milliseconds: row.integer(9))
        attempts = row.int(10)
        finishedAt = row.optionalInteger(11).map { Instant(milliseconds: $0) }
        detail = row.optionalText(12)
    }
}

/// Everything that one notice's mail is written from, read in one snapshot.
struct Parcel: Sendable {
    let message: MessageRow
    let notice: Notice
    let addressed: Recipient
    let participant: PersonCard
    /// Those who take part in the notice's step, for a calendar invitation.
    let parties: [Recipient]
    let otherPerson: PersonCard?
    let enrolment: Enrolment
    /// The version with the changes of this person's plan.
    let programme: Programme
    let competences: [String]
    /// Whether the enrolment is a placement coordinator's question to its participant.
    var isQuestion = false
    /// Whether the recipient has a role in the enrolment now: to all others its pages are closed.
    var mayRead = true
    /// Where the participant is in practice, where the enrolment is of a placement.
    var placement: ParcelPlacement?

    var recipient: PersonCard { addressed.person }
}

/// A person to whom mail goes, with the day that decides at which address.
struct Recipient: Sendable {
    let person: PersonCard
    /// The day on which they begin, where that decides something.
    let firstDay: CivilDay?

    init(_ person: PersonCard, firstDay: CivilDay?) {
        self.person = person
        self.firstDay = firstDay
    }
}

extension Transaction {
    func person(_ id: PersonID) throws -> PersonCard? {
        try connection.first(
            "SELECT \(PersonCard.columns) FROM person WHERE id = ?", [.text(id.rawValue)],
            PersonCard.init)
    }

    func needPerson(_ id: PersonID) throws -> PersonCard {
        guard let person = try person(id) else { throw OperationError.noSuchPerson(id) }
        return person
    }

    func needRecipient(_ id: PersonID) throws -> Recipient {
        let person = try needPerson(id)
        return Recipient(person, firstDay: try firstDay(of: person))
    }

    /// The link for signing in that a message carries, or nil where it lets nobody in any more.
    func signInContents(_ message: MessageRow) throws -> DeliveryJob.Contents? {
        guard let link = SignInLink(identity: message.identity),
            let row = try signIn(
                digest: SignInLink.digest(link.token(installation.settings.secret))),
            let address = row.address, try isGood(row)
        else { return nil }
        return .signIn(try needPerson(row.person), address, row.expires)
    }

    /// The message with all that its mail says.
    func parcel(_ message: MessageRow) throws -> Parcel {
        guard let id = message.enrolment, let body = JSON(message.body) else {
            throw OperationError.damaged("message \(message.id)")
        }
        let notice = try Notice(body)
        let loaded = try store.load(id)
        let plan = try version(loaded.version).programme.plan(for: loaded.enrolment)
        let recipient = try needRecipient(notice.recipient)
        let participant = try needPerson(
            loaded.enrolment.roles[.participant] ?? notice.recipient)
        var parties: [Recipient] = []
        if notice.invitation != nil, let step = notice.step.flatMap(plan.step) {
            for role in step.participants {
                if let person = loaded.enrolment.holder(of: role, in: plan),
                    !parties.contains(where: { $0.person.id == person })
                {
                    parties.append(try needRecipient(person))
                }
            }
        }
        if notice.invitation != nil, parties.isEmpty { parties = [recipient] }
        return Parcel(
            message: message, notice: notice, addressed: recipient, participant: participant,
            parties: parties, otherPerson: try notice.otherPerson.flatMap { try person($0) },
            enrolment: loaded.enrolment, programme: plan,
            competences: notice.kind == .completed
                ? try competences(id, recipient.person.language) : [],
            isQuestion: try isQuestion(id, loaded.enrolment.roles[.participant]),
            mayRead: try holdsRole(recipient.person.id, in: id),
            placement: notice.kind == .welcome ? try parcelPlacement(id) : nil)
    }

    private func isQuestion(_ id: EnrolmentID, _ person: PersonID?) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM placement_ask WHERE enrolment = ? AND person = ?",
            [.text(id.rawValue), SQLValue(person?.rawValue)]) > 0
    }

    private func holdsRole(_ person: PersonID, in enrolment: EnrolmentID) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM role_holder WHERE enrolment = ? AND person = ?",
            [.text(enrolment.rawValue), .text(person.rawValue)]) > 0
    }

    private func competences(_ id: EnrolmentID, _ language: Language) throws -> [String] {
        try connection.all(
            "SELECT title FROM competence_entry WHERE enrolment = ? ORDER BY achieved_on, number",
            [.text(id.rawValue)]
        ) { LocalizedText(storedTitle: $0.text(0)).text(in: language) }
    }
}

extension LocalizedText {
    /// A title as a competence entry keeps it.
    init(storedTitle: String) {
        let members = JSON(storedTitle)?.members ?? []
        self.init(
            Dictionary(
                members.compactMap { member in
                    member.value.string.map { (Language(member.name), $0) }
                }, uniquingKeysWith: { first, _ in first }))
    }
}
