import Hummingbird
import JSONText
import Operations
import Placements
import Wording

/// What stands published in a round now: who is where with whom, with the swaps, repairs and
/// withdrawals since.
struct PublishedPage: Page {
    let template = "published"
    let shown: ShownPlaces
    let result: DraftResult
    let names: RoundNames
    /// Students who have no place are shown instead of those who have, and why.
    var reasons: [String: JSON]?
    var page = 0

    private var path: String { "\(shown.round.path)/published" }

    func title(_ scope: PageScope) -> String { scope.text("placing.shown.published") }

    func values(_ scope: PageScope) -> Values {
        let unplaced = result.certificate["unplaced"]?.array ?? []
        let placed = result.allocation.assignments.count
        let section = PlacesGrids(shown: shown, names: names, page: page, reasons: reasons)
            .section(of: result, at: path, showsUnplaced: reasons != nil, scope)
        var values: Values = [
            "round-links": RoundLinks(round: shown.round).values(scope),
            "shown": shown.values(scope),
            "placed": scope.text(
                "placing.draft.placed",
                ["count": "\(placed)", "all": "\(placed + unplaced.count)"]),
            "links": links(scope),
            "switch": section.other,
        ]
        values.merge(section.values) { $1 }
        return values
    }

    private func links(_ scope: PageScope) -> [Values] {
        let round = shown.round
        return [
            (round.path, "to-board"), ("\(round.path)/load", "to-load"),
            ("\(path)/allocation", "to-download"),
        ].map { ["url": $0, "text": scope.text("placing.draft.\($1)")] }
            + [
                [
                    "url": "\(round.path)/drafts/\(result.draft.id)",
                    "text": scope.text(
                        "placing.shown.to-draft",
                        ["draft": DraftsPage.name(result.draft, scope)]),
                ]
            ]
    }
}

extension WebContext {
    func showPublished(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        guard let result = try installation.standingPlaces(of: round) else {
            throw PageError.notFound
        }
        var shown = try shownPlaces(of: round)
        shown.result = result
        let number = Pager.asked(request)
        let showsUnplaced = request.uri.queryParameters["unplaced"] == "1"
        let students =
            showsUnplaced
            ? DraftPage.shown(result.certificate["unplaced"]?.array ?? [], number)
                .compactMap { $0["student"]?.string }
            : DraftPage.shown(result.allocation.assignments, number).map(\.student)
        return try page(
            PublishedPage(
                shown: shown, result: result,
                names: try installation.placementNames(of: round, students: students),
                reasons: showsUnplaced
                    ? try installation.reasons(without: students, in: result) : nil,
                page: number), context)
    }
}
