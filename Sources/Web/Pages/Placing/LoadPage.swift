import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// How much each supervisor has over the year, in what stands published or in a draft: the heaviest
/// load first.
struct LoadPage: Page {
    static let rowsOnOnePage = 50

    let template = "load"
    let round: PlacementRound
    let periods: [RoundPeriod]
    let loads: [SupervisorLoad]
    let names: RoundNames
    let shown: ShownPlaces
    var page = 0

    func title(_ scope: PageScope) -> String { scope.text("placing.load.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["round-links": RoundLinks(round: round).values(scope)]
        guard shown.result != nil else {
            values["none"] = true
            return values
        }
        values["shown"] = shown.values(scope, action: "\(round.path)/load")
        let busy = loads.filter { $0.total > 0 }
        values["lead"] = scope.text(
            "placing.load.lead",
            [
                "draft": shown.name(scope), "count": "\(busy.count)",
                "all": "\(loads.count)",
                "always": "\(busy.count { !$0.students.contains(0) })",
                "over": "\(loads.count { $0.isOver })",
            ])
        values["table"] = ["grid": grid(scope).values] as Values
        if let pager = Pager(
            page: page, count: loads.count, pageSize: Self.rowsOnOnePage,
            address: shown.address("\(round.path)/load")
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func grid(_ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.load.caption"),
            heads: [scope.text("placing.load.name"), scope.text("placing.load.ward")]
                + periods.map(\.id)
                + ["students", "weeks", "limit", "trained"].map {
                    scope.text("placing.load.\($0)")
                },
            rows: loads.dropFirst(page * Self.rowsOnOnePage).prefix(Self.rowsOnOnePage).map {
                Grid.Row(
                    $0.supervisor.name,
                    url: shown.address(
                        "\(round.path)/wards/\($0.supervisor.ward.percentEncoded)"),
                    cells($0, scope))
            })
    }

    private func cells(_ load: SupervisorLoad, _ scope: PageScope) -> [String] {
        let one = load.supervisor
        let limits = [
            one.maximumWeeks.map { scope.count("placing.load.most-weeks", $0) },
            one.maximumStudents.map { scope.count("placing.load.most-students", $0) },
        ].compactMap { $0 }
        let over = load.isOver ? "! " : ""
        return [names.ward(one.ward)]
            + load.students.map { $0 == 0 ? "–" : "\($0)" }
            + [
                "\(over)\(load.total)", "\(over)\(load.weeks)",
                limits.isEmpty ? "–" : limits.joined(separator: ", "),
                scope.text("placing.ward.\(one.isTrained ? "trained-yes" : "trained-no")"),
            ]
    }
}

extension WebContext {
    func showLoad(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let shown = try shownPlaces(of: round, request)
        let contents = try installation.placementPlaces(of: round)
        return try page(
            LoadPage(
                round: round, periods: contents.periods,
                loads: contents.loads(shown.result?.allocation.assignments ?? []),
                names: try installation.placementNames(of: round), shown: shown,
                page: Pager.asked(request)), context)
    }
}
