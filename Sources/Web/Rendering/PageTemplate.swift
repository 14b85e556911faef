/// A template of a page in one language: what is written as it stands, and the places to fill in.
///
/// The language is that part of Mustache which the pages use: `{{name}}`, `{{{name}}}`, `{{.}}`,
/// `{{#name}}…{{/name}}`, `{{^name}}…{{/name}}`, `{{! remark}}` and `{{> partial}}`, with tags that
/// stand alone on their line leaving no empty line behind. What `{{words.…}}` names is filled in
/// when the template is read, and partials are put in place, so that little is left to do for each
/// page. A test holds it against the Mustache library.
struct PageTemplate: Sendable {
    indirect enum Part: Sendable {
        case literal([UInt8])
        /// The names of `a.b`, each within the one before; none is the value itself.
        case value([String], isEscaped: Bool)
        case section([String], [Part])
        case inverted([String], [Part])
    }

    /// What is wrong with a template, in a plain sentence.
    struct Fault: Error, Hashable {
        let message: String
    }

    let parts: [Part]

    /// - Parameters:
    ///   - words: The text of `words.…` by its key.
    ///   - partial: The source of a partial by its name.
    init(
        _ source: String, words: @escaping (String) -> String?,
        partial: @escaping (String) -> String?
    ) throws(Fault) {
        var reader = TemplateReader(source: Array(source.utf8), words: words, partial: partial)
        parts = Self.joined(try reader.parts(until: nil as String?))
    }

    /// Literals that follow each other as one.
    private static func joined(_ parts: [Part]) -> [Part] {
        var joined: [Part] = []
        for part in parts {
            switch part {
            case .literal(let bytes):
                if bytes.isEmpty { continue }
                if case .literal(let before)? = joined.last {
                    joined[joined.count - 1] = .literal(before + bytes)
                } else {
                    joined.append(part)
                }
            case .value: joined.append(part)
            case .section(let name, let inner): joined.append(.section(name, Self.joined(inner)))
            case .inverted(let name, let inner): joined.append(.inverted(name, Self.joined(inner)))
            }
        }
        return joined
    }
}

/// Reads the source of a template.
private struct TemplateReader {
    private let source: [UInt8]
    private let words: (String) -> String?
    private let partial: (String) -> String?
    private var position = 0
    /// Whether nothing but spaces has been read on the line so far.
    private var isAtLineStart = true
    private var depth = 0

    init(
        source: [UInt8], words: @escaping (String) -> String?,
        partial: @escaping (String) -> String?
    ) {
        self.source = source
        self.words = words
        self.partial = partial
    }

    /// The parts up to the end of a section, or of the source.
    mutating func parts(until section: String?) throws(PageTemplate.Fault) -> [PageTemplate.Part] {
        var parts: [PageTemplate.Part] = []
        while true {
            let text = readText()
            guard position < source.count else {
                if let section { throw fault("{{#\(section)}} has no end") }
                parts.append(.literal(text))
                return parts
            }
            let (sign, name) = try readTag()
            // A tag that stands alone takes its line with it.
            var before = text
            let spaces = text.reversed().prefix { $0 == UInt8(ascii: " ") || $0 == 9 }.count
            let written = text.dropLast(spaces)
            let isFirst = written.isEmpty ? isAtLineStart : written.last == UInt8(ascii: "\n")
            let mayStandAlone = "#^/!>".utf8.contains(sign)
            if mayStandAlone, isFirst, endsLine() {
                if spaces > 0, sign == UInt8(ascii: ">") {
                    throw fault("{{> \(name)}} is indented")
                }
                before.removeLast(spaces)
                isAtLineStart = true
            } else {
                isAtLineStart = false
            }
            parts.append(.literal(before))
            switch sign {
            case UInt8(ascii: "!"): continue
            case UInt8(ascii: "/"):
                guard name == section else { throw fault("{{/\(name)}} ends nothing") }
                return parts
            case UInt8(ascii: "#"):
                parts.append(.section(names(name), try self.parts(until: name)))
            case UInt8(ascii: "^"):
                parts.append(.inverted(names(name), try self.parts(until: name)))
            case UInt8(ascii: ">"): parts += try included(name)
            case UInt8(ascii: "{"): parts.append(.value(names(name), isEscaped: false))
            default: parts.append(try value(name))
            }
        }
    }

    private func value(_ name: String) throws(PageTemplate.Fault) -> PageTemplate.Part {
        guard name.hasPrefix("words.") else { return .value(names(name), isEscaped: true) }
        guard let text = words(String(name.dropFirst(6))) else {
            throw fault("{{\(name)}} names no text")
        }
        var bytes: [UInt8] = []
        bytes.append(escaping: text)
        return .literal(bytes)
    }

    private mutating func included(
        _ name: String
    ) throws(PageTemplate.Fault) -> [PageTemplate.Part] {
        guard let inner = partial(name) else { throw fault("there is no template \(name)") }
        guard depth < 8 else { throw fault("{{> \(name)}} goes around in a ring") }
        var reader = TemplateReader(source: Array(inner.utf8), words: words, partial: partial)
        reader.depth = depth + 1
        return try reader.parts(until: nil)
    }

    /// Everything up to the next tag or the end.
    private mutating func readText() -> [UInt8] {
        let start = position
        while position < source.count {
            if source[position] == UInt8(ascii: "{"), position + 1 < source.count,
                source[position + 1] == UInt8(ascii: "{")
            {
                break
            }
            position += 1
        }
        return Array(source[start..<position])
    }

    /// The sign of a tag, 0 for a plain one, and its name.
    private mutating func readTag() throws(PageTemplate.Fault) -> (UInt8, String) {
        var start = position + 2
        var sign: UInt8 = 0
        if start < source.count, "#^/!>{".utf8.contains(source[start]) {
            sign = source[start]
            start += 1
        }
        var end = start
        while end + 1 < source.count, source[end] != 125 || source[end + 1] != 125 { end += 1 }
        guard end + 1 < source.count else { throw fault("a tag has no end") }
        position = end + 2
        if sign == UInt8(ascii: "{") {
            guard position < source.count, source[position] == 125 else {
                throw fault("a tag has no end")
            }
            position += 1
        }
        let name = String(decoding: source[start..<end], as: UTF8.self).trimmed
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard sign == UInt8(ascii: "!") || isName && !name.isEmpty else {
            throw fault("{{\(name)}} is no name")
        }
        return (sign, name)
    }

    /// Goes past the end of the line where nothing but spaces is left on it.
    private mutating func endsLine() -> Bool {
        var next = position
        while next < source.count, source[next] == UInt8(ascii: " ") || source[next] == 9 {
            next += 1
        }
        guard next < source.count else {
            // The library leaves what is behind the last tag of all.
            return position == source.count
        }
        guard source[next] == UInt8(ascii: "\n") else { return false }
        position = next + 1
        return true
    }

    private func names(_ name: String) -> [String] {
        name == "." ? [] : name.split(separator: ".").map(String.init)
    }

    private func fault(_ message: String) -> PageTemplate.Fault { .init(message: message) }
}

extension [UInt8] {
    /// Appends a text as it stands in HTML, between tags or in an attribute.
    mutating func append(escaping text: String) {
        var text = text
        text.withUTF8 { bytes in
            var plain = 0
            for index in bytes.indices {
                let escape: StaticString
                switch bytes[index] {
                case UInt8(ascii: "<"): escape = "&lt;"
                case UInt8(ascii: ">"): escape = "&gt;"
                case UInt8(ascii: "&"): escape = "&amp;"
                case UInt8(ascii: "\""): escape = "&quot;"
                case UInt8(ascii: "'"): escape = "&#39;"
                default: continue
                }
                append(contentsOf: bytes[plain..<index])
                escape.withUTF8Buffer { append(contentsOf: $0) }
                plain = index + 1
            }
            append(contentsOf: bytes[plain...])
        }
    }
}
