import Delivery
public import Engine
import Storage
import Wording

/// What HR may correct about somebody.
public struct PersonDetails: Hashable, Sendable {
    public var name: String
    public var email: String?
    public var privateEmail: String?
    public var language: Language

    public init(name: String, email: String?, privateEmail: String?, language: Language) {
        self.name = name
        self.email = email
        self.privateEmail = privateEmail
        self.language = language
    }
}

/// What cannot be kept about somebody, and why.
public struct PersonFault: Error, Hashable, Sendable {
    /// Which of the details.
    public enum Field: String, Sendable {
        case name, email, language
        case privateEmail = "private-email"
    }

    /// Why it cannot be kept.
    public enum Reason: String, CaseIterable, Sendable {
        case missing, unusable, taken
        /// Whoever could change where such a person's mail goes could sign in as them.
        case notYours = "not-yours"
    }

    public let field: Field
    public let reason: Reason
}

extension Installation {
    /// Corrects what is known about somebody.
    ///
    /// - Parameter reader: Who corrects it: HR of the unit where the person works.
    /// - Throws: `PersonFault`, or `OperationError.noSuchPerson` also where the person is none of
    ///   the reader's; nothing has then changed.
    public func setDetails(
        of id: PersonID, _ details: PersonDetails, byHR reader: PersonID
    ) async throws {
        try await transact { transaction in
            let connection = transaction.connection
            let isOwn = try connection.count(
                "SELECT count(*) FROM person WHERE id = ? AND unit IN \(UnitScope.hr)",
                [.text(id.rawValue), .text(reader.rawValue)])
            if isOwn == 0 { throw OperationError.noSuchPerson(id) }
            if details.name.isEmpty { throw PersonFault(field: .name, reason: .missing) }
            guard details.name.utf8.count <= 400, (try? DisplayName(details.name)) != nil else {
                throw PersonFault(field: .name, reason: .unusable)
            }
            let email = try Self.address(details.email, .email)
            let own = try Self.address(details.privateEmail, .privateEmail)
            guard Wording.languages.contains(details.language) else {
                throw PersonFault(field: .language, reason: .unusable)
            }
            let known = try transaction.needPerson(id)
            if try transaction.answersBeyond(id, hr: reader) {
                if email != known.email { throw PersonFault(field: .email, reason: .notYours) }
                if own != known.privateEmail {
                    throw PersonFault(field: .privateEmail, reason: .notYours)
                }
            }
            if let email {
                let others = try connection.count(
                    "SELECT count(*) FROM person WHERE lower(email) = lower(?) AND id <> ?",
                    [.text(email), .text(id.rawValue)])
                if others > 0 { throw PersonFault(field: .email, reason: .taken) }
            }
            try connection.run(
                """
                UPDATE person SET name = ?, email = ?, private_email = ?, language = ?
                WHERE id = ?
                """,
                [
                    .text(details.name), SQLValue(email), SQLValue(own),
                    .text(details.language.rawValue), .text(id.rawValue),
                ])
        }
    }

    private static func address(
        _ text: String?, _ field: PersonFault.Field
    ) throws(PersonFault) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard let address = try? MailAddress(text) else {
            throw PersonFault(field: field, reason: .unusable)
        }
        return address.description
    }
}

extension Transaction {
    /// Whether somebody answers for more than a person does as HR: for units outside theirs, or
    /// for programmes, which belong to no unit.
    func answersBeyond(_ id: PersonID, hr reader: PersonID) throws -> Bool {
        if id == reader { return false }
        return try connection.count(
            """
            SELECT count(*) FROM (
                SELECT id FROM org_unit WHERE manager = ? AND id NOT IN \(UnitScope.hr)
                UNION ALL SELECT unit FROM unit_function
                WHERE person = ?
                    AND (function IN ('programme-owner', 'placement-coordinator')
                    OR unit NOT IN \(UnitScope.hr))) AS beyond
            """,
            [
                .text(id.rawValue), .text(reader.rawValue), .text(id.rawValue),
                .text(reader.rawValue),
            ]) > 0
    }
}
