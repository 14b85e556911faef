import Foundation
import Support
import Testing

/// A backup is complete, says when it is not, and goes on where it was taken.
@Suite struct BackupTests {
    private let folder: TemporaryFolder
    private var data: String { path("data") }
    private var database: String { path("data/ombord.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String {
        folder.url.appendingPathComponent(name).path
    }

    private func ombord(_ arguments: String...) throws -> Products.Outcome {
        try Products.run("ombord", arguments + ["--data", data])
    }

    /// Does something to a database by another program than ours.
    private func edit(_ path: String, _ statements: String) throws {
        _ = try python(
            script: Repository.url("Tests/EndToEndTests/Python/edit_database.py").path,
            arguments: [path], input: Data(statements.utf8))
    }

    @Test func aBackupOfARunningServiceIsProvedAndRestored() throws {
        let service = try Service(["--demo", "small", "--data", data])
        let backup = path("backup.sqlite")
        let written = try ombord("backup", backup)
        #expect(written.status == 0, "\(written.errors)")
        // Held against a program that is not ours.
        let sum = try Process.output(
            "/usr/bin/sha256sum", ["-c", "backup.sqlite.sha256"], folder.url)
        #expect(sum == "backup.sqlite: OK\n")
        #expect(try ombord("backup", backup).status != 0)

        // The drill may run beside the service, and leaves nothing behind.
        let before = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
        let drill = try ombord("restore", backup, "--drill", "--days", "62")
        #expect(drill.status == 0, "\(drill.errors)")
        #expect(drill.output.contains("the backup is good"))
        #expect(drill.output.contains("62 days on"))
        let mails = try #require(drill.output.firstMatch(of: /(\d+) wake-ups, (\d+) mails/))
        #expect(try #require(Int(mails.1)) > 0)
        #expect(try #require(Int(mails.2)) > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: data).sorted() == before)

        let running = try ombord("restore", backup)
        #expect(running.status != 0)
        #expect(running.errors.contains("is in use; stop the service first"))
        service.end()

        // The disk takes the database with it.
        let held = try ombord("verify").output
        #expect(held.contains(" 0 faults"))
        for end in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: database + end)
        }
        let restored = try ombord("restore", backup)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try ombord("verify").output == held)
        let again = try Service(["--demo", "small", "--data", data])
        #expect(try again.get("/readyz").hasPrefix("200 "))
        again.end()

        // What is there is kept beside what comes in its place.
        let other = try ombord("restore", backup)
        #expect(other.output.contains("what was there before is kept as \(data)/ombord-before-"))
        let kept = try FileManager.default.contentsOfDirectory(atPath: data)
            .filter { $0.hasPrefix("ombord-before-") }
        #expect(kept.count == 1)
    }

    @Test func aBackupThatIsNotWhatWasWrittenIsRefusedAndNothingIsChanged() throws {
        let service = try Service(["--demo", "small", "--data", data])
        service.end()
        let backup = path("backup.sqlite")
        #expect(try ombord("backup", backup).status == 0)
        let whole = try Data(contentsOf: URL(filePath: backup))
        let untouched = try ombord("verify").output

        func refused(_ name: String, _ sentence: String, _ damage: (String) throws -> Void) throws {
            let copy = path(name)
            try whole.write(to: URL(filePath: copy))
            try damage(copy)
            for drill in [["--drill"], []] {
                let outcome = try Products.run(
                    "ombord", ["restore", copy, "--data", data] + drill)
                #expect(outcome.status != 0, "\(name)")
                #expect(outcome.errors.contains(sentence), "\(name): \(outcome.errors)")
                #expect(outcome.errors.contains("Nothing was changed"))
            }
        }
        // A bit that fell over, which the sum beside it shows.
        try refused("sum.sqlite", "it is not what") { copy in
            try FileManager.default.copyItem(
                atPath: backup + ".sha256", toPath: copy + ".sha256")
            var bytes = whole
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: copy))
        }
        try refused("cut.sqlite", "is damaged") { copy in
            try whole.prefix(whole.count / 2).write(to: URL(filePath: copy))
        }
        try refused("text.sqlite", "is damaged") { copy in
            try Data("not a database, but long enough to be read as one".utf8)
                .write(to: URL(filePath: copy))
        }
        try refused("foreign.sqlite", "is no backup of Ombord's") { copy in
            try FileManager.default.removeItem(atPath: copy)
            try edit(copy, "CREATE TABLE other (id INTEGER);")
        }
        try refused("newer.sqlite", "a newer Ombord wrote it") { copy in
            try edit(copy, "INSERT INTO schema_step VALUES (999, 'x', 0);")
        }
        // Whole as a file, but somebody has changed what happened.
        try refused("event.sqlite", "the event was changed") { copy in
            try edit(
                copy,
                """
                PRAGMA writable_schema = ON;
                DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event';
                PRAGMA writable_schema = OFF;
                """)
            try edit(
                copy, "UPDATE event SET recorded_at = recorded_at - 86400000 WHERE number = 2;")
        }
        #expect(try ombord("verify").output == untouched)
        let left = try FileManager.default.contentsOfDirectory(atPath: data)
        #expect(!left.contains { $0.contains("restoring") || $0.contains("drill") })
    }
}

extension Process {
    /// What a program says when it is run in a folder.
    fileprivate static func output(
        _ program: String, _ arguments: [String], _ folder: URL
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self)
    }
}
