/// Something that a programme knows about a person and may ask about.
public struct Fact: Hashable, Sendable {
    public var id: FactID
    public var title: LocalizedText
    public var type: FactType
    public var isRequired: Bool

    public init(id: FactID, title: LocalizedText, type: FactType, isRequired: Bool = false) {
        self.id = id
        self.title = title
        self.type = type
        self.isRequired = isRequired
    }
}

/// The values that a fact can have.
public enum FactType: Hashable, Sendable {
    case oneOf([FactChoice])
    case someOf([FactChoice])
    /// A number within limits, both included.
    case number(from: Double, to: Double)
    case yesOrNo
}

/// A value to choose from, with the words that people read.
public struct FactChoice: Hashable, Sendable {
    public var id: String
    public var title: LocalizedText

    public init(id: String, title: LocalizedText) {
        self.id = id
        self.title = title
    }
}

/// A fact's value in one enrolment.
public enum FactValue: Hashable, Sendable {
    case choice(String)
    case choices([String])
    case number(Double)
    case flag(Bool)
}

/// When a step or a programme applies. It asks about declared facts only, so that the compiler can
/// check it and a person can read it.
public indirect enum Condition: Hashable, Sendable {
    case always
    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// The fact is one of these (for a fact with several values: shares one with these).
    case isOneOf(FactID, [String])
    /// The fact, which has several values, has none of these.
    case lacks(FactID, [String])
    case atLeast(FactID, Double)
    case atMost(FactID, Double)
    case isTrue(FactID, Bool)

    /// Whether the facts meet the condition. A fact that was not given meets nothing but `lacks`.
    public func holds(for facts: [FactID: FactValue]) -> Bool {
        switch self {
        case .always: return true
        case .all(let parts): return parts.allSatisfy { $0.holds(for: facts) }
        case .any(let parts): return parts.contains { $0.holds(for: facts) }
        case .not(let part): return !part.holds(for: facts)
        case .isOneOf(let fact, let values):
            return Self.shares(facts[fact], values)
        case .lacks(let fact, let values):
            return !Self.shares(facts[fact], values)
        case .atLeast(let fact, let limit):
            if case .number(let value)? = facts[fact] { return value >= limit }
            return false
        case .atMost(let fact, let limit):
            if case .number(let value)? = facts[fact] { return value <= limit }
            return false
        case .isTrue(let fact, let expected):
            if case .flag(let value)? = facts[fact] { return value == expected }
            return false
        }
    }

    /// Whether the fact has one of the values. Lists of choices are short: no set is made of them.
    private static func shares(_ value: FactValue?, _ values: [String]) -> Bool {
        switch value {
        case .choice(let choice): values.contains(choice)
        case .choices(let choices): choices.contains { values.contains($0) }
        case .number, .flag, nil: false
        }
    }
}
