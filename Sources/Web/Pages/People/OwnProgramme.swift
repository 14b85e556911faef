import CivilCalendar
import Engine
import Operations
import Wording

/// One of the reader's own programmes, as their page shows it.
struct OwnProgramme {
    /// How much of what is to come is shown before the whole plan is.
    private static let nextShown = 6
    private static let talksShown = 4

    let view: EnrolmentView
    let scope: PageScope
    /// What waits for the reader.
    let mine: [StepExplanation]

    init(view: EnrolmentView, scope: PageScope) {
        self.view = view
        self.scope = scope
        mine = view.steps.filter { step in
            scope.reader.map { view.waits(step, for: $0) } ?? false
        }
    }

    var isRunning: Bool { view.enrolment.status == .running }

    /// The programme's first day: the day at work, or the first that it has to be given.
    private var firstDay: CivilDay? {
        // Whoever is asked something of the annual wheel begins nowhere.
        if view.programme.kind == .annualWheel { return nil }
        let anchors = view.programme.anchors
        let anchor = anchors.first { $0.id == "first-day" } ?? anchors.first { $0.isRequired }
        return anchor.flatMap { view.enrolment.anchors[$0.id] }
    }

    /// How far off the first day is, while it has not come.
    var daysUntilStart: Int? {
        guard isRunning, let firstDay, scope.today < firstDay else { return nil }
        return firstDay.number - scope.today.number
    }

    var values: Values {
        let shown = view.steps.filter {
            $0.step.kind != .message && $0.status != .notApplicable
        }
        let waiting = Set(mine.map(\.step.id))
        var values: Values = [
            "title": view.title.text(in: scope.language), "url": "/enrolments/\(view.id)",
            "id": view.id.rawValue, "people": people, "where": place(shown),
            "progress": [
                "done": "\(shown.filter { $0.record.status.isSettled }.count)",
                "all": "\(max(1, shown.count))",
            ],
        ]
        if let standing = view.standing(scope) { values["standing"] = standing }
        let others = shown.filter { $0.status.isUnderWay && !waiting.contains($0.step.id) }
        let planned = shown.filter { $0.status == .planned }
            .map { ($0, StepOrder.key($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
        values["parts"] = [
            part("others", others),
            part("next", isRunning ? Array(planned.prefix(Self.nextShown)) : []),
        ].compactMap { $0 }
        let done = shown.filter { $0.status == .done || $0.status == .skipped }
        if !done.isEmpty {
            values["done"] = [
                "heading": scope.count("me.done", done.count), "lines": done.map(short),
            ]
        }
        let talks = view.steps.filter {
            $0.step.kind.isAppointment && ($0.status.isUnderWay || $0.status == .planned)
        }.map { ($0, StepOrder.key($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
        if isRunning, !talks.isEmpty {
            values["talks"] = ["list": talks.prefix(Self.talksShown).map(talk)]
        }
        if isRunning { values["input"] = InputForm(view: view, step: nil).values(scope) }
        return values
    }

    private func part(_ name: String, _ steps: [StepExplanation]) -> Values? {
        if steps.isEmpty { return nil }
        return [
            "heading": scope.text("me.\(name)"), "id": "\(view.id)-\(name)",
            "lines": steps.map(short),
        ]
    }

    /// A step in one line.
    private func short(_ step: StepExplanation) -> Values {
        let line = StepLine(view: view, step: step, scope: scope)
        var facts: [String] = []
        if let when = line.when { facts.append(when) }
        if let waits = line.waits { facts.append(waits) }
        var values: Values = ["title": scope.wording.title(step.step), "url": line.url]
        if !facts.isEmpty { values["facts"] = facts.joined(separator: " · ") }
        return values
    }

    // MARK: - Where one is

    private func place(_ shown: [StepExplanation]) -> String {
        let counts = [
            "done": "\(shown.filter { $0.record.status.isSettled }.count)",
            "all": "\(shown.count)",
        ]
        guard isRunning, let firstDay, firstDay <= scope.today else {
            return scope.text("me.where", counts)
        }
        let days = scope.today.number - firstDay.number
        // The first weeks are counted as weeks, what comes later as months.
        if days < 56 {
            return scope.text(
                "me.where-week", counts.merging(["number": "\(days / 7 + 1)"]) { $1 })
        }
        var months = 1
        while firstDay.adding(months: months) <= scope.today, months < 120 { months += 1 }
        return scope.text("me.where-month", counts.merging(["number": "\(months)"]) { $1 })
    }

    // MARK: - People

    private var people: [Values] { view.people(scope, withoutParticipant: true) }

    // MARK: - Talks

    private func talk(_ step: StepExplanation) -> Values {
        let line = StepLine(view: view, step: step, scope: scope)
        var values: Values = ["title": scope.wording.title(step.step), "url": line.url]
        // A time that was proposed and has passed is nothing to keep.
        let invitation = step.record.invitation.flatMap {
            $0.isAgreed || $0.startsAt.day >= scope.today ? $0 : nil
        }
        if let when = line.when { values["when"] = when }
        if let invitation, !invitation.isAgreed {
            values["proposed"] = scope.text(
                "me.proposed", ["moment": scope.wording.moment(invitation.startsAt)])
        }
        if let place = invitation?.place { values["place"] = place }
        var ways: Values = [:]
        if invitation != nil { ways["calendar"] = "\(line.url)/invitation.ics" }
        if !step.step.agenda.isEmpty {
            values["agenda"] = ["points": step.step.agenda.map { $0.text(in: scope.language) }]
        }
        let said = step.record.signatures.filter(\.affirms).map { view.name($0.person) }
        if !said.isEmpty {
            values["confirmed"] = scope.text(
                "me.confirmed", ["people": scope.wording.list(said)])
        }
        if let reader = scope.reader, view.mayBook(step, reader) {
            ways["book"] = scope.text(
                step.record.invitation == nil ? "me.book" : "me.book-other")
        }
        if !ways.isEmpty { values["ways"] = ways }
        return values
    }

    // MARK: - Before the first day

    /// What somebody who has not begun wants to know; nil from the first day on, when a greeting
    /// stands there, and later nothing.
    var welcome: Values? {
        guard isRunning, let firstDay, firstDay >= scope.today else { return nil }
        var values: Values = [
            "id": view.id.rawValue, "title": view.title.text(in: scope.language),
            "url": "/enrolments/\(view.id)",
        ]
        let first = view.steps.filter { step in
            step.step.kind != .message && step.status != .notApplicable
                && !step.record.status.isSettled && isOn(firstDay, step)
        }
        if !first.isEmpty { values["first"] = ["lines": first.prefix(8).map(short)] }
        guard let days = daysUntilStart else {
            values["greeting"] = scope.text("welcome.today")
            return values
        }
        values["greeting"] = scope.text(
            "welcome.first-day", ["day": scope.wording.day(firstDay)])
        values["left"] =
            days == 1 ? scope.text("welcome.tomorrow") : scope.count("welcome.left", days)
        values["summary"] = view.programme.summary.text(in: scope.language).paragraphs
        let texts = view.steps.filter { $0.step.kind == .message && $0.record.status == .done }
            .suffix(2).flatMap { $0.step.text.text(in: scope.language).paragraphs }
        if !texts.isEmpty { values["good"] = ["texts": texts] }
        return values
    }

    /// Whether it is what a day is about: the day of the appointment, or its due day.
    private func isOn(_ day: CivilDay, _ step: StepExplanation) -> Bool {
        if let booked = step.record.invitation?.startsAt.day { return booked == day }
        if step.dueDay == day { return true }
        if case .date(let date)? = step.opens, step.step.kind.isAppointment {
            return date.day == day
        }
        return false
    }
}

extension ShownStatus {
    /// Whether it can be done now.
    var isUnderWay: Bool {
        switch self {
        case .open, .waiting, .disputed: true
        case .planned, .done, .skipped, .cancelled, .notApplicable: false
        }
    }
}
