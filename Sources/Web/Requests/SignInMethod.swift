import Engine
import Hummingbird
import Logging
import Operations

/// By what somebody has shown who they are.
///
/// Whatever proves it, by a link or by an identity provider, ends in a `ProvenIdentity`, and that
/// is the only thing a full session is made from. A provider (OpenID Connect) is a case here, a
/// route that the provider sends people back to, and the look-up of the person whom it names.
enum SignInMethod: String, Sendable {
    /// A link that was sent to an address of theirs and used once.
    case mailLink = "mail-link"
    /// Made-up people need prove nothing.
    case demonstration
}

/// Somebody who has shown who they are.
struct ProvenIdentity: Sendable {
    let person: PersonID
    let method: SignInMethod
}

extension WebContext {
    /// Starts the session of somebody who has shown who they are.
    ///
    /// - Parameter remembers: Whether the device is their own, so that they stay signed in on it.
    func begin(
        _ identity: ProvenIdentity, remembers: Bool = false, in response: inout Response
    ) throws {
        guard let reader = try installation.reader(identity.person) else {
            throw PageError.badLink
        }
        // Which method, and not who.
        logger.info("signed in", metadata: ["method": "\(identity.method.rawValue)"])
        keep(
            Session(
                person: identity.person, scope: .full,
                lifetimeSeconds: remembers
                    ? Session.longLifetimeSeconds : Session.lifetimeSeconds,
                after: reader.sessionsFrom, installation), remembers: remembers, in: &response)
    }

    /// Starts a session that opens what a link is about.
    func begin(_ link: PageLink, in response: inout Response) throws {
        guard let reader = try installation.reader(link.person) else { throw PageError.badLink }
        keep(
            Session(
                person: link.person, scope: .link(link.enrolment, link.step),
                after: reader.sessionsFrom, installation), in: &response)
    }

    /// - Parameter remembers: Whether the browser keeps it when it is closed.
    func keep(_ session: Session, remembers: Bool = false, in response: inout Response) {
        response.setCookie(
            cookie(
                Session.cookieName, session.cookie(installation.settings.secret),
                lifetimeSeconds: remembers ? Session.longLifetimeSeconds : nil))
    }

    /// A page with a form, also for somebody who has no session yet: they get one that is nobody's.
    func pageForAnybody(
        _ page: some Page, _ context: PageRequest, refreshSeconds: Int? = nil
    ) throws -> Response {
        if context.session != nil {
            return try self.page(page, context, refreshSeconds: refreshSeconds)
        }
        var context = context
        let session = Session(person: nil, scope: .visitor, installation)
        context.session = session
        var response = try self.page(page, context, refreshSeconds: refreshSeconds)
        keep(session, in: &response)
        return response
    }
}
