import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Whom the reader follows up: who waits for them, what comes, and everybody.
struct FollowPage: Page {
    static let path = "/follow"
    static let waitingShown = 30
    static let comingShown = 30
    static let peopleOnOnePage = 50
    /// How many days ahead are "soon".
    static let soonDays = 14

    let template = "follow"
    /// The open and the coming steps of those whom the reader follows up.
    let views: [EnrolmentView]
    /// One page of everybody, by name.
    let people: [EnrolmentLine]
    let peopleInAll: Int
    let left: [LeftNotes]
    /// Counted from zero.
    let page: Int
    var saved: String?
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("follow.title") }

    func values(_ scope: PageScope) -> Values {
        let cards = views.map { FollowCard(view: $0, scope: scope) }.filter { !$0.mine.isEmpty }
            .sorted { $0.urgency < $1.urgency }
        let waiting = cards.reduce(0) { $0 + $1.mine.count }
        var values: Values = ["summary": scope.count("me.followed", peopleInAll)]
        if let saved { values["saved"] = saved }
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if peopleInAll > Installation.mostFollowed {
            values["newest"] = scope.text(
                "follow.newest", ["count": "\(Installation.mostFollowed)"])
        }
        if page == 0 {
            values["waiting"] = waitingSection(cards, waiting, scope)
            let coming = coming(scope)
            if !coming.isEmpty {
                values["coming"] = ["lines": coming.prefix(Self.comingShown).map { $0 }]
            }
            if let booking = booking(scope) { values["booking"] = booking }
        }
        values["everybody"] = everybody(scope)
        if !left.isEmpty {
            values["left"] = [
                "people": left.map { line -> Values in
                    [
                        "name": line.participantName,
                        "url": NotesPage.path(line.enrolment),
                        "count": scope.count("notes.count", line.count),
                    ]
                }
            ]
        }
        values["absence"] = AbsencePage.path
        return values
    }

    private func waitingSection(
        _ cards: [FollowCard], _ waiting: Int, _ scope: PageScope
    ) -> Values {
        if cards.isEmpty { return ["empty": true] }
        var section: Values = ["cards": cards.prefix(Self.waitingShown).map(\.values)]
        if waiting > 1 { section["confirm"] = scope.count("follow.confirm", waiting) }
        if cards.count > Self.waitingShown {
            section["more"] = scope.count("follow.more", cards.count - Self.waitingShown)
        }
        return section
    }

    /// What comes in the next two weeks and takes the reader's part, by day.
    private func coming(_ scope: PageScope) -> [Values] {
        guard let reader = scope.reader else { return [] }
        let last = scope.today.adding(days: Self.soonDays)
        let steps = views.flatMap { view in
            view.steps.filter { step in
                !view.waits(step, for: reader)
                    && step.step.participants.contains { view.holder($0) == reader }
                    && StepOrder.key(step) <= last.number
            }.map { (view, $0) }
        }
        return steps.sorted { a, b in
            (StepOrder.key(a.1), a.0.participantName) < (StepOrder.key(b.1), b.0.participantName)
        }.map { view, step in
            let line = StepLine(view: view, step: step, scope: scope)
            var values: Values = [
                "name": view.participantName, "title": scope.wording.title(step.step),
                "url": line.url,
            ]
            if let when = line.when { values["when"] = when }
            if let waits = line.waits { values["waits"] = waits }
            return values
        }
    }

    private func everybody(_ scope: PageScope) -> Values {
        var values: Values = [
            "people": people.map { line -> Values in
                var values: Values = [
                    "name": line.participant.name, "url": "/enrolments/\(line.id)",
                    "notes": NotesPage.path(line.id),
                ]
                if let status = EnrolmentStatus(rawValue: line.status), status != .running {
                    values["status"] = scope.wording.enrolmentStatus(status)
                }
                return values
            }
        ]
        if people.isEmpty { values["empty"] = true }
        if let pager = Pager(
            page: page, count: peopleInAll, pageSize: Self.peopleOnOnePage, address: Self.path
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    // MARK: - Booking

    /// The talks that the reader may agree a time for, by their day.
    func bookable(_ reader: PersonID) -> [(view: EnrolmentView, step: StepExplanation)] {
        views.flatMap { view in
            view.steps.filter { view.mayBook($0, reader) }.map { (view, $0) }
        }.sorted { StepOrder.key($0.1) < StepOrder.key($1.1) }
    }

    private func booking(_ scope: PageScope) -> Values? {
        guard let reader = scope.reader else { return nil }
        let talks = bookable(reader)
        guard let first = talks.first else { return nil }
        let options = talks.prefix(60).map { view, step in
            FormField.Option(
                id: Self.name(view, step),
                name: scope.text(
                    "follow.talk-option",
                    [
                        "name": view.participantName, "talk": scope.wording.title(step.step),
                    ]))
        }
        let due = first.step.dueDay.map { max($0, scope.today) } ?? scope.today
        var form = scope.form("\(Self.path)/booking", key: "booking")
        let fields = [
            FormField(name: "talk", label: scope.text("follow.talk"), input: .choice(options)),
            FormField(
                name: "day", label: scope.text("step.day"), input: .day, value: due.description),
            FormField(name: "time", label: scope.text("step.time"), input: .time, value: "09:00"),
            FormField(
                name: "minutes", label: scope.text("step.minutes"), input: .number, value: "45"),
            FormField(
                name: "place", label: scope.text("follow.place"), input: .line,
                isRequired: false),
        ]
        form["fields"] = fields.map { field in
            field.values(
                kept, fault: fault?.field == field.name ? fault?.sentence : nil, form: "booking")
        }
        form["is-open"] = kept != nil
        return form
    }

    static func name(_ view: EnrolmentView, _ step: StepExplanation) -> String {
        "\(view.id)/\(step.step.id)"
    }
}

/// One person who waits for the reader: what waits, each with its one-tap act.
struct FollowCard {
    let view: EnrolmentView
    let scope: PageScope
    let mine: [StepExplanation]

    init(view: EnrolmentView, scope: PageScope) {
        self.view = view
        self.scope = scope
        mine = view.steps.filter { step in
            scope.reader.map { view.waits(step, for: $0) } ?? false
        }.sorted { StepOrder.key($0) < StepOrder.key($1) }
    }

    /// What is late or disputed comes first, and then by date.
    var urgency: Urgency {
        let isPressing = mine.contains { $0.isOverdue || $0.status == .disputed }
        return Urgency(
            group: isPressing ? 0 : 1, day: mine.map { StepOrder.key($0) }.min() ?? .max,
            name: view.participantName, id: view.id)
    }

    struct Urgency: Comparable {
        let group: Int
        let day: Int
        let name: String
        let id: EnrolmentID

        static func < (a: Urgency, b: Urgency) -> Bool {
            (a.group, a.day, a.name, a.id) < (b.group, b.day, b.name, b.id)
        }
    }

    var values: Values {
        [
            "name": view.participantName, "url": "/enrolments/\(view.id)",
            "programme": view.title.text(in: scope.language),
            "lines": mine.map { step -> Values in
                var line = StepLine(view: view, step: step, scope: scope)
                    .valuesWithButton(back: "follow")
                // The heading says it already.
                if view.awaited(step).count == 1 { line["waits"] = nil }
                return line
            },
        ]
    }
}

extension WebContext {
    func showFollow(_ request: Request, _ context: PageRequest) throws -> Response {
        var page = try followPage(Pager.asked(request), context)
        if let saved = request.uri.queryParameters["saved"] {
            if let count = Int(String(saved)), (1...FollowConfirmPage.mostLines).contains(count) {
                page.saved = scope(context).count("follow.confirmed", count)
            } else {
                page.saved = context.wording.text("page.saved")
            }
        }
        return try self.page(page, context)
    }

    private func followPage(_ number: Int, _ context: PageRequest) throws -> FollowPage {
        let reader = try context.needReader()
        let soon = installation.nowCivil.day.adding(days: 60)
        let (people, total) = try installation.followedLines(
            by: reader.id, page: number, pageSize: FollowPage.peopleOnOnePage)
        return FollowPage(
            views: number == 0 ? try installation.openViews(for: reader.id, planned: soon) : [],
            people: people, peopleInAll: total,
            left: number == 0 ? try installation.leftNotes(by: reader.id) : [], page: number)
    }

    /// Agrees a time for one of the talks of those whom the reader follows up.
    func bookFollowed(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try followPage(0, context)
        page.kept = form
        do {
            let (id, command, programme) = try booking(form, page, reader.id, context)
            do {
                _ = try await installation.act(
                    command, on: id, by: .person(reader.id), key: try key(form, reader.id))
            } catch let error as OperationError where error.pageStatus.code < 500 {
                if case .keyReused = error {
                    page.refusal = context.wording.text("page.fault.sent-before")
                } else {
                    page.refusal = error.sentence(in: context.language, programme: programme)
                }
                return try self.page(page, context, status: error.pageStatus)
            }
        } catch let fault as FieldFault {
            page.fault = fault
            return try self.page(page, context, status: .unprocessableContent)
        }
        return redirect(to: "\(FollowPage.path)?saved=booking")
    }

    private func booking(
        _ form: Form, _ page: FollowPage, _ reader: PersonID, _ context: PageRequest
    ) throws -> (EnrolmentID, Command, Programme) {
        let fields = FormReader(form: form, wording: context.wording) {
            try installation.person(named: $0)
        }
        let chosen = try fields.chosen("talk")
        guard
            let (view, step) = page.bookable(reader).first(where: {
                FollowPage.name($0.view, $0.step) == chosen
            })
        else { throw fields.fault("talk", "choice") }
        let day = try fields.day("day")
        // Some browsers send seconds.
        guard let time = form["time"].flatMap({ CivilTime($0.prefix(5)) }) else {
            throw FieldFault(
                field: "time", sentence: context.wording.text("page.fault.time"))
        }
        guard let minutes = form["minutes"].flatMap({ Int($0) }) else {
            throw FieldFault(
                field: "minutes", sentence: context.wording.text("page.fault.minutes"))
        }
        let place = String((form["place"] ?? "").prefix(200))
        let command = Command.book(
            step.step.id, by: reader, startsAt: CivilMoment(day, time), minutes: minutes,
            place: place.isEmpty ? nil : place)
        return (view.id, command, view.programme)
    }
}
