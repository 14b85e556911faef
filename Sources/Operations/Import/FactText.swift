public import Engine

/// Why a fact's text is not a value.
public struct FactTextError: Error, Hashable, Sendable {
    public let message: String
}

extension FactValue {
    /// Reads a fact as people type it: a choice, several with `|` between them, a number, or yes
    /// and no.
    public init(
        parsing text: String, for id: FactID, in programme: Programme
    ) throws(FactTextError) {
        guard let fact = programme.fact(id) else {
            let known = programme.facts.map(\.id.rawValue).joined(separator: ", ")
            throw FactTextError(message: "there is no fact \"\(id)\"; the programme has \(known)")
        }
        let value: FactValue?
        switch fact.type {
        case .oneOf: value = .choice(text)
        case .someOf: value = .choices(text.split(separator: "|").map(String.init))
        case .number: value = Double(text.replacing(",", with: ".")).map { .number($0) }
        case .yesOrNo:
            switch text.lowercased() {
            case "yes", "ja", "true", "1": value = .flag(true)
            case "no", "nei", "false", "0": value = .flag(false)
            default: value = nil
            }
        }
        guard let value, fact.type.allows(value) else {
            throw FactTextError(
                message: "\"\(text)\" is no value of \(id); use \(fact.type.hint)")
        }
        self = value
    }
}

extension FactType {
    /// What may be written, for an error message.
    var hint: String {
        switch self {
        case .oneOf(let choices): choices.map(\.id).joined(separator: ", ")
        case .someOf(let choices):
            choices.map(\.id).joined(separator: ", ") + ", several with | between them"
        case .number(let lowest, let highest): "a number from \(lowest) to \(highest)"
        case .yesOrNo: "yes or no"
        }
    }
}
