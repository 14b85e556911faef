public import Engine
import JSONText
import Placements
import Wording

/// Why no allocation was made of a draft.
public enum DraftFault: Hashable, Sendable {
    /// What it was to be made from cannot be read any more.
    case damaged
    /// What was found breaks a rule, and was thrown away.
    case invalid
    /// The round as it was cannot be allocated, in a sentence of each language.
    case round(LocalizedText)

    /// Translated once, where the fault is found: who reads it later reads it in their language.
    init(_ fault: PlacementFault) {
        self = .round(
            LocalizedText(
                Dictionary(
                    uniqueKeysWithValues: Language.shipped.map {
                        ($0, Wording(language: $0).placementFault(fault))
                    })))
    }

    /// As it is stored.
    var text: String {
        switch self {
        case .damaged: "damaged"
        case .invalid: "invalid"
        case .round(let sentences): sentences.json.text
        }
    }

    init(text: String) {
        switch text {
        case "damaged": self = .damaged
        case "invalid": self = .invalid
        default:
            let known = JSON(text).flatMap { try? LocalizedText($0) }
            // Drafts from before keep the sentence that they have, which is English.
            self = .round(known ?? LocalizedText([.english: text]))
        }
    }
}
