import CivilCalendar
import Competence
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

@testable import Web

@Suite struct CompetencePageTests {
    /// Amina some weeks in, with what was seen of her, a claim of hers, and one entry taken back.
    static func world() async throws -> WebWorld {
        let world = try await WebWorld()
        _ = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        try await fill(world)
        return world
    }

    /// What the pages show: done once Amina is in, and the day is 20 March 2026.
    static func fill(_ world: WebWorld) async throws {
        try await world.publishFramework()
        try await world.installation.database.write { connection in
            _ = try connection.run(
                """
                INSERT INTO employment (person, from_on, unit, position, percentage)
                VALUES ('amina', '2026-03-02', 'ward', 'nurse', 100)
                """, [])
        }
        func say(_ competence: CompetenceID, _ level: LevelID, _ by: PersonID) async throws {
            let isOwn = by == "amina"
            _ = try await world.installation.claim(
                ClaimRequest(
                    person: "amina", kind: isOwn ? .priorLearning : .attested,
                    competence: competence, level: level, form: isOwn ? .real : .informal,
                    achievedOn: try need(CivilDay("2026-03-18")),
                    evidence: "Seen <on> three shifts."), by: by)
        }
        try await say("nutrition", "basic", "leader")
        try await say("fire-safety", "basic", "leader")
        try await say("fall-prevention", "basic", "leader")
        try await world.installation.revoke(
            3, of: "amina", by: "leader", reason: "Entered for the wrong person.")
        try await say("palliative-care", "completed", "amina")
        try await say("dementia-care", "completed", "amina")
        let open = try world.installation.passport(of: "amina", for: "amina").open
        let refused = try need(open.first { $0.request.competence == "dementia-care" })
        try await world.installation.settle(
            refused.id, asRefusedBy: "leader", reason: "Kursbeviset <b>mangler</b>.")
    }

    @Test("Somebody's record is for themself and for whoever may vouch for them")
    func access() async throws {
        let world = try await Self.world()
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let rows: [(path: String, statuses: [Int])] = [
            //                           nobody amina leader buddy director hr owner stranger odd
            ("/competence", [403, 200, 200, 200, 200, 200, 200, 200, 200]),
            ("/competence/claim", [403, 200, 200, 200, 200, 200, 200, 200, 200]),
            ("/competence/of/amina", [403, 200, 200, 200, 404, 200, 404, 404, 404]),
            ("/competence/of/amina/attest", [403, 404, 200, 200, 404, 200, 404, 404, 404]),
            ("/competence/of/nobody", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
            ("/gap?unit=ward", [403, 404, 200, 404, 200, 200, 404, 404, 404]),
            ("/gap?unit=city", [403, 404, 404, 404, 200, 200, 404, 404, 404]),
        ]
        try await world.expectStatuses(rows, of: people)
    }

    @Test("The pages as they were read and found right", arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let world = try await Self.world()
        for person in ["amina", "leader", "hr"] as [PersonID] {
            try await world.speak(language, person)
        }
        func expect(_ answer: Browser.Answer, _ name: String) {
            #expect(answer.status == 200, "\(name)")
            let text = answer.stable.replacing(#/claims/c[0-9a-z]{24}/#, with: "claims/CLAIM")
                .replacing(#/refuse-c[0-9a-z]{24}/#, with: "refuse-CLAIM")
                .replacing(#/again=c[0-9a-z]{24}/#, with: "again=CLAIM")
            expectGolden(text, "\(language)/\(name).html")
        }
        let amina = try await world.browser("amina")
        expect(try await amina.get("/competence"), "competence")
        expect(try await amina.get("/competence/claim?competence=ethics"), "competence-claim")
        let leader = try await world.browser("leader")
        expect(try await leader.get("/competence"), "competence-waiting")
        expect(try await leader.get("/competence/of/amina"), "competence-of")
        expect(try await leader.get("/gap"), "gap-own")
        let hr = try await world.browser("hr")
        expect(try await hr.get("/gap?unit=city"), "gap")
    }

    @Test("What somebody claims is reviewed by another and then on record")
    func claimed() async throws {
        let world = try await Self.world()
        let amina = try await world.browser("amina")
        let form = try await amina.get("/competence/claim?competence=ethics")
        let bad = try await amina.submit(
            form, to: "/competence/claim",
            ["level": "basic", "form": "real", "day": "2026-05-01", "evidence": "A <b>course</b>"])
        #expect(bad.status == 422)
        #expect(bad.text.contains("A &lt;b&gt;course"))
        #expect(bad.text.contains("field-day-fault"))
        let sent = try await amina.submit(
            bad, to: "/competence/claim",
            ["level": "basic", "form": "real", "day": "2026-02-01", "evidence": "A course"])
        #expect(sent.status == 303)
        #expect(sent["location"] == "/competence?saved=claimed")
        let leader = try await world.browser("leader")
        let waiting = try await leader.get("/competence")
        // Both claims wait, in whichever order: they came at the same moment.
        let actions = waiting.text.matches(
            of: #/action="(\/competence\/claims\/[a-z0-9]+\/support)"/#
        ).map { String($0.output.1) }
        #expect(actions.count == 2)
        for action in actions {
            let yes = try await leader.submit(waiting, to: action, [:])
            #expect(yes["location"] == "/competence/of/amina?saved=supported")
        }
        let record = try world.installation.record(
            of: "amina", asOf: world.installation.nowCivil.day)
        #expect(record.entries.contains { $0.competence == "ethics" })
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test("A leader says what was seen, and takes back what was wrong, with a reason")
    func attested() async throws {
        let world = try await Self.world()
        let leader = try await world.browser("leader")
        let path = "/competence/of/amina/attest"
        let form = try await leader.get("\(path)?competence=documentation")
        let sent = try await leader.submit(
            form, to: path,
            [
                "level": "basic", "form": "informal", "day": "2026-03-19",
                "evidence": "Notes of a week",
            ])
        #expect(sent["location"] == "/competence/of/amina?saved=attested")
        let page = try await leader.get("/competence/of/amina")
        let revocation = "/competence/of/amina/entries/1/revocation"
        let empty = try await leader.submit(page, to: revocation, ["reason": " "])
        #expect(empty.status == 422)
        #expect(empty.text.contains("reason-1-fault"))
        let done = try await leader.submit(empty, to: revocation, ["reason": "Wrong person"])
        #expect(done["location"] == "/competence/of/amina?saved=revoked")
        let all = try world.installation.recordedCompetences(of: "amina")
        #expect(all.first?.isRevoked == true)
        // And the credential of it is gone, as a page that never was.
        let amina = try await world.browser("amina")
        let own = try await amina.get("/competence")
        let token = try need(own.form("/competence/entries/2/credential")).filter {
            $0.key == "csrf"
        }
        for entry in ["1", "9", "x"] {
            let answer = try await amina.post("/competence/entries/\(entry)/credential", token)
            #expect(answer.status == 404, "\(entry)")
        }
    }

    @Test("A credential is made by an act, and asking for the list of the revoked makes nothing")
    func credentials() async throws {
        let world = try await Self.world()
        func rows() throws -> [Int] {
            try world.installation.database.read { connection in
                try ["credential", "credential_key"].map {
                    try connection.count("SELECT count(*) FROM \($0)")
                }
            }
        }
        let amina = try await world.browser("amina")
        #expect(try await amina.get("/credentials/status").status == 404)
        let page = try await amina.get("/competence")
        #expect(try rows() == [0, 0])
        let path = "/competence/entries/1/credential"
        #expect(try await amina.get(path).status == 404)
        #expect(try await amina.post(path, [:]).status == 403)
        #expect(try rows() == [0, 0])
        let first = try await amina.submit(page, to: path)
        #expect(first.status == 200)
        #expect(first["content-type"] == "application/vc+jwt")
        #expect(first["content-disposition"] == "attachment; filename=\"competence-1.jwt\"")
        #expect(try rows() == [1, 1])
        #expect(try await amina.submit(page, to: path).text == first.text)
        #expect(try rows() == [1, 1])
        #expect(try await amina.get("/credentials/status").status == 200)
    }

    @Test("A day that is none is told beside its field, and what was typed stays")
    func badDay() async throws {
        let world = try await Self.world()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/gap?unit=ward&on=31.12.2026&months=121")
        #expect(page.status == 422)
        #expect(page.text.contains("value=\"31.12.2026\""))
        #expect(page.text.contains("field-on-fault") && page.text.contains("field-months-fault"))
        #expect(try await leader.get("/gap?unit=ward&on=&months=").status == 200)
        // As of a day before the record began, nothing of it is there.
        let before = try await leader.get("/gap?unit=ward&on=2026-03-17&months=0")
        #expect(before.status == 200)
        #expect(before.text != (try await leader.get("/gap?unit=ward&months=0")).text)
    }

    @Test("Numbers of few are kept from a leader further up, and from nobody who may see each")
    func suppressed() async throws {
        let world = try await Self.world()
        let director = try await world.browser("director")
        let page = try await director.get("/gap?unit=city")
        #expect(page.text.contains("class=\"hidden\""))
        #expect(!page.text.contains("/competence/of/amina"))
        #expect(try await director.get("/gap?unit=ward").text.contains("class=\"hidden\""))
        for (person, unit) in [("leader", "ward"), ("hr", "city")] as [(PersonID, String)] {
            let browser = try await world.browser(person)
            let own = try await browser.get("/gap?unit=\(unit)")
            #expect(!own.text.contains("class=\"hidden\""), "\(person)")
            #expect(!own.text.contains("vises ikke</span>"), "\(person)")
        }
        // HR finds the way there from where they begin, and from each unit.
        let hr = try await world.browser("hr")
        #expect(try await hr.get("/admin").text.contains("href=\"/gap\""))
        #expect(
            try await hr.get("/admin/units/ward").text.contains("href=\"/gap?unit=ward\""))
    }

    @Test("What waits for somebody's word stands on their page, their board and with HR's tasks")
    func waiting() async throws {
        let world = try await Self.world()
        let leader = try await world.browser("leader")
        for path in ["/me", "/board"] {
            #expect(try await leader.get(path).text.contains("href=\"/competence#waiting\""))
        }
        let hr = try await world.browser("hr")
        #expect(try await hr.get("/admin").text.contains("href=\"/competence#waiting\""))
        let buddy = try await world.browser("buddy")
        #expect(try await !buddy.get("/me").text.contains("#waiting"))
        // And no longer, once it is answered.
        let page = try await leader.get("/competence")
        let action = try need(page.text.firstMatch(of: Self.support)?.output.1)
        _ = try await leader.submit(page, to: String(action), [:])
        #expect(try await !leader.get("/me").text.contains("#waiting"))
        #expect(try await !leader.get("/board").text.contains("#waiting"))
    }

    private static var support: Regex<(Substring, Substring)> {
        #/action="(\/competence\/claims\/[a-z0-9]+\/support)"/#
    }

    @Test("A refusal takes a reason beside its field, and stays for whoever claimed it")
    func refused() async throws {
        let world = try await Self.world()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/competence")
        let support = String(try need(page.text.firstMatch(of: Self.support)?.output.1))
        let refusal = support.replacing("/support", with: "/refusal")
        for reason in ["", "  ", String(repeating: "x", count: 2_001)] {
            let empty = try await leader.submit(page, to: refusal, ["reason": reason])
            #expect(empty.status == 422)
            #expect(empty.text.contains("aria-invalid=\"true\""))
            #expect(reason.count < 3 || empty.text.contains(reason))
        }
        let done = try await leader.submit(page, to: refusal, ["reason": "Kurset er for gammelt."])
        #expect(done["location"] == "/competence/of/amina?saved=refused")
        // Who answers too late is told so on the same page.
        let late = try await leader.submit(page, to: support, [:])
        #expect(late.status == 409)
        #expect(late.text.contains("role=\"alert\"") && late.text.contains("id=\"held\""))
        let amina = try await world.browser("amina")
        let own = try await amina.get("/competence")
        #expect(own.text.contains("Kurset er for gammelt."))
        #expect(own.text.contains("20. mars 2026 av Kari Berge, fordi:"))
        let again = try need(
            own.text.firstMatch(of: #/href="([^"]+=palliative[^"]+again[^"]+)"/#)?.output.1)
        let form = try await amina.get(String(again).replacing("&amp;", with: "&"))
        #expect(form.text.contains("Seen &lt;on&gt; three shifts."))
        #expect(form.text.contains("Kurset er for gammelt."))
    }

    @Test("Who may not is told in words what they may, and is offered nothing else")
    func mayNot() async throws {
        let world = try await Self.world()
        let director = try await world.browser("director")
        for person in ["amina", "nobody"] {
            let page = try await director.get("/competence/of/\(person)")
            #expect(page.status == 404)
            #expect(page.text.contains("Du ser kompetansen til dem du leder"))
        }
        let leader = try await world.browser("leader")
        for path in ["/gap?unit=city", "/gap?unit=nowhere"] {
            let page = try await leader.get(path)
            #expect(page.status == 404)
            #expect(page.text.contains("Du ser kompetansen i enhetene du leder"))
        }
        // HR hears whose word counts, and not that HR's does.
        let hr = try await world.browser("hr")
        let page = try await hr.get("/competence/of/amina/attest?competence=nutrition")
        #expect(page.status == 403)
        #expect(page.text.contains("teller ordet til mentor eller nærmeste leder"))
        // A word of another's is not Amina's to take back, nor is what is on record.
        _ = try await world.installation.claim(
            ClaimRequest(
                person: "amina", kind: .attested, competence: "medicines-practice",
                level: "independent", achievedOn: try need(CivilDay("2026-03-18")),
                evidence: "Seen."), by: "leader")
        let amina = try await world.browser("amina")
        let own = try await amina.get("/competence")
        #expect(own.text.matches(of: #/claims\/[a-z0-9]+\/refusal"/#).count == 1)
        #expect(!own.text.contains("/revocation\""))
        let credential = try need(own.form("/competence/entries/1/credential"))
        let token = credential.filter { $0.key == "csrf" }
            .merging(["reason": "No", "key": "k"]) { $1 }
        let taken = try await amina.post("/competence/of/amina/entries/1/revocation", token)
        #expect(taken.status == 403)
        let claims = try world.installation.passport(of: "amina", for: "leader").open
        let other = try need(claims.first { $0.request.kind == .attested })
        #expect(other.isReaders)
        let refused = try await amina.post("/competence/claims/\(other.id)/refusal", token)
        #expect(refused.status == 403)
        #expect(refused.text.contains("Det er ikke du som kan si dette"))
        #expect(try world.installation.passport(of: "amina", for: "amina").open.count == 2)
    }
}

extension WebWorld {
    func publishFramework() async throws {
        let path = Repository.url("Workflows/frameworks/health-and-care.yaml")
        let bytes = [UInt8](try Data(contentsOf: path))
        let (version, _) = try await installation.publishFramework(
            name: path.path, bytes: bytes)
        if version == nil { throw Missing() }
    }
}
