import Cryptography
public import Engine

/// A signed link from a mail to the page where its person answers what a placement coordinator
/// asked. It opens nothing else; following it shows, and its button answers.
public struct AskLink: Hashable, Sendable {
    /// A hundred and twenty days: the first mail is answered from in the last week too.
    public static let lifetimeSeconds: Int64 = 120 * 86_400

    public var person: PersonID
    public var enrolment: EnrolmentID
    /// Seconds since 1970.
    public var expires: Int64

    public init(person: PersonID, enrolment: EnrolmentID, expires: Int64) {
        self.person = person
        self.enrolment = enrolment
        self.expires = expires
    }

    /// When it was written, in seconds since 1970: what was ended after that has ended it too.
    public var issued: Int64 { expires - Self.lifetimeSeconds }

    /// The link's address.
    public func url(_ settings: InstallationSettings) -> String {
        "\(settings.baseURL)/p/\(token(settings.secret))"
    }

    /// The link as one word of URL-safe characters.
    public func token(_ secret: [UInt8]) -> String {
        let payload = "\(person).\(enrolment).\(expires)"
        return "\(payload).\(Self.signature(payload, secret))"
    }

    /// The link that a token stands for, or nil where it was altered or has expired.
    public init?(token: String, secret: [UInt8], now: Instant) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let expires = Int64(parts[2]) else { return nil }
        let expected = Self.signature(parts[0..<3].joined(separator: "."), secret)
        guard
            Cryptography.equalInConstantTime(Array(expected.utf8), Array(parts[3].utf8)),
            expires > now.seconds
        else { return nil }
        self.init(
            person: PersonID(parts[0]), enrolment: EnrolmentID(parts[1]), expires: expires)
    }

    private static func signature(_ payload: String, _ secret: [UInt8]) -> String {
        Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("placement-ask:\(payload)".utf8)))
    }
}
