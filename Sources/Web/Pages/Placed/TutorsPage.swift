import Engine
import Hummingbird
import Operations
import Wording

/// Who of the schools follows which students up.
struct TutorsPage: Page {
    let template = "tutors"
    let round: PlacementRound
    let tutors: [RoundTutor]
    let names: PersonNames
    /// The group whose form was sent, and what was written.
    var kept: (group: String, text: String)?
    var fault: String?
    let saved: Bool

    func title(_ scope: PageScope) -> String { scope.text("placed.tutors.title") }

    static func group(_ tutor: RoundTutor) -> String {
        "\(tutor.school)|\(tutor.profession)|\(tutor.year)"
    }

    func values(_ scope: PageScope) -> Values {
        let url = "/placements/\(round.id)"
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "groups": tutors.enumerated().map { index, tutor -> Values in
                let group = Self.group(tutor)
                let isOwn = kept?.group == group
                var form = scope.form("\(url)/tutors", key: "tutor-\(index)")
                form["id"] = "tutor-\(index + 1)"
                form["group"] = group
                form["name"] = scope.text(
                    "placed.tutors.group",
                    [
                        "school": tutor.schoolName,
                        "profession": scope.placementProfession(tutor.profession),
                        "year": "\(tutor.year)",
                    ])
                form["count"] = scope.count("placed.students.count", tutor.students)
                form["value"] = isOwn ? kept?.text ?? "" : tutor.person.map(names.name) ?? ""
                if isOwn, let fault { form["fault"] = fault }
                return form
            },
        ]
        if fault != nil { values["faulty"] = true }
        if saved { values["saved"] = scope.text("placed.saved.tutor") }
        return values
    }
}

extension WebContext {
    func showTutors(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try tutorsPage(request, context), context)
    }

    func setTutor(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try tutorsPage(request, context)
        guard let tutor = page.tutors.first(where: { TutorsPage.group($0) == form["group"] })
        else { throw PageError.badForm }
        var person: PersonID?
        if form["person"] != nil {
            let fields = FormReader(
                form: form, wording: context.wording, lookUp: installation.person(named:))
            do {
                person = try fields.person("person")
            } catch let fault as FieldFault {
                page.kept = (TutorsPage.group(tutor), form["person"] ?? "")
                page.fault = fault.sentence
                return try self.page(page, context, status: .unprocessableContent)
            }
        }
        try await installation.setTutor(
            person, school: tutor.school, profession: tutor.profession, year: tutor.year,
            in: page.round.id, by: reader.id)
        return redirect(to: "/placements/\(page.round.id)/tutors?saved=1")
    }

    private func tutorsPage(_ request: Request, _ context: PageRequest) throws -> TutorsPage {
        let round = try coordinated(context)
        return TutorsPage(
            round: round, tutors: try installation.tutors(of: round),
            names: PersonNames(installation),
            saved: request.uri.queryParameters["saved"] != nil)
    }
}

/// The swaps that two students have agreed to, for the coordinator to have done or not.
struct RoundSwapsPage: Page {
    struct Line {
        let swap: StudentSwap
        let outlook: SwapOutlook?
    }

    let template = "roundswaps"
    let round: PlacementRound
    let lines: [Line]
    var kept: (swap: String, reason: String)?
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("placed.swaps.title") }

    func values(_ scope: PageScope) -> Values {
        let url = "/placements/\(round.id)"
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "swaps": lines.map { self.line($0, url, scope) },
        ]
        if lines.isEmpty { values["none"] = scope.text("placed.swaps.none") }
        if let refusal { values["refusal"] = refusal }
        return values
    }

    private func line(_ line: Line, _ url: String, _ scope: PageScope) -> Values {
        let swap = line.swap
        var values: Values = [
            "name": scope.text(
                "placed.swaps.pair",
                ["first": swap.first.name, "second": swap.second?.name ?? ""]),
            "state": scope.text("placed.swaps.state.\(swap.status.rawValue)"),
            "sides": [swap.first, swap.second].compactMap { side -> String? in
                guard let side, let place = side.place else { return nil }
                return scope.text(
                    "placed.swaps.side",
                    [
                        "name": side.name, "ward": place.ward,
                        "days": scope.wording.placementDays(place.days),
                    ])
            },
        ]
        guard swap.status == .agreed else { return values }
        values["reasons"] =
            line.outlook.map { scope.refusals($0, over: "placed.swaps.over") } ?? []
        var form = scope.form("\(url)/swaps/\(swap.id)", key: swap.id)
        form["id"] = "swap-\(swap.id)"
        form["value"] = kept?.swap == swap.id ? kept?.reason ?? "" : ""
        if line.outlook?.difference != nil { form["may"] = true }
        values["form"] = form
        return values
    }
}

extension WebContext {
    func showRoundSwaps(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try roundSwapsPage(context), context)
    }

    func decideSwap(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try roundSwapsPage(context)
        let swap = try context.identifier("swap")
        guard let answer = form["answer"], ["yes", "no"].contains(answer),
            page.lines.contains(where: { $0.swap.id == swap })
        else { throw PageError.notFound }
        let reason = String((form["reason"] ?? "").prefix(FormReader.longestText))
        do {
            let publication = try await installation.decideSwap(
                swap, accepts: answer == "yes", reason: reason, in: page.round.id, by: reader.id,
                key: try key(form, reader.id))
            let url = "/placements/\(page.round.id)"
            return redirect(
                to: publication.map { "\(url)/publications/\($0)" } ?? "\(url)/swaps")
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page.kept = (swap, reason)
            page.refusal =
                if case .invalid(_, let problem) = error {
                    context.wording.text(
                        problem == .periodOver
                            ? "page.placed.swaps.over" : "page.placed.swaps.not-possible")
                } else { error.sentence(in: context.language, programme: nil) }
            return try self.page(page, context, status: error.pageStatus)
        }
    }

    private func roundSwapsPage(_ context: PageRequest) throws -> RoundSwapsPage {
        let round = try coordinated(context)
        return RoundSwapsPage(
            round: round,
            lines: try installation.swaps(of: round).map { swap in
                RoundSwapsPage.Line(
                    swap: swap,
                    outlook: swap.status == .agreed
                        ? try installation.outlook(of: swap) : nil)
            })
    }
}
