import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

@Suite struct AdminGoldenTests {
    private struct Stage {
        let world: WebWorld
        let language: Language
        /// What differs from one run to the next, and what stands for it.
        var names: [(String, String)] = []

        func expect(_ answer: Browser.Answer, _ name: String, status: Int = 200) {
            #expect(answer.status == status, "\(name)")
            var text = answer.stable.replacing(
                #/data:image\/svg\+xml;base64,[A-Za-z0-9+\/=]+/#, with: "data:PICTURE"
            ).replacing(#/(acts|imports|inputs)\/[ai][0-9a-z-]+/#) { "\($0.output.1)/ID" }
                .replacing(#/name="hash" value="[0-9a-f]+"/#, with: "name=\"hash\"")
            for (name, stand) in names { text = text.replacing(name, with: stand) }
            expectGolden(text, "\(language)/admin/\(name).html")
        }
    }

    private func begin(_ language: Language) async throws -> Stage {
        let world = try await WebWorld()
        try await world.load(
            .people, "id,name,unit,language\nquiet,Stille <Berg>,ward,nb\n")
        for person in ["hr", "owner"] as [PersonID] { try await world.speak(language, person) }
        let amina = try await world.enrol("amina")
        let quiet = try await world.enrol("quiet")
        _ = try await world.installation.act(
            .handOver("buddy", to: nil, reason: "Sluttet"), on: amina, by: .person("leader"))
        _ = try await world.installation.giveInput(
            "Omvisningen kom for sent.\n\nMer tid & ro.", about: amina, step: "prior-experience",
            by: "amina")
        try await world.live(until: "2026-03-20T10:00")
        return Stage(
            world: world, language: language,
            names: [(amina.rawValue, "ENROLMENT"), (quiet.rawValue, "OTHER")])
    }

    @Test(
        "The administration's pages as they were read and found right", arguments: Language.shipped)
    func pages(_ language: Language) async throws {
        let stage = try await begin(language)
        let world = stage.world
        let hr = try await world.browser("hr")
        let owner = try await world.browser("owner")
        stage.expect(try await hr.get("/admin"), "hr")
        stage.expect(try await owner.get("/admin"), "owner")
        stage.expect(try await hr.get("/programmes"), "programmes")
        stage.expect(try await hr.get("/admin/units"), "units")
        stage.expect(try await hr.get("/admin/units/ward"), "unit")
        stage.expect(try await hr.get("/admin/people?q=a"), "people")
        stage.expect(try await hr.get("/admin/people/amina"), "person")
        stage.expect(try await hr.get("/admin/people/leader"), "person-leader")
        let wrong = try await hr.submit(
            try await hr.get("/admin/people/amina"), to: "/admin/people/amina",
            ["name": "", "email": "galt"])
        stage.expect(wrong, "person-fault", status: 422)
        stage.expect(try await hr.get("/admin/outbox?person=quiet"), "outbox")
        let dead = try need(try world.installation.messages(status: "dead").first)
        stage.expect(try await hr.get("/admin/outbox/\(dead.id)"), "outbox-dead")
        let digest = try need(
            try world.installation.messages(recipient: "leader").first { $0.kind == "digest" })
        stage.expect(try await hr.get("/admin/outbox/\(digest.id)"), "outbox-digest")
        stage.expect(
            try await owner.get("/admin/mails?kind=reminder&person=mentor"), "mails")
        stage.expect(try await owner.get("/admin/inputs"), "inputs")
        let input = try need(
            try world.installation.inputs(for: "owner", .waiting, page: 0, pageSize: 1).rows.first)
        _ = try await owner.submit(
            try await owner.get("/admin/inputs/\(input.id)"),
            to: "/admin/inputs/\(input.id)/answer", ["answer": "Vi flytter den."])
        stage.expect(try await owner.get("/admin/inputs/\(input.id)?saved=1"), "input")
    }

    @Test("The pages of an import as they were read and found right", arguments: Language.shipped)
    func importing(_ language: Language) async throws {
        let stage = try await begin(language)
        let world = stage.world
        let hr = try await world.browser("hr")
        let page = try await hr.get("/admin/import")
        stage.expect(page, "import")
        if language == .bokmål {
            stage.expect(try await hr.get("/admin/export"), "export")
        }
        stage.expect(
            try await hr.upload(
                page, to: "/admin/import", ["kind": "starts"],
                files: ["file": ("starts.csv", Array("person\n".utf8))]), "import-fault",
            status: 422)
        func upload(_ table: String) async throws -> String {
            let sent = try await hr.upload(
                try await hr.get("/admin/import"), to: "/admin/import", ["kind": "people"],
                files: ["file": ("people.csv", Array(table.utf8))])
            return try need(sent["location"])
        }
        func finish() async throws {
            while let job = try world.installation.unfinishedImport() {
                try await world.installation.continueImport(job)
            }
        }
        let wrong = try await upload(
            """
            id,name,email,unit,language,digest
            a b,Per,,ward,,
            twice,Per,,ward,,
            twice,Pål,,ward,,
            mail,Per,galt,ward,,
            taken,Per,kari@example.org,ward,,
            language,Per,,ward,sv,
            digest,Per,,ward,,sometimes
            unit,Per,,nowhere,,
            none,Per,,,,
            fine,Per,,ward,,
            """)
        stage.expect(try await hr.get(wrong), "import-looking")
        try await finish()
        stage.expect(try await hr.get(wrong), "import-errors")
        let right = try await upload(
            "id,name,email,unit\nfine,Per & Pål,per@example.org,ward\nquiet,Stille Berg,,ward\n")
        try await finish()
        stage.expect(try await hr.get(right), "import-checked")
        _ = try await hr.submit(try await hr.get(right), to: "\(right)/start")
        try await finish()
        stage.expect(try await hr.get(right), "import-done")
        stage.expect(try await hr.get("/admin/import"), "imports")
    }

    @Test("The workshop as it was read and found right", arguments: Language.shipped)
    func workshop(_ language: Language) async throws {
        let stage = try await begin(language)
        let owner = try await stage.world.browser("owner")
        let path = "/admin/workshop"
        let page = try await owner.get(path)
        stage.expect(page, "workshop")
        let file = try String(
            contentsOf: Repository.url("Docs/examples/my-unit.yaml"), encoding: .utf8)
        let text = file.replacing(#/include:\n.*\n/#, with: "")
        stage.expect(
            try await owner.upload(
                page, to: path,
                [
                    "text": file.replacing("who: mentor", with: "who: mentorr"),
                    "do": "validate",
                ]), "workshop-faults", status: 422)
        stage.expect(
            try await owner.upload(
                page, to: path,
                [
                    "text": text, "do": "simulate", "start": "2026-03-02",
                    "fact-profession": "nurse", "behaviour": "none",
                ]), "workshop-calendar")
        let asked = try await owner.upload(page, to: path, ["text": text, "do": "publish"])
        stage.expect(asked, "workshop-first")
        _ = try await owner.upload(asked, to: "\(path)/publish", ["text": text])
        let second = text.replacing("{ weeks: 4, after: first", with: "{ weeks: 5, after: first")
        stage.expect(
            try await owner.upload(page, to: path, ["text": second, "do": "publish"]),
            "workshop-publish")
    }
}
