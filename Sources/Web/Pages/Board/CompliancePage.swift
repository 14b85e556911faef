import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// How the talks of Dok. 24 § 13 are held in a unit: by talk and month, and by unit, as tables and
/// as pictures. Names are for whoever leads those whom they belong to.
struct CompliancePage: Page {
    static let path = "/compliance"

    let template = "compliance"
    let compliance: Compliance
    let units: [ChargedUnit]
    let years: [Int]
    /// Those whom the reader leads.
    let people: [BoardEntry]

    func title(_ scope: PageScope) -> String { scope.text("compliance.title") }

    func values(_ scope: PageScope) -> Values {
        let table = ComplianceTables(compliance: compliance, scope: scope)
        var values: Values = [
            "unit": compliance.units.first?.name ?? "", "form": form(scope),
            "csv": "\(Self.path).csv?\(query)", "talks": compliance.talks.map(table.values),
        ]
        if !compliance.isOwnLine { values["hidden"] = scope.text("compliance.hidden-text") }
        if compliance.talks.allSatisfy({ $0.byMonth.isEmpty }) { values["none"] = true }
        if !people.isEmpty {
            values["people"] = ["rows": people.map { person($0, scope) }] as Values
        }
        return values
    }

    private var query: String {
        "unit=\(compliance.unit.percentEncoded)&year=\(compliance.year)"
    }

    private func form(_ scope: PageScope) -> Values {
        [
            "action": Self.path,
            "fields": [
                FormField(
                    name: "unit", label: scope.text("compliance.unit"),
                    input: .choice(
                        units.map { unit in
                            .init(
                                id: unit.id,
                                name: String(repeating: "– ", count: unit.depth) + unit.name)
                        }), value: compliance.unit),
                FormField(
                    name: "year", label: scope.text("compliance.year"),
                    input: .choice(years.map { .init(id: "\($0)", name: "\($0)") }),
                    value: "\(compliance.year)"),
            ].map { $0.values(nil, fault: nil) },
        ]
    }

    private func person(_ entry: BoardEntry, _ scope: PageScope) -> Values {
        [
            "name": entry.name, "url": "/enrolments/\(entry.outline.id)",
            "talks": entry.outline.talks.map { TalkLine($0, scope).values },
        ]
    }
}

/// The tables and pictures of the talks.
struct ComplianceTables {
    let compliance: Compliance
    let scope: PageScope

    private static let states = ComplianceState.allCases

    func values(_ talk: Compliance.OfTalk) -> Values {
        let name = scope.text(talk.talk.heading)
        let id = "talk-\(talk.talk.rawValue)"
        var values: Values = [
            "id": id, "title": name, "states": Self.states.map { scope.text($0.key) },
        ]
        let months = months(talk)
        if months.isEmpty {
            values["none"] = true
        } else {
            values["months"] = table(
                scope.text("compliance.by-month", ["talk": name, "year": "\(compliance.year)"]),
                scope.text("compliance.month"), months + [sums(talk.byMonth)])
            values["chart"] = ComplianceChart(
                table: talk.byMonth, id: id, title: name, scope: scope
            ).values
        }
        if compliance.units.count > 1, !talk.byUnit.isEmpty {
            values["units"] = table(
                scope.text("compliance.by-unit", ["talk": name, "year": "\(compliance.year)"]),
                scope.text("compliance.unit"), units(talk) + [sums(talk.byUnit)])
        }
        return values
    }

    /// A row of a table: its heading, and its numbers with the sum last.
    struct Row {
        let heading: String
        let numbers: [Int?]
    }

    func months(_ talk: Compliance.OfTalk) -> [Row] {
        (0..<12).filter { talk.byMonth.values[$0].last != 0 }.map { month in
            Row(
                heading: scope.wording.monthName(month + 1),
                numbers: numbers(talk.byMonth, month))
        }
    }

    func units(_ talk: Compliance.OfTalk) -> [Row] {
        compliance.units.indices.filter { talk.byUnit.values[$0].last != 0 }.map { index in
            Row(
                heading: index == 0
                    ? scope.text("compliance.itself", ["unit": compliance.units[0].name])
                    : compliance.units[index].name,
                numbers: numbers(talk.byUnit, index))
        }
    }

    private func sums(_ table: SuppressedTable) -> Row {
        Row(
            heading: scope.text("compliance.sum"),
            numbers: numbers(table, table.values.count - 1))
    }

    private func numbers(_ table: SuppressedTable, _ row: Int) -> [Int?] {
        table.values[row].indices.map { table[row, $0] }
    }

    private func table(_ caption: String, _ corner: String, _ rows: [Row]) -> Values {
        [
            "caption": caption, "corner": corner,
            "rows": rows.map { row -> Values in
                [
                    "heading": row.heading,
                    "cells": row.numbers.map { number -> Values in
                        number.map { ["number": "\($0)"] }
                            ?? ["number": scope.text("compliance.hidden"), "look": "hidden"]
                    },
                ]
            },
        ]
    }
}

/// The months of one talk as stacked bars. What the table leaves out is a block of its own look
/// and always of the same height.
struct ComplianceChart {
    let table: SuppressedTable
    let id: String
    let title: String
    let scope: PageScope

    private static let height = 120
    private static let hiddenHeight = 10

    var values: Values {
        // The highest bar that can be drawn, which no hidden number is part of.
        let highest = (0..<12).map(shown).max() ?? 0
        let columns = (0..<12).map { bar($0, highest) }
        return [
            "id": id, "title": title,
            "text": scope.text("compliance.chart-text"),
            "bars": columns.flatMap { $0 },
            "labels": (0..<12).map { month -> Values in
                ["x": "\(month * 44 + 22)", "text": scope.wording.shortMonthName(month + 1)]
            },
            "keys": ComplianceState.allCases.enumerated().map { index, state -> Values in
                ["look": state.rawValue, "text": scope.text(state.key)]
            } + (hasHidden ? [["look": "hidden", "text": scope.text("compliance.hidden")]] : []),
        ]
    }

    private var hasHidden: Bool {
        (0..<12).contains { month in
            ComplianceState.allCases.indices.contains { table[month, $0] == nil }
        }
    }

    private func shown(_ month: Int) -> Int {
        ComplianceState.allCases.indices.reduce(0) { $0 + (table[month, $1] ?? 0) }
    }

    private func bar(_ month: Int, _ highest: Int) -> [Values] {
        let room = Self.height - Self.hiddenHeight * ComplianceState.allCases.count
        var bottom = Self.height + 8
        var blocks: [Values] = []
        for (index, state) in ComplianceState.allCases.enumerated() {
            let number = table[month, index]
            if number == 0 { continue }
            let height =
                number.map { max(2, $0 * room / max(1, highest)) } ?? Self.hiddenHeight
            bottom -= height
            blocks.append([
                "x": "\(month * 44 + 6)", "y": "\(bottom)", "height": "\(height)",
                "look": number == nil ? "hidden" : state.rawValue,
            ])
        }
        return blocks
    }
}

extension SuppressedTable {
    /// Whether it is about nobody.
    var isEmpty: Bool { values.last?.last == 0 }
}

extension ComplianceState {
    var key: String {
        switch self {
        case .inTime: "compliance.in-time"
        case .late: "compliance.late"
        case .missed: "compliance.missed"
        case .leftOut: "compliance.left-out"
        case .ahead: "compliance.ahead"
        }
    }
}

extension AgreementTalk {
    /// What the talk is called as a heading.
    var heading: String {
        switch self {
        case .afterTwoMonths: "compliance.after-two"
        case .afterFiveMonths: "compliance.after-five"
        }
    }
}

extension WebContext {
    func showCompliance(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        let (compliance, units, years) = try compliance(request, context)
        return try page(
            CompliancePage(
                compliance: compliance, units: units, years: years,
                people: try installation.ownLine(reader.id, in: compliance.unit, limit: 200)),
            context)
    }

    /// The numbers of the page, with the same left out, for a spreadsheet.
    func downloadCompliance(_ request: Request, _ context: PageRequest) throws -> Response {
        let (compliance, _, _) = try compliance(request, context)
        let scope = scope(context)
        let tables = ComplianceTables(compliance: compliance, scope: scope)
        var rows = [
            [
                "compliance.unit", "compliance.talk", "compliance.period", "compliance.state",
                "compliance.number",
            ].map { scope.text($0) }
        ]
        func add(_ row: ComplianceTables.Row, _ unit: String, _ month: String, _ talk: String) {
            for (state, number) in zip(ComplianceState.allCases, row.numbers) {
                rows.append([
                    unit, talk, month, scope.text(state.key),
                    number.map { "\($0)" } ?? scope.text("compliance.hidden"),
                ])
            }
        }
        for talk in compliance.talks {
            let title = scope.text(talk.talk.heading)
            for row in tables.months(talk) {
                add(row, compliance.units[0].name, row.heading, title)
            }
            if compliance.units.count == 1 { continue }
            for row in tables.units(talk) { add(row, row.heading, "\(compliance.year)", title) }
        }
        return spreadsheet(rows, file: "dok24-\(compliance.year)")
    }

    private func compliance(
        _ request: Request, _ context: PageRequest
    ) throws -> (Compliance, [ChargedUnit], years: [Int]) {
        let reader = try context.needReader()
        let units = try chargedUnits(context)
        let parameters = request.uri.queryParameters
        let unit = parameters["unit"].map(String.init) ?? units[0].id
        guard units.contains(where: { $0.id == unit }) else { throw PageError.notFound }
        let today = installation.nowCivil.day
        let known = try installation.complianceYears(of: unit) ?? today.year...today.year
        let year = parameters["year"].flatMap { Int(String($0)) } ?? today.year
        guard (1900...2199).contains(year) else { throw PageError.notFound }
        var years = Array(known.prefix(30))
        if !years.contains(year) { years.append(year) }
        return (
            try installation.compliance(of: unit, year: year, for: reader.id), units,
            years.sorted()
        )
    }
}
