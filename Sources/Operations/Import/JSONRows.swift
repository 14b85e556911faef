import JSONText

/// Reads a JSON array of objects as a table: a row for each object, a column for each name. The
/// line of a row is that on which its object begins.
struct JSONRows {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    static func table(
        _ bytes: [UInt8]
    ) throws(CSVTable.Fault) -> (header: [String], rows: [CSVTable.Line]) {
        var reader = JSONRows(bytes: bytes)
        let objects = try reader.objects()
        var header: [String] = []
        var places: [String: Int] = [:]
        for (_, members) in objects {
            for name in members.map(\.name) where places[name] == nil {
                places[name] = header.count
                header.append(name)
            }
        }
        let rows = objects.map { line, members in
            var fields = Array(repeating: "", count: header.count)
            var absent = Set(header.indices)
            for (name, value) in members {
                guard let place = places[name] else { continue }
                fields[place] = value
                absent.remove(place)
            }
            return CSVTable.Line(number: line, fields: fields, absent: absent)
        }
        return (header, rows)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private typealias Object = (line: Int, members: [(name: String, value: String)])

    private mutating func objects() throws(CSVTable.Fault) -> [Object] {
        var objects: [Object] = []
        skipSpace()
        position += 1
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
        } else {
            while true {
                skipSpace()
                objects.append(try object())
                skipSpace()
                let separator = next
                position += 1
                if separator == UInt8(ascii: "]") { break }
                if separator != UInt8(ascii: ",") { throw CSVTable.Fault("json", line: line) }
            }
        }
        skipSpace()
        if next != nil { throw CSVTable.Fault("json", line: line) }
        return objects
    }

    /// The object that begins here, as the JSON reader has it.
    private mutating func object() throws(CSVTable.Fault) -> Object {
        let (start, begin) = (line, position)
        guard next == UInt8(ascii: "{") else { throw CSVTable.Fault("json", line: line) }
        try skipObject(from: start)
        let text = String(decoding: bytes[begin..<position], as: UTF8.self)
        guard let json = JSON(text) else { throw CSVTable.Fault("json", line: start) }
        var members: [(name: String, value: String)] = []
        for member in json.members {
            let name = member.name.lowercased()
            if members.contains(where: { $0.name == name }) {
                throw CSVTable.Fault("column-twice", line: start, ["column": name])
            }
            guard let value = Self.field(member.value) else {
                throw CSVTable.Fault("json-value", line: start, ["column": name])
            }
            members.append((name, value))
        }
        return (start, members)
    }

    /// A value as a field of a table has it, or nil where it is no single value.
    private static func field(_ value: JSON) -> String? {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        // A zero has no place in every database.
        case .string(let text): text.utf8.contains(0) ? nil : text
        case .array, .object: nil
        }
    }

    private mutating func skipObject(from start: Int) throws(CSVTable.Fault) {
        var depth = 0
        var isText = false
        while let byte = next {
            if byte == 0x0A { line += 1 }
            position += 1
            if isText {
                // Whatever follows a backslash does not end the text.
                if byte == UInt8(ascii: "\\") { position += 1 }
                if byte == UInt8(ascii: "\"") { isText = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if depth == 0 { return }
        }
        throw CSVTable.Fault("json", line: start)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            if byte == 0x0A { line += 1 }
            position += 1
        }
    }
}
