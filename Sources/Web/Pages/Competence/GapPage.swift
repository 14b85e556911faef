import CivilCalendar
import Competence
import Engine
import Hummingbird
import Operations
import Wording

/// What a unit can do against what is asked of it: a table, a heat map of the units below it, and
/// for whoever leads the people, each of them.
struct GapPage: Page {
    static let path = "/gap"
    static let peopleOnOnePage = 50

    let template = "gap"
    let report: GapReport
    let shelf: FrameworkShelf
    let units: [ChargedUnit]
    let months: Int
    /// Whether everybody there is led by the reader, so that nothing is left out.
    let isOpen: Bool
    let programmes: [CompetenceID: [Passport.Way]]
    /// Those of the unit itself, for whoever leads them.
    let people: [PersonGap]
    let inAll: Int
    /// Counted from zero.
    let page: Int
    /// What was asked for, where it is no day or no number of months, and what is to be mended.
    var kept: Form?
    var faults: [String: String] = [:]

    func title(_ scope: PageScope) -> String { scope.text("gap.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "form": ["action": Self.path, "fields": fields(scope)] as Values,
            "lead": scope.text(
                "gap.about",
                [
                    "unit": report.name, "day": scope.wording.day(report.day),
                    "people": scope.count("gap.people-count", report.total.people),
                ]),
        ]
        if !isOpen { values["hidden"] = scope.text("gap.hidden-text") }
        if report.competences.isEmpty {
            values["nothing"] = true
            return values
        }
        let tables = GapTables(report: report, isOpen: isOpen)
        values["table"] = [
            "caption": scope.text("gap.caption", ["unit": report.name]),
            "rows": report.competences.indices.map { row($0, tables, scope) },
        ] as Values
        if report.places.count > 1 {
            values["map"] = GapMap(
                report: report, shelf: shelf, tables: tables, scope: scope
            ).values
        }
        if !people.isEmpty {
            values["people"] = ["rows": people.map { person($0, scope) }] as Values
        }
        let address =
            "\(Self.path)?unit=\(report.unit.percentEncoded)&on=\(report.day)&months=\(months)"
        if let pager = Pager(
            page: page, count: inAll, pageSize: Self.peopleOnOnePage, address: address
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func fields(_ scope: PageScope) -> [Values] {
        [
            FormField(
                name: "unit", label: scope.text("compliance.unit"),
                input: .choice(units.map(\.option)), value: report.unit),
            FormField(
                name: "on", label: scope.text("gap.on"), input: .day,
                value: report.day.description),
            FormField(
                name: "months", label: scope.text("gap.months"), input: .number,
                value: "\(months)"),
        ].map { $0.values(kept, fault: faults[$0.name]) }
    }

    private func name(_ competence: CompetenceID, _ scope: PageScope) -> String {
        shelf.definition(competence)?.title.text(in: scope.language) ?? competence.rawValue
    }

    private func row(_ index: Int, _ tables: GapTables, _ scope: PageScope) -> Values {
        let competence = report.competences[index]
        let cells = (0..<5).map { column -> Values in
            tables.states[index, column].map { ["number": "\($0)"] }
                ?? ["number": scope.text("compliance.hidden"), "look": "hidden"]
        }
        var values: Values = [
            "heading": name(competence, scope),
            // The sum stands first: it is what is asked.
            "cells": [cells[4]] + cells.prefix(4),
        ]
        let total = report.total
        // What is left out is not told by what is suggested either.
        guard tables.states[index, 3] != nil, tables.states[index, 1] != nil else { return values }
        let spare = isOpen || total.spare[index] >= SuppressedTable.smallest
            ? total.spare[index] : 0
        let ways = programmes[competence] ?? []
        let measures = total.counts[index].measures(
            spare: spare, programmes: ways.map { $0.title.text(in: scope.language) },
            form: shelf.definition(competence)?.form ?? .informal)
        if !measures.isEmpty {
            values["measures"] = measures.map { measure -> String in
                switch measure {
                case .mobilise(let people): scope.count("gap.mobilise", people)
                case .develop(let programmes):
                    scope.text("gap.develop", ["programmes": scope.wording.list(programmes)])
                case .recruit: scope.text("gap.recruit")
                }
            }
        }
        return values
    }

    private func person(_ gap: PersonGap, _ scope: PageScope) -> Values {
        let lines = gap.lines.filter { $0.state != .held }
        var values: Values = [
            "name": gap.name, "url": PassportPage.path(gap.person),
            "count": scope.text(
                "gap.person-count",
                [
                    "held": "\(gap.lines.count - lines.count)", "needed": "\(gap.lines.count)",
                ]),
            "lines": lines.map { line -> Values in
                [
                    "title": name(line.requirement.competence, scope), "look": line.state.look,
                    "state": line.state.sentence(line.requirement, shelf, scope),
                ]
            },
        ]
        if let position = gap.position {
            let key = "page.gap.position.\(position)"
            let told = scope.wording.text(key)
            values["position"] = told == "[\(key)]" ? position : told
        }
        return values
    }
}

/// The numbers of the page, without those from which a single person's affairs could be read.
struct GapTables {
    /// For each competence: held, runs out, not yet, missing, and their sum.
    let states: SuppressedTable
    /// For each place below the unit: how many miss each competence.
    let missing: SuppressedTable

    init(report: GapReport, isOpen: Bool) {
        let counts = report.total.counts.map { [$0.held, $0.expiring, $0.ahead, $0.missing] }
        let places = report.places.map { $0.counts.map(\.missing) }
        if isOpen {
            states = SuppressedTable(open: counts, columns: 4)
            missing = SuppressedTable(open: places, columns: report.competences.count)
        } else {
            states = SuppressedTable(counts, columns: 4, hiddenSums: nil)
            let table = states
            let sums = report.competences.indices.map { table[$0, 3] == nil }
            missing = SuppressedTable(
                places, columns: report.competences.count, hiddenSums: sums + [true])
        }
    }
}

/// The heat map: a row for each unit, a column for each competence, darker where more is missing.
/// The same numbers stand in a table.
struct GapMap {
    let report: GapReport
    let shelf: FrameworkShelf
    let tables: GapTables
    let scope: PageScope

    private static let side = 22
    private static let left = 190

    var values: Values {
        let width = Self.left + report.competences.count * Self.side + 2
        let height = 24 + report.places.count * Self.side + 2
        var cells: [Values] = []
        for row in report.places.indices {
            for column in report.competences.indices {
                cells.append([
                    "x": "\(Self.left + column * Self.side)", "y": "\(24 + row * Self.side)",
                    "look": look(row, column),
                ])
            }
        }
        return [
            "width": "\(width)", "height": "\(height)", "cells": cells,
            "caption": scope.text("gap.map-caption"),
            "title": scope.text("gap.map-title", ["unit": report.name]),
            "text": scope.text("gap.map-text"),
            "columns": report.competences.indices.map { column -> Values in
                [
                    "x": "\(Self.left + column * Self.side + Self.side / 2)",
                    "text": "\(column + 1)",
                ]
            },
            "rows": report.places.indices.map { row -> Values in
                [
                    "y": "\(24 + row * Self.side + 15)",
                    "text": String(name(row).prefix(26)),
                ]
            },
            "keys": ["none", "some", "half", "most", "hidden", "nobody"].map { look -> Values in
                ["look": "gap-\(look)", "text": scope.text("gap.heat.\(look)")]
            },
            "names": report.competences.enumerated().map { index, id -> Values in
                [
                    "number": "\(index + 1)",
                    "text": shelf.definition(id)?.title.text(in: scope.language) ?? id.rawValue,
                ]
            },
            "table": report.places.indices.map { row -> Values in
                [
                    "heading": name(row),
                    "cells": report.competences.indices.map { column -> Values in
                        tables.missing[row, column].map { ["number": "\($0)"] }
                            ?? ["number": "–", "look": "hidden"]
                    },
                ]
            },
        ]
    }

    private func name(_ row: Int) -> String {
        let place = report.places[row]
        return place.isItself
            ? scope.text("compliance.itself", ["unit": place.name]) : place.name
    }

    private func look(_ row: Int, _ column: Int) -> String {
        let needed = report.places[row].counts[column].needed
        if needed == 0 { return "gap-nobody" }
        guard let missing = tables.missing[row, column] else { return "gap-hidden" }
        // What little is asked of is not told by a shade either.
        if missing == 0 { return "gap-none" }
        return missing * 4 <= needed
            ? "gap-some" : missing * 2 <= needed ? "gap-half" : "gap-most"
    }
}

extension WebContext {
    func showGap(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        let units = try chargedUnits(context)
        let parameters = request.uri.queryParameters
        let unit = parameters["unit"].map(String.init) ?? units[0].id
        guard units.contains(where: { $0.id == unit }) else { throw PageError.notFound }
        let (day, months, kept, faults) = try asked(request, unit, context)
        let report = try installation.gap(of: unit, asOf: day, expiringWithin: months)
        let page = Pager.asked(request)
        let leads = try installation.leads(reader.id, unit)
        let (people, inAll) =
            leads
            ? try installation.gaps(
                inUnit: unit, asOf: day, expiringWithin: months, page: page,
                pageSize: GapPage.peopleOnOnePage) : ([], 0)
        return try self.page(
            GapPage(
                report: report, shelf: try installation.frameworkShelf(), units: units,
                months: months,
                isOpen: try installation.leadsAll(reader.id, below: unit),
                programmes: try installation.programmes(recording: Set(report.competences)),
                people: people, inAll: inAll, page: page, kept: kept, faults: faults), context,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    /// As of which day, and how many months ahead; what cannot be read stands as today and three
    /// months, and is told.
    private func asked(
        _ request: Request, _ unit: String, _ context: PageRequest
    ) throws -> (CivilDay, months: Int, Form?, [String: String]) {
        let parameters = request.uri.queryParameters
        var fields = ["unit": unit]
        for name in ["on", "months"] {
            fields[name] = parameters[Substring(name)].map(String.init)
        }
        let reading = FormReader(form: Form(fields: fields), wording: context.wording) { _ in
            .nobody
        }
        var (day, months) = (installation.nowCivil.day, 3)
        var faults: [String: String] = [:]
        do {
            if let asked = try reading.optionalDay("on") { day = asked }
        } catch let fault as FieldFault {
            faults[fault.field] = fault.sentence
        }
        if let text = reading.form["months"] {
            if let number = Int(text), (0...120).contains(number) {
                months = number
            } else {
                faults["months"] = context.wording.text("page.gap.months-fault")
            }
        }
        return (day, months, faults.isEmpty ? nil : reading.form, faults)
    }
}
