import CivilCalendar
import Engine
import Operations
import Wording

/// All that can be changed about an enrolment, as a list.
struct ChangesPage: Page {
    let template = "changes"
    let view: EnrolmentView

    func title(_ scope: PageScope) -> String {
        scope.text("change.title", ["name": view.participantName])
    }

    func values(_ scope: PageScope) -> Values {
        let url = "/enrolments/\(view.id)"
        let groups = ChangeKind.groups.compactMap { name, kinds -> Values? in
            let possible = kinds.filter { $0.isPossible(view) }
            if possible.isEmpty { return nil }
            return [
                "id": name, "heading": scope.text("change.group.\(name)"),
                "kinds": possible.flatMap { entries($0, "\(url)/change", scope) },
            ]
        }
        var values: Values = [
            "programme": view.title.text(in: scope.language), "url": url, "groups": groups,
            "history": "\(url)/history",
        ]
        if groups.isEmpty { values["ended"] = true }
        if let standing = view.standing(scope) { values["standing"] = standing }
        return values
    }

    private func entries(_ kind: ChangeKind, _ url: String, _ scope: PageScope) -> [Values] {
        guard kind == .fact else {
            return [
                [
                    "url": "\(url)/\(kind.rawValue)", "title": kind.title(scope),
                    "text": kind.text(scope),
                ]
            ]
        }
        return view.programme.facts.map { fact in
            let title = fact.title.text(in: scope.language)
            let value = view.enrolment.facts[fact.id].map {
                scope.wording.value($0, of: fact.id, in: view.programme)
            }
            return [
                "url": "\(url)/fact?fact=\(fact.id)",
                "title": title.isEmpty ? fact.id.rawValue : title,
                "text": scope.text(
                    "change.fact-now", ["value": value ?? scope.text("change.unknown")]),
            ]
        }
    }
}

/// The form of one change, and after it was sent the consequences with a button that does it.
struct ChangePage: Page {
    let template = "change"
    let kind: ChangeKind
    let view: EnrolmentView
    var fact: Fact?
    /// What was chosen or written before.
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    /// The sentence above a preview that is not the one that was confirmed.
    var note: String?
    var consequences: [Consequences]?
    let names: PersonNames
    /// Whom a person's field names, for the summary.
    var people: [String: String] = [:]

    func title(_ scope: PageScope) -> String {
        consequences == nil ? kind.title(scope) : scope.text("change.preview-title")
    }

    func values(_ scope: PageScope) -> Values {
        let fields = ChangeFields(kind: kind, view: view, fact: fact, scope: scope).all
        let address = "/enrolments/\(view.id)/change"
        var form = scope.form("\(address)/\(kind.rawValue)/preview", key: "preview")
        form["fields"] = fields.map {
            $0.values(kept, fault: fault?.field == $0.name ? fault?.sentence : nil)
        }
        var values: Values = [
            "programme": view.title.text(in: scope.language), "url": "/enrolments/\(view.id)",
            "about": view.participantName, "all": address, "kind": kind.title(scope),
            "explanation": kind.text(scope), "form": form,
        ]
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if let note { values["note"] = note }
        if let consequences, let kept {
            values["preview"] = preview(consequences, kept, fields, scope)
        }
        return values
    }

    private func preview(
        _ consequences: [Consequences], _ kept: Form, _ fields: [FormField], _ scope: PageScope
    ) -> Values {
        var values = scope.form(
            "/enrolments/\(view.id)/change/\(kind.rawValue)", key: kind.rawValue)
        let names = fields.flatMap(\.names)
        values["hidden"] = names.compactMap { name -> Values? in
            kept.fields[name].map { ["name": name, "value": $0] }
        }
        values["seen"] = "\(view.enrolment.eventCount)"
        values["asked"] = fields.compactMap { field -> Values? in
            guard let text = people[field.name] ?? field.told(kept, scope.wording) else {
                return nil
            }
            return ["label": field.label, "text": text]
        }
        values["consequences"] =
            ConsequenceBlocks(
                consequences: consequences, plan: view.programme, names: self.names,
                wording: scope.wording, goesOnLater: kind == .cover
            ).values
        return values
    }
}
