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
            try keep(session, &context)
        }
        let chosen = Self.chosenLanguage(request)
        context.language = context.reader?.language ?? chosen ?? remembered(request)
        var response = try await next(request, context)
        if let chosen {
            response.setCookie(
                web.cookie(
                    Self.languageCookie, chosen.rawValue, lifetimeSeconds: 365 * 86_400))
        }
        return response
    }

    /// The language that the address asks for.
    static func chosenLanguage(_ request: Request) -> Language? {
        let asked = request.uri.queryParameters["lang"].map { Language(String($0)) }
        return asked.flatMap { Wording.languages.contains($0) ? $0 : nil }
    }

    /// Puts the session into the request, unless its person is gone or has ended it.
    private func keep(_ session: Session, _ context: inout PageRequest) throws {
        guard let person = session.person else {
            context.session = session
            return
        }
        guard let reader = try web.installation.reader(person),
            session.issued > reader.sessionsFrom.milliseconds
        else { return }
        context.session = session
        context.reader = reader.card
        switch session.scope {
        case .full: context.standing = reader.standing
        case .link(let enrolment?, .some):
            context.isLinkOfParticipant = try web.installation.isParticipant(person, in: enrolment)
        case .link, .visitor: break
        }
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
    ///
    /// - Parameter lifetimeSeconds: How long the browser keeps it; nil is until it is closed.
    func cookie(_ name: String, _ value: String, lifetimeSeconds: Int64?) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: lifetimeSeconds.map { Int($0) }, path: "/",
            secure: installation.settings.baseURL.hasPrefix("https:"), httpOnly: true,
            sameSite: .lax)
    }

    /// Browsers that say where a request comes from are believed when they say "elsewhere".
    func refuseElsewhere(_ request: Request) throws(PageError) {
        if request.headers[.init("Sec-Fetch-Site") ?? .origin] == "cross-site" {
            throw .foreignForm
        }
    }

    /// The session of a form's sender.
    ///
    /// - Throws: `PageError.foreignForm` where the form was not made for it.
    func check(_ form: Form, _ request: Request, _ context: PageRequest) throws(PageError) {
        try refuseElsewhere(request)
        guard let session = context.session else { throw .signInNeeded }
        guard session.accepts(form.fields["csrf"], installation.settings.secret) else {
            throw .foreignForm
        }
    }
}
