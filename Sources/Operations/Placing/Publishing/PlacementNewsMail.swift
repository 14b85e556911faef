public import CivilCalendar
import Delivery
import Engine
import JSONText
import Storage
public import Wording

/// What one person is told about a publication: which students come, go or have something changed,
/// and their own place; read in one snapshot.
struct PlacementNewsMail: Sendable {
    /// The kind, as the outbox and the templates call it.
    static let kind = MailKind.placementNews.rawValue

    struct Line: Sendable {
        let student: String
        let news: String
        let ward: String
        let days: ClosedRange<CivilDay>?
        /// Who supervises from now on; nil where nobody is named.
        let supervisor: String?
        /// Where the student was to be until this; nil where the place is the same, or the first.
        let movedFrom: String?
        /// Whether nothing else about the place is new.
        let isSupervisorAlone: Bool
    }

    let recipient: Recipient
    let round: String
    let reason: String
    let lines: [Line]
    /// A page that the recipient may read, without the installation's address.
    let page: String
}

extension Transaction {
    /// What a message about a publication says, or nil where there is nothing to say.
    func placementNewsMail(_ message: MessageRow) throws -> PlacementNewsMail? {
        guard let id = JSON(message.body)?["publication"]?.string else {
            throw OperationError.damaged("message \(message.id)")
        }
        let publication = try publication(id)
        let lines = try connection.all(
            """
            SELECT s.name, n.news, i.name, w.name, p.first_week, p.last_week, v.name, x.kind,
                (SELECT oi.name || ', ' || ow.name FROM placement_assignment o
                    JOIN placement_ward ow ON ow.round = o.round AND ow.id = o.ward
                    JOIN placement_institution oi
                        ON oi.round = ow.round AND oi.id = ow.institution
                    WHERE o.round = q.round AND o.student = n.student AND x.kind = 'move'
                        AND o.ended_at >= q.started_at
                        AND (q.finished_at IS NULL OR o.ended_at <= q.finished_at)
                    ORDER BY o.ended_at DESC, o.id LIMIT 1)
            FROM placement_news n
            JOIN placement_publication q ON q.id = n.publication
            JOIN placement_student s ON s.round = q.round AND s.id = n.student
            JOIN placement_ward w ON w.round = q.round AND w.id = n.ward
            JOIN placement_institution i ON i.round = q.round AND i.id = w.institution
            JOIN placement_period p ON p.round = q.round AND p.id = n.period
            LEFT JOIN placement_publication_item x
                ON x.publication = n.publication AND x.student = n.student
            LEFT JOIN placement_supervisor v ON v.round = q.round AND v.id = x.supervisor
            WHERE n.publication = ? AND n.person = ? ORDER BY p.position, s.name, n.student
            """, [.text(id), .text(message.recipient)]
        ) { row in
            PlacementNewsMail.Line(
                student: row.text(0), news: row.text(1), ward: "\(row.text(2)), \(row.text(3))",
                days: RoundPeriod.days(row.text(4), row.text(5)),
                supervisor: row.optionalText(6), movedFrom: row.optionalText(8),
                isSupervisorAlone: row.optionalText(7) == PlaceChange.Kind.supervisor.rawValue)
        }
        if lines.isEmpty { return nil }
        let person = PersonID(message.recipient)
        return PlacementNewsMail(
            recipient: try needRecipient(person),
            round: try placementRound(publication.round).name, reason: publication.reason,
            lines: lines, page: try newsPage(of: publication, lines, for: person))
    }

    /// Where somebody reads of it themselves: their own place, the publication that a coordinator
    /// sees, or else the students whom they have or follow.
    private func newsPage(
        of publication: PlacementPublication, _ lines: [PlacementNewsMail.Line],
        for person: PersonID
    ) throws -> String {
        if lines.contains(where: { $0.news == "own" }) { return "/me/placements" }
        if try placementRound(publication.round, for: person) == nil { return "/me/students" }
        return "/placements/\(publication.round)/publications/\(publication.id)"
    }
}

extension MailComposer {
    /// Tells somebody once what a publication means for them.
    func placementNews(
        _ row: MessageRow, _ mail: PlacementNewsMail, at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let wording = Wording(language: mail.recipient.person.language)
        let isStudent = mail.lines.contains { $0.news == "own" }
        var values: [String: MailValue] = [
            "recipientName": .text(mail.recipient.person.name),
            "organisation": .text(identity.organisation), "contact": .text(identity.contact),
            // It is about several people: whoever reads it signs in.
            "link": .text("\(settings.baseURL)\(mail.page)"),
            "why": .text(wording.text(isStudent ? "placed-why-student" : "placed-why")),
            "round": .text(mail.round),
        ]
        let isChange = mail.lines.contains { $0.news != "comes" }
        if isChange, !mail.reason.isEmpty { values["reason"] = .text(mail.reason) }
        for (news, flag) in [
            ("own", nil), ("comes", "anyComes"), ("stays", "anyStays"), ("leaves", "anyLeaves"),
        ] {
            let lines = mail.lines.filter { $0.news == news }
            if lines.isEmpty { continue }
            values[news] = .list(
                lines.map { line in
                    var values: [String: MailValue] = [
                        "student": .text(line.student), "ward": .text(line.ward),
                        "dates": .text(wording.placementDays(line.days)),
                    ]
                    if let name = line.supervisor, line.news != "leaves" {
                        let key = line.isSupervisorAlone ? "newSupervisor" : "supervisor"
                        values[key] = .text(name)
                    }
                    if let ward = line.movedFrom { values["movedFrom"] = .text(ward) }
                    return values
                })
            if let flag { values[flag] = .flag(true) }
        }
        return try message(
            row, to: mail.recipient, kind: .placementNews, values: values, now: now)
    }
}

extension RoundPeriod {
    /// From the Monday of one ISO week to the Friday of another.
    static func days(_ first: String, _ last: String) -> ClosedRange<CivilDay>? {
        guard let from = monday(of: first), let monday = monday(of: last), from <= monday else {
            return nil
        }
        return from...monday.adding(days: 4)
    }
}

extension Wording {
    /// When somebody is in practice; nothing where it is not known.
    public func placementDays(_ days: ClosedRange<CivilDay>?) -> String {
        guard let days else { return "" }
        return text(
            "placed-days",
            [
                "from": shortDay(
                    days.lowerBound, withYear: days.lowerBound.year != days.upperBound.year),
                "to": shortDay(days.upperBound, withYear: true),
            ])
    }
}
