import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// Two drafts beside one another, or what stands published beside a draft: the levels, how many
/// are placed, and who is elsewhere.
struct ComparePage: Page {
    let template = "compare"
    let round: PlacementRound
    let first: ShownPlaces
    let second: ShownPlaces
    let comparison: DraftComparison
    let names: RoundNames
    var page = 0

    func title(_ scope: PageScope) -> String {
        scope.text(
            "placing.compare.title",
            ["first": first.name(scope), "second": second.name(scope)])
    }

    func values(_ scope: PageScope) -> Values {
        let heads = [first, second].map { $0.name(scope) }
        var rows = [
            Grid.Row(
                scope.text("placing.compare.placed"),
                ["\(comparison.placed.first)", "\(comparison.placed.second)"])
        ]
        rows += comparison.levels.map { level in
            Grid.Row(
                scope.text(
                    "placing.level.\(level.level.rawValue.replacing("_", with: "-"))"),
                ["\(level.first)", "\(level.second)"])
        }
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "grid": Grid(
                caption: scope.text("placing.compare.levels"),
                heads: [scope.text("placing.compare.level")] + heads, rows: rows
            ).values,
            "count": scope.count("placing.compare.differ", comparison.differences.count),
        ]
        if first.inForce != nil {
            values["shown"] = [first, second].compactMap { $0.note(scope) }
        }
        if comparison.otherSupervisor > 0 {
            values["supervisors"] = scope.count(
                "placing.compare.supervisors", comparison.otherSupervisor)
        }
        if !comparison.isSameInput { values["other-input"] = true }
        let shown = DraftPage.shown(comparison.differences, page)
        if !shown.isEmpty {
            values["differences"] = [
                "grid": Grid(
                    caption: scope.text("placing.compare.who"),
                    heads: [scope.text("placing.draft.head-student")] + heads,
                    rows: shown.map { each in
                        Grid.Row(
                            names.student(each.student),
                            url: "\(round.path)/students/\(each.student.percentEncoded)",
                            [each.first, each.second].map { place($0, scope) })
                    }
                ).values
            ] as Values
        }
        if let pager = Pager(
            page: page, count: comparison.differences.count, pageSize: DraftPage.rowsOnOnePage,
            address: "\(round.path)/compare?a=\(first.id ?? "")&b=\(second.id ?? "")"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func place(
        _ each: PlacementAllocation.Assignment?, _ scope: PageScope
    ) -> String {
        each.map { "\(names.ward($0.ward)), \($0.period)" }
            ?? scope.text("placing.compare.nowhere")
    }
}

extension WebContext {
    func compareDrafts(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let none = try shownPlaces(of: round)
        func side(_ name: Substring) throws -> (ShownPlaces, DraftResult) {
            guard let result = try request.asked(name).flatMap({ try self.result($0, none) })
            else { throw PageError.notFound }
            var shown = none
            shown.result = result
            return (shown, result)
        }
        let (first, one) = try side("a")
        let (second, other) = try side("b")
        let comparison = DraftComparison(one, other)
        let number = Pager.asked(request)
        let shown = DraftPage.shown(comparison.differences, number).map(\.student)
        return try page(
            ComparePage(
                round: round, first: first, second: second, comparison: comparison,
                names: try installation.placementNames(of: round, students: shown), page: number),
            context)
    }
}
