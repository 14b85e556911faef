import CivilCalendar
import Competence
import Engine
import JSONText
import Storage
import Synchronization

/// Up to which claim the clock has looked on a day: each is looked at once a day.
final class ClaimsSeen: Sendable {
    struct Look: Hashable, Sendable {
        let day: CivilDay
        let last: String
        let isAll: Bool
    }

    private let state = Mutex<Look?>(nil)

    /// The claim after which to go on, or nil where the day's are done.
    func next(on day: CivilDay) -> String? {
        state.withLock { state in
            guard let state, state.day == day else { return "" }
            return state.isAll ? nil : state.last
        }
    }

    /// Notes a look, once what it told is on disk: a transaction may be run again.
    func saw(_ look: Look?) {
        if let look { state.withLock { $0 = look } }
    }
}

/// Why somebody is told of a claim that waits.
enum ClaimOccasion: String, CaseIterable {
    /// Their word is asked for.
    case asked
    /// It still is, so many working days later.
    case reminder
    /// Nobody has answered: HR sees to it that somebody does.
    case escalation

    /// After how many working days nobody having answered is told.
    var patience: Int {
        switch self {
        case .asked: 0
        case .reminder: 5
        case .escalation: 10
        }
    }
}

// A claim that waits is told to those whose word counts, by the outbox as everything is, and by the
// clock that wakes enrolments where nobody answers. Who they are is asked anew each time: whoever
// has come to lead the person meanwhile is asked too.
extension Transaction {
    /// How many claims one round of the clock looks at.
    private static let claimsInOneRound = 100

    /// Those whose word counts for a claim and has not been given, the nearest to the person; HR
    /// where nobody else's does.
    func reviewers(of claim: StoredClaim) throws -> [PersonID] {
        let subject = claim.request.person
        guard let definition = try frameworkShelf().definition(claim.request.competence) else {
            return []
        }
        let rule = rule(claim.request.kind, definition)
        let said = Set(try voices(on: claim.id).map(\.person))
        func counts(_ person: PersonID) throws -> Bool {
            let voice = AttestationRule.Voice(person, as: try capacities(of: person, for: subject))
            return !said.contains(person) && rule.counts(voice, for: subject)
        }
        let near = try nearest(to: subject).filter(counts)
        return try near.isEmpty ? hr(of: subject).filter(counts) : near
    }

    /// Whoever leads somebody, or has a role in a programme of theirs.
    private func nearest(to subject: PersonID) throws -> [PersonID] {
        let (places, values) = places(of: subject)
        return try connection.all(
            """
            SELECT r.person FROM enrolment e JOIN role_holder r ON r.enrolment = e.id
            WHERE e.participant = ? AND e.status IN ('running', 'paused')
                AND r.role NOT IN ('participant', 'hr')
            UNION SELECT manager FROM org_unit WHERE manager IS NOT NULL AND id IN \(places)
            ORDER BY 1
            """, [.text(subject.rawValue)] + values
        ) { PersonID($0.text(0)) }.filter { $0 != subject }
    }

    /// HR of where somebody works: of the nearest unit upwards that has others as HR than them.
    private func hr(of subject: PersonID) throws -> [PersonID] {
        let (places, values) = places(of: subject)
        let units = try connection.all(
            "SELECT id FROM org_unit WHERE id IN \(places) ORDER BY id", values
        ) { $0.text(0) }
        var found: Set<PersonID> = []
        for unit in units { found.formUnion(try nearest(.hr, from: unit, except: subject)) }
        return found.sorted()
    }

    /// Tells those who can answer a claim that it waits for them.
    func askReviewers(of claim: StoredClaim) throws {
        let people = try reviewers(of: claim)
        for person in people { try tell(person, of: claim, .asked) }
        if people.isEmpty { try escalate(claim) }
    }

    private func escalate(_ claim: StoredClaim) throws {
        for person in try hr(of: claim.request.person) where person != claim.openedBy {
            try tell(person, of: claim, .escalation)
        }
    }

    private func tell(
        _ person: PersonID, of claim: StoredClaim, _ occasion: ClaimOccasion
    ) throws {
        let sending = SendingRules().nextSending(from: civilNow, in: WorkingCalendar())
        let outbox = Outbox(self)
        try outbox.insert(
            QueuedMessage(
                identity: "claim/\(claim.id)/\(person)/\(occasion.rawValue)",
                channel: try outbox.channel(for: person), kind: ClaimMail.waiting,
                enrolment: nil, recipient: person.rawValue,
                body: ClaimMail.body(of: claim.id, occasion),
                availableAt: installation.time.instant(sending)))
    }

    /// Tells whoever sent a claim how it was decided: who claims for themself, and whose word about
    /// somebody else was not taken.
    func tellOfDecision(on id: String) throws {
        guard let claim = try claim(id) else { return }
        let isRefused = claim.status == "refused"
        guard claim.request.kind == .priorLearning || isRefused else { return }
        let sending = SendingRules().nextSending(from: civilNow, in: WorkingCalendar())
        try Outbox(self).insert(
            QueuedMessage(
                identity: "claim/\(id)/decided", channel: .mail, kind: ClaimMail.decided,
                enrolment: nil, recipient: claim.openedBy.rawValue,
                body: ClaimMail.body(of: id, nil),
                availableAt: installation.time.instant(sending)))
    }

    /// Reminds of claims that nobody has answered, and tells HR of those that wait too long. The
    /// clock looks once a day; what has been told is not told again.
    ///
    /// - Returns: how far it looked, or nil where it had looked today.
    func remindOfClaims() throws -> ClaimsSeen.Look? {
        let today = civilNow.day
        guard let after = installation.claimsSeen.next(on: today) else { return nil }
        let claims = try connection.all(
            """
            SELECT \(StoredClaim.columns) FROM competence_claim
            WHERE status = 'open' AND id > ? ORDER BY id LIMIT ?
            """, [.text(after), SQLValue(Self.claimsInOneRound)], StoredClaim.init)
        for claim in claims.compactMap({ $0 }) {
            let opened = installation.time.civil(claim.openedAt).day
            func isDue(_ occasion: ClaimOccasion) -> Bool {
                WorkingCalendar().adding(workingDays: occasion.patience, to: opened) <= today
            }
            let occasion = isDue(.reminder) ? ClaimOccasion.reminder : .asked
            for person in try reviewers(of: claim) { try tell(person, of: claim, occasion) }
            if isDue(.escalation) { try escalate(claim) }
        }
        return ClaimsSeen.Look(
            day: today, last: claims.last??.id ?? after,
            isAll: claims.count < Self.claimsInOneRound)
    }
}
