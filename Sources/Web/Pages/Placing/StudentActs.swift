import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Wording

/// The pages of a round's students, and the decisions that are made by hand.
extension WebContext {
    func showStudents(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let text = request.asked("q")
        let onlyLocked = request.asked("locked") == "1"
        let number = Pager.asked(request)
        let size = StudentsPage.studentsOnOnePage
        let found = try installation.placementStudents(
            of: round, matching: text, onlyLocked: onlyLocked, page: number, pageSize: size)
        var page = StudentsPage(
            round: round, rows: found.rows, count: found.count,
            names: try installation.placementNames(of: round),
            shown: try shownPlaces(of: round, request), text: text, onlyLocked: onlyLocked,
            page: number)
        if let result = page.shown.result {
            let students = Set(found.rows.map(\.student.id))
            for each in result.allocation.assignments where students.contains(each.student) {
                page.places[each.student] = each
            }
        }
        return try self.page(page, context)
    }

    func showStudent(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        return try page(try studentPage(round, request, context), context)
    }

    /// Locks a student to a ward, or bars a ward to the student.
    func decideStudent(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        var page = try studentPage(round, request, context)
        page.kept = form
        let student = page.details.student.id
        do {
            let ward = try ward(form, page.names, context)
            if form["kind"] == "lock" {
                guard let period = form["period"] else { throw PageError.badForm }
                try await installation.lock(
                    student, ward: ward, period: period, in: round.id, by: reader.id)
            } else {
                try await installation.ban(student, ward: ward, in: round.id, by: reader.id)
            }
            return redirect(to: "\(round.path)/students/\(student.percentEncoded)")
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let fault as PlacementFault {
            let locked = try installation.placementNames(
                of: round, students: fault.locks.map(\.student))
            page.refusal = context.wording.placementFault(locked.named(fault))
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    func undecideStudent(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        let student = try roundID("student", context)
        if let ward = form["ward"] {
            try await installation.unban(student, ward: ward, in: round.id, by: reader.id)
        } else {
            try await installation.unlock(student, in: round.id, by: reader.id)
        }
        return redirect(to: "\(round.path)/students/\(student.percentEncoded)")
    }

    private func ward(
        _ form: Form, _ names: RoundNames, _ context: PageRequest
    ) throws(FieldFault) -> String {
        let text = String((form["ward"] ?? "").prefix(200))
        let found = names.ward(named: text)
        if found.count == 1 { return found[0] }
        throw FieldFault(
            field: "ward",
            sentence: context.wording.text(
                text.isEmpty
                    ? "page.placing.student.ward-missing"
                    : found.isEmpty
                    ? "page.placing.student.no-ward" : "page.placing.student.several-wards",
                ["text": text]))
    }

    private func studentPage(
        _ round: PlacementRound, _ request: Request, _ context: PageRequest
    ) throws -> StudentPage {
        let id = try roundID("student", context)
        guard let details = try installation.placementStudent(id, of: round) else {
            throw PageError.notFound
        }
        let names = try installation.placementNames(of: round, students: [id])
        let periods = try installation.placementPeriods(of: round)
        var page = StudentPage(
            round: round, details: details, names: names, periods: periods,
            shown: try shownPlaces(of: round, request))
        if page.shown.isPublished {
            page.explanation = try explainedNow(details, round, context)
        } else if let result = page.shown.result {
            page.explanation = try explained(id, result, names, context)
        }
        return page
    }

    /// What the student reads of their own place, or that there is none to explain.
    private func explainedNow(
        _ details: StudentDetails, _ round: PlacementRound, _ context: PageRequest
    ) throws -> [String] {
        let wording = context.wording
        if details.student.withdrawnAt != nil {
            return [wording.text("page.placing.shown.withdrawn")]
        }
        guard
            let own = try installation.placement(ofStudent: details.student.id, in: round),
            var explanation = try installation.explanation(of: own)
        else { return [wording.text("page.placing.shown.came-after")] }
        explanation.student = details.student.name
        // The institution has its own place in the sentence.
        if let ward = own.place?.ward { explanation.place?.ward = ward }
        return wording.placement(explanation)
    }

    private func explained(
        _ student: String, _ result: DraftResult, _ names: RoundNames, _ context: PageRequest
    ) throws -> [String] {
        guard let allocator = try? Allocator(result.instance),
            var explanation = try? allocator.explain(
                student, in: result.allocation, method: result.draft.method)
        else { return [context.wording.text("page.placing.student.not-in-draft")] }
        explanation.profile = result.draft.profile
        return context.wording.placement(names.named(explanation))
    }
}
