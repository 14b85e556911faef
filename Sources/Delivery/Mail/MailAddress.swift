/// A mail address that is safe to write into an SMTP dialogue and a header (RFC 5321, 5322).
///
/// libcurl sends what it is given: a line break in an address would become a second SMTP command.
/// So no other type of this module ever holds an address as a string.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    public let localPart: String
    public let domain: String

    /// Checks the text and keeps it as it is written.
    public init(_ text: String) throws(MailAddressError) {
        for scalar in text.unicodeScalars where isControl(scalar) {
            throw .controlCharacter
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw .atMissing }
        guard parts.count == 2 else { throw .severalAts }
        guard text.utf8.count <= 254 else { throw .tooLong }
        try Self.check(localPart: parts[0])
        try Self.check(domain: parts[1])
        localPart = String(parts[0])
        domain = String(parts[1])
    }

    public var description: String { "\(localPart)@\(domain)" }

    private static func check(localPart: Substring) throws(MailAddressError) {
        guard !localPart.isEmpty else { throw .localPartEmpty }
        guard localPart.utf8.count <= 64 else { throw .localPartTooLong }
        // A server that does not offer SMTPUTF8 gets the raw bytes from libcurl all the same.
        guard localPart.utf8.allSatisfy({ $0 < 0x80 }) else { throw .localPartNotASCII }
        for byte in localPart.utf8 where !isAtomByte(byte) && byte != UInt8(ascii: ".") {
            throw .forbiddenCharacter(Character(UnicodeScalar(byte)))
        }
        let atoms = localPart.split(separator: ".", omittingEmptySubsequences: false)
        if atoms.contains(where: \.isEmpty) { throw .misplacedDot }
    }

    private static func check(domain: Substring) throws(MailAddressError) {
        guard !domain.isEmpty else { throw .domainEmpty }
        guard domain.utf8.allSatisfy({ $0 < 0x80 }) else { throw .domainNotASCII }
        for label in domain.split(separator: ".", omittingEmptySubsequences: false) {
            guard !label.isEmpty else { throw .domainLabelEmpty }
            guard label.utf8.count <= 63 else { throw .domainLabelTooLong }
            for byte in label.utf8 where !isAlphanumeric(byte) && byte != UInt8(ascii: "-") {
                throw .forbiddenCharacter(Character(UnicodeScalar(byte)))
            }
            if label.hasPrefix("-") || label.hasSuffix("-") { throw .domainLabelHyphen }
        }
    }
}

/// Why a text is no mail address that we can send to.
public enum MailAddressError: Error, Hashable, Sendable {
    case controlCharacter
    case forbiddenCharacter(Character)
    case atMissing
    case severalAts
    case tooLong
    case localPartEmpty
    case localPartTooLong
    case localPartNotASCII
    case misplacedDot
    case domainEmpty
    case domainNotASCII
    case domainLabelEmpty
    case domainLabelTooLong
    case domainLabelHyphen

    /// Its name for programs. `Operations` says it in a person's language.
    public var code: String {
        switch self {
        case .controlCharacter: "control-character"
        case .forbiddenCharacter(" "): "space"
        case .forbiddenCharacter: "forbidden-character"
        case .atMissing: "at-missing"
        case .severalAts: "several-ats"
        case .tooLong: "too-long"
        case .localPartEmpty: "local-part-empty"
        case .localPartTooLong: "local-part-too-long"
        case .localPartNotASCII: "local-part-not-ascii"
        case .misplacedDot: "misplaced-dot"
        case .domainEmpty: "domain-empty"
        case .domainNotASCII: "domain-not-ascii"
        case .domainLabelEmpty: "domain-label-empty"
        case .domainLabelTooLong: "domain-label-too-long"
        case .domainLabelHyphen: "domain-label-hyphen"
        }
    }
}

/// A person's or a service's name as it stands before an address: any writing, one line.
public struct DisplayName: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Checks the name and drops the spaces around it.
    public init(_ text: String) throws(DisplayNameError) {
        for scalar in text.unicodeScalars {
            if isControl(scalar) { throw .controlCharacter }
            if isDirectionControl(scalar) { throw .directionControl }
        }
        let trimmed = text.drop { $0 == " " }
        guard let last = trimmed.lastIndex(where: { $0 != " " }) else { throw .empty }
        guard trimmed.unicodeScalars.count <= 200 else { throw .tooLong }
        self.text = String(trimmed[...last])
    }

    /// The nearest name that may be used, or nil where nothing is left of it.
    ///
    /// A name comes from a personnel system that we cannot correct. A mail that must reach its
    /// reader is better sent with a cleaned name than not sent.
    public init?(cleaning text: String) {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(200) where !isDirectionControl(scalar) {
            cleaned.append(isControl(scalar) ? " " : scalar)
        }
        guard let name = try? DisplayName(String(cleaned)) else { return nil }
        self = name
    }

    public var description: String { text }
}

/// Why a name cannot stand in a mail header.
public enum DisplayNameError: Error, Hashable, Sendable, CustomStringConvertible {
    case controlCharacter
    case directionControl
    case empty
    case tooLong

    public var description: String {
        switch self {
        case .controlCharacter: "A name cannot hold a line break or a control character."
        case .directionControl:
            "A name cannot hold characters that turn the direction of the writing."
        case .empty: "The name is empty."
        case .tooLong: "A name has at most 200 characters."
        }
    }
}

/// An address and the name that is shown for it.
public struct Mailbox: Hashable, Sendable {
    public var name: DisplayName?
    public var address: MailAddress

    public init(name: DisplayName? = nil, address: MailAddress) {
        self.name = name
        self.address = address
    }
}

/// A message's identity, without the angle brackets (RFC 5322 section 3.6.4).
public struct MessageID: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// The identity, or nil where it is not `left@right` in plain ASCII of at most 200 characters.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 200 else { return nil }
        for part in parts {
            guard !part.isEmpty, part.first != UInt8(ascii: "."), part.last != UInt8(ascii: "."),
                part.allSatisfy({ isAtomByte($0) || $0 == UInt8(ascii: ".") })
            else { return nil }
        }
        self.text = text
    }

    public var description: String { text }
}

/// Whether the byte may stand in an atom (RFC 5322 section 3.2.3).
func isAtomByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
    default: false
    }
}

/// Whether the scalar is a control character or a line or paragraph separator.
func isControl(_ scalar: UnicodeScalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        || scalar.value == 0x2028 || scalar.value == 0x2029
}

/// Whether the scalar turns the writing direction, by which a name can be made to read as another.
func isDirectionControl(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}
