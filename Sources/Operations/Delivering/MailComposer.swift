public import Delivery
import CivilCalendar
import Cryptography
import Engine
import Wording

/// Who mail comes from, as the installation is configured.
public struct MailIdentity: Sendable {
    public var from: Mailbox
    /// Where failures to deliver are reported.
    public var envelopeSender: MailAddress
    public var organisation: String
    /// Whom readers can ask.
    public var contact: String

    public init(
        from: Mailbox, envelopeSender: MailAddress? = nil, organisation: String, contact: String
    ) {
        self.from = from
        self.envelopeSender = envelopeSender ?? from.address
        self.organisation = organisation
        self.contact = contact
    }
}

/// Why a mail could not be written. Trying again would not help.
enum ComposingError: Error {
    case noAddress
    case badAddress(String)
    case template(String)
}

/// Writes the mail of a notice, in its recipient's language. The same stored notice gives the same
/// mail, so that it can be shown again.
struct MailComposer: Sendable {
    let templates: MailTemplates
    let identity: MailIdentity
    let settings: InstallationSettings
    let time: ZonedTime

    /// The same mails with links that look as they do and are not signed by us: they open no
    /// page.
    var withoutWorkingLinks: MailComposer {
        var settings = settings
        settings.secret = Array(repeating: 0, count: 32)
        return MailComposer(
            templates: templates, identity: identity, settings: settings, time: time)
    }

    func compose(_ parcel: Parcel, at now: Instant) throws(ComposingError) -> MailMessage {
        let notice = parcel.notice
        guard let kind = MailKind(rawValue: notice.kind.rawValue) else {
            throw .template(notice.kind.rawValue)
        }
        var values = NoticeValues(parcel, settings: settings, identity: identity).values
        add(parcel.actLinks(settings, today: time.civil(now).day), to: &values, parcel)
        let known = Set(kind.variables.map(\.name))
        return try message(
            parcel.message, to: parcel.addressed, kind: kind,
            values: values.filter { known.contains($0.key) }, now: now,
            invitation: try invitation(parcel, now))
    }

    /// Puts in what the reader may do by a link.
    private func add(
        _ links: [MailAct: String], to values: inout [String: MailValue], _ parcel: Parcel
    ) {
        for (act, link) in links { values[act.variable] = .text(link) }
        let step = parcel.notice.step.flatMap(parcel.programme.step)
        values["isAppointment"] = .flag(step?.kind.isAppointment ?? false)
    }

    func message(
        _ row: MessageRow, to recipient: Recipient, kind: MailKind, values: [String: MailValue],
        now: Instant, invitation: MailMessage.Invitation? = nil
    ) throws(ComposingError) -> MailMessage {
        let address = recipient.person.addresses(
            on: time.civil(now).day, firstDay: recipient.firstDay
        ).first
        var message = try message(
            row, to: try mailbox(recipient.person, address), kind: kind,
            language: recipient.person.language, values: values, now: now)
        message.invitation = invitation
        message.listUnsubscribe = settingsLink(row, recipient.person)
        return message
    }

    private func message(
        _ row: MessageRow, to mailbox: Mailbox, kind: MailKind, language: Language,
        values: [String: MailValue], now: Instant
    ) throws(ComposingError) -> MailMessage {
        let rendered: RenderedMail
        do throws(MailRenderingError) {
            rendered = try templates.render(
                kind, language: MailLanguage(rawValue: language.rawValue),
                values: values)
        } catch {
            throw .template("\(error)")
        }
        guard let messageID = MessageID("\(row.id)@\(settings.mailDomain)") else {
            throw .template("message id \(row.id)")
        }
        return MailMessage(
            messageID: messageID, sentAt: now.seconds, utcOffsetSeconds: time.offset(at: now),
            from: identity.from, to: mailbox, subject: rendered.subject, text: rendered.text,
            html: rendered.html)
    }

    /// The mail with the link that lets its reader in. It has no other link.
    func signIn(
        _ row: MessageRow, _ person: PersonCard, _ address: PersonAddress, _ expires: Instant,
        at now: Instant
    ) throws(ComposingError) -> MailMessage {
        guard let link = SignInLink(identity: row.identity) else {
            throw .template("message \(row.id)")
        }
        let wording = Wording(language: person.language)
        return try message(
            row, to: try mailbox(person, address), kind: .signIn, language: person.language,
            values: [
                "recipientName": .text(person.name), "link": .text(link.url(settings)),
                "why": .text(wording.text("sign-in-why")),
                "organisation": .text(identity.organisation), "contact": .text(identity.contact),
                "time": .text(wording.time(time.civil(expires).time)),
            ], now: now)
    }

    /// Where a person chooses how mail comes to them. A mail program has no session, so the link
    /// carries its person.
    private func settingsLink(_ row: MessageRow, _ person: PersonCard) -> String {
        PageLink(
            person: person.id, enrolment: nil, step: nil,
            expires: row.queuedAt.seconds + PageLink.lifetimeSeconds
        ).settingsURL(settings)
    }

    private func mailbox(
        _ person: PersonCard, _ address: PersonAddress?
    ) throws(ComposingError) -> Mailbox {
        guard let text = address.flatMap({ person.text(of: $0) }) else { throw .noAddress }
        do throws(MailAddressError) {
            return Mailbox(
                name: DisplayName(cleaning: person.name), address: try MailAddress(text))
        } catch {
            throw .badAddress("\(error)")
        }
    }

    private func invitation(
        _ parcel: Parcel, _ now: Instant
    ) throws(ComposingError) -> MailMessage.Invitation? {
        let notice = parcel.notice
        // A step that has left the plan still has its name, to take its invitation back.
        let step = notice.step.flatMap(parcel.programme.step)
        guard let invitation = notice.invitation, let stepID = notice.step,
            let title = notice.title ?? step?.title
        else { return nil }
        var attendees: [Mailbox] = []
        let today = time.civil(now).day
        for party in parcel.parties {
            // As the mail itself: a calendar finds its reader among the attendees by the address.
            let address = party.person.addresses(on: today, firstDay: party.firstDay).first
            attendees.append(try mailbox(party.person, address))
        }
        let language = parcel.recipient.language
        let agenda = step?.agenda.map { "- " + $0.text(in: language) } ?? []
        let name = parcel.enrolment.record(stepID).calendarID ?? stepID
        return MailMessage.Invitation(
            CalendarInvitation(
                method: notice.kind == .talkCancelled ? .cancel : .request,
                uid: "\(parcel.enrolment.id)-\(name)@\(settings.mailDomain)",
                sequence: invitation.sequence, writtenAt: now.seconds,
                start: invitation.startsAt, minutes: invitation.minutes,
                summary: "\(title.text(in: language)): \(parcel.participant.name)",
                details: ([step?.text.text(in: language) ?? ""] + agenda)
                    .joined(separator: "\n"),
                location: invitation.place, organizer: identity.from, attendees: attendees))
    }
}

/// The values that a notice gives to its template.
private struct NoticeValues {
    private let parcel: Parcel
    private let settings: InstallationSettings
    private let identity: MailIdentity
    private let wording: Wording
    private var language: Language { parcel.recipient.language }
    private var notice: Notice { parcel.notice }

    init(_ parcel: Parcel, settings: InstallationSettings, identity: MailIdentity) {
        self.parcel = parcel
        self.settings = settings
        self.identity = identity
        wording = Wording(language: parcel.recipient.language)
    }

    var values: [String: MailValue] {
        var values: [String: MailValue] = [
            "recipientName": .text(parcel.recipient.name),
            "participantName": .text(parcel.participant.name),
            "programme": .text(parcel.programme.title.text(in: language)),
            "isParticipant": .flag(parcel.recipient.id == parcel.participant.id),
            "link": .text(parcel.pageURL(settings)),
            "organisation": .text(identity.organisation),
            "contact": .text(identity.contact),
        ]
        let index = notice.step.flatMap { id in
            parcel.programme.steps.firstIndex { $0.id == id }
        }
        let timetable = Timetable(parcel.programme, parcel.enrolment)
        let due = index.flatMap { timetable.explainedDue($0) }
        if let index { addStep(parcel.programme.steps[index], due?.day, &values) }
        if index == nil, let title = notice.title {
            values["step"] = .text(title.text(in: language))
            values["title"] = values["step"]
            if let invitation = notice.invitation {
                values["when"] = .text(wording.moment(invitation.startsAt))
            }
        }
        if let day = due?.day, let today = notice.day, day < today { values["isOverdue"] = true }
        values["why"] = .text(wording.why(why(due), in: parcel.programme))
        if !parcel.mayRead { values["linkText"] = .text(wording.text("own-page-link")) }
        if let placement = parcel.placement {
            values["ward"] = .text(placement.ward)
            values["dates"] = .text(wording.placementDays(placement.days))
            values["supervisor"] = placement.supervisor.map { .text($0) }
            values["tutor"] = placement.tutor.map { .text($0) }
        }
        addRoleAndPeople(&values)
        if let reason = notice.reason, !reason.isEmpty { values["reason"] = .text(reason) }
        if let start = parcel.enrolment.firstDay {
            values["startDate"] = .text(wording.day(start))
        }
        values["steps"] = .list(comingSteps(timetable))
        if !parcel.competences.isEmpty {
            values["competences"] = .list(parcel.competences.map { ["title": .text($0)] })
        }
        return values
    }

    private func addStep(_ step: Step, _ due: CivilDay?, _ values: inout [String: MailValue]) {
        values["step"] = .text(step.title.text(in: language))
        values["title"] = values["step"]
        let text = step.text.text(in: language)
        if !text.isEmpty { values["stepText"] = .text(text) }
        values["body"] = .text(text.isEmpty ? step.title.text(in: language) : text)
        if let due { values["due"] = .text(wording.day(due)) }
        if !step.agenda.isEmpty {
            values["agenda"] = .list(step.agenda.map { ["topic": .text($0.text(in: language))] })
        }
        if let invitation = notice.invitation ?? parcel.enrolment.record(step.id).invitation {
            values["when"] = .text(wording.moment(invitation.startsAt))
            if let place = invitation.place { values["place"] = .text(place) }
        } else if let day = notice.day, notice.kind == .confirmRequest {
            values["when"] = .text(wording.day(day))
        }
        let others = parcel.parties.map(\.person).filter { $0.id != parcel.recipient.id }
            .map(\.name)
        if !others.isEmpty { values["otherParty"] = .text(wording.list(others)) }
        let responsible = step.actors.roles.compactMap {
            parcel.programme.role($0)?.title.text(in: language)
        }
        if !responsible.isEmpty { values["responsible"] = .text(wording.list(responsible)) }
    }

    private func addRoleAndPeople(_ values: inout [String: MailValue]) {
        if let role = notice.subjectRole {
            let title = parcel.programme.role(role)?.title.text(in: language)
            values["role"] = .text(title ?? role.rawValue)
        }
        if notice.kind == .coverBegan || notice.kind == .coveredByOther, let day = notice.day {
            values["until"] = .text(wording.day(day))
        }
        if !notice.lines.isEmpty {
            values["changes"] = .list(
                notice.lines.map { ["change": .text(wording.planLine($0))] })
        }
        guard let other = parcel.otherPerson else { return }
        switch notice.kind {
        case .coverBegan: values["holder"] = .text(other.name)
        case .coveredByOther: values["standIn"] = .text(other.name)
        case .coverEnded:
            let isHolder =
                notice.subjectRole.map { parcel.enrolment.roles[$0] == parcel.recipient.id }
            values["isHolder"] = .flag(isHolder ?? false)
            values[isHolder == true ? "standIn" : "holder"] = .text(other.name)
        case .planChanged: values["changedBy"] = .text(other.name)
        case .handedOverToYou: values["previousHolder"] = .text(other.name)
        case .handedOverFromYou: values["newHolder"] = .text(other.name)
        default: values["confirmedBy"] = .text(other.name)
        }
    }

    private func why(_ due: PlannedDate?) -> Why {
        let step = notice.step.flatMap(parcel.programme.step)
        switch notice.kind {
        case .reminder:
            let rule = step?.reminders.first { notice.identity.contains("/reminder:\($0.key)/") }
            if let rule, let origin = rule.from == .due ? due?.day : openedOn {
                return .reminder(rule.offset, rule.from, origin)
            }
        case .escalation:
            if let step, let rung = notice.rung, step.escalation.indices.contains(rung - 1),
                let due
            {
                return .escalation(
                    rung: rung, grace: step.escalation[rung - 1].grace, due: due.day)
            }
        case .stepOpened, .talkInvitation, .message:
            if let due { return .date(due) }
        case .welcome, .talkMoved, .talkCancelled, .confirmRequest, .disagreement,
            .handedOverToYou, .handedOverFromYou, .planMoved, .paused, .resumed, .stopped,
            .completed, .roleUnfilled, .programmeChanged, .planChanged, .coverBegan,
            .coveredByOther, .coverEnded:
            break
        }
        return .event(notice.kind, notice.day ?? parcel.enrolment.enrolledOn)
    }

    private var openedOn: CivilDay? {
        notice.step.flatMap { parcel.enrolment.record($0).openedOn }
    }

    /// What the recipient is asked to do next, at most eight lines.
    private func comingSteps(_ timetable: Timetable) -> [[String: MailValue]] {
        let isMine: (Step) -> Bool = { step in
            step.actors.roles.contains {
                parcel.enrolment.holder(of: $0, in: parcel.programme) == parcel.recipient.id
            }
        }
        let coming = parcel.programme.steps.enumerated().filter { _, step in
            isMine(step) && step.kind != .message
                && !parcel.enrolment.record(step.id).status.isSettled
                && step.condition.holds(for: parcel.enrolment.facts)
        }
        let dated = coming.map { (day: timetable.due($0.offset)?.day, step: $0.element) }
        let last = CivilDay(number: .max)
        return dated.sorted { ($0.day ?? last) < ($1.day ?? last) }.prefix(8).map { item in
            var line: [String: MailValue] = ["title": .text(item.step.title.text(in: language))]
            if let day = item.day { line["due"] = .text(wording.day(day)) }
            return line
        }
    }
}

extension MailAct {
    /// What the mails' templates call the link.
    var variable: String {
        switch self {
        case .done: "doneLink"
        case .time: "timeLink"
        case .skip: "skipLink"
        }
    }
}

extension Parcel {
    /// The address of the page that the notice is about, for its recipient.
    ///
    /// For whoever may read it no longer it is their own page; for a step that has left the plan
    /// the plan.
    func pageURL(_ settings: InstallationSettings) -> String {
        if isQuestion, recipient.id == participant.id {
            return AskLink(
                person: recipient.id, enrolment: enrolment.id,
                expires: message.queuedAt.seconds + AskLink.lifetimeSeconds
            ).url(settings)
        }
        let isThere = notice.title == nil && notice.step.flatMap(programme.step) != nil
        return PageLink(
            person: recipient.id, enrolment: mayRead ? enrolment.id : nil,
            step: mayRead && isThere ? notice.step : nil,
            expires: message.queuedAt.seconds + PageLink.lifetimeSeconds
        ).url(settings)
    }
}
