import CivilCalendar
import Engine
import Foundation
import JSONText
import Operations
import Placements
import Storage
import Support
import Testing

/// A publication by the command that people give, killed again and again.
@Suite struct PublishingCrashTests {
    private struct StandingClock: WallClock {
        let instant: Instant

        func now() -> Instant { instant }
    }

    private let folder: TemporaryFolder
    private var data: String { folder.url.appendingPathComponent("data").path }

    init() throws { folder = try TemporaryFolder() }

    private func ombord(_ arguments: [String]) throws -> Products.Outcome {
        try Products.run("ombord", arguments + ["--data", data], environment: [:])
    }

    /// A round of the reference collection with people in it, and a draft of it.
    private func prepare() async throws -> (round: String, draft: String) {
        try FileManager.default.createDirectory(
            atPath: data, withIntermediateDirectories: true)
        let time = try #require(ZonedTime())
        let now = time.instant(try #require(CivilMoment("2026-11-02T07:30")))
        let installation = Installation(
            database: try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: now.milliseconds),
            clock: StandingClock(instant: now), random: SystemRandom(), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        for year in 1...3 {
            let file = Repository.url("Workflows/nursing-placement-year-\(year).yaml").path
            _ = try await installation.publish(try #require(ProgrammeSource(path: file)))
        }
        let url = Repository.url("Tests/PlacementsTests/Fixtures/s164-1.json")
        let json = try #require(JSON(String(contentsOf: url, encoding: .utf8)))
        let instance = try PlacementInstance(json)
        let people = instance.students.map { "st-\($0.id),Student \($0.id),city" }
            + instance.supervisors.map { "su-\($0.id),Veileder \($0.id),city" }
        let tables: [(ImportKind, String)] = [
            (.people, "id,name,unit\njon,Jon,city\n" + people.joined(separator: "\n")),
            (.units, "id,name,kind,manager,placement-coordinator\ncity,By,municipality,jon,jon"),
        ]
        let report = try await installation.importTables(
            tables.reversed().map {
                ImportTable(kind: $0.0, file: "\($0.0).csv", bytes: Array($0.1.utf8))
            }, dryRun: false)
        #expect(report.isApplied)
        let round = try await installation.createRound(
            "2027", in: "city", deadlines: try #require(.usual(autumnOf: 2027)), by: "jon")
        let found = try await installation.importTables(
            PlacementExport.tables(json), into: round, by: "jon", dryRun: false)
        #expect(found.errors.isEmpty)
        try await installation.database.write { connection in
            try connection.run("UPDATE placement_student SET person = 'st-' || id", [])
            try connection.run("UPDATE placement_supervisor SET person = 'su-' || id", [])
        }
        let draft = try await installation.startDraft(
            of: round, method: .serial, profile: .wishesFirst, timeLimit: 60, by: "jon")
        try await installation.continueDraft(draft)
        return (round, draft)
    }

    /// Runs the command until it has said which publication it is, and kills it.
    private func kill(_ arguments: [String]) throws -> String? {
        let process = Process()
        let errors = Pipe()
        process.executableURL = try Products.program("ombord")
        process.arguments = arguments + ["--data", data]
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var said = Data()
        while !said.contains(UInt8(ascii: "\n")) {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said.append(more)
        }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let words = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return words.first == "publication" ? words.dropFirst().first.map(String.init) : nil
    }

    private func count(_ sql: String) throws -> Int {
        let database = try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: 0)
        return try database.read { try $0.count(sql, []) }
    }

    @Test func aPublicationThatIsKilledGoesOnAndNobodyIsToldTwice() async throws {
        let (round, draft) = try await prepare()
        let dry = try ombord(["placements", "publish", round, draft, "--as", "jon", "--dry-run"])
        #expect(dry.status == 0)
        let placed = try #require(
            dry.output.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
                Int($0)
            })
        #expect(placed > 100)
        let publication = try #require(
            try kill(["placements", "publish", round, draft, "--as", "jon"]))
        var kills = 1
        var last = 0
        let begun = "SELECT count(*) FROM enrolment"
        while kills < 6 {
            _ = try kill(
                ["placements", "publish", round, "--resume", publication, "--as", "jon"])
            let now = try count(begun)
            #expect(now >= last && now % Installation.publishingChunk == 0 || now == placed)
            last = now
            kills += 1
        }
        let rest = try ombord([
            "placements", "publish", round, "--resume", publication, "--as", "jon",
        ])
        #expect(rest.status == 0)
        #expect(rest.output.contains("\(placed) done, 0 without a programme"))
        #expect(try count(begun) == placed)
        #expect(try count("SELECT count(*) FROM placement_assignment") == placed)
        #expect(
            try count("SELECT count(DISTINCT enrolment) FROM placement_assignment") == placed)
        #expect(try count("SELECT count(*) FROM message WHERE kind = 'welcome'") == placed)
        #expect(
            try count(
                """
                SELECT count(*) FROM (SELECT recipient FROM message
                WHERE kind = 'placement-news' GROUP BY recipient HAVING count(*) > 1)
                """) == 0)
        #expect(try count("SELECT count(*) FROM message WHERE kind = 'placement-news'") > 20)
        #expect(try ombord(["verify"]).status == 0)
        let again = try ombord(["placements", "publish", round, draft, "--as", "jon"])
        #expect(again.output.contains("0 done, 0 without a programme"))
        let other = try ombord(["placements", "publish", round, draft, "--as", "st-s00001"])
        #expect(other.status == 1)
    }
}
