/// What can be wrong with a mail template. `Operations` says it in a person's language.
public enum MailTemplateFault: Hashable, Sendable {
    case notAField
    case fieldTwice(String)
    case fieldMissing(String)
    case notATemplate
    case tagNotClosed
    case sectionNotClosed(String)
    case sectionNotOpen(String)
    case tagEmpty
    case tagUnescaped
    case tagNotAllowed(String)
    case isFlag(String)
    case isList(String)
    case noSuchValue(String, known: [String])
    case noLanguages
    case noSuchKind
    case fileMissing
    case notUTF8

    /// Its name for programs, which stays the same when texts change.
    public var code: String {
        switch self {
        case .notAField: "not-a-field"
        case .fieldTwice: "field-twice"
        case .fieldMissing: "field-missing"
        case .notATemplate: "not-a-template"
        case .tagNotClosed: "tag-not-closed"
        case .sectionNotClosed: "section-not-closed"
        case .sectionNotOpen: "section-not-open"
        case .tagEmpty: "tag-empty"
        case .tagUnescaped: "tag-unescaped"
        case .tagNotAllowed: "tag-not-allowed"
        case .isFlag: "is-flag"
        case .isList: "is-list"
        case .noSuchValue: "no-such-value"
        case .noLanguages: "no-languages"
        case .noSuchKind: "no-such-kind"
        case .fileMissing: "file-missing"
        case .notUTF8: "not-utf8"
        }
    }

    /// What a sentence about it has places for; tags in their braces.
    public var values: [String: String] {
        switch self {
        case .fieldTwice(let name), .fieldMissing(let name), .sectionNotClosed(let name):
            ["name": name]
        case .sectionNotOpen(let name): ["tag": "{{/\(name)}}"]
        case .tagNotClosed: ["start": "{{", "end": "}}"]
        case .tagUnescaped: ["tag": "{{name}}"]
        case .tagNotAllowed(let content): ["tag": "{{\(content)}}"]
        case .isFlag(let name), .isList(let name):
            ["name": name, "tag": "{{#\(name)}}…{{/\(name)}}"]
        case .noSuchValue(let name, let known):
            ["name": name, "known": known.joined(separator: ", ")]
        case .notAField, .notATemplate, .tagEmpty, .noLanguages, .noSuchKind, .fileMissing,
            .notUTF8:
            [:]
        }
    }
}
