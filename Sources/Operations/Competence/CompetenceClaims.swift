public import CivilCalendar
public import Competence
public import Engine
import Storage

/// Somebody's word that a person can do something, or a person's own claim of what they can.
public struct ClaimRequest: Hashable, Sendable {
    public var person: PersonID
    public var kind: EntryKind
    public var competence: CompetenceID
    public var level: LevelID
    public var form: CompetenceForm
    public var achievedOn: CivilDay
    /// What it rests on, in words.
    public var evidence: String

    /// - Parameter kind: `attested` or `priorLearning`.
    public init(
        person: PersonID, kind: EntryKind, competence: CompetenceID, level: LevelID,
        form: CompetenceForm = .informal, achievedOn: CivilDay, evidence: String
    ) {
        self.person = person
        self.kind = kind
        self.competence = competence
        self.level = level
        self.form = form
        self.achievedOn = achievedOn
        self.evidence = evidence
    }
}

/// What became of a word or a claim.
public enum ClaimOutcome: Hashable, Sendable {
    /// It is on record, under this number.
    case recorded(Int)
    /// It waits for so many more people.
    case waiting(claim: String, Int)
}

extension Installation {
    /// How long evidence and reasons may be, in characters.
    public static let longestEvidence = 2000

    /// Says that somebody can do something, or claims it for oneself.
    ///
    /// - Throws: `OperationError.competence`; nothing has then changed.
    public func claim(
        _ request: ClaimRequest, by person: PersonID, key: String? = nil
    ) async throws -> ClaimOutcome {
        let id = random.identifier("c")
        let salt = random.bytes(16)
        let fingerprint = "claim \(request) \(person)"
        let outcome = try await transact { transaction in
            let answer = try transaction.once(key, fingerprint: fingerprint) {
                try transaction.open(request, id, by: person, salt: salt).stored
            }
            return ClaimOutcome(stored: answer)
        }
        wakeUps.ring()
        guard let outcome else { throw OperationError.damaged("command log") }
        return outcome
    }

    /// Says that a claim that waits is right.
    ///
    /// - Throws: `OperationError.competence`; nothing has then changed.
    public func support(
        _ claim: String, by person: PersonID, key: String? = nil
    ) async throws -> ClaimOutcome {
        let salt = random.bytes(16)
        let outcome = try await transact { transaction in
            let answer = try transaction.once(key, fingerprint: "support \(claim) \(person)") {
                try transaction.support(claim, by: person, salt: salt).stored
            }
            return ClaimOutcome(stored: answer)
        }
        wakeUps.ring()
        guard let outcome else { throw OperationError.damaged("command log") }
        return outcome
    }

    /// Says that a claim is not right, or takes one's own back.
    ///
    /// - Throws: `OperationError.competence`; nothing has then changed.
    public func settle(
        _ claim: String, asRefusedBy person: PersonID, reason: String
    ) async throws {
        try await transact { try $0.refuse(claim, by: person, reason: reason) }
        wakeUps.ring()
    }

    /// Writes that an entry does not count any more.
    ///
    /// - Throws: `OperationError.competence`; nothing has then changed.
    @discardableResult
    public func revoke(
        _ number: Int, of subject: PersonID, by person: PersonID, reason: String,
        key: String? = nil
    ) async throws -> Int {
        let salt = random.bytes(16)
        let fingerprint = "revoke \(subject) \(number) \(person)"
        return try await transact { transaction in
            let answer = try transaction.once(key, fingerprint: fingerprint) {
                "\(try transaction.revoke(number, of: subject, by: person, reason, salt))"
            }
            return Int(answer) ?? 0
        }
    }
}

extension ClaimOutcome {
    fileprivate var stored: String {
        switch self {
        case .recorded(let number): "recorded \(number)"
        case .waiting(let claim, let missing): "waiting \(missing) \(claim)"
        }
    }

    fileprivate init?(stored: String) {
        let parts = stored.split(separator: " ")
        guard parts.count >= 2, let number = Int(parts[1]) else { return nil }
        self =
            parts[0] == "recorded"
            ? .recorded(number) : .waiting(claim: String(parts.last ?? ""), number)
    }
}

/// A claim as it is stored, while it waits and afterwards.
struct StoredClaim {
    let id: String
    let request: ClaimRequest
    let status: String
    let openedBy: PersonID
    let openedAt: Instant

    init?(_ row: any ResultRow) {
        guard let kind = EntryKind(rawValue: row.text(2)),
            let form = CompetenceForm(rawValue: row.text(5)), let day = CivilDay(row.text(6))
        else { return nil }
        id = row.text(0)
        request = ClaimRequest(
            person: PersonID(row.text(1)), kind: kind, competence: CompetenceID(row.text(3)),
            level: LevelID(row.text(4)), form: form, achievedOn: day, evidence: row.text(7))
        status = row.text(8)
        openedBy = PersonID(row.text(9))
        openedAt = Instant(milliseconds: row.integer(10))
    }

    static let columns = """
        id, person, kind, competence, level, form, achieved_on, evidence, status, opened_by, \
        opened_at
        """
}
