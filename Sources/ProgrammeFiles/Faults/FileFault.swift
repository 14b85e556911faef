/// What keeps a file from being read at all.
public enum FileFault: Hashable, Sendable {
    case unreadable
    case tooLarge(limit: Int)
    case notUTF8(byte: String)
    case nul
    case carriageReturn
    case controlCharacter(String)
    case lineSeparator
    case byteOrderMark
    case undefinedCharacter
    case tooDeep(limit: Int)
    case anchor
    case alias
    case tag
    case empty
    case notYAML
    case malformed(YAMLProblem, inside: YAMLSurrounding?)
    case severalDocuments
    case keyIsNoWord
    case duplicateKeys([String])
    case tooManyFaults(limit: Int)

    var phrase: FaultPhrase {
        switch self {
        case .unreadable: FaultPhrase(.unreadable)
        case .tooLarge(let limit): FaultPhrase(.tooLarge, ["limit": .number(limit)])
        case .notUTF8(let byte): FaultPhrase(.notUTF8, ["byte": .verbatim(byte)])
        case .nul: FaultPhrase(.nul)
        case .carriageReturn: FaultPhrase(.carriageReturn)
        case .controlCharacter(let character):
            FaultPhrase(.controlCharacter, ["character": .verbatim(character)])
        case .lineSeparator: FaultPhrase(.lineSeparator)
        case .byteOrderMark: FaultPhrase(.byteOrderMark)
        case .undefinedCharacter: FaultPhrase(.undefinedCharacter)
        case .tooDeep(let limit): FaultPhrase(.tooDeep, ["limit": .number(limit)])
        case .anchor: FaultPhrase(.anchor)
        case .alias: FaultPhrase(.alias)
        case .tag: FaultPhrase(.tag)
        case .empty: FaultPhrase(.empty)
        case .notYAML: FaultPhrase(.notYAML)
        case .malformed(let problem, let surrounding):
            FaultPhrase(
                .malformed,
                ["problem": problem.value, "inside": surrounding?.value ?? .nothing])
        case .severalDocuments: FaultPhrase(.severalDocuments)
        case .keyIsNoWord: FaultPhrase(.keyIsNoWord)
        case .duplicateKeys(let names):
            FaultPhrase(.duplicateKey, ["keys": .quoted(names)])
        case .tooManyFaults(let limit):
            FaultPhrase(.tooManyFaults, ["limit": .number(limit)])
        }
    }
}

/// Modules that are not there, and files with the wrong name.
public enum PlaceFault: Hashable, Sendable {
    case moduleAlone
    case moduleTwice(String)
    case moduleMissing(String, path: String)
    case moduleMisplaced(String, inFileOf: String)
    case programmeMisplaced(String)
    case frameworkMisplaced(String, file: String, expected: String)

    var phrase: FaultPhrase {
        switch self {
        case .moduleAlone: FaultPhrase(.moduleAlone)
        case .moduleTwice(let id): FaultPhrase(.moduleTwice, ["module": .verbatim(id)])
        case .moduleMissing(let id, let path):
            FaultPhrase(.moduleMissing, ["module": .verbatim(id), "path": .verbatim(path)])
        case .moduleMisplaced(let id, let file):
            FaultPhrase(.moduleMisplaced, ["module": .verbatim(id), "file": .verbatim(file)])
        case .programmeMisplaced(let id):
            FaultPhrase(.programmeMisplaced, ["programme": .verbatim(id)])
        case .frameworkMisplaced(let id, let file, let expected):
            FaultPhrase(
                .frameworkMisplaced,
                [
                    "framework": .verbatim(id), "file": .verbatim(file),
                    "expected": .verbatim(expected),
                ])
        }
    }
}
