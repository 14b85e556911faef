public import Engine
import Wording

/// A table read from comma- or semicolon-separated text (RFC 4180), with the line of each row.
public struct CSVTable: Hashable, Sendable {
    /// A row of the table, and where in the file it begins.
    public struct Line: Hashable, Sendable {
        /// The line of the file on which the row begins, counted from one.
        public let number: Int
        public let fields: [String]
        /// The places of columns that other rows have and this one does not, as in JSON.
        let absent: Set<Int>

        init(number: Int, fields: [String], absent: Set<Int> = []) {
            self.number = number
            self.fields = fields
            self.absent = absent
        }
    }

    public let header: [String]
    public let rows: [Line]

    /// What is wrong with the file as a whole, with the line, counted from one.
    public struct Fault: Error, Hashable, Sendable {
        public let line: Int
        /// What it is called in the language files.
        let key: String
        let values: [String: String]

        init(_ key: String, line: Int, _ values: [String: String] = [:]) {
            self.key = key
            self.line = line
            self.values = values
        }

        /// What is wrong, in English.
        public var message: String { sentence(in: .english) }

        /// What is wrong and what to do, in a language.
        public func sentence(in language: Language) -> String {
            Wording(language: language).text("import.file.\(key)", values)
        }
    }

    /// The largest file that is read, in bytes.
    static let largestFile = 50_000_000

    /// Reads a table whose first line names its columns. Spreadsheets in Norway write semicolons;
    /// whichever of the two the first line has more of is taken.
    ///
    /// A file that begins with a bracket is a JSON array with an object for each row instead.
    public init(_ bytes: [UInt8]) throws(Fault) {
        if bytes.count > Self.largestFile {
            throw Fault("too-large", line: 1, ["size": "\(Self.largestFile / 1_000_000)"])
        }
        // A zero is no text either, and is what every second byte of UTF-16 is.
        guard !bytes.contains(0), var text = String(validating: bytes, as: UTF8.self) else {
            throw Fault("not-utf8", line: Self.firstBadLine(bytes))
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.removeFirst() }
        if text.first(where: { !$0.isWhitespace }) == "[" {
            (header, rows) = try JSONRows.table(Array(text.utf8))
            return
        }
        let firstLine = text.prefix { !$0.isNewline }
        let semicolons = firstLine.utf8.count { $0 == UInt8(ascii: ";") }
        let commas = firstLine.utf8.count { $0 == UInt8(ascii: ",") }
        var parser = Parser(
            bytes: Array(text.utf8),
            separator: semicolons > commas ? UInt8(ascii: ";") : UInt8(ascii: ","))
        var lines: [Line] = []
        while let line = try parser.next() { lines.append(line) }
        guard let first = lines.first else {
            throw Fault("empty", line: 1)
        }
        header = first.fields.map { $0.lowercased() }
        rows = Array(lines.dropFirst())
        if let duplicate = header.first(where: { name in header.count { $0 == name } > 1 }) {
            throw Fault("column-twice", line: first.number, ["column": duplicate])
        }
        if let odd = rows.first(where: { $0.fields.count != first.fields.count }) {
            throw Fault(
                "fields", line: odd.number,
                ["count": "\(odd.fields.count)", "expected": "\(first.fields.count)"])
        }
    }

    /// A row as spreadsheets read it in Norway; nothing in it is taken for a formula.
    public static func line(_ fields: [String]) -> String {
        fields.map { field in
            let guarded = isFormula(field[...]) ? "'" + field : field
            return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ";") + "\r\n"
    }

    /// A field without what `line` put before it.
    static func unguarded(_ field: String) -> String {
        field.first == "'" && isFormula(field.dropFirst()) ? String(field.dropFirst()) : field
    }

    private static func isFormula(_ field: Substring) -> Bool {
        field.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } ?? false
    }

    private static func firstBadLine(_ bytes: [UInt8]) -> Int {
        var line = 1
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if part.contains(0) || String(validating: part, as: UTF8.self) == nil { return line }
            line += 1
        }
        return line
    }
}

private struct Parser {
    let bytes: [UInt8]
    let separator: UInt8
    var position = 0
    var line = 1

    /// The next row that is not blank.
    mutating func next() throws(CSVTable.Fault) -> CSVTable.Line? {
        while position < bytes.count {
            let start = line
            let fields = try row()
            if fields != [""] {
                return CSVTable.Line(number: start, fields: fields)
            }
        }
        return nil
    }

    private mutating func row() throws(CSVTable.Fault) -> [String] {
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < bytes.count else { return fields }
            let byte = bytes[position]
            position += 1
            if byte == separator { continue }
            if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            line += 1
            return fields
        }
    }

    private mutating func field() throws(CSVTable.Fault) -> String {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted() }
        let start = position
        while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A,
            bytes[position] != 0x0D
        {
            position += 1
        }
        return trimmed(bytes[start..<position])
    }

    private mutating func quoted() throws(CSVTable.Fault) -> String {
        let start = line
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0x0A { line += 1 }
            if byte != UInt8(ascii: "\"") {
                text.append(byte)
            } else if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                text.append(byte)
                position += 1
            } else {
                let atEnd =
                    position == bytes.count || bytes[position] == separator
                    || bytes[position] == 0x0A || bytes[position] == 0x0D
                if atEnd { return trimmed(text[...]) }
                throw CSVTable.Fault("after-quote", line: line)
            }
        }
        throw CSVTable.Fault("open-quote", line: start)
    }

    private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var slice = bytes
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return String(decoding: slice, as: UTF8.self)
    }
}
