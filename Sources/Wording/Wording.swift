import CEmbedded
public import Engine
import Synchronization

/// What Ombord's code says to people, in their language.
///
/// All of it stands in `Languages/`, the same few files for each language; code names a text by its
/// key. What a programme says is in the programme.
public struct Wording: Sendable {
    /// The language that is spoken, which is not always the one that was asked for.
    public let language: Language
    /// The language's own catalogue, and those that stand in for what it lacks.
    private let catalogues: [Catalogue]

    /// The words for a reader of a language; bokmål for other Norwegian, English for any other.
    public init(language: Language) {
        let chosen = Self.spoken(language)
        self.language = chosen
        let standIn: Language = chosen == .nynorsk ? .bokmål : .english
        let order = chosen == .bokmål || chosen == standIn ? [chosen] : [chosen, standIn]
        catalogues = Self.shelf.withLock { shelf in order.compactMap { shelf.catalogues[$0] } }
    }

    /// The languages that can be spoken: those that came with the program, then those learnt.
    public static var languages: [Language] { shelf.withLock { $0.languages } }

    /// The text of a key with its values filled in; the key in brackets where there is no text.
    public func text(_ key: String, _ values: [String: String] = [:]) -> String {
        optionalText(key, values) ?? "[\(key)]"
    }

    func optionalText(_ key: String, _ values: [String: String] = [:]) -> String? {
        for catalogue in catalogues {
            if let text = catalogue.text(key, values) { return text }
        }
        return nil
    }

    /// Reads a language's files anew.
    ///
    /// - Throws: what is wrong with them, located. The service speaks on with the languages whose
    ///   files are right; a test holds that all are.
    public static func catalogue(_ language: Language) throws(WordingFault) -> Catalogue {
        let parts = files(of: language)
        if parts.isEmpty {
            throw WordingFault(
                file: "\(language).yaml", line: 1, column: 1, message: "there is no such file")
        }
        var catalogue = Catalogue(empty: language)
        for part in parts {
            try catalogue.add(part.text, file: "\(part.name).yaml")
        }
        return catalogue
    }

    private typealias Part = (name: String, text: String)

    /// The files that came with the program: `nb.yaml`, `nb-admin.yaml` and so on.
    private static func files(of language: Language) -> [Part] {
        var parts: [Part] = []
        var next = embedded_languages()
        while let file = next?.pointee, let name = file.name, let text = file.text {
            let name = String(cString: name)
            if name == language.rawValue || name.hasPrefix(language.rawValue + "-") {
                parts.append((name, String(cString: text)))
            }
            next = next?.successor()
        }
        return parts
    }

    /// Learns a language from files that did not come with the program.
    ///
    /// - Returns: the keys of the texts that the files lack, sorted; another language stands in.
    /// - Throws: the first fault that is found, located; nothing is learnt then. A text that there
    ///   is no use for is one, and so is a placeholder that has no value.
    @discardableResult
    public static func learn(
        _ language: Language, files: [(name: String, text: String)]
    ) throws(WordingFault) -> [String] {
        let model = try catalogue(.bokmål)
        var learnt = Catalogue(empty: language)
        for file in files {
            try learnt.add(file.text, file: file.name, like: model)
        }
        let catalogue = learnt
        shelf.withLock { shelf in
            if !shelf.languages.contains(language) { shelf.languages.append(language) }
            shelf.catalogues[language] = catalogue
        }
        return Set(model.keys).subtracting(learnt.keys).sorted()
    }

    private struct Shelf {
        var languages: [Language]
        var catalogues: [Language: Catalogue] = [:]
    }

    /// Changed only while the program starts, by `learn`.
    private static let shelf: Mutex<Shelf> = {
        // Those whose files come with the program.
        var shelf = Shelf(languages: [.bokmål, .nynorsk, .english])
        for language in shelf.languages {
            shelf.catalogues[language] = (try? catalogue(language)) ?? Catalogue(empty: language)
        }
        return Mutex(shelf)
    }()

    /// `nn-NO` is nynorsk, `no` is bokmål.
    private static func spoken(_ language: Language) -> Language {
        let languages = languages
        if languages.contains(language) { return language }
        let primary = language.rawValue.split(separator: "-").first.map { $0.lowercased() } ?? ""
        if primary == "no" { return .bokmål }
        return languages.first { $0.rawValue == primary } ?? .english
    }
}
