import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Everything that waits for the reader's word, to be confirmed at once.
struct FollowConfirmPage: Page {
    static let path = "/follow/confirm"
    /// How many steps one form holds; the rest comes when these are done.
    static let mostLines = 40

    let template = "confirm"
    let lines: [Line]
    let inAll: Int
    /// What went well of a form of which not everything did.
    var confirmed: [String] = []
    /// Why a line could not be confirmed, by its name.
    var faults: [String: String] = [:]
    var kept: Form?
    /// Whether the form was sent with nothing ticked.
    var isEmptyChoice = false

    /// One step of one person.
    struct Line {
        let view: EnrolmentView
        let step: StepExplanation

        /// How the form names it.
        var name: String { "\(view.id).\(step.step.id)" }
    }

    func title(_ scope: PageScope) -> String { scope.text("confirm.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [:]
        if !confirmed.isEmpty {
            values["confirmed"] = [
                "heading": scope.count("follow.confirmed", confirmed.count), "lines": confirmed,
            ]
        }
        if !faults.isEmpty { values["refusal"] = scope.count("confirm.refused", faults.count) }
        if isEmptyChoice { values["refusal"] = scope.text("confirm.nothing-chosen") }
        if lines.isEmpty {
            values["nothing"] = true
        } else {
            var form = scope.form(Self.path, key: "confirm")
            form["latest"] = scope.today.description
            form["lines"] = lines.map { self.values($0, scope) }
            values["form"] = form
        }
        if inAll > lines.count {
            values["more"] = scope.count("confirm.more", inAll - lines.count)
        }
        return values
    }

    private func values(_ line: Line, _ scope: PageScope) -> Values {
        let shown = StepLine(view: line.view, step: line.step, scope: scope)
        var values: Values = [
            "id": "c-\(line.name.replacing(".", with: "-"))", "name": line.name,
            "person": line.view.participantName, "title": scope.wording.title(line.step.step),
            "url": shown.url,
            "day": kept?.fields["day.\(line.name)"]
                ?? Self.likelyDay(line.step, scope.today).description,
            "is-chosen": kept.map { $0.fields["do.\(line.name)"] != nil }
                ?? Self.isLikelyDone(line.step, scope.today),
            "day-label": scope.text(
                line.step.step.kind.isAppointment ? "step.held-day" : "step.done-day"),
        ]
        if let when = shown.when { values["when"] = when }
        if line.step.isOverdue { values["late"] = scope.wording.overdue }
        if let fault = faults[line.name] { values["fault"] = fault }
        return values
    }

    /// Whether there is a reason to think that it was done: somebody else says so, or the time that
    /// was agreed has passed. What nothing speaks for is for the reader to tick.
    static func isLikelyDone(_ step: StepExplanation, _ today: CivilDay) -> Bool {
        if step.record.signatures.contains(where: \.affirms) { return true }
        guard let invitation = step.record.invitation, invitation.isAgreed else { return false }
        return invitation.startsAt.day < today
    }

    /// The day on which it was most likely done: when somebody says that it was, when it was
    /// booked for, or today.
    static func likelyDay(_ step: StepExplanation, _ today: CivilDay) -> CivilDay {
        if let said = step.record.signatures.last(where: { $0.affirms })?.on { return said }
        if let booked = step.record.invitation?.startsAt.day, booked <= today { return booked }
        return today
    }
}

extension WebContext {
    func showFollowConfirm(_ context: PageRequest) throws -> Response {
        try page(try followConfirmPage(context), context)
    }

    /// Confirms each chosen step by itself: one that cannot be confirmed keeps no other back.
    func confirmFollowed(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let key = try key(form, reader.id)
        let before = try followConfirmPage(context)
        let chosen = form.fields.keys.filter { $0.hasPrefix("do.") }
            .map { String($0.dropFirst(3)) }.sorted()
        if chosen.isEmpty {
            var page = before
            page.kept = form
            page.isEmptyChoice = true
            return try self.page(page, context, status: .unprocessableContent)
        }
        var done: [String] = []
        var faults: [String: String] = [:]
        for name in chosen.prefix(FollowConfirmPage.mostLines) {
            do {
                done.append(try await confirm(name, form, key, reader.id, context))
            } catch let fault as FieldFault {
                faults[name] = fault.sentence
            }
        }
        if faults.isEmpty { return redirect(to: "\(FollowPage.path)?saved=\(done.count)") }
        var page = try followConfirmPage(context)
        page.confirmed = done
        page.faults = faults.filter { fault in page.lines.contains { $0.name == fault.key } }
        page.kept = form
        // What is not on the list any more is told above it.
        for (name, sentence) in faults where page.faults[name] == nil {
            page.confirmed.append(sentence)
        }
        return try self.page(page, context, status: .conflict)
    }

    /// Confirms one step.
    ///
    /// - Returns: what was confirmed, for its reader.
    /// - Throws: `FieldFault` with why not.
    private func confirm(
        _ name: String, _ form: Form, _ key: String, _ reader: PersonID, _ context: PageRequest
    ) async throws -> String {
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2,
            let view = try installation.enrolmentView(EnrolmentID(parts[0]), for: reader),
            let step = view.steps.first(where: { $0.step.id.rawValue == parts[1] })
        else {
            throw FieldFault(
                field: name, sentence: context.wording.text("page.confirm.unknown"))
        }
        let text = form["day.\(name)"] ?? ""
        guard let day = CivilDay(text), (1900...2199).contains(day.year) else {
            throw FieldFault(
                field: name, sentence: context.wording.text("page.change.fault.day"))
        }
        do {
            _ = try await installation.act(
                .sign(step.step.id, by: reader, affirms: true, on: day), on: view.id,
                by: .person(reader), key: "\(key)/\(name)")
        } catch OperationError.refused(.alreadySaid, programme: _) {
            // Said before, in another window: there is nothing to mend.
        } catch let error as OperationError where error.pageStatus.code < 500 {
            throw FieldFault(
                field: name,
                sentence: error.sentence(in: context.language, programme: view.programme))
        }
        return context.wording.text(
            "page.follow.talk-option",
            ["name": view.participantName, "talk": context.wording.title(step.step)])
    }

    private func followConfirmPage(_ context: PageRequest) throws -> FollowConfirmPage {
        let reader = try context.needReader()
        let lines = try installation.openViews(for: reader.id).flatMap { view in
            view.steps.filter { step in
                view.waits(step, for: reader.id) && view.maySign(step, reader.id)
                    && step.status != .disputed && step.step.questions.isEmpty
            }.map { FollowConfirmPage.Line(view: view, step: $0) }
        }.sorted { a, b in
            (StepOrder.key(a.step), a.view.participantName, a.name)
                < (StepOrder.key(b.step), b.view.participantName, b.name)
        }
        return FollowConfirmPage(
            lines: Array(lines.prefix(FollowConfirmPage.mostLines)), inAll: lines.count)
    }
}
