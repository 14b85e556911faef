/// What a target may import, by the drawing in `Docs/Architecture.md`.
private enum ImportPolicy: Sendable {
    case only(Set<String>)
    case anythingBut(Set<String>)

    func allows(_ module: String) -> Bool {
        switch self {
        case .only(let allowed): allowed.contains(module)
        case .anythingBut(let forbidden): !forbidden.contains(module)
        }
    }
}

private let foundation: Set<String> = [
    "Foundation", "FoundationEssentials", "FoundationInternationalization", "FoundationNetworking",
]

private let importTable: [String: ImportPolicy] = [
    "CivilCalendar": .only([]),
    "Engine": .only(["CivilCalendar"]),
    "Competence": .only(["CivilCalendar", "Engine"]),
    "JSONText": .only([]),
    "Placements": .only(["CCbc", "JSONText"]),
    "Cryptography": .only(["COpenSSL"]),
    "Wording": .only([
        "CEmbedded", "Engine", "CivilCalendar", "JSONText", "Placements", "ProgrammeFiles",
        "Synchronization", "Yams",
    ]),
    "ProgrammeFiles": .only([
        "Competence", "Engine", "CivilCalendar", "Cryptography", "Foundation", "JSONText", "Yams",
    ]),
    "Storage": .only([
        "CPostgreSQL", "CSQLite", "Cryptography", "Dispatch", "Synchronization", "Glibc",
    ]),
    "Delivery": .only(
        foundation.union([
            "CCurl", "CivilCalendar", "Cryptography", "Mustache", "Glibc", "Synchronization",
        ])),
    "Operations": .anythingBut([
        "Hummingbird", "CPostgreSQL", "CSQLite", "CCurl", "CCbc", "CMalloc", "Yams",
    ]),
    "Web": .anythingBut(["CPostgreSQL", "CSQLite", "CCurl", "CCbc", "CMalloc"]),
    "ombord": .anythingBut([]),
]

/// The compiler lets a transitively reachable module through; this does not.
let importRule = Rule(
    name: "A target imports only what the architecture gives it",
    examples: [
        .init(
            path: "Sources/Engine/Sample.swift",
            text: """
                import CivilCalendar
                // import Foundation
                public import Foundation
                @_exported import struct Storage.Row
                let text = "import Yams"
                """,
            findings: [3, 4]),
        .init(
            path: "Sources/Delivery/Sample.swift",
            text: "import FoundationEssentials\nimport CSQLite\n", findings: [2]),
        .init(
            path: "Sources/Web/Sample.swift",
            text: "import Hummingbird\n    import CCurl\n", findings: [2]),
        .init(path: "Sources/Unheard/Sample.swift", text: "\nimport Engine\n", findings: [1]),
        .init(path: "Tests/EngineTests/Sample.swift", text: "import Foundation\n", findings: []),
    ]
) { source in
    guard source.isSwift(in: "Sources") else { return [] }
    guard let policy = importTable[source.target] else {
        return [(1, "the target \(source.target) is not in the import table")]
    }
    guard source.mayHold("import") else { return [] }
    return source.code.enumerated().compactMap { index, line in
        guard let module = importedModule(line), !policy.allows(module) else { return nil }
        return (index + 1, "\(source.target) may not import \(module)")
    }
}

/// The module that a line of code imports, or nil where it imports none.
private func importedModule(_ line: String) -> String? {
    let words = line.split(separator: " ")
    guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
    let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    guard words[..<place].allSatisfy({ $0.hasPrefix("@") || levels.contains($0) }) else {
        return nil
    }
    let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
    ]
    let rest = words.dropFirst(place + 1).drop(while: kinds.contains)
    return rest.first?.split(separator: ".").first.map(String.init)
}
