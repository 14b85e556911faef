/// A table of a coordinator's spreadsheet, as it was read.
public struct PlacementTable: Hashable, Sendable {
    /// A row, and the line of the file on which it begins.
    public struct Row: Hashable, Sendable {
        public var line: Int
        public var fields: [String]

        public init(line: Int, fields: [String]) {
            self.line = line
            self.fields = fields
        }
    }

    /// The file's name without its ending, such as `students`.
    public var name: String
    public var header: [String]
    public var rows: [Row]

    public init(name: String, header: [String], rows: [Row]) {
        self.name = name
        self.header = header
        self.rows = rows
    }

    /// The table as text: commas, and quotation marks where they are needed.
    public var csv: String {
        func line(_ fields: [String]) -> String {
            fields.map { field in
                let isPlain = !field.contains { ",;\"\n\r".contains($0) }
                return isPlain ? field : "\"\(field.replacing("\"", with: "\"\""))\""
            }.joined(separator: ",") + "\r\n"
        }
        return line(header) + rows.map { line($0.fields) }.joined()
    }
}

/// What a column of a table holds.
struct TableColumn {
    enum Kind {
        case text
        /// A text, or nothing.
        case optionalText
        case number(ClosedRange<Int>)
        /// A number, or nothing.
        case optionalNumber(ClosedRange<Int>)
        case flag
        case oneOf([String])
        case week
        /// Texts with `|` between them.
        case list
        case numbers(ClosedRange<Int>)
        /// The id of a row of another table.
        case reference(String)
        case optionalReference(String)
        case references(String)
    }

    var name: String
    var kind: Kind
    /// What a missing column or an empty field means; nil where it must be there.
    var standIn: String?

    init(_ name: String, _ kind: Kind, or standIn: String? = nil) {
        self.name = name
        self.kind = kind
        self.standIn = standIn
    }

    /// What the tables of an instance hold.
    static let tables: [(name: String, columns: [TableColumn])] = {
        let many = 0...1_000_000
        return [
            ("rules", [.init("name", .text), .init("value", .list)]),
            (
                "periods",
                [.init("id", .text), .init("from", .text, or: ""), .init("to", .text, or: "")]
            ),
            ("institutions", [.init("id", .text), .init("name", .text, or: "")]),
            (
                "wards",
                [
                    .init("id", .text), .init("institution", .reference("institutions")),
                    .init("field", .text, or: ""), .init("needs_car", .flag, or: "no"),
                    .init("features", .list, or: ""),
                ]
            ),
            (
                "limits",
                [
                    .init("institution", .optionalReference("institutions"), or: ""),
                    .init("ward", .optionalReference("wards"), or: ""),
                    .init("period", .reference("periods")), .init("most", .number(many)),
                ]
            ),
            (
                "cells",
                [
                    .init("ward", .reference("wards")), .init("profession", .text),
                    .init("year", .number(1...10)), .init("period", .reference("periods")),
                    .init("capacity", .number(many)),
                ]
            ),
            (
                "supervisors",
                [
                    .init("id", .text), .init("ward", .reference("wards")),
                    .init("profession", .text), .init("trained", .flag),
                    .init("years", .numbers(1...10), or: ""),
                    .init("periods", .references("periods"), or: ""),
                    .init("max_students", .number(0...2), or: "1"),
                ]
            ),
            (
                "agreements",
                [
                    .init("school", .text), .init("institution", .reference("institutions")),
                    .init("profession", .text), .init("max_per_period", .number(many)),
                    .init("max_total", .optionalNumber(many), or: ""),
                    .init("tier", .number(1...100), or: "1"),
                ]
            ),
            (
                "travel",
                [
                    .init("zone", .text), .init("institution", .reference("institutions")),
                    .init("transit", .number(many)), .init("car", .optionalNumber(many), or: ""),
                ]
            ),
            (
                "students",
                [
                    .init("id", .text), .init("school", .text), .init("profession", .text),
                    .init("year", .number(1...10)), .init("periods", .references("periods")),
                    .init("zone", .text), .init("car", .flag, or: "no"),
                    .init("needs", .list, or: ""), .init("priority", .flag, or: "no"),
                    .init("fields", .list, or: ""), .init("previous", .references("wards"), or: ""),
                    .init("blocked_institutions", .references("institutions"), or: ""),
                    .init("lottery", .number(many)),
                ]
            ),
            (
                "wishes",
                [
                    .init("student", .reference("students")), .init("rank", .number(1...1000)),
                    .init("ward", .optionalReference("wards"), or: ""),
                    .init("institution", .optionalReference("institutions"), or: ""),
                ]
            ),
            (
                "locks",
                [
                    .init("student", .reference("students")), .init("ward", .reference("wards")),
                    .init("period", .reference("periods")),
                ]
            ),
            (
                "bans",
                [.init("student", .reference("students")), .init("ward", .reference("wards"))]
            ),
        ]
    }()
}
