import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// A person's own page: what is theirs to do, and whom they follow up.
struct MePage: Page {
    static let followedOnOnePage = 40

    let template = "me"
    let name: String
    let own: [EnrolmentView]
    let competences: [CompetenceRow]
    let followed: [EnrolmentView]
    let followedInAll: Int
    /// Counted from zero.
    let page: Int
    let isSaved: Bool

    func title(_ scope: PageScope) -> String { scope.text("me.title", ["name": name]) }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "today": scope.text("me.today", ["day": scope.wording.day(scope.today)]),
            "own": own.map { OwnEnrolment(view: $0, scope: scope).values },
        ]
        if isSaved { values["saved"] = true }
        if !competences.isEmpty {
            values["competences"] = ["entries": competences.map { entry($0, scope) }]
        }
        if followedInAll > 0 { values["follow"] = follow(scope) }
        if own.isEmpty, followedInAll == 0 { values["nothing"] = true }
        return values
    }

    private func entry(_ row: CompetenceRow, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": row.title.text(in: scope.language),
            "when": scope.text("me.achieved", ["day": scope.wording.day(row.achievedOn)]),
        ]
        if let level = row.level { values["level"] = level }
        if let until = row.validUntil {
            values["until"] = scope.text(
                until < scope.today ? "me.expired" : "me.valid-until",
                ["day": scope.wording.day(until)])
        }
        return values
    }

    private func follow(_ scope: PageScope) -> Values {
        let cards = followed.map { FollowCard(view: $0, scope: scope) }
            .sorted { $0.urgency < $1.urgency }
        var values: Values = [
            "summary": scope.count("me.followed", followedInAll), "cards": cards.map(\.values),
            "absence": AbsencePage.path,
        ]
        if let pager = Pager(
            page: page, count: followedInAll, pageSize: Self.followedOnOnePage, address: "/me"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }
}

/// One's own programme as a checklist.
private struct OwnEnrolment {
    let view: EnrolmentView
    let scope: PageScope
    /// How much of what is to come is shown before the whole plan is.
    private static let nextShown = 6

    var values: Values {
        var values: Values = [
            "title": view.title.text(in: scope.language), "url": "/enrolments/\(view.id)",
            "id": view.id.rawValue, "people": view.people(scope), "groups": groups,
        ]
        if let standing = view.standing(scope) { values["standing"] = standing }
        let done = lines(shown.filter { $0.status == .done || $0.status == .skipped })
        if !done.isEmpty {
            values["done"] = ["heading": scope.count("me.done", done.count), "lines": done]
        }
        let talks = view.steps.filter { $0.step.kind.isAppointment && isAhead($0) }
        if !talks.isEmpty {
            values["talks"] = [
                "lines": talks.prefix(8).map {
                    StepLine(view: view, step: $0, scope: scope).values
                }
            ]
        }
        return values
    }

    private var shown: [StepExplanation] { view.steps.filter { $0.step.kind != .message } }

    private var groups: [Values] {
        let late = shown.filter { $0.isOverdue || $0.status == .disputed }
        let now = shown.filter { !$0.isOverdue && ($0.status == .open || $0.status == .waiting) }
        let planned = shown.filter { !$0.isOverdue && $0.status == .planned }
            .map { ($0, StepOrder.key($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
        let running = view.enrolment.status == .running
        return [
            group("late", late), group("now", running ? now : []),
            group("next", running ? Array(planned.prefix(Self.nextShown)) : []),
        ].compactMap { $0 }
    }

    private func group(_ name: String, _ steps: [StepExplanation]) -> Values? {
        // That nothing is to be done now is worth saying; that nothing is late is not.
        if steps.isEmpty, name != "now" || view.enrolment.status != .running { return nil }
        var values: Values = [
            "heading": scope.text("me.\(name)"), "name": name, "id": "\(view.id)-\(name)",
            "lines": lines(steps),
        ]
        if steps.isEmpty { values["empty"] = scope.text("me.nothing-now") }
        return values
    }

    private func lines(_ steps: [StepExplanation]) -> [Values] {
        steps.map {
            StepLine(view: view, step: $0, scope: scope).valuesWithButton(back: "me")
        }
    }

    private func isAhead(_ step: StepExplanation) -> Bool {
        switch step.status {
        case .planned, .open, .waiting, .disputed: true
        case .done, .skipped, .cancelled, .notApplicable: false
        }
    }
}

/// One person whom the reader follows up: the next talk, what is late, and what waits for the
/// reader.
private struct FollowCard {
    let view: EnrolmentView
    let scope: PageScope
    private let mine: [StepExplanation]
    private let late: [StepExplanation]
    private static let lateShown = 3

    init(view: EnrolmentView, scope: PageScope) {
        self.view = view
        self.scope = scope
        mine = view.steps.filter { step in
            scope.reader.map { view.waits(step, for: $0) } ?? false
        }.sorted { StepOrder.key($0) < StepOrder.key($1) }
        let waiting = Set(mine.map(\.step.id))
        late = view.steps.filter { $0.isOverdue && !waiting.contains($0.step.id) }
    }

    /// What needs the reader first comes first: what is late and theirs, what is theirs, what is
    /// late, and then by date.
    var urgency: Urgency {
        let group: Int
        if mine.contains(where: { $0.isOverdue || $0.status == .disputed }) {
            group = 0
        } else if !mine.isEmpty {
            group = 1
        } else {
            group = late.isEmpty ? 3 : 2
        }
        let next = (mine + late).map { StepOrder.key($0) }.min() ?? .max
        return Urgency(group: group, day: next, name: view.participantName, id: view.id)
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
        var values: Values = [
            "name": view.participantName, "url": "/enrolments/\(view.id)",
            "programme": view.title.text(in: scope.language), "id": view.id.rawValue,
        ]
        if let standing = view.standing(scope) { values["standing"] = standing }
        if !mine.isEmpty {
            values["mine"] = [
                "lines": mine.map { step -> Values in
                    var line = StepLine(view: view, step: step, scope: scope)
                        .valuesWithButton(back: "me")
                    // The heading says it already.
                    if view.awaited(step).count == 1 { line["waits"] = nil }
                    return line
                }
            ]
        }
        if !late.isEmpty {
            var section: Values = [
                "lines": late.prefix(Self.lateShown).map {
                    StepLine(view: view, step: $0, scope: scope).values
                }
            ]
            if late.count > Self.lateShown {
                section["more"] = scope.count("me.more-late", late.count - Self.lateShown)
            }
            values["late"] = section
        }
        if let talk = nextTalk {
            let line = StepLine(view: view, step: talk, scope: scope)
            values["talk"] = [
                "title": scope.wording.title(talk.step), "url": line.url, "when": line.when ?? "",
            ]
        }
        return values
    }

    private var nextTalk: StepExplanation? {
        view.steps.filter { step in
            guard step.step.kind.isAppointment, !step.record.status.isSettled,
                step.status != .notApplicable, let reader = scope.reader
            else { return false }
            return step.step.participants.contains { view.holder($0) == reader }
        }.min { StepOrder.key($0) < StepOrder.key($1) }
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
        let page = Pager.asked(request)
        let (followed, total) = try installation.followed(
            by: reader.id, page: page, pageSize: MePage.followedOnOnePage)
        return try self.page(
            MePage(
                name: reader.name, own: try installation.ownEnrolments(of: reader.id),
                competences: try installation.competences(of: reader.id), followed: followed,
                followedInAll: total, page: page,
                isSaved: request.uri.queryParameters["saved"] != nil), context)
    }
}
