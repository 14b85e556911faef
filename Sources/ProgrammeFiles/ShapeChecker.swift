import CivilCalendar
import Engine

/// Holds a tree to the tables of the language, and reports everything that is not as they say.
struct ShapeChecker {
    let collector: DiagnosticCollector

    /// Checks a value.
    ///
    /// - Parameter what: What the value is, for messages: "'title'".
    func check(_ node: YAMLNode, _ shape: Shape, _ what: String) {
        switch shape {
        case .byForm(let scalar, let list, let mapping):
            byForm(node, scalar, list, mapping, what)
        case .list(let element, let minimum):
            guard case .list(let items) = node.content else {
                return wrong(node, what, "a list")
            }
            if items.count < minimum {
                collector.error(node.position, "\(what) is empty; write at least \(minimum)")
            }
            var itemName = "an item of \(what)"
            if case .choice = element { itemName = what }
            for item in items { check(item, element, itemName) }
        case .mapping(let name):
            guard case .mapping(let entries) = node.content else {
                return wrong(node, what, Self.expectation(shape))
            }
            checkMapping(node.position, entries, name.shape)
        case .localizedText:
            guard case .mapping(let entries) = node.content else {
                return wrong(node, what, Self.expectation(shape))
            }
            checkText(node.position, entries, what)
        case .text, .identifier, .wholeNumber, .number, .flag, .time, .link, .choice, .scalar:
            checkScalar(node, shape, what)
        }
    }

    private func wrong(_ node: YAMLNode, _ what: String, _ expected: String) {
        let found: String
        switch node.content {
        case .empty:
            collector.error(
                node.position, "\(what) has no value; write \(expected), or remove the key")
            return
        case .scalar(let text, let isPlain):
            found = isPlain ? "'\(Self.short(text))'" : "the text '\(Self.short(text))'"
        case .list: found = "a list"
        case .mapping: found = "a mapping"
        }
        collector.error(node.position, "\(what) must be \(expected), not \(found)")
    }

    private static func short(_ text: String) -> String {
        let start = text.prefix(40)
        let line = start.split(separator: "\n").first.map(String.init) ?? ""
        return line.utf8.count < text.utf8.count ? line + "…" : line
    }

    /// What a place must hold, in words.
    static func expectation(_ shape: Shape) -> String {
        switch shape {
        case .text, .scalar: return "a text"
        case .identifier: return "an id of lower-case letters, digits and hyphens"
        case .localizedText: return "a text in each language: { nb: …, nn: …, en: … }"
        case .wholeNumber(let range):
            return "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number: return "a number"
        case .flag: return "true or false"
        case .time: return "a time from \"00:00\" to \"23:59\""
        case .link: return "an address that begins with https:// or http://"
        case .choice(let words):
            return words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
        case .list: return "a list"
        case .mapping(let name):
            let keys = name.shape.keys.prefix(4).map { "\($0.name): …" }.joined(separator: ", ")
            return keys.isEmpty ? "a mapping" : "\(name.shape.title): { \(keys) }"
        case .byForm(let scalar, let list, let mapping):
            return [scalar, list, mapping].compactMap { $0.map(expectation) }
                .joined(separator: ", or ")
        }
    }

    private func byForm(
        _ node: YAMLNode, _ scalar: Shape?, _ list: Shape?, _ mapping: Shape?, _ what: String
    ) {
        let chosen: Shape? =
            switch node.content {
            case .empty: nil
            case .scalar: scalar
            case .list: list
            case .mapping: mapping
            }
        if let chosen { return check(node, chosen, what) }
        wrong(
            node, what, Self.expectation(.byForm(scalar: scalar, list: list, mapping: mapping)))
    }

    // MARK: - Mappings

    private func checkMapping(
        _ position: Position, _ entries: [YAMLNode.Entry], _ shape: MappingShape
    ) {
        let present = entries.map(\.key)
        for entry in entries {
            if let key = shape.key(entry.key) {
                check(entry.value, key.shape, "'\(entry.key)'")
            } else if let named = shape.named {
                checkIdentifier(entry.key, entry.position, "the name '\(entry.key)'")
                check(entry.value, named, "'\(entry.key)'")
            } else {
                let ending = Suggestion.ending(
                    for: entry.key, among: shape.keys.map(\.name), kind: "keys")
                collector.error(
                    entry.position, "unknown key '\(entry.key)' in \(shape.title)\(ending)")
            }
        }
        for key in shape.keys where key.isRequired && !present.contains(key.name) {
            collector.error(position, "\(shape.title) needs '\(key.name)'")
        }
        for group in shape.exactlyOne {
            let names = group.map { "'\($0)'" }.joined(separator: ", ")
            switch group.count(where: present.contains) {
            case 0: collector.error(position, "\(shape.title) needs one of \(names)")
            case 1: break
            default:
                collector.error(position, "\(shape.title) has only one of \(names); keep one")
            }
        }
        for group in shape.atLeastOne where !group.contains(where: present.contains) {
            let names = group.map { "'\($0)'" }.joined(separator: ", ")
            collector.error(position, "\(shape.title) needs at least one of \(names)")
        }
    }

    private func checkText(_ position: Position, _ entries: [YAMLNode.Entry], _ what: String) {
        for entry in entries {
            guard Self.isLanguage(entry.key) else {
                let ending = Suggestion.ending(
                    for: entry.key, among: Language.shipped.map(\.rawValue), kind: "languages")
                collector.error(entry.position, "'\(entry.key)' is not a language\(ending)")
                continue
            }
            switch entry.value.content {
            case .scalar(let text, _) where !text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }):
                break
            case .empty, .scalar:
                collector.error(entry.value.position, "the text in '\(entry.key)' is empty")
            case .list, .mapping:
                wrong(
                    entry.value, "'\(entry.key)'", "a text; put it in quotes where it has a colon")
            }
        }
        let missing = Language.shipped.map(\.rawValue).filter { language in
            !entries.contains { $0.key == language }
        }
        if !missing.isEmpty {
            collector.warning(
                position, "\(what) has no translation in \(missing.joined(separator: ", "))")
        }
    }

    /// A language as BCP 47 writes it, with no more than a region or script: `se`, `zh-Hant`.
    static func isLanguage(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.count), parts.count <= 2,
            first.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            (2...8).contains(part.count)
                && part.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
                        || (0x30...0x39).contains($0)
                }
        }
    }

    // MARK: - Scalars

    private func checkScalar(_ node: YAMLNode, _ shape: Shape, _ what: String) {
        guard let text = node.text else { return wrong(node, what, Self.expectation(shape)) }
        let isRight: Bool
        switch shape {
        case .text: isRight = text.utf8.contains { $0 != 0x20 && $0 != 0x0A }
        case .identifier: return checkIdentifier(text, node.position, "\(what) '\(text)'")
        case .wholeNumber(let range): isRight = node.wholeNumber.map(range.contains) ?? false
        case .number: isRight = node.number != nil
        case .flag: isRight = node.flag != nil
        case .time: isRight = CivilTime(text) != nil
        case .link: isRight = Self.isLink(text)
        case .choice(let words):
            if words.contains(text) { return }
            let ending = Suggestion.ending(for: text, among: words, kind: "values")
            return collector.error(
                node.position, "'\(Self.short(text))' is not a value of \(what)\(ending)")
        case .scalar: isRight = true
        case .localizedText, .list, .byForm, .mapping: isRight = false
        }
        if !isRight { wrong(node, what, Self.expectation(shape)) }
    }

    private func checkIdentifier(_ text: String, _ position: Position, _ what: String) {
        if Self.isIdentifier(text) { return }
        collector.error(
            position,
            "\(what) must be lower-case letters a-z, digits and hyphens, at most 64, and begin and "
                + "end with a letter or digit")
    }

    /// Whether a name has the form of the ids of the language.
    static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 64,
            first != 0x2D, last != 0x2D
        else { return false }
        return bytes.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
    }

    static func isLink(_ text: String) -> Bool {
        let rest =
            text.hasPrefix("https://")
            ? text.utf8.dropFirst(8)
            : text.hasPrefix("http://") ? text.utf8.dropFirst(7) : "".utf8.dropFirst(0)
        return !rest.isEmpty
            && rest.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    }
}
