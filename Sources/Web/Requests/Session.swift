import Cryptography
public import Engine
import Operations

/// Who is at the other end, and how much of their pages is open to them: a signed value in a
/// cookie.
struct Session: Hashable, Sendable {
    /// What a session opens.
    enum Scope: Hashable, Sendable {
        /// All that its person may see and do.
        case full
        /// What a link from a mail was about, and no more: a forwarded mail is not an account.
        case link(EnrolmentID?, StepID?)
        /// Nobody yet: so that the forms that one comes in by are protected as every other is.
        case visitor
    }

    static let cookieName = "ombord"
    /// Twelve hours: a day at a machine that others use after.
    static let lifetimeSeconds: Int64 = 12 * 3600
    /// Thirty days, for a device that its reader says is their own.
    static let longLifetimeSeconds: Int64 = 30 * 86_400

    let person: PersonID?
    let scope: Scope
    /// Milliseconds since 1970.
    let issued: Int64
    /// Seconds since 1970.
    let expires: Int64
    /// Tells two sessions of the same person apart.
    let random: String

    /// - Parameter after: When the person last ended all their sessions: this one is newer.
    init(
        person: PersonID?, scope: Scope, lifetimeSeconds: Int64 = lifetimeSeconds,
        after: Instant = Instant(milliseconds: 0), _ installation: Installation
    ) {
        let now = installation.clock.now()
        self.person = person
        self.scope = scope
        issued = max(now.milliseconds, after.milliseconds + 1)
        expires = now.seconds + lifetimeSeconds
        random = installation.random.identifier("s")
    }

    /// The session that a cookie stands for, or nil where it was altered or has expired.
    init?(cookie: String, secret: [UInt8], now: Instant) {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 8, let issued = Int64(parts[4]), let expires = Int64(parts[5]),
            let scope = Scope(parts[1], parts[2], parts[3])
        else { return nil }
        let payload = parts[0..<7].joined(separator: ".")
        let expected = Self.signature("session:\(payload)", secret)
        guard
            Cryptography.equalInConstantTime(Array(expected.utf8), Array(parts[7].utf8)),
            expires > now.seconds, parts[0].isEmpty == (scope == .visitor)
        else { return nil }
        person = parts[0].isEmpty ? nil : PersonID(parts[0])
        self.scope = scope
        self.issued = issued
        self.expires = expires
        random = parts[6]
    }

    var isFull: Bool { scope == .full }

    private var payload: String {
        let (kind, enrolment, step) = scope.parts
        return "\(person?.rawValue ?? "").\(kind).\(enrolment).\(step).\(issued).\(expires)"
            + ".\(random)"
    }

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

extension Session.Scope {
    fileprivate var parts: (kind: String, enrolment: String, step: String) {
        switch self {
        case .full: ("full", "", "")
        case .visitor: ("visitor", "", "")
        case .link(let enrolment, let step):
            ("link", enrolment?.rawValue ?? "", step?.rawValue ?? "")
        }
    }

    fileprivate init?(_ kind: String, _ enrolment: String, _ step: String) {
        switch kind {
        case "full": self = .full
        case "visitor": self = .visitor
        case "link":
            self = .link(
                enrolment.isEmpty ? nil : EnrolmentID(enrolment),
                step.isEmpty ? nil : StepID(step))
        default: return nil
        }
    }
}

extension WebContext {
    /// The Cookie field of somebody who has signed in, for programs that test or measure pages. It
    /// takes the installation's secret, as signing in does.
    public func signedInCookie(for person: PersonID) -> String {
        let session = Session(person: person, scope: .full, installation)
        return "\(Session.cookieName)=\(session.cookie(installation.settings.secret))"
    }
}
