import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// What HR knows about somebody of their units, and may correct.
struct PersonPage: Page {
    static let rolesShown = 20

    let template = "person"
    let person: PersonCard
    let unit: UnitLine?
    let enrolments: [EnrolmentLine]
    /// Those that the reader has a role in, and may look into.
    let open: Set<EnrolmentID>
    let roles: (rows: [RoleLine], total: Int, elsewhere: Int)
    let installation: Installation
    var kept: Form?
    var keptUnit: Form?
    var fault: FieldFault?
    var isSaved = false

    private var url: String { "\(PeoplePage.path)/\(person.id)" }
    private var titles: ProgrammeTitles { ProgrammeTitles(installation: installation) }

    func title(_ scope: PageScope) -> String { person.name }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "id": person.id.rawValue, "outbox": "/admin/outbox?person=\(person.id)",
            "mail": mail(scope), "enrolments": enrolments.map { enrolment($0, scope) },
            "roles": roles.rows.map { role($0, scope) },
            "details": form(url, "details", Self.fields(person, scope), kept, scope),
            "move": form("\(url)/unit", "move", Self.unitFields(scope), keptUnit, scope),
            "start": "/board/start?person=\(person.id)",
        ]
        if let unit {
            values["unit"] = ["url": "\(UnitsPage.path)/\(unit.id)", "name": unit.name] as Values
        }
        let more = roles.total - roles.rows.count
        if more > 0 { values["more-roles"] = scope.count("admin.more", more) }
        if roles.elsewhere > 0 {
            values["elsewhere"] = scope.count("admin.person.elsewhere", roles.elsewhere)
        }
        if isSaved { values["saved"] = true }
        if fault != nil { values["faulty"] = true }
        return values
    }

    private func form(
        _ action: String, _ id: String, _ fields: [FormField], _ kept: Form?, _ scope: PageScope
    ) -> Values {
        var form = scope.form(action, key: id)
        form["fields"] = fields.map { field in
            field.values(
                kept, fault: fault?.field == field.name ? fault?.sentence : nil, form: id)
        }
        return form
    }

    static func fields(_ person: PersonCard, _ scope: PageScope) -> [FormField] {
        [
            FormField(
                name: "name", label: scope.text("admin.person.name"), input: .line,
                value: person.name),
            FormField(
                name: "email", label: scope.text("admin.person.email"),
                hint: scope.text("admin.person.email-hint"), input: .line,
                value: person.email ?? "", isRequired: false),
            FormField(
                name: "private-email", label: scope.text("admin.person.private-email"),
                hint: scope.text("admin.person.private-email-hint"), input: .line,
                value: person.privateEmail ?? "", isRequired: false),
            FormField(
                name: "language", label: scope.text("admin.person.language"),
                input: .choice(
                    Wording.languages.map {
                        .init(
                            id: $0.rawValue, name: Wording(language: $0).text("language.name"))
                    }), value: person.language.rawValue),
        ]
    }

    static func unitFields(_ scope: PageScope) -> [FormField] {
        [
            FormField(
                name: "unit", label: scope.text("admin.person.new-unit"),
                hint: scope.text("admin.person.new-unit-hint"), input: .line),
            FormField(
                name: "reason", label: scope.text("change.field.reason"), input: .paragraph,
                isRequired: false),
        ]
    }

    private func mail(_ scope: PageScope) -> String {
        switch (person.email, person.privateEmail) {
        case (let work?, let own?):
            scope.text("admin.person.mail-both", ["work": work, "private": own])
        case (let address?, nil), (nil, let address?):
            scope.text("admin.person.mail-one", ["address": address])
        case (nil, nil): scope.text("admin.person.mail-none")
        }
    }

    private func enrolment(_ line: EnrolmentLine, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": titles.title(line.version, scope),
            "status": EnrolmentStatus(rawValue: line.status).map(
                scope.wording.enrolmentStatus) ?? line.status,
            "started": CivilDay(line.startedOn).map(scope.wording.day) ?? line.startedOn,
        ]
        if open.contains(line.id) { values["url"] = "/enrolments/\(line.id)" }
        return values
    }

    private func role(_ line: RoleLine, _ scope: PageScope) -> Values {
        let programme = try? installation.version(hash: line.version).programme
        return [
            "role": scope.wording.role(line.role, in: programme).beginningUpper,
            "name": line.participantName, "url": "\(PeoplePage.path)/\(line.participant)",
            "programme": programme?.title.text(in: scope.language) ?? "",
        ]
    }
}

extension WebContext {
    func showPerson(_ request: Request, _ context: PageRequest) throws -> Response {
        var shown = try personPage(context)
        shown.isSaved = request.uri.queryParameters["saved"] != nil
        return try page(shown, context)
    }

    func changePerson(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needHR(context)
        let form = try await request.form()
        try check(form, request, context)
        var shown = try personPage(context)
        shown.kept = form
        let details = PersonDetails(
            name: form["name"] ?? "", email: form["email"], privateEmail: form["private-email"],
            language: Language(form["language"] ?? ""))
        do {
            try await installation.setDetails(
                of: shown.person.id, details, byHR: reader.id)
        } catch let fault as PersonFault {
            shown.fault = FieldFault(
                field: fault.field.rawValue,
                sentence: context.wording.text(
                    "page.admin.person.fault.\(fault.field.rawValue)-\(fault.reason.rawValue)"))
            return try page(shown, context, status: .unprocessableContent)
        }
        return redirect(to: "\(PeoplePage.path)/\(shown.person.id)?saved=1")
    }

    /// Moves somebody to another of the reader's units, with what follows for their programmes.
    func movePerson(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needHR(context)
        let form = try await request.form()
        try check(form, request, context)
        var shown = try personPage(context)
        shown.keptUnit = form
        let named = String((form["unit"] ?? "").prefix(200))
        let units = try installation.units(named: named, forHR: reader.id)
        let key: String?
        switch units.count {
        case 0: key = named.isEmpty ? "unit-missing" : "unit-unknown"
        case 1: key = units[0].id == shown.person.unit ? "unit-same" : nil
        default: key = "unit-several"
        }
        if let key {
            shown.fault = FieldFault(
                field: "unit",
                sentence: context.wording.text("page.admin.person.fault.\(key)"))
            return try page(shown, context, status: .unprocessableContent)
        }
        let reason = String((form["reason"] ?? "").prefix(FormReader.longestText))
        return try await begin(
            .moveUnit(shown.person.id, to: units[0].id, reason: reason), [], form, reader.id)
    }

    private func personPage(_ context: PageRequest) throws -> PersonPage {
        let reader = try needHR(context)
        let id = PersonID(try context.identifier("person"))
        guard let person = try installation.personCard(id, forHR: reader.id) else {
            throw PageError.notFound
        }
        let enrolments = try installation.enrolments(participant: id, limit: 50)
        return PersonPage(
            person: person,
            unit: try person.unit.flatMap {
                try installation.unitLine($0, forHR: reader.id)?.unit
            }, enrolments: enrolments,
            open: Set(
                try enrolments.map(\.id).filter {
                    try installation.isInvolved(reader.id, in: $0)
                }),
            roles: try installation.rolesForOthers(
                of: id, forHR: reader.id, limit: PersonPage.rolesShown),
            installation: installation)
    }
}
