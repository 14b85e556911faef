import Foundation
import ProgrammeFiles
import Support
import Testing

@Suite struct SchemaTests {
    private struct Verdict: Decodable {
        var file: String
        var errors: [String]
    }

    private static let checker = "Tests/ProgrammeFilesTests/Python/validate_schema.py"

    private func verdicts(_ files: [URL]) throws -> [Verdict] {
        let folder = try TemporaryFolder()
        let schema = folder.url.appending(path: "schema.json")
        try Data(programmeSchema().utf8).write(to: schema)
        let answer = try python(
            script: Repository.url(Self.checker).path,
            arguments: [schema.path] + files.map(\.path))
        return try String(decoding: answer, as: UTF8.self).split(separator: "\n").map {
            try JSONDecoder().decode(Verdict.self, from: Data($0.utf8))
        }
    }

    private func yaml(in folder: URL) throws -> [URL] {
        try Samples.files(in: folder).map { folder.appending(path: $0) }
    }

    @Test func theSchemaInTheDocumentationIsTheCompilers() throws {
        let file = Repository.url("Docs/programme.schema.json")
        if ProcessInfo.processInfo.environment["OMBORD_RECORD"] == "1" {
            try Data(programmeSchema().utf8).write(to: file)
        }
        let recorded = try String(contentsOf: file, encoding: .utf8)
        #expect(
            recorded == programmeSchema(),
            "Docs/programme.schema.json is not the compiler's: run again with OMBORD_RECORD=1")
    }

    @Test func theSchemaAcceptsWhatTheCompilerAccepts() throws {
        let workflows = Repository.url("Workflows")
        let valid = Samples.folder.appending(path: "valid")
        let folders = [
            workflows, workflows.appending(path: "modules"), valid,
            valid.appending(path: "modules"),
        ]
        let files = try folders.flatMap(yaml)
        let verdicts = try verdicts(files)
        #expect(verdicts.count == files.count)
        for verdict in verdicts { #expect(verdict.errors.isEmpty, "\(verdict)") }
    }

    @Test func theSchemaRefusesWhatIsNotInTheTables() throws {
        let names = [
            "unknown-key", "wrong-type", "missing-key", "no-value", "bad-ids", "bad-choices",
            "date-parts", "calendar-faults", "series-faults", "bad-link", "a-list", "fact-faults",
        ]
        let folder = Samples.folder.appending(path: "invalid")
        for verdict in try verdicts(names.map { folder.appending(path: "\($0).yaml") }) {
            #expect(!verdict.errors.isEmpty, "\(verdict.file)")
        }
    }
}
