import Mustache

/// A part of a mail's body: what lies between two empty lines.
enum MailBlock: Hashable {
    case paragraph([String])
    case list([String])

    /// The blocks of a text whose list items begin with a hyphen and a space.
    static func blocks(of text: String) -> [MailBlock] {
        var blocks: [MailBlock] = []
        var paragraph: [String] = []
        var items: [String] = []
        func close() {
            if !paragraph.isEmpty { blocks.append(.paragraph(paragraph)) }
            if !items.isEmpty { blocks.append(.list(items)) }
            paragraph = []
            items = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let words = MIMEText.flattened(String(line)).split(separator: " ")
            let clean = words.joined(separator: " ")
            if clean.isEmpty {
                close()
            } else if clean.hasPrefix("- ") {
                if !paragraph.isEmpty { close() }
                items.append(String(clean.dropFirst(2)))
            } else {
                if !items.isEmpty { close() }
                paragraph.append(clean)
            }
        }
        close()
        return blocks
    }

    /// The blocks as plain text with an empty line between them.
    static func text(of blocks: [MailBlock]) -> String {
        let parts = blocks.map { block in
            switch block {
            case .paragraph(let lines): lines.joined(separator: "\n")
            case .list(let items): items.map { "- \($0)" }.joined(separator: "\n")
            }
        }
        return parts.joined(separator: "\n\n")
    }

    /// The block as the HTML layout reads it.
    var context: [String: any Sendable] {
        func rows(_ texts: [String]) -> [[String: any Sendable]] {
            texts.enumerated().map { index, text in
                ["text": text, "isLast": index == texts.count - 1]
            }
        }
        return switch self {
        case .paragraph(let lines):
            ["isList": false, "lines": rows(lines), "items": [[String: any Sendable]]()]
        case .list(let items):
            ["isList": true, "lines": [[String: any Sendable]](), "items": rows(items)]
        }
    }

    /// What the two layouts may use.
    static let layoutVariables: [MailVariable] = {
        let rows = MailVariable.Shape.list([.init("text", .line), .init("isLast", .flag)])
        let lines = ["language", "subject", "greeting", "automatic", "questions", "button", "why"]
        return lines.map { MailVariable($0, .line) } + [
            .init("link", .link),
            .init("body", .text),
            .init("acts", .list([.init("text", .line), .init("link", .link)])),
            .init(
                "blocks",
                .list([.init("isList", .flag), .init("lines", rows), .init("items", rows)])),
        ]
    }()
}

/// A value that is not there: false as a section, nothing as a text.
struct Absent: MustacheCustomRenderable, Sendable {
    var renderText: String { "" }
    var isNull: Bool { true }

    /// The text, or absence where it is empty.
    static func orText(_ text: String) -> any Sendable {
        text.isEmpty ? Absent() : text
    }

    static func nonEmpty(_ text: String) -> String? {
        text.allSatisfy(\.isWhitespace) ? nil : text
    }
}
