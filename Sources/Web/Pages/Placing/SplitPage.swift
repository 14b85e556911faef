import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Wording

/// How the places are divided between schools: as it would be now, and as it was kept.
struct SplitPage: Page {
    static let rowsOnOnePage = 50

    let template = "split"
    let round: PlacementRound
    let names: RoundNames
    let time: ZonedTime
    let kept: KeptSplit?
    let state: RoundRuns.State
    /// What the shown division was made from.
    let input: String
    var page = 0

    private var path: String { "\(round.path)/split" }

    func title(_ scope: PageScope) -> String { scope.text("placing.split.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["round-links": RoundLinks(round: round).values(scope)]
        if let kept {
            var form = scope.form(path, key: "drop")
            form["text"] = scope.text(
                "placing.split.kept",
                [
                    "moment": scope.wording.moment(time.civil(kept.madeAt)),
                    "name": kept.madeBy ?? "–",
                ])
            values["kept"] = form
            values["kept-table"] = [
                "grid": grid(kept.lines, scope.text("placing.split.kept-caption"), scope).values
            ] as Values
        }
        switch state {
        case .running: values["running"] = true
        case .failed(let fault):
            values["refusal"] = scope.wording.placementFault(names.named(fault))
        case .done(.split(let split)):
            var form = scope.form(path, key: "keep")
            form["input"] = input
            form["proven"] = scope.wording.text(
                split.isProven ? "split.proven" : "split.not-proven")
            values["new"] = form
            values["new-table"] = [
                "grid": grid(split.lines, scope.text("placing.split.caption"), scope).values
            ] as Values
            values["allotments"] = ["grid": allotments(split, scope).values] as Values
            if let pager = Pager(
                page: page, count: split.allotments.count, pageSize: Self.rowsOnOnePage,
                address: path
            ).values(scope) {
                values["pager"] = pager
            }
        case .done: break
        }
        return values
    }

    private func grid(
        _ lines: [SchoolSplit.Line], _ caption: String, _ scope: PageScope
    ) -> Grid {
        Grid(
            caption: caption,
            heads: ["school", "profession", "need", "fair", "allotted"].map {
                scope.text("placing.split.\($0)")
            },
            rows: lines.map {
                Grid.Row(
                    names.school($0.school),
                    [
                        scope.placementProfession($0.profession).beginningUpper,
                        "\($0.need)", "\($0.fair)", "\($0.allotted)",
                    ])
            })
    }

    private func allotments(_ split: SchoolSplit, _ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.split.allotments"),
            heads: ["school", "institution", "profession", "year", "period", "count"].map {
                scope.text("placing.split.\($0)")
            },
            rows: split.allotments.dropFirst(page * Self.rowsOnOnePage)
                .prefix(Self.rowsOnOnePage).map {
                    Grid.Row(
                        names.school($0.school),
                        [
                            names.institution($0.institution),
                            scope.placementProfession($0.profession).beginningUpper,
                            "\($0.year)", $0.period, "\($0.count)",
                        ])
                })
    }
}

extension WebContext {
    func showSplit(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let names = try installation.placementNames(of: round)
        let kept = try installation.keptSplit(of: round)
        var state = RoundRuns.State.running
        var hash = ""
        do {
            let input = try splitInput(round, reader)
            hash = input.hash
            // Most are divided while one waits.
            state = try await roundRuns.settled(question(round, hash)) {
                (_) throws(PlacementFault) in
                .split(try SchoolSplit(input.question, of: input.instance))
            }
        } catch let fault as PlacementFault {
            state = .failed(fault)
        }
        var refresh: Int?
        if case .running = state { refresh = 2 }
        return try page(
            SplitPage(
                round: round, names: names, time: installation.time, kept: kept, state: state,
                input: hash, page: Pager.asked(request)), context, refreshSeconds: refresh)
    }

    /// Keeps the division that was shown, or lets go of the one that is kept.
    func keepSplit(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        if let input = form["input"] {
            // Where the round has changed since, it is looked at anew.
            if case .done(.split(let split))? = try roundRuns.known(question(round, input)),
                try splitInput(round, reader).hash == input
            {
                try await installation.keepSplit(split, of: round.id, by: reader.id)
            }
        } else {
            try await installation.dropSplit(of: round.id, by: reader.id)
        }
        return redirect(to: "\(round.path)/split")
    }

    private func question(_ round: PlacementRound, _ input: String) -> RoundRuns.Question {
        RoundRuns.Question(round: round.id, subject: .split(input: input))
    }

    private func splitInput(
        _ round: PlacementRound, _ reader: PersonCard
    ) throws(PlacementFault) -> SplitInput {
        guard let contents = try? installation.placementContents(round.id, for: reader.id) else {
            throw .notSolved
        }
        return try contents.splitInput()
    }
}
