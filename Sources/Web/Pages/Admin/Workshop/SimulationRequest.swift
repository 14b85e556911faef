import CivilCalendar
import Engine
import Operations
import Wording

/// The fields that say whom a programme is simulated for, and what they come to.
struct SimulationRequest {
    let programme: Programme
    let scope: PageScope

    var fields: [FormField] {
        var fields = [
            FormField(
                name: "start", label: scope.text("admin.workshop.start"), input: .day,
                value: scope.today.description)
        ]
        for anchor in programme.anchors {
            fields.append(
                FormField(
                    name: "anchor-\(anchor.id)", label: title(anchor.title, anchor.id.rawValue),
                    hint: anchor.isRequired ? scope.text("admin.workshop.anchor-start") : nil,
                    input: .day, isRequired: false))
        }
        fields += programme.facts.map(field)
        fields.append(
            FormField(
                name: "behaviour", label: scope.text("admin.workshop.behaviour"),
                input: .choice(
                    Simulation.Behaviour.allCases.map {
                        .init(
                            id: $0.rawValue,
                            name: scope.text("admin.workshop.behaviour-\($0.rawValue)"))
                    }), value: Simulation.Behaviour.onTime.rawValue))
        return fields
    }

    private func title(_ text: LocalizedText, _ id: String) -> String {
        let title = text.text(in: scope.language)
        return title.isEmpty ? id : title
    }

    private func field(_ fact: Fact) -> FormField {
        func options(_ choices: [FactChoice]) -> [FormField.Option] {
            choices.map { .init(id: $0.id, name: title($0.title, $0.id)) }
        }
        let none = FormField.Option(id: "", name: scope.text("change.unknown"))
        var hint: String?
        let input: FormField.Input
        switch fact.type {
        case .oneOf(let choices): input = .choice([none] + options(choices))
        case .someOf(let choices): input = .choices(options(choices))
        case .yesOrNo:
            input = .choice([
                none, .init(id: "yes", name: scope.text("change.yes")),
                .init(id: "no", name: scope.text("change.no")),
            ])
        case .number(let lowest, let highest):
            input = .line
            hint = scope.text(
                "change.number-hint",
                [
                    "from": scope.wording.number(lowest), "to": scope.wording.number(highest),
                ])
        }
        return FormField(
            name: "fact-\(fact.id)", label: title(fact.title, fact.id.rawValue), hint: hint,
            input: input, isRequired: false)
    }

    /// Runs the programme for what the form says.
    ///
    /// - Throws: `FieldFault`, or `Refusal` where the engine will not have it.
    func simulation(_ form: Form) throws -> Simulation {
        let reader = FormReader(form: form, wording: scope.wording) { _ in .nobody }
        let start = try reader.day("start")
        var anchors: [AnchorID: CivilDay] = [:]
        for anchor in programme.anchors {
            if let day = try reader.optionalDay("anchor-\(anchor.id)") { anchors[anchor.id] = day }
        }
        var facts: [FactID: FactValue] = [:]
        for fact in programme.facts {
            let name = "fact-\(fact.id)"
            var text = form[name]
            if case .choices(let options) = field(fact).input {
                let chosen = options.filter { form.fields["\(name).\($0.id)"] != nil }
                text = chosen.isEmpty ? nil : chosen.map(\.id).joined(separator: "|")
            }
            guard let text else { continue }
            do throws(FactTextError) {
                facts[fact.id] = try FactValue(parsing: text, for: fact.id, in: programme)
            } catch {
                if case .number = fact.type { throw reader.fault(name, "number") }
                throw reader.fault(name, "choice")
            }
        }
        let behaviour = form["behaviour"].flatMap { Simulation.Behaviour(rawValue: $0) }
        return try Simulation(
            programme, start: start, anchors: anchors, facts: facts,
            behaviour: behaviour ?? .onTime)
    }
}

/// A simulated calendar as a page shows it: a table for each month.
struct SimulationTables {
    /// Nobody reads more than so many lines on a page.
    static let mostEntries = 1_000

    let simulation: Simulation
    let programme: Programme
    let scope: PageScope

    var values: Values {
        let shown = simulation.entries.prefix(Self.mostEntries)
        var months: [Values] = []
        var rows: [Values] = []
        var month = ""
        func close() {
            if !rows.isEmpty { months.append(["caption": month, "rows": rows]) }
            rows = []
        }
        for entry in shown {
            let name = scope.wording.month(entry.moment.day).beginningUpper
            if name != month { close() }
            month = name
            rows.append(row(entry))
        }
        close()
        var values: Values = ["months": months, "picture": picture]
        if months.isEmpty { values["empty"] = scope.wording.text("report.nothing") }
        let hidden = simulation.entries.count - shown.count
        if hidden > 0 { values["more"] = scope.count("admin.workshop.more-entries", hidden) }
        return values
    }

    private func row(_ entry: Simulation.Entry) -> Values {
        let title =
            programme.step(StepID(entry.step)).map(scope.wording.title)
            ?? scope.wording.text("report.whole-programme")
        return [
            "day": scope.wording.day(entry.moment.day),
            "time": scope.wording.time(entry.moment.time),
            "kind": scope.wording.entryKind(entry.kind).beginningUpper, "step": title,
            "who": scope.wording.roles(entry.to, in: programme),
            "why": scope.wording.why(entry.why, in: programme),
        ]
    }

    private var picture: String {
        SimulationReport(simulation, of: programme, language: scope.language).svg().dataAddress
    }
}
