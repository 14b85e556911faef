let lineLengthRule = Rule(
    name: "A line of Swift has at most 100 columns",
    examples: [
        .init(
            path: "Sources/Engine/Sample.swift",
            text: ["// ", String(repeating: "å", count: 100), String(repeating: "å", count: 101)]
                .joined(separator: "\n"),
            findings: [3]),
        .init(path: "Package.swift", text: String(repeating: "a", count: 101), findings: [1]),
        .init(path: "README.md", text: String(repeating: "a", count: 101), findings: []),
    ]
) { source in
    guard source.path.hasSuffix(".swift") else { return [] }
    return source.lines.enumerated().compactMap { index, line in
        line.count > 100 ? (index + 1, "\(line.count) columns, 100 are allowed") : nil
    }
}

let fileLengthRule = Rule(
    name: "A file of Swift has at most 400 lines",
    examples: [
        .init(
            path: "Sources/Engine/Sample.swift", text: String(repeating: "//\n", count: 401),
            findings: [401]),
        .init(
            path: "Sources/Engine/Sample.swift", text: String(repeating: "//\n", count: 400),
            findings: []),
    ]
) { source in
    guard source.isSwift(in: "Sources"), source.lines.count > 400 else { return [] }
    return [(source.lines.count, "\(source.lines.count) lines, 400 are allowed")]
}

let functionLengthRule = Rule(
    name: "A function has at most 70 lines",
    examples: [
        .init(
            path: "Sources/Engine/Sample.swift",
            text: "protocol P {\n    func a() -> Int\n    init()\n}\n" + sampleFunction(lines: 70)
                + sampleFunction(lines: 71) + "let a = S.init()\nlet f = { funcs() }\n",
            findings: [75]),
        .init(
            path: "Tests/EngineTests/Sample.swift",
            text: "struct S {\n" + sampleFunction(lines: 71).replacing("func f", with: "init?")
                + "}\n",
            findings: [2]),
    ]
) { source in
    guard source.isSwift(in: "Sources", "Tests") else { return [] }
    return functions(in: source.code).compactMap { first, last in
        let length = last - first + 1
        return length > 70 ? (first, "a function of \(length) lines, 70 are allowed") : nil
    }
}

private func sampleFunction(lines: Int) -> String {
    let body = String(repeating: "    if a { b(\"}\\(c { 1 })\") } // }\n", count: lines - 3)
    return "func f(a: Int = { 1 }()\n) async throws -> [String: Int] {\n" + body + "}\n"
}

/// The first and last line of each function and initialiser that has a body.
private func functions(in code: [String]) -> [(first: Int, last: Int)] {
    code.indices.compactMap { index in
        guard let start = bodyOwner(code[index]) else { return nil }
        var scan = BodyScan()
        for (offset, line) in code[index...].enumerated() {
            let part = offset == 0 ? Array(line.utf8.dropFirst(start)) : Array(line.utf8)
            switch scan.read(line: part) {
            case .going: continue
            case .none: return nil
            case .closed: return (index + 1, index + 1 + offset)
            }
        }
        return nil
    }
}

/// Where in the line a function or an initialiser is declared, or nil where none is.
private func bodyOwner(_ line: String) -> Int? {
    let bytes = Array(line.utf8)
    for word in ["func", "init"] where line.hasToken(word) {
        let word = Array(word.utf8)
        for start in 0...(bytes.count - word.count)
        where bytes[start..<(start + word.count)].elementsEqual(word) {
            let end = start + word.count
            let before = start > 0 ? bytes[start - 1] : UInt8(ascii: " ")
            let after = end < bytes.count ? bytes[end] : UInt8(ascii: " ")
            if before == UInt8(ascii: "."), word.first == UInt8(ascii: "i") { continue }
            if !isWordByte(before), !isWordByte(after), after != UInt8(ascii: ":") { return start }
        }
    }
    return nil
}

/// Follows brackets from a declaration to the end of its body.
private struct BodyScan {
    enum State {
        case going, none, closed
    }

    private var brackets = 0
    private var braces = 0
    private var isInBody = false
    private var mayContinue = true

    mutating func read(line: [UInt8]) -> State {
        let text = String(decoding: line, as: UTF8.self)
        let first = text.split(separator: " ").first.map(String.init) ?? ""
        if !isInBody, brackets == 0, !mayContinue,
            !["{", "where", "async", "throws", "->", ")", "{}"].contains(first)
        {
            return .none
        }
        for byte in line {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: "{"):
                if !isInBody, brackets == 0 {
                    isInBody = true
                    braces = 1
                } else if isInBody {
                    braces += 1
                }
            case UInt8(ascii: "}"):
                if isInBody {
                    braces -= 1
                    if braces == 0 { return .closed }
                } else if brackets == 0 {
                    return .none
                }
            default: continue
            }
        }
        mayContinue = text.hasSuffix("->") || text.hasSuffix(",") || text.hasSuffix("where")
        return .going
    }
}

let documentationRule = Rule(
    name: "What is public says what it is for, in a sentence",
    examples: [
        .init(
            path: "Sources/Engine/Sample.swift",
            text: """
                public struct A {
                /// Says
                /// something.
                ///
                /// - Throws: nothing
                @discardableResult
                @frozen
                public static func b() {}
                /// Says nothing
                public func c() {}
                // A remark.
                public enum D {}
                public static func < (a: A, b: A) -> Bool {}
                public func hash(into hasher: inout Hasher) {}
                func e() {}
                public let f = 1
                let g = "public struct H"
                """,
            findings: [1, 10, 12]),
        .init(
            path: "Sources/Engine/Sample.swift",
            text: "/// Two things:\n///\n/// - one.\npublic final class A {}\n", findings: []),
    ]
) { source in
    guard source.isSwift(in: "Sources", "Tests") else { return [] }
    return source.code.indices.compactMap { index in
        guard let name = publicDeclaration(source.code[index]) else { return nil }
        switch summary(above: index, in: source.lines) {
        case nil: return (index + 1, "\(name) has no documentation comment")
        case .some(let text):
            let isSentence = [".", ".)", ":", "?"].contains { text.hasSuffix($0) }
            return isSentence ? nil : (index + 1, "\(name)'s summary does not end in a full stop")
        }
    }
}

/// The name of the public type or function that a line declares. Operators, and what the standard
/// library's protocols ask for, are known without a sentence.
private func publicDeclaration(_ line: String) -> String? {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    let levels: Set<Substring> = ["public", "open", "package"]
    guard let level = words.first, levels.contains(level) else { return nil }
    let modifiers: Set<Substring> = [
        "static", "final", "mutating", "nonisolated", "indirect", "override", "class", "borrowing",
        "consuming", "isolated", "distributed",
    ]
    let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "func"]
    var rest = words.dropFirst()
    while let word = rest.first, modifiers.contains(word) {
        if word == "class", let next = rest.dropFirst().first, next != "func" { break }
        rest = rest.dropFirst()
    }
    guard let kind = rest.first, kinds.contains(kind), let word = rest.dropFirst().first else {
        return nil
    }
    let name = String(decoding: word.utf8.prefix(while: isWordByte), as: UTF8.self)
    return ["", "hash", "encode", "makeIterator", "next"].contains(name) ? nil : name
}

/// The first paragraph of the documentation comment above a line, past attributes.
private func summary(above index: Int, in lines: [String]) -> String? {
    var above = lines[..<index].map { $0.drop { $0 == " " } }
    while let last = above.last, last.hasPrefix("@") || last.hasPrefix("#") { above.removeLast() }
    let comment = above.reversed().prefix { $0.hasPrefix("///") }.reversed()
    let texts = comment.map { $0.dropFirst(3).drop { $0 == " " } }
    let paragraph = texts.prefix { !$0.isEmpty }
    return paragraph.isEmpty ? nil : paragraph.joined(separator: " ")
}

let titleRule = Rule(
    name: "A Markdown file has exactly one title",
    examples: [
        .init(path: "A.md", text: "Text.\n\n## Part\n", findings: [1]),
        .init(path: "A.md", text: "# A\n\n# B\n\n## C\n# D\n", findings: [3, 6]),
        .init(path: "Docs/A.md", text: "# A\n\n```sh\n# a remark\n```\n", findings: []),
        .init(path: "A.yaml", text: "# a\n# b\n", findings: []),
    ]
) { source in
    guard source.path.hasSuffix(".md") else { return [] }
    var titles: [Int] = []
    var isCode = false
    for (index, line) in source.lines.enumerated() {
        if line.hasPrefix("```") || line.hasPrefix("~~~") { isCode.toggle() }
        if !isCode, line.hasPrefix("# ") { titles.append(index + 1) }
    }
    if titles.isEmpty { return [(1, "no title")] }
    return titles.dropFirst().map { ($0, "a second title") }
}
