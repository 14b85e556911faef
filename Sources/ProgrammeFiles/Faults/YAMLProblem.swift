/// Why a text is not YAML, as far as the parser can tell.
public enum YAMLProblem: String, CaseIterable, Hashable, Sendable {
    case colon, dash
    case questionMark = "question-mark"
    case missingColon = "missing-colon"
    case firstCharacter = "first-character"
    case tab
    case unclosedText = "unclosed-text"
    case unclosedBrackets = "unclosed-brackets"
    case unclosedBraces = "unclosed-braces"
    case expectedDash = "expected-dash"
    case expectedKey = "expected-key"
    case expectedValue = "expected-value"
    case escape
    case documentMark = "document-mark"
    case secondPart = "second-part"
    /// Anything else.
    case other

    /// The problem behind what libyaml says.
    init(libyaml text: String) {
        self =
            switch text {
            case "mapping values are not allowed in this context": .colon
            case "block sequence entries are not allowed in this context": .dash
            case "mapping keys are not allowed in this context": .questionMark
            case "could not find expected ':'": .missingColon
            case "found character that cannot start any token": .firstCharacter
            case "found a tab character that violates indentation",
                "found a tab character where an indentation space is expected":
                .tab
            case "found unexpected end of stream": .unclosedText
            case "did not find expected ',' or ']'": .unclosedBrackets
            case "did not find expected ',' or '}'": .unclosedBraces
            case "did not find expected '-' indicator": .expectedDash
            case "did not find expected key": .expectedKey
            case "did not find expected node content": .expectedValue
            case "found unknown escape character": .escape
            case "found unexpected document indicator": .documentMark
            case "did not find expected <document start>": .secondPart
            default: .other
            }
    }

    var value: FaultPhrase.Value { .part("yaml.\(rawValue)") }
}

/// What the parser was reading when it came to a problem, and where that begins.
public struct YAMLSurrounding: Hashable, Sendable {
    /// The kinds of thing that it may be.
    public enum Kind: String, CaseIterable, Sendable {
        case mapping, list, braces, brackets, key
        case quotedText = "quoted-text"
        case plainText = "plain-text"
        case blockText = "block-text"
    }

    public var kind: Kind
    public var line: Int

    public init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }

    /// Nil where libyaml says nothing that helps.
    init?(libyaml text: String, line: Int) {
        let kinds: [String: Kind] = [
            "while parsing a block mapping": .mapping,
            "while parsing a block collection": .list,
            "while parsing a flow mapping": .braces,
            "while parsing a flow sequence": .brackets,
            "while scanning a simple key": .key,
            "while scanning a quoted scalar": .quotedText,
            "while scanning a plain scalar": .plainText,
            "while scanning a block scalar": .blockText,
            "while parsing a quoted scalar": .quotedText,
        ]
        guard let kind = kinds[text] else { return nil }
        self.init(kind, line: line)
    }

    var value: FaultPhrase.Value { .part("inside.\(kind.rawValue)", ["line": .number(line)]) }
}
