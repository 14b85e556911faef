import CivilCalendar
import Competence
import Cryptography
import Delivery
import Engine
import JSONText
import Storage
import Wording

/// What comes on record, as xAPI statements to a learning record store (xAPI 1.0.3, part two):
/// "this account passed this objective", and of what is revoked that its statement is void.
///
/// A statement is written down once, in the transaction of its entry, and never composed anew: its
/// id follows from the entry, so that each try sends the same bytes. Nobody's name or address is in
/// it, and no evidence.
enum Statement {
    /// What a message of the outbox is called that holds one.
    static let kind = "xapi-statement"
    /// To whom such a message goes.
    static let recipient = "lrs"

    /// The ADL vocabulary (https://w3id.org/xapi/adl): the identifiers are names, not addresses.
    static let passed = "http://adlnet.gov/expapi/verbs/passed"
    static let voided = "http://adlnet.gov/expapi/verbs/voided"
    static let objective = "http://adlnet.gov/expapi/activities/objective"
    static let course = "http://adlnet.gov/expapi/activities/course"
}

extension Installation {
    /// Queues what was on record before a learning record store was set. What has been queued
    /// before is not queued again.
    ///
    /// - Returns: how many statements wait now that did not before.
    public func queueStatements() async throws -> Int {
        guard settings.sendsStatements else {
            throw OperationError.invalid(field: "lrs.url", problem: .empty)
        }
        let people = try query { transaction in
            try transaction.connection.all(
                "SELECT DISTINCT person FROM competence_entry ORDER BY person"
            ) { PersonID($0.text(0)) }
        }
        var queued = 0
        var rest = people[...]
        while !rest.isEmpty {
            let portion = Array(rest.prefix(100))
            rest = rest.dropFirst(100)
            queued += try await transact { transaction in
                let before = try transaction.statementCount()
                for person in portion { try transaction.queueStatements(of: person) }
                return try transaction.statementCount() - before
            }
        }
        wakeUps.ring()
        return queued
    }
}

extension Transaction {
    fileprivate func statementCount() throws -> Int {
        try connection.count(
            "SELECT count(*) FROM message WHERE recipient = ?", [.text(Statement.recipient)])
    }

    fileprivate func queueStatements(of person: PersonID) throws {
        let entries = try connection.all(
            "SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? ORDER BY number",
            [.text(person.rawValue)]
        ) { (number: $0.int(0), entry: StoredEntry($0), hash: $0.bytes(18)) }
        for each in entries {
            try queueStatement(of: person, number: each.number, each.entry, each.hash)
        }
    }

    /// Queues what an entry says.
    func queueStatement(
        of person: PersonID, number: Int, _ entry: StoredEntry, _ hash: [UInt8]
    ) throws {
        let body: JSON
        if let revoked = entry.revokes {
            let found = try connection.first(
                """
                SELECT \(StoredEntry.columns) FROM competence_entry WHERE person = ? AND number = ?
                """, [.text(person.rawValue), SQLValue(revoked)]
            ) { (entry: StoredEntry($0), hash: $0.bytes(18)) }
            guard let found else { throw OperationError.damaged("record of \(person)") }
            // What the store is to forget it must have been told.
            try queueStatement(of: person, number: revoked, found.entry, found.hash)
            body = voiding(
                statementID(person, revoked, found.hash), as: statementID(person, number, hash),
                entry)
        } else {
            body = try statement(of: person, entry, as: statementID(person, number, hash))
        }
        try Outbox(self).insert(
            QueuedMessage(
                identity: "xapi/\(person)/\(number)", channel: .webhook, kind: Statement.kind,
                enrolment: entry.origin.map { EnrolmentID($0.enrolment) },
                recipient: Statement.recipient, body: body, availableAt: now))
    }

    private func statementID(_ person: PersonID, _ number: Int, _ hash: [UInt8]) -> String {
        Cryptography.uuid(
            named: "\(base)/records/\(person)/\(number)/\(Cryptography.hex(hash))",
            in: Cryptography.addressNamespace)
    }

    private var base: String { installation.settings.baseURL }

    /// Somebody as an account of this installation: never by mail (part two, 2.4.2.3).
    private func account(_ person: String) -> JSON {
        .object([
            "objectType": "Agent",
            "account": .object(["homePage": .string(base), "name": .string(person)]),
        ])
    }

    private func verb(_ id: String, _ key: String) -> JSON {
        .object([
            "id": .string(id),
            "display": inEachLanguage { Wording(language: $0).text("statement.\(key)") },
        ])
    }

    /// A language map (part two, 4.2).
    private func inEachLanguage(_ text: (Language) -> String) -> JSON {
        .object(Language.shipped.map { JSON.Member($0.rawValue, .string(text($0))) })
    }

    private func voiding(_ statement: String, as id: String, _ entry: StoredEntry) -> JSON {
        .object([
            "id": .string(id), "actor": account(attesters(entry).first ?? "ombord"),
            "verb": verb(Statement.voided, "voided"),
            "object": .object(["objectType": "StatementRef", "id": .string(statement)]),
            "timestamp": .string(UTCInstant(seconds: entry.recordedAt / 1000).timestamp),
        ])
    }

    private func attesters(_ entry: StoredEntry) -> [String] {
        entry.attestedBy.split(separator: " ").compactMap {
            $0.split(separator: ":").last.map(String.init)
        }
    }

    private func statement(
        of person: PersonID, _ entry: StoredEntry, as id: String
    ) throws -> JSON {
        .object([
            "id": .string(id), "actor": account(person.rawValue),
            "verb": verb(Statement.passed, "passed"),
            "object": try objective(entry),
            "result": .object([
                "success": true, "completion": true,
                "extensions": .object([
                    "\(base)/xapi/source": .string(entry.kind.rawValue),
                    "\(base)/xapi/form": entry.form.map { .string($0.rawValue) },
                    "\(base)/xapi/valid-until": entry.validUntil.map { .string($0) },
                ]),
            ]),
            "context": try context(entry, of: person),
            "timestamp": .string(timestamp(entry)),
        ])
    }

    /// The middle of the day on which it was shown, but never later than it came on record.
    private func timestamp(_ entry: StoredEntry) -> String {
        let recorded = entry.recordedAt / 1000
        let noon = CivilDay(entry.achievedOn).map {
            installation.time.instant(CivilMoment($0, .noon)).seconds
        }
        return UTCInstant(seconds: min(noon ?? recorded, recorded)).timestamp
    }

    private func objective(_ entry: StoredEntry) throws -> JSON {
        let shelf = try frameworkShelf()
        let competence = CompetenceID(entry.competence)
        let definition = shelf.definition(competence)
        let level = entry.level.map { shelf.title(of: LevelID($0), for: competence) }
        let title = LocalizedText(storedTitle: entry.title)
        let facets = CompetenceFacet.allCases.compactMap { definition?.facets[$0] }
        return .object([
            "objectType": "Activity",
            "id": .string(
                "\(base)/competences/\(competence)" + (entry.level.map { "/\($0)" } ?? "")),
            "definition": .object([
                "type": .string(Statement.objective),
                "name": inEachLanguage { language in
                    let name = title.text(in: language)
                    return level.map { "\(name) – \($0.text(in: language))" } ?? name
                },
                "description": facets.isEmpty
                    ? nil
                    : inEachLanguage { language in
                        facets.map { $0.text(in: language) }.joined(separator: " ")
                    },
            ]),
        ])
    }

    private func context(_ entry: StoredEntry, of person: PersonID) throws -> JSON {
        let others = attesters(entry).filter { $0 != person.rawValue }
        let instructor: JSON? =
            switch others.count {
            case 0: nil
            case 1: account(others[0])
            default:
                .object([
                    "objectType": "Group", "member": .array(others.map { account($0) }),
                ])
            }
        guard let origin = entry.origin else {
            return .object(["instructor": instructor, "platform": "Ombord"])
        }
        let programme = try version(origin.version).programme
        return .object([
            "registration": .string(
                Cryptography.uuid(
                    named: "\(base)/enrolments/\(origin.enrolment)",
                    in: Cryptography.addressNamespace)),
            "instructor": instructor, "platform": "Ombord", "revision": .string(origin.version),
            "contextActivities": .object([
                "parent": .array([
                    .object([
                        "objectType": "Activity",
                        "id": .string("\(base)/programmes/\(programme.id)"),
                        "definition": .object([
                            "type": .string(Statement.course),
                            "name": sortedObject(programme.title.texts) { .string($0) },
                        ]),
                    ])
                ])
            ]),
        ])
    }
}
