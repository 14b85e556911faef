/// A JSON value, with a writer and a reader that are fast on small documents.
///
/// Stored states, events and message bodies go through it: Foundation's coders cost several times
/// the commit that they would be part of. Object members keep their order, so that the same value
/// is always the same bytes and can be hashed.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A name of an object and its value; they keep the order in which they were written.
    public struct Member: Hashable, Sendable {
        public var name: String
        public var value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// An object without the members whose value is nil.
    public static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        var present: [Member] = []
        present.reserveCapacity(members.count)
        for (name, value) in members {
            if let value { present.append(Member(name, value)) }
        }
        return .object(present)
    }

    public subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        // The length tells most names apart, and is cheaper to compare.
        let count = name.utf8.count
        for member in members where member.name.utf8.count == count && member.name == name {
            return member.value
        }
        return nil
    }

    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    public var array: [JSON] {
        if case .array(let values) = self { return values }
        return []
    }

    public var members: [Member] {
        if case .object(let members) = self { return members }
        return []
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

// MARK: - Reading

extension JSON {
    /// The value written in the text, or nil where the text is not JSON or nests deeper than 64.
    public init?(_ text: String) {
        var text = text
        let value = text.withUTF8 { buffer -> JSON? in
            var reader = Reader(bytes: buffer)
            guard let value = reader.value(depth: 0) else { return nil }
            reader.skipSpace()
            return reader.position == buffer.count ? value : nil
        }
        guard let value else { return nil }
        self = value
    }

    private struct Reader {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        mutating func skipSpace() {
            while position < bytes.count {
                switch bytes[position] {
                case 0x20, 0x09, 0x0A, 0x0D: position += 1
                default: return
                }
            }
        }

        private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else {
                return false
            }
            position += 1
            return true
        }

        private mutating func take(word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard position + count <= bytes.count else { return false }
            for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] {
                return false
            }
            position += count
            return true
        }

        mutating func value(depth: Int) -> JSON? {
            guard depth <= 64 else { return nil }
            skipSpace()
            guard position < bytes.count else { return nil }
            switch bytes[position] {
            case UInt8(ascii: "{"): return object(depth)
            case UInt8(ascii: "["): return array(depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
            case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
            case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
            default: return number()
            }
        }

        private mutating func object(_ depth: Int) -> JSON? {
            position += 1
            var members: [Member] = []
            skipSpace()
            if take("}") { return .object(members) }
            while true {
                skipSpace()
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\""),
                    let name = string()
                else { return nil }
                skipSpace()
                guard take(":"), let value = value(depth: depth + 1) else { return nil }
                members.append(Member(name, value))
                skipSpace()
                if take("}") { return .object(members) }
                guard take(",") else { return nil }
            }
        }

        private mutating func array(_ depth: Int) -> JSON? {
            position += 1
            var values: [JSON] = []
            skipSpace()
            if take("]") { return .array(values) }
            while true {
                guard let value = value(depth: depth + 1) else { return nil }
                values.append(value)
                skipSpace()
                if take("]") { return .array(values) }
                guard take(",") else { return nil }
            }
        }

        private mutating func string() -> String? {
            position += 1
            let start = position
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    let text = String(
                        decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]),
                        as: UTF8.self)
                    position += 1
                    return text
                case UInt8(ascii: "\\"): return escapedString(from: start)
                case 0x00..<0x20: return nil
                default: position += 1
                }
            }
            return nil
        }

        private mutating func escapedString(from start: Int) -> String? {
            var text = Array(bytes[start..<position])
            while position < bytes.count {
                let byte = bytes[position]
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
                case 0x00..<0x20: return nil
                case UInt8(ascii: "\\"):
                    guard let scalar = escape() else { return nil }
                    text.append(contentsOf: String(Character(scalar)).utf8)
                default: text.append(byte)
                }
            }
            return nil
        }

        private mutating func escape() -> Unicode.Scalar? {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
                return Unicode.Scalar(byte)
            case UInt8(ascii: "n"): return "\n"
            case UInt8(ascii: "t"): return "\t"
            case UInt8(ascii: "r"): return "\r"
            case UInt8(ascii: "b"): return Unicode.Scalar(8)
            case UInt8(ascii: "f"): return Unicode.Scalar(12)
            case UInt8(ascii: "u"):
                guard let unit = hexUnit() else { return nil }
                guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
                guard take(word: "\\u"), let low = hexUnit(), (0xDC00..<0xE000).contains(low) else {
                    return nil
                }
                return Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
            default: return nil
            }
        }

        private mutating func hexUnit() -> UInt32? {
            guard position + 4 <= bytes.count else { return nil }
            let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            position += 4
            return UInt32(digits, radix: 16)
        }

        private mutating func number() -> JSON? {
            let start = position
            var isWhole = true
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): position += 1
                case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"):
                    isWhole = false
                    position += 1
                default:
                    return parsed(start, isWhole)
                }
            }
            return parsed(start, isWhole)
        }

        private func parsed(_ start: Int, _ isWhole: Bool) -> JSON? {
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            if isWhole, let value = Int(text) { return .integer(value) }
            return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        }
    }
}
