import Foundation
import Support
import Testing

/// The commands as a person at a terminal meets them.
@Suite struct CommandLineTests {
    private let folder: TemporaryFolder
    private var data: [String] { ["--data", folder.url.appendingPathComponent("data").path] }

    init() throws { folder = try TemporaryFolder() }

    private func ombord(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Products.Outcome {
        try Products.run("ombord", arguments, environment: environment)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test func theShippedProgrammesAreValid() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Repository.url("Workflows").path
        ).filter { $0.hasSuffix(".yaml") }.map { "Workflows/\($0)" }
        let outcome = try ombord(["validate"] + files)
        #expect(outcome.status == 0)
        #expect(outcome.output == "")
    }

    @Test func aWrongProgrammeIsToldByLineAndExitsWithOne() throws {
        let path = try file("wrong.yaml", "programme: wrong\nkind: onbording\ntitel: x\n")
        let outcome = try ombord(["validate", path])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("wrong.yaml:2:7: error: "))
        #expect(outcome.output.contains("did you mean 'onboarding'?"))
        #expect(outcome.output.contains("wrong.yaml:3:1: error: "))
    }

    @Test func aWrongProgrammeIsToldInNorwegianAndByCode() throws {
        let path = try file("wrong.yaml", "programme: wrong\nkind: onbording\n")
        let norwegian = try ombord(["validate", "--language", "nb", path])
        #expect(norwegian.status == 1)
        #expect(
            norwegian.output.contains(
                "wrong.yaml:2:7: feil: 'kind' kan ikke ha verdien 'onbording'; mente du"
            ))
        let simulated = try ombord(
            ["simulate", "--language", "nn", "--start", "2026-11-21", path])
        #expect(simulated.status == 1)
        #expect(simulated.errors.contains("wrong.yaml:1:1: feil: eit program må ha 'title'"))
        let json = try ombord(["validate", "--format", "json", "--language", "nb", path])
        let faults = try #require(
            JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let found = try #require(faults.first { $0["line"] as? Int == 2 })
        #expect(found["code"] as? String == "not-a-choice")
        #expect(found["severity"] as? String == "error")
        #expect((found["message"] as? String)?.hasPrefix("'kind' kan ikke ha") == true)
    }

    @Test func anAllocationIsWrittenWithItsCertificateAndExplained() throws {
        let instance = "Tests/PlacementsTests/Fixtures/s164-1.json"
        let path = folder.url.appendingPathComponent("allocation.json").path
        let toFile = try ombord(["allocate", instance, "--output", path])
        #expect(toFile.status == 0)
        #expect(toFile.output == "")
        let toOutput = try ombord(["allocate", instance, "--output", "-"])
        let written = try Data(contentsOf: URL(filePath: path))
        #expect(Data(toOutput.output.utf8) == written)
        let json = try #require(
            JSONSerialization.jsonObject(with: written) as? [String: Any])
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(certificate["status"] as? String == "proven-optimal")
        let inputs = certificate["inputs"] as? [String: String]
        #expect(
            inputs?["instance"]
                == "sha256:6a80cbe0cb8dbab37d15104022cdbd01ced7ffa97f36e6199b58fc3c10817d9b")
        let explained = try ombord([
            "allocate", instance, "--explain", "s00001", "--allocation", path, "--language", "nn",
        ])
        #expect(explained.status == 0)
        #expect(explained.output.hasPrefix("Student s00001 har "))
        #expect(!explained.output.contains("s00002"))
    }

    @Test func aWrongInstanceIsLocatedAndNothingIsWritten() throws {
        let text = try String(
            contentsOf: Repository.url("Tests/PlacementsTests/Fixtures/s164-1.json"),
            encoding: .utf8)
        let wrong = try file(
            "wrong.json",
            text.replacing("\"ward\":\"w0038\"", with: "\"ward\":\"w9999\""))
        let path = folder.url.appendingPathComponent("never.json").path
        let outcome = try ombord(["allocate", wrong, "--output", path])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("names the ward \"w9999\", which is not there."))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func theSimulationIsAnArrayOfWhatTheIssueNames() throws {
        let outcome = try ombord([
            "simulate", "Workflows/oslo-onboarding.yaml", "--start", "2025-12-31", "--complete",
            "none", "--format", "json",
        ])
        #expect(outcome.status == 0)
        let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let entries = try #require(json as? [[String: Any]])
        let kinds = Set(entries.compactMap { $0["kind"] as? String })
        #expect(
            kinds == ["opens", "due", "reminder", "escalation", "message", "closes"])
        for entry in entries {
            #expect(entry["date"] is String && entry["time"] is String)
            #expect(entry["step"] is String && entry["to"] is [String])
            #expect((entry["why"] as? String)?.hasSuffix(".") == true)
        }
        let due = entries.filter { $0["kind"] as? String == "due" }
        let dates = Dictionary(
            due.map { ($0["step"] as? String ?? "", $0["date"] as? String ?? "") },
            uniquingKeysWith: { first, _ in first })
        // 31 December and two months is Saturday 28 February 2026, moved to the Monday.
        #expect(dates["talk-2-months"] == "2026-03-02")
        // And five months is Sunday 31 May, moved to the Monday.
        #expect(dates["talk-5-months"] == "2026-06-01")
    }

    @Test func aPersonIsImportedEnrolledAndFollowedUp() throws {
        let units = try file("units.csv", "id,name,kind,manager\nward,Avdeling A,ward,kari\n")
        let people = try file(
            "people.csv",
            """
            id,name,email,language,unit
            kari,Kari Ås,kari@example.org,nb,ward
            ali,Ali Warsame,ali@example.org,en,ward
            """)
        #expect(
            try ombord(["publish"] + data + ["Workflows/oslo-onboarding.yaml"]).status == 0)
        let dry = try ombord(["import", "--dry-run"] + data + [people, units])
        #expect(dry.output.hasSuffix("nothing was changed (dry run)\n"))
        let done = try ombord(["import"] + data + [people, units])
        #expect(done.status == 0)
        #expect(done.output.hasSuffix("3 new, 0 changed, 0 unchanged, 0 error: imported\n"))
        let again = try ombord(["import"] + data + [people, units])
        #expect(again.output.hasPrefix("0 new, 0 changed, 3 unchanged"))

        let missing = try ombord(
            ["enrol"] + data + ["ali", "oslo-onboarding", "--fact", "profession=nurse"])
        #expect(missing.status != 0)
        #expect(missing.errors.contains("first day at work"))
        let start =
            ["enrol"] + data + [
                "ali", "oslo-onboarding", "--anchor", "first-day=2026-03-02", "--fact",
                "profession=nurse", "--fact", "unit-type=nursing-home", "--idempotency-key", "k1",
            ]
        let enrolled = try ombord(start)
        #expect(enrolled.status == 0, "\(enrolled.errors)")
        let id = enrolled.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try ombord(start).output == enrolled.output)

        let preview = try ombord(
            ["change", "move"] + data + [id, "first-day=2026-04-01", "--dry-run"])
        #expect(
            preview.output.contains("moves from Monday 4 May to Monday 1 June 2026"),
            "\(preview.output)")
        #expect(preview.output.hasSuffix("nothing was changed (dry run)\n"))
        let refused = try ombord(
            ["complete"] + data + [id, "talk-2-months", "--as", "nobody"])
        #expect(refused.status != 0)
        #expect(refused.errors.count < 400)
        let status = try ombord(["status"] + data + [id, "--format", "json"])
        let json = try JSONSerialization.jsonObject(with: Data(status.output.utf8))
        #expect((json as? [String: Any])?["steps"] is [[String: Any]])

        let copy = folder.url.appendingPathComponent("copy.sqlite").path
        #expect(try ombord(["backup"] + data + [copy]).status == 0)
        #expect(FileManager.default.fileExists(atPath: copy))
        let verified = try ombord(["verify"] + data)
        #expect(verified.status == 0)
        #expect(verified.output.hasSuffix(" 0 faults\n"))
        #expect(try ombord(["outbox", "list"] + data).output.contains("ali"))
        #expect(try ombord(["doctor"] + data).output.contains("synchronous 2"))
    }

    @Test func aWrongSettingIsToldByLine() throws {
        let config = try file(
            "ombord.yaml",
            """
            http:
              port: many
              prot: 8080
            smtp:
              security: maybe
            """)
        let outcome = try ombord(["doctor", "--config", config] + data)
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("http.port (OMBORD_HTTP_PORT): \"many\" is not a number"))
        #expect(outcome.errors.contains("ombord.yaml:3:9: there is no setting http.prot"))
        #expect(outcome.errors.contains("\"maybe\" is not one of required, implicit, never"))
        let variable = try ombord(["doctor"] + data, environment: ["OMBORD_HTPP_PORT": "1"])
        #expect(variable.errors.contains("OMBORD_HTPP_PORT: there is no such setting"))
    }

    @Test func everySettingIsInTheManual() throws {
        let manual = try String(
            contentsOf: Repository.url("Docs/Operations.md"), encoding: .utf8)
        let listed = try ombord(["doctor", "--settings"] + data).output
        let settings = listed.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(settings.count >= 20)
        for setting in settings {
            let key = try #require(setting.split(separator: " ").first)
            #expect(manual.contains("`\(key)`"), "\(key)")
        }
    }

    @Test func theSchemaAndTheDiagramsArePrinted() throws {
        let schema = try ombord(["schema"])
        #expect(try JSONSerialization.jsonObject(with: Data(schema.output.utf8)) is [String: Any])
        let diagram = try ombord(["diagram", "Workflows/farsund-mentor.yaml"])
        #expect(diagram.output.hasPrefix("<svg"))
        let mermaid = try ombord([
            "diagram", "Workflows/farsund-mentor.yaml", "--format", "mermaid",
        ])
        #expect(mermaid.output.hasPrefix("flowchart"))
        let timeline = try ombord([
            "simulate", "Workflows/farsund-mentor.yaml", "--start", "2026-08-31", "--format",
            "svg",
        ])
        #expect(timeline.output.hasPrefix("<svg"))
    }
}
