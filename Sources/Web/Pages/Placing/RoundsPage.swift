import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import Operations
import Wording

/// A coordinator's rounds, and the form that begins another.
struct RoundsPage: Page {
    static let path = "/placements"
    static let roundsOnOnePage = 25

    let template = "rounds"
    let rounds: [PlacementRound]
    let units: [ChargedUnit]
    var page = 0
    var hasMore = false
    var kept: Form?
    var fault: FieldFault?

    func title(_ scope: PageScope) -> String { scope.text("placing.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form(Self.path, key: "round")
        form["fields"] = fields(scope).map {
            $0.values(kept, fault: $0.name == fault?.field ? fault?.sentence : nil, form: "round")
        }
        var values: Values = ["form": form]
        if fault != nil { values["faulty"] = true }
        if rounds.isEmpty {
            values["none"] = true
        } else {
            values["list"] = ["rounds": rounds.map { entry($0, scope) }]
        }
        let count = page * Self.roundsOnOnePage + rounds.count + (hasMore ? 1 : 0)
        if let pager = Pager(
            page: page, count: count, pageSize: Self.roundsOnOnePage, address: Self.path
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func entry(_ round: PlacementRound, _ scope: PageScope) -> Values {
        [
            "url": round.path, "name": round.name,
            "status": scope.text("placing.status.\(round.status.rawValue)"),
            "look": round.status == .published ? "done" : "open",
            "unit": units.first { $0.id == round.unit }?.name ?? round.unit,
            "days": scope.text(
                "placing.deadlines",
                [
                    "need": scope.wording.day(round.deadlines.need),
                    "offer": scope.wording.day(round.deadlines.offer),
                    "adjust": scope.wording.day(round.deadlines.adjust),
                ]),
        ]
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        // After October the next study year is what is asked about.
        let year = scope.today.year + (scope.today.fields.month >= 10 ? 1 : 0)
        let usual = PlacementRound.Deadlines.usual(autumnOf: year)
        return [
            FormField(
                name: "name", label: scope.text("placing.new.name"), input: .line,
                value: scope.text(
                    "placing.new.study-year", ["from": "\(year)", "to": "\(year + 1)"])),
            FormField(
                name: "unit", label: scope.text("placing.new.unit"),
                input: .choice(
                    units.map {
                        .init(id: $0.id, name: String(repeating: "– ", count: $0.depth) + $0.name)
                    }), value: units.first?.id ?? ""),
        ] + DeadlineFields.fields(usual, scope)
    }
}

/// The fields of a round's three deadlines.
enum DeadlineFields {
    static func fields(
        _ deadlines: PlacementRound.Deadlines?, _ scope: PageScope
    ) -> [FormField] {
        func day(_ name: String, _ day: CivilDay?) -> FormField {
            FormField(
                name: name, label: scope.text("placing.new.\(name)"), input: .day,
                value: day?.description ?? "")
        }
        return [
            day("need", deadlines?.need), day("offer", deadlines?.offer),
            day("adjust", deadlines?.adjust),
        ]
    }

    static func read(_ reading: FormReader) throws -> PlacementRound.Deadlines {
        let deadlines = PlacementRound.Deadlines(
            need: try reading.day("need"), offer: try reading.day("offer"),
            adjust: try reading.day("adjust"))
        if let field = deadlines.disordered {
            throw FieldFault(
                field: field, sentence: reading.wording.text("page.placing.new.disordered"))
        }
        return deadlines
    }
}

extension WebContext {
    func showRounds(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try roundsPage(request, context), context)
    }

    func createRound(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needCoordinator(context)
        let form = try await request.form()
        try check(form, request, context)
        var page = try roundsPage(request, context)
        page.kept = form
        let reading = FormReader(form: form, wording: context.wording) { _ in .nobody }
        do {
            guard let name = form["name"] else {
                throw FieldFault(
                    field: "name", sentence: context.wording.text("page.placing.new.no-name"))
            }
            let id = try await installation.createRound(
                String(name.prefix(200)), in: try reading.chosen("unit"),
                deadlines: try DeadlineFields.read(reading), by: reader.id,
                key: try key(form, reader.id))
            return redirect(to: "/placements/\(id)")
        } catch let fault as FieldFault {
            page.fault = fault
        } catch OperationError.keyReused {
            page.fault = FieldFault(
                field: "name", sentence: context.wording.text("page.fault.sent-before"))
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    private func roundsPage(_ request: Request, _ context: PageRequest) throws -> RoundsPage {
        let reader = try needCoordinator(context)
        let number = Pager.asked(request)
        let size = RoundsPage.roundsOnOnePage
        let more = try installation.placementRounds(
            for: reader.id, page: number, pageSize: size)
        let next = try installation.placementRounds(
            for: reader.id, page: number + 1, pageSize: size)
        return RoundsPage(
            rounds: more, units: try installation.units(of: reader.id, as: .placementCoordinator),
            page: number, hasMore: !next.isEmpty)
    }
}
