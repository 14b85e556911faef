import CivilCalendar
import Engine
import Operations
import Wording

/// The form that starts a programme for somebody: its fields by heading.
struct StartForm {
    let programme: Programme
    let units: [ChargedUnit]
    /// The roles that the unit tree leaves empty, for which somebody has to be named.
    let emptyRoles: Set<RoleID>
    let scope: PageScope

    /// A heading and the fields below it.
    struct Part {
        let id: String
        let heading: String
        let fields: [FormField]
    }

    var parts: [Part] {
        [
            Part(id: "known", heading: scope.text("begin.who"), fields: known),
            Part(id: "new", heading: scope.text("begin.new"), fields: new),
            Part(id: "dates", heading: scope.text("begin.dates"), fields: anchors),
            Part(id: "facts", heading: scope.text("begin.facts"), fields: facts),
            Part(id: "roles", heading: scope.text("begin.roles"), fields: roles),
        ].filter { !$0.fields.isEmpty }
    }

    private var known: [FormField] {
        [
            FormField(
                name: "person", label: scope.text("begin.person"),
                hint: scope.text("begin.person-hint"), input: .line, isRequired: false),
            unit,
        ]
    }

    private var unit: FormField {
        if units.count == 1 {
            return FormField(name: "unit", label: "", input: .hidden, value: units[0].id)
        }
        let own = FormField.Option(id: "", name: scope.text("begin.own-unit"))
        return FormField(
            name: "unit", label: scope.text("begin.unit"), hint: scope.text("begin.unit-hint"),
            input: .choice([own] + units.map(\.option)), isRequired: false)
    }

    private var new: [FormField] {
        func line(_ name: String, _ key: String, _ hint: String? = nil) -> FormField {
            FormField(
                name: name, label: scope.text(key), hint: hint.map { scope.text($0) },
                input: .line, isRequired: false)
        }
        return [
            line("name", "begin.name", "begin.name-hint"),
            line("private-email", "begin.private-email", "begin.private-email-hint"),
            line("email", "begin.email", "begin.email-hint"),
            FormField(
                name: "language", label: scope.text("begin.language"),
                input: .choice(
                    Wording.languages.map {
                        .init(
                            id: $0.rawValue, name: Wording(language: $0).text("language.name"))
                    }), value: scope.language.rawValue),
        ]
    }

    private var anchors: [FormField] {
        programme.anchors.map { anchor in
            let title = anchor.title.text(in: scope.language)
            return FormField(
                name: "anchor.\(anchor.id)", label: title.isEmpty ? anchor.id.rawValue : title,
                hint: anchor.isRequired || anchor.fallback == nil
                    ? nil : scope.text("begin.date-hint"),
                input: .day, isRequired: anchor.isRequired)
        }
    }

    private var facts: [FormField] {
        programme.facts.map {
            FormField.fact($0, named: "fact.\($0.id)", current: nil, scope)
        }
    }

    /// The roles that somebody has to be chosen for. The unit tree fills the others.
    private var roles: [FormField] {
        programme.roles.filter { role in
            role.id != .participant && (role.filledBy == .chosen || emptyRoles.contains(role.id))
        }.map { role in
            FormField(
                name: "role.\(role.id)",
                label: scope.wording.role(role.id, in: programme).beginningUpper,
                hint: scope.text("change.person-hint"), input: .line,
                isRequired: role.need == .required)
        }
    }
}

/// Reads the form: whom to start what for, or every field that has to be mended.
struct StartReader {
    private let fields: FormReader
    private let programme: Programme
    private let units: [ChargedUnit]
    private let findOwn: (String) throws -> PersonMatch
    private(set) var faults: [String: String] = [:]
    /// Who is registered with the start.
    private(set) var newPerson: NewPerson?

    /// What stands for somebody who has no id yet.
    static let newcomer: PersonID = "new"

    init(
        _ fields: FormReader, _ programme: Programme, _ units: [ChargedUnit],
        findOwn: @escaping (String) throws -> PersonMatch
    ) {
        self.fields = fields
        self.programme = programme
        self.units = units
        self.findOwn = findOwn
    }

    private var form: Form { fields.form }

    /// - Returns: nil where something has to be mended first.
    /// - Throws: `PageError` for what no form of ours sends.
    mutating func request() throws -> EnrolRequest? {
        if let unit = form["unit"], !units.contains(where: { $0.id == unit }) {
            throw PageError.notFound
        }
        var request = EnrolRequest(
            participant: try participant() ?? "", programme: programme.id, anchors: [:],
            unit: form["unit"])
        for anchor in programme.anchors {
            let name = "anchor.\(anchor.id)"
            request.anchors[anchor.id] = try reading(name) {
                anchor.isRequired ? try $0.day(name) : try $0.optionalDay(name)
            } ?? nil
        }
        for fact in programme.facts {
            let name = "fact.\(fact.id)"
            request.facts[fact.id] = try reading(name) { fields -> FactValue? in
                let value = try fields.value(of: fact, named: name)
                if value == nil, fact.isRequired { throw fields.fault(name, "choice") }
                if let value, !fact.type.allows(value) {
                    if case .number = fact.type { throw fields.fault(name, "number") }
                    throw fields.fault(name, "choice")
                }
                return value
            } ?? nil
        }
        for role in programme.roles where form["role.\(role.id)"] != nil {
            let name = "role.\(role.id)"
            request.chosen[role.id] = try reading(name) { try $0.person(name) }
        }
        return faults.isEmpty ? request : nil
    }

    /// What a field holds; what is wrong with it is kept to be told beside it.
    private mutating func reading<T>(
        _ name: String, _ read: (FormReader) throws -> T
    ) throws -> T? {
        do {
            return try read(fields)
        } catch let fault as FieldFault {
            faults[fault.field] = fault.sentence
            return nil
        }
    }

    private mutating func participant() throws -> PersonID? {
        let isNew = form["name"] != nil || form["email"] != nil || form["private-email"] != nil
        guard let text = form["person"] else {
            guard isNew else {
                faults["person"] = fields.wording.text("page.begin.fault.nobody")
                return nil
            }
            return newcomer()
        }
        if isNew {
            faults["person"] = fields.wording.text("page.begin.fault.both")
            return nil
        }
        switch try findOwn(String(text.prefix(200))) {
        case .one(let card): return card.id
        case .nobody:
            faults["person"] = fields.wording.text("page.begin.fault.unknown", ["text": text])
        case .several(let count):
            faults["person"] = fields.wording.text(
                "page.change.fault.person-several", ["text": text, "count": "\(count)"])
        }
        return nil
    }

    private mutating func newcomer() -> PersonID? {
        if form["name"] == nil { faults["name"] = fields.wording.text("page.begin.fault.name") }
        guard let unit = form["unit"] ?? (units.count == 1 ? units[0].id : nil) else {
            faults["unit"] = fields.wording.text("page.begin.fault.unit")
            return nil
        }
        let language = form["language"].map { Language($0) } ?? .bokmål
        newPerson = NewPerson(
            name: String((form["name"] ?? "").prefix(200)), email: form["email"],
            privateEmail: form["private-email"],
            language: Wording.languages.contains(language) ? language : .bokmål, unit: unit)
        return Self.newcomer
    }
}
