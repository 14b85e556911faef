import Operations
import Placements
import Wording

/// The tables of a round's board.
struct BoardTables {
    let page: RoundPage
    let scope: PageScope

    private var board: RoundBoard { page.board }

    /// What the number of those with a place is called.
    private var placed: String { page.shown.isPublished ? "placed-now" : "placed" }

    /// What is needed, offered, supervised and placed, by profession and study year.
    var groups: Values {
        var groups: [Values] = []
        for group in board.groups {
            var rows: [Values] = []
            let name = scope.text(
                "ask.row",
                [
                    "profession": scope.placementProfession(group.profession).beginningUpper,
                    "year": "\(group.year)",
                ])
            var measures: [(String, (RoundBoard.Cell) -> Int)] = [
                ("need", { $0.need }), ("offered", { $0.offered }), ("computed", { $0.computed }),
            ]
            if page.shown.result != nil { measures.append((placed, { $0.placed })) }
            for (index, measure) in measures.enumerated() {
                let numbers = group.cells.map(measure.1)
                var row: Values = [
                    "measure": scope.text("placing.board.\(measure.0)"),
                    "cells": numbers.map { "\($0)" } + ["\(numbers.reduce(0, +))"],
                ]
                if index == 0 {
                    row["group"] = ["name": name, "span": "\(measures.count)"] as Values
                }
                rows.append(row)
            }
            groups.append(["rows": rows])
        }
        return [
            "caption": scope.text("placing.board.groups"), "periods": periodNames,
            "sum": scope.text("placing.board.sum"), "groups": groups,
        ]
    }

    /// Each place with its numbers in each period.
    var places: Values {
        [
            "caption": scope.text(
                page.filter.institution == nil
                    ? "placing.board.institutions" : "placing.board.wards"),
            "corner": scope.text(
                page.filter.institution == nil
                    ? "placing.board.institution" : "placing.board.ward"),
            "periods": periodNames, "answers": scope.text("placing.board.answers"),
            "key": key, "rows": board.lines.map(line),
        ]
    }

    private var periodNames: [String] { board.periods.map(\.id) }

    /// What the numbers of a cell are.
    private var key: String {
        var parts = ["offered", "computed"]
        if board.hasWishes { parts.append("wished") }
        if page.shown.result != nil { parts.append(placed) }
        return scope.text(
            "placing.board.key",
            ["numbers": parts.map { scope.text("placing.board.\($0)") }.joined(separator: " · ")])
    }

    private func line(_ line: RoundBoard.Line) -> Values {
        var values: Values = [
            "name": line.name,
            "answered": scope.text(
                "placing.board.of", ["count": "\(line.answered)", "all": "\(line.wards)"]),
            "cells": line.cells.map { cell -> Values in
                var numbers = [cell.offered, cell.computed]
                if board.hasWishes { numbers.append(cell.wished) }
                if page.shown.result != nil { numbers.append(cell.placed) }
                var values: Values = [
                    "text": numbers.map { "\($0)" }.joined(separator: " · ")
                ]
                if cell.offered > cell.computed {
                    values["over"] = scope.text("placing.board.over")
                }
                return values
            },
        ]
        if page.filter.institution == nil {
            values["url"] = page.address(institution: line.id)
        } else {
            values["url"] = page.shown.address(
                "\(page.round.path)/wards/\(line.id.percentEncoded)")
        }
        return values
    }
}

/// The places of a board as a picture: how much of what each offers is wanted, or used.
struct HeatMap {
    let page: RoundPage
    let scope: PageScope

    private static let nameWidth = 220
    private static let cellWidth = 84
    private static let rowHeight = 26
    private static let top = 26

    /// What is held against the places that are offered.
    private enum Measure: String {
        case placed, wished, computed
    }

    private var measure: Measure {
        if page.shown.result != nil { return .placed }
        return page.board.hasWishes ? .wished : .computed
    }

    var values: Values {
        let board = page.board
        let width = Self.nameWidth + Self.cellWidth * board.periods.count
        let height = Self.top + Self.rowHeight * board.lines.count + 4
        return [
            "box": "0 0 \(width) \(height)", "region": scope.text("placing.heat.title"),
            "title": scope.text("placing.heat.title"),
            "text": scope.text("placing.heat.\(measure.rawValue)"),
            "periods": board.periods.enumerated().map { index, period -> Values in
                ["x": "\(Self.nameWidth + index * Self.cellWidth + Self.cellWidth / 2)",
                    "name": period.id]
            },
            "rows": board.lines.enumerated().map { index, line -> Values in
                let y = Self.top + index * Self.rowHeight
                return [
                    "name": Self.short(line.name), "y": "\(y + 17)",
                    "cells": line.cells.enumerated().map { number, cell in
                        self.cell(cell, Self.nameWidth + number * Self.cellWidth, y)
                    },
                ]
            },
            "keys": Look.allCases.enumerated().map { index, look -> Values in
                ["look": look.rawValue, "text": scope.text("placing.heat.key.\(look.rawValue)")]
            },
        ]
    }

    private enum Look: String, CaseIterable {
        case none, low, fair, full, over
    }

    private func cell(_ cell: RoundBoard.Cell, _ x: Int, _ y: Int) -> Values {
        let value =
            switch measure {
            case .placed: cell.placed
            case .wished: cell.wished
            case .computed: cell.computed
            }
        let look: Look =
            if cell.offered == 0 {
                value > 0 && measure != .computed ? .over : .none
            } else if value > cell.offered {
                .over
            } else if value * 100 >= cell.offered * 90 {
                .full
            } else if value * 2 >= cell.offered {
                .fair
            } else {
                .low
            }
        let sign = look == .over ? " !" : ""
        return [
            "look": look.rawValue, "x": "\(x)", "y": "\(y)", "width": "\(Self.cellWidth - 2)",
            "height": "\(Self.rowHeight - 2)", "text-x": "\(x + Self.cellWidth / 2)",
            "text-y": "\(y + 17)",
            "text": cell.offered == 0 && value == 0 ? "–" : "\(value)/\(cell.offered)\(sign)",
        ]
    }

    /// A name that fits beside the cells.
    private static func short(_ name: String) -> String {
        name.count <= 30 ? name : name.prefix(29) + "…"
    }
}
