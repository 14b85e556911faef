import Delivery
import Engine
import Hummingbird
import NIOCore
import Operations
import Wording

/// Every kind of mail as it will be, with invented people and days that are always the same.
struct MailTemplatesPage: Page {
    static let path = "/admin/mails"

    let template = "mails"
    let sample: MailSample
    let result: Result<RenderedMail, MailTemplateProblems>?
    /// Why it could not be written, though the templates are right.
    var failure: String?

    func title(_ scope: PageScope) -> String { scope.text("admin.mails.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "fields": sample.fields(scope).map { $0.values(nil, fault: nil, form: "sample") }
        ]
        switch result {
        case .success(let mail):
            values["mail"] = [
                "subject": mail.subject, "text": mail.text,
                "html": "\(Self.path)/html?\(sample.query)",
            ]
        case .failure(let problems):
            values["problems"] = [
                "list": problems.problems.map { problem -> Values in
                    [
                        "place": "\(problem.path):\(problem.line)",
                        "message": problem.sentence(scope.wording),
                    ]
                }
            ]
        case nil: break
        }
        if let failure { values["failure"] = failure }
        return values
    }
}

/// Which mail is shown, and to whom.
struct MailSample {
    /// Who gets the mail.
    enum Recipient: String, CaseIterable {
        case newcomer, leader, mentor
    }

    var kind = MailKind.welcome
    var language = MailLanguage.bokmal
    var recipient = Recipient.newcomer

    var query: String {
        "kind=\(kind.rawValue)&language=\(language.rawValue)&person=\(recipient.rawValue)"
    }

    func fields(_ scope: PageScope) -> [FormField] {
        func select(_ name: String, _ value: String, _ options: [FormField.Option]) -> FormField {
            FormField(
                name: name, label: scope.text("admin.mails.\(name)"), input: .choice(options),
                value: value)
        }
        return [
            select(
                "kind", kind.rawValue,
                MailKind.allCases.map {
                    .init(id: $0.rawValue, name: scope.mailKind($0.rawValue))
                }),
            select(
                "language", language.rawValue,
                Wording.languages.map {
                    .init(
                        id: $0.rawValue, name: Wording(language: $0).text("language.name"))
                }),
            select(
                "person", recipient.rawValue,
                Recipient.allCases.map {
                    .init(id: $0.rawValue, name: scope.text("admin.mails.person-\($0.rawValue)"))
                }),
        ]
    }

    /// The folder's own samples, told to the recipient.
    func values(_ templates: MailTemplates) -> [String: MailValue] {
        var values = templates.sampleValues(kind, language: language)
        let isParticipant = recipient == .newcomer
        values["isParticipant"] = .flag(isParticipant)
        if isParticipant {
            if let name = values["participantName"] { values["recipientName"] = name }
        } else {
            let wording = Wording(language: Language(language.rawValue))
            values["recipientName"] = .text(
                wording.text("page.admin.mails.name-\(recipient.rawValue)"))
            if values["role"] != nil {
                let role: RoleID = recipient == .leader ? .lineManager : .mentor
                values["role"] = .text(wording.role(role))
            }
        }
        return values
    }
}

extension WebContext {
    func showMailTemplates(_ request: Request, _ context: PageRequest) throws -> Response {
        _ = try administration(context)
        let sample = mailSample(request, context)
        do {
            let mail = try rendered(sample)
            return try page(MailTemplatesPage(sample: sample, result: .success(mail)), context)
        } catch let problems as MailTemplateProblems {
            return try page(
                MailTemplatesPage(sample: sample, result: .failure(problems)), context)
        } catch let error as MailRenderingError {
            return try page(
                MailTemplatesPage(
                    sample: sample, result: nil, failure: error.sentence(context.wording)),
                context)
        }
    }

    /// The mail's own HTML, for the frame on the page: it may load nothing, run nothing and go
    /// nowhere.
    func showMailTemplateHTML(_ request: Request, _ context: PageRequest) throws -> Response {
        _ = try administration(context)
        guard let mail = try? rendered(mailSample(request, context)) else {
            throw PageError.notFound
        }
        var response = Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: mail.html)))
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; \
            base-uri 'none'; form-action 'none'; sandbox
            """
        response.set("X-Frame-Options", "SAMEORIGIN")
        return response
    }

    /// The templates are read anew each time: what is wrong with them is seen before the service
    /// is started with them.
    private func rendered(_ sample: MailSample) throws -> RenderedMail {
        guard let courier else { throw PageError.notFound }
        let templates = try courier.templatesOnDisk()
        return try templates.render(
            sample.kind, language: sample.language, values: sample.values(templates))
    }

    private func mailSample(_ request: Request, _ context: PageRequest) -> MailSample {
        let query = request.uri.queryParameters
        var sample = MailSample()
        sample.language = MailLanguage(rawValue: context.language.rawValue)
        if let kind = query["kind"].flatMap({ MailKind(rawValue: String($0)) }) {
            sample.kind = kind
        }
        if let asked = query["language"].map({ Language(String($0)) }),
            Wording.languages.contains(asked)
        {
            sample.language = MailLanguage(rawValue: asked.rawValue)
        }
        if let person = query["person"].flatMap({ MailSample.Recipient(rawValue: String($0)) }) {
            sample.recipient = person
        }
        return sample
    }
}
