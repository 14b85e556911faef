import CivilCalendar
public import Engine
import JSONText
import Storage

/// How a link for signing in stands.
public enum SignInStanding: Hashable, Sendable {
    /// It lets this person in.
    case good(PersonCard)
    case usedAlready
    /// Too old, taken back, or never given.
    case ended
}

/// What using a link for signing in came to.
public enum SignInOutcome: Hashable, Sendable {
    case signedIn(PersonID, target: LocalTarget?)
    case usedAlready
    case ended
}

extension Installation {
    /// Sends a link for signing in to an address, where it is somebody's.
    ///
    /// Whether it is cannot be told from outside: nothing is returned, and one transaction is
    /// written either way.
    public func askSignIn(address: String, target: LocalTarget?) async throws {
        try await transact { transaction in
            var sent = 0
            for card in try transaction.people(withAddress: address) {
                let own = try transaction.addresses(of: card).first {
                    card.text(of: $0)?.lowercased() == address.lowercased()
                }
                if let own, try transaction.sendLink(to: card, own, target) { sent += 1 }
            }
            try transaction.countAsk(sent: sent)
        }
        wakeUps.ring()
    }

    /// Sends a link for signing in to a person whom we know already, as by a link from a mail.
    public func askSignIn(person: PersonID, target: LocalTarget?) async throws {
        try await transact { transaction in
            let card = try transaction.needPerson(person)
            let address = try transaction.addresses(of: card).first
            let isSent = try address.map { try transaction.sendLink(to: card, $0, target) }
            try transaction.countAsk(sent: isSent == true ? 1 : 0)
        }
        wakeUps.ring()
    }

    /// How a link stands. Changes nothing.
    public func signInStanding(token: String) throws -> SignInStanding {
        try query { transaction in
            guard let row = try transaction.signIn(digest: SignInLink.digest(token)) else {
                return .ended
            }
            if row.isUsed { return .usedAlready }
            guard try transaction.isGood(row), let card = try transaction.person(row.person) else {
                return .ended
            }
            return .good(card)
        }
    }

    /// Uses a link, which ends it.
    public func signIn(token: String) async throws -> SignInOutcome {
        try await transact { transaction in
            let digest = SignInLink.digest(token)
            guard let row = try transaction.signIn(digest: digest) else { return .ended }
            if row.isUsed { return .usedAlready }
            guard try transaction.isGood(row) else { return .ended }
            let taken = try transaction.connection.run(
                "UPDATE sign_in SET used_at = ? WHERE digest = ? AND used_at IS NULL",
                [.integer(transaction.now.milliseconds), .text(digest)])
            return taken == 1
                ? .signedIn(row.person, target: LocalTarget(row.target)) : .usedAlready
        }
    }

    /// Ends all sessions of a person and all links that could begin one.
    public func signOutEverywhere(_ person: PersonID) async throws {
        try await transact { transaction in
            try transaction.connection.run(
                "UPDATE person SET sessions_from = ? WHERE id = ?",
                [.integer(transaction.now.milliseconds), .text(person.rawValue)])
            try transaction.connection.run(
                "DELETE FROM sign_in WHERE person = ? AND used_at IS NULL",
                [.text(person.rawValue)])
        }
    }

    /// What a request has to know about who sends it, or nil where there is no such person.
    public func reader(_ id: PersonID) throws -> Reader? {
        try unlessChanged(AnswerName("reader", for: id, on: nowCivil.day)) {
            try query { transaction in
                guard let card = try transaction.person(id) else { return nil }
                let from = try transaction.connection.first(
                    "SELECT sessions_from FROM person WHERE id = ?", [.text(id.rawValue)]
                ) { $0.integer(0) }
                return Reader(
                    card: card, sessionsFrom: Instant(milliseconds: from ?? 0),
                    standing: try transaction.standing(of: id))
            }
        }
    }
}

extension Installation {
    /// Whether an enrolment is the person's own.
    public func isParticipant(_ person: PersonID, in enrolment: EnrolmentID) throws -> Bool {
        try query { transaction in
            try transaction.connection.count(
                "SELECT count(*) FROM enrolment WHERE id = ? AND participant = ?",
                [.text(enrolment.rawValue), .text(person.rawValue)]) > 0
        }
    }
}

/// A person who reads pages.
public struct Reader: Hashable, Sendable {
    public let card: PersonCard
    /// Sessions and links that are not newer have been ended.
    public let sessionsFrom: Instant
    /// What they are to others.
    public let standing: Standing
}

/// A row of the links that were sent.
struct SignInRow {
    let person: PersonID
    let address: PersonAddress?
    let target: String
    let expires: Instant
    let isUsed: Bool
}

extension Transaction {
    /// Two of one household may have the same private address; more than that is no address of a
    /// person.
    static let peopleByAddress = """
        SELECT \(PersonCard.columns) FROM person
        WHERE lower(email) = lower(?) OR lower(private_email) = lower(?) ORDER BY id LIMIT 3
        """

    func people(withAddress address: String) throws -> [PersonCard] {
        try connection.all(
            Self.peopleByAddress, [.text(address), .text(address)], PersonCard.init)
    }

    func addresses(of person: PersonCard) throws -> [PersonAddress] {
        person.addresses(on: civilNow.day, firstDay: try firstDay(of: person))
    }

    func signIn(digest: String) throws -> SignInRow? {
        try connection.first(
            "SELECT person, address, target, expires_at, used_at FROM sign_in WHERE digest = ?",
            [.text(digest)]
        ) { row in
            SignInRow(
                person: PersonID(row.text(0)), address: PersonAddress(rawValue: row.text(1)),
                target: row.text(2), expires: Instant(milliseconds: row.integer(3)),
                isUsed: row.optionalInteger(4) != nil)
        }
    }

    /// Whether a link still lets its person in: also the address that it went to must be theirs
    /// today.
    func isGood(_ row: SignInRow) throws -> Bool {
        guard !row.isUsed, now < row.expires, let address = row.address,
            let card = try person(row.person)
        else { return false }
        return try addresses(of: card).contains(address)
    }

    /// - Returns: false where enough has been sent.
    fileprivate func sendLink(
        to person: PersonCard, _ address: PersonAddress, _ target: LocalTarget?
    ) throws -> Bool {
        let day = now.adding(seconds: -86_400).milliseconds
        try connection.run(
            "DELETE FROM sign_in WHERE person = ? AND expires_at < ?",
            [.text(person.id.rawValue), .integer(day)])
        let live = try connection.count(
            "SELECT count(*) FROM sign_in WHERE person = ? AND expires_at > ? AND used_at IS NULL",
            [.text(person.id.rawValue), .integer(now.milliseconds)])
        let sent = try connection.count(
            "SELECT coalesce(sum(sent), 0) FROM sign_in_hour WHERE hour = ?", [.integer(hour)])
        guard live < SignInLink.mostLive, sent < SignInLink.mostInAnHour else { return false }
        let link = SignInLink(random: installation.random)
        let token = link.token(installation.settings.secret)
        try connection.run(
            """
            INSERT INTO sign_in (digest, person, address, target, asked_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(SignInLink.digest(token)), .text(person.id.rawValue),
                .text(address.rawValue), .text(target?.path ?? ""), .integer(now.milliseconds),
                .integer(now.adding(seconds: SignInLink.lifetimeSeconds).milliseconds),
            ])
        try Outbox(self).insert(
            QueuedMessage(
                identity: link.identity, channel: .mail, kind: SignInLink.kind, enrolment: nil,
                recipient: person.id.rawValue, body: .object([]), availableAt: now))
        return true
    }

    /// Counts what was asked for, so that an ask for nobody costs a commit as any other does.
    fileprivate func countAsk(sent: Int) throws {
        try connection.run("DELETE FROM sign_in_hour WHERE hour < ?", [.integer(hour - 48)])
        try connection.run(
            """
            INSERT INTO sign_in_hour (hour, asked, sent) VALUES (?, 1, ?)
            ON CONFLICT (hour) DO UPDATE SET asked = sign_in_hour.asked + 1,
                sent = sign_in_hour.sent + excluded.sent
            """, [.integer(hour), SQLValue(sent)])
    }

    private var hour: Int64 { now.seconds / 3600 }
}
