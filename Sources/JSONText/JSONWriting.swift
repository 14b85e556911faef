extension JSON {
    /// The value as compact JSON.
    public var text: String {
        var output = Output()
        write(to: &output, indent: nil)
        return output.text
    }

    /// The value as JSON over several lines, for people.
    public var prettyText: String {
        var output = Output()
        write(to: &output, indent: 0)
        return output.text
    }

    private func write(to output: inout Output, indent: Int?) {
        switch self {
        case .null: output.append("null")
        case .bool(let value): output.append(value ? "true" : "false")
        case .integer(let value): output.append(String(value))
        case .number(let value): output.append("\(value)")
        case .string(let value): output.quote(value)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                output.separate(index, indent)
                value.write(to: &output, indent: indent.map { $0 + 1 })
            }
            if let indent, !values.isEmpty { output.newLine(indent) }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                output.separate(index, indent)
                output.quote(member.name)
                output.append(UInt8(ascii: ":"))
                if indent != nil { output.append(UInt8(ascii: " ")) }
                member.value.write(to: &output, indent: indent.map { $0 + 1 })
            }
            if let indent, !members.isEmpty { output.newLine(indent) }
            output.append(UInt8(ascii: "}"))
        }
    }
}

/// The bytes of a document on their way to a text: an array would ask at each byte whether it is
/// its only owner.
private struct Output: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var count = 0
    private var room = 512

    init() { start = .allocate(capacity: room) }

    deinit { start.deallocate() }

    var text: String {
        String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private mutating func makeRoom(for more: Int) {
        if count + more <= room { return }
        room = max(room * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
    }

    mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        start[count] = byte
        count += 1
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        makeRoom(for: bytes.count)
        (start + count).update(from: source, count: bytes.count)
        count += bytes.count
    }

    /// What stands before an element: a comma, where it is not the first, and for people a line.
    mutating func separate(_ index: Int, _ indent: Int?) {
        if index > 0 { append(UInt8(ascii: ",")) }
        if let indent { newLine(indent + 1) }
    }

    mutating func newLine(_ indent: Int) {
        append(UInt8(ascii: "\n"))
        for _ in 0..<(indent * 2) { append(UInt8(ascii: " ")) }
    }

    mutating func quote(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            if Self.isPlain(bytes) { append(bytes) } else { escape(bytes) }
        }
        append(UInt8(ascii: "\""))
    }

    /// Looks at all bytes, because the compiler can then look at many at once.
    private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var special: UInt8 = 0
        for byte in bytes {
            special |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
        }
        return special == 0
    }

    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""): append(#"\""#)
            case UInt8(ascii: "\\"): append(#"\\"#)
            case 0x0A: append(#"\n"#)
            case 0x00..<0x20:
                append(#"\u00"#)
                for digit in [byte >> 4, byte & 15] {
                    append(UInt8(ascii: digit < 10 ? "0" : "W") + digit)
                }
            default: append(byte)
            }
        }
    }
}
