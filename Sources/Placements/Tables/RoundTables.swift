extension TableColumn {
    /// What the tables of a round hold: those of an instance, with who people are, what capacity is
    /// computed from, and what schools need.
    static let roundTables: [(name: String, columns: [TableColumn])] = {
        let many = 0...1_000_000
        let more: [String: [TableColumn]] = [
            "periods": [
                .init("from", .week), .init("to", .week),
                .init("season", .oneOf(["autumn", "spring"]), or: "autumn"),
            ],
            "institutions": [
                .init("unit", .optionalText, or: ""), .init("contact", .optionalText, or: ""),
            ],
            "wards": [
                .init("name", .text, or: ""), .init("unit", .optionalText, or: ""),
                .init("contact", .optionalText, or: ""),
                .init("model", .oneOf(["single", "tospann", "dense"]), or: "single"),
                .init("students_per_supervisor", .optionalNumber(1...20), or: ""),
                .init("third_years_co_supervise", .flag, or: "no"),
            ],
            "supervisors": [
                .init("name", .text, or: ""), .init("person", .optionalText, or: ""),
                .init("percentage", .number(0...100), or: "100"),
                .init("load_weeks", .optionalNumber(0...53), or: ""),
                .init("load_students", .optionalNumber(0...1000), or: ""),
            ],
            "students": [
                .init("name", .text, or: ""), .init("person", .optionalText, or: ""),
                .init("grounds", .optionalText, or: ""),
            ],
        ]
        var tables = TableColumn.tables.map { name, columns in
            let own = more[name] ?? []
            let names = Set(own.map(\.name))
            return (name: name, columns: columns.filter { !names.contains($0.name) } + own)
        }
        let schools: (name: String, columns: [TableColumn]) = (
            "schools",
            [
                .init("id", .text), .init("name", .text, or: ""),
                .init("contact", .optionalText, or: ""),
            ]
        )
        tables.insert(schools, at: 2)
        return tables + [
            (
                "relations",
                [
                    .init("student", .reference("students")),
                    .init("institution", .reference("institutions")),
                    .init("kind", .oneOf(["employment", "relative", "other"]), or: "other"),
                ]
            ),
            (
                "needs",
                [
                    .init("school", .text), .init("profession", .text),
                    .init("year", .number(1...10)), .init("period", .reference("periods")),
                    .init("count", .number(many)),
                ]
            ),
            (
                "shares",
                [
                    .init("school", .text), .init("profession", .text),
                    .init("weight", .number(many)),
                ]
            ),
        ]
    }()
}
