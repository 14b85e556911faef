import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Who has answered what they were asked, who has not, and the button that asks.
struct AnswersPage: Page {
    static let linesOnOnePage = 50

    let template = "answers"
    let round: PlacementRound
    let answers: RoundAnswers
    let time: ZonedTime
    var isOpenOnly = false
    var page = 0
    /// What asking came to.
    var told: [String] = []
    var refusal: String?
    /// What was sent of the deadlines, and what is wrong with it.
    var kept: Form?
    var fault: FieldFault?

    private var address: String { "\(round.path)/answers" }

    func title(_ scope: PageScope) -> String { scope.text("placing.answers.title") }

    func values(_ scope: PageScope) -> Values {
        let lines = answers.institutions.filter { !isOpenOnly || !$0.isComplete }
        let shown = Array(lines.dropFirst(page * Self.linesOnOnePage).prefix(Self.linesOnOnePage))
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "lead": scope.text(
                "placing.answers.lead",
                [
                    "institutions": scope.count(
                        "placing.answers.lead-institutions", answers.institutions.count,
                        ["answered": "\(answers.complete)"]),
                    "needs": scope.count(
                        "placing.answers.lead-needs", answers.schools.count,
                        ["answered": "\(answers.completeSchools)"]),
                ]),
            "asks": AskKind.allCases.map { kind -> Values in
                ask(kind, scope)
            },
            "filter": [
                "url": isOpenOnly ? address : "\(address)?open=1",
                "text": scope.text(
                    isOpenOnly ? "placing.answers.show-all" : "placing.answers.show-open"),
            ] as Values,
        ]
        var deadlines = scope.form("\(round.path)/deadlines", key: "deadlines")
        deadlines["fields"] = DeadlineFields.fields(round.deadlines, scope).map {
            $0.values(
                kept, fault: $0.name == fault?.field ? fault?.sentence : nil, form: "deadlines")
        }
        values["deadlines"] = deadlines
        if fault != nil { values["faulty"] = true }
        if !told.isEmpty { values["told"] = ["lines": told] }
        if let refusal { values["refusal"] = refusal }
        if !shown.isEmpty {
            values["institutions"] = ["grid": grid(shown, "institutions", scope).values] as Values
        }
        if !answers.schools.isEmpty {
            values["schools"] = [
                "grid": grid(answers.schools, "schools", scope).values
            ] as Values
        }
        if !answers.obstacles.isEmpty {
            values["obstacles"] = ["list": answers.obstacles.map { entry($0, scope) }] as Values
        }
        if let pager = Pager(
            page: page, count: lines.count, pageSize: Self.linesOnOnePage,
            address: isOpenOnly ? "\(address)?open=1" : address
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    /// The button that asks, or why nobody is asked any more.
    private func ask(_ kind: AskKind, _ scope: PageScope) -> Values {
        let heading = scope.text("placing.answers.ask-\(kind.rawValue)")
        guard round.takesAnswers(kind, on: scope.today) else {
            return [
                "closed": [
                    "heading": heading,
                    "text": scope.text("placing.answers.ask-\(kind.rawValue)-closed"),
                ] as Values
            ]
        }
        var form = scope.form("\(round.path)/asks", key: "ask-\(kind.rawValue)")
        form["kind"] = kind.rawValue
        form["heading"] = heading
        let key = round.status == .published ? "ask-offers-spring" : "ask-\(kind.rawValue)-text"
        form["text"] = scope.text(
            "placing.answers.\(key)",
            ["day": scope.wording.day(round.deadline(kind, today: scope.today))])
        return ["form": form]
    }

    private func entry(
        _ each: (obstacle: PlacementObstacle, wards: Int, texts: [String]), _ scope: PageScope
    ) -> Values {
        [
            "name": scope.text("ask.obstacle.\(each.obstacle.rawValue)"),
            "count": scope.count("placing.answers.wards", each.wards),
            "texts": Array(each.texts.prefix(20)),
        ]
    }

    private func grid(_ lines: [RoundAnswers.Line], _ kind: String, _ scope: PageScope) -> Grid {
        func day(_ instant: Instant?) -> String {
            instant.map { scope.shortDay(time.civil($0).day) } ?? "–"
        }
        return Grid(
            caption: scope.text("placing.answers.\(kind)"),
            heads: ["name", "contact", "asked", "answered", "last"].map {
                scope.text("placing.answers.head-\($0)")
            },
            rows: lines.map { line in
                Grid.Row(
                    line.name,
                    url: kind == "institutions"
                        ? "\(round.path)?institution=\(line.id.percentEncoded)" : nil,
                    [
                        line.contacts.isEmpty
                            ? scope.text("placing.answers.nobody")
                            : scope.wording.list(line.contacts),
                        day(line.askedAt),
                        scope.text(
                            "placing.board.of",
                            ["count": "\(line.answered)", "all": "\(line.all)"]),
                        day(line.answeredAt),
                    ])
            })
    }
}

extension WebContext {
    func showAnswers(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        var page = try answersPage(round, request)
        if let asked = request.uri.queryParameters["asked"].flatMap({ Int(String($0)) }) {
            page.told = [scope(context).count("placing.answers.asked", asked)]
        } else if request.uri.queryParameters["saved"] == "deadlines" {
            page.told = [scope(context).text("placing.answers.deadlines-saved")]
        }
        return try self.page(page, context)
    }

    /// Asks everybody who has not answered and was not asked yet.
    func askForAnswers(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        guard let kind = form["kind"].flatMap({ AskKind(rawValue: $0) }) else {
            throw PageError.badForm
        }
        var page = try answersPage(round, request)
        do {
            let report = try await installation.ask(kind, in: round.id, by: reader.id)
            if report.withoutContact.isEmpty, report.withoutAddress.isEmpty {
                return redirect(to: "\(round.path)/answers?asked=\(report.asked)")
            }
            let scope = scope(context)
            page = try answersPage(round, request)
            page.told = [scope.count("placing.answers.asked", report.asked)]
            for (key, names) in [
                ("without-contact", report.withoutContact),
                ("without-address", report.withoutAddress),
            ] where !names.isEmpty {
                page.told.append(
                    scope.text(
                        "placing.answers.\(key)",
                        [
                            "names": scope.wording.list(Array(names.prefix(10))),
                            "count": "\(names.count)",
                        ]))
            }
            return try self.page(page, context)
        } catch OperationError.noSuchProgramme(let programme) {
            page.refusal = context.wording.text(
                "page.placing.answers.no-programme", ["programme": "\(programme)"])
            return try self.page(page, context, status: .conflict)
        } catch OperationError.invalid(_, .closed) {
            page.refusal = context.wording.text(
                "page.placing.answers.ask-\(kind.rawValue)-closed")
            return try self.page(page, context, status: .conflict)
        }
    }

    /// Changes the round's deadlines, and those of the questions that nobody has answered.
    func changeDeadlines(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        let reading = FormReader(form: form, wording: context.wording) { _ in .nobody }
        do {
            try await installation.setDeadlines(
                try DeadlineFields.read(reading), of: round.id, by: reader.id,
                key: try key(form, reader.id))
            return redirect(to: "\(round.path)/answers?saved=deadlines")
        } catch let fault as FieldFault {
            var page = try answersPage(round, request)
            page.kept = form
            page.fault = fault
            return try self.page(page, context, status: .unprocessableContent)
        }
    }

    private func answersPage(_ round: PlacementRound, _ request: Request) throws -> AnswersPage {
        AnswersPage(
            round: round, answers: try installation.placementAnswers(of: round),
            time: installation.time,
            isOpenOnly: request.uri.queryParameters["open"] == "1", page: Pager.asked(request))
    }
}
