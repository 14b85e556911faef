import Delivery
import Engine
import HTTPTypes
import Hummingbird
import Operations
import Wording

/// How people come in and leave.
extension WebContext {
    static func signInPath(_ target: LocalTarget?) -> String {
        SignInPage.path + (target.map { "?to=\($0.path.percentEncoded)" } ?? "")
    }

    /// The front page outside the demonstration.
    func showEntrance(_ context: PageRequest) throws -> Response {
        try pageForAnybody(SignInPage(isIn: context.session?.isFull == true), context)
    }

    func showSignIn(_ request: Request, _ context: PageRequest) throws -> Response {
        let target = request.uri.queryParameters["to"].flatMap { LocalTarget($0) }
        if context.session?.isFull == true { return redirect(to: target?.path ?? "/me") }
        if context.reader != nil { return try page(restPage(context, target: target), context) }
        return try pageForAnybody(SignInPage(target: target), context)
    }

    /// Sends a link to the address that was written, where it is somebody's, and answers the same
    /// where it is not.
    func askSignIn(_ request: Request, _ context: PageRequest) async throws -> Response {
        let form = try await request.form()
        try check(form, request, context)
        let target = form["to"].flatMap { LocalTarget($0) }
        let written = String((form["email"] ?? "").prefix(254))
        guard (try? MailAddress(written)) != nil else {
            return try page(
                SignInPage(target: target, kept: written), context,
                status: .unprocessableContent)
        }
        try await installation.askSignIn(address: written, target: target)
        return redirect(to: "/signin/sent")
    }

    /// Sends a link to whom we know already by a link from a mail.
    func askOwnSignIn(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        try await installation.askSignIn(
            person: reader.id, target: form["to"].flatMap { LocalTarget($0) })
        return redirect(to: "/signin/sent")
    }

    func showSignInSent(_ context: PageRequest) throws -> Response {
        let wording = context.wording
        return try page(
            ProceedPage(
                heading: wording.text("page.signin.sent.title"),
                paragraphs: [
                    wording.text("page.signin.sent.text"),
                    wording.text("page.signin.sent.nothing"),
                ], way: (SignInPage.path, wording.text("page.signin.sent.again"))), context)
    }

    /// What a link opens is not this: it takes signing in wholly.
    func restPage(_ context: PageRequest, target: LocalTarget?) -> ProceedPage {
        let wording = context.wording
        return ProceedPage(
            heading: wording.text("page.signin.rest.title"),
            paragraphs: [
                wording.text("page.signin.rest.text"),
                wording.text(
                    "page.signin.rest.send-text", ["name": context.reader?.name ?? ""]),
            ],
            act: .init(
                action: "/signin/me", button: wording.text("page.signin.send"), target: target))
    }

    // MARK: - The link that lets in

    /// Shows the button that uses the link. A mail scanner that follows links uses up nothing.
    func showSignInLink(_ context: PageRequest) throws -> Response {
        let wording = context.wording
        switch try installation.signInStanding(token: try signInToken(context)) {
        case .usedAlready: return try deadLink(context, isUsed: true)
        case .ended: return try deadLink(context, isUsed: false)
        case .good(let person):
            var paragraphs = [wording.text("page.signin.enter.text")]
            if let reader = context.reader, reader.id != person.id {
                paragraphs.append(
                    wording.text("page.signin.enter.instead", ["name": reader.name]))
            }
            return try pageForAnybody(
                ProceedPage(
                    heading: wording.text("page.signin.enter.title", ["name": person.name]),
                    paragraphs: paragraphs,
                    act: .init(
                        action: "\(SignInPage.path)/\(try signInToken(context))",
                        button: wording.text("page.signin.enter.send"), asksToRemember: true)),
                context)
        }
    }

    func useSignInLink(_ request: Request, _ context: PageRequest) async throws -> Response {
        let form = try await request.form()
        try check(form, request, context)
        switch try await installation.signIn(token: try signInToken(context)) {
        case .usedAlready: return try deadLink(context, isUsed: true)
        case .ended: return try deadLink(context, isUsed: false)
        case .signedIn(let person, let target):
            var response = redirect(to: target?.path ?? "/me")
            try begin(
                ProvenIdentity(person: person, method: .mailLink),
                remembers: form["remember"] != nil, in: &response)
            return response
        }
    }

    private func signInToken(_ context: PageRequest) throws(PageError) -> String {
        let token = try context.identifier("token")
        guard token.utf8.count == 64 else { throw .notFound }
        return token
    }

    private func deadLink(_ context: PageRequest, isUsed: Bool) throws -> Response {
        let wording = context.wording
        let (title, text) =
            isUsed
            ? ("page.signin.used.title", "page.signin.used.text")
            : ("page.signin.ended.title", "page.signin.ended.text")
        return try page(
            ProceedPage(
                heading: wording.text(title), paragraphs: [wording.text(text)],
                way: (SignInPage.path, wording.text("page.signin.new-link"))), context,
            status: .gone)
    }

    // MARK: - Leaving

    func signOut(_ request: Request, _ context: PageRequest) async throws -> Response {
        let form = try await request.form()
        try check(form, request, context)
        return leave()
    }

    /// Ends all of the reader's sessions, and the links in the mails that they have got so far.
    func signOutEverywhere(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        try await installation.signOutEverywhere(reader.id)
        return leave()
    }

    private func leave() -> Response {
        var response = redirect(to: "/")
        response.setCookie(cookie(Session.cookieName, "", lifetimeSeconds: 0))
        return response
    }
}
