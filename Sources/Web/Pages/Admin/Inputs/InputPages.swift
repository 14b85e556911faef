import Engine
import Hummingbird
import Operations
import Wording

/// What people in programmes have said about them.
struct InputsPage: Page {
    static let path = "/admin/inputs"
    static let inputsOnOnePage = 20

    let template = "inputs"
    let filter: InputFilter
    let rows: [InputRow]
    let total: Int
    let page: Int
    let words: InputWords

    func title(_ scope: PageScope) -> String { scope.text("admin.inputs.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "filters": InputFilter.allCases.map { filter -> Values in
                var link: Values = [
                    "url": "\(Self.path)?show=\(filter.rawValue)",
                    "text": scope.text("admin.inputs.filter-\(filter.rawValue)"),
                ]
                if filter == self.filter { link["is-current"] = true }
                return link
            },
            "inputs": rows.map { words.values($0, scope) },
        ]
        if rows.isEmpty { values["none"] = scope.text("admin.inputs.none-\(filter.rawValue)") }
        if let pager = Pager(
            page: page, count: total, pageSize: Self.inputsOnOnePage,
            address: "\(Self.path)?show=\(filter.rawValue)"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }
}

/// What is shown of an input.
struct InputWords {
    let installation: Installation

    func values(_ input: InputRow, _ scope: PageScope) -> Values {
        let programme = (try? installation.programme(input.programme))?.programme
        func moment(_ at: Instant) -> String {
            scope.wording.moment(installation.time.civil(at))
        }
        var values: Values = [
            "url": "\(InputsPage.path)/\(input.id)", "author": input.authorName,
            "when": moment(input.writtenAt), "paragraphs": input.text.paragraphs,
            "programme": programme?.title.text(in: scope.language) ?? input.programme.rawValue,
        ]
        if let step = input.step {
            values["step"] = programme?.step(step).map(scope.wording.title) ?? step.rawValue
        }
        if let answer = input.answer {
            values["answer"] = [
                "paragraphs": answer.paragraphs,
                "by": scope.text(
                    "admin.inputs.answered",
                    [
                        "name": input.answeredBy ?? "–",
                        "moment": input.answeredAt.map(moment) ?? "",
                    ]),
            ] as Values
        }
        return values
    }
}

/// One input, and where it is answered.
struct InputPage: Page {
    let template = "input"
    let input: InputRow
    let words: InputWords
    var kept: Form?
    var fault: FieldFault?
    var isSaved = false

    func title(_ scope: PageScope) -> String { scope.text("admin.inputs.single") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form("\(InputsPage.path)/\(input.id)/answer", key: "answer")
        form["text"] = kept.map { $0.fields["answer"] ?? "" } ?? input.answer ?? ""
        form["longest"] = "\(Installation.longestInput)"
        if let fault { form["fault"] = fault.sentence }
        var values: Values = ["input": words.values(input, scope), "form": form]
        if isSaved { values["saved"] = true }
        if fault != nil { values["faulty"] = true }
        return values
    }
}

extension WebContext {
    func showInputs(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try administration(context).reader
        let filter = request.uri.queryParameters["show"].flatMap {
            InputFilter(rawValue: String($0))
        }
        let page = Pager.asked(request)
        let (rows, total) = try installation.inputs(
            for: reader.id, filter ?? .waiting, page: page,
            pageSize: InputsPage.inputsOnOnePage)
        return try self.page(
            InputsPage(
                filter: filter ?? .waiting, rows: rows, total: total, page: page,
                words: InputWords(installation: installation)), context)
    }

    func showInput(_ request: Request, _ context: PageRequest) throws -> Response {
        var shown = try inputPage(context)
        shown.isSaved = request.uri.queryParameters["saved"] != nil
        return try page(shown, context)
    }

    func answerInput(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try administration(context).reader
        let form = try await request.form()
        try check(form, request, context)
        var shown = try inputPage(context)
        shown.kept = form
        // A text area sends its line ends as two characters.
        let text = (form.fields["answer"] ?? "").replacing("\r\n", with: "\n").trimmed
        let key: String?
        if text.isEmpty {
            key = "missing"
        } else {
            key = text.count > Installation.longestInput ? "too-long" : nil
        }
        if let key {
            shown.fault = FieldFault(
                field: "answer",
                sentence: context.wording.text(
                    "page.admin.inputs.fault-\(key)", ["count": "\(Installation.longestInput)"]))
            return try page(shown, context, status: .unprocessableContent)
        }
        do {
            try await installation.answerInput(
                shown.input.id, text, by: reader.id, key: try self.key(form, reader.id))
        } catch OperationError.keyReused {
            shown.fault = FieldFault(
                field: "answer", sentence: context.wording.text("page.fault.sent-before"))
            return try page(shown, context, status: .conflict)
        }
        return redirect(to: "\(InputsPage.path)/\(shown.input.id)?saved=1")
    }

    private func inputPage(_ context: PageRequest) throws -> InputPage {
        let reader = try administration(context).reader
        guard
            let input = try installation.input(
                try context.identifier("input"), for: reader.id)
        else { throw PageError.notFound }
        return InputPage(input: input, words: InputWords(installation: installation))
    }
}
