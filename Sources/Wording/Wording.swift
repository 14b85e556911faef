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
        guard let found = files.first(where: { $0.language == language }) else {
            throw WordingFault(
                file: "\(language).yaml", line: 1, column: 1, message: "there is no such file")
        }
        var catalogue = Catalogue(empty: language)
        for part in found.parts {
            try catalogue.add(
                String(decoding: part.bytes, as: UTF8.self),
                file: "\(language)\(part.name).yaml")
        }
        return catalogue
    }

    private typealias Part = (name: String, bytes: [UInt8])

    /// The embedded files. A new language is its files in `Languages/` and its lines here.
    private static let files: [(language: Language, parts: [Part])] = [
        (
            .bokmål,
            [
                ("", PackageResources.nb_yaml),
                ("-admin", PackageResources.nb_admin_yaml),
                ("-board", PackageResources.nb_board_yaml),
                ("-competence", PackageResources.nb_competence_yaml),
                ("-diagnostics", PackageResources.nb_diagnostics_yaml),
                ("-entrance", PackageResources.nb_entrance_yaml),
                ("-mentors", PackageResources.nb_mentors_yaml),
                ("-people", PackageResources.nb_people_yaml),
                ("-placed", PackageResources.nb_placed_yaml),
                ("-placements", PackageResources.nb_placements_yaml),
                ("-placing", PackageResources.nb_placing_yaml),
            ]
        ),
        (
            .nynorsk,
            [
                ("", PackageResources.nn_yaml),
                ("-admin", PackageResources.nn_admin_yaml),
                ("-board", PackageResources.nn_board_yaml),
                ("-competence", PackageResources.nn_competence_yaml),
                ("-diagnostics", PackageResources.nn_diagnostics_yaml),
                ("-entrance", PackageResources.nn_entrance_yaml),
                ("-mentors", PackageResources.nn_mentors_yaml),
                ("-people", PackageResources.nn_people_yaml),
                ("-placed", PackageResources.nn_placed_yaml),
                ("-placements", PackageResources.nn_placements_yaml),
                ("-placing", PackageResources.nn_placing_yaml),
            ]
        ),
        (
            .english,
            [
                ("", PackageResources.en_yaml),
                ("-admin", PackageResources.en_admin_yaml),
                ("-board", PackageResources.en_board_yaml),
                ("-competence", PackageResources.en_competence_yaml),
                ("-diagnostics", PackageResources.en_diagnostics_yaml),
                ("-entrance", PackageResources.en_entrance_yaml),
                ("-mentors", PackageResources.en_mentors_yaml),
                ("-people", PackageResources.en_people_yaml),
                ("-placed", PackageResources.en_placed_yaml),
                ("-placements", PackageResources.en_placements_yaml),
                ("-placing", PackageResources.en_placing_yaml),
            ]
        ),
    ]

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
        var shelf = Shelf(languages: files.map(\.language))
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
