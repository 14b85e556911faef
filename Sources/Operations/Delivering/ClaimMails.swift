import CivilCalendar
import Competence
import Delivery
import Engine
import JSONText
import Storage
import Wording

/// What a mail about somebody's claim says, read in one snapshot. What it rests on is not in it:
/// that is read by whoever signs in.
struct ClaimMail: Sendable {
    /// The kinds, as the outbox and the templates call them.
    static let waiting = MailKind.claimWaiting.rawValue
    static let decided = MailKind.claimDecided.rawValue

    enum Contents: Sendable {
        case waiting(ClaimOccasion)
        /// Whether it is on record now, who said so, and why not.
        case decided(isRecorded: Bool, by: String?, reason: String?)
    }

    let recipient: Recipient
    let claimant: PersonCard
    let competence: LocalizedText
    let level: LocalizedText
    let openedOn: CivilDay
    let contents: Contents

    static func body(of claim: String, _ occasion: ClaimOccasion?) -> JSON {
        .object([
            "claim": .string(claim), "occasion": .string(occasion?.rawValue ?? "decided"),
        ])
    }
}

extension Transaction {
    /// What a message about a claim says, or nil where its reason has gone.
    func claimMail(_ message: MessageRow) throws -> ClaimMail? {
        let body = JSON(message.body)
        guard let claim = try claim(body?["claim"]?.string ?? "") else { return nil }
        let request = claim.request
        let shelf = try frameworkShelf()
        let contents: ClaimMail.Contents
        if let occasion = ClaimOccasion(rawValue: body?["occasion"]?.string ?? "") {
            contents = .waiting(occasion)
        } else {
            let settled = try connection.first(
                "SELECT settled_by, reason FROM competence_claim WHERE id = ?", [.text(claim.id)]
            ) { ($0.optionalText(0).map { PersonID($0) }, $0.optionalText(1)) }
            contents = .decided(
                isRecorded: claim.status == "recorded",
                by: try settled?.0.flatMap { try person($0)?.name }, reason: settled?.1)
        }
        return ClaimMail(
            recipient: try needRecipient(PersonID(message.recipient)),
            claimant: try needPerson(request.person),
            competence: shelf.definition(request.competence)?.title
                ?? LocalizedText([.english: request.competence.rawValue]),
            level: shelf.title(of: request.level, for: request.competence),
            openedOn: installation.time.civil(claim.openedAt).day, contents: contents)
    }

    /// Whether a claim that a message asks about has been answered meanwhile, or waits for others
    /// than its recipient now.
    func isClaimAnswered(_ message: MessageRow) throws -> Bool {
        guard message.kind == ClaimMail.waiting else { return false }
        let body = JSON(message.body)
        guard let claim = try claim(body?["claim"]?.string ?? ""), claim.status == "open" else {
            return true
        }
        if body?["occasion"]?.string == ClaimOccasion.escalation.rawValue { return false }
        return try !reviewers(of: claim).contains(PersonID(message.recipient))
    }
}

extension ClaimMail {
    /// Where it is answered, or read. Who answers signs in; a link that lets its holder in would
    /// open a whole record.
    fileprivate func url(_ settings: InstallationSettings) -> String {
        if case .waiting(.escalation) = contents {
            return "\(settings.baseURL)/competence/of/\(claimant.id)"
        }
        return "\(settings.baseURL)/competence"
    }

    /// The line of a mail that gathers several.
    func digestLine(_ settings: InstallationSettings) -> [String: MailValue] {
        let language = recipient.person.language
        let name = competence.text(in: language)
        // Whoever hears that nobody answers is not the one who answers.
        var key = "claim.line"
        if case .waiting(.escalation) = contents { key = "claim.line-unanswered" }
        return [
            "title": .text(Wording(language: language).text(key, ["competence": name])),
            "name": .text(name), "participantName": .text(claimant.name),
            "openLink": .text(url(settings)),
        ]
    }
}

extension MailComposer {
    /// Asks for an answer to a claim, or tells whoever sent it of the answer.
    func claim(
        _ row: MessageRow, _ mail: ClaimMail, at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let language = mail.recipient.person.language
        let wording = Wording(language: language)
        let day = wording.day(mail.openedOn)
        var values: [String: MailValue] = [
            "recipientName": .text(mail.recipient.person.name),
            "organisation": .text(identity.organisation), "contact": .text(identity.contact),
            "link": .text(mail.url(settings)),
            "competence": .text(mail.competence.text(in: language)),
            "level": .text(mail.level.text(in: language)),
            "participantName": .text(mail.claimant.name), "day": .text(day),
        ]
        let kind: MailKind
        switch mail.contents {
        case .waiting(let occasion):
            kind = .claimWaiting
            values["isReminder"] = .flag(occasion == .reminder)
            values["isEscalation"] = .flag(occasion == .escalation)
            let why = occasion == .escalation ? "claim.why-escalation" : "claim.why-waiting"
            values["why"] = .text(wording.text(why, ["name": mail.claimant.name]))
        case .decided(let isRecorded, let name, let reason):
            kind = .claimDecided
            values["isRecorded"] = .flag(isRecorded)
            values["isParticipant"] = .flag(mail.recipient.person.id == mail.claimant.id)
            values["why"] = .text(wording.text("claim.why-decided", ["day": day]))
            if let name { values["decidedBy"] = .text(name) }
            if let reason, !isRecorded { values["reason"] = .text(reason) }
        }
        return try message(row, to: mail.recipient, kind: kind, values: values, now: now)
    }
}
