import CEmbedded
import Cryptography
import Engine
import Wording

/// The templates and the stylesheet, as they were compiled in.
enum PageTemplates {
    private static var files: [(name: String, text: String)] {
        var files: [(name: String, text: String)] = []
        var next = embedded_templates()
        while let file = next?.pointee, let name = file.name, let text = file.text {
            files.append((String(cString: name), String(cString: text)))
            next = next?.successor()
        }
        return files
    }

    /// What could not be read of them, for the start of the service to refuse.
    static let faults: [String] = loaded.faults

    /// A template in a language; English where there is none in that.
    static func template(_ name: String, in language: Language) -> PageTemplate? {
        loaded.templates[language]?[name] ?? loaded.templates[.english]?[name]
    }

    static let stylesheet = packed(files.first { $0.name == "style.css" }?.text ?? "")
    /// Changes with the stylesheet, so that it may be kept for ever.
    static let stylesheetVersion = Cryptography.hex(Cryptography.sha256(stylesheet).prefix(8))

    /// CSS without its remarks, and with as little white space as means the same.
    static func packed(_ css: String) -> [UInt8] {
        let remarks = #//\*[^*]*\*+([^/*][^*]*\*+)*//#
        let text = css.replacing(remarks, with: "")
            .replacing(#/\s+/#, with: " ").replacing(#/ ?([{};,]) ?/#) { $0.output.1 }
            .replacing(";}", with: "}").replacing(": ", with: ":")
        return Array(text.utf8)
    }

    /// The text of every template, for the tests that read them.
    static var sources: [(name: String, text: String)] {
        files.filter { !$0.name.hasSuffix(".css") }
    }

    private static let loaded: (templates: [Language: [String: PageTemplate]], faults: [String]) = {
        let sources = Dictionary(
            Self.sources.map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
        var templates: [Language: [String: PageTemplate]] = [:]
        var faults: [String] = []
        for language in Wording.languages {
            let wording = Wording(language: language)
            for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
                do throws(PageTemplate.Fault) {
                    templates[language, default: [:]][name] = try PageTemplate(
                        text, words: { wording.ifSaid("page.\($0)") }, partial: { sources[$0] })
                } catch {
                    faults.append("\(name).mustache, \(language): \(error.message)")
                }
            }
        }
        return (templates, faults)
    }()
}

extension Wording {
    /// The text of a key, or nil where there is none.
    fileprivate func ifSaid(_ key: String) -> String? {
        let text = text(key)
        return text == "[\(key)]" ? nil : text
    }
}
