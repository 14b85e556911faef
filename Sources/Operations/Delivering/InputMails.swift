import CivilCalendar
import Delivery
import Engine
import JSONText
import Storage
import Wording

/// What a mail about input on programmes says, read in one snapshot.
struct InputMail: Sendable {
    /// The kinds, as the outbox and the templates call them.
    static let received = MailKind.inputReceived.rawValue
    static let answered = MailKind.inputAnswered.rawValue

    enum Contents: Sendable {
        /// The programmes that something was said about.
        case received([LocalizedText])
        case answered(InputRow, programme: LocalizedText, step: LocalizedText?)
    }

    let recipient: PersonCard
    /// Whether the recipient is new and has not begun yet.
    let isBeforeStart: Bool
    let contents: Contents

    static func body(of input: String) -> JSON { .object(["input": .string(input)]) }
}

extension Transaction {
    /// What a message about input says, or nil where its reason has gone.
    func inputMail(_ message: MessageRow) throws -> InputMail? {
        let recipient = try needPerson(PersonID(message.recipient))
        if message.kind == InputMail.received {
            guard let told = JSON(message.body)?["told"]?.integer else {
                throw OperationError.damaged("message \(message.id)")
            }
            let programmes = try connection.all(
                """
                SELECT DISTINCT i.programme FROM programme_input i
                WHERE i.told_at = ? AND \(Self.isInCharge) ORDER BY i.programme
                """, [SQLValue(told), .text(recipient.id.rawValue)]
            ) { ProgrammeID($0.text(0)) }
            if programmes.isEmpty { return nil }
            return InputMail(
                recipient: recipient, isBeforeStart: false,
                contents: .received(
                    try programmes.map { try newestVersion(of: $0).programme.title }))
        }
        guard let row = try input(JSON(message.body)?["input"]?.string ?? ""), row.answer != nil
        else { return nil }
        let loaded = try store.load(row.enrolment)
        let plan = try version(loaded.version).programme.plan(for: loaded.enrolment)
        let isNew = loaded.enrolment.roles[.participant] == recipient.id
        let first = loaded.enrolment.anchors["first-day"]
        return InputMail(
            recipient: recipient, isBeforeStart: isNew && first.map { civilNow.day < $0 } ?? false,
            contents: .answered(
                row, programme: plan.title, step: row.step.flatMap { plan.step($0)?.title }))
    }

    /// Whether everything that a mail would tell an owner of has been answered meanwhile.
    func isAnsweredAlready(_ message: MessageRow) throws -> Bool {
        guard message.kind == InputMail.received, let told = JSON(message.body)?["told"]?.integer
        else { return false }
        return try connection.count(
            """
            SELECT count(*) FROM programme_input i
            WHERE i.told_at = ? AND i.answered_at IS NULL AND \(Self.isInCharge)
            """, [SQLValue(told), .text(message.recipient)]) == 0
    }
}

extension MailComposer {
    /// Tells an owner that there is input, or its author that it was answered.
    func input(
        _ row: MessageRow, _ mail: InputMail, at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let language = mail.recipient.language
        let wording = Wording(language: language)
        var values: [String: MailValue] = [
            "recipientName": .text(mail.recipient.name),
            "organisation": .text(identity.organisation), "contact": .text(identity.contact),
        ]
        let kind: MailKind
        switch mail.contents {
        case .received(let programmes):
            kind = .inputReceived
            // Who answers signs in; a link that lets its holder in would open much.
            values["link"] = .text("\(settings.baseURL)/admin/inputs")
            values["why"] = .text(wording.text("input-received-why"))
            values["items"] = .list(programmes.map { ["title": .text($0.text(in: language))] })
        case .answered(let input, let programme, let step):
            kind = .inputAnswered
            values["link"] = .text(
                PageLink(
                    person: mail.recipient.id, enrolment: nil, step: nil,
                    expires: row.queuedAt.seconds + PageLink.lifetimeSeconds
                ).url(settings))
            values["why"] = .text(
                wording.text(
                    "input-answered-why",
                    ["day": wording.day(time.civil(input.writtenAt).day)]))
            values["programme"] = .text(programme.text(in: language))
            if let step { values["step"] = .text(step.text(in: language)) }
            values["answer"] = .text(input.answer ?? "")
            if let name = input.answeredBy { values["answeredBy"] = .text(name) }
        }
        return try message(
            row, to: mail.recipient, isBeforeStart: mail.isBeforeStart, kind: kind,
            language: language, values: values, now: now)
    }
}
