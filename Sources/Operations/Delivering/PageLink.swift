import Cryptography
public import Engine

/// A signed link from a mail to the page that it is about: whoever holds it is taken to be its
/// person, until it expires. Following it shows; acting takes a button there.
public struct PageLink: Hashable, Sendable {
    public var person: PersonID
    public var enrolment: EnrolmentID?
    public var step: StepID?
    /// Seconds since 1970.
    public var expires: Int64

    /// Thirty days: a talk's mail is read again when the talk is due.
    public static let lifetimeSeconds: Int64 = 30 * 86_400

    public init(person: PersonID, enrolment: EnrolmentID?, step: StepID?, expires: Int64) {
        self.person = person
        self.enrolment = enrolment
        self.step = step
        self.expires = expires
    }

    /// When it was written, in seconds since 1970: what was ended after that has ended it too.
    public var issued: Int64 { expires - Self.lifetimeSeconds }

    /// The link's address.
    public func url(_ settings: InstallationSettings) -> String {
        "\(settings.baseURL)/l/\(token(settings.secret))"
    }

    /// What a link's address says after `to=` where it goes to its person's own settings.
    public static let settingsTarget = "settings"

    /// The address that takes the link's person to their own settings.
    public func settingsURL(_ settings: InstallationSettings) -> String {
        "\(url(settings))?to=\(Self.settingsTarget)"
    }

    /// The link as one word of URL-safe characters.
    public func token(_ secret: [UInt8]) -> String {
        let payload =
            "\(person.rawValue).\(enrolment?.rawValue ?? "").\(step?.rawValue ?? "").\(expires)"
        return "\(payload).\(Self.signature(payload, secret))"
    }

    /// The link that a token stands for, or nil where it was altered or has expired.
    public init?(token: String, secret: [UInt8], now: Instant) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, let expires = Int64(parts[3]) else { return nil }
        let payload = parts[0..<4].joined(separator: ".")
        let expected = Self.signature(payload, secret)
        guard
            Cryptography.equalInConstantTime(Array(expected.utf8), Array(parts[4].utf8)),
            expires > now.seconds
        else { return nil }
        self.init(
            person: PersonID(parts[0]),
            enrolment: parts[1].isEmpty ? nil : EnrolmentID(parts[1]),
            step: parts[2].isEmpty ? nil : StepID(parts[2]), expires: expires)
    }

    private static func signature(_ payload: String, _ secret: [UInt8]) -> String {
        Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("page-link:\(payload)".utf8)))
    }
}
