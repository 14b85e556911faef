import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Wording

/// What would be otherwise with a supervisor more, with pairs in a ward, or without an institution.
/// It asks and shows; nothing is changed by it.
struct WhatIfPage: Page {
    static let movesShown = 100

    let template = "whatif"
    let round: PlacementRound
    let draft: PlacementDraft
    let contents: RoundContents
    var names = RoundNames()
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    var state: RoundRuns.State?

    private var path: String { "\(round.path)/drafts/\(draft.id)/what-if" }

    func title(_ scope: PageScope) -> String { scope.text("placing.what-if.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "draft": DraftsPage.name(draft, scope),
            "form": [
                "action": path,
                "fields": fields(scope).map {
                    $0.values(
                        kept, fault: $0.name == fault?.field ? fault?.sentence : nil,
                        form: "what")
                },
            ] as Values,
            "marginal": ["action": path] as Values,
        ]
        if fault != nil { values["faulty"] = true }
        if let refusal { values["refusal"] = refusal }
        switch state {
        case .running?: values["running"] = true
        case .done(.whatIf(let answer))?:
            let lines = scope.wording.whatIf(names.named(answer))
            values["answer"] = answerValues(lines, scope)
        case .done(.marginal(let answer))?:
            let lines = scope.wording.marginal(answer.map(names.named))
            values["answer"] = answerValues(lines, scope)
        case .failed(let fault)?: values["refusal"] = scope.wording.placementFault(fault)
        case .done(.split)?, nil: break
        }
        return values
    }

    private func answerValues(_ lines: [String], _ scope: PageScope) -> Values {
        var values: Values = ["lines": Array(lines.prefix(Self.movesShown))]
        if lines.count > Self.movesShown {
            values["more"] = scope.count("admin.more", lines.count - Self.movesShown)
        }
        return values
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        let kinds = WhatIfReader.Kind.allCases.map { kind in
            FormField.Option(
                id: kind.rawValue, name: scope.text("placing.what-if.\(kind.rawValue)"))
        }
        let all = FormField.Option(id: "", name: scope.text("placing.what-if.all-periods"))
        var place = FormField(
            name: "place", label: scope.text("placing.what-if.place"), input: .line)
        place.hint = scope.text("placing.what-if.place-hint")
        let professions = Set(contents.supervisors.map(\.profession)).sorted()
        return [
            FormField(
                name: "change", label: scope.text("placing.what-if.change"),
                input: .choice(kinds), value: WhatIfReader.Kind.supervisor.rawValue), place,
            FormField(
                name: "profession", label: scope.text("placing.board.profession"),
                input: .choice(professions.map { .init(id: $0, name: $0.beginningUpper) }),
                value: professions.first ?? ""),
            FormField(
                name: "period", label: scope.text("placing.student.period"),
                input: .choice([all] + contents.periods.map { .init(id: $0.id, name: $0.id) })),
            FormField(
                name: "places", label: scope.text("placing.what-if.places"), input: .number,
                value: "1"),
        ]
    }
}

/// Reads a question from its form.
struct WhatIfReader {
    enum Kind: String, CaseIterable {
        case supervisor, tospann
        case withoutInstitution = "without-institution"
        case withoutWard = "without-ward"
    }

    let form: Form
    let contents: RoundContents
    let names: RoundNames
    let wording: Wording

    func scenario() throws(FieldFault) -> PlacementScenario {
        guard let kind = form["change"].flatMap({ Kind(rawValue: $0) }) else {
            throw fault("change", "choice")
        }
        guard let places = form["places"].map({ Int($0) }) ?? 0, (0...99).contains(places) else {
            throw fault("places", "number")
        }
        let change: PlacementChange
        var name = wording.text("page.placing.what-if.\(kind.rawValue)")
        switch kind {
        case .supervisor:
            let ward = try ward()
            let own = contents.supervisors.filter { $0.ward == ward }
            let years = Set(own.flatMap(\.years)).sorted()
            change = .supervisor(
                PlacementInstance.Supervisor(
                    id: "", ward: ward, profession: form["profession"] ?? "", isTrained: true,
                    years: years.isEmpty ? [1, 2, 3] : years,
                    periods: form["period"].map { [$0] } ?? contents.periods.map(\.id),
                    maximumStudents: 1), places: places)
            name += ": " + names.ward(ward)
        case .tospann:
            let ward = try ward()
            change = .tospann(ward: ward, places: places)
            name += ": " + names.ward(ward)
        case .withoutWard:
            let ward = try ward()
            change = .withoutWard(ward)
            name += ": " + names.ward(ward)
        case .withoutInstitution:
            let text = form["place"] ?? ""
            let found = contents.institutions.filter {
                $0.id == text || $0.name.lowercased() == text.lowercased()
            }
            guard found.count == 1 else {
                throw FieldFault(
                    field: "place",
                    sentence: wording.text(
                        "page.placing.what-if.no-institution", ["text": text]))
            }
            change = .withoutInstitution(found[0].id)
            name += ": " + found[0].name
        }
        return PlacementScenario(name: name, changes: [change])
    }

    private func ward() throws(FieldFault) -> String {
        let text = form["place"] ?? ""
        let found = names.ward(named: text)
        if found.count == 1 { return found[0] }
        throw FieldFault(
            field: "place",
            sentence: wording.text(
                text.isEmpty
                    ? "page.placing.student.ward-missing"
                    : found.isEmpty
                    ? "page.placing.student.no-ward" : "page.placing.student.several-wards",
                ["text": text]))
    }

    private func fault(_ field: String, _ key: String) -> FieldFault {
        FieldFault(field: field, sentence: wording.text("page.change.fault.\(key)"))
    }
}

extension WebContext {
    /// A question is an address, so that it can be sent on; it changes nothing.
    func showWhatIf(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (_, round) = try needRound(context)
        let draft = try needDraft(round, context)
        guard let result = try installation.draftResult(draft) else { throw PageError.notFound }
        var page = WhatIfPage(
            round: round, draft: draft, contents: try installation.placementPlaces(of: round))
        page.names = try installation.placementNames(of: round)
        let parameters = request.uri.queryParameters
        if parameters["change"] == "marginal" {
            let question = RoundRuns.Question(
                round: round.id, subject: .marginal(draft: draft.id))
            page.state = try await roundRuns.settled(question) {
                (patience) throws(PlacementFault) in
                .marginal(
                    try MarginalValues(
                        result.instance, base: result.allocation, patience: patience
                    ).values)
            }
        } else if parameters["change"] != nil {
            var fields: [String: String] = [:]
            for name in ["change", "place", "profession", "period", "places"] {
                fields[name] = request.asked(Substring(name))
            }
            let form = Form(fields: fields)
            page.kept = form
            do {
                let scenario = try WhatIfReader(
                    form: form, contents: page.contents, names: page.names,
                    wording: context.wording
                ).scenario()
                let question = RoundRuns.Question(
                    round: round.id, subject: .whatIf(draft: draft.id, scenario))
                page.state = try await roundRuns.settled(question) {
                    (patience) throws(PlacementFault) in
                    .whatIf(
                        try WhatIf(
                            scenario, of: result.instance, base: result.allocation,
                            profile: draft.profile, patience: patience))
                }
            } catch let fault as FieldFault {
                page.fault = fault
                return try self.page(page, context, status: .unprocessableContent)
            }
        }
        if case .done(.whatIf(let answer))? = page.state {
            page.names = try installation.placementNames(
                of: round, students: answer.moves.map { $0.student })
        }
        var refresh: Int?
        if case .running? = page.state { refresh = 2 }
        return try self.page(page, context, refreshSeconds: refresh)
    }
}

extension RoundNames {
    /// An answer with names in the places of ids.
    func named(_ answer: WhatIf) -> WhatIf {
        func place(_ place: WhatIf.Place?) -> WhatIf.Place? {
            var named = place
            if let ward = place?.ward { named?.ward = self.ward(ward) }
            return named
        }
        var named = answer
        for index in named.moves.indices {
            named.moves[index].student = student(answer.moves[index].student)
            named.moves[index].from = place(answer.moves[index].from)
            named.moves[index].to = place(answer.moves[index].to)
        }
        for index in named.lostLocks.indices {
            named.lostLocks[index].student = student(answer.lostLocks[index].student)
            named.lostLocks[index].ward = ward(answer.lostLocks[index].ward)
        }
        return named
    }

    func named(_ value: MarginalValue) -> MarginalValue {
        var named = value
        named.ward = ward(value.ward)
        return named
    }
}
