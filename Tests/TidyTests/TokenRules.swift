/// Words of code that are forbidden, and where.
private struct BannedToken: Sendable {
    let token: String
    let reason: String
    let folders: [String]
    /// Files, by name or path, or folders ending in a slash, to which it is left.
    var allowed: Set<String> = []

    func applies(to source: SourceText) -> Bool {
        source.path.hasSuffix(".swift")
            && folders.contains { source.path.hasPrefix($0 + "/") }
            && !allowed.contains(source.fileName) && !allowed.contains(source.path)
            && !allowed.contains { $0.hasSuffix("/") && source.path.hasPrefix($0) }
    }
}

private let systemEdges: Set<String> = ["SystemClock.swift", "SystemRandom.swift"]

private let bannedTokens: [BannedToken] =
    ["Date()", "Date.now", "Date.init()"].map {
        .init(token: $0, reason: "time is an argument", folders: ["Sources"], allowed: systemEdges)
    }
    + [".random(", ".randomElement()", ".shuffled()", "UUID()"].map {
        .init(
            token: $0, reason: "randomness is an argument", folders: ["Sources"],
            allowed: systemEdges)
    }
    + ["try!", "as!", "fatalError"].map {
        .init(token: $0, reason: "a fault is refused or thrown, not a crash", folders: ["Sources"])
    }
    + ["print(", "debugPrint("].map {
        .init(
            token: $0, reason: "only the command writes to the terminal; the rest logs",
            folders: ["Sources"], allowed: ["Sources/ombord/"])
    }
    + ["sleep(", "usleep(", "nanosleep("].map {
        .init(token: $0, reason: "a test waits for an event, not for time", folders: ["Tests"])
    } + [
        .init(
            token: "@unchecked Sendable", reason: "let the compiler see it, or name it in Ratchet",
            folders: ["Sources"], allowed: Set(Ratchet.uncheckedSendable.keys))
    ]

/// One rule for each token, so that a failure names what was written.
let tokenRules: [Rule] = bannedTokens.map { banned in
    let inside = "\(banned.folders[0])/Engine/Sample.swift"
    let outside = banned.folders[0] == "Sources" ? "Tests" : "Sources"
    let breach = "let a = 1\n    do(\(banned.token))\n"
    var examples: [Rule.Example] = [
        .init(path: inside, text: breach, findings: [2]),
        .init(path: "\(outside)/Engine/Sample.swift", text: breach, findings: []),
        .init(
            path: inside,
            text: "// \(banned.token)\nlet a = \"\(banned.token)\" /* \(banned.token) */\n",
            findings: []),
        .init(
            path: inside, text: "let a = \"\\(\(banned.token))\"\n", findings: [1]),
    ]
    for allowed in banned.allowed {
        let file = allowed.hasSuffix("/") ? allowed + "Sample.swift" : allowed
        let path = file.contains("/") ? file : "Sources/ombord/\(file)"
        examples.append(.init(path: path, text: breach, findings: []))
    }
    return Rule(name: "No \(banned.token): \(banned.reason)", examples: examples) { source in
        guard banned.applies(to: source), source.mayHold(banned.token) else { return [] }
        return source.code.enumerated().compactMap { index, line in
            line.hasToken(banned.token) ? (index + 1, "\(banned.token): \(banned.reason)") : nil
        }
    }
}

/// Texts for people live in language files, where a translator finds them.
let englishLiteralRule = Rule(
    name: "No Norwegian letters in a string of Swift",
    examples: [
        .init(
            path: "Sources/Web/Sample.swift",
            text: """
                // Forskrift om rammeplan: «øvelse» may be cited.
                let title = "Påminnelse"
                let raw = #"en "ØY""#
                let plain = "ferdig"
                """,
            findings: [2, 3]),
        .init(path: "Tests/WebTests/Sample.swift", text: "let a = \"æøå\"\n", findings: []),
    ]
) { source in
    guard source.isSwift(in: "Sources"), Ratchet.norwegianLiterals[source.path] == nil else {
        return []
    }
    return source.literals.enumerated().compactMap { index, line in
        line.contains { "æøåÆØÅ".contains($0) }
            ? (index + 1, "Norwegian text belongs in a language file") : nil
    }
}
