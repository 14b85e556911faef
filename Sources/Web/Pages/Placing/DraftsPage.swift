import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Operations
import Placements
import Wording

/// The drafts of a round, the form that makes another, and the form that compares two.
struct DraftsPage: Page {
    let template = "drafts"
    let round: PlacementRound
    /// All of them, also those that are not done.
    let drafts: [PlacementDraft]
    let shown: ShownPlaces
    /// What stands published; nil where nothing does.
    let standing: DraftResult?
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("placing.drafts.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form("\(round.path)/drafts", key: "draft")
        form["fields"] = fields(scope).map {
            $0.values(kept, fault: $0.name == fault?.field ? fault?.sentence : nil, form: "draft")
        }
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope), "form": form,
        ]
        if fault != nil { values["faulty"] = true }
        if let refusal { values["refusal"] = refusal }
        if drafts.isEmpty {
            values["none"] = true
        } else {
            values["table"] = ["grid": grid(scope).values] as Values
        }
        let options = shown.options(scope)
        if options.count > 1 {
            values["compare"] = [
                "action": "\(round.path)/compare",
                "selects": ["a", "b"].enumerated().map { index, name -> Values in
                    [
                        "name": name, "label": scope.text("placing.drafts.compare-\(name)"),
                        "options": options.enumerated().map { number, option -> Values in
                            [
                                "id": option.id, "title": option.name,
                                "is-chosen": number == (shown.inForce == nil ? 1 - index : index),
                            ]
                        },
                    ]
                },
            ] as Values
        }
        return values
    }

    static func name(_ draft: PlacementDraft, _ scope: PageScope) -> String {
        scope.text("placing.draft.name", ["number": "\(draft.number)"])
    }

    private func grid(_ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.drafts.caption"),
            heads: ["name", "status", "method", "placed", "started", "published"].map {
                scope.text("placing.drafts.head-\($0)")
            },
            rows: inForce(scope) + drafts.map { draft in
                Grid.Row(
                    Self.name(draft, scope), url: "\(round.path)/drafts/\(draft.id)",
                    [
                        scope.text("placing.draft.status.\(draft.status.rawValue)"),
                        Self.method(draft, scope),
                        draft.placed.map {
                            scope.text(
                                "placing.board.of",
                                ["count": "\($0)", "all": "\(draft.students)"])
                        } ?? "–", scope.wording.moment(shown.time.civil(draft.startedAt)),
                        shown.standing(draft, scope),
                    ])
            })
    }

    /// What stands published, before the drafts.
    private func inForce(_ scope: PageScope) -> [Grid.Row] {
        guard let standing, let published = standing.published else { return [] }
        let placed = standing.allocation.assignments.count
        let without = (standing.certificate["unplaced"]?.array ?? []).count
        return [
            Grid.Row(
                scope.text("placing.shown.published"), url: "\(round.path)/published",
                [
                    scope.text("placing.shown.in-force-short"),
                    Self.method(standing.draft, scope),
                    scope.text(
                        "placing.board.of", ["count": "\(placed)", "all": "\(placed + without)"]),
                    "–",
                    scope.text(
                        "placing.shown.of-draft",
                        [
                            "draft": Self.name(standing.draft, scope),
                            "moment": scope.wording.moment(
                                shown.time.civil(published.publishedAt)),
                        ])
                        + (published.isChanged
                            ? " " + ShownPlaces.changes(published, scope) : ""),
                ])
        ]
    }

    static func method(_ draft: PlacementDraft, _ scope: PageScope) -> String {
        let method = scope.text("placing.method.\(draft.method.rawValue)")
        guard draft.method == .optimal else { return method }
        return method + ", " + scope.text("placing.profile.\(draft.profile.rawValue.lowercased())")
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        var limit = FormField(
            name: "time-limit", label: scope.text("placing.drafts.time-limit"), input: .number,
            value: "60")
        limit.hint = scope.text("placing.drafts.time-limit-hint")
        var fields = [
            FormField(
                name: "method", label: scope.text("placing.drafts.method"),
                input: .choice(
                    AllocationMethod.allCases.map {
                        .init(
                            id: $0.rawValue,
                            name: scope.text("placing.method.\($0.rawValue)-text"))
                    }), value: AllocationMethod.optimal.rawValue),
            FormField(
                name: "profile", label: scope.text("placing.drafts.profile"),
                input: .choice(
                    AllocationProfile.allCases.map {
                        .init(
                            id: $0.rawValue,
                            name: scope.text("placing.profile.\($0.rawValue.lowercased())-text"))
                    }), value: AllocationProfile.wishesFirst.rawValue), limit,
        ]
        let done = drafts.filter { $0.status == .done }
        if !done.isEmpty {
            fields.append(
                FormField(
                    name: "base", label: scope.text("placing.drafts.base"),
                    input: .choice(
                        [.init(id: "", name: scope.text("placing.drafts.no-base"))]
                            + done.map { .init(id: $0.id, name: Self.name($0, scope)) }),
                    value: ""))
        }
        return fields
    }
}

extension WebContext {
    func showDrafts(_ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let page = try draftsPage(round)
        let isBusy = page.drafts.contains(where: \.isUnderWay)
        return try self.page(page, context, refreshSeconds: isBusy ? 5 : nil)
    }

    func startDraft(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        var page = try draftsPage(round)
        page.kept = form
        let wording = context.wording
        do {
            guard let method = form["method"].flatMap({ AllocationMethod(rawValue: $0) }),
                let profile = form["profile"].flatMap({ AllocationProfile(rawValue: $0) })
            else { throw PageError.badForm }
            guard let limit = form["time-limit"].flatMap({ Int($0) }),
                (1...Installation.longestDraft).contains(limit)
            else {
                throw FieldFault(
                    field: "time-limit",
                    sentence: wording.text(
                        "page.placing.drafts.time-limit-fault",
                        ["most": "\(Installation.longestDraft)"]))
            }
            let id = try await installation.startDraft(
                of: round.id, method: method, profile: profile, timeLimit: limit,
                base: form["base"], by: reader.id, key: try key(form, reader.id))
            return redirect(to: "\(round.path)/drafts/\(id)")
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let fault as PlacementFault {
            let names = try installation.placementNames(
                of: round, students: fault.locks.map(\.student))
            page.refusal = wording.placementFault(names.named(fault))
        } catch OperationError.keyReused {
            page.refusal = wording.text("page.fault.sent-before")
        } catch OperationError.invalid(field: "draft", _) {
            page.refusal = wording.text(
                "page.placing.drafts.too-many", ["count": "\(Installation.mostOpenDrafts)"])
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    /// Ends the search: without a result, or with the best that was found.
    func endDraft(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        let id = try context.identifier("draft")
        if form["keep"] != nil {
            try await installation.finishDraft(id, of: round.id, by: reader.id)
        } else {
            try await installation.cancelDraft(id, of: round.id, by: reader.id)
        }
        return redirect(to: "\(round.path)/drafts/\(id)")
    }

    private func draftsPage(_ round: PlacementRound) throws -> DraftsPage {
        DraftsPage(
            round: round, drafts: try installation.placementDrafts(of: round),
            shown: try shownPlaces(of: round),
            standing: try installation.standingPlaces(of: round))
    }
}
