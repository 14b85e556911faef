import Hummingbird
import JSONText
import Operations
import Placements
import Wording

/// Who is where in an allocation, and who is without a place: as tables of a page, and all of it
/// for a spreadsheet.
struct PlacesGrids {
    let shown: ShownPlaces
    let names: RoundNames
    var page = 0
    /// Why students who are shown have no place, where the allocation itself does not say.
    var reasons: [String: JSON]?

    /// A page of who is where, or of who has no place, and the way to the other.
    func section(
        of result: DraftResult, at path: String, showsUnplaced: Bool, _ scope: PageScope
    ) -> (values: Values, other: Values) {
        let unplaced = result.certificate["unplaced"]?.array ?? []
        let count = showsUnplaced ? unplaced.count : result.allocation.assignments.count
        let unplacedPath = "\(path)?unplaced=1"
        var values: Values = [:]
        if count > 0 {
            let grid = showsUnplaced ? without(unplaced, scope) : places(result, scope)
            values["table"] = ["grid": grid.values] as Values
        }
        if let pager = Pager(
            page: page, count: count, pageSize: DraftPage.rowsOnOnePage,
            address: showsUnplaced ? unplacedPath : path
        ).values(scope) {
            values["pager"] = pager
        }
        let other: Values = [
            "url": showsUnplaced ? path : unplacedPath,
            "text": scope.text(
                showsUnplaced ? "placing.draft.show-placed" : "placing.draft.show-unplaced",
                ["count": "\(unplaced.count)"]),
        ]
        return (values, other)
    }

    func places(_ result: DraftResult, _ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.draft.places"),
            heads: ["student", "ward", "period", "supervisor"].map {
                scope.text("placing.draft.head-\($0)")
            },
            rows: DraftPage.shown(result.allocation.assignments, page).map { each in
                Grid.Row(
                    names.student(each.student), url: url(each.student),
                    [
                        names.ward(each.ward), each.period,
                        each.supervisor.map(names.supervisor) ?? "–",
                    ])
            })
    }

    func without(_ unplaced: [JSON], _ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.draft.unplaced"),
            heads: ["student", "why"].map { scope.text("placing.draft.head-\($0)") },
            rows: DraftPage.shown(unplaced, page).map { each in
                let id = each["student"]?.string ?? ""
                return Grid.Row(names.student(id), url: url(id), [why(each, id, scope)])
            })
    }

    private func why(_ unplaced: JSON, _ student: String, _ scope: PageScope) -> String {
        guard let reasons else { return scope.wording.unplaced(unplaced) }
        return reasons[student].map(scope.wording.unplaced)
            ?? scope.text("placing.shown.came-after")
    }

    private func url(_ student: String) -> String {
        "\(shown.round.path)/students/\(student.percentEncoded)?draft=\(shown.id ?? "")"
    }
}

extension WebContext {
    /// Who is where with whom by a draft, with names, for a spreadsheet.
    func downloadAllocation(_ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let draft = try needDraft(round, context)
        guard let result = try installation.draftResult(draft) else { throw PageError.notFound }
        var shown = try shownPlaces(of: round)
        shown.result = result
        return try spreadsheet(of: result, shown, file: "allocation-\(draft.number)", context)
    }

    /// The same of what stands published.
    func downloadPublished(_ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        guard let result = try installation.standingPlaces(of: round) else {
            throw PageError.notFound
        }
        var shown = try shownPlaces(of: round)
        shown.result = result
        return try spreadsheet(of: result, shown, file: "published", context)
    }

    private func spreadsheet(
        of result: DraftResult, _ shown: ShownPlaces, file: String, _ context: PageRequest
    ) throws -> Response {
        let names = try installation.placementNames(
            of: shown.round, students: result.allocation.assignments.map(\.student))
        let scope = scope(context)
        let heads = [
            "id", "student", "school", "profession", "year", "ward", "institution", "period",
            "supervisor", "shown",
        ].map { scope.text("placing.csv.\($0)") }
        let students = Dictionary(
            result.instance.students.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        // A file is sent on without its name: each row tells what it is of.
        let note = shown.note(scope) ?? shown.name(scope)
        let rows = result.allocation.assignments.map { each -> [String] in
            let student = students[each.student]
            return [
                each.student, names.student(each.student),
                student.map { names.school($0.school) } ?? "", student?.profession ?? "",
                student.map { "\($0.year)" } ?? "", names.wards[each.ward] ?? each.ward,
                names.houses[each.ward].map(names.institution) ?? "", each.period,
                each.supervisor.map(names.supervisor) ?? "", note,
            ]
        }
        return spreadsheet([heads] + rows, file: file)
    }
}
