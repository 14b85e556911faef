import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// A ward in a round: what it typed, what its supervisors suffice for and why, and who is there.
struct WardPage: Page {
    let template = "ward"
    let round: PlacementRound
    let view: RoundWardView
    let names: RoundNames
    let time: ZonedTime
    let shown: ShownPlaces

    func title(_ scope: PageScope) -> String {
        view.institution == view.ward.name
            ? view.ward.name : "\(view.institution), \(view.ward.name)"
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope), "facts": facts(scope),
            "shown": shown.values(
                scope, action: "\(round.path)/wards/\(view.ward.id.percentEncoded)"),
            "slots": view.slots.enumerated().map { slot($1, $0, scope) },
        ]
        if var summary = view.summary {
            summary.ward = view.ward.name
            values["summary"] = scope.wording.capacity(summary)
        }
        if view.slots.isEmpty { values["none"] = true }
        if !view.supervisors.isEmpty {
            values["supervisors"] = ["grid": supervisors(scope).values] as Values
        }
        return values
    }

    private func facts(_ scope: PageScope) -> [Values] {
        let ward = view.ward
        var facts = [
            ("model", scope.text("placing.ward.model-\(ward.model.rawValue)")),
            ("field", ward.field),
            (
                "answered",
                ward.answeredAt.map { scope.wording.moment(time.civil($0)) }
                    ?? scope.text("placing.ward.not-answered")
            ),
        ]
        if let obstacle = ward.obstacle {
            facts.append(
                (
                    "obstacle",
                    scope.text("ask.obstacle.\(obstacle.rawValue)")
                        + (ward.obstacleText.map { ". \($0)" } ?? "")
                ))
        }
        return facts.map { ["term": scope.text("placing.ward.\($0)"), "text": $1] }
    }

    private func slot(_ slot: RoundWardView.Slot, _ index: Int, _ scope: PageScope) -> Values {
        var lines = scope.wording.capacity(slot.cell)
        lines += slot.refused.map { scope.wording.refused($0) }
        var values: Values = [
            "id": "slot-\(index)",
            "heading": scope.text(
                "placing.ward.slot",
                [
                    "profession": scope.placementProfession(slot.cell.profession)
                        .beginningUpper,
                    "year": "\(slot.cell.year)", "period": slot.cell.period,
                ]), "lines": lines,
        ]
        if shown.result != nil {
            values["placed"] = [
                "heading": scope.text(
                    "placing.ward.placed",
                    ["count": "\(slot.placed.count)", "draft": shown.name(scope)]),
                "students": slot.placed.map { each -> Values in
                    var line: Values = [
                        "url": shown.address(
                            "\(round.path)/students/\(each.student.percentEncoded)"),
                        "name": names.student(each.student),
                    ]
                    if let id = each.supervisor { line["supervisor"] = names.supervisor(id) }
                    return line
                },
            ] as Values
        }
        return values
    }

    private func supervisors(_ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.ward.supervisors"),
            heads: ["name", "profession", "trained", "years", "periods", "takes"].map {
                scope.text("placing.ward.head-\($0)")
            },
            rows: view.supervisors.map { each in
                Grid.Row(
                    each.name,
                    [
                        scope.placementProfession(each.profession),
                        scope.text("placing.ward.\(each.isTrained ? "trained-yes" : "trained-no")"),
                        each.years.map { "\($0)" }.joined(separator: ", "),
                        each.periods.joined(separator: ", "),
                        !each.isQualified ? "0" : each.takesPair ? "2" : "1",
                    ])
            })
    }
}

extension WebContext {
    func showWard(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let shown = try shownPlaces(of: round, request)
        guard
            let view = try installation.placementWard(
                try roundID("ward", context), of: round, draft: shown.result)
        else { throw PageError.notFound }
        let students = view.slots.flatMap(\.placed).map(\.student)
        return try page(
            WardPage(
                round: round, view: view,
                names: try installation.placementNames(of: round, students: students),
                time: installation.time, shown: shown), context)
    }
}
