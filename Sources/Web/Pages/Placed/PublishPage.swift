import Engine
import Hummingbird
import Operations
import Wording

/// What publishing a draft would do, before it is done: how it differs from what stands published.
struct PublishPage: Page {
    static let studentsOnOnePage = 25

    let template = "publish"
    let round: PlacementRound
    let draft: PlacementDraft
    let difference: PlaceDifference
    /// Those of this page.
    let lines: [PlaceChangeLine]
    /// For how many nothing can begin, by the reason.
    let obstacles: [PlacementObstacleToStart: Int]
    /// Counted from zero.
    let page: Int
    let labels: RoundLabels
    let names: PersonNames
    var kept: Form?
    var refusal: String?

    private var url: String { "/placements/\(round.id)/drafts/\(draft.id)/publish" }

    func title(_ scope: PageScope) -> String {
        scope.text("placed.publish.title", ["number": "\(draft.number)"])
    }

    func values(_ scope: PageScope) -> Values {
        let counts = difference.counts
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "counts": PlaceChange.Kind.allCases.compactMap { kind in
                counts[kind].map { scope.count("placed.publish.\(kind.rawValue)", $0) }
            } + [scope.count("placed.publish.unchanged", difference.unchanged)],
        ]
        let hindered = PlacementObstacleToStart.allCases.compactMap { obstacle in
            obstacles[obstacle].map { scope.count("placed.obstacle.\(obstacle.rawValue)", $0) }
        }
        if !hindered.isEmpty { values["hindered"] = ["obstacles": hindered] as Values }
        if !lines.isEmpty { values["each"] = ["lines": lines.map { line($0, scope) }] as Values }
        if let refusal { values["refusal"] = refusal }
        if difference.changes.isEmpty {
            values["nothing"] = scope.text("placed.publish.nothing")
        } else {
            var form = scope.form(url, key: "publish")
            let isChange = difference.changes.contains { $0.old != nil }
            let field = FormField(
                name: "reason", label: scope.text("change.field.reason"),
                hint: scope.text("placed.publish.reason-hint"), input: .paragraph,
                isRequired: isChange)
            if isChange { form["fields"] = [field.values(kept, fault: nil)] }
            values["form"] = form
        }
        if let pager = Pager(
            page: page, count: difference.changes.count, pageSize: Self.studentsOnOnePage,
            address: url
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func line(_ line: PlaceChangeLine, _ scope: PageScope) -> Values {
        let change = line.change
        var values: Values = ["name": labels.student(change.student)]
        var blocks = [
            [
                "heading": scope.text("placed.publish.place"),
                "lines": [text(change, scope)],
            ] as Values
        ]
        if let obstacle = line.obstacle {
            values["because"] = scope.text("placed.why-not.\(obstacle.rawValue)")
        }
        let consequences = ConsequenceBlocks(
            consequences: line.consequences,
            plan: line.consequences.first?.planBefore ?? Self.noPlan, names: names,
            wording: scope.wording
        ).values
        blocks += consequences["blocks"] as? [Values] ?? []
        values["blocks"] = blocks
        return values
    }

    private static let noPlan = Programme(
        id: "none", kind: .studentPlacement, title: .empty, steps: [])

    private func text(_ change: PlaceChange, _ scope: PageScope) -> String {
        scope.text(
            "placed.change.\(change.kind.rawValue)",
            ["old": place(change.old, scope), "new": place(change.new, scope)])
    }

    private func place(_ place: PlaceChange.Place?, _ scope: PageScope) -> String {
        guard let place else { return "" }
        let supervisor = place.supervisor.map { labels.supervisor($0) }
        return [
            labels.ward(place.ward), scope.wording.placementDays(labels.days(place.period)),
            supervisor.map { scope.text("placed.with", ["name": $0]) },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}

/// How far a publication has come, and for whom nothing could begin.
struct PublicationPage: Page {
    static let studentsOnOnePage = 25

    let template = "publication"
    let round: PlacementRound
    let publication: PlacementPublication
    let refusals: [(student: String, detail: String)]
    /// Counted from zero.
    let page: Int
    let labels: RoundLabels
    let names: PersonNames
    let time: ZonedTime

    func title(_ scope: PageScope) -> String { scope.text("placed.publication.title") }

    func values(_ scope: PageScope) -> Values {
        let gone = publication.total - publication.waiting
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "state": scope.text(
                publication.isFinished ? "act.finished" : "act.running",
                ["count": "\(gone)", "total": "\(publication.total)"]),
            "counts": [scope.count("placed.publication.done", publication.done)]
                + (publication.refused > 0
                    ? [scope.count("placed.publication.refused", publication.refused)] : []),
            "began": scope.text(
                "act.began",
                [
                    "name": names.name(publication.actor),
                    "moment": scope.wording.moment(time.civil(publication.startedAt)),
                ]),
        ]
        if !publication.isFinished {
            values["running"] = ["value": "\(gone)", "max": "\(max(1, publication.total))"]
        }
        if !refusals.isEmpty {
            values["refused"] = [
                "people": refusals.map { each -> Values in
                    let known = PlacementObstacleToStart(rawValue: each.detail)
                    return [
                        "name": labels.student(each.student),
                        "reason": known.map { scope.text("placed.why-not.\($0.rawValue)") }
                            ?? each.detail,
                    ]
                }
            ]
        }
        if let pager = Pager(
            page: page, count: publication.refused, pageSize: Self.studentsOnOnePage,
            address: "/placements/\(round.id)/publications/\(publication.id)"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }
}

extension WebContext {
    /// The round that the reader coordinates.
    ///
    /// - Throws: `PageError.notFound` for everybody else.
    func coordinated(_ context: PageRequest) throws -> PlacementRound {
        let reader = try context.needReader()
        guard
            let round = try installation.placementRound(
                try context.identifier("round"), for: reader.id)
        else { throw PageError.notFound }
        return round
    }

    func showPublish(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try publishPage(Pager.asked(request), "", context), context)
    }

    func publish(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let round = try coordinated(context)
        let reason = String((form["reason"] ?? "").prefix(FormReader.longestText))
        do {
            let publication = try await installation.publishPlacements(
                try context.identifier("draft"), of: round.id, reason: reason, by: reader.id,
                key: try key(form, reader.id))
            return redirect(to: "/placements/\(round.id)/publications/\(publication)")
        } catch let error as OperationError where error.pageStatus.code < 500 {
            var page = try publishPage(0, reason, context)
            page.kept = form
            page.refusal =
                if case .invalid = error {
                    context.wording.text("page.placed.publish.busy")
                } else { error.sentence(in: context.language, programme: nil) }
            return try self.page(page, context, status: error.pageStatus)
        }
    }

    private func publishPage(
        _ number: Int, _ reason: String, _ context: PageRequest
    ) throws -> PublishPage {
        let round = try coordinated(context)
        guard
            let draft = try installation.placementDraft(
                try context.identifier("draft"), of: round),
            let difference = try installation.difference(publishing: draft, of: round)
        else { throw PageError.notFound }
        let size = PublishPage.studentsOnOnePage
        let shown = Array(difference.changes.dropFirst(number * size).prefix(size))
        return PublishPage(
            round: round, draft: draft, difference: difference,
            // A preview needs some reason, and shows none.
            lines: try installation.preview(
                shown, of: round, reason: reason.isEmpty ? "–" : reason,
                by: try context.needReader().id),
            obstacles: try installation.obstacles(to: difference.changes, of: round),
            page: number,
            labels: try installation.labels(of: round, students: shown.map(\.student)),
            names: PersonNames(installation))
    }

    func showPublication(_ request: Request, _ context: PageRequest) throws -> Response {
        let round = try coordinated(context)
        guard
            let publication = try installation.publication(
                try context.identifier("publication"), of: round)
        else { throw PageError.notFound }
        let number = Pager.asked(request)
        let refusals = try installation.refusals(
            of: publication, page: number, pageSize: PublicationPage.studentsOnOnePage)
        let page = PublicationPage(
            round: round, publication: publication, refusals: refusals, page: number,
            labels: try installation.labels(of: round, students: refusals.map(\.student)),
            names: PersonNames(installation), time: installation.time)
        return try self.page(
            page, context, refreshSeconds: publication.isFinished ? nil : 2)
    }
}
