import CivilCalendar
import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// A round's board: what is needed against what is offered and what the supervisors suffice for, as
/// tables and as a picture.
struct RoundPage: Page {
    static let linesOnOnePage = 25

    let template = "round"
    let round: PlacementRound
    let board: RoundBoard
    let filter: RoundFilter
    let shown: ShownPlaces
    var page = 0
    /// The institution whose wards are shown.
    var institution: String?

    func title(_ scope: PageScope) -> String { scope.text("placing.board.title") }

    func values(_ scope: PageScope) -> Values {
        let tables = BoardTables(page: self, scope: scope)
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "status": scope.text("placing.status.\(round.status.rawValue)"),
            "look": round.status == .published ? "done" : "open",
            "facts": facts(scope), "filter": filterForm(scope),
        ]
        if board.periods.isEmpty {
            values["empty"] = ["url": "\(round.path)/import"]
            return values
        }
        values["shown"] = shown.values(scope)
        values["groups"] = tables.groups
        values["places"] = tables.places
        values["picture"] = HeatMap(page: self, scope: scope).values
        if let pager = Pager(
            page: page, count: board.count, pageSize: Self.linesOnOnePage, address: address
        ).values(scope) {
            values["pager"] = pager
        }
        if filter.institution != nil { values["back"] = address(institution: nil) }
        return values
    }

    private func facts(_ scope: PageScope) -> [Values] {
        [
            (
                "answered",
                scope.text(
                    "placing.board.answered-of",
                    ["count": "\(board.answered)", "all": "\(board.institutions)"])
            ),
            ("students", "\(board.students)"),
            (
                "deadlines",
                scope.text(
                    "placing.deadlines",
                    [
                        "need": scope.wording.day(round.deadlines.need),
                        "offer": scope.wording.day(round.deadlines.offer),
                        "adjust": scope.wording.day(round.deadlines.adjust),
                    ])
            ),
        ].map { ["term": scope.text("placing.board.\($0)"), "text": $1] }
    }

    private func filterForm(_ scope: PageScope) -> Values {
        let all = FormField.Option(id: "", name: scope.text("placing.board.all"))
        var fields = [
            FormField(
                name: "profession", label: scope.text("placing.board.profession"),
                input: .choice(
                    [all] + board.professions.map {
                        .init(id: $0, name: scope.placementProfession($0).beginningUpper)
                    }),
                value: filter.profession ?? ""),
            FormField(
                name: "year", label: scope.text("placing.board.year"),
                input: .choice([all] + board.years.map { .init(id: "\($0)", name: "\($0)") }),
                value: filter.year.map { "\($0)" } ?? ""),
        ]
        let options = shown.options(scope)
        if !options.isEmpty {
            fields.append(
                FormField(
                    name: ShownPlaces.field, label: scope.text("placing.shown.choose"),
                    input: .choice(
                        [
                            .init(
                                id: ShownPlaces.none,
                                name: scope.text("placing.board.no-draft"))
                        ] + options), value: shown.id ?? ShownPlaces.none))
        }
        var values: Values = [
            "action": round.path, "fields": fields.map { $0.values(nil, fault: nil) },
        ]
        if let institution = filter.institution { values["institution"] = institution }
        return values
    }

    // MARK: - Addresses

    private var address: String { address(institution: filter.institution) }

    func address(institution: String?) -> String {
        var parts: [String] = []
        if let profession = filter.profession {
            parts.append("profession=\(profession.percentEncoded)")
        }
        if let year = filter.year { parts.append("year=\(year)") }
        if let institution { parts.append("institution=\(institution.percentEncoded)") }
        if !shown.query.isEmpty { parts.append(shown.query) }
        return round.path + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
    }
}

extension WebContext {
    func showRound(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let filter = RoundFilter(
            profession: request.asked("profession"),
            year: request.asked("year").flatMap { Int($0) },
            institution: request.asked("institution"))
        let shown = try shownPlaces(of: round, request, needsDraft: false)
        let number = Pager.asked(request)
        let board = try installation.placementBoard(
            of: round, filter, draft: shown.result, page: number,
            pageSize: RoundPage.linesOnOnePage)
        return try page(
            RoundPage(round: round, board: board, filter: filter, shown: shown, page: number),
            context)
    }
}
