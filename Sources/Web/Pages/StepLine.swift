import CivilCalendar
import Engine
import Operations
import Wording

/// One step as lists show it: what it is, how it stands and by when, and why.
struct StepLine {
    let view: EnrolmentView
    let step: StepExplanation
    let scope: PageScope

    private var wording: Wording { scope.wording }

    var url: String { "/enrolments/\(view.id)/steps/\(step.step.id)" }

    var values: Values {
        var values: Values = [
            "title": wording.title(step.step), "url": url,
            "kind": wording.stepKind(step.step.kind), "status": status, "id": anchor,
        ]
        if let when { values["when"] = when }
        if let waits { values["waits"] = waits }
        if let why { values["why"] = why }
        return values
    }

    /// The line with a button that says at once that it was done, where the reader may say so.
    func valuesWithButton(back: String) -> Values {
        var values = values
        guard let reader = scope.reader, view.waits(step, for: reader),
            view.maySign(step, reader), step.status != .disputed, step.step.questions.isEmpty
        else { return values }
        // A booked talk was most likely held when it was booked for.
        var day = scope.today
        if let booked = step.record.invitation?.startsAt.day, booked <= day { day = booked }
        if let said = step.record.signatures.last(where: { $0.affirms })?.on { day = said }
        var button = scope.form("\(url)/confirmation", key: "\(step.step.id).yes")
        let key = step.step.kind.isAppointment ? "step.held-on" : "step.done-on"
        button["label"] = scope.text(key, ["day": scope.shortDay(day)])
        button["day"] = day.description
        button["back"] = back
        values["button"] = button
        return values
    }

    private var anchor: String { "\(view.id)-\(step.step.id)" }

    /// How it stands, by word and by sign: colour only repeats it.
    var status: Values {
        if step.isOverdue, step.status != .disputed {
            return ["text": wording.overdue, "look": "overdue", "sign": "!"]
        }
        let sign =
            switch step.status {
            case .planned: "○"
            case .open: "▸"
            case .waiting: "…"
            case .disputed: "≠"
            case .done: "✓"
            case .skipped: "↷"
            case .cancelled: "×"
            case .notApplicable: "–"
            }
        return [
            "text": wording.status(step.status), "look": step.status.rawValue, "sign": sign,
        ]
    }

    /// By when, or when it was.
    var when: String? {
        if let settled = step.record.settledOn {
            return scope.text("step.settled-on", ["day": scope.shortDay(settled)])
        }
        if step.status == .notApplicable { return nil }
        if let invitation = step.record.invitation, invitation.isAgreed {
            return scope.text("step.booked", ["moment": wording.moment(invitation.startsAt)])
        }
        if let window = step.window {
            let values = [
                "from": scope.shortDay(window.lowerBound),
                "to": scope.shortDay(window.upperBound),
            ]
            return scope.text(isExpected ? "step.window-expected" : "step.window", values)
        }
        if let due = step.dueDay {
            return scope.text(
                isExpected ? "step.due-expected" : "step.due", ["day": wording.day(due)])
        }
        if step.status == .planned, case .date(let opening)? = step.opens {
            return scope.text("step.opens", ["day": wording.day(opening.day)])
        }
        return nil
    }

    /// Whether the date rests on something that has not been done yet.
    private var isExpected: Bool {
        if case .date(let date)? = step.due { return date.isProjected }
        return false
    }

    /// Whom it waits for.
    var waits: String? {
        switch step.status {
        case .open, .waiting: break
        case .planned, .disputed, .done, .skipped, .cancelled, .notApplicable: return nil
        }
        let people = view.awaited(step).map { awaited in
            guard let person = awaited.person else {
                return wording.role(awaited.role, in: view.programme)
            }
            return person == scope.reader ? scope.text("you") : view.name(person)
        }
        if people.isEmpty { return nil }
        return scope.text("step.waits-for", ["people": wording.list(people)])
    }

    /// Why it is planned for when it is.
    var why: String? {
        (step.due ?? step.opens).map { wording.why($0, in: view.programme) }
    }
}

extension EnrolmentView {
    var title: LocalizedText { programme.title }

    /// The name of whom it is about.
    var participantName: String { enrolment.roles[.participant].map(name) ?? "" }

    /// Who fills which role, in the programme's order, and how to reach who acts in it.
    func people(_ scope: PageScope, withoutParticipant: Bool = false) -> [Values] {
        programme.roles.compactMap { role in
            guard let person = enrolment.roles[role.id],
                !withoutParticipant || role.id != .participant
            else { return nil }
            let title = scope.wording.role(role.id, in: programme)
            var values: Values = [
                "role": title.prefix(1).uppercased() + title.dropFirst(),
                "name": acting(role.id, for: person, scope),
            ]
            let actor = enrolment.standIn(for: role.id) ?? person
            if actor != scope.reader, let address = addresses[actor] {
                values["mail"] = address
            }
            return values
        }
    }

    /// The holder of a role, or "X, for Y until Friday 3 April" while somebody stands in.
    private func acting(_ role: RoleID, for holder: PersonID, _ scope: PageScope) -> String {
        func named(_ person: PersonID) -> String {
            person == scope.reader
                ? scope.text("you-named", ["name": name(person)]) : name(person)
        }
        guard let cover = enrolment.covers.first(where: { $0.hasBegun && $0.role == role }) else {
            return named(holder)
        }
        return scope.text(
            "enrolment.stand-in",
            [
                "name": named(cover.person), "holder": named(holder),
                "day": scope.wording.day(cover.until),
            ])
    }

    /// How it stands, where it is not simply under way.
    func standing(_ scope: PageScope) -> String? {
        enrolment.status == .running
            ? nil
            : scope.text(
                "enrolment.standing",
                ["status": scope.wording.enrolmentStatus(enrolment.status)])
    }
}
