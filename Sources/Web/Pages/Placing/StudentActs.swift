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
            names: try installation.placementNames(of: round), text: text,
            onlyLocked: onlyLocked, page: number)
        page.draft = try newestDraft(of: round)
        if let draft = page.draft, let result = try installation.draftResult(draft) {
            let shown = Set(found.rows.map(\.student.id))
            for each in result.allocation.assignments where shown.contains(each.student) {
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

    /// The newest draft of a round that is done.
    func newestDraft(of round: PlacementRound) throws -> PlacementDraft? {
        try installation.placementDrafts(of: round).first { $0.status == .done }
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
        var page = StudentPage(round: round, details: details, names: names, periods: periods)
        let asked = request.asked("draft")
        page.draft =
            try asked.flatMap { try installation.placementDraft($0, of: round) }
            ?? newestDraft(of: round)
        if let draft = page.draft, let result = try installation.draftResult(draft) {
            page.explanation = try explained(id, result, names, context)
        }
        return page
    }

    private func explained(
        _ student: String, _ result: DraftResult, _ names: RoundNames, _ context: PageRequest
    ) throws -> [String] {
        guard let allocator = try? Allocator(result.instance),
            let explanation = try? allocator.explain(
                student, in: result.allocation, method: result.draft.method)
        else { return [context.wording.text("page.placing.student.not-in-draft")] }
        return context.wording.placement(names.named(explanation))
    }
}
