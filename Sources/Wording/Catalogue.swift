public import Engine
import Yams

/// What is wrong with a language file, and where.
public struct WordingFault: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// Counted from one.
    public var line: Int
    /// Counted from one.
    public var column: Int
    public var message: String

    /// `file:line:column: message`.
    public var description: String { "\(file):\(line):\(column): \(message)" }
}

/// The texts of one language, by key: `why.date.before`.
public struct Catalogue: Sendable {
    public let language: Language
    private var texts: [String: Template]

    /// Reads a language file: maps within maps, and texts in the innermost.
    ///
    /// - Throws: the first fault that is found.
    public init(
        _ yaml: String, language: Language, file: String
    ) throws(WordingFault) {
        self.init(empty: language)
        try add(yaml, file: file)
    }

    /// Reads another file of the same language, which must not say again what is said.
    ///
    /// - Parameter model: what there is to be said; another text, or another value in a text, is a
    ///   fault.
    /// - Throws: the first fault that is found; nothing is added then.
    mutating func add(_ yaml: String, file: String, like model: Catalogue? = nil)
        throws(WordingFault)
    {
        var texts = texts
        try Self.read(Self.parse(yaml, file), [], file, model, &texts)
        self.texts = texts
    }

    private func complaint(_ key: String, _ template: Template) -> String? {
        guard let known = texts[key] else { return "\(key) is no text of Ombord" }
        let strange = template.placeholders.subtracting(known.placeholders)
        return strange.min().map { "\(key): there is no value {\($0)}" }
    }

    init(empty language: Language) {
        self.language = language
        texts = [:]
    }

    /// The keys of all texts, sorted.
    public var keys: [String] { texts.keys.sorted() }

    /// The names of the values that a text takes, or nil where there is no such text.
    public func placeholders(_ key: String) -> Set<String>? {
        texts[key]?.placeholders
    }

    func text(_ key: String, _ values: [String: String]) -> String? {
        texts[key]?.filled(with: values)
    }

    private static func parse(_ yaml: String, _ file: String) throws(WordingFault) -> Node {
        do {
            // No tags are guessed: that takes regular expressions, and their tables of characters.
            if let node = try Yams.compose(yaml: yaml, .basic) { return node }
        } catch let error as YamlError {
            throw WordingFault(yaml: error, file: file)
        } catch {
            throw WordingFault(file: file, line: 1, column: 1, message: "\(error)")
        }
        throw WordingFault(file: file, line: 1, column: 1, message: "the file is empty")
    }

    private static func read(
        _ node: Node, _ path: [String], _ file: String, _ model: Catalogue?,
        _ texts: inout [String: Template]
    ) throws(WordingFault) {
        func fault(_ node: Node, _ message: String) -> WordingFault {
            WordingFault(
                file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1,
                message: message)
        }
        switch node {
        case .mapping(let mapping):
            for (keyNode, value) in mapping {
                guard let key = keyNode.scalar?.string, isKey(key) else {
                    throw fault(keyNode, "a key is small letters, digits and hyphens")
                }
                try read(value, path + [key], file, model, &texts)
            }
        case .scalar(let scalar):
            let key = path.joined(separator: ".")
            if path.isEmpty { throw fault(node, "expected keys and texts") }
            if scalar.string.allSatisfy(\.isWhitespace) {
                throw fault(node, "\(key) has no text")
            }
            guard let template = Template(scalar.string) else {
                throw fault(node, "\(key): a placeholder is written {name}")
            }
            if let complaint = model?.complaint(key, template) { throw fault(node, complaint) }
            if texts.updateValue(template, forKey: key) != nil {
                throw fault(node, "\(key) is said already in another file")
            }
        case .sequence, .alias:
            throw fault(node, "\(path.joined(separator: ".")) is not a text")
        }
    }

    private static func isKey(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-")
            }
    }
}

/// A text with places for values, cut up once so that filling it in is joining.
private struct Template: Sendable {
    private enum Part {
        case literal(String)
        case placeholder(String)
    }

    private var parts: [Part] = []

    /// Nil where a brace is not part of a placeholder.
    init?(_ text: String) {
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                return nil
            }
            let name = rest[rest.index(after: open)..<close]
            guard !name.isEmpty, name.allSatisfy(\.isLetter) else { return nil }
            if open > rest.startIndex { parts.append(.literal(String(rest[..<open]))) }
            parts.append(.placeholder(String(name)))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
    }

    var placeholders: Set<String> {
        Set(
            parts.compactMap { part in
                if case .placeholder(let name) = part { return name }
                return nil
            })
    }

    /// A value that is not given leaves its placeholder, so that the gap is seen.
    func filled(with values: [String: String]) -> String {
        parts.map { part in
            switch part {
            case .literal(let text): text
            case .placeholder(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }
}

extension WordingFault {
    fileprivate init(yaml error: YamlError, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(file: file, line: mark.line, column: mark.column, message: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                file: file, line: context.mark.line, column: context.mark.column,
                message: "written twice: \(duplicates.joined(separator: ", "))")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self.init(file: file, line: 1, column: 1, message: "\(error)")
        }
    }
}
