import Engine
import Hummingbird
import Operations
import Wording

/// Finds out who asks and in which language, before any page is made.
struct ReaderMiddleware: RouterMiddleware {
    static let languageCookie = "ombord-language"
    let web: WebContext

    func handle(
        _ request: Request, context: PageRequest,
        next: (Request, PageRequest) async throws -> Response
    ) async throws -> Response {
        var context = context
        let installation = web.installation
        if let value = request.cookies[Session.cookieName]?.value,
            let session = Session(
                cookie: value, secret: installation.settings.secret,
                now: installation.clock.now())
        {
            let person = try session.person.flatMap { try installation.person($0) }
            // A session whose person is gone is none.
            if person != nil || session.person == nil { context.session = session }
            context.reader = person
            if let person { context.standing = try installation.standing(of: person.id) }
        }
        let asked = request.uri.queryParameters["lang"].map { Language(String($0)) }
        let chosen = asked.flatMap { Wording.languages.contains($0) ? $0 : nil }
        context.language = context.reader?.language ?? chosen ?? remembered(request)
        var response = try await next(request, context)
        if let chosen {
            response.setCookie(
                web.cookie(
                    Self.languageCookie, chosen.rawValue, lifetimeSeconds: 365 * 86_400))
        }
        return response
    }

    private func remembered(_ request: Request) -> Language {
        if let kept = request.cookies[Self.languageCookie].map({ Language($0.value) }),
            Wording.languages.contains(kept)
        {
            return kept
        }
        let wanted = (request.headers[.acceptLanguage] ?? "").split(separator: ",").map {
            $0.prefix { $0 != "-" && $0 != ";" }.lowercased().trimmed
        }
        for language in wanted {
            if language == "no" { return .bokmål }
            if let found = Wording.languages.first(where: { $0.rawValue == language }) {
                return found
            }
        }
        return .bokmål
    }
}

extension WebContext {
    /// A cookie that scripts and other sites do not get; only over https where the pages are there.
    func cookie(_ name: String, _ value: String, lifetimeSeconds: Int64) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: Int(lifetimeSeconds), path: "/",
            secure: installation.settings.baseURL.hasPrefix("https:"), httpOnly: true,
            sameSite: .lax)
    }

    /// Starts a session for a person, or for a visitor who is nobody yet.
    func startSession(_ person: PersonID?, in response: inout Response) {
        let session = Session(person: person, installation)
        keep(session, in: &response)
    }

    func keep(_ session: Session, in response: inout Response) {
        response.setCookie(
            cookie(
                Session.cookieName, session.cookie(installation.settings.secret),
                lifetimeSeconds: Session.lifetimeSeconds))
    }

    /// The session of a form's sender.
    ///
    /// - Throws: `PageError.foreignForm` where the form was not made for it.
    func check(_ form: Form, _ request: Request, _ context: PageRequest) throws(PageError) {
        // Browsers that say where a request comes from are believed when they say "elsewhere".
        if request.headers[.init("Sec-Fetch-Site") ?? .origin] == "cross-site" {
            throw .foreignForm
        }
        guard let session = context.session else { throw .signInNeeded }
        guard session.accepts(form.fields["csrf"], installation.settings.secret) else {
            throw .foreignForm
        }
    }
}
