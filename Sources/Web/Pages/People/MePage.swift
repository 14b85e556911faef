import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// A person's own page: what is theirs to do today, and each of their programmes.
struct MePage: KeptPage {
    let template = "me"
    let name: String
    let own: [EnrolmentView]
    var competences: [CompetenceRow] = []
    var inputs: [InputRow] = []
    /// What waits for the reader in the programmes of others: how many steps, of how many people.
    var waiting = Waiting(steps: 0, people: 0)
    var standing = Standing.none
    /// Whether they have a part in a round of placements as a student, or have students there.
    var isStudent = false
    var hasStudents = false
    /// How many inputs wait for the reader's answer.
    var inputsToAnswer = 0
    /// How many claims of what somebody can do wait for the reader's word.
    var claimsToAnswer = 0
    var hasLeftNotes = false
    /// What was just done: `done` or `input`.
    var saved: String?
    let time: ZonedTime

    struct Waiting: Equatable {
        let steps: Int
        let people: Int
    }

    func isSame(as other: MePage) -> Bool {
        name == other.name && own.elementsEqual(other.own) { $0.isSame(as: $1) }
            && competences == other.competences && inputs == other.inputs
            && waiting == other.waiting && standing == other.standing
            && inputsToAnswer == other.inputsToAnswer && claimsToAnswer == other.claimsToAnswer
            && hasLeftNotes == other.hasLeftNotes
            && saved == other.saved && time == other.time
            && isStudent == other.isStudent && hasStudents == other.hasStudents
    }

    func title(_ scope: PageScope) -> String { scope.text("me.title", ["name": name]) }

    func values(_ scope: PageScope) -> Values {
        let programmes = own.map { OwnProgramme(view: $0, scope: scope) }
        let under = programmes.filter(\.isRunning)
        var values: Values = [
            "today": scope.text("me.today", ["day": scope.wording.day(scope.today)])
        ]
        if let saved { values["saved"] = scope.text(saved == "input" ? "input.saved" : "saved") }
        values["welcomes"] = under.compactMap(\.welcome)
        if !under.isEmpty { values["now"] = now(under, scope) }
        values["programmes"] = programmes.map(\.values)
        if standing.follows || hasLeftNotes { values["others"] = others(scope) }
        if inputsToAnswer > 0 {
            values["answers"] = scope.count("me.inputs-wait", inputsToAnswer)
        }
        if claimsToAnswer > 0 {
            values["claims"] = scope.count("competence.waiting-count", claimsToAnswer)
        }
        if !competences.isEmpty {
            values["competences"] = ["entries": competences.map { entry($0, scope) }]
        }
        if !inputs.isEmpty {
            values["inputs"] = ["list": inputs.map { inputValues($0, scope) }]
        }
        if isStudent || hasStudents {
            values["placed"] = ["is-student": isStudent, "has-students": hasStudents]
        } else if own.isEmpty, !standing.follows, !standing.leads {
            values["nothing"] = true
        }
        return values
    }

    /// What can be done now and what is late, of all programmes in one list.
    private func now(_ programmes: [OwnProgramme], _ scope: PageScope) -> Values {
        let steps = programmes.flatMap { programme in programme.mine.map { (programme, $0) } }
            .sorted { a, b in
                (a.1.isOverdue ? 0 : 1, StepOrder.key(a.1))
                    < (b.1.isOverdue ? 0 : 1, StepOrder.key(b.1))
            }
        let isBefore = programmes.allSatisfy { $0.daysUntilStart != nil }
        var values: Values = [
            "heading": scope.text(isBefore ? "me.before" : "me.now"),
            "lines": steps.map { programme, step -> Values in
                var line = StepLine(view: programme.view, step: step, scope: scope)
                    .valuesWithButton(back: "me")
                // Where the line stands says as much.
                if step.status == .open, !step.isOverdue { line["status"] = nil }
                if programme.view.awaited(step).count == 1 { line["waits"] = nil }
                if programmes.count > 1 {
                    line["of-programme"] = programme.view.title.text(in: scope.language)
                }
                return line
            },
        ]
        if steps.isEmpty { values["empty"] = scope.text("me.nothing-now") }
        return values
    }

    private func others(_ scope: PageScope) -> Values {
        var values: Values = ["follows": standing.follows, "leads": standing.leads]
        if waiting.steps > 0 {
            values["waiting"] = scope.text(
                "me.others-wait",
                [
                    "steps": scope.count("me.steps", waiting.steps),
                    "people": scope.count("me.people-count", waiting.people),
                ])
        } else if standing.follows {
            values["waiting"] = scope.text("me.nothing-waits")
        }
        return values
    }

    private func entry(_ row: CompetenceRow, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": row.title.text(in: scope.language),
            "when": scope.text("me.achieved", ["day": scope.wording.day(row.achievedOn)]),
        ]
        if let level = row.level { values["level"] = level.text(in: scope.language) }
        if let until = row.validUntil {
            values["until"] = scope.text(
                until < scope.today ? "me.expired" : "me.valid-until",
                ["day": scope.wording.day(until)])
        }
        return values
    }

    private func inputValues(_ row: InputRow, _ scope: PageScope) -> Values {
        let view = own.first { $0.id == row.enrolment }
        return InputText(row: row, view: view, time: time).values(scope)
    }
}

/// The order in which steps are met: by the day by which they should be done, or open.
enum StepOrder {
    static func key(_ step: StepExplanation) -> Int {
        if let booked = step.record.invitation?.startsAt.day { return booked.number }
        if let due = step.dueDay { return due.number }
        if case .date(let date)? = step.opens { return date.day.number }
        return .max
    }
}

extension WebContext {
    func showMe(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        return try page(
            unlessChanged(request, reader) { try mePage(request, reader, context.standing) },
            context)
    }

    private func mePage(
        _ request: Request, _ reader: PersonCard, _ standing: Standing
    ) throws -> MePage {
        var page = MePage(
            name: reader.name, own: try installation.ownEnrolments(of: reader.id),
            time: installation.time)
        page.standing = standing
        (page.isStudent, page.hasStudents) = try installation.placementStanding(of: reader.id)
        page.saved = request.uri.queryParameters["saved"].map { String($0) }
        if !page.own.isEmpty || standing.follows {
            page.inputs = try installation.ownInputs(of: reader.id, limit: 10)
        }
        page.competences = try installation.competences(of: reader.id)
        if standing.follows { page.waiting = try waiting(for: reader.id) }
        if standing.administers {
            page.inputsToAnswer = try installation.waitingInputs(for: reader.id)
        }
        page.claimsToAnswer = try claimsToAnswer(by: reader.id, standing)
        if !standing.follows {
            page.hasLeftNotes = try !installation.leftNotes(by: reader.id).isEmpty
        }
        return page
    }

    /// How many claims wait for somebody, who has to be something to others for that.
    func claimsToAnswer(by person: PersonID, _ standing: Standing) throws -> Int {
        guard standing.follows || standing.leads || standing.charges.contains(.hr) else {
            return 0
        }
        return try installation.claimsWaiting(for: person)
    }

    private func waiting(for person: PersonID) throws -> MePage.Waiting {
        let counts = try installation.openViews(for: person).map { view in
            view.steps.filter { view.waits($0, for: person) }.count
        }
        return MePage.Waiting(
            steps: counts.reduce(0, +), people: counts.filter { $0 > 0 }.count)
    }
}
