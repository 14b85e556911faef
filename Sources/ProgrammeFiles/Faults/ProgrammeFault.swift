/// What can be wrong with a programme file or a framework file, free of any language.
///
/// Everything that a compilation can say is a case of one of these. What it is called in a
/// person's language is a text with the fault's code as its key; `Wording` says it.
public enum ProgrammeFault: Hashable, Sendable {
    case file(FileFault)
    case place(PlaceFault)
    case shape(ShapeFault)
    case name(NameFault)
    case id(IDFault)
    case role(RoleFault)
    case declaration(DeclarationFault)
    case condition(ConditionFault)
    case step(StepFault)
    case timing(TimingFault)
    case rule(RuleFault)
    case framework(FrameworkFault)

    /// What is said, and with which values.
    public var phrase: FaultPhrase {
        switch self {
        case .file(let fault): fault.phrase
        case .place(let fault): fault.phrase
        case .shape(let fault): fault.phrase
        case .name(let fault): fault.phrase
        case .id(let fault): fault.phrase
        case .role(let fault): fault.phrase
        case .declaration(let fault): fault.phrase
        case .condition(let fault): fault.phrase
        case .step(let fault): fault.phrase
        case .timing(let fault): fault.phrase
        case .rule(let fault): fault.phrase
        case .framework(let fault): fault.phrase
        }
    }

    /// The fault's name for programs: it stays the same when the texts change.
    public var code: String { phrase.key }
}

/// A text of a catalogue by its key, with what fills its places.
public struct FaultPhrase: Hashable, Sendable {
    /// What stands in a place of a text.
    public enum Value: Hashable, Sendable {
        /// As it stands in the file: a name, a number.
        case verbatim(String)
        case phrase(FaultPhrase)
        /// Several things, and what stands between them in every language.
        case list([Value], separator: String)

        static let nothing = Value.verbatim("")

        static func number(_ number: Int) -> Value { .verbatim("\(number)") }

        /// A part of a sentence that has a text of its own.
        static func part(_ key: String, _ values: [String: Value] = [:]) -> Value {
            .phrase(FaultPhrase(key: "part.\(key)", values: values))
        }

        /// Names in quotation marks.
        static func quoted(_ names: [String]) -> Value {
            .verbatim(names.map { "'\($0)'" }.joined(separator: ", "))
        }
    }

    public var key: String
    public var values: [String: Value]

    init(key: String, values: [String: Value]) {
        self.key = key
        self.values = values
    }

    init(_ code: FaultCode, _ values: [String: Value] = [:]) {
        self.init(key: code.rawValue, values: values)
    }
}

extension FaultPhrase: CustomStringConvertible {
    /// For logs and programmers: the key, and the values in the order of their names.
    public var description: String {
        if values.isEmpty { return key }
        let fields = values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return "\(key)(\(fields.joined(separator: ", ")))"
    }
}

extension FaultPhrase.Value: CustomStringConvertible {
    /// What stands there, parts by their keys.
    public var description: String {
        switch self {
        case .verbatim(let text): text
        case .phrase(let phrase): phrase.description
        case .list(let values, let separator):
            values.map(\.description).joined(separator: separator)
        }
    }
}
