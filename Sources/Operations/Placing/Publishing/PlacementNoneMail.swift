import CivilCalendar
import Delivery
import Engine
import JSONText
import Storage
import Wording

/// What a student is told for whom a publication has no place: what happens next, and whom to ask.
struct PlacementNoneMail: Sendable {
    /// The kind, as the outbox and the templates call it.
    static let kind = MailKind.placementNone.rawValue

    let recipient: Recipient
    let round: String
    let roundName: String
    let coordinator: PersonCard
    /// Who would follow the student up for the school; nil where nobody is named.
    let tutor: String?
    /// The place that the student had until this publication, or nil.
    let lost: String?
}

/// Where a participant is in practice, as a mail tells it.
struct ParcelPlacement: Sendable {
    let ward: String
    let days: ClosedRange<CivilDay>?
    let supervisor: String?
    let tutor: String?
}

extension Transaction {
    /// Tells everybody who has no place in a round so, once for the round: whoever was told by an
    /// earlier publication is not told by the next.
    func tellUnplaced(_ publication: PlacementPublication, at sending: Instant) throws {
        let people = try connection.all(
            """
            SELECT DISTINCT s.person FROM placement_student s
            WHERE s.round = ? AND s.person IS NOT NULL AND \(Self.isUnplaced) ORDER BY s.person
            """, [.text(publication.round)]
        ) { $0.text(0) }
        for person in people {
            try Outbox(self).insert(
                QueuedMessage(
                    identity: "placement-none/\(publication.round)/\(person)", channel: .mail,
                    kind: PlacementNoneMail.kind, enrolment: nil, recipient: person,
                    body: .object(["publication": .string(publication.id)]),
                    availableAt: sending))
        }
    }

    /// Whether a student `s` waits for a place.
    private static let isUnplaced = """
        s.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM placement_assignment a
            WHERE a.round = s.round AND a.student = s.id AND a.ended_at IS NULL)
        """

    /// What a message to somebody without a place says, or nil where they have got one since, or
    /// have withdrawn.
    func placementNoneMail(_ message: MessageRow) throws -> PlacementNoneMail? {
        guard let id = JSON(message.body)?["publication"]?.string else {
            throw OperationError.damaged("message \(message.id)")
        }
        let publication = try publication(id)
        let found = try connection.all(
            """
            SELECT p.name, (SELECT i.name || ', ' || w.name FROM placement_assignment a
                JOIN placement_ward w ON w.round = a.round AND w.id = a.ward
                JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
                JOIN placement_publication q ON q.id = ?
                WHERE a.round = s.round AND a.student = s.id AND a.ended_at >= q.started_at
                ORDER BY a.ended_at DESC, a.id LIMIT 1)
            FROM placement_student s
            LEFT JOIN placement_tutor t ON t.round = s.round AND t.school = s.school
                AND t.profession = s.profession AND t.year = s.year
            LEFT JOIN person p ON p.id = t.person
            WHERE s.round = ? AND s.person = ? AND \(Self.isUnplaced) ORDER BY s.id LIMIT 1
            """, [.text(id), .text(publication.round), .text(message.recipient)]
        ) { (tutor: $0.optionalText(0), lost: $0.optionalText(1)) }
        guard let student = found.first else { return nil }
        return PlacementNoneMail(
            recipient: try needRecipient(PersonID(message.recipient)), round: publication.round,
            roundName: try placementRound(publication.round).name,
            coordinator: try needPerson(publication.actor), tutor: student.tutor,
            lost: student.lost)
    }

    /// Where the participant of an enrolment is in practice; nil where it is of no placement.
    func parcelPlacement(_ enrolment: EnrolmentID) throws -> ParcelPlacement? {
        try connection.first(
            """
            SELECT i.name, w.name, p.first_week, p.last_week, v.name, u.name
            FROM placement_assignment a
            JOIN placement_student s ON s.round = a.round AND s.id = a.student
            JOIN placement_ward w ON w.round = a.round AND w.id = a.ward
            JOIN placement_institution i ON i.round = w.round AND i.id = w.institution
            JOIN placement_period p ON p.round = a.round AND p.id = a.period
            LEFT JOIN placement_supervisor v ON v.round = a.round AND v.id = a.supervisor
            LEFT JOIN placement_tutor t ON t.round = s.round AND t.school = s.school
                AND t.profession = s.profession AND t.year = s.year
            LEFT JOIN person u ON u.id = t.person
            WHERE a.enrolment = ? AND a.ended_at IS NULL
            """, [.text(enrolment.rawValue)]
        ) { row in
            ParcelPlacement(
                ward: "\(row.text(0)), \(row.text(1))",
                days: RoundPeriod.days(row.text(2), row.text(3)),
                supervisor: row.optionalText(4), tutor: row.optionalText(5))
        }
    }
}

extension MailComposer {
    /// Tells a student once that there is no place yet.
    func placementNone(
        _ row: MessageRow, _ mail: PlacementNoneMail, at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let wording = Wording(language: mail.recipient.person.language)
        var values: [String: MailValue] = [
            "recipientName": .text(mail.recipient.person.name),
            "organisation": .text(identity.organisation), "contact": .text(identity.contact),
            "link": .text("\(settings.baseURL)/me/placements/\(mail.round)"),
            "why": .text(wording.text("placed-why-unplaced")), "round": .text(mail.roundName),
            "coordinator": .text(mail.coordinator.name),
        ]
        if let address = mail.coordinator.email { values["coordinatorAddress"] = .text(address) }
        if let lost = mail.lost { values["lost"] = .text(lost) }
        if let tutor = mail.tutor { values["tutor"] = .text(tutor) }
        return try message(
            row, to: mail.recipient, kind: .placementNone, values: values, now: now)
    }
}
