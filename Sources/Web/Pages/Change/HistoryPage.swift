import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Why a plan is as it is: how it differs from the programme, and all that has happened; or the
/// same of one step.
struct HistoryPage: Page {
    static let eventsOnOnePage = 50

    let template = "history"
    let view: EnrolmentView
    /// The step that it is about, where it is about one.
    var step: StepExplanation?
    /// The newest first, and only what the reader may see.
    let entries: [HistoryEntry]
    /// Counted from zero.
    let page: Int
    let titles: HistoryTitles
    let names: PersonNames
    let time: ZonedTime

    func title(_ scope: PageScope) -> String {
        if let step {
            return scope.text("history.step-title", ["step": scope.wording.title(step.step)])
        }
        return scope.text("history.title")
    }

    private var url: String { "/enrolments/\(view.id)" }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "programme": view.title.text(in: scope.language), "url": url,
            "lead": scope.text("history.lead", ["number": "\(view.versionNumber)"]),
        ]
        if view.enrolment.roles[.participant] != scope.reader {
            values["about"] = view.participantName
        }
        if let step {
            values["step"] = scope.wording.title(step.step)
            values["step-url"] = "\(url)/steps/\(step.step.id)"
            let lines = rules(step, scope)
            if !lines.isEmpty { values["rules"] = ["lines": lines] }
        }
        if step == nil || !edits.isEmpty {
            values["differences"] = ["edits": edits.map { edit($0, scope) }]
        }
        let first = page * Self.eventsOnOnePage
        values["events"] = entries.dropFirst(first).prefix(Self.eventsOnOnePage).map {
            ["text": sentence($0, scope), "by": by($0, scope)] as Values
        }
        let address = step.map { "\(url)/steps/\($0.step.id)/history" } ?? "\(url)/history"
        if let pager = Pager(
            page: page, count: entries.count, pageSize: Self.eventsOnOnePage, address: address
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    /// The rules that its dates come from.
    private func rules(_ step: StepExplanation, _ scope: PageScope) -> [String] {
        var lines: [String] = []
        for why in [step.opens, step.due].compactMap({ $0 }) {
            let line = scope.wording.why(why, in: view.programme)
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    private var edits: [PlanEdit] {
        view.enrolment.edits.filter { edit in
            step.map { edit.change.step == $0.step.id || edit.change.ownStep?.id == $0.step.id }
                ?? true
        }
    }

    private func maySeeAll(_ scope: PageScope) -> Bool {
        scope.reader.map(view.mayReadAll) ?? false
    }

    private func edit(_ edit: PlanEdit, _ scope: PageScope) -> Values {
        var shown = edit
        shown.reason = reason(edit.reason, scope)
        var values: Values = [
            "text": scope.wording.edit(
                shown, in: titles.plan(view.versionNumber) ?? view.programme, name: names.name)
        ]
        if let reader = scope.reader, view.mayChange(reader), ChangeKind.withdraw.isPossible(view) {
            values["withdraw"] = "\(url)/change/withdraw?edit=\(edit.number)"
        }
        return values
    }

    // MARK: - Sentences

    private func sentence(_ entry: HistoryEntry, _ scope: PageScope) -> String {
        let event = entry.event.withReason { reason($0, scope, of: entry.event) }
        return scope.wording.event(
            event, in: titles.plan(entry.version) ?? view.programme, name: names.name,
            version: titles.number
        ).beginningUpper
    }

    /// What stands for a reason: those who lead read what was written, the others only what their
    /// other pages show them.
    private func reason(_ text: String, _ scope: PageScope, of event: Event? = nil) -> String {
        if text.allSatisfy(\.isWhitespace) { return scope.text("history.no-reason") }
        if maySeeAll(scope) { return text }
        if case .stepSkipped(let step, _, _, let reason)? = event,
            view.steps.contains(where: { $0.step.id == step && $0.record.reason == reason })
        {
            return text
        }
        return scope.text("history.hidden-reason")
    }

    private func by(_ entry: HistoryEntry, _ scope: PageScope) -> String {
        let actor =
            switch entry.actor {
            case .person(let person):
                person == scope.reader
                    ? scope.text("you-named", ["name": names.name(person)]) : names.name(person)
            case .clock: scope.text("history.by-clock")
            case .operatorCommand: scope.text("history.by-operator")
            }
        return scope.text(
            "history.by",
            [
                "name": actor, "moment": scope.wording.moment(time.civil(entry.recordedAt)),
                "number": "\(entry.version)",
            ])
    }
}

/// The plans that a history's titles come from: each version with all steps of the person's own,
/// also those that were taken back.
struct HistoryTitles {
    private let plans: [Int: Programme]
    private let numbers: [String: Int]

    init(
        _ entries: [HistoryEntry], of programme: ProgrammeID, _ installation: Installation
    ) throws {
        var own: [Step] = []
        for case .planEdited(let edit) in entries.map(\.event) {
            guard let step = edit.change.ownStep else { continue }
            own.append(
                Step(
                    id: step.id, stage: "", kind: step.kind, title: step.title,
                    actors: Party(.anyOf, step.actors)))
        }
        var plans: [Int: Programme] = [:]
        for number in Set(entries.map(\.version)) {
            let version = try installation.version(of: programme, number: number).programme
            plans[number] = own.isEmpty ? version : version.with(steps: version.steps + own)
        }
        self.plans = plans
        numbers = Dictionary(
            try installation.versions(of: programme).map { ($0.hash, $0.number) },
            uniquingKeysWith: { first, _ in first })
    }

    func plan(_ version: Int) -> Programme? { plans[version] }

    func number(_ hash: String) -> String { numbers[hash].map(String.init) ?? "?" }
}

extension WebContext {
    func showHistory(_ request: Request, _ context: PageRequest) throws -> Response {
        try history(request, context, view: try view(context), step: nil)
    }

    func showStepHistory(_ request: Request, _ context: PageRequest) throws -> Response {
        let view = try view(context)
        let id = StepID(try context.identifier("step"))
        guard let step = view.steps.first(where: { $0.step.id == id }) else {
            throw PageError.notFound
        }
        return try history(request, context, view: view, step: step)
    }

    private func history(
        _ request: Request, _ context: PageRequest, view: EnrolmentView, step: StepExplanation?
    ) throws -> Response {
        let reader = try context.needReader()
        let all = try installation.history(of: view.id)
        let mayReadAll = view.mayReadAll(reader.id)
        let names = step.map { all.names(of: $0.step.id) }
        let withdrawn = step.map { all.edits(of: $0.step.id) } ?? []
        let shown = all.filter { entry in
            guard mayReadAll || view.shows(entry.event) else { return false }
            guard let names else { return true }
            if case .planEditWithdrawn(let number, _, _) = entry.event {
                return withdrawn.contains(number)
            }
            if case .planEdited(let edit) = entry.event { return withdrawn.contains(edit.number) }
            return entry.event.step.map(names.contains) ?? false
        }
        return try page(
            HistoryPage(
                view: view, step: step, entries: shown.reversed(),
                page: Pager.asked(request), titles: try HistoryTitles(
                    all, of: view.programme.id, installation),
                names: PersonNames(installation), time: installation.time), context)
    }
}

extension [HistoryEntry] {
    /// The numbers of the changes of the plan that a step is in.
    fileprivate func edits(of step: StepID) -> Set<Int> {
        let names = names(of: step)
        return Set(
            compactMap { entry in
                guard case .planEdited(let edit) = entry.event else { return nil }
                let steps = [edit.change.step, edit.change.ownStep?.id].compactMap { $0 }
                return steps.contains(where: names.contains) ? edit.number : nil
            })
    }
}
