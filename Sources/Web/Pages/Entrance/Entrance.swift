import Engine
import Hummingbird
import Operations

/// How people come in and leave.
extension WebContext {
    /// Follows a link from a mail: starts a session and goes to the page. It does nothing else, so
    /// that a mail scanner that follows links does no harm.
    func followLink(_ request: Request, _ context: PageRequest) throws -> Response {
        guard
            let token = context.parameters.get("token"), token.utf8.count <= 600,
            let link = PageLink(
                token: token, secret: installation.settings.secret,
                now: installation.clock.now()),
            try installation.person(link.person) != nil
        else { throw PageError.badLink }
        var path = "/me"
        // The one other page that a link may name; where else to go is never taken from outside.
        if let wanted = request.uri.queryParameters["to"], wanted == PageLink.settingsTarget {
            path = SettingsPage.path
        } else if let enrolment = link.enrolment {
            path = "/enrolments/\(enrolment)"
            if let step = link.step { path += "/steps/\(step)" }
        }
        var response = redirect(to: path)
        if context.reader?.id != link.person { startSession(link.person, in: &response) }
        return response
    }

    func signOut(_ request: Request, _ context: PageRequest) async throws -> Response {
        let form = try await request.form()
        try check(form, request, context)
        var response = redirect(to: "/")
        response.setCookie(cookie(Session.cookieName, "", lifetimeSeconds: 0))
        return response
    }
}
