import Engine
import Wording

extension FormField {
    /// The field in which a fact is chosen or written.
    static func fact(
        _ fact: Fact, named name: String, current: FactValue?, _ scope: PageScope
    ) -> FormField {
        let title = fact.title.text(in: scope.language)
        func options(_ choices: [FactChoice]) -> [Option] {
            choices.map { choice in
                let title = choice.title.text(in: scope.language)
                return Option(id: choice.id, name: title.isEmpty ? choice.id : title)
            }
        }
        let none = Option(id: "", name: scope.text("change.unknown"))
        var value = ""
        let input: Input
        var hint: String?
        switch fact.type {
        case .oneOf(let choices):
            if case .choice(let id)? = current { value = id }
            input = .choice((fact.isRequired ? [] : [none]) + options(choices))
        case .someOf(let choices):
            if case .choices(let ids)? = current { value = ids.joined(separator: "|") }
            input = .choices(options(choices))
        case .number(let lowest, let highest):
            if case .number(let number)? = current { value = scope.wording.number(number) }
            input = .line
            hint = scope.text(
                "change.number-hint",
                [
                    "from": scope.wording.number(lowest), "to": scope.wording.number(highest),
                ])
        case .yesOrNo:
            if case .flag(let flag)? = current { value = flag ? "yes" : "no" }
            input = .choice(
                (fact.isRequired ? [] : [none]) + [
                    .init(id: "yes", name: scope.text("change.yes")),
                    .init(id: "no", name: scope.text("change.no")),
                ])
        }
        return FormField(
            name: name, label: title.isEmpty ? fact.id.rawValue : title, hint: hint, input: input,
            value: value, isRequired: fact.isRequired)
    }
}

extension FormReader {
    /// The value that a fact's field was given, or nil where it was left empty.
    func value(of fact: Fact, named name: String) throws -> FactValue? {
        switch fact.type {
        case .oneOf: return form[name].map { .choice($0) }
        case .someOf(let choices):
            let ids = choices.map(\.id).filter { form["\(name).\($0)"] != nil }
            return ids.isEmpty ? nil : .choices(ids)
        case .number:
            guard let text = form[name] else { return nil }
            guard let number = Double(text.replacing(",", with: ".")), number.isFinite else {
                throw fault(name, "number")
            }
            return .number(number)
        case .yesOrNo:
            switch form[name] {
            case nil: return nil
            case "yes"?: return .flag(true)
            case "no"?: return .flag(false)
            default: throw PageError.badForm
            }
        }
    }
}
