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
    /// How the draft stands in the round as it is now; nil where it changes nobody's place.
    let standing: DraftStanding?
    let outlook: PublicationOutlook
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
    var fault: FieldFault?

    private var url: String { "/placements/\(round.id)/drafts/\(draft.id)/publish" }
    private var isBroken: Bool { standing?.broken.isEmpty == false }

    func title(_ scope: PageScope) -> String {
        scope.text("placed.publish.title", ["number": "\(draft.number)"])
    }

    func values(_ scope: PageScope) -> Values {
        let counts = difference.counts
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "counts": PlaceChange.Kind.allCases.compactMap { kind in
                counts[kind].map { scope.count("placed.publish.\(kind.rawValue)", $0) }
            } + [scope.count("placed.publish.unchanged", difference.unchanged)]
                + (difference.past > 0
                    ? [scope.count("placed.publish.over", difference.past)] : []),
        ]
        let hindered = PlacementObstacleToStart.allCases.compactMap { obstacle in
            obstacles[obstacle].map { scope.count("placed.obstacle.\(obstacle.rawValue)", $0) }
        }
        if !hindered.isEmpty { values["hindered"] = ["obstacles": hindered] as Values }
        if let standing { values["standing"] = standing.values(scope) }
        let gaps = gaps(scope)
        if !gaps.isEmpty { values["gaps"] = ["list": gaps] as Values }
        if !lines.isEmpty { values["each"] = ["lines": lines.map { line($0, scope) }] as Values }
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if isBroken {
            // Nothing is offered that would be refused.
        } else if difference.changes.isEmpty {
            values["nothing"] = scope.text("placed.publish.nothing")
        } else {
            values["form"] = form(scope)
        }
        if let pager = Pager(
            page: page,
            count: isBroken ? standing?.review.broken.count ?? 0 : difference.changes.count,
            pageSize: Self.studentsOnOnePage, address: url
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    /// What is no fault of the draft, and better known before than after.
    private func gaps(_ scope: PageScope) -> [Values] {
        var gaps: [Values] = []
        if outlook.begun > 0 {
            gaps.append(["text": scope.count("placed.publish.begun", outlook.begun)])
        }
        if outlook.unplaced > 0 {
            gaps.append(["text": scope.count("placed.publish.unplaced", outlook.unplaced)])
        }
        if outlook.withoutTutor > 0 {
            gaps.append([
                "text": outlook.hasTutors
                    ? scope.count("placed.publish.tutorless", outlook.withoutTutor)
                    : scope.text("placed.publish.no-tutors"),
                "url": "/placements/\(round.id)/tutors",
            ])
        }
        return gaps
    }

    /// The field that says what was shown.
    static let shown = "shown"

    private func form(_ scope: PageScope) -> Values {
        var form = scope.form(url, key: "publish")
        var fields = [
            FormField(name: Self.shown, label: "", input: .hidden, value: outlook.mark)
        ]
        if difference.changes.contains(where: { $0.old != nil }) {
            fields.append(
                FormField(
                    name: "reason", label: scope.text("change.field.reason"),
                    hint: scope.text("placed.publish.reason-hint"), input: .paragraph))
        }
        if let confirm = standing?.confirmation(scope) { fields.append(confirm) }
        form["fields"] = fields.map {
            // What is shown now is confirmed now, and nothing that was shown before.
            $0.values(
                $0.name == Self.shown ? nil : kept,
                fault: fault?.field == $0.name ? fault?.sentence : nil)
        }
        return form
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
            wording: scope.wording, joinsNotices: true
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
                confirming: DraftStanding.confirmed(form), shown: form[PublishPage.shown] ?? "",
                key: try key(form, reader.id))
            return redirect(to: "/placements/\(round.id)/publications/\(publication)")
        } catch let error as OperationError where error.pageStatus.code < 500 {
            var page = try publishPage(0, reason, context)
            page.kept = form
            switch error {
            // The page itself says what is broken.
            case .invalid(_, .brokenRules): break
            case .invalid(_, .worse(let number, _)):
                page.fault = FieldFault(
                    field: DraftStanding.field,
                    sentence: context.wording.text(
                        "page.placed.publish.worse-missing", ["number": "\(number)"]))
            case .invalid(_, .underWay):
                page.refusal = context.wording.text("page.placed.publish.busy")
            default: page.refusal = error.sentence(in: context.language, programme: nil)
            }
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
        let review = try installation.review(draft, of: round)
        let isBroken = review?.broken.isEmpty == false
        let shown =
            isBroken ? [] : Array(difference.changes.dropFirst(number * size).prefix(size))
        return PublishPage(
            round: round, draft: draft, difference: difference,
            standing: try review.map {
                DraftStanding(
                    round: round, draft: draft, review: $0,
                    broken: try installation.brokenRules(
                        $0.broken.dropFirst(number * size).prefix(size), of: round))
            },
            outlook: try installation.outlook(of: round, publishing: difference, review),
            // A preview needs some reason, and shows none.
            lines: try installation.preview(
                shown, of: round, reason: reason.isEmpty ? "–" : reason,
                by: try context.needReader().id),
            obstacles: isBroken
                ? [:] : try installation.obstacles(to: difference.changes, of: round),
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
