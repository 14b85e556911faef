import CivilCalendar
import Engine
import Foundation
import Operations
import Placements
import Storage
import Support
import Testing

/// A publication by the command that people give, killed half-way and again and again.
///
/// It has a year's 2 300 students where OMBORD_TEST_PUBLISHING_STUDENTS says so, and 300 otherwise.
@Suite struct PublishingCrashTests {
    private static let students =
        ProcessInfo.processInfo.environment["OMBORD_TEST_PUBLISHING_STUDENTS"].flatMap { Int($0) }
        ?? 300

    private let folder: TemporaryFolder
    private var data: String { folder.url.appendingPathComponent("data").path }

    init() throws { folder = try TemporaryFolder() }

    private func ombord(_ arguments: [String]) throws -> Products.Outcome {
        try Products.run("ombord", arguments + ["--data", data], environment: [:])
    }

    /// A round with people in it, and a draft of it.
    private func prepare() async throws -> (round: String, draft: String) {
        let installation = try GeneratedRound.installation(data)
        for year in 1...3 {
            let file = Repository.url("Workflows/nursing-placement-year-\(year).yaml").path
            _ = try await installation.publish(try #require(ProgrammeSource(path: file)))
        }
        let made = GeneratedRound(students: Self.students)
        let people = made.students.map { "st-\($0),Student \($0),city" }
            + made.supervisors.map { "su-\($0),Veileder \($0),city" }
        let (round, isWhole) = try await made.load(into: installation, people: people)
        #expect(isWhole)
        try await installation.database.write { connection in
            try connection.run("UPDATE placement_student SET person = 'st-' || id", [])
            try connection.run("UPDATE placement_supervisor SET person = 'su-' || id", [])
        }
        let draft = try await installation.startDraft(
            of: round, method: .serial, profile: .wishesFirst, timeLimit: 60, by: "jon")
        try await installation.continueDraft(draft)
        return (round, draft)
    }

    /// Runs the command until it has published so many students, and kills it.
    ///
    /// - Returns: which publication it is, and how many it had said were done.
    private func kill(
        _ arguments: [String], after students: Int
    ) throws -> (publication: String, done: Int)? {
        let process = Process()
        let errors = Pipe()
        process.executableURL = try Products.program("ombord")
        process.arguments = arguments + ["--data", data]
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var said = Data()
        func lines() -> [[Substring]] {
            String(decoding: said, as: UTF8.self).split(separator: "\n")
                .map { $0.split(whereSeparator: \.isWhitespace) }
        }
        func done() -> Int {
            lines().compactMap { $0.count == 3 && $0[1] == "of" ? Int($0[0]) : nil }.max() ?? 0
        }
        while done() < students {
            let more = errors.fileHandleForReading.availableData
            if more.isEmpty { break }
            said.append(more)
        }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        guard let first = lines().first, first.first == "publication", first.count == 2 else {
            return nil
        }
        return (String(first[1]), done())
    }

    private func count(_ sql: String) throws -> Int {
        let database = try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: 0)
        return try database.read { try $0.count(sql, []) }
    }

    @Test func aPublicationThatIsKilledGoesOnAndNobodyIsToldTwice() async throws {
        let (round, draft) = try await prepare()
        let dry = try ombord(["placements", "publish", round, draft, "--as", "jon", "--dry-run"])
        #expect(dry.status == 0, "\(dry.output)\(dry.errors)")
        let placed = try #require(
            dry.output.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
                Int($0)
            })
        #expect(placed == Self.students)
        let half = placed / 2
        let first = try #require(
            try kill(["placements", "publish", round, draft, "--as", "jon"], after: half))
        let begun = "SELECT count(*) FROM enrolment"
        var last = try count(begun)
        // What it said is there, and what it was at when it died is whole or not there at all.
        #expect(first.done >= half && last >= first.done && last < placed)
        let resume = [
            "placements", "publish", round, "--resume", first.publication, "--as", "jon",
        ]
        for after in [0, 1] {
            _ = try kill(resume, after: after * (last + 1))
            let now = try count(begun)
            #expect(now >= last && (now % Installation.publishingChunk == 0 || now == placed))
            #expect(try count("SELECT done FROM placement_publication") == now)
            last = now
        }
        let rest = try ombord(resume)
        #expect(rest.status == 0)
        #expect(rest.output.contains("\(placed) done, 0 without a programme"))
        try checkThatEachIsToldOnce(placed)
        #expect(try ombord(["verify"]).status == 0)
        let again = try ombord(["placements", "publish", round, draft, "--as", "jon"])
        #expect(again.status == 1)
        #expect(again.errors.contains("There is nothing to publish."))
        let once = try ombord(["placements", "publish", round, draft, "--as", "jon", "--dry-run"])
        #expect(once.status == 1)
        #expect(once.output.contains("it would be refused: The draft is the same as"))
        try checkThatEachIsToldOnce(placed)
        let other = try ombord(["placements", "publish", round, draft, "--as", "st-s0001"])
        #expect(other.status == 1)
    }

    private func checkThatEachIsToldOnce(_ placed: Int) throws {
        #expect(try count("SELECT count(*) FROM enrolment") == placed)
        #expect(try count("SELECT count(*) FROM placement_assignment") == placed)
        #expect(
            try count("SELECT count(DISTINCT enrolment) FROM placement_assignment") == placed)
        // Each student is welcomed; each supervisor with a student, and the leader, has one mail.
        let told = "SELECT count(*) FROM message WHERE kind ="
        let each = "SELECT count(DISTINCT recipient) FROM message WHERE kind ="
        #expect(try count("\(told) 'welcome'") == placed)
        #expect(try count("\(each) 'welcome'") == placed)
        let supervisors = try count(
            "SELECT count(DISTINCT supervisor) FROM placement_assignment")
        #expect(supervisors > placed / 10)
        #expect(try count("\(told) 'placement-news'") == supervisors + 1)
        #expect(try count("\(each) 'placement-news'") == supervisors + 1)
    }
}
