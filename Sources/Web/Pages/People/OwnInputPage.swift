import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// The form in which somebody writes what could be better in a programme.
struct InputForm {
    let view: EnrolmentView
    /// What it is about, where it is one step.
    let step: StepID?
    var kept: String?
    var fault: String?

    /// - Parameter isOpen: Whether the form stands open, and is not folded behind its heading.
    func values(_ scope: PageScope, isOpen: Bool = false) -> Values {
        let id = "input-\(step?.rawValue ?? view.id.rawValue)"
        var form = scope.form("/enrolments/\(view.id)/input", key: id)
        form["id"] = id
        form["heading"] = scope.text(step == nil ? "input.heading" : "input.heading-step")
        if let step { form["step"] = step.rawValue }
        form["longest"] = "\(Installation.longestInput)"
        form["value"] = kept ?? ""
        if let fault { form["fault"] = fault }
        form["is-open"] = isOpen || fault != nil
        return form
    }
}

/// One input, and its answer where there is one.
struct InputText {
    let row: InputRow
    /// The enrolment that it is about, where it is at hand.
    let view: EnrolmentView?
    let time: ZonedTime

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "when": scope.text(
                "input.written", ["day": scope.wording.day(time.civil(row.writtenAt).day)]),
            "paragraphs": row.text.paragraphs,
        ]
        if let step = row.step.flatMap({ view?.programme.step($0) }) {
            values["of-step"] = scope.wording.title(step)
        }
        if let answer = row.answer, let day = row.answeredAt.map({ time.civil($0).day }) {
            values["answer"] = [
                "who": scope.text(
                    "input.answered",
                    ["name": row.answeredBy ?? "", "day": scope.wording.day(day)]),
                "paragraphs": answer.paragraphs,
            ]
        } else {
            values["unanswered"] = true
        }
        return values
    }
}

/// What the reader has said about one programme, and the form to say more.
struct OwnInputPage: Page {
    let template = "owninput"
    let view: EnrolmentView
    let inputs: [InputRow]
    var form: InputForm
    let time: ZonedTime

    func title(_ scope: PageScope) -> String { scope.text("input.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "programme": view.title.text(in: scope.language), "url": "/enrolments/\(view.id)",
            "input": form.values(scope, isOpen: true),
        ]
        if let step = form.step.flatMap({ view.programme.step($0) }) {
            values["about"] = scope.wording.title(step)
        }
        if form.fault != nil { values["faulty"] = true }
        if !inputs.isEmpty {
            values["inputs"] = [
                "list": inputs.map { InputText(row: $0, view: view, time: time).values(scope) }
            ]
        }
        return values
    }
}

extension WebContext {
    func showOwnInput(_ request: Request, _ context: PageRequest) throws -> Response {
        let view = try view(context)
        let asked = request.uri.queryParameters["step"].map { StepID(String($0)) }
        let step = asked.flatMap { view.programme.step($0)?.id }
        return try page(try ownInputPage(view, step, context), context)
    }

    func giveInput(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let view = try view(context)
        var step: StepID?
        if let text = form["step"] {
            guard let known = view.programme.step(StepID(text))?.id else {
                throw PageError.badForm
            }
            step = known
        }
        // A text area sends its line ends as two characters.
        let text = (form["text"] ?? "").replacing("\r\n", with: "\n")
        var page = try ownInputPage(view, step, context)
        page.form.kept = text
        if text.isEmpty || text.count > Installation.longestInput {
            page.form.fault =
                text.isEmpty
                ? context.wording.text("page.input.fault-empty")
                : context.wording.text(
                    "page.input.fault-long", ["count": "\(Installation.longestInput)"])
            return try self.page(page, context, status: .unprocessableContent)
        }
        do {
            try await installation.giveInput(
                text, about: view.id, step: step, by: reader.id, key: try key(form, reader.id))
        } catch OperationError.keyReused {
            page.form.fault = context.wording.text("page.fault.sent-before")
            return try self.page(page, context, status: .conflict)
        }
        return redirect(to: "/me?saved=input")
    }

    private func ownInputPage(
        _ view: EnrolmentView, _ step: StepID?, _ context: PageRequest
    ) throws -> OwnInputPage {
        let reader = try context.needReader()
        let inputs = try installation.ownInputs(of: reader.id, limit: 50)
        return OwnInputPage(
            view: view, inputs: inputs.filter { $0.enrolment == view.id },
            form: InputForm(view: view, step: step), time: installation.time)
    }
}
