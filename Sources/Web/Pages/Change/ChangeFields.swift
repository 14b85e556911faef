import CivilCalendar
import Engine
import Operations
import Wording

/// The fields of the form that changes something of a kind.
struct ChangeFields {
    let kind: ChangeKind
    let view: EnrolmentView
    /// The fact that is changed, where one is.
    let fact: Fact?
    let scope: PageScope

    var all: [FormField] {
        switch kind {
        case .date: [anchor, day("day", "new-day"), reason]
        case .leave: [day("day", "leave-day", scope.today), reason]
        case .comeBack: [day("day", "return-day", scope.today)]
        case .moreTime:
            [
                day("from", "from-which-day", scope.today), number("months"), number("days"),
                reason,
            ]
        case .stop: [day("day", "stop-day", scope.today), reason]
        case .complete: [day("day", "complete-day", scope.today), reason]
        case .fact: factFields + [reason]
        case .handOver: [role(view.changeableRoles), person("to-whom"), reason]
        case .cover:
            [
                role(view.changeableRoles.filter { view.enrolment.roles[$0] != nil }),
                person("who-acts"), day("from", "first-day-away"), day("until", "last-day-away"),
                reason,
            ]
        case .endCover: [covers]
        case .skipStep: [step, reason]
        case .addStep: ownStep + [after, reason]
        case .replaceStep: [step] + ownStep + [reason]
        case .moveStep: [step, day("day", "new-day"), reason]
        case .withdraw: [edit, reason]
        }
    }

    // MARK: - What several share

    private func label(_ key: String) -> String { scope.text("change.field.\(key)") }

    private func day(
        _ name: String, _ key: String, _ day: CivilDay? = nil, isRequired: Bool = true
    ) -> FormField {
        FormField(
            name: name, label: label(key), input: .day, value: day?.description ?? "",
            isRequired: isRequired)
    }

    private func number(_ name: String) -> FormField {
        FormField(name: name, label: label(name), input: .number, value: "0")
    }

    private var reason: FormField {
        FormField(
            name: "reason", label: label("reason"), hint: scope.text("change.reason-hint"),
            input: .paragraph)
    }

    private func person(_ key: String) -> FormField {
        FormField(
            name: "person", label: label(key), hint: scope.text("change.person-hint"),
            input: .line)
    }

    private func select(
        _ name: String, _ options: [FormField.Option], isRequired: Bool = true
    ) -> FormField {
        let none = FormField.Option(
            id: "", name: scope.text(isRequired ? "change.choose" : "change.none"))
        let isOnly = isRequired && options.count == 1
        return FormField(
            name: name, label: label(name), input: .choice(isOnly ? options : [none] + options),
            isRequired: isRequired)
    }

    // MARK: - Choices

    private var anchor: FormField {
        select(
            "anchor",
            view.programme.anchors.map { anchor in
                let title = anchor.title.text(in: scope.language)
                let day = view.enrolment.anchors[anchor.id].map { ", \(scope.wording.day($0))" }
                return .init(
                    id: anchor.id.rawValue,
                    name: (title.isEmpty ? anchor.id.rawValue : title) + (day ?? ""))
            })
    }

    private func role(_ roles: [RoleID]) -> FormField {
        select(
            "role",
            roles.map { role in
                let title = scope.wording.role(role, in: view.programme).beginningUpper
                let name = view.enrolment.roles[role].map(view.name) ?? scope.text("change.nobody")
                return .init(id: role.rawValue, name: "\(title): \(name)")
            })
    }

    private var covers: FormField {
        var roles: [RoleID] = []
        for cover in view.enrolment.covers where !roles.contains(cover.role) {
            roles.append(cover.role)
        }
        return select(
            "role",
            roles.map { role in
                let names = view.enrolment.covers.filter { $0.role == role }.map { cover in
                    scope.text(
                        "change.cover-line",
                        [
                            "name": view.name(cover.person), "from": scope.shortDay(cover.from),
                            "until": scope.shortDay(cover.until),
                        ])
                }
                let title = scope.wording.role(role, in: view.programme).beginningUpper
                return .init(id: role.rawValue, name: "\(title): \(scope.wording.list(names))")
            })
    }

    private var step: FormField { select("step", steps) }

    private var after: FormField {
        var field = select("after", steps, isRequired: false)
        field.hint = scope.text("change.after-hint")
        return field
    }

    private var steps: [FormField.Option] {
        view.changeableSteps.map { step in
            let due = step.dueDay.map { ", \(scope.shortDay($0))" } ?? ""
            return .init(id: step.step.id.rawValue, name: scope.wording.title(step.step) + due)
        }
    }

    private var edit: FormField {
        select(
            "edit",
            view.enrolment.edits.map { edit in
                .init(
                    id: "\(edit.number)",
                    name: scope.wording.edit(edit, in: view.programme, name: view.name))
            })
    }

    private var ownStep: [FormField] {
        let kinds = StepKind.allCases.filter { $0 != .message }.map {
            FormField.Option(
                id: $0.rawValue, name: scope.wording.stepKind($0).beginningUpper)
        }
        let roles = view.programme.roles.map {
            FormField.Option(
                id: $0.id.rawValue,
                name: scope.wording.role($0.id, in: view.programme).beginningUpper)
        }
        return [
            FormField(name: "title", label: label("title"), input: .line),
            FormField(
                name: "text", label: label("text"), input: .paragraph, isRequired: false),
            FormField(
                name: "kind", label: label("kind"), input: .choice(kinds),
                value: StepKind.task.rawValue),
            FormField(
                name: "actors", label: label("actors"), hint: scope.text("change.actors-hint"),
                input: .choices(roles), value: RoleID.participant.rawValue),
            day("opens", "opens", isRequired: false), day("due", "due", isRequired: false),
        ]
    }

    // MARK: - Facts

    private var factFields: [FormField] {
        guard let fact else { return [] }
        return [
            FormField(name: "fact", label: "", input: .hidden, value: fact.id.rawValue),
            .fact(fact, named: "value", current: view.enrolment.facts[fact.id], scope),
        ]
    }
}
