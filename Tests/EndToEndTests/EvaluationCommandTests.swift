import CivilCalendar
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// The example of `Docs/Evaluation.md`, as it stands there.
@Suite struct EvaluationCommandTests {
    private func document() throws -> String {
        try String(contentsOf: Repository.url("Docs/Evaluation.md"), encoding: .utf8)
    }

    @Test("The file's part in the manual is the file's")
    func file() throws {
        let example = try String(
            contentsOf: Repository.url("Docs/examples/first-weeks.yaml"), encoding: .utf8)
        let block = try #require(
            try document().firstMatch(of: #/```yaml\n((?:.|\n)*?)```/#)).output.1
        #expect(example.contains(block))
    }

    @Test("The mix of learning is what the manual shows")
    func mix() throws {
        let path = Repository.url("Docs/examples/first-weeks.yaml").path
        let outcome = try Products.run("ombord", ["mix", path])
        #expect(outcome.status == 0)
        #expect(try document().contains("```\n\(outcome.output)```"))
        let json = try Products.run("ombord", ["mix", path, "--format", "json"])
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(found.first?["other-steps"] as? Int == 2)
    }

    @Test("What five answered is what the manual shows, and as JSON with nothing of the mentor's")
    func evaluations() async throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appendingPathComponent("data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try await answer(in: data)
        let arguments = ["evaluations", "first-weeks", "--unit", "house", "--data", data.path]
        let outcome = try Products.run("ombord", arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try document().contains("```\n\(outcome.output)```"), "\(outcome.output)")
        let json = try Products.run("ombord", arguments + ["--format", "json"])
        let found = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect((found["levels"] as? [[String: Any]])?.count == 2)
        #expect(!json.output.contains("mentor's word"))
        let list = try Products.run("ombord", ["evaluations", "--data", data.path])
        #expect(list.output == "first-weeks  1\n")
        let unknown = try Products.run(
            "ombord", ["evaluations", "first-weeks", "--unit", "x", "--data", data.path])
        #expect(unknown.status == 1)
    }

    /// Five people in a house answer both forms, and their mentor the second.
    private func answer(in data: URL) async throws {
        let time = try Place.need(ZonedTime())
        let start = time.instant(try Place.need(CivilMoment("2026-03-02T09:00")))
        let installation = Installation(
            database: try SQLiteDatabase(
                path: data.appendingPathComponent("ombord.sqlite").path, now: start.milliseconds),
            clock: MovableClock(StandingClock(instant: start)),
            random: Operations.SeededRandom(seed: 3), time: time,
            settings: InstallationSettings(
                mailDomain: "ombord.example", baseURL: "https://ombord.example",
                secret: Array(repeating: 7, count: 32)))
        let source = try Place.need(
            ProgrammeSource(path: Repository.url("Docs/examples/first-weeks.yaml").path))
        _ = try Place.need(try await installation.publish(source).version)
        let people = (0..<5).map { "p\($0),P \($0),house\n" }.joined()
        let tables: [(ImportKind, String)] = [
            (.units, "id,name,kind,parent,manager,hr\nhouse,House,agency,,boss,boss\n"),
            (.people, "id,name,unit\nboss,B,house\nmentor,M,house\n" + people),
        ]
        let report = try await installation.importTables(
            tables.map { ImportTable(kind: $0, file: "\($0).csv", bytes: Array($1.utf8)) },
            dryRun: false)
        try #require(report.isApplied)
        let day = installation.nowCivil.day
        for (number, (before, after)) in zip([1, 2, 2, 3, 3], [3, 4, 4, 4, 5]).enumerated() {
            let person = PersonID("p\(number)")
            let id = try await installation.enrol(
                EnrolRequest(
                    participant: person, programme: "first-weeks", anchors: ["first-day": day],
                    chosen: [.mentor: "mentor"]), by: .operatorCommand)
            try await installation.answer(
                "starting-point", of: id, by: person, answers: ["confident": "\(before)"],
                on: day, key: nil)
            try await installation.answer(
                "afterwards", of: id, by: person,
                answers: ["confident": "\(after)", "words": "Good \(number)"], on: day, key: nil)
            try await installation.answer(
                "afterwards", of: id, by: "mentor",
                answers: ["confident": "1", "words": "A mentor's word"], on: day, key: nil)
        }
    }
}
