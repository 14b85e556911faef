public import Engine
import Storage
import Wording

extension Installation {
    /// Keeps how a person wants their notices, and in which language.
    ///
    /// Who wants each by itself gets those that wait to be gathered by themselves, too.
    ///
    /// - Parameter key: An idempotency key: the same wishes under it again change nothing.
    /// - Throws: `OperationError`; nothing has then changed.
    public func setMailWishes(
        of person: PersonID, digest: DigestWish, language: Language, key: String? = nil
    ) async throws {
        guard Wording.languages.contains(language) else {
            throw OperationError.invalid(field: "language", problem: .unknown(language.rawValue))
        }
        let fingerprint = "mail-wishes \(person) \(digest.rawValue) \(language)"
        _ = try await transact { transaction in
            try transaction.once(key, fingerprint: fingerprint) {
                _ = try transaction.needPerson(person)
                try transaction.connection.run(
                    "UPDATE person SET digest = ?, language = ? WHERE id = ?",
                    [.text(digest.rawValue), .text(language.rawValue), .text(person.rawValue)])
                if digest == .never {
                    try transaction.connection.run(
                        """
                        UPDATE message SET channel = 'mail'
                        WHERE status = 'queued' AND channel = 'digest' AND recipient = ?
                        """, [.text(person.rawValue)])
                }
                return ""
            }
        }
    }
}
