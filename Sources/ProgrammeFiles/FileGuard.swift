/// What every file must be before anything reads it: small, UTF-8, and text.
enum FileGuard {
    /// The largest file that is read, in bytes.
    static let sizeLimit = 1 << 20

    /// The file's bytes without byte order mark and with line feeds alone, or nil with a
    /// diagnostic.
    static func text(
        of bytes: [UInt8], file: Int, _ collector: DiagnosticCollector
    ) -> [UInt8]? {
        guard bytes.count <= sizeLimit else {
            collector.error(
                Position(file: file, line: 1, column: 1), .file(.tooLarge(limit: sizeLimit)))
            return nil
        }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + 1)
        var index = hasMark ? 3 : 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            // A carriage return before a line feed is dropped; any other is refused below.
            if byte != 0x0D || next != 0x0A { text.append(byte) }
            index += 1
        }
        guard let fault = firstFault(text) else { return text }
        collector.error(position(of: fault.offset, in: text, file: file), .file(fault.fault))
        return nil
    }

    private static func firstFault(_ text: [UInt8]) -> (offset: Int, fault: FileFault)? {
        if let offset = firstInvalidByte(text) {
            return (offset, .notUTF8(byte: hex(text[offset])))
        }
        for (offset, byte) in text.enumerated() {
            switch byte {
            case 0: return (offset, .nul)
            case 0x0D: return (offset, .carriageReturn)
            case 0x01...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F:
                return (offset, .controlCharacter(hex(byte)))
            case 0xC2 where (0x80...0x9F).contains(text[offset + 1]):
                return (offset, .controlCharacter(hex(text[offset + 1])))
            case 0xE2 where text[offset + 1] == 0x80 && (0xA8...0xA9).contains(text[offset + 2]):
                return (offset, .lineSeparator)
            case 0xEF where text[offset + 1] == 0xBB && text[offset + 2] == 0xBF:
                return (offset, .byteOrderMark)
            case 0xEF where text[offset + 1] == 0xBF && text[offset + 2] >= 0xBE:
                return (offset, .undefinedCharacter)
            default: break
            }
        }
        return nil
    }

    private static func firstInvalidByte(_ text: [UInt8]) -> Int? {
        if String(validating: text, as: UTF8.self) != nil { return nil }
        var codec = UTF8()
        var iterator = text.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = codec.decode(&iterator) {
            offset += UTF8.width(scalar)
        }
        return min(offset, text.count - 1)
    }

    /// The line and the column, in characters, of a byte.
    static func position(of offset: Int, in text: [UInt8], file: Int) -> Position {
        var (line, column) = (1, 1)
        for byte in text[..<offset] {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return Position(file: file, line: line, column: column)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0x0\(digits)" : "0x\(digits)"
    }
}
