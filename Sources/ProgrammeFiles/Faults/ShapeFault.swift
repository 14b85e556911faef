/// What is not as the tables of the language say: keys, and the form of values.
public enum ShapeFault: Hashable, Sendable {
    case wrongValue(Place, expected: Expectation, found: Found)
    case noValue(Place, expected: Expectation)
    case tooFew(Place, atLeast: Int)
    case unknownKey(String, in: MappingName, Hint)
    case missingKey(String, in: MappingName)
    case oneNeeded([String], in: MappingName)
    case onlyOne([String], in: MappingName)
    case someNeeded([String], in: MappingName)
    case notALanguage(String, Hint)
    case emptyText(language: String)
    case untranslated(Place, languages: [String])
    case notAChoice(String, of: Place, Hint)
    case badIdentifier(Place)

    /// What a fault is about.
    public indirect enum Place: Hashable, Sendable {
        case file
        case key(String)
        case item(of: Place)
        /// The value of a place, which is a name.
        case named(String, at: Place)
        /// A key that is itself a name.
        case name(String)
    }

    /// What must stand in a place.
    public indirect enum Expectation: Hashable, Sendable {
        case text, identifier, localizedText, number, flag, time, link, list, mapping
        /// A text, which was written without quotes and read as something else.
        case textInQuotes
        case wholeNumber(ClosedRange<Int>)
        case choice([String])
        /// A mapping with some of its keys.
        case keys([String], of: MappingName)
        case either(Expectation, or: Expectation)
    }

    /// What stands there.
    public enum Found: Hashable, Sendable {
        case scalar(String)
        case quotedText(String)
        case list, mapping
    }

    var phrase: FaultPhrase {
        switch self {
        case .wrongValue(let place, let expected, let found):
            FaultPhrase(
                .wrongValue,
                ["what": place.value, "expected": expected.value, "found": found.value])
        case .noValue(let place, let expected):
            FaultPhrase(.noValue, ["what": place.value, "expected": expected.value])
        case .tooFew(let place, let count):
            FaultPhrase(.tooFew, ["what": place.value, "count": .number(count)])
        case .unknownKey(let key, let mapping, let hint):
            FaultPhrase(
                .unknownKey,
                ["key": .verbatim(key), "mapping": mapping.value, "hint": hint.value])
        case .missingKey(let key, let mapping):
            FaultPhrase(.missingKey, ["key": .verbatim(key), "mapping": mapping.value])
        case .oneNeeded(let keys, let mapping):
            FaultPhrase(.oneNeeded, ["keys": .quoted(keys), "mapping": mapping.value])
        case .onlyOne(let keys, let mapping):
            FaultPhrase(.onlyOne, ["keys": .quoted(keys), "mapping": mapping.value])
        case .someNeeded(let keys, let mapping):
            FaultPhrase(.someNeeded, ["keys": .quoted(keys), "mapping": mapping.value])
        case .notALanguage(let name, let hint):
            FaultPhrase(.notALanguage, ["name": .verbatim(name), "hint": hint.value])
        case .emptyText(let language):
            FaultPhrase(.emptyText, ["language": .verbatim(language)])
        case .untranslated(let place, let languages):
            FaultPhrase(
                .untranslated,
                [
                    "what": place.value,
                    "languages": .verbatim(languages.joined(separator: ", ")),
                ])
        case .notAChoice(let text, let place, let hint):
            FaultPhrase(
                .notAChoice,
                ["text": .verbatim(text), "what": place.value, "hint": hint.value])
        case .badIdentifier(let place):
            FaultPhrase(.badIdentifier, ["what": place.value])
        }
    }
}

extension ShapeFault.Place {
    fileprivate var value: FaultPhrase.Value {
        switch self {
        case .file: .part("what.file")
        case .key(let key): .verbatim("'\(key)'")
        case .item(let place): .part("what.item", ["what": place.value])
        case .named(let name, let place):
            .part("what.named", ["what": place.value, "name": .verbatim(name)])
        case .name(let name): .part("what.name", ["name": .verbatim(name)])
        }
    }
}

extension ShapeFault.Expectation {
    fileprivate var value: FaultPhrase.Value {
        switch self {
        case .text: .part("expect.text")
        case .identifier: .part("expect.identifier")
        case .localizedText:
            // A text of a catalogue has braces for its places alone.
            .part("expect.localized-text", ["form": .verbatim("{ nb: …, nn: …, en: … }")])
        case .number: .part("expect.number")
        case .flag: .part("expect.flag")
        case .time: .part("expect.time")
        case .link: .part("expect.link")
        case .list: .part("expect.list")
        case .mapping: .part("expect.mapping")
        case .textInQuotes: .part("expect.text-in-quotes")
        case .wholeNumber(let range):
            .part(
                "expect.whole-number",
                ["from": .number(range.lowerBound), "to": .number(range.upperBound)])
        case .choice(let words) where words.count == 1: .verbatim(words[0])
        case .choice(let words):
            .part("expect.choice", ["values": .verbatim(words.joined(separator: ", "))])
        case .keys(let keys, let mapping):
            .part(
                "expect.keys",
                [
                    "mapping": mapping.value,
                    "keys": .verbatim(
                        "{ \(keys.map { "\($0): …" }.joined(separator: ", ")) }"),
                ])
        case .either(let first, let second):
            .part("expect.either", ["first": first.value, "second": second.value])
        }
    }
}

extension ShapeFault.Found {
    fileprivate var value: FaultPhrase.Value {
        switch self {
        case .scalar(let text): .verbatim("'\(text)'")
        case .quotedText(let text): .part("found.text", ["text": .verbatim(text)])
        case .list: .part("expect.list")
        case .mapping: .part("expect.mapping")
        }
    }
}

extension MappingName {
    /// "a step".
    var value: FaultPhrase.Value { .part("mapping.\(rawValue)") }
}

/// What somebody who misspelt a name may have meant.
public enum Hint: Hashable, Sendable {
    /// What the candidates are.
    public enum Kind: String, CaseIterable, Sendable {
        case keys, languages, values, stages, roles, anchors, steps, facts
        case areas, ladders, competences, levels
    }

    case near(String)
    case all([String], Kind)
    case thereAreNo(Kind)
    case nothing

    var value: FaultPhrase.Value {
        switch self {
        case .near(let name): .part("hint.near", ["name": .verbatim(name)])
        case .all(let names, let kind):
            .part(
                "hint.all-\(kind.rawValue)",
                ["names": .verbatim(names.joined(separator: ", "))])
        case .thereAreNo(let kind): .part("hint.no-\(kind.rawValue)")
        case .nothing: .nothing
        }
    }
}
