public import CivilCalendar
import Delivery
public import Engine
import JSONText
import Storage

/// Somebody who is not registered yet.
public struct NewPerson: Hashable, Sendable {
    public var name: String
    public var email: String?
    public var privateEmail: String?
    public var language: Language
    public var unit: String

    public init(
        name: String, email: String?, privateEmail: String?, language: Language, unit: String
    ) {
        self.name = name
        self.email = email
        self.privateEmail = privateEmail
        self.language = language
        self.unit = unit
    }

    fileprivate var fingerprint: String {
        JSON.object([
            "name": .string(name), "email": email.map { .string($0) },
            "private": privateEmail.map { .string($0) }, "language": .string(language.rawValue),
            "unit": .string(unit),
        ]).text
    }
}

/// What a start would bring about, before it is done.
public struct StartPreview: Sendable {
    /// The enrolment as it would be.
    public let view: EnrolmentView
    /// Who would be told, and what could be done at once.
    public let consequences: Consequences
    /// The roles that nobody would fill, with the day by which somebody must, where there is one.
    public let unfilled: [(role: RoleID, neededBy: CivilDay?)]
    /// Where mail would reach the participant, before and after the first day.
    public let hasPrivateAddress: Bool
    public let hasWorkAddress: Bool
}

extension Installation {
    /// The people of some units whom a text names: by id, by e-mail address, or by the whole name.
    ///
    /// Nobody of another unit is told to exist.
    public func person(named text: String, in units: Set<String>) throws -> PersonMatch {
        let found = try query { transaction in
            try transaction.connection.all(
                """
                SELECT \(PersonCard.columns) FROM person
                WHERE id = ? OR lower(email) = lower(?) OR lower(private_email) = lower(?)
                    OR name = ?
                ORDER BY id LIMIT 200
                """, Array(repeating: .text(text), count: 4), PersonCard.init
            ).filter { card in card.unit.map(units.contains) ?? false }
        }
        if let exact = found.first(where: { $0.id.rawValue == text }) { return .one(exact) }
        if let only = found.first, found.count == 1 { return .one(only) }
        return found.isEmpty ? .nobody : .several(found.count)
    }

    /// What a start would bring about, computed by the code that would do it. Changes nothing.
    ///
    /// - Parameter person: Whoever is registered with it; the request's participant is then only a
    ///   name for them.
    /// - Throws: `OperationError` where the start would be refused.
    public func previewStart(
        _ request: EnrolRequest, registering person: NewPerson? = nil
    ) throws -> StartPreview {
        try query { transaction in
            if let person { try transaction.refuseTaken(person) }
            let (decision, version, _) = try transaction.starting(
                request, as: EnrolmentID(random.identifier("e")), registering: person)
            let enrolment = decision.enrolment
            let card = try transaction.person(request.participant)
            let dates = Timetable(version.programme, enrolment)
            return StartPreview(
                view: try transaction.view(
                    enrolment, version,
                    naming: person.map { [request.participant: $0.name] } ?? [:]),
                consequences: Consequences(decision),
                unfilled: version.programme.roles.compactMap { role in
                    guard enrolment.roles[role.id] == nil else { return nil }
                    guard case .requiredBy(let rule) = role.need else { return (role.id, nil) }
                    return (role.id, dates.date(rule)?.day)
                },
                hasPrivateAddress: person.map { $0.privateEmail != nil }
                    ?? (card?.privateEmail != nil),
                hasWorkAddress: person.map { $0.email != nil } ?? (card?.email != nil))
        }
    }

    /// Enrols somebody in the newest version of a programme, and registers them first where they
    /// are new: both, or neither.
    ///
    /// - Throws: `OperationError`; nothing has then changed.
    public func start(
        _ request: EnrolRequest, registering person: NewPerson?, by actor: Actor, key: String?
    ) async throws -> EnrolmentID {
        guard let person else { return try await enrol(request, by: actor, key: key) }
        let id = EnrolmentID(random.identifier("e"))
        let participant = PersonID(random.identifier("p"))
        var asked = request
        // Whatever stood for the new person is no part of what was asked for.
        asked.participant = ""
        let fingerprint = asked.fingerprint + person.fingerprint
        var made = request
        made.participant = participant
        let start = made
        let answer = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                try transaction.refuseTaken(person)
                try transaction.register(person, as: participant)
                try transaction.enrol(start, as: id, by: actor)
                return id.rawValue
            }
        }
        wakeUps.ring()
        return EnrolmentID(answer)
    }
}

extension Transaction {
    /// Refuses a new person whose name or addresses cannot be used, or are another's.
    fileprivate func refuseTaken(_ person: NewPerson) throws {
        if (try? DisplayName(person.name)) == nil {
            throw OperationError.invalid(field: "name", problem: .notAName)
        }
        for (field, address) in [
            ("email", person.email), ("private-email", person.privateEmail),
        ] {
            guard let address else { continue }
            if (try? MailAddress(address)) == nil {
                throw OperationError.invalid(field: field, problem: .notAnAddress)
            }
            let others = try connection.count(
                """
                SELECT count(*) FROM person
                WHERE lower(email) = lower(?) OR lower(private_email) = lower(?)
                """, [.text(address), .text(address)])
            if others > 0 {
                throw OperationError.invalid(field: field, problem: .taken)
            }
        }
    }

    fileprivate func register(_ person: NewPerson, as id: PersonID) throws {
        func plain(_ address: String?) -> SQLValue {
            SQLValue(address.flatMap { try? MailAddress($0).description })
        }
        try connection.run(
            """
            INSERT INTO person (id, name, email, private_email, language, unit)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(id.rawValue), .text(person.name), plain(person.email),
                plain(person.privateEmail), .text(person.language.rawValue), .text(person.unit),
            ])
    }
}
