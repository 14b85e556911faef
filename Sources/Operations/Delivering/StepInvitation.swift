import Delivery
public import Engine
import Wording

extension Courier {
    /// The invitation to a step as a calendar file, the same that its mail carries: the calendar
    /// that has it already knows it again. Nil where nobody has been invited.
    public func invitation(
        to step: StepExplanation, of view: EnrolmentView, for reader: PersonCard
    ) throws -> [UInt8]? {
        guard let invitation = step.record.invitation, !step.record.status.isSettled else {
            return nil
        }
        var seen: Set<PersonID> = []
        let people = step.step.participants.compactMap(view.holder).filter {
            seen.insert($0).inserted
        }
        let attendees = try installation.query { transaction in
            try people.compactMap { try transaction.person($0) }.compactMap { card -> Mailbox? in
                guard let address = card.email.flatMap({ try? MailAddress($0) }) else { return nil }
                return Mailbox(name: DisplayName(cleaning: card.name), address: address)
            }
        }
        let language = reader.language
        let title = step.step.title.text(in: language)
        let agenda = step.step.agenda.map { "- " + $0.text(in: language) }
        return CalendarInvitation(
            method: .request,
            uid: "\(view.id)-\(step.record.calendarID ?? step.step.id)"
                + "@\(installation.settings.mailDomain)",
            sequence: invitation.sequence, writtenAt: installation.clock.now().seconds,
            start: invitation.startsAt, minutes: invitation.minutes,
            summary: "\(title): \(view.participant)",
            details: ([step.step.text.text(in: language)] + agenda).joined(separator: "\n"),
            location: invitation.place, organizer: identity.from, attendees: attendees
        ).bytes()
    }
}

extension EnrolmentView {
    fileprivate var participant: String { enrolment.roles[.participant].map(name) ?? "" }
}
