import CivilCalendar
import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// What a supervisor's absence endangers: looked at first, then written down, whereupon the leader
/// of each endangered student has a plan to make.
struct SupervisorAbsencePage: Page {
    let template = "supervisorabsence"
    let round: String
    let supervisor: String
    /// What was asked: the days, as they were written.
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    var found: AbsenceView?
    var isTakenBack = false
    let names: PersonNames

    private var url: String { "\(OwnStudentsPage.path)/\(round)/\(supervisor)/absence" }

    func title(_ scope: PageScope) -> String { scope.text("placed.absence.title") }

    static func fields(_ scope: PageScope) -> [FormField] {
        [
            FormField(
                name: "first", label: scope.text("change.field.first-day-away"), input: .day),
            FormField(
                name: "last", label: scope.text("change.field.last-day-away"), input: .day),
        ]
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "action": url,
            "fields": Self.fields(scope).map {
                $0.values(kept, fault: fault?.field == $0.name ? fault?.sentence : nil)
            },
        ]
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if isTakenBack { values["saved"] = scope.text("placed.saved.absence-back") }
        if let found { values["found"] = self.found(found, scope) }
        return values
    }

    private func found(_ view: AbsenceView, _ scope: PageScope) -> Values {
        let wording = scope.wording
        var values: Values = [
            "heading": scope.text(
                "placed.absence.of",
                [
                    "name": view.name, "ward": view.ward, "from": view.firstWeek,
                    "to": view.lastWeek,
                ]),
            "losses": view.losses.map { loss in
                wording.text(
                    "capacity.absence.loss",
                    [
                        "profession": scope.placementProfession(loss.profession),
                        "year": "\(loss.year)", "period": loss.period,
                        "before": "\(loss.before)", "after": "\(loss.after)",
                    ])
            },
        ]
        if view.losses.isEmpty, view.students.isEmpty {
            values["nothing"] = scope.text("placed.absence.nothing")
        }
        if !view.students.isEmpty {
            values["students"] = ["list": view.students.map { student($0, scope) }]
        }
        let isHarmless = view.students.isEmpty
        if view.isKnown {
            let key = view.isOver ? "over" : isHarmless ? "known-nobody" : "known"
            values["known"] = scope.text("placed.absence.\(key)")
            if !view.isOver { values["back"] = takingBack(view, scope) }
        } else {
            values["report"] = form(view, url, key: "absence", scope)
            values["will"] = scope.text(
                isHarmless ? "placed.absence.will-nobody" : "placed.absence.will")
            if view.isPartlyPast {
                values["past"] = scope.text("placed.absence.partly-past", ["from": view.firstWeek])
            }
        }
        return values
    }

    private func form(
        _ view: AbsenceView, _ action: String, key: String, _ scope: PageScope
    ) -> Values {
        var form = scope.form(action, key: key)
        form["from"] = view.firstWeek
        form["to"] = view.lastWeek
        return form
    }

    /// What there is again once the absence is taken back.
    private func takingBack(_ view: AbsenceView, _ scope: PageScope) -> Values {
        var lines = view.losses.map { loss in
            scope.text(
                "placed.absence.back-places",
                [
                    "profession": scope.placementProfession(loss.profession),
                    "year": "\(loss.year)", "period": loss.period,
                    "before": "\(loss.before)", "after": "\(loss.after)",
                ])
        }
        for student in view.students {
            lines.append(
                scope.text(
                    "placed.absence.back-student",
                    ["student": student.name, "name": view.name]))
            if student.step != nil, !student.isPlanned, let leader = student.leader {
                lines.append(
                    scope.text(
                        "placed.absence.back-task",
                        ["student": student.name, "name": names.name(leader)]))
            }
        }
        if lines.isEmpty { lines = [scope.text("placed.absence.back-nothing")] }
        var form = form(view, "\(url)/withdrawal", key: "absence-back", scope)
        form["lines"] = lines
        return form
    }

    private func student(_ student: AbsenceView.Student, _ scope: PageScope) -> Values {
        var values: Values = [
            "name": student.name,
            "text": student.cover.map {
                scope.text("placed.absence.cover", ["name": $0, "period": student.period])
            } ?? scope.text("placed.absence.nobody", ["period": student.period]),
        ]
        if let leader = student.leader {
            let state = student.step == nil ? "will" : student.isPlanned ? "done" : "begun"
            values["plan"] = scope.text(
                "placed.absence.plan-\(state)", ["name": names.name(leader)])
        } else {
            values["plan"] = scope.text("placed.absence.plan-nobody")
        }
        return values
    }
}

extension WebContext {
    func showSupervisorAbsence(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        var page = SupervisorAbsencePage(
            round: try context.identifier("round"),
            supervisor: try context.identifier("supervisor"), names: PersonNames(installation))
        let parameters = request.uri.queryParameters
        var weeks: (String, String)?
        if let first = parameters["first"], let last = parameters["last"] {
            let form = Form(fields: ["first": String(first), "last": String(last)])
            page.kept = form
            do {
                weeks = try self.weeks(form, context)
            } catch let fault as FieldFault {
                page.fault = fault
            }
        } else if let from = parameters["from"], let to = parameters["to"] {
            weeks = (String(from), String(to))
        }
        // Also without a question it is nobody's page who may not say so.
        try installation.checkMayReport(page.supervisor, in: page.round, by: reader.id)
        page.isTakenBack = parameters["saved"] == "back"
        if let (from, to) = weeks {
            do {
                page.found = try installation.absence(
                    of: page.supervisor, in: page.round, from: from, to: to, for: reader.id)
            } catch OperationError.invalid(_, .notAWeek) {
                throw PageError.notFound
            } catch OperationError.invalid(_, .weekBeforeFirst) {
                throw PageError.notFound
            } catch OperationError.invalid(let field, let problem) {
                page.fault = fault(field, problem, context)
            }
        }
        return try self.page(
            page, context, status: page.fault == nil ? .ok : .unprocessableContent)
    }

    private func fault(
        _ field: String, _ problem: FieldProblem, _ context: PageRequest
    ) -> FieldFault {
        FieldFault(
            field: field,
            sentence: OperationError.invalid(field: field, problem: problem)
                .sentence(in: context.language, programme: nil))
    }

    func reportSupervisorAbsence(
        _ request: Request, _ context: PageRequest
    ) async throws -> Response {
        try await change(request, context, ending: { "?from=\($0.from)&to=\($0.to)" }) {
            try await installation.reportAbsence(
                of: $0.supervisor, in: $0.round, from: $0.from, to: $0.to, by: $0.reader,
                key: $0.key)
        }
    }

    /// Takes an absence back that came to nothing.
    func takeBackSupervisorAbsence(
        _ request: Request, _ context: PageRequest
    ) async throws -> Response {
        try await change(request, context, ending: { _ in "?saved=back" }) {
            try await installation.takeBackAbsence(
                of: $0.supervisor, in: $0.round, from: $0.from, to: $0.to, by: $0.reader,
                key: $0.key)
        }
    }

    /// An absence as somebody who may report it has sent it.
    private struct SentAbsence {
        let reader: PersonID
        let round: String
        let supervisor: String
        let from: String
        let to: String
        let key: String
    }

    /// Does what a form asks for, and leads back to the page; or says on it what is wrong.
    private func change(
        _ request: Request, _ context: PageRequest, ending: (SentAbsence) -> String,
        _ act: (SentAbsence) async throws -> Void
    ) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let round = try context.identifier("round")
        let supervisor = try context.identifier("supervisor")
        // Whoever may not say so is told nothing of what is wrong with the form.
        try installation.checkMayReport(supervisor, in: round, by: reader.id)
        guard let from = form["from"], let to = form["to"] else { throw PageError.badForm }
        let sent = SentAbsence(
            reader: reader.id, round: round, supervisor: supervisor, from: from, to: to,
            key: try key(form, reader.id))
        do {
            try await act(sent)
        } catch OperationError.invalid(let field, let problem) {
            return try refused(fault(field, problem, context), context)
        }
        let address = "\(OwnStudentsPage.path)/\(round)/\(supervisor)/absence"
        return redirect(to: address + ending(sent))
    }

    private func refused(_ fault: FieldFault, _ context: PageRequest) throws -> Response {
        let page = SupervisorAbsencePage(
            round: try context.identifier("round"),
            supervisor: try context.identifier("supervisor"), fault: fault,
            names: PersonNames(installation))
        return try self.page(page, context, status: .unprocessableContent)
    }

    private func weeks(_ form: Form, _ context: PageRequest) throws -> (String, String) {
        let fields = FormReader(
            form: form, wording: context.wording, lookUp: installation.person(named:))
        let first = try fields.day("first")
        let last = try fields.day("last")
        if last < first { throw fields.fault("last", "until-before-from") }
        if last < installation.nowCivil.day { throw fields.fault("last", "in-the-past") }
        return (first.placementWeek, last.placementWeek)
    }
}
