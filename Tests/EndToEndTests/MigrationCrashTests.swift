import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// A move of many to another version, by the command that people give, killed again and again.
@Suite struct MigrationCrashTests {
    private let folder: TemporaryFolder
    private var data: String { folder.url.appendingPathComponent("data").path }

    init() throws { folder = try TemporaryFolder() }

    private func ombord(_ arguments: [String]) throws -> Products.Outcome {
        try Products.run("ombord", arguments + ["--data", data], environment: [:])
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// Runs the command until it has said which act it is, and kills it.
    ///
    /// - Returns: the act, or nil where it said nothing.
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
        return words.first == "act" ? words.dropFirst().first.map(String.init) : nil
    }

    private func prepare(people: Int) throws {
        let first = try String(
            contentsOf: Repository.url("Docs/examples/my-unit.yaml"), encoding: .utf8)
        let modules = folder.url.appendingPathComponent("modules")
        try FileManager.default.copyItem(
            at: Repository.url("Docs/examples/modules"), to: modules)
        let program = try file("my-unit.yaml", first)
        #expect(try ombord(["publish", program]).status == 0)
        let ids = (0..<people).map { "n\($0)" }
        let files = [
            try file(
                "units.csv", "id,name,kind,parent,manager,hr\nward,Ward,ward,,leader,leader"),
            try file(
                "people.csv",
                (["id,name,email,unit", "leader,Leader,leader@example.org,ward"]
                    + ids.map { "\($0),New \($0),\($0)@example.org,ward" })
                    .joined(separator: "\n")),
            try file(
                "starts.csv",
                (["person,programme,anchor:first-day,fact:profession,role:mentor"]
                    + ids.map { "\($0),my-unit,2026-03-02,nurse,leader" })
                    .joined(separator: "\n")),
        ]
        #expect(try ombord(["import"] + files).status == 0)
        _ = try file(
            "my-unit.yaml",
            first.replacing(
                "      - step: medicines\n",
                with: "      - step: medicine-round\n        renamed-from: medicines\n"))
        #expect(try ombord(["publish", program]).status == 0)
    }

    /// How many follow the second version; each has the rows of its own version only.
    private func moved() throws -> Int {
        let database = try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: 0)
        return try database.read { connection in
            let mixed = try connection.count(
                """
                SELECT count(*) FROM step s JOIN enrolment e ON e.id = s.enrolment
                JOIN programme_version v ON v.hash = e.version
                WHERE (s.step = 'medicines') AND v.number = 2
                    OR (s.step = 'medicine-round') AND v.number = 1
                """)
            #expect(mixed == 0)
            return try connection.count(
                """
                SELECT count(*) FROM enrolment e JOIN programme_version v ON v.hash = e.version
                WHERE v.number = 2
                """)
        }
    }

    @Test func aMoveThatIsKilledGoesOnAndNobodyIsBetween() throws {
        let people = 400
        try prepare(people: people)
        var act: String?
        var kills = 0
        while act == nil, kills < 20 {
            act = try kill(["migrate-programme", "my-unit"])
            kills += 1
        }
        let known = try #require(act)
        var last = 0
        while kills < 25 {
            _ = try kill(["migrate-programme", "--resume", known])
            let now = try moved()
            #expect(now >= last)
            last = now
            kills += 1
        }
        #expect(try ombord(["migrate-programme", "--resume", known]).status == 0)
        #expect(try moved() == people)
        #expect(try ombord(["verify"]).status == 0)
        let database = try SQLiteDatabase(path: "\(data)/ombord.sqlite", now: 0)
        try database.read { connection in
            let moves = try connection.count("SELECT count(*) FROM event WHERE type = 'migrated'")
            #expect(moves == people)
            let open = try connection.count(
                "SELECT count(*) FROM bulk_item WHERE status <> 'done'")
            #expect(open == 0)
        }
        let undone = try ombord(["migrate-programme", "--undo", known])
        #expect(undone.status == 0)
        #expect(try moved() == 0)
        #expect(try ombord(["verify"]).status == 0)
    }
}
