public import Engine

extension Attester {
    /// In what capacity whoever has a role of a programme may vouch for its participant; nil where
    /// having the role gives nobody's word any weight.
    public init?(_ role: Role) {
        if role.id == .participant {
            self = .own
            return
        }
        guard let capacity = Attester(rawValue: (role.vouchesAs ?? role.id).rawValue),
            capacity != .own
        else { return nil }
        self = capacity
    }
}

/// Whether completing a step is enough for what it records.
public enum StepAttestation: Hashable, Sendable {
    /// Whoever completes it, the rule is met, as long as each role is another person.
    case assured
    /// It is met by some of those who may complete it.
    case depends
    /// It is met by none of them, nor by all together.
    case never
}

extension AttestationRule {
    /// Whether the people who complete a step meet the rule.
    public func attestation(by step: Step, in programme: Programme) -> StepAttestation {
        func counts(_ id: RoleID) -> Bool {
            guard let capacity = programme.role(id).flatMap({ Attester($0) }) else { return false }
            return by.contains(capacity) && (capacity != .own || persons == 1)
        }
        let asked = step.signers
        let counting = asked.roles.filter(counts)
        let isAssured =
            switch asked.rule {
            case .anyOf: persons == 1 && counting.count == asked.roles.count
            case .allOf, .eitherThenOther:
                Set(counting.filter { !programme.mayStayEmpty($0) }).count >= persons
            }
        if isAssured { return .assured }
        // Whoever does a step may say so beside those who are asked; of these, where any of them
        // is enough, only one is heard.
        let beside = Set(step.actors.roles.filter(counts)).subtracting(asked.roles)
        let heard =
            switch asked.rule {
            case .anyOf: min(1, counting.count)
            case .allOf, .eitherThenOther: Set(counting).count
            }
        return heard + beside.count >= persons ? .depends : .never
    }
}
