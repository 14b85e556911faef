import Engine
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Operations
import Placements
import Wording

/// One draft: how far it has come; then what is proven about it, and who is where.
struct DraftPage: Page {
    static let rowsOnOnePage = 50

    let template = "draft"
    let round: PlacementRound
    let draft: PlacementDraft
    var shown: ShownPlaces
    var result: DraftResult?
    var names = RoundNames()
    /// Students who have no place are shown instead of those who have.
    var showsUnplaced = false
    var page = 0

    private var path: String { "\(round.path)/drafts/\(draft.id)" }

    func title(_ scope: PageScope) -> String { DraftsPage.name(draft, scope) }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "method": DraftsPage.method(draft, scope),
            "state": scope.text(
                "placing.draft.state.\(draft.status.rawValue)",
                ["limit": "\(draft.timeLimit)"]),
        ]
        if let fault = draft.fault { values["fault"] = Self.sentence(fault, scope) }
        if draft.isUnderWay {
            values["running"] = [
                "value": "\(draft.partsDone)", "max": "\(max(1, draft.parts))",
                "text": scope.text(
                    "placing.draft.parts",
                    ["done": "\(draft.partsDone)", "all": "\(max(1, draft.parts))"]),
                "form": scope.form("\(path)/end", key: "end"),
            ] as Values
        }
        guard let result else { return values }
        let section = PlacesGrids(shown: shown, names: names, page: page)
            .section(of: result, at: path, showsUnplaced: showsUnplaced, scope)
        values["shown"] = shown.values(scope)
        values["done"] = [
            "placed": scope.text(
                "placing.draft.placed",
                ["count": "\(draft.placed ?? 0)", "all": "\(draft.students)"]),
            "certificate": scope.wording.certificate(result.certificate),
            "links": links(scope),
            "switch": section.other,
        ] as Values
        values.merge(section.values) { $1 }
        return values
    }

    private static func sentence(_ fault: DraftFault, _ scope: PageScope) -> String {
        switch fault {
        case .damaged: scope.text("placing.draft.fault-damaged")
        case .invalid: scope.text("placing.draft.fault-invalid")
        case .round(let sentences): sentences.text(in: scope.wording.language)
        }
    }

    private func links(_ scope: PageScope) -> [Values] {
        [
            ("\(round.path)?draft=\(draft.id)", "board"), ("\(path)/what-if", "what-if"),
            ("\(round.path)/load?draft=\(draft.id)", "load"),
            ("\(path)/allocation", "download"),
        ].map { ["url": $0, "text": scope.text("placing.draft.to-\($1)")] }
            + [["url": "\(path)/publish", "text": scope.text("placed.publish.send")]]
    }

    static func shown<T>(_ rows: [T], _ page: Int) -> [T] {
        Array(rows.dropFirst(page * rowsOnOnePage).prefix(rowsOnOnePage))
    }
}

extension WebContext {
    func showDraft(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let draft = try needDraft(round, context)
        var page = DraftPage(round: round, draft: draft, shown: try shownPlaces(of: round))
        page.showsUnplaced = request.uri.queryParameters["unplaced"] == "1"
        page.page = Pager.asked(request)
        if draft.status == .done, let result = try installation.draftResult(draft) {
            page.result = result
            page.shown.result = result
            let shown =
                page.showsUnplaced
                ? DraftPage.shown(result.certificate["unplaced"]?.array ?? [], page.page)
                    .compactMap { $0["student"]?.string }
                : DraftPage.shown(result.allocation.assignments, page.page).map(\.student)
            page.names = try installation.placementNames(of: round, students: shown)
        }
        return try self.page(page, context, refreshSeconds: draft.isUnderWay ? 2 : nil)
    }

    /// A table as spreadsheets read it in Norway.
    func spreadsheet(_ rows: [[String]], file: String) -> Response {
        let text = "\u{FEFF}" + rows.map(CSVTable.line).joined()
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(file).csv\"",
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    func needDraft(
        _ round: PlacementRound, _ context: PageRequest
    ) throws -> PlacementDraft {
        guard
            let draft = try installation.placementDraft(
                try context.identifier("draft"), of: round)
        else { throw PageError.notFound }
        return draft
    }
}
