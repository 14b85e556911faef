import Engine
import Hummingbird
import Operations
import Wording

/// Following a link from a mail.
extension WebContext {
    /// Follows a link from a mail: opens what it is about and goes there. It does nothing else, so
    /// that a mail scanner that follows links does no harm.
    func followLink(_ request: Request, _ context: PageRequest) throws -> Response {
        let (link, person) = try link(context)
        if let session = context.session, session.isFull {
            if session.person == link.person {
                return redirect(to: place(of: link, request, isFull: true))
            }
            return try page(insteadPage(link, person, request, context), context)
        }
        var response = redirect(to: place(of: link, request, isFull: false))
        try begin(link, in: &response)
        return response
    }

    /// Goes on as the link's person, after the reader has said so.
    func followLinkInstead(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (link, _) = try link(context)
        let form = try await request.form()
        try check(form, request, context)
        var response = redirect(to: place(of: link, request, isFull: false))
        try begin(link, in: &response)
        return response
    }

    /// The link that the address is, and its person.
    private func link(_ context: PageRequest) throws -> (PageLink, PersonCard) {
        guard
            let token = context.parameters.get("token"), token.utf8.count <= 600,
            let link = PageLink(
                token: token, secret: installation.settings.secret,
                now: installation.clock.now()),
            let reader = try installation.reader(link.person),
            link.issued * 1000 > reader.sessionsFrom.milliseconds
        else { throw PageError.badLink }
        return (link, reader.card)
    }

    /// Where a link goes to. Where else to go is never taken from outside, but for the one word
    /// that means the person's own settings.
    private func place(of link: PageLink, _ request: Request, isFull: Bool) -> String {
        if goesToSettings(request) { return SettingsPage.path }
        guard let enrolment = link.enrolment else {
            return isFull ? "/me" : Self.signInPath(LocalTarget("/me"))
        }
        let plan = "/enrolments/\(enrolment)"
        return link.step.map { "\(plan)/steps/\($0)" } ?? plan
    }

    private func goesToSettings(_ request: Request) -> Bool {
        request.uri.queryParameters["to"].map { $0 == PageLink.settingsTarget } ?? false
    }

    private func insteadPage(
        _ link: PageLink, _ person: PersonCard, _ request: Request, _ context: PageRequest
    ) -> ProceedPage {
        let wording = context.wording
        let names = ["name": person.name, "reader": context.reader?.name ?? ""]
        let token = context.parameters.get("token") ?? ""
        let suffix = goesToSettings(request) ? "?to=\(PageLink.settingsTarget)" : ""
        return ProceedPage(
            heading: wording.text("page.signin.other.title", names),
            paragraphs: [wording.text("page.signin.other.text", names)],
            act: .init(
                action: "/l/\(token)\(suffix)",
                button: wording.text("page.signin.other.send", names)))
    }
}
