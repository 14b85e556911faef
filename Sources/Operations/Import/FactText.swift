public import Engine
public import Wording

/// Why a fact's text is not a value.
public enum FactTextError: Error, Hashable, Sendable {
    case noSuchFact(FactID, known: [FactID])
    case noValue(String, of: FactID, type: FactType)

    /// What is wrong and what may be written, without its end.
    public func sentence(_ wording: Wording) -> String {
        switch self {
        case .noSuchFact(let id, let known):
            return wording.text(
                "fact-text.no-such-fact",
                ["fact": "\(id)", "known": known.map(\.rawValue).joined(separator: ", ")])
        case .noValue(let text, let id, let type):
            return wording.text(
                "fact-text.no-value", ["text": text, "fact": "\(id)", "hint": type.hint(wording)])
        }
    }
}

extension FactValue {
    /// Reads a fact as people type it: a choice, several with `|` between them, a number, or yes
    /// and no.
    public init(
        parsing text: String, for id: FactID, in programme: Programme
    ) throws(FactTextError) {
        guard let fact = programme.fact(id) else {
            throw .noSuchFact(id, known: programme.facts.map(\.id))
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
            throw .noValue(text, of: id, type: fact.type)
        }
        self = value
    }
}

extension FactType {
    /// What may be written, for an error message.
    fileprivate func hint(_ wording: Wording) -> String {
        func said(_ key: String, _ values: [String: String] = [:]) -> String {
            wording.text("fact-text.\(key)", values)
        }
        switch self {
        case .oneOf(let choices): return choices.map(\.id).joined(separator: ", ")
        case .someOf(let choices):
            return said(
                "several", ["values": choices.map(\.id).joined(separator: ", "), "sign": "|"])
        case .number(let lowest, let highest):
            return said("number", ["from": "\(lowest)", "to": "\(highest)"])
        case .yesOrNo: return said("yes-or-no")
        }
    }
}
