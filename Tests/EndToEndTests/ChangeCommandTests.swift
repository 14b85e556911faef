import Foundation
import Support
import Testing

/// The commands that change programmes and plans, as a person at a terminal meets them.
@Suite struct ChangeCommandTests {
    private let folder: TemporaryFolder
    private var data: [String] { ["--data", folder.url.appendingPathComponent("data").path] }

    init() throws { folder = try TemporaryFolder() }

    private func ombord(_ arguments: [String]) throws -> Products.Outcome {
        try Products.run("ombord", arguments, environment: [:])
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = folder.url.appendingPathComponent(name)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    /// The tutorial's programme as it is, and a version in which the sign-off is renamed.
    private func programmes() throws -> (old: String, new: String) {
        let text = try String(
            contentsOf: Repository.url("Docs/examples/my-unit.yaml"), encoding: .utf8)
        let next = folder.url.appendingPathComponent("next")
        try FileManager.default.createDirectory(at: next, withIntermediateDirectories: true)
        for place in [folder.url, next] {
            try FileManager.default.copyItem(
                at: Repository.url("Docs/examples/modules"),
                to: place.appendingPathComponent("modules"))
        }
        let renamed = text.replacing(
            "      - step: medicines\n",
            with: "      - step: medicine-round\n        renamed-from: medicines\n")
        return (try file("my-unit.yaml", text), try file("next/my-unit.yaml", renamed))
    }

    private func object(_ text: String) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return try #require(json as? [String: Any])
    }

    /// Kari in the first version, and the second published; the enrolment's id.
    private func enrol(_ old: String, _ new: String) throws -> String {
        #expect(try ombord(["publish", old] + data).status == 0)
        let people = try file(
            "people.csv",
            "id,name,email,unit\nola,Ola Nes,ola@example.org,ward\n"
                + "mona,Mona Moe,mona@example.org,ward\nkari,Kari Vik,kari@example.org,ward")
        let units = try file(
            "units.csv", "id,name,kind,parent,manager,hr\nward,Ward,ward,,ola,mona")
        let imported = try ombord(["import", units, people] + data)
        #expect(imported.status == 0, "\(imported.output)")
        let enrolled = try ombord(
            [
                "enrol", "kari", "my-unit", "--anchor", "first-day=2026-03-02", "--fact",
                "profession=nurse", "--role", "mentor=mona",
            ] + data)
        #expect(enrolled.status == 0, "\(enrolled.errors)")
        #expect(try ombord(["publish", new] + data).status == 0)
        return enrolled.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func twoVersionsAreCompared() throws {
        let (old, new) = try programmes()
        let same = try ombord(["diff", old, old])
        #expect(same.status == 0)
        let text = try ombord(["diff", old, new, "--language", "nb"])
        #expect(text.output.contains("medicine-round"))
        #expect(text.output.contains("het medicines før"))
        let lines = try JSONSerialization.jsonObject(
            with: Data(try ombord(["diff", old, new, "--format", "json"]).output.utf8))
        let changes = try #require(lines as? [[String: Any]])
        #expect(changes.contains { $0["step"] as? String == "medicine-round" })
        let missing = try ombord(["diff", old, "my-unit@one"])
        #expect(missing.status != 0 && missing.errors.contains("no version"))
    }

    @Test func aMoveIsLookedAtDoneExplainedAndTakenBack() throws {
        let (old, new) = try programmes()
        let id = try enrol(old, new)
        let look = try ombord(
            ["migrate-programme", "my-unit", "--dry-run", "--format", "json"] + data)
        let line = try object(look.output)
        #expect(line["enrolment"] as? String == id && line["outcome"] as? String == "changes")
        #expect(try object(try explain(id))["version"] as? Int == 1)

        let moved = try ombord(["migrate-programme", "my-unit", "--format", "json"] + data)
        let act = try #require(try object(moved.output)["act"] as? String)
        let explained = try object(try explain(id, "medicine-round"))
        #expect(explained["version"] as? Int == 2)
        #expect((explained["history"] as? [[String: Any]])?.isEmpty == false)
        #expect(try ombord(["migrate-programme", "--undo", act] + data).status == 0)
        #expect(try object(try explain(id))["version"] as? Int == 1)
        let again = try ombord(["migrate-programme", "--undo", act] + data)
        #expect(again.status != 0 && again.errors.contains("taken back already"))
        let nothing = try ombord(["migrate-programme"] + data)
        #expect(nothing.status != 0)
    }

    private func explain(_ id: String, _ step: String? = nil) throws -> String {
        try ombord(
            ["explain", id] + [step].compactMap { $0 } + ["--format", "json"] + data
        ).output
    }

    @Test func aPlanIsChangedWithAnApprover() throws {
        let (old, new) = try programmes()
        let id = try enrol(old, new)
        let skip = ["tailor", "skip", id, "medicines", "--as", "mona", "--reason", "Knows it"]
        let refused = try ombord(skip + ["--approved-by", "kari"] + data)
        #expect(refused.status != 0 && refused.errors.contains("approved"))
        let look = try ombord(skip + ["--approved-by", "ola", "--dry-run"] + data)
        #expect(look.output.contains("is dropped"))
        #expect((try object(try explain(id))["differences"] as? [Any])?.isEmpty == true)
        #expect(try ombord(skip + ["--approved-by", "ola"] + data).status == 0)
        let differences = try object(try explain(id))["differences"] as? [[String: Any]]
        #expect(differences?.count == 1)
        let number = try #require(differences?.first?["number"] as? Int)
        let undone = try ombord(
            ["tailor", "undo", id, "\(number)", "--as", "ola", "--reason", "Not yet"] + data)
        #expect(undone.status == 0, "\(undone.errors)")
        #expect((try object(try explain(id))["differences"] as? [Any])?.isEmpty == true)
        #expect(try ombord(["verify"] + data).status == 0)
    }
}
