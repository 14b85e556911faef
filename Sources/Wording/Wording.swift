public import Engine

/// What Ombord's code says to people, in their language.
///
/// All of it stands in `Languages/`, one file for each language; code names a text by its key. What
/// a programme says is in the programme.
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
        catalogues = order.compactMap { Self.loaded[$0] }
    }

    /// The languages that there is a file for.
    public static let languages: [Language] = files.map(\.language)

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

    /// Reads a language's file anew.
    ///
    /// - Throws: what is wrong with it, located. The service speaks on with the languages whose
    ///   files are right; a test holds that all are.
    public static func catalogue(_ language: Language) throws(WordingFault) -> Catalogue {
        guard let file = files.first(where: { $0.language == language }) else {
            throw WordingFault(
                file: "\(language).yaml", line: 1, column: 1, message: "there is no such file")
        }
        return try Catalogue(
            String(decoding: file.bytes, as: UTF8.self), language: language,
            file: "\(language).yaml")
    }

    /// The embedded files. A new language is a file in `Languages/` and its line here.
    private static let files: [(language: Language, bytes: [UInt8])] = [
        (.bokmål, PackageResources.nb_yaml),
        (.nynorsk, PackageResources.nn_yaml),
        (.english, PackageResources.en_yaml),
    ]

    private static let loaded: [Language: Catalogue] = {
        var loaded: [Language: Catalogue] = [:]
        for language in languages {
            loaded[language] = (try? catalogue(language)) ?? Catalogue(empty: language)
        }
        return loaded
    }()

    /// `nn-NO` is nynorsk, `no` is bokmål.
    private static func spoken(_ language: Language) -> Language {
        if languages.contains(language) { return language }
        let primary = language.rawValue.split(separator: "-").first.map { $0.lowercased() } ?? ""
        if primary == "no" { return .bokmål }
        return languages.first { $0.rawValue == primary } ?? .english
    }
}
