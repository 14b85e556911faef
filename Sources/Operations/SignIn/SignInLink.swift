import Cryptography

/// A link that lets its person in once.
///
/// The outbox holds the link's name, 32 random bytes; the address in the mail holds a token that
/// follows from the name and the installation's secret; the database holds the token's digest.
/// Whoever reads the database alone, or knows the secret alone, has no token.
struct SignInLink: Hashable, Sendable {
    static let kind = "sign-in"
    /// Fifteen minutes.
    static let lifetimeSeconds = 900.0
    /// How many that are still good a person may have: asking once more then sends nothing, and
    /// there is one in the mailbox that works.
    static let mostLive = 5
    /// How many mails go out in an hour at the most, to all together.
    static let mostInAnHour = 2_000

    private static let prefix = "sign-in/"

    let name: String

    init(random: any RandomSource) {
        name = Cryptography.hex(random.bytes(32))
    }

    /// The link whose mail has an identity in the outbox.
    init?(identity: String) {
        guard identity.hasPrefix(Self.prefix) else { return nil }
        name = String(identity.dropFirst(Self.prefix.count))
    }

    var identity: String { Self.prefix + name }

    func token(_ secret: [UInt8]) -> String {
        Cryptography.hex(
            Cryptography.hmacSHA256(key: secret, message: Array("sign-in:\(name)".utf8)))
    }

    func url(_ settings: InstallationSettings) -> String {
        "\(settings.baseURL)/signin/\(token(settings.secret))"
    }

    /// What the database knows a token by.
    static func digest(_ token: String) -> String {
        Cryptography.hex(Cryptography.sha256(Array(token.utf8)))
    }
}
