import Cryptography
import Engine
import Operations

/// Who is at the other end: a signed value in a cookie, good for twelve hours.
///
/// In the demonstration a session may have nobody in it yet, so that the form that chooses somebody
/// is protected as every other form is.
struct Session: Hashable, Sendable {
    static let cookieName = "ombord"
    static let lifetimeSeconds: Int64 = 12 * 3600

    let person: PersonID?
    /// Seconds since 1970.
    let expires: Int64
    /// Tells two sessions of the same person apart.
    let random: String

    init(person: PersonID?, _ installation: Installation) {
        self.person = person
        expires = installation.clock.now().seconds + Self.lifetimeSeconds
        random = installation.random.identifier("s")
    }

    /// The session that a cookie stands for, or nil where it was altered or has expired.
    init?(cookie: String, secret: [UInt8], now: Instant) {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let expires = Int64(parts[1]) else { return nil }
        let payload = parts[0..<3].joined(separator: ".")
        let expected = Self.signature("session:\(payload)", secret)
        guard
            Cryptography.equalInConstantTime(Array(expected.utf8), Array(parts[3].utf8)),
            expires > now.seconds
        else { return nil }
        person = parts[0].isEmpty ? nil : PersonID(parts[0])
        self.expires = expires
        random = parts[2]
    }

    private var payload: String { "\(person?.rawValue ?? "").\(expires).\(random)" }

    func cookie(_ secret: [UInt8]) -> String {
        "\(payload).\(Self.signature("session:\(payload)", secret))"
    }

    /// What every form of the session carries, so that no other site can send one.
    func formToken(_ secret: [UInt8]) -> String {
        Self.signature("form:\(payload)", secret)
    }

    func accepts(_ token: String?, _ secret: [UInt8]) -> Bool {
        Cryptography.equalInConstantTime(
            Array(formToken(secret).utf8), Array((token ?? "").utf8))
    }

    private static func signature(_ text: String, _ secret: [UInt8]) -> String {
        Cryptography.hex(Cryptography.hmacSHA256(key: secret, message: Array(text.utf8)))
    }
}
