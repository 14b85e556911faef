import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Wording

/// What a template is filled with: texts, flags, and lists of the same.
typealias Values = [String: Any]

/// A page: what its template is filled with, all of it prepared.
protocol Page {
    var template: String { get }
    /// The page's name, which is also its heading.
    func title(_ scope: PageScope) -> String
    func values(_ scope: PageScope) -> Values
}

/// What every page knows besides its own subject.
struct PageScope {
    let wording: Wording
    let now: CivilMoment
    let reader: PersonID?
    /// What the session's forms carry.
    var formToken: String
    /// The page's part of its forms' idempotency keys.
    var pageKey: String

    var language: Language { wording.language }
    var today: CivilDay { now.day }

    func text(_ key: String, _ values: [String: String] = [:]) -> String {
        wording.text("page.\(key)", values)
    }

    /// "3 steg": a text that has one form for one and another for many.
    func count(_ key: String, _ count: Int, _ values: [String: String] = [:]) -> String {
        text(
            "\(key).\(count == 1 ? "one" : "many")",
            values.merging(["count": "\(count)"]) { own, _ in own })
    }

    /// What a form needs: where it goes, and that it comes from this page.
    func form(_ action: String, key: String) -> Values {
        ["action": action, "csrf": formToken, "key": "\(pageKey).\(key)"]
    }

    /// A day as short as can be told: with its year where that is another.
    func shortDay(_ day: CivilDay) -> String {
        wording.shortDay(day, withYear: day.year != today.year)
    }
}

extension WebContext {
    func scope(_ context: PageRequest) -> PageScope {
        PageScope(
            wording: context.wording, now: installation.nowCivil, reader: context.reader?.id,
            formToken: context.session?.formToken(installation.settings.secret) ?? "",
            pageKey: installation.random.identifier("k"))
    }

    /// The answer that shows a page.
    func page(
        _ page: some Page, _ context: PageRequest, status: HTTPResponse.Status = .ok,
        refreshSeconds: Int? = nil
    ) throws -> Response {
        let scope = scope(context)
        var frame = frame(scope, context)
        frame["title"] = page.title(scope)
        frame["body"] = Markup(
            bytes: try (page as? any KeptPage).map { try keptBody($0, scope) }
                ?? body(page, scope))
        if let refreshSeconds { frame["refresh"] = "\(refreshSeconds)" }
        let html = try rendered("layout", frame, scope)
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: html)))
    }

    func body(_ page: some Page, _ scope: PageScope) throws -> [UInt8] {
        var values = page.values(scope)
        values["title"] = page.title(scope)
        return try rendered(page.template, values, scope)
    }

    private func rendered(
        _ name: String, _ values: Values, _ scope: PageScope
    ) throws -> [UInt8] {
        guard let template = PageTemplates.template(name, in: scope.language) else {
            throw HTTPError(.internalServerError)
        }
        return PageRenderer.render(template, values)
    }

    private func frame(_ scope: PageScope, _ context: PageRequest) -> Values {
        let isFull = context.session?.isFull == true
        var frame: Values = [
            "language": scope.language.rawValue,
            "style-version": PageTemplates.stylesheetVersion,
            "home": isFull ? "/me" : "/",
        ]
        // In the demonstration one chooses whom to be instead.
        if !isFull, demonstration == nil || context.reader != nil { frame["sign-in"] = true }
        if let reader = context.reader {
            frame["reader"] = [
                "name": reader.name, "csrf": scope.formToken, "is-full": isFull,
                "follows": context.standing.follows, "leads": context.standing.leads,
                "administers": context.standing.administers,
                "coordinates": context.standing.charges.contains(.placementCoordinator),
            ] as Values
        } else {
            frame["languages"] = Wording.languages.map { language -> Values in
                [
                    "id": language.rawValue,
                    "name": Wording(language: language).text("language.name"),
                    "is-current": language == scope.language,
                ]
            }
        }
        if demonstration != nil {
            frame["demonstration"] = [
                "today": scope.text("demo.banner", ["day": scope.wording.moment(scope.now)]),
                "has-mailbox": courier != nil,
            ] as Values
        }
        return frame
    }

    /// An answer that sends the reader on, so that loading again does not do again.
    func redirect(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}

/// A page that says that something cannot be shown or done, and what to do.
struct ErrorPage: Page {
    let template = "error"
    /// `not-found`, `sign-in` and so on: what the language file calls it.
    let kind: String
    let sentence: String?
    /// Where signing in leads, where that is what helps.
    var signIn: String?

    func title(_ scope: PageScope) -> String { scope.text("error.\(kind).title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["text": sentence ?? scope.text("error.\(kind).text")]
        if let signIn { values["sign-in"] = signIn }
        return values
    }
}
