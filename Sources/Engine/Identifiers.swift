/// A name that a programme file or the database gives to something; never shown as it is.
public protocol TextIdentifier: RawRepresentable, Hashable, Sendable, Comparable,
    ExpressibleByStringLiteral, CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension TextIdentifier {
    public init(_ text: some StringProtocol) { self.init(rawValue: String(text)) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The name of a programme: stable over its versions.
public struct ProgrammeID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a step, unique in its programme and stable over the programme's versions.
public struct StepID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a role that a programme gives to people.
public struct RoleID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The person whom the enrolment is about.
    public static let participant: RoleID = "participant"
    /// The nearest leader, who answers for the introduction (Dok. 24 § 13).
    public static let lineManager: RoleID = "line-manager"
    /// The leader of the nearest leader, up the unit tree.
    public static let managersManager: RoleID = "managers-manager"
    public static let mentor: RoleID = "mentor"
    public static let hr: RoleID = "hr"
}

/// The name of a date that offsets count from.
public struct AnchorID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a fact that conditions may ask about.
public struct FactID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A person, as the database names one. Names and addresses stay out of the engine.
public struct PersonID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One person in one version of one programme, as the database names it.
public struct EnrolmentID: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A language as BCP 47 writes it: `nb`, `nn`, `en`.
public struct Language: TextIdentifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let bokmål: Language = "nb"
    public static let nynorsk: Language = "nn"
    public static let english: Language = "en"
    /// The languages that every shipped text is written in.
    public static let shipped: [Language] = [.bokmål, .nynorsk, .english]
}
