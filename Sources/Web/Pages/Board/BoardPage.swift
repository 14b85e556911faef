import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// The board of whoever leads: what waits for them, what comes this week and what is late, and a
/// row for each of their people.
struct BoardPage: KeptPage {
    static let path = "/board"
    static let peopleOnOnePage = 100
    /// How many lines each of the lists at the top may have.
    private static let linesInOneList = 6

    let template = "board"
    let board: Board
    let filter: BoardFilter
    /// The unit that was chosen, of those that the reader manages.
    let unit: String?
    let units: [ChargedUnit]
    /// Counted from zero.
    let page: Int
    let rows: BoardRows
    /// Whether the reader answers for a unit, and so starts programmes in it.
    let hasUnits: Bool
    var isSaved = false
    /// How many claims of what somebody can do wait for the reader's word.
    var claimsToAnswer = 0

    func isSame(as other: BoardPage) -> Bool {
        board.isSame(as: other.board) && filter == other.filter && unit == other.unit
            && units == other.units && page == other.page && rows === other.rows
            && hasUnits == other.hasUnits && isSaved == other.isSaved
            && claimsToAnswer == other.claimsToAnswer
    }

    func title(_ scope: PageScope) -> String {
        guard let unit, let chosen = units.first(where: { $0.id == unit }) else {
            return scope.text("board.title")
        }
        return chosen.name
    }

    func values(_ scope: PageScope) -> Values {
        let rows = board.entries.map {
            self.rows.row($0, isOfUnit: unit != nil, scope: scope)
        }
        var values: Values = [
            "today": scope.text("me.today", ["day": scope.wording.day(scope.today)]),
            "summary": summary(scope), "settings": SettingsPage.path,
            "absence": AbsencePage.path,
        ]
        if isSaved { values["saved"] = true }
        if claimsToAnswer > 0 {
            values["claims"] = scope.count("competence.waiting-count", claimsToAnswer)
        }
        if hasUnits {
            values["start"] = BeginPage.path
            values["compliance"] = CompliancePage.path
        }
        if units.count > 1 || unit != nil { values["units"] = unitForm(scope) }
        if board.all > 0 {
            values["lists"] = lists(rows, scope)
            values["filter"] = filterForm(scope)
            values["people"] = Markup(
                bytes: Array(
                    rows.sorted { $0.urgency < $1.urgency }.map(\.html).joined()))
        }
        if board.entries.isEmpty {
            values["nobody"] = scope.text(board.all == 0 ? "board.nobody" : "board.no-match")
        }
        if let pager = Pager(
            page: page, count: board.count, pageSize: Self.peopleOnOnePage, address: address
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func summary(_ scope: PageScope) -> String {
        filter.isEmpty
            ? scope.count("board.people", board.all)
            : scope.text(
                "board.filtered", ["count": "\(board.count)", "all": "\(board.all)"])
    }

    /// The board's address with what was chosen.
    private var address: String {
        var parts: [String] = []
        if let unit { parts.append("unit=\(unit.percentEncoded)") }
        if filter.isLate { parts.append("late=1") }
        if let programme = filter.programme {
            parts.append("programme=\(programme.rawValue.percentEncoded)")
        }
        if !filter.name.isEmpty { parts.append("q=\(filter.name.percentEncoded)") }
        return parts.isEmpty ? Self.path : "\(Self.path)?\(parts.joined(separator: "&"))"
    }

    // MARK: - Lists

    private func lists(_ rows: [BoardRow], _ scope: PageScope) -> [Values] {
        [
            list(
                "mine", "board.list.mine", "board.empty.mine", lines(rows, \.mine), scope),
            list(
                "week", "board.list.week", "board.empty.week",
                dates(rows) + lines(rows, \.week), scope),
            list(
                "late", "board.list.late", "board.empty.late", lines(rows, \.late), scope),
        ]
    }

    private func lines(_ rows: [BoardRow], _ items: KeyPath<BoardRow, [Int]>) -> [BoardLine] {
        rows.flatMap { row in row[keyPath: items].map { BoardLine(row, item: $0) } }
    }

    private func dates(_ rows: [BoardRow]) -> [BoardLine] {
        rows.flatMap { row in row.anchors.map { BoardLine(row, date: $0) } }
    }

    private func list(
        _ name: String, _ heading: String, _ empty: String, _ lines: [BoardLine],
        _ scope: PageScope
    ) -> Values {
        let sorted = lines.sorted()
        var values: Values = [
            "name": name,
            "heading": scope.text(heading, ["count": "\(lines.count)"]),
            "lines": sorted.prefix(Self.linesInOneList).map { $0.values(scope) },
        ]
        if lines.isEmpty { values["empty"] = scope.text(empty) }
        if lines.count > Self.linesInOneList {
            values["more"] = scope.count("board.more", lines.count - Self.linesInOneList)
        }
        return values
    }

    // MARK: - Forms

    private func unitForm(_ scope: PageScope) -> Values {
        let options =
            [FormField.Option(id: "", name: scope.text("board.own-people"))]
            + units.map(\.option)
        return [
            "action": Self.path,
            "fields": [
                FormField(
                    name: "unit", label: scope.text("board.unit"), input: .choice(options),
                    value: unit ?? "", isRequired: false
                ).values(nil, fault: nil, form: "unit")
            ],
        ]
    }

    private func filterForm(_ scope: PageScope) -> Values {
        var values: Values = ["action": Self.path, "name": filter.name]
        if let unit { values["unit"] = unit }
        if filter.isLate { values["is-late"] = true }
        if !filter.isEmpty {
            values["all"] = unit.map { "\(Self.path)?unit=\($0.percentEncoded)" } ?? Self.path
        }
        if board.programmes.count > 1 {
            values["programmes"] = [
                "options": board.programmes.map { programme -> Values in
                    [
                        "id": programme.id.rawValue,
                        "title": programme.title.text(in: scope.language),
                        "is-chosen": programme.id == filter.programme,
                    ]
                }
            ] as Values
        }
        return values
    }
}

extension WebContext {
    func showBoard(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        guard context.standing.leads else { throw PageError.notFound }
        return try page(
            unlessChanged(request, reader) { try boardPage(request, reader, context.standing) },
            context)
    }

    private func boardPage(
        _ request: Request, _ reader: PersonCard, _ standing: Standing
    ) throws -> BoardPage {
        let parameters = request.uri.queryParameters
        let asked = parameters["unit"].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
        var units: [ChargedUnit] = []
        if standing.charges.contains(.manager),
            try asked != nil || installation.managesSeveralUnits(reader.id)
        {
            units = try installation.units(of: reader.id, as: .manager)
        }
        if let asked, !units.contains(where: { $0.id == asked }) { throw PageError.notFound }
        var filter = BoardFilter()
        filter.isLate = parameters["late"] == "1"
        filter.name = String(
            (parameters["q"].map(String.init) ?? "").replacing("+", with: " ").trimmed.prefix(80))
        filter.programme = parameters["programme"].flatMap {
            $0.isEmpty ? nil : ProgrammeID($0)
        }
        let page = Pager.asked(request)
        let board = try installation.board(
            asked.map { .unit($0) } ?? .ledBy(reader.id), filter, page: page,
            pageSize: BoardPage.peopleOnOnePage)
        return BoardPage(
            board: board, filter: filter, unit: asked, units: units, page: page,
            rows: boardRows, hasUnits: !standing.charges.isDisjoint(with: [.manager, .hr]),
            isSaved: parameters["saved"] != nil,
            claimsToAnswer: try claimsToAnswer(by: reader.id, standing))
    }
}
