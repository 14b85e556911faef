import Engine
import Hummingbird
import Operations
import Wording

/// The uppermost of the reader's units, each with those right below it.
struct UnitsPage: Page {
    static let path = "/admin/units"
    static let shownBelow = 50

    let template = "units"
    let units: [(unit: UnitLine, below: [UnitLine])]

    func title(_ scope: PageScope) -> String { scope.text("admin.units.title") }

    func values(_ scope: PageScope) -> Values {
        [
            "units": units.map { unit, below -> Values in
                var values = Self.values(unit, scope)
                if !below.isEmpty {
                    var list: Values = ["lines": below.map { Self.values($0, scope) }]
                    if unit.children > below.count {
                        list["more"] = scope.count("admin.more", unit.children - below.count)
                    }
                    values["below"] = list
                }
                return values
            }
        ]
    }

    static func values(_ unit: UnitLine, _ scope: PageScope) -> Values {
        var facts = [
            scope.count("admin.units.people", unit.people),
            scope.count("admin.units.running", unit.running),
        ]
        if unit.children > 0 { facts.append(scope.count("admin.units.below", unit.children)) }
        return [
            "url": "\(path)/\(unit.id)", "name": unit.name, "facts": facts.joined(separator: " · "),
            "led": unit.managerName.map { scope.text("admin.units.led-by", ["name": $0]) }
                ?? scope.text("admin.units.nobody"),
        ]
    }
}

/// One unit: where it lies, who answers for it, and who works there.
struct UnitPage: Page {
    static let peopleOnOnePage = 25
    static let shownBelow = 200

    let template = "unit"
    let unit: UnitLine
    let above: [UnitLine]
    let below: [UnitLine]
    let people: [PersonLine]
    let page: Int
    let titles: ProgrammeTitles

    func title(_ scope: PageScope) -> String { unit.name }

    func values(_ scope: PageScope) -> Values {
        let none = scope.text("admin.units.none")
        let url = "\(UnitsPage.path)/\(unit.id)"
        var values: Values = [
            "above": above.map { ["url": "\(UnitsPage.path)/\($0.id)", "name": $0.name] as Values },
            "manager": unit.managerName ?? none, "hr": unit.hrName ?? none,
            "owner": unit.ownerName ?? none, "id": unit.id,
            "count": scope.count("admin.units.people", unit.people),
            "running": scope.count("admin.units.running", unit.running),
            "people": people.map { titles.values($0, scope, showsUnit: false) },
        ]
        if !below.isEmpty {
            var list: Values = ["lines": below.map { UnitsPage.values($0, scope) }]
            if unit.children > below.count {
                list["more"] = scope.count("admin.more", unit.children - below.count)
            }
            values["below"] = list
        }
        if let pager = Pager(
            page: page, count: unit.people, pageSize: Self.peopleOnOnePage, address: url
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }
}

/// What the programmes are called that lists of people name.
struct ProgrammeTitles {
    let installation: Installation

    func title(_ version: String, _ scope: PageScope) -> String {
        let programme = try? installation.version(hash: version).programme
        return programme?.title.text(in: scope.language) ?? ""
    }

    func values(_ line: PersonLine, _ scope: PageScope, showsUnit: Bool = true) -> Values {
        var values: Values = [
            "url": "\(PeoplePage.path)/\(line.person.id)", "name": line.person.name,
        ]
        let titles = line.programmes.map { title($0.version, scope) }
        if !titles.isEmpty { values["programmes"] = titles.joined(separator: " · ") }
        if showsUnit, let unit = line.unitName { values["unit"] = unit }
        if line.person.email == nil, line.person.privateEmail == nil { values["no-mail"] = true }
        return values
    }
}

/// Where HR finds somebody of their units.
struct PeoplePage: Page {
    static let path = "/admin/people"
    static let peopleOnOnePage = 25

    let template = "people-search"
    let search: String
    var found: [PersonLine] = []
    var page = 0
    var hasMore = false
    let titles: ProgrammeTitles

    func title(_ scope: PageScope) -> String { scope.text("admin.people.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["search": search]
        if search.isEmpty { return values }
        values["found"] = ["people": found.map { titles.values($0, scope) }]
        if found.isEmpty { values["nobody"] = true }
        let address = "\(Self.path)?q=\(search.percentEncoded)"
        values["pager"] = Pager.open(page: page, hasMore: hasMore, address: address, scope)
        return values
    }
}

extension Pager {
    /// The way on in a list whose length is not known; nil where all of it stands on one page.
    static func open(page: Int, hasMore: Bool, address: String, _ scope: PageScope) -> Values? {
        if page == 0, !hasMore { return nil }
        let mark = address.contains("?") ? "&" : "?"
        var values: Values = ["here": scope.text("admin.page", ["page": "\(page + 1)"])]
        if page > 0 { values["previous"] = "\(address)\(mark)page=\(page)" }
        if hasMore { values["next"] = "\(address)\(mark)page=\(page + 2)" }
        return values
    }
}

extension WebContext {
    /// The uppermost units that a page lists.
    private static let mostUppermost = 50

    func showUnits(_ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        let units = try installation.uppermostUnits(forHR: reader.id).prefix(Self.mostUppermost)
        return try page(
            UnitsPage(
                units: try units.map { unit in
                    (
                        unit: unit,
                        below: unit.children == 0
                            ? []
                            : try installation.childUnits(
                                of: unit.id, page: 0, pageSize: UnitsPage.shownBelow)
                    )
                }), context)
    }

    func showUnit(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        let id = try context.identifier("unit")
        guard let (unit, above) = try installation.unitLine(id, forHR: reader.id) else {
            throw PageError.notFound
        }
        let page = Pager.asked(request)
        return try self.page(
            UnitPage(
                unit: unit, above: above,
                below: try installation.childUnits(
                    of: id, page: 0, pageSize: UnitPage.shownBelow),
                people: try installation.people(
                    inUnit: id, page: page, pageSize: UnitPage.peopleOnOnePage),
                page: page, titles: ProgrammeTitles(installation: installation)), context)
    }

    func showPeople(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        let asked = (request.uri.queryParameters["q"].map(String.init) ?? "")
            .replacing("+", with: " ").trimmed
        var shown = PeoplePage(
            search: String(asked.prefix(80)), titles: ProgrammeTitles(installation: installation))
        if !shown.search.isEmpty {
            shown.page = Pager.asked(request)
            let found = try installation.people(
                matching: shown.search, forHR: reader.id, page: shown.page,
                pageSize: PeoplePage.peopleOnOnePage)
            shown.found = Array(found.prefix(PeoplePage.peopleOnOnePage))
            shown.hasMore = found.count > PeoplePage.peopleOnOnePage
        }
        return try page(shown, context)
    }
}
