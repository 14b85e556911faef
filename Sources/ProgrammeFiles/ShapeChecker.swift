import CivilCalendar
import Engine

/// Holds a tree to the tables of the language, and reports everything that is not as they say.
struct ShapeChecker {
    let collector: DiagnosticCollector

    typealias Place = ShapeFault.Place
    typealias Expectation = ShapeFault.Expectation

    /// Checks a value.
    ///
    /// - Parameter place: Where it stands.
    func check(_ node: YAMLNode, _ shape: Shape, _ place: Place) {
        switch shape {
        case .byForm(let scalar, let list, let mapping):
            byForm(node, scalar, list, mapping, place)
        case .list(let element, let minimum):
            guard case .list(let items) = node.content else {
                return wrong(node, place, .list)
            }
            if items.count < minimum {
                collector.error(node.position, .shape(.tooFew(place, atLeast: minimum)))
            }
            var itemPlace = Place.item(of: place)
            if case .choice = element { itemPlace = place }
            for item in items { check(item, element, itemPlace) }
        case .mapping(let name):
            guard case .mapping(let entries) = node.content else {
                return wrong(node, place, Self.expectation(shape))
            }
            checkMapping(node.position, entries, name)
        case .localizedText:
            guard case .mapping(let entries) = node.content else {
                return wrong(node, place, Self.expectation(shape))
            }
            checkText(node.position, entries, place)
        case .text, .identifier, .wholeNumber, .number, .flag, .time, .link, .choice, .scalar:
            checkScalar(node, shape, place)
        }
    }

    private func wrong(_ node: YAMLNode, _ place: Place, _ expected: Expectation) {
        let found: ShapeFault.Found
        switch node.content {
        case .empty:
            collector.error(node.position, .shape(.noValue(place, expected: expected)))
            return
        case .scalar(let text, let isPlain):
            found = isPlain ? .scalar(Self.short(text)) : .quotedText(Self.short(text))
        case .list: found = .list
        case .mapping: found = .mapping
        }
        collector.error(
            node.position, .shape(.wrongValue(place, expected: expected, found: found)))
    }

    private static func short(_ text: String) -> String {
        let start = text.prefix(40)
        let line = start.split(separator: "\n").first.map(String.init) ?? ""
        return line.utf8.count < text.utf8.count ? line + "…" : line
    }

    /// What a place must hold.
    static func expectation(_ shape: Shape) -> Expectation {
        switch shape {
        case .text, .scalar: return .text
        case .identifier: return .identifier
        case .localizedText: return .localizedText
        case .wholeNumber(let range): return .wholeNumber(range)
        case .number: return .number
        case .flag: return .flag
        case .time: return .time
        case .link: return .link
        case .choice(let words): return .choice(words)
        case .list: return .list
        case .mapping(let name):
            let keys = name.shape.keys.prefix(4).map(\.name)
            return keys.isEmpty ? .mapping : .keys(keys, of: name)
        case .byForm(let scalar, let list, let mapping):
            let forms = [scalar, list, mapping].compactMap { $0.map(expectation) }
            return forms.dropFirst().reduce(forms.first ?? .text) { .either($0, or: $1) }
        }
    }

    private func byForm(
        _ node: YAMLNode, _ scalar: Shape?, _ list: Shape?, _ mapping: Shape?, _ place: Place
    ) {
        let chosen: Shape? =
            switch node.content {
            case .empty: nil
            case .scalar: scalar
            case .list: list
            case .mapping: mapping
            }
        if let chosen { return check(node, chosen, place) }
        wrong(
            node, place, Self.expectation(.byForm(scalar: scalar, list: list, mapping: mapping)))
    }

    // MARK: - Mappings

    private func checkMapping(
        _ position: Position, _ entries: [YAMLNode.Entry], _ name: MappingName
    ) {
        let shape = name.shape
        let present = entries.map(\.key)
        for entry in entries {
            if let key = shape.key(entry.key) {
                check(entry.value, key.shape, .key(entry.key))
            } else if let named = shape.named {
                checkIdentifier(entry.key, entry.position, .name(entry.key))
                check(entry.value, named, .key(entry.key))
            } else {
                let hint = Suggestion.hint(
                    for: entry.key, among: shape.keys.map(\.name), kind: .keys)
                collector.error(
                    entry.position, .shape(.unknownKey(entry.key, in: name, hint)))
            }
        }
        for key in shape.keys where key.isRequired && !present.contains(key.name) {
            collector.error(position, .shape(.missingKey(key.name, in: name)))
        }
        for group in shape.exactlyOne {
            switch group.count(where: present.contains) {
            case 0: collector.error(position, .shape(.oneNeeded(group, in: name)))
            case 1: break
            default: collector.error(position, .shape(.onlyOne(group, in: name)))
            }
        }
        for group in shape.atLeastOne where !group.contains(where: present.contains) {
            collector.error(position, .shape(.someNeeded(group, in: name)))
        }
    }

    private func checkText(_ position: Position, _ entries: [YAMLNode.Entry], _ place: Place) {
        for entry in entries {
            guard Self.isLanguage(entry.key) else {
                let hint = Suggestion.hint(
                    for: entry.key, among: Language.shipped.map(\.rawValue), kind: .languages)
                collector.error(entry.position, .shape(.notALanguage(entry.key, hint)))
                continue
            }
            switch entry.value.content {
            case .scalar(let text, _) where !text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x0A }):
                break
            case .empty, .scalar:
                collector.error(
                    entry.value.position, .shape(.emptyText(language: entry.key)))
            case .list, .mapping:
                wrong(entry.value, .key(entry.key), .textInQuotes)
            }
        }
        let missing = Language.shipped.map(\.rawValue).filter { language in
            !entries.contains { $0.key == language }
        }
        if !missing.isEmpty {
            collector.warning(position, .shape(.untranslated(place, languages: missing)))
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

    private func checkScalar(_ node: YAMLNode, _ shape: Shape, _ place: Place) {
        guard let text = node.text else { return wrong(node, place, Self.expectation(shape)) }
        let isRight: Bool
        switch shape {
        case .text: isRight = text.utf8.contains { $0 != 0x20 && $0 != 0x0A }
        case .identifier: return checkIdentifier(text, node.position, .named(text, at: place))
        case .wholeNumber(let range): isRight = node.wholeNumber.map(range.contains) ?? false
        case .number: isRight = node.number != nil
        case .flag: isRight = node.flag != nil
        case .time: isRight = CivilTime(text) != nil
        case .link: isRight = Self.isLink(text)
        case .choice(let words):
            if words.contains(text) { return }
            let hint = Suggestion.hint(for: text, among: words, kind: .values)
            return collector.error(
                node.position, .shape(.notAChoice(Self.short(text), of: place, hint)))
        case .scalar: isRight = true
        case .localizedText, .list, .byForm, .mapping: isRight = false
        }
        if !isRight { wrong(node, place, Self.expectation(shape)) }
    }

    private func checkIdentifier(_ text: String, _ position: Position, _ place: Place) {
        if Self.isIdentifier(text) { return }
        collector.error(position, .shape(.badIdentifier(place)))
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
