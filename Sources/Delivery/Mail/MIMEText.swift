import Cryptography

/// The encodings that keep a message 7-bit with short lines (RFC 2045, RFC 2047).
enum MIMEText {
    static let lineBreak = "\r\n"

    /// A header value that is free text: plain where it can be, encoded words where it must.
    ///
    /// - Parameter used: the columns that the header's name takes of the first line.
    static func unstructured(_ value: String, used: Int) -> String {
        let clean = flattened(value)
        if isPlain(clean), let folded = folded(clean, used: used) { return folded }
        return encodedWords(clean, used: used)
    }

    /// A display name and an address for From, To and Reply-To.
    static func mailbox(_ mailbox: Mailbox, used: Int) -> String {
        let address = "<\(mailbox.address)>"
        guard let name = mailbox.name?.text else { return "\(mailbox.address)" }
        let phrase = phrase(name, used: used)
        let lastLine = phrase.split(separator: lineBreak).last?.utf8.count ?? 0
        let start = phrase.contains(lineBreak) ? 0 : used
        let fits = start + lastLine + 1 + address.utf8.count <= 76
        return phrase + (fits ? " " : lineBreak + " ") + address
    }

    /// A value with every run of line breaks and control characters turned into one space.
    static func flattened(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if !isControl(scalar) {
                result.append(scalar)
            } else if result.last != " " {
                result.append(" ")
            }
        }
        return String(result)
    }

    /// A text as one line, with one space where there was any white space.
    static func oneLine(_ text: String) -> String {
        flattened(text).split(separator: " ").joined(separator: " ")
    }

    /// Quoted-printable with CRLF line ends, no line over 76 characters, no character split.
    static func quotedPrintable(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" })
        {
            lines.append(quotedPrintable(line: line))
        }
        return lines.joined(separator: lineBreak)
    }

    /// Base64 in lines of 76 characters.
    static func base64(_ bytes: [UInt8]) -> String {
        var lines: [Substring] = []
        var rest = Base64.encode(bytes)[...]
        while !rest.isEmpty {
            lines.append(rest.prefix(76))
            rest = rest.dropFirst(76)
        }
        return lines.joined(separator: lineBreak)
    }

    private static func quotedPrintable(line: Substring) -> String {
        var result = ""
        var column = 0
        let scalars = Array(line.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isLast = index == scalars.count - 1
            let piece: String
            switch scalar {
            case "=": piece = "=3D"
            // A line of one dot ends a message in SMTP. libcurl doubles the dot; we do without.
            case "." where column == 0: piece = "=2E"
            case " " where !isLast: piece = " "
            case "!"..."~": piece = String(scalar)
            default: piece = escaped(scalar)
            }
            // One column is kept for the "=" of a soft line break.
            if column + piece.utf8.count > 75 {
                result += "=" + lineBreak
                column = 0
            }
            result += piece
            column += piece.utf8.count
        }
        return result
    }

    private static func phrase(_ name: String, used: Int) -> String {
        let isAtoms = name.utf8.allSatisfy { isAtomByte($0) || $0 == UInt8(ascii: " ") }
        let isShort = used + name.utf8.count <= 66
        if isAtoms, isShort, isPlain(name) { return name }
        if isShort, isPlain(name), name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            var quoted = "\""
            for character in name {
                if character == "\"" || character == "\\" { quoted.append("\\") }
                quoted.append(character)
            }
            return quoted + "\""
        }
        return encodedWords(name, used: used)
    }

    // "=?" would be taken for an encoded word, and doubled spaces are lost in folding.
    private static func isPlain(_ value: String) -> Bool {
        value.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !value.contains("=?")
            && !value.contains("  ") && !value.hasPrefix(" ") && !value.hasSuffix(" ")
    }

    /// The value broken at spaces into lines of at most 76, or nil where a word is too long.
    private static func folded(_ value: String, used: Int) -> String? {
        var result = ""
        var column = used
        for (index, word) in value.split(separator: " ").enumerated() {
            guard word.utf8.count <= 75 else { return nil }
            if index == 0 {
                guard column + word.utf8.count <= 76 else { return nil }
            } else if column + 1 + word.utf8.count > 76 {
                result += lineBreak + " "
                column = 1
            } else {
                result += " "
                column += 1
            }
            result += word
            column += word.utf8.count
        }
        return result
    }

    /// Encoded words of at most 75 characters, one to a line after the first.
    private static func encodedWords(_ value: String, used: Int) -> String {
        var words: [String] = []
        var content = ""
        var room = 76 - used - wordOverhead
        func close() {
            words.append("=?UTF-8?Q?\(content)?=")
            content = ""
            room = 75 - wordOverhead
        }
        for character in value {
            // A family of emoji can be longer than a whole word, and then goes by its scalars.
            let whole = quoted(character.unicodeScalars)
            let isLong = whole.utf8.count > 75 - wordOverhead
            let pieces = isLong ? character.unicodeScalars.map { quoted([$0]) } : [whole]
            for piece in pieces {
                if content.utf8.count + piece.utf8.count > room { close() }
                content += piece
            }
        }
        close()
        return words.joined(separator: lineBreak + " ")
    }

    private static let wordOverhead = "=?UTF-8?Q??=".utf8.count

    // The letters that RFC 2047 section 5 (3) allows in a phrase serve everywhere.
    private static func quoted(_ scalars: some Sequence<UnicodeScalar>) -> String {
        var result = ""
        for scalar in scalars {
            switch scalar {
            case " ": result += "_"
            case "A"..."Z", "a"..."z", "0"..."9", "!", "*", "+", "-", "/":
                result.unicodeScalars.append(scalar)
            default: result += escaped(scalar)
            }
        }
        return result
    }

    private static func escaped(_ scalar: UnicodeScalar) -> String {
        var result = ""
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            result += "=" + Cryptography.hex([byte]).uppercased()
        }
        return result
    }
}
