import CivilCalendar
import Operations
import Wording

/// A field of a form whose fields depend on what is changed.
struct FormField {
    enum Input {
        case day
        case time
        case number
        case line
        case paragraph
        /// One of several; the first stands for "none" where its id is empty.
        case choice([Option])
        /// Any number of several, each sent under its own name.
        case choices([Option])
        /// Sent along, not asked for.
        case hidden
    }

    struct Option {
        let id: String
        let name: String
    }

    let name: String
    let label: String
    var hint: String?
    let input: Input
    var value = ""
    var isRequired = true

    /// The name under which one of several choices is sent.
    func name(of option: Option) -> String { "\(name).\(option.id)" }

    /// The names of all that the field sends.
    var names: [String] {
        if case .choices(let options) = input { return options.map { name(of: $0) } }
        return [name]
    }

    /// Which of several are chosen: as they were sent, or as they are now.
    func isChosen(_ option: Option, _ kept: Form?) -> Bool {
        if let kept { return kept[name(of: option)] != nil }
        return value.split(separator: "|").contains { $0 == option.id }
    }

    /// - Parameter form: tells fields of the same name apart, where a page has several forms.
    func values(_ kept: Form?, fault: String?, form: String = "field") -> Values {
        let shown = kept.map { $0.fields[name] ?? "" } ?? value
        let id = "\(form)-\(name)"
        var described: [String] = []
        if hint != nil { described.append("\(id)-hint") }
        if fault != nil { described.append("\(id)-fault") }
        var content: Values = [
            "id": id, "name": name, "label": label, "value": shown, "is-required": isRequired,
        ]
        if let hint { content["hint"] = hint }
        if let fault { content["fault"] = fault }
        if !described.isEmpty { content["described"] = described.joined(separator: " ") }
        switch input {
        case .hidden: return ["hidden": ["name": name, "value": shown] as Values]
        case .choices(let options):
            content["options"] = options.map { option -> Values in
                [
                    "name": name(of: option), "title": option.name,
                    "is-chosen": isChosen(option, kept),
                ]
            }
            return ["several": content]
        case .choice(let options):
            content["select"] = [
                "options": options.map { option -> Values in
                    ["id": option.id, "title": option.name, "is-chosen": option.id == shown]
                }
            ]
        case .day: content["day"] = true
        case .time: content["time"] = true
        case .number: content["number"] = true
        case .line: content["line"] = true
        case .paragraph: content["paragraph"] = true
        }
        return ["single": content]
    }

    /// What was written, as people read it; nil where nothing was.
    func told(_ form: Form, _ wording: Wording) -> String? {
        switch input {
        case .hidden: return nil
        case .choices(let options):
            let chosen = options.filter { isChosen($0, form) }.map(\.name)
            return chosen.isEmpty ? nil : wording.list(chosen)
        case .choice(let options):
            guard let id = form[name] else { return nil }
            return options.first { $0.id == id }?.name ?? id
        case .day: return form[name].map { text in CivilDay(text).map(wording.day) ?? text }
        case .time, .number, .line, .paragraph: return form[name]
        }
    }
}

/// What is wrong with one field of a form.
struct FieldFault: Error {
    let field: String
    let sentence: String
}

extension ChargedUnit {
    /// The unit in a list of units, moved in as far as it lies below.
    var option: FormField.Option {
        FormField.Option(id: id, name: String(repeating: "– ", count: depth) + name)
    }
}
