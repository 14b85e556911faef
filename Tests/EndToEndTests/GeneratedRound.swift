import Operations
import Placements

/// A round of any size in which everybody finds a place: its schools gather no wishes.
struct GeneratedRound {
    let students: [String]
    private let wards: [(id: String, institution: String)]

    private static let periods = ["H1", "H2", "V1", "V2"]

    init(students count: Int) {
        students = (1...count).map { number in
            "s" + String(10_000 + number).dropFirst()
        }
        // Eight places of each year and period for sixty students.
        wards = (1...(count / 60 + 1)).flatMap { institution in
            (1...4).map { ("i\(institution)-\($0)", "i\(institution)") }
        }
    }

    var supervisors: [String] {
        wards.flatMap { ward in (1...6).map { "\(ward.id)-v\($0)" } }
    }

    private var institutions: [String] {
        wards.enumerated().filter { $0.offset % 4 == 0 }.map(\.element.institution)
    }

    /// The round's tables.
    func tables() -> [PlacementTable] {
        func table(_ name: String, _ header: [String], _ rows: [[String]]) -> PlacementTable {
            PlacementTable(
                name: name, header: header,
                rows: rows.enumerated().map { .init(line: $0 + 2, fields: $1) })
        }
        let cells = wards.flatMap { ward in
            Self.periods.flatMap { period in
                (1...3).map { [ward.id, "sykepleie", "\($0)", period, "2"] }
            }
        }
        return [
            table(
                "periods", ["id", "from", "to", "season"],
                [
                    ["H1", "2027-W34", "2027-W41", "autumn"],
                    ["H2", "2027-W42", "2027-W49", "autumn"],
                    ["V1", "2028-W03", "2028-W10", "spring"],
                    ["V2", "2028-W11", "2028-W19", "spring"],
                ]),
            table("schools", ["id", "name"], (1...3).map { ["school-\($0)", "Skole \($0)"] }),
            table("institutions", ["id", "name"], institutions.map { [$0, "Hus \($0)"] }),
            table(
                "wards", ["id", "institution", "name"],
                wards.map { [$0.id, $0.institution, "Post \($0.id)"] }),
            table("cells", ["ward", "profession", "year", "period", "capacity"], cells),
            table(
                "supervisors",
                ["id", "ward", "name", "profession", "trained", "years", "periods"],
                supervisors.map { id in
                    let ward = String(id.prefix { $0 != "v" }.dropLast())
                    let periods = Self.periods.joined(separator: "|")
                    return [id, ward, "Veileder \(id)", "sykepleie", "yes", "1|2|3", periods]
                }),
            table(
                "agreements", ["school", "institution", "profession", "max_per_period"],
                institutions.flatMap { institution in
                    (1...3).map { ["school-\($0)", institution, "sykepleie", "100"] }
                }),
            table(
                "students",
                ["id", "name", "school", "profession", "year", "periods", "zone", "lottery"],
                students.enumerated().map { index, id in
                    [
                        id, "Student \(id)", "school-\(index % 3 + 1)", "sykepleie",
                        "\(index / 4 % 3 + 1)", Self.periods[index % 4], "z1", "\(index + 1)",
                    ]
                }),
        ]
    }
}
