import Testing

/// A breach of the style, with its place.
struct Finding: CustomStringConvertible, Sendable {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// A piece of the style that a program can hold, with examples that prove that it bites.
struct Rule: Sendable, CustomTestStringConvertible {
    /// A small file, and the lines on which the rule must find something.
    struct Example: Sendable {
        let path: String
        let text: String
        let findings: [Int]
    }

    let name: String
    let examples: [Example]
    /// The lines that breach the rule, and what to say of each.
    let examine: @Sendable (SourceText) -> [(line: Int, message: String)]

    var testDescription: String { name }

    func findings(in source: SourceText) -> [Finding] {
        examine(source).map { Finding(path: source.path, line: $0.line, message: $0.message) }
    }
}

/// Every rule of the style that is held by a test.
let allRules: [Rule] =
    [importRule, englishLiteralRule, documentationRule]
    + tokenRules
    + [lineLengthRule, fileLengthRule, functionLengthRule, titleRule]
