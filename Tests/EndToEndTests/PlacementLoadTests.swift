import CivilCalendar
import Engine
import Foundation
import JSONText
import Operations
import Storage
import Support
import Testing

/// A round's tables by the command line: what cannot be is told with its file and line, and nothing
/// is changed.
@Suite struct PlacementLoadTests {
    private struct StandingClock: WallClock {
        let instant: Instant

        func now() -> Instant { instant }
    }

    private let folder: TemporaryFolder
    private var data: String { folder.url.appendingPathComponent("data").path }

    init() throws { folder = try TemporaryFolder() }

    private func prepare() async throws -> (Installation, round: String) {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let time = try #require(ZonedTime())
        let now = time.instant(try #require(CivilMoment("2026-11-02T07:30")))
        let installation = Installation(
            database: try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: now.milliseconds),
            clock: StandingClock(instant: now), random: SystemRandom(), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        let tables: [(ImportKind, String)] = [
            (.units, "id,name,kind,manager,placement-coordinator\ncity,By,municipality,jon,jon"),
            (.people, "id,name,unit\njon,Jon,city\n"),
        ]
        let report = try await installation.importTables(
            tables.map {
                ImportTable(kind: $0.0, file: "\($0.0).csv", bytes: Array($0.1.utf8))
            }, dryRun: false)
        #expect(report.isApplied)
        let round = try await installation.createRound(
            "2027", in: "city", deadlines: try #require(.usual(autumnOf: 2027)), by: "jon")
        let found = try await installation.importTables(
            GeneratedRound(students: 12).tables(), into: round, by: "jon", dryRun: false)
        #expect(found.errors.isEmpty)
        try await installation.lock("s0001", ward: "i1-1", period: "H1", in: round, by: "jon")
        return (installation, round)
    }

    @Test(
        "An infeasible lock, an unknown ward, a negative capacity, a quota below what is locked",
        arguments: [
            ("locks", "student,ward,period\ns0002,i1-1,H2\ns0003,i1-1,H1\n", 3, "s0003"),
            (
                "cells",
                "ward,profession,year,period,capacity\ni1-1,sykepleie,1,H1,9\nnone,x,1,H1,1\n",
                3, "none"
            ),
            (
                "supervisors",
                """
                id,ward,profession,trained,max_students
                new,i1-1,sykepleie,yes,1
                x,i1-1,sykepleie,yes,-1

                """, 3, "-1"
            ),
            (
                "agreements",
                "school,institution,profession,max_per_period\nschool-1,i1,sykepleie,0\n",
                nil, "s0001"
            ),
        ])
    func faults(table: String, text: String, line: Int?, said: String) async throws {
        let (installation, round) = try await prepare()
        func document() throws -> String {
            try #require(try installation.placementContents(round, for: "jon"))
                .instanceDocument.text
        }
        let before = try document()
        let tables = folder.url.appendingPathComponent("tables")
        try FileManager.default.createDirectory(at: tables, withIntermediateDirectories: true)
        try text.write(
            to: tables.appendingPathComponent("\(table).csv"), atomically: true, encoding: .utf8)
        let outcome = try Products.run(
            "ombord",
            ["placements", "load", tables.path, "--round", round, "--by", "jon", "--data", data],
            environment: [:])
        #expect(outcome.status == 1)
        // What locks and quotas cannot be together is told of the locks, and names them.
        let place = line.map { "\(table).csv:\($0): " } ?? "locks.csv: "
        let told = outcome.output + outcome.errors
        let isTold = told.split(separator: "\n").contains {
            $0.contains(place) && $0.contains(said)
        }
        #expect(isTold, "\(told)")
        #expect(try document() == before)
    }

    @Test("Deadlines are changed, and must come in their order")
    func deadlines() async throws {
        let (installation, round) = try await prepare()
        func run(_ arguments: [String]) throws -> Products.Outcome {
            try Products.run(
                "ombord",
                ["placements", "deadlines", round, "--data", data, "--by", "jon"] + arguments,
                environment: [:])
        }
        let wrong = try run(["--adjust", "2027-02-01"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("adjust"))
        let done = try run(["--adjust", "2027-11-01"])
        #expect(done.status == 0)
        let known = try #require(try installation.placementRound(round, for: "jon"))
        #expect(known.deadlines.adjust.description == "2027-11-01")
        #expect(known.deadlines.need.description == "2027-04-01")
    }
}
