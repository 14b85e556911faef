import Foundation
import Support
import Testing

/// Databases that earlier programs wrote, each with the demonstration's five months of history, are
/// brought up to date with all that is in them, and go on.
///
/// `Stored/step-NN.sql.xz` is what the last program before the next schema step left behind.
@Suite struct StoredDatabaseTests {
    private static let secrets = [
        "OMBORD_SECRET": "secret-of-the-stored-databases-0001",
        "OMBORD_NOTES_SECRET": "secret-of-the-stored-databases-0002",
    ]

    static let files: [String] =
        (try? FileManager.default.contentsOfDirectory(
            atPath: Repository.url("Tests/EndToEndTests/Stored").path
        ).filter { $0.hasSuffix(".sql.xz") }.sorted()) ?? []

    private func stored(_ arguments: String...) throws -> Data {
        try python(
            script: Repository.url("Tests/EndToEndTests/Python/stored_database.py").path,
            arguments: arguments)
    }

    private func counts(_ path: String) throws -> [String: Int] {
        try JSONDecoder().decode([String: Int].self, from: try stored("count", path))
    }

    @Test func thereIsOneOfEachStep() {
        #expect(Self.files.count >= 6)
    }

    @Test(arguments: files) func anEarlierDatabaseIsBroughtUpToDate(_ name: String) throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appendingPathComponent("data").path
        let file = folder.url.appendingPathComponent("old.sqlite").path
        _ = try stored(
            "unpack", Repository.url("Tests/EndToEndTests/Stored/\(name)").path, file)
        let before = try counts(file)
        #expect(try #require(before["event"]) > 400)
        func ombord(_ arguments: String...) throws -> Products.Outcome {
            try Products.run("ombord", arguments + ["--data", data], environment: Self.secrets)
        }

        let step = try #require(Int(name.dropFirst("step-".count).prefix(2)))
        let drill = try ombord("restore", file, "--drill")
        #expect(drill.status == 0, "\(drill.errors)")
        #expect(drill.output.contains("(schema step \(step))"), "\(drill.output)")
        #expect(drill.output.contains("the backup is good"))

        // Nothing is lost and nothing is made up.
        let restored = try ombord("restore", file)
        #expect(restored.status == 0, "\(restored.errors)")
        let verified = try ombord("verify")
        #expect(verified.status == 0, "\(verified.output)")
        let after = try counts(data + "/ombord.sqlite")
        for (table, rows) in before where table != "schema_step" {
            #expect(after[table] == rows, "\(table)")
        }
        #expect(after.count >= before.count)
    }
}
