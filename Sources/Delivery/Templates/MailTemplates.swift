import FoundationEssentials
import Mustache

/// Something wrong in a folder of mail templates, and where.
public struct MailTemplateProblem: Hashable, Sendable, CustomStringConvertible {
    public let path: String
    public let line: Int
    public let fault: MailTemplateFault

    public init(path: String, line: Int, fault: MailTemplateFault) {
        self.path = path
        self.line = line
        self.fault = fault
    }

    /// For logs and programmers: the fault by its code and values.
    public var description: String {
        let values = fault.values.sorted { $0.key < $1.key }.map(\.value)
        return (["\(path):\(line): \(fault.code)"] + values).joined(separator: " | ")
    }
}

/// Every problem of a folder of mail templates.
public struct MailTemplateProblems: Error, Sendable, CustomStringConvertible {
    public let problems: [MailTemplateProblem]

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Why a mail could not be written.
public enum MailRenderingError: Error, Hashable, Sendable {
    case missingValue(MailKind, String)
    /// The value is of another shape than the kind declares, or is not an http address.
    case wrongValue(MailKind, String)
}

/// A mail's words, ready for a message.
public struct RenderedMail: Hashable, Sendable {
    /// The language that was found, which the HTML declares.
    public let language: MailLanguage
    /// One line.
    public let subject: String
    public let text: String
    public let html: String
}

/// The templates of a folder, checked as a whole when they are loaded.
///
/// `layout.html` and `layout.txt` are shared. Each language folder holds `frame.mustache` (words
/// around every mail), `samples.txt` (values for previews) and one file per kind of mail. A mail's
/// body is written once, as paragraphs and `- ` lists; both the text and the HTML are made of it,
/// so that they cannot say different things.
public struct MailTemplates: Sendable {
    private struct Language: Sendable {
        let greeting: MustacheTemplate
        let automatic: MustacheTemplate
        let questions: MustacheTemplate
        let acts: MailActWords
        let kinds: [MailKind: Kind]
        let samples: [String: String]
    }

    private struct Kind: Sendable {
        let subject: MustacheTemplate
        let button: MustacheTemplate
        let body: MustacheTemplate
    }

    /// Where the templates lie.
    public let folder: String
    private let htmlLayout: MustacheTemplate
    private let textLayout: MustacheTemplate
    private let languages: [MailLanguage: Language]

    /// Loads and checks every template, and reports all that is wrong at once.
    public init(folder: String) throws(MailTemplateProblems) {
        self.folder = folder
        var loader = Loader(folder: folder)
        let html = loader.layout("layout.html", escaping: true)
        let text = loader.layout("layout.txt", escaping: false)
        var languages: [MailLanguage: Language] = [:]
        for language in loader.languages() { languages[language] = loader.language(language) }
        if languages.isEmpty {
            loader.report(loader.name, 1, .noLanguages)
        }
        guard let html, let text, loader.problems.isEmpty else {
            throw MailTemplateProblems(problems: loader.problems)
        }
        htmlLayout = html
        textLayout = text
        self.languages = languages
    }

    /// Writes a mail in the language, or in the nearest that the folder has.
    ///
    /// - Parameter values: all that the kind requires. Values that it does not know are ignored.
    public func render(
        _ kind: MailKind, language: MailLanguage, values: [String: MailValue]
    ) throws(MailRenderingError) -> RenderedMail {
        let context = try Self.context(values, kind.variables, kind: kind)
        guard let (found, words) = nearest(language), let template = words.kinds[kind] else {
            // Loading has made sure of every kind in every language that is there.
            throw .missingValue(kind, "template")
        }
        let blocks = MailBlock.blocks(of: template.body.render(context))
        let subject = Self.oneLine(template.subject.render(context))
        let linkText = context["linkText"] as? String
        var frame: [String: Any] = [
            "language": found.rawValue,
            "subject": subject,
            "greeting": Self.oneLine(words.greeting.render(context)),
            "automatic": Self.oneLine(words.automatic.render(context)),
            "questions": Absent.orText(Self.oneLine(words.questions.render(context))),
            "button": linkText ?? Self.oneLine(template.button.render(context)),
            "link": context["link"] ?? Absent(),
            "why": context["why"] ?? Absent(),
            "blocks": blocks.map(\.context),
            "acts": words.acts.lines(context),
        ]
        let html = htmlLayout.render(frame)
        frame["body"] = MailBlock.text(of: blocks)
        return RenderedMail(
            language: found, subject: subject, text: textLayout.render(frame), html: html)
    }

    /// Made-up values for a preview of the kind, from the folder's own samples.
    public func sampleValues(_ kind: MailKind, language: MailLanguage) -> [String: MailValue] {
        let samples = nearest(language)?.words.samples ?? [:]
        func values(_ variables: [MailVariable], suffix: String) -> [String: MailValue] {
            var result: [String: MailValue] = [:]
            for variable in variables {
                switch variable.shape {
                case .flag: result[variable.name] = .flag(samples[variable.name] == "yes")
                case .list(let fields):
                    result[variable.name] = .list(
                        [".1", ".2"].map { values(fields, suffix: $0) })
                case .line, .text, .link:
                    let text = samples[variable.name + suffix] ?? samples[variable.name]
                    result[variable.name] = text.map { text in
                        .text(text.replacing("\\n", with: "\n"))
                    }
                }
            }
            return result
        }
        return values(kind.variables, suffix: "")
    }

    private func nearest(_ language: MailLanguage) -> (language: MailLanguage, words: Language)? {
        for candidate in language.fallbacks {
            if let words = languages[candidate] { return (candidate, words) }
        }
        return nil
    }

    private static func oneLine(_ text: String) -> String { MIMEText.oneLine(text) }

    /// The values in the form that Mustache reads, each made to fit its declared shape.
    private static func context(
        _ values: [String: MailValue], _ variables: [MailVariable], kind: MailKind
    ) throws(MailRenderingError) -> [String: any Sendable] {
        var context: [String: any Sendable] = [:]
        for variable in variables {
            let name = variable.name
            var prepared: (any Sendable)?
            switch (variable.shape, values[name]) {
            case (_, nil): break
            case (.line, .text(let text)): prepared = Absent.nonEmpty(oneLine(text))
            case (.text, .text(let text)): prepared = Absent.nonEmpty(text)
            case (.link, .text(let text)):
                guard text.hasPrefix("https://") || text.hasPrefix("http://"),
                    oneLine(text) == text
                else { throw .wrongValue(kind, name) }
                prepared = text
            case (.flag, .flag(let flag)): prepared = flag
            case (.list(let fields), .list(let items)):
                var list: [[String: any Sendable]] = []
                for item in items { list.append(try Self.context(item, fields, kind: kind)) }
                prepared = list
            default: throw .wrongValue(kind, name)
            }
            if prepared == nil, variable.isRequired { throw .missingValue(kind, name) }
            context[name] = prepared ?? Absent()
        }
        return context
    }

    /// Reads the folder and gathers what is wrong with it.
    private struct Loader {
        let folder: String
        let name: String
        private(set) var problems: [MailTemplateProblem] = []

        init(folder: String) {
            self.folder = folder
            name = folder.split(separator: "/").last.map(String.init) ?? folder
        }

        mutating func report(_ path: String, _ line: Int, _ fault: MailTemplateFault) {
            problems.append(MailTemplateProblem(path: path, line: line, fault: fault))
        }

        func hasFolder(_ path: String) -> Bool {
            var isFolder = false
            return FileManager.default.fileExists(
                atPath: "\(folder)/\(path)", isDirectory: &isFolder) && isFolder
        }

        /// A folder within is a language, named by its code: `pl`, `zh-Hant`.
        func languages() -> [MailLanguage] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let found = names.sorted().filter { name in
                (2...3).contains(name.prefix { $0 != "-" }.utf8.count)
                    && name.allSatisfy { $0 == "-" || $0.isASCII && $0.isLetter }
                    && hasFolder(name)
            }.map(MailLanguage.init)
            let shipped = MailLanguage.shipped
            return shipped.filter(found.contains) + found.filter { !shipped.contains($0) }
        }

        mutating func layout(_ path: String, escaping: Bool) -> MustacheTemplate? {
            guard let text = read(path) else { return nil }
            var file = TemplateFile(path: "\(name)/\(path)", text: "")
            let template = file.compile(
                text, from: 1, variables: MailBlock.layoutVariables, escaping: escaping)
            problems += file.problems
            return template
        }

        mutating func language(_ language: MailLanguage) -> Language? {
            let folder = language.rawValue
            reportStrangers(in: folder)
            var kinds: [MailKind: Kind] = [:]
            for kind in MailKind.allCases {
                guard var file = template("\(folder)/\(kind.rawValue).mustache") else { continue }
                let variables = kind.variables
                let subject = file.field("subject", variables: variables)
                let button = file.field("button", variables: variables)
                let body = file.compile(
                    file.body.text, from: file.body.line, variables: variables)
                problems += file.problems
                if let subject, let button, let body {
                    kinds[kind] = Kind(subject: subject, button: button, body: body)
                }
            }
            let samples = template("\(folder)/samples.txt")?.fields.mapValues(\.text) ?? [:]
            guard var frame = template("\(folder)/frame.mustache") else { return nil }
            let greeting = frame.field("greeting", variables: MailKind.frame)
            let automatic = frame.field("automatic", variables: MailKind.frame)
            let questions = frame.field("questions", variables: MailKind.frame)
            let acts = MailActWords(&frame)
            problems += frame.problems
            guard let greeting, let automatic, let questions, let acts else { return nil }
            return Language(
                greeting: greeting, automatic: automatic, questions: questions, acts: acts,
                kinds: kinds, samples: samples)
        }

        private mutating func reportStrangers(in path: String) {
            let known = Set(
                MailKind.allCases.map { "\($0.rawValue).mustache" }
                    + ["frame.mustache", "samples.txt"])
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)"))
            for file in (names ?? []).sorted() where !known.contains(file) {
                report("\(name)/\(path)/\(file)", 1, .noSuchKind)
            }
        }

        private mutating func template(_ path: String) -> TemplateFile? {
            read(path).map { TemplateFile(path: "\(name)/\(path)", text: $0) }
        }

        private mutating func read(_ path: String) -> String? {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)") else {
                report("\(name)/\(path)", 1, .fileMissing)
                return nil
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                report("\(name)/\(path)", 1, .notUTF8)
                return nil
            }
            return text
        }
    }
}
