import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

@Suite struct WorkshopTests {
    private static let path = "/admin/workshop"

    private func workflow(_ name: String) throws -> String {
        try String(contentsOf: Repository.url("Workflows/\(name).yaml"), encoding: .utf8)
    }

    private func versions(_ world: WebWorld) throws -> Int {
        try world.installation.versions(of: "oslo-onboarding").count
    }

    @Test("A published file is checked with its modules, drawn, and found to be what it is")
    func published() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        let page = try await owner.get(Self.path)
        let answer = try await owner.upload(
            page, to: Self.path, ["text": try workflow("oslo-onboarding"), "do": "validate"])
        #expect(answer.status == 200)
        #expect(answer.text.contains("Filen er riktig."))
        #expect(answer.text.contains("Dette er versjon 1, som alt er publisert."))
        #expect(answer.text.contains("src=\"data:image/svg+xml;base64,"))
        #expect(answer.form("\(Self.path)/publish") == nil)
        #expect(!answer.text.contains("value=\"publish\""))
        #expect(answer.readable.contains("programme: oslo-onboarding"))
        #expect(try versions(world) == 1)
    }

    @Test("Faults are told by line, with the line and a mark, and what was pasted is kept")
    func faults() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        let text = try workflow("oslo-onboarding").replacing(
            "who: participant\n", with: "whom: <script>alert(1)</script>\n", maxReplacements: 1)
        let line = try need(
            text.split(separator: "\n", omittingEmptySubsequences: false)
                .firstIndex { $0.contains("whom:") }) + 1
        let page = try await owner.get(Self.path)
        let answer = try await owner.upload(
            page, to: Self.path, ["text": text, "do": "validate"])
        #expect(answer.status == 422)
        #expect(answer.text.contains("href=\"#line-\(line)\""))
        #expect(answer.text.contains("id=\"line-\(line)\" class=\"faulty\""))
        #expect(answer.readable.contains("\(line) |"))
        #expect(!answer.text.contains("<script"))
        #expect(answer.text.contains("&lt;script&gt;alert(1)"))
        // The same, uploaded as a file with the line ends of Windows.
        let file = try await owner.upload(
            page, to: Self.path, ["text": "", "do": "validate"],
            files: [
                "file": (
                    "oslo-onboarding.yaml", Array(text.replacing("\n", with: "\r\n").utf8)
                )
            ])
        #expect(file.status == 422)
        #expect(file.stable == answer.stable)
    }

    @Test("What is no programme file is refused with a sentence, and stops nothing")
    func refused() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        let page = try await owner.get(Self.path)
        let fixtures = "Tests/ProgrammeFilesTests/Fixtures/invalid"
        let bomb = try Data(contentsOf: Repository.url("\(fixtures)/alias-bomb.yaml"))
        let cases: [(bytes: [UInt8], says: String)] = [
            ([0x61, 0xFF, 0x0A], "er ikke UTF-8"), ([0x61, 0x00], "NUL-byte"),
            ([UInt8](bomb), "alias"), (Array("x".utf8), "Filen kan ikke brukes"),
            (Array(repeating: 0x61, count: 2_000_000), "større enn 1048576 byte"),
            (Array(repeating: 0x61, count: 9_000_000), "større enn 1048576 byte"),
            ([], "Lim inn en programfil, eller velg en fil."),
            (Array(" \r\n\t".utf8), "Lim inn en programfil, eller velg en fil."),
        ]
        for (bytes, says) in cases {
            let answer = try await owner.upload(
                page, to: Self.path, ["text": "", "do": "simulate"],
                files: ["file": ("x.yaml", bytes)])
            #expect(answer.status == 422)
            #expect(answer.readable.contains(says), "\(says)")
            #expect(answer.text.utf8.count < 4_500_000)
        }
        let large = try await owner.upload(
            page, to: Self.path, ["text": ""],
            files: ["file": ("x.yaml", Array(repeating: 0x61, count: 11_000_000))])
        #expect(large.status == 413)
        #expect(large.text.contains("<h1>"))
        let urlEncoded = try await owner.submit(page, to: Self.path, ["text": "a: 1"])
        #expect(urlEncoded.status == 415)
    }

    @Test("A trial shows the calendar by months; wrong fields keep what was written")
    func simulation() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        let fields = [
            "text": try workflow("oslo-onboarding"), "do": "simulate", "start": "2026-03-02",
            "fact-profession": "nurse", "fact-unit-type": "nursing-home",
            "fact-contract-percentage": "80", "behaviour": "on-time",
        ]
        let page = try await owner.get(Self.path)
        let answer = try await owner.upload(page, to: Self.path, fields)
        #expect(answer.status == 200)
        #expect(answer.text.contains("<caption>Mars 2026</caption>"))
        // Dok. 24's talk after two months falls on the first working day from 2 May.
        #expect(answer.text.contains("<th scope=\"row\">mandag 4. mai 2026<br>"))
        #expect(answer.text.contains("name=\"start\" value=\"2026-03-02\""))
        let faults = [
            ("start", "snart"), ("fact-profession", "wizard"), ("fact-contract-percentage", "mye"),
        ]
        for (field, value) in faults {
            let wrong = try await owner.upload(
                page, to: Self.path, fields.merging([field: value]) { $1 })
            #expect(wrong.status == 422, "\(field)")
            #expect(wrong.text.contains("id=\"try-\(field)-fault\""), "\(field)")
            #expect(!wrong.text.contains("<caption>"))
            #expect(wrong.readable.contains("programme: oslo-onboarding"))
        }
        let nobody = try await owner.upload(
            page, to: Self.path, fields.merging(["behaviour": "none"]) { $1 })
        #expect(nobody.readable.contains("Varsel"))
    }

    @Test("Publishing takes two steps, publishes what was looked at, and only once")
    func publishing() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        let amina = try await world.enrol("amina")
        let text = try workflow("oslo-onboarding").replacing(
            "nb: Kurs i legemiddelhåndtering\n", with: "nb: Kurs & <prøve>\n", maxReplacements: 1)
        let publish = "\(Self.path)/publish"
        let page = try await owner.get(Self.path)
        let checked = try await owner.upload(page, to: Self.path, ["text": text, "do": "validate"])
        #expect(checked.form(publish) == nil)
        let asked = try await owner.upload(page, to: Self.path, ["text": text, "do": "publish"])
        #expect(asked.text.contains("Dette blir versjon 2."))
        #expect(asked.text.contains("&lt;prøve&gt;"))
        #expect(try versions(world) == 1)

        // Another text under the same form is shown, not published.
        let other = try await owner.upload(asked, to: publish, ["text": text + "\n# mer\n"])
        #expect(other.status == 409)
        #expect(try versions(world) == 1)
        let wrong = try await owner.upload(asked, to: publish, ["text": "a: 1"])
        #expect(wrong.status == 422)
        let done = try await owner.upload(asked, to: publish, ["text": text])
        #expect(done["location"] == "/programmes/oslo-onboarding/versions")
        #expect(try versions(world) == 2)
        let again = try await owner.upload(asked, to: publish, ["text": text])
        #expect(again.status == 303)
        #expect(try versions(world) == 2)
        #expect(try world.installation.enrolment(amina).versionNumber == 1)
        // The earlier file is not taken for a new version either.
        let back = try await owner.upload(
            page, to: Self.path,
            ["text": try workflow("oslo-onboarding"), "do": "publish"])
        #expect(back.form(publish) == nil)
        #expect(back.text.contains("Dette er versjon 1"))
        let foreign = try await owner.upload(publish, ["text": text, "csrf": "x"])
        #expect(foreign.status == 403)
    }
}
