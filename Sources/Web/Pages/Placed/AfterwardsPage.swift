import CivilCalendar
import Engine
import Foundation
import Hummingbird
import Operations
import Placements
import Wording

/// What comes after an allocation was published: withdrawals, absences, swaps, and the repair.
struct AfterwardsPage: Page {
    let template = "afterwards"
    let round: PlacementRound
    let state: RoundAfterwards
    let publications: [PlacementPublication]
    let absences: [AbsenceView]
    static let supervisorsOnOnePage = 50
    /// What can have been done a moment ago.
    static let said = ["withdrawn", "wishing", "return-kept", "return-waits"]

    /// Those of one page, and how many there are.
    let supervisors: (rows: [RoundSupervisor], count: Int)
    /// Of the supervisors, counted from zero.
    let page: Int
    let time: ZonedTime
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    let saved: String?
    /// The students whom the name that was written may mean.
    var choices: [StudentChoice] = []

    private var url: String { "/placements/\(round.id)" }

    func title(_ scope: PageScope) -> String { scope.text("placed.after.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "counts": [
                scope.count("placed.after.placed", state.placed),
                scope.count("placed.after.unplaced", state.unplaced),
            ],
            "tutors": "\(url)/tutors", "swaps": "\(url)/swaps",
            "swap-count": scope.count("placed.after.swaps", state.agreedSwaps),
            "withdraw": form("withdrawals", withdrawal(scope), scope),
            "wishing": wishing(scope),
        ]
        if let saved { values["saved"] = scope.text("placed.saved.\(saved)") }
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if !state.withdrawn.isEmpty {
            values["withdrawn"] = ["list": state.withdrawn.map { back($0, scope) }]
        }
        if !state.gone.isEmpty {
            values["gone"] = ["list": state.gone.map { back($0, scope) }]
        }
        if round.publishedDraft != nil {
            values["repair"] = scope.form("\(url)/repair", key: "repair")
        } else {
            values["unpublished"] = scope.text("placed.after.unpublished")
        }
        if !absences.isEmpty { values["absences"] = ["list": absences.map { absence($0, scope) }] }
        if !publications.isEmpty {
            values["publications"] = ["list": publications.map { publication($0, scope) }]
        }
        if supervisors.count > 0 {
            values["supervisors"] = [
                "list": supervisors.rows.map { supervisor -> Values in
                    [
                        "name": supervisor.name,
                        "url": "\(OwnStudentsPage.path)/\(round.id)/\(supervisor.id)/absence",
                    ]
                }
            ]
        }
        if let pager = Pager(
            page: page, count: supervisors.count, pageSize: Self.supervisorsOnOnePage,
            address: "\(url)/afterwards"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func form(_ act: String, _ fields: [FormField], _ scope: PageScope) -> Values {
        var form = scope.form("\(url)/\(act)", key: act)
        form["fields"] = fields.map { field in
            let isKept = kept?.fields[field.name] != nil
            return field.values(
                isKept ? kept : nil, fault: fault?.field == field.name ? fault?.sentence : nil,
                form: act)
        }
        return form
    }

    /// Who it is, and which of several of that name.
    private func withdrawal(_ scope: PageScope) -> [FormField] {
        var fields = [
            FormField(
                name: "student", label: scope.text("placed.after.student"),
                hint: scope.text("placed.after.student-hint"), input: .line)
        ]
        if !choices.isEmpty {
            fields.append(
                FormField(
                    name: "which", label: scope.text("placed.after.which"),
                    input: .choice(
                        choices.map { each in
                            FormField.Option(
                                id: each.id,
                                name: scope.text(
                                    "placed.after.one-of-several",
                                    [
                                        "name": each.name, "school": each.school,
                                        "profession": scope.placementProfession(each.profession),
                                        "year": "\(each.year)",
                                        "periods": each.periods.joined(separator: ", "),
                                        "id": each.id,
                                    ]))
                        })))
        }
        return fields
    }

    /// A student who has withdrawn, and may be there after all.
    private func back(_ student: RoundAfterwards.Student, _ scope: PageScope) -> Values {
        var form = scope.form("\(url)/returns", key: "return-\(student.id)")
        form["student"] = student.id
        form["name"] = student.name
        form["send"] = scope.text("placed.after.return", ["name": student.name])
        return form
    }

    private func wishing(_ scope: PageScope) -> Values {
        form(
            "wishing",
            [
                FormField(
                    name: "until", label: scope.text("placed.after.until"), input: .day,
                    value: state.wishing?.until ?? ""),
                FormField(
                    name: "most", label: scope.text("placed.after.most"), input: .number,
                    value: "\(state.wishing?.most ?? 5)"),
            ], scope)
    }

    private func absence(_ view: AbsenceView, _ scope: PageScope) -> Values {
        let url = "\(OwnStudentsPage.path)/\(round.id)/\(view.supervisor)/absence"
        return [
            "text": scope.text(
                "placed.absence.of",
                [
                    "name": view.name, "ward": view.ward, "from": view.firstWeek,
                    "to": view.lastWeek,
                ]),
            "state": view.students.isEmpty
                ? scope.text("placed.after.nobody-endangered")
                : scope.text(
                    "placed.after.covered",
                    [
                        "count": "\(view.students.count(where: \.isPlanned))",
                        "total": "\(view.students.count)",
                    ]),
            "url": "\(url)?from=\(view.firstWeek)&to=\(view.lastWeek)",
        ]
    }

    private func publication(_ each: PlacementPublication, _ scope: PageScope) -> Values {
        [
            "url": "\(url)/publications/\(each.id)",
            "text": scope.count(
                "placed.after.publication", each.total,
                ["moment": scope.wording.moment(time.civil(each.startedAt))]),
        ]
    }
}

extension WebContext {
    func showAfterwards(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try afterwardsPage(request, context), context)
    }

    func withdrawStudent(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await afterwards(request, context) { form, page, reader in
            let text = String((form["student"] ?? "").prefix(200))
                .trimmingCharacters(in: .whitespaces)
            func fault(_ key: String, _ field: String = "student") -> FieldFault {
                FieldFault(
                    field: field,
                    sentence: context.wording.text("page.placed.after.\(key)", ["text": text]))
            }
            if text.isEmpty { throw fault("student-missing") }
            let found = try installation.students(named: text, of: page.round)
            if found.isEmpty { throw fault("student-unknown") }
            let which = form["which"].flatMap { id in found.first { $0.id == id } }
            guard let student = which ?? (found.count == 1 ? found[0] : nil) else {
                page.choices = found
                throw fault("several", "which")
            }
            do {
                try await installation.withdraw(
                    student: student.id, from: page.round.id, by: reader)
            } catch OperationError.invalid(_, .periodOver) {
                throw fault("student-over")
            }
            return redirect(to: "/placements/\(page.round.id)/afterwards?saved=withdrawn")
        }
    }

    /// A student who had withdrawn is there after all.
    func returnStudent(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await afterwards(request, context) { form, page, reader in
            guard let student = form["student"] else { throw PageError.badForm }
            let found = try await installation.takeBackWithdrawal(
                of: student, in: page.round.id, by: reader)
            let saved = found.map { "?saved=return-\($0.rawValue)" } ?? ""
            return redirect(to: "/placements/\(page.round.id)/afterwards\(saved)")
        }
    }

    func setWishing(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await afterwards(request, context) { form, page, reader in
            let fields = FormReader(
                form: form, wording: context.wording, lookUp: installation.person(named:))
            let day = try fields.day("until")
            let most = try fields.number("most")
            guard (1...Installation.mostWishes).contains(most) else {
                throw fields.fault("most", "number")
            }
            try await installation.takeWishes(
                until: day, most: most, in: page.round.id, by: reader)
            return redirect(to: "/placements/\(page.round.id)/afterwards?saved=wishing")
        }
    }

    /// Has a draft made that disturbs as few of those who are placed as can be.
    func startRepair(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await afterwards(request, context) { form, page, reader in
            guard let published = page.round.publishedDraft,
                let base = try installation.placementDraft(published, of: page.round)
            else { throw PageError.badForm }
            do {
                let draft = try await installation.startDraft(
                    of: page.round.id, method: .optimal, profile: base.profile, timeLimit: 120,
                    base: published, by: reader, key: try key(form, reader))
                return redirect(to: "/placements/\(page.round.id)/drafts/\(draft)")
            } catch let fault as PlacementFault {
                let names = try installation.placementNames(
                    of: page.round, students: fault.locks.map(\.student))
                page.refusal = context.wording.text(
                    "page.placed.after.fault",
                    ["fault": context.wording.placementFault(names.named(fault))])
                return try self.page(page, context, status: .conflict)
            }
        }
    }

    private func afterwards(
        _ request: Request, _ context: PageRequest,
        body: (Form, inout AfterwardsPage, PersonID) async throws -> Response
    ) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try afterwardsPage(request, context)
        do {
            return try await body(form, &page, reader.id)
        } catch let fault as FieldFault {
            page.kept = form
            page.fault = fault
            return try self.page(page, context, status: .unprocessableContent)
        }
    }

    private func afterwardsPage(
        _ request: Request, _ context: PageRequest
    ) throws -> AfterwardsPage {
        let round = try coordinated(context)
        let saved = request.uri.queryParameters["saved"].map(String.init)
        let number = Pager.asked(request)
        return AfterwardsPage(
            round: round, state: try installation.afterwards(of: round),
            publications: try installation.publications(of: round),
            absences: try installation.absences(of: round),
            supervisors: try installation.supervisors(
                of: round, page: number, pageSize: AfterwardsPage.supervisorsOnOnePage),
            page: number, time: installation.time,
            saved: saved.flatMap { AfterwardsPage.said.contains($0) ? $0 : nil })
    }
}
