import CivilCalendar
import Engine
import Foundation
import Operations
import Placements
import Storage

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

extension GeneratedRound {
    /// An installation on a data folder, where it is a morning in November 2026.
    static func installation(_ data: String) throws -> Installation {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let time = try Place.need(ZonedTime())
        let now = time.instant(try Place.need(CivilMoment("2026-11-02T07:30")))
        return Installation(
            database: try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: now.milliseconds),
            clock: StandingClock(instant: now), random: SystemRandom(), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
    }

    /// Makes the round in a city whose coordinator is `jon`, with more people where some are named.
    ///
    /// - Parameter people: Rows of id, name and unit.
    /// - Returns: The round's id, and whether everything was taken.
    func load(
        into installation: Installation, people: [String] = []
    ) async throws -> (round: String, isWhole: Bool) {
        let rows = ["id,name,unit", "jon,Jon,city"] + people
        let tables: [(ImportKind, String)] = [
            (.units, "id,name,kind,manager,placement-coordinator\ncity,By,municipality,jon,jon"),
            (.people, rows.joined(separator: "\n")),
        ]
        let report = try await installation.importTables(
            tables.map {
                ImportTable(kind: $0.0, file: "\($0.0).csv", bytes: Array($0.1.utf8))
            }, dryRun: false)
        let round = try await installation.createRound(
            "2027", in: "city", deadlines: try Place.need(.usual(autumnOf: 2027)), by: "jon")
        let found = try await installation.importTables(
            self.tables(), into: round, by: "jon", dryRun: false)
        return (round, report.isApplied && found.errors.isEmpty)
    }
}
