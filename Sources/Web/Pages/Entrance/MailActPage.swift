import CivilCalendar
import Engine
import Operations
import Wording

/// One act that a link in a mail lets its person do: what will happen, and one button.
struct MailActPage: Page {
    let template = "mailact"
    let link: ActLink
    /// Where its form goes: the link's own address.
    let address: String
    let view: EnrolmentView
    let step: StepExplanation
    /// What the act brings about, in sentences.
    var told: [String] = []
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    /// What has been done; then there is no form any more.
    var receipt: String?

    func title(_ scope: PageScope) -> String { scope.text("mailact.\(name).title") }

    /// A talk is held, other things are done.
    var name: String {
        link.act == .done && step.step.kind.isAppointment ? "held" : link.act.rawValue
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "step": scope.wording.title(step.step),
            "about": scope.text(
                "mailact.with",
                [
                    "programme": view.title.text(in: scope.language),
                    "name": view.participantName,
                ]),
            "way": "/enrolments/\(view.id)/steps/\(step.step.id)",
        ]
        if let when = when(scope) { values["when"] = when }
        if let parties = parties(scope) { values["parties"] = parties }
        if let refusal { values["refusal"] = refusal }
        if !told.isEmpty {
            values["told"] = [
                "heading": scope.text(receipt == nil ? "mailact.happens" : "mailact.happened"),
                "lines": told,
            ] as Values
        }
        if let receipt {
            values["receipt"] = receipt
            return values
        }
        values["text"] = scope.text("mailact.\(name).text")
        var form = scope.form(address, key: link.act.rawValue)
        form["button"] = scope.text("mailact.\(name).send")
        form["fields"] = fields(scope).map { field in
            field.values(
                kept, fault: field.name == fault?.field ? fault?.sentence : nil, form: "act")
        }
        values["form"] = form
        return values
    }

    /// When it is, as the invitation says, or as far as the plan knows.
    private func when(_ scope: PageScope) -> String? {
        if let invitation = step.record.invitation, step.record.settledOn == nil {
            return scope.wording.moment(invitation.startsAt).beginningUpper
        }
        return StepLine(view: view, step: step, scope: scope).when
    }

    /// With whom, where people meet.
    private func parties(_ scope: PageScope) -> String? {
        guard step.step.kind.isAppointment else { return nil }
        var names: [String] = []
        for role in step.step.participants {
            guard let person = view.holder(role), person != link.person else { continue }
            let name = view.name(person)
            if !names.contains(name) { names.append(name) }
        }
        if names.isEmpty { return nil }
        return scope.text("mailact.parties", ["people": scope.wording.list(names)])
    }

    // MARK: - Fields

    private func fields(_ scope: PageScope) -> [FormField] {
        let defaults = MailActDefaults(step: step, now: scope.now)
        func field(_ name: String, _ input: FormField.Input, _ value: String = "") -> FormField {
            FormField(
                name: name, label: scope.text("mailact.\(self.name).\(name)"), input: input,
                value: value)
        }
        switch link.act {
        case .done: return [field("day", .day, defaults.day.description)]
        case .time:
            var place = field("place", .line, step.record.invitation?.place ?? "")
            place.isRequired = false
            return [
                field("day", .day, defaults.start.day.description),
                field("clock", .time, defaults.start.time.description),
                field("minutes", .number, "\(defaults.minutes)"), place,
            ]
        case .skip:
            var reason = field("reason", .paragraph)
            reason.hint = scope.text("mailact.skip.reason-hint")
            return [reason]
        }
    }
}

/// What the fields hold before anybody has written in them.
struct MailActDefaults {
    let step: StepExplanation
    let now: CivilMoment

    /// The day that was agreed or aimed at, where it has been; otherwise today.
    var day: CivilDay {
        let said = step.record.signatures.last { $0.affirms }?.on
        let planned = said ?? step.record.invitation?.startsAt.day ?? step.dueDay
        guard let planned, planned <= now.day else { return now.day }
        return planned
    }

    var minutes: Int {
        step.record.invitation?.minutes ?? step.step.meeting?.minutes ?? 45
    }

    /// The time that is agreed, or aimed at; on a later day where it has passed.
    var start: CivilMoment {
        let time = step.record.invitation?.startsAt.time ?? step.step.meeting?.startsAt ?? .nine
        let planned = step.record.invitation?.startsAt.day ?? step.dueDay ?? now.day
        let start = CivilMoment(max(planned, now.day), time)
        return start > now ? start : CivilMoment(now.day.adding(days: 1), time)
    }
}

/// A page that says why a link in a mail has nothing left to do.
struct ActOverPage: Page {
    let template = "mailact"
    let step: String?
    let text: String
    var way: String?

    func title(_ scope: PageScope) -> String { scope.text("mailact.over.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["text": text]
        if let step { values["step"] = step }
        if let way { values["way"] = way }
        return values
    }
}
