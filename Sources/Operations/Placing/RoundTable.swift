import JSONText
import Placements
import Storage

/// How a coordinator's table lies in the database.
struct RoundTable {
    /// A column of the table and what it is called in the database.
    struct Column {
        var name: String
        var sql: String
        /// Names somebody by e-mail address.
        var isPerson = false
    }

    var name: String
    var sql: String
    /// What tells one row from another, by the names of the table.
    var keys: [String]
    var columns: [Column]

    /// - Parameter columns: each by its name, or as `name=sql` where they differ; `@` names people.
    private init(_ name: String, _ sql: String, keys: [String], _ columns: String) {
        self.name = name
        self.sql = "placement_\(sql)"
        self.keys = keys
        self.columns = columns.split(separator: " ").map { text in
            let isPerson = text.hasPrefix("@")
            let parts = text.drop { $0 == "@" }.split(separator: "=").map { String($0) }
            return Column(name: parts[0], sql: parts.last ?? parts[0], isPerson: isPerson)
        }
    }

    /// Those whose rows lie in the database one to one, in the order in which they are written.
    static let all = [
        RoundTable(
            "periods", "period", keys: ["id"], "id from=first_week to=last_week season"),
        RoundTable("schools", "school", keys: ["id"], "id name @contact"),
        RoundTable("institutions", "institution", keys: ["id"], "id name unit @contact"),
        RoundTable(
            "wards", "ward", keys: ["id"],
            """
            id institution name unit @contact field needs_car features model \
            students_per_supervisor third_years_co_supervise
            """),
        RoundTable(
            "limits", "limit", keys: ["kind", "place", "period"], "kind place period most"),
        RoundTable(
            "cells", "offer", keys: ["ward", "profession", "year", "period"],
            "ward profession year period capacity=places"),
        RoundTable(
            "supervisors", "supervisor", keys: ["id"],
            """
            id @person name ward profession qualified trained years periods percentage pair \
            load_weeks=max_weeks load_students=max_students
            """),
        RoundTable(
            "agreements", "agreement", keys: ["school", "institution", "profession"],
            "school institution profession max_per_period max_total tier"),
        RoundTable(
            "travel", "travel", keys: ["zone", "institution"], "zone institution transit car"),
        RoundTable(
            "students", "student", keys: ["id"],
            """
            id @person name school profession year periods zone car needs priority grounds fields \
            previous lottery
            """),
        RoundTable(
            "wishes", "wish", keys: ["student", "rank"], "student rank ward institution"),
        RoundTable("locks", "lock", keys: ["student"], "student ward period"),
        RoundTable("bans", "ban", keys: ["student", "ward"], "student ward"),
        RoundTable(
            "relations", "relation", keys: ["student", "institution"],
            "student institution kind"),
        RoundTable(
            "needs", "need", keys: ["school", "profession", "year", "period"],
            "school profession year period count"),
        RoundTable("shares", "share", keys: ["school", "profession"], "school profession weight"),
    ]

    /// What a row needs besides what the table says, when it is written for the first time.
    func extras(
        _ row: TableReader.Row, by person: String, at now: Instant
    ) -> [(String, SQLValue)] {
        switch name {
        case "periods": [("position", SQLValue(row.line))]
        case "cells": [("answered_at", .integer(now.milliseconds)), ("answered_by", .text(person))]
        case "locks", "bans":
            [("made_at", .integer(now.milliseconds)), ("made_by", .text(person))]
        case "relations":
            [("declared_at", .integer(now.milliseconds)), ("declared_by", .text(person))]
        default: []
        }
    }

    /// The row as the database's tables know it.
    func translated(_ row: TableReader.Row) -> TableReader.Row {
        var row = row
        switch name {
        case "limits":
            let isWard = row.values["ward"]?.string != nil
            row.values["kind"] = .string(isWard ? "ward" : "institution")
            row.values["place"] = row.values[isWard ? "ward" : "institution"]
        case "supervisors":
            // 0, 1 or 2 students at once.
            let most = row.values["max_students"]?.integer ?? 1
            row.values["qualified"] = .bool(most > 0)
            row.values["pair"] = .bool(most == 2)
            if row.values["name"] == "" { row.values["name"] = row.values["id"] }
        case "schools", "institutions", "wards", "students":
            if row.values["name"] == "" { row.values["name"] = row.values["id"] }
        default: break
        }
        return row
    }

    /// What tells a row from the others, in the order of the keys.
    func key(_ row: TableReader.Row) -> String {
        keys.map { Self.text(row.values[$0] ?? .null) }.joined(separator: " ")
    }

    static func text(_ json: JSON) -> String {
        json.string ?? json.integer.map { "\($0)" } ?? ""
    }

    /// What is wrong with a row by itself, besides its single fields; nil where nothing is.
    func fault(_ row: TableReader.Row) -> TableFault? {
        func fault(_ problem: TableFault.Problem) -> TableFault {
            TableFault(table: name, line: row.line, problem: problem)
        }
        switch name {
        case "limits", "wishes":
            let isWard = row.values["ward"]?.string != nil
            let isInstitution = row.values["institution"]?.string != nil
            return isWard == isInstitution ? fault(.oneOfTwo) : nil
        case "wards":
            guard row.values["model"] == "dense",
                row.values["students_per_supervisor"]?.integer == nil
            else { return nil }
            return fault(
                .needed(column: "students_per_supervisor", other: "model", value: "dense"))
        default: return nil
        }
    }

    /// That a row has the keys of another in the same table.
    func again(_ row: TableReader.Row) -> TableFault {
        guard name == "wishes", let student = row.values["student"]?.string,
            let rank = row.values["rank"]?.integer
        else { return TableFault(table: name, line: row.line, problem: .again(id: key(row))) }
        return TableFault(
            table: name, line: row.line, problem: .sameRank(student: student, rank: rank))
    }

    /// The rows that follow from those of another table.
    static func following(_ row: TableReader.Row, of table: String) -> [TableReader.Row] {
        guard table == "students" else { return [] }
        return (row.values["blocked_institutions"]?.array ?? []).map { institution in
            TableReader.Row(
                line: row.line,
                values: [
                    "student": row.values["id"] ?? .null, "institution": institution,
                    "kind": "other",
                ])
        }
    }
}

extension SQLValue {
    /// A value of a table; lists are JSON arrays of texts.
    init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = SQLValue(flag ? 1 : 0)
        case .integer(let number): self = SQLValue(number)
        case .number(let number): self = SQLValue(Int(number))
        case .string(let text): self = .text(text)
        case .array(let values):
            self = SQLValue(
                list: values.map { value in value.string ?? value.integer.map { "\($0)" } ?? "" })
        case .object: self = .null
        }
    }

    /// Whether a row has the value in a column.
    func isSame(as row: any ResultRow, _ column: Int) -> Bool {
        switch self {
        case .null: row.isNull(column)
        case .integer(let value): !row.isNull(column) && row.integer(column) == value
        case .text(let text): !row.isNull(column) && row.text(column) == text
        case .bytes(let bytes): row.bytes(column) == bytes
        }
    }
}
