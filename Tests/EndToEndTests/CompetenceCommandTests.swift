import Foundation
import Support
import Testing

/// What Docs/Competence.md does at the command line: tables in and out, and what follows from them.
@Suite struct CompetenceCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func ombord(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> Products.Outcome {
        let data = folder.url.appendingPathComponent("data").path
        return try Products.run(
            "ombord", arguments + ["--data", data], environment: environment)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test func whatGoesInComesOutAndIsNothingNew() throws {
        #expect(
            try ombord("publish", "Workflows/frameworks/health-and-care.yaml").status == 0)
        let people = try file(
            "people.csv",
            "id,name,unit,born-on\nkari,Kari Berge,home,1980-02-03\nola,Ola Moe,home,\n")
        let units = try file(
            "units.csv", "id,name,kind,manager\nhome,Solbakken,nursing-home,kari\n")
        let employments = try file(
            "employments.csv",
            "person;unit;position;percentage;from\nola;home;assistant;80;2026-03-21\n")
        let competences = try file(
            "competences.json",
            """
            [{"person": "ola", "competence": "norwegian", "level": "b2",
              "achieved-on": "2025-06-01", "evidence": "Norskprøven"}]
            """)
        let files = [units, people, employments, competences]
        let preview = try ombord("import", "--dry-run", files[0], files[1], files[2], files[3])
        #expect(preview.output.contains("5 new, 0 changed, 0 unchanged, 0 error: nothing was"))
        let done = try ombord("import", files[0], files[1], files[2], files[3])
        #expect(done.status == 0)
        #expect(done.output.contains("5 new, 0 changed, 0 unchanged, 0 error: imported"))

        for format in ["csv", "json"] {
            for kind in ["units", "people", "employments", "competences"] {
                let out = try ombord("export", kind, "--unit", "home", "--format", format)
                #expect(out.status == 0)
                let again = try ombord(
                    "import", try file("\(kind)-again.\(format)", out.output))
                #expect(again.status == 0, "\(again.errors)")
                #expect(again.output.contains("0 new, 0 changed,"), "\(again.output)")
            }
        }
        let early = try file(
            "competences-early.csv",
            "person,competence,level,achieved-on\nkari,norwegian,b2,1979-01-01\n")
        let refused = try ombord("import", early)
        #expect(refused.status == 1)
        #expect(refused.output.contains("competences-early.csv:2: error kari norwegian b2"))
        #expect(refused.output.contains("before the person was born"))

        let qualified = try ombord("competence", "qualify", "ola", "--on", "2026-11-21")
        #expect(
            qualified.output.contains(
                "while working: From Sunday 21 March 2027, because: 8 of 12 months"))
        #expect(try ombord("verify").output.contains("1 records, 1 entries, 0 faults"))
        #expect(try ombord("export", "starts").status != 0)
        #expect(try ombord("export", "people", "--unit", "nowhere").status == 1)
        #expect(try ombord("competence", "statements").errors.contains("lrs.url"))
    }

    @Test func thePasswordOfTheStoreIsNotShown() throws {
        let environment = [
            "OMBORD_LRS_URL": "https://lrs.example.org/xapi", "OMBORD_LRS_USER": "ombord",
            "OMBORD_LRS_PASSWORD": "not-to-be-seen",
        ]
        let doctor = try ombord("doctor", environment: environment)
        #expect(!(doctor.output + doctor.errors).contains("not-to-be-seen"))
        let statements = try ombord("competence", "statements", environment: environment)
        #expect(statements.output == "0 statements queued\n")
    }
}
