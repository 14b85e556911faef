import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// How far an act on many has come, and what came of it.
struct ActPage: Page {
    static let peopleOnOnePage = 25

    let template = "act"
    let act: BulkActView
    let refused: [BulkRefusal]
    /// What it would bring about to take it back, for the people of this page.
    let undoing: [BulkLine]
    /// The version that was moved to, where that is what was done.
    let target: Programme?
    /// Counted from zero.
    let page: Int
    let names: PersonNames
    let time: ZonedTime
    var refusal: String?

    private var progress: BulkProgress { act.progress }
    private var url: String { "/acts/\(progress.act)" }

    func title(_ scope: PageScope) -> String { scope.text("act.kind.\(progress.kind)") }

    func values(_ scope: PageScope) -> Values {
        let gone = progress.total - progress.waiting
        var values: Values = [
            "state": scope.text(
                progress.isFinished ? "act.finished" : "act.running",
                ["count": "\(gone)", "total": "\(progress.total)"]),
            "counts": counts(scope), "began": began(scope),
        ]
        if let refusal { values["refusal"] = refusal }
        if !progress.isFinished {
            values["running"] = ["value": "\(gone)", "max": "\(max(1, progress.total))"]
        }
        if let undoes = progress.undoes { values["undoes"] = "/acts/\(undoes)" }
        if let undone = act.undoneBy { values["undone"] = "/acts/\(undone)" }
        if progress.isFinished, progress.kind == "migrate", progress.done > 0, act.undoneBy == nil {
            var form = scope.form("\(url)/undo", key: "undo")
            form["lines"] = BulkLines(lines: undoing, names: names).values(scope)
            values["undo"] = form
        }
        if !refused.isEmpty { values["refused"] = list(scope) }
        if let pager = Pager(
            page: page, count: max(progress.refused, undoing.isEmpty ? 0 : progress.done),
            pageSize: Self.peopleOnOnePage, address: url
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func counts(_ scope: PageScope) -> [String] {
        var counts = [scope.count("act.done", progress.done)]
        if progress.unchanged > 0 {
            counts.append(scope.count("act.unchanged", progress.unchanged))
        }
        if progress.refused > 0 { counts.append(scope.count("act.left", progress.refused)) }
        return counts
    }

    private func began(_ scope: PageScope) -> String {
        let name =
            switch act.startedBy {
            case .person(let person): names.name(person)
            case .clock: scope.text("history.by-clock")
            case .operatorCommand: scope.text("history.by-operator")
            }
        return scope.text(
            "act.began",
            ["name": name, "moment": scope.wording.moment(time.civil(progress.startedAt))])
    }

    private func list(_ scope: PageScope) -> Values {
        [
            "people": refused.map { person -> Values in
                [
                    "name": names.name(person.participant),
                    "reason": person.error?.sentence(
                        in: scope.wording, to: target, leaving: person.plan)
                        ?? scope.text("act.no-longer"),
                ]
            }
        ]
    }
}

extension WebContext {
    func showAct(_ request: Request, _ context: PageRequest) throws -> Response {
        let page = try actPage(request, context)
        return try self.page(
            page, context, refreshSeconds: page.act.progress.isFinished ? nil : 2)
    }

    func undoAct(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try actPage(request, context)
        if let undone = page.act.undoneBy { return redirect(to: "/acts/\(undone)") }
        do {
            return try await begin(
                .undoMigration(page.act.progress.act), [], form, reader.id)
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page.refusal = error.sentence(in: context.language, programme: page.target)
            return try self.page(page, context, status: error.pageStatus)
        }
    }

    private func actPage(_ request: Request, _ context: PageRequest) throws -> ActPage {
        let reader = try context.needReader()
        let id = try context.identifier("act")
        guard let act = try installation.bulkAct(id, for: reader.id) else {
            throw PageError.notFound
        }
        let page = Pager.asked(request)
        var target: Programme?
        if case .migrate(_, let hash) = act.change {
            target = try installation.version(hash: hash).programme
        }
        return ActPage(
            act: act,
            refused: act.progress.refused == 0
                ? []
                : try installation.refused(
                    by: act, page: page, pageSize: ActPage.peopleOnOnePage),
            undoing: try undoing(act, page), target: target, page: page,
            names: PersonNames(installation),
            time: installation.time)
    }

    /// The look at what taking a move back would mean, by the code that would do it.
    private func undoing(_ act: BulkActView, _ page: Int) throws -> [BulkLine] {
        guard act.progress.isFinished, act.progress.kind == "migrate", act.undoneBy == nil else {
            return []
        }
        let ids = try installation.changed(
            by: act, page: page, pageSize: ActPage.peopleOnOnePage)
        return try installation.preview(.undoMigration(act.progress.act), of: ids)
    }
}
