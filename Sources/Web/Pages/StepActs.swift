import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// What the forms of a step's page do.
extension WebContext {
    func showStep(_ request: Request, _ context: PageRequest) throws -> Response {
        let page = try stepPage(context)
        // What a placement coordinator asks is answered on a page of its own.
        if page.step.step.id == AskKind.step, let reader = context.reader,
            AskKind.allCases.contains(where: { $0.programme == page.view.programme.id }),
            try !installation.asked(page.view.id, of: reader.id).isEmpty
        {
            return redirect(to: "/asks/\(page.view.id)")
        }
        var shown = page
        shown.isSaved = request.uri.queryParameters["saved"] != nil
        return try self.page(shown, context)
    }

    func confirm(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await act(request, context) { form, _, reader, step in
            let affirms: Bool
            switch form["affirms"] {
            case "yes": affirms = true
            case "no": affirms = false
            default: throw PageError.badForm
            }
            let day = try day(form, otherwise: installation.nowCivil.day)
            return .sign(step, by: reader, affirms: affirms, on: day)
        }
    }

    func skip(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await act(request, context) { form, _, reader, step in
            .skip(step, by: reader, reason: Self.short(form["reason"]))
        }
    }

    func book(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await act(request, context) { form, context, reader, step in
            let day = try day(form, otherwise: nil)
            // Some browsers send seconds.
            guard let time = form["time"].flatMap({ CivilTime($0.prefix(5)) }) else {
                throw InputFault(context.wording.text("page.fault.time"))
            }
            var minutes: Int?
            if let text = form["minutes"] {
                guard let number = Int(text) else {
                    throw InputFault(context.wording.text("page.fault.minutes"))
                }
                minutes = number
            }
            let place = Self.short(form["place"])
            return .book(
                step, by: reader, startsAt: CivilMoment(day, time), minutes: minutes,
                place: place.isEmpty ? nil : place)
        }
    }

    func settle(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await act(request, context) { form, _, reader, step in
            let done: Bool
            switch form["done"] {
            case "yes": done = true
            case "no": done = false
            default: throw PageError.badForm
            }
            return .settleDispute(
                step, by: reader, done: done,
                on: try day(form, otherwise: installation.nowCivil.day),
                reason: Self.short(form["reason"]))
        }
    }

    func answer(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await handle(request, context) { form, context, reader, page in
            var answers: [String: String] = [:]
            for question in page.step.step.questions {
                // A text area sends its line ends as two characters.
                let text = (form.fields["answer-\(question.id)"] ?? "")
                    .replacing("\r\n", with: "\n").trimmed
                if text.count > Installation.longestAnswer {
                    throw InputFault(
                        context.wording.text(
                            "page.fault.answer-too-long",
                            ["count": "\(Installation.longestAnswer)"]))
                }
                if let scale = question.scale, !text.isEmpty, scale.number(text) == nil {
                    throw PageError.badForm
                }
                answers[question.id] = text
            }
            try await installation.answer(
                page.step.step.id, of: page.view.id, by: reader, answers: answers,
                on: installation.nowCivil.day, key: try key(form, reader))
        }
    }

    // MARK: - Shared

    private func act(
        _ request: Request, _ context: PageRequest,
        command: (Form, PageRequest, PersonID, StepID) throws -> Command
    ) async throws -> Response {
        try await handle(request, context) { form, context, reader, page in
            let command = try command(form, context, reader, page.step.step.id)
            _ = try await installation.act(
                command, on: page.view.id, by: .person(reader), key: try key(form, reader))
        }
    }

    /// Does what a form asks and sends the reader on, or shows the step's page again with the
    /// reason why not and all that was written.
    private func handle(
        _ request: Request, _ context: PageRequest,
        body: (Form, PageRequest, PersonID, StepPage) async throws -> Void
    ) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try stepPage(context)
        do {
            try await body(form, context, reader.id, page)
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page = try stepPage(context)
            page.kept = form
            if case .keyReused = error {
                page.refusal = context.wording.text("page.fault.sent-before")
            } else {
                page.refusal = error.sentence(in: context.language, programme: page.view.programme)
            }
            return try self.page(page, context, status: error.pageStatus)
        } catch let fault as InputFault {
            page.kept = form
            page.refusal = fault.sentence
            return try self.page(page, context, status: .unprocessableContent)
        }
        if form["back"] == "me" { return redirect(to: "/me?saved=1") }
        if form["back"] == "board" { return redirect(to: "\(BoardPage.path)?saved=1") }
        if form["back"] == "follow" { return redirect(to: "/follow?saved=step") }
        return redirect(to: "/enrolments/\(page.view.id)/steps/\(page.step.step.id)?saved=1")
    }

    private func stepPage(_ context: PageRequest) throws -> StepPage {
        let view = try view(context)
        let id = StepID(try context.identifier("step"))
        guard let step = view.steps.first(where: { $0.step.id == id }) else {
            throw PageError.notFound
        }
        var answers: [AnswerRow] = []
        if let reader = context.reader, !step.step.questions.isEmpty {
            answers = try installation.answers(to: step, of: view, for: reader.id)
        }
        var page = StepPage(view: view, step: step, answers: answers)
        if let reader = context.reader, step.status == .done, !step.step.records.isEmpty {
            page.claims = try installation.openClaims(ofStep: id, in: view.id, for: reader.id)
            page.shelf = try installation.frameworkShelf()
        }
        return page
    }

    private func day(_ form: Form, otherwise: CivilDay?) throws -> CivilDay {
        guard let text = form["day"] else {
            if let otherwise { return otherwise }
            throw PageError.badForm
        }
        guard let day = CivilDay(text), (1900...2199).contains(day.year) else {
            throw PageError.badForm
        }
        return day
    }

    /// The form's own idempotency key: sent twice, it acts once.
    func key(_ form: Form, _ reader: PersonID) throws -> String {
        guard let key = form["key"], key.utf8.count <= 160,
            key.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else { throw PageError.badForm }
        return "web/\(reader)/\(key)"
    }

    private static func short(_ text: String?) -> String {
        String((text ?? "").prefix(1000))
    }
}

/// What is wrong with what was written, in a sentence to its writer.
struct InputFault: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
