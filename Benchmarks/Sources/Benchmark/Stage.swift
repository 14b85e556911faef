import BareSQLite
import CivilCalendar
import Engine
import Foundation
import Operations
import Storage

/// What all figures are measured on: a ward with its people, and the shipped introduction
/// programme of Oslo.
struct Stage {
    static let cacheKiB = 8_192
    static let programme: ProgrammeID = "oslo-onboarding"
    static let firstDay = "2026-09-01"

    /// A Tuesday morning in the first weeks of the programme, when much is open.
    static let morning = CivilMoment(
        CivilDay(firstDay)?.adding(days: 7) ?? CivilDay(number: 0),
        CivilTime("10:00") ?? .midnight)

    /// The repository's folder.
    let root: String
    /// Where the databases are made, on the disk that is measured.
    let folder: String

    /// Opens an installation on a database; its clock stands at the morning until it is moved.
    func installation(
        _ database: any Database, clock: any WallClock, seed: UInt64 = 24
    ) throws -> Installation {
        Installation(
            database: database, clock: clock, random: SeededRandom(seed: seed), time: try time(),
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 1, count: 32)))
    }

    func time() throws -> ZonedTime {
        guard let time = ZonedTime() else {
            throw BenchmarkFault("the zone Europe/Oslo is missing")
        }
        return time
    }

    func clock() throws -> FixedClock { FixedClock(try time().instant(Self.morning)) }

    func open(_ path: String) throws -> SQLiteDatabase {
        try SQLiteDatabase(
            path: path, now: try clock().now().milliseconds, cacheKiB: Self.cacheKiB)
    }

    func path(_ name: String) -> String { "\(folder)/\(name).sqlite" }

    /// Makes a database with so many people enrolled, or only hired.
    func make(_ name: String, people: Int, enrolled: Bool) async throws {
        try await make(name, enrolled ? tables(people) + [starts(people)] : tables(people))
    }

    /// Makes a database with so many wards, each with a leader and people who are enrolled.
    func makeWards(_ name: String, wards: Int, peopleOfEach: Int) async throws {
        var units = ["id;name;kind;parent;manager;hr", "city;City;agency;;chief;hr"]
        var rows = [
            "id;name;email;unit", "chief;Chief;chief@ombord.example;city",
            "hr;Personnel;hr@ombord.example;city", "buddy;Buddy;buddy@ombord.example;city",
        ]
        for ward in 0..<wards {
            units.append("ward\(ward);Ward \(ward);ward;city;leader\(ward);")
            rows.append("leader\(ward);Leader \(ward);leader\(ward)@ombord.example;ward\(ward)")
            for person in ward * peopleOfEach..<(ward + 1) * peopleOfEach {
                rows.append("p\(person);Person \(person);p\(person)@ombord.example;ward\(ward)")
            }
        }
        try await make(
            name, [table(.units, units), table(.people, rows), starts(wards * peopleOfEach)])
    }

    private func make(_ name: String, _ tables: [ImportTable]) async throws {
        let database = try open(path(name + "-made"))
        let installation = try installation(database, clock: try clock())
        let file = "\(root)/Workflows/\(Self.programme).yaml"
        guard let source = ProgrammeSource(path: file) else {
            throw BenchmarkFault("cannot read \(file)")
        }
        guard try await installation.publish(source).version != nil else {
            throw BenchmarkFault("\(file) has errors")
        }
        let report = try await installation.importTables(tables, dryRun: false)
        if let error = report.errors.first { throw BenchmarkFault(error.message) }
        // A copy that nobody has open: the writer's thread may let go of the original later.
        try database.backUp(to: path(name))
    }

    /// Copies a database as it is now, with what its journal holds.
    func copy(_ name: String, to other: String) throws {
        try open(path(name)).backUp(to: path(other))
    }

    func script(_ name: String, _ sql: String) throws {
        let code = bare_script(path(name), sql)
        if code != 0 { throw BenchmarkFault("SQLite's code \(code) while setting the stage") }
    }

    // MARK: - The people

    private func tables(_ people: Int) -> [ImportTable] {
        var rows = ["id;name;email;unit", "chief;Chief;chief@ombord.example;city"]
        rows += ["hr;Personnel;hr@ombord.example;city", "leader;Leader;leader@ombord.example;ward"]
        rows += ["buddy;Buddy;buddy@ombord.example;ward"]
        rows += (0..<people).map { "p\($0);Person \($0);p\($0)@ombord.example;ward" }
        let units = [
            "id;name;kind;parent;manager;hr", "city;City;agency;;chief;hr",
            "ward;Ward;ward;city;leader;",
        ]
        return [table(.units, units), table(.people, rows)]
    }

    private func starts(_ people: Int) -> ImportTable {
        let header =
            "person;programme;anchor:first-day;fact:profession;fact:unit-type;"
            + "fact:contract-percentage;role:buddy"
        return table(
            .starts,
            [header]
                + (0..<people).map {
                    "p\($0);\(Self.programme);\(Self.firstDay);nurse;nursing-home;100;buddy"
                })
    }

    private func table(_ kind: ImportKind, _ lines: [String]) -> ImportTable {
        ImportTable(
            kind: kind, file: "\(kind.rawValue).csv",
            bytes: Array(lines.joined(separator: "\n").utf8))
    }

    /// The request that one of the people is enrolled by.
    static func request(_ person: Int) -> EnrolRequest {
        EnrolRequest(
            participant: PersonID("p\(person)"), programme: programme,
            anchors: ["first-day": CivilDay(firstDay) ?? CivilDay(number: 0)],
            facts: [
                "profession": .choice("nurse"), "unit-type": .choice("nursing-home"),
                "contract-percentage": .number(100),
            ], chosen: ["buddy": "buddy"])
    }
}

/// A clock that stands still.
struct FixedClock: WallClock {
    private let instant: Instant

    init(_ instant: Instant) { self.instant = instant }

    func now() -> Instant { instant }
}
