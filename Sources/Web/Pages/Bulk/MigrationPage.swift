import Engine
import Hummingbird
import Operations
import Wording

/// Where HR moves enrolments of their units to another version of a programme.
struct MigrationPage: Page {
    static let peopleOnOnePage = 25

    let template = "migration"
    let programme: Programme
    let versions: [VersionLine]
    let units: [ChargedUnit]
    /// What was chosen: a version and units; nil before the first time.
    var chosen: Form?
    var target: CompiledVersion?
    /// How many have been gone through, while it goes on.
    var seen: Int?
    var found: BulkPreviews.Found?
    var lines: [BulkLine] = []
    /// Counted from zero.
    var page = 0
    let names: PersonNames

    func title(_ scope: PageScope) -> String { scope.text("migration.title") }

    private var url: String { "/programmes/\(programme.id)" }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "programme": programme.title.text(in: scope.language), "url": url,
            "all": "\(url)/versions", "action": "\(url)/migration",
            "fields": fields(scope).map { $0.values(chosen, fault: nil) },
        ]
        if let seen { values["counting"] = scope.count("migration.counting", seen) }
        if let found, let target, let chosen {
            values["found"] = result(found, target, chosen, scope)
        }
        return values
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        let versions = versions.map { version in
            FormField.Option(
                id: "\(version.number)",
                name: scope.text("versions.version", ["number": "\(version.number)"]))
        }
        let units = units.map(\.option)
        return [
            FormField(
                name: "to", label: scope.text("migration.to"), input: .choice(versions),
                value: versions.first?.id ?? ""),
            FormField(
                name: "unit", label: scope.text("migration.units"),
                hint: scope.text("migration.units-hint"), input: .choices(units)),
        ]
    }

    private func result(
        _ found: BulkPreviews.Found, _ target: CompiledVersion, _ chosen: Form, _ scope: PageScope
    ) -> Values {
        var values: Values = [
            "counts": BulkLines.counts(
                changed: found.changed.count, refused: found.refused.count,
                unchanged: found.unchanged, scope),
            "lines": BulkLines(lines: lines, next: target.programme, names: names).values(scope),
        ]
        let hidden = chosen.fields.sorted { $0.key < $1.key }
        if !found.changed.isEmpty {
            var start = scope.form("\(url)/migration", key: "migration")
            start["hidden"] = hidden.map { ["name": $0.key, "value": $0.value] as Values }
            start["text"] = scope.text(
                found.refused.isEmpty ? "migration.start-text" : "migration.start-text-refused",
                ["number": "\(target.number)"])
            values["start"] = start
        }
        if target.number > 1 {
            values["compare"] = "\(url)/versions/\(target.number - 1)/\(target.number)"
        }
        let query = hidden.map { "\($0.key.percentEncoded)=\($0.value.percentEncoded)" }
            .joined(separator: "&")
        if let pager = Pager(
            page: page, count: found.shown.count, pageSize: Self.peopleOnOnePage,
            address: "\(url)/migration?\(query)"
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }
}

extension WebContext {
    func showMigration(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let units = try unitsAsHR(context)
        var page = try migrationPage(units, context)
        guard let form = migrationForm(request, page.units) else {
            return try self.page(page, context)
        }
        page.chosen = form
        page.page = Pager.asked(request)
        let (change, target, chosen) = try migration(form, page)
        page.target = target
        let key = BulkPreviews.Key(reader: reader.id, change: change, units: chosen)
        switch try await previews.settled(key, installation, logger) {
        case .running(let seen): page.seen = seen
        case .failed: throw HTTPError(.internalServerError)
        case .done(let found, _):
            page.found = found
            let first = page.page * MigrationPage.peopleOnOnePage
            let shown = found.shown.dropFirst(first).prefix(MigrationPage.peopleOnOnePage)
            page.lines = try installation.preview(change, of: Array(shown))
        }
        return try self.page(page, context, refreshSeconds: page.seen == nil ? nil : 2)
    }

    func startMigration(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let page = try migrationPage(try unitsAsHR(context), context)
        let (change, _, units) = try migration(form, page)
        return try await begin(change, units, form, reader.id)
    }

    /// Begins an act on many, once for each form, and sends the reader to the page that tells how
    /// far it has come.
    func begin(
        _ change: BulkChange, _ units: [String], _ form: Form, _ reader: PersonID
    ) async throws -> Response {
        let key = try key(form, reader)
        let act = try await previews.begin(key) {
            try await installation.startBulk(change, units: units, by: .person(reader), key: key)
        }
        guard let act else { throw PageError.badForm }
        return redirect(to: "/acts/\(act)")
    }

    // MARK: - Shared

    /// The units that the reader is HR of.
    ///
    /// - Throws: `PageError.notFound` for everybody else.
    private func unitsAsHR(_ context: PageRequest) throws -> [ChargedUnit] {
        let units = try installation.unitsAsHR(try context.needReader().id)
        if units.isEmpty { throw PageError.notFound }
        return units
    }

    private func migrationPage(
        _ units: [ChargedUnit], _ context: PageRequest
    ) throws -> MigrationPage {
        let programme = try version(context).programme
        return MigrationPage(
            programme: programme, versions: try installation.versions(of: programme.id),
            units: units, names: PersonNames(installation))
    }

    /// What the address chooses, or nil where it chooses no version.
    private func migrationForm(
        _ request: Request, _ units: [ChargedUnit]
    ) -> Form? {
        let parameters = request.uri.queryParameters
        guard let to = parameters["to"] else { return nil }
        var form = Form(fields: ["to": String(to)])
        for unit in units where parameters[Substring("unit.\(unit.id)")] != nil {
            form.set("unit.\(unit.id)", "1")
        }
        return form
    }

    private func migration(
        _ form: Form, _ page: MigrationPage
    ) throws -> (BulkChange, CompiledVersion, units: [String]) {
        guard let number = form["to"].flatMap({ Int($0) }),
            page.versions.contains(where: { $0.number == number })
        else { throw PageError.notFound }
        let id = page.programme.id
        let target = try installation.version(of: id, number: number)
        var units = page.units.filter { form["unit.\($0.id)"] != nil }.map(\.id)
        // Nothing chosen is all that is theirs, and never more.
        if units.isEmpty { units = page.units.filter { $0.depth == 0 }.map(\.id) }
        return (.migrate(id, to: target.hash), target, units)
    }
}
