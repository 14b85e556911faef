import Engine
import Hummingbird
import Operations
import Wording

/// The pages and acts of a change of one enrolment.
extension WebContext {
    func showChanges(_ context: PageRequest) throws -> Response {
        try page(ChangesPage(view: try changeableView(context)), context)
    }

    func showChange(_ request: Request, _ context: PageRequest) throws -> Response {
        let view = try changeableView(context)
        let kind = try changeKind(context)
        guard kind.isPossible(view) else {
            return redirect(to: "/enrolments/\(view.id)/change")
        }
        let fact = try fact(kind, view, request.uri.queryParameters["fact"].map(String.init))
        var page = ChangePage(
            kind: kind, view: view, fact: fact, names: PersonNames(installation))
        page.kept = chosenBefore(request, page, context)
        return try self.page(page, context)
    }

    /// Shows what a change would bring about. Changes nothing.
    func previewChange(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (form, view, kind) = try await changeForm(request, context)
        return try preview(kind, form, view, context)
    }

    func carryOutChange(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let key = try key(form, reader.id)
        let isKnown = try installation.isKnown(key: key)
        let view: EnrolmentView
        do {
            view = try changeableView(context)
        } catch PageError.notFound where isKnown {
            // Sent twice, and after the first it was no longer the reader's to change.
            return redirect(to: "/me?saved=1")
        }
        let kind = try changeKind(context)
        var page = ChangePage(
            kind: kind, view: view, fact: try fact(kind, view, form["fact"]), kept: form,
            names: PersonNames(installation))
        do {
            let command = try command(page, form, context)
            if !isKnown, form["seen"] != "\(view.enrolment.eventCount)" {
                // What was shown is not what would be done: it is shown anew first.
                return try preview(
                    kind, form, view, context, note: context.wording.text("page.change.stale"))
            }
            _ = try await installation.act(
                command, on: view.id, by: .person(reader.id), key: key)
        } catch {
            return try self.page(
                try told(error, &page, context), context, status: status(of: error))
        }
        let isStillTheirs = try installation.enrolmentView(view.id, for: reader.id) != nil
        return redirect(to: isStillTheirs ? "/enrolments/\(view.id)?changed=1" : "/me?saved=1")
    }

    // MARK: - Shared

    private func preview(
        _ kind: ChangeKind, _ form: Form, _ view: EnrolmentView, _ context: PageRequest,
        note: String? = nil
    ) throws -> Response {
        var page = ChangePage(
            kind: kind, view: view, fact: try fact(kind, view, form["fact"]), kept: form,
            names: PersonNames(installation))
        do {
            let command = try command(page, form, context)
            page.consequences = [try installation.preview(command, on: view.id)]
            page.note = note
            if let person = command.person { page.people["person"] = page.names.name(person) }
        } catch {
            return try self.page(
                try told(error, &page, context), context, status: status(of: error))
        }
        return try self.page(page, context, status: note == nil ? .ok : .conflict)
    }

    /// The enrolment of the address, for whoever may change it; nobody else is told that it is.
    func changeableView(_ context: PageRequest) throws -> EnrolmentView {
        let view = try view(context)
        guard let reader = context.reader, view.mayChange(reader.id) else {
            throw PageError.notFound
        }
        return view
    }

    private func changeKind(_ context: PageRequest) throws -> ChangeKind {
        guard let kind = ChangeKind(rawValue: try context.identifier("kind")) else {
            throw PageError.notFound
        }
        return kind
    }

    private func fact(_ kind: ChangeKind, _ view: EnrolmentView, _ id: String?) throws -> Fact? {
        guard kind == .fact else { return nil }
        guard let id, let fact = view.programme.fact(FactID(id)) else { throw PageError.notFound }
        return fact
    }

    private func changeForm(
        _ request: Request, _ context: PageRequest
    ) async throws -> (Form, EnrolmentView, ChangeKind) {
        _ = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        return (form, try changeableView(context), try changeKind(context))
    }

    private func command(
        _ page: ChangePage, _ form: Form, _ context: PageRequest
    ) throws -> Command {
        try ChangeRequest(
            kind: page.kind, form: form, view: page.view, fact: page.fact,
            reader: try context.needReader().id, wording: context.wording,
            lookUp: installation.person(named:)
        ).command()
    }

    /// What a link has chosen already: a step, a role or a change to take back.
    private func chosenBefore(
        _ request: Request, _ page: ChangePage, _ context: PageRequest
    ) -> Form? {
        let fields = ChangeFields(
            kind: page.kind, view: page.view, fact: page.fact, scope: scope(context)
        ).all
        var chosen: [String: String] = [:]
        for name in ["step", "role", "edit", "anchor"] {
            if let value = request.uri.queryParameters[Substring(name)] {
                chosen[name] = String(value)
            }
        }
        if chosen.isEmpty { return nil }
        // The other fields are as they stand.
        var form = Form(fields: [:])
        for field in fields {
            if case .choices(let options) = field.input {
                for option in options where field.isChosen(option, nil) {
                    form.set(field.name(of: option), "1")
                }
            } else {
                form.set(field.name, chosen[field.name] ?? field.value)
            }
        }
        return form
    }

    /// The page with what was wrong and all that was written.
    ///
    /// - Throws: what is no fault of the writer's.
    private func told(
        _ error: any Error, _ page: inout ChangePage, _ context: PageRequest
    ) throws -> ChangePage {
        switch error {
        case let fault as FieldFault: page.fault = fault
        case OperationError.keyReused:
            page.refusal = context.wording.text("page.fault.sent-before")
        case let error as OperationError where error.pageStatus.code < 500:
            let sentence = error.sentence(in: context.language, programme: page.view.programme)
            if case .refused(let refusal, _) = error, let field = refusal.field(page.kind) {
                page.fault = FieldFault(field: field, sentence: sentence)
            } else {
                page.refusal = sentence
            }
        default: throw error
        }
        return page
    }

    private func status(of error: any Error) -> HTTPResponse.Status {
        (error as? OperationError)?.pageStatus ?? .unprocessableContent
    }
}

extension Command {
    /// Whom the command puts into a role.
    fileprivate var person: PersonID? {
        switch self {
        case .handOver(_, let person, _): person
        case .arrangeCover(_, let person, _, _, _): person
        default: nil
        }
    }
}
