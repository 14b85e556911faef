/// A text file of the checkout, with a Swift file's code told from its comments and strings.
struct SourceText: Sendable {
    /// The path from the root of the checkout.
    let path: String
    let lines: [String]
    /// For Swift: the lines with comments and the insides of string literals blanked out.
    let code: [String]
    /// For Swift: the lines with nothing but the insides of string literals.
    let literals: [String]
    private let bytes: [UInt8]

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
        lines = Self.lines(of: bytes)
        if path.hasSuffix(".swift") {
            var splitter = SwiftSplitter(bytes)
            splitter.run()
            code = Self.lines(of: splitter.code)
            literals = Self.lines(of: splitter.literals)
        } else {
            code = []
            literals = []
        }
    }

    /// Whether the text occurs anywhere: quick, so that few files are read line by line.
    func mayHold(_ token: String) -> Bool {
        let token = Array(token.utf8)
        guard let first = token.first else { return true }
        return bytes.withUnsafeBytes { all in
            var rest = all[...]
            while let start = rest.firstIndex(of: first) {
                if all[start...].starts(with: token) { return true }
                rest = rest[(start + 1)...]
            }
            return false
        }
    }

    /// Whether the file is Swift below one of the folders.
    func isSwift(in folders: String...) -> Bool {
        path.hasSuffix(".swift") && folders.contains { path.hasPrefix($0 + "/") }
    }

    /// The second component of the path: the target, for a file in `Sources` or `Tests`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func lines(of bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// Tells code from comments and string literals, as far as a check of style needs it.
///
/// Positions stay: what does not belong to a view is a space in it. Quotation marks are code.
struct SwiftSplitter {
    private(set) var code: [UInt8]
    private(set) var literals: [UInt8]

    private enum Context {
        /// Code, or the code of an interpolation with this many parentheses open.
        case code(openParentheses: Int?)
        case literal(hashes: Int, isMultiline: Bool)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var contexts: [Context] = [.code(openParentheses: nil)]

    private static let quote = UInt8(ascii: "\"")
    private static let newline = UInt8(ascii: "\n")
    private static let hash = UInt8(ascii: "#")

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let blank = bytes.map { $0 == Self.newline ? $0 : UInt8(ascii: " ") }
        code = blank
        literals = blank
    }

    mutating func run() {
        while position < bytes.count {
            switch contexts[contexts.count - 1] {
            case .code(let open): stepInCode(openParentheses: open)
            case .literal(let hashes, let isMultiline):
                stepInLiteral(hashes: hashes, isMultiline: isMultiline)
            }
        }
    }

    private func starts(_ token: String, at index: Int) -> Bool {
        bytes[min(index, bytes.count)...].starts(with: token.utf8)
    }

    private func hashes(at index: Int) -> Int {
        bytes[min(index, bytes.count)...].prefix { $0 == Self.hash }.count
    }

    private mutating func stepInCode(openParentheses: Int?) {
        let byte = bytes[position]
        if !Self.opensSomething(byte) {
            keepCode(byte, openParentheses: openParentheses)
        } else if starts("//", at: position) {
            while position < bytes.count, bytes[position] != Self.newline { position += 1 }
        } else if starts("/*", at: position) {
            skipBlockComment()
        } else if let opening = literalOpening() {
            for index in position..<(position + opening.length) { code[index] = bytes[index] }
            position += opening.length
            contexts.append(.literal(hashes: opening.hashes, isMultiline: opening.isMultiline))
        } else {
            keepCode(byte, openParentheses: openParentheses)
        }
    }

    private static func opensSomething(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == hash || byte == quote
    }

    private mutating func keepCode(_ byte: UInt8, openParentheses: Int?) {
        code[position] = byte
        position += 1
        guard let open = openParentheses else { return }
        if byte == UInt8(ascii: "(") {
            contexts[contexts.count - 1] = .code(openParentheses: open + 1)
        } else if byte == UInt8(ascii: ")") {
            contexts[contexts.count - 1] = .code(openParentheses: open - 1)
            if open == 1 { contexts.removeLast() }
        }
    }

    private func literalOpening() -> (length: Int, hashes: Int, isMultiline: Bool)? {
        let count = hashes(at: position)
        guard starts("\"", at: position + count) else { return nil }
        let isMultiline = starts("\"\"\"", at: position + count)
        return (count + (isMultiline ? 3 : 1), count, isMultiline)
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*", at: position) {
                depth += 1
                position += 2
            } else if starts("*/", at: position) {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    private mutating func stepInLiteral(hashes count: Int, isMultiline: Bool) {
        let quotes = isMultiline ? 3 : 1
        let byte = bytes[position]
        if byte == UInt8(ascii: "\\"), hashes(at: position + 1) >= count {
            let next = position + 1 + count
            if starts("(", at: next) {
                contexts.append(.code(openParentheses: 1))
            } else if next < bytes.count, bytes[next] == Self.newline {
                position = next
                return
            }
            position = next + 1
        } else if byte == Self.quote, !isMultiline || starts("\"\"\"", at: position),
            hashes(at: position + quotes) >= count
        {
            for index in position..<(position + quotes + count) { code[index] = bytes[index] }
            position += quotes + count
            contexts.removeLast()
        } else if byte == Self.newline, !isMultiline {
            // Not a literal after all (a quotation mark in a regular expression): begin anew.
            contexts.removeLast()
        } else {
            literals[position] = byte
            position += 1
        }
    }
}

extension StringProtocol {
    /// Whether the token occurs, as a word of its own where it begins or ends as a word does.
    func hasToken(_ token: String) -> Bool {
        let (text, token) = (Array(utf8), Array(token.utf8))
        guard let first = token.first, let last = token.last, text.count >= token.count else {
            return false
        }
        for start in 0...(text.count - token.count)
        where text[start] == first && text[start..<(start + token.count)].elementsEqual(token) {
            let end = start + token.count
            if isWordByte(first), start > 0, isWordByte(text[start - 1]) { continue }
            if isWordByte(last), end < text.count, isWordByte(text[end]) { continue }
            return true
        }
        return false
    }
}

func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
        true
    default: false
    }
}
