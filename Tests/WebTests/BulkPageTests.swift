import CivilCalendar
import Engine
import Operations
import Testing

@testable import Web

@Suite struct BulkPageTests {
    private let path = "/programmes/oslo-onboarding/migration"

    /// Amina and Odd in the ward, and HR's browser.
    private func begin() async throws -> (WebWorld, [EnrolmentID], Browser) {
        let world = try await WebWorld()
        let ids = [try await world.enrol("amina"), try await world.enrol("odd")]
        try await world.live(until: "2026-03-20T10:00")
        return (world, ids, try await world.browser("hr"))
    }

    /// Each step with how it stands and its due day.
    private func shownPlan(_ world: WebWorld, _ id: EnrolmentID) throws -> [String] {
        try world.installation.enrolment(id).steps.map { step in
            "\(step.step.id) \(step.status) \(step.dueDay?.description ?? "")"
        }
    }

    private func preview(_ browser: Browser, _ query: String) async throws -> Browser.Answer {
        for _ in 0..<200 {
            let answer = try await browser.get("\(path)?\(query)")
            if !answer.text.contains("http-equiv=\"refresh\"") { return answer }
        }
        throw Missing()
    }

    @Test("HR sees what a move would do to each, starts it, follows it and takes it back")
    func migration() async throws {
        let (world, ids, hr) = try await begin()
        _ = try await world.publishSecond()
        let before = try ids.map { try world.enrolment($0) }
        let plans = try ids.map { try shownPlan(world, $0) }
        let shown = try await preview(hr, "to=2&unit.ward=1")
        #expect(shown.status == 200)
        #expect(try ids.map { try world.enrolment($0) } == before)
        #expect(shown.text.contains("2 personer får planen endret."))
        #expect(shown.readable.contains("Amina Yusuf"))
        #expect(shown.readable.contains("Brann <script>øvelse"))
        #expect(!shown.text.contains("<script"))
        #expect(shown.text.contains("/programmes/oslo-onboarding/versions/1/2"))

        let started = try await hr.submit(shown, to: path)
        #expect(started.status == 303)
        let act = try started.act
        // The same form again is the same act.
        #expect(try await hr.submit(shown, to: path)["location"] == started["location"])
        #expect(try world.installation.bulkActs().count == 1)
        let running = try await hr.get("/acts/\(act)")
        #expect(running.text.contains("http-equiv=\"refresh\""))
        #expect(running.text.contains("<progress max=\"2\" value=\"0\""))
        #expect(running.form("/acts/\(act)/undo") == nil)
        #expect(try await world.finish(act).done == 2)
        for id in ids {
            #expect(try world.installation.enrolment(id).versionNumber == 2)
            let lines = try world.installation.enrolment(id).steps.map(\.step.id)
            #expect(lines.contains("fire-drill"))
        }
        let done = try await hr.get("/acts/\(act)")
        #expect(!done.text.contains("http-equiv=\"refresh\""))
        #expect(done.text.contains("2 planer er endret."))

        let undone = try await hr.submit(done, to: "/acts/\(act)/undo")
        #expect(undone.status == 303)
        #expect(try await world.finish(try undone.act).done == 2)
        for (id, old) in zip(ids, plans) {
            #expect(try shownPlan(world, id) == old)
            #expect(try world.installation.enrolment(id).versionNumber == 1)
        }
        #expect(try await hr.get("/acts/\(act)").form("/acts/\(act)/undo") == nil)
        let again = try await hr.submit(done, to: "/acts/\(act)/undo")
        #expect(again["location"] == undone["location"])
    }

    @Test("Those who cannot move are listed with the reason, before and after")
    func refused() async throws {
        let (world, ids, hr) = try await begin()
        _ = try await world.publishThird()
        let shown = try await preview(hr, "to=2")
        #expect(shown.text.contains("2 personer kan ikke endres"))
        #expect(shown.readable.contains("«Nattevakter»"))
        // With nobody to move there is nothing to start.
        #expect(shown.form(path) == nil)
        let form = try need(try await hr.get("/settings/mail").form("/settings/mail"))
        let started = try await hr.post(path, form.merging(["to": "2"]) { $1 })
        let act = try started.act
        #expect(try await world.finish(act).refused == 2)
        let page = try await hr.get("/acts/\(act)")
        #expect(page.text.contains("2 planer kunne ikke endres."))
        #expect(page.readable.contains("Amina Yusuf"))
        #expect(page.readable.contains("«Nattevakter»"))
        try await world.speak("en", "hr")
        #expect(try await hr.get("/acts/\(act)").readable.contains("Night shifts"))
        for id in ids { #expect(try world.installation.enrolment(id).versionNumber == 1) }
    }

    @Test("HR moves nobody outside their own units, whatever the form says")
    func units() async throws {
        let (world, ids, _) = try await begin()
        let version = try await world.publishSecond()
        let tables: [(ImportKind, String)] = [
            (
                .people,
                """
                id,name,email,private-email,language,unit,digest
                home-hr,Vidar Ness,vidar@example.org,,nb,city,

                """
            ),
            (
                .units,
                """
                id,name,kind,parent,manager,hr
                home,Avdeling Eik,ward,city,leader,home-hr

                """
            ),
        ]
        _ = try await world.installation.importTables(
            tables.map { ImportTable(kind: $0, file: "\($0).csv", bytes: Array($1.utf8)) },
            dryRun: false)
        let other = try await world.browser("home-hr")
        for query in ["to=2", "to=2&unit.ward=1", "to=2&unit.city=1", "to=2&unit.home=1"] {
            let shown = try await preview(other, query)
            #expect(shown.text.contains("0 personer får planen endret."), "\(query)")
            #expect(!shown.text.contains("Amina"))
        }
        let form = try need(try await other.get("/settings/mail").form("/settings/mail"))
        let fields = form.merging(["to": "2", "unit.ward": "1", "unit.city": "1"]) { $1 }
        let act = try await other.post(path, fields).act
        #expect(try await world.finish(act).total == 0)
        for id in ids { #expect(try world.installation.enrolment(id).versionNumber == 1) }
        #expect(version.number == 2)
        for to in ["0", "9", "x", "-1", ""] {
            let answer = try await other.get("\(path)?to=\(to)")
            #expect(answer.status == 404, "\(to)")
        }
    }

    @Test("People are shown page by page, those who cannot move first")
    func paging() async throws {
        let world = try await WebWorld()
        var table = "id,name,email,private-email,language,unit,digest\n"
        for number in 10..<70 { table += "p\(number),Person \(number),,,nb,ward,\n" }
        _ = try await world.installation.importTables(
            [ImportTable(kind: .people, file: "people.csv", bytes: Array(table.utf8))],
            dryRun: false)
        for number in 10..<70 { _ = try await world.enrol(PersonID("p\(number)")) }
        _ = try await world.publishSecond()
        let hr = try await world.browser("hr")
        var names: Set<String> = []
        for page in 1...3 {
            let shown = try await preview(hr, "to=2&page=\(page)")
            #expect(shown.text.contains("60 personer får planen endret."))
            let found = shown.text.matches(of: #/<h3>(Person [0-9]+)<\/h3>/#).map {
                String($0.output.1)
            }
            #expect(found.count == (page < 3 ? 25 : 10))
            names.formUnion(found)
            #expect(shown.text.contains("Side \(page) av 3"))
        }
        #expect(names.count == 60)
    }

    @Test("Somebody away has another act for all whom they follow up, and comes back")
    func absence() async throws {
        let (world, ids, _) = try await begin()
        let leader = try await world.browser("leader")
        let fields = [
            "from": "2026-03-20", "until": "2026-04-03", "person": "sol@example.org",
            "reason": "Ferie <b>i</b> fjellet",
        ]
        let address = "/me/absence/cover"
        let before = try ids.map { try world.events($0) }
        let page = try await leader.get("/me/absence")
        let shown = try await leader.submit(page, to: "\(address)/preview", fields)
        #expect(shown.status == 200)
        #expect(try ids.map { try world.events($0) } == before)
        #expect(shown.text.contains("Det gjelder 2 personer."))
        #expect(shown.text.contains("Ferie &lt;b&gt;"))
        let started = try await leader.submit(shown, to: address)
        #expect(started.status == 303)
        #expect(try await leader.submit(shown, to: address)["location"] == started["location"])
        #expect(try await world.finish(try started.act).done == 2)
        try await world.live(until: "2026-03-23T10:00")
        for id in ids { #expect(try world.enrolment(id).standIn(for: .lineManager) == "stranger") }
        // Away, the leader sees and does not act.
        let away = try await world.browser("leader")
        #expect(try await away.get(try need(started["location"])).status == 200)
        #expect(try await away.get("/enrolments/\(ids[0])").status == 200)
        #expect(try await away.get("/enrolments/\(ids[0])/change").status == 404)
        try await world.live(until: "2026-04-07T10:00")
        for id in ids { #expect(try world.enrolment(id).standIn(for: .lineManager) == nil) }
    }

    @Test("A leader who leaves hands everything over at once")
    func handOver() async throws {
        let (world, ids, _) = try await begin()
        let leader = try await world.browser("leader")
        let address = "/me/absence/hand-over"
        let shown = try await leader.submit(
            try await leader.get("/me/absence"), to: "\(address)/preview",
            ["person": "stranger", "reason": "Ny jobb"])
        #expect(shown.text.contains("Det gjelder 2 personer."))
        let act = try await leader.submit(shown, to: address).act
        #expect(try await world.finish(act).done == 2)
        for id in ids { #expect(try world.enrolment(id).roles[.lineManager] == "stranger") }
        #expect(try await leader.get("/me/absence").status == 404)
        // A buddy may be away, and hands nothing over by themselves.
        let buddy = try await world.browser("buddy")
        let page = try await buddy.get("/me/absence")
        #expect(page.form("/me/absence/cover/preview") != nil)
        #expect(page.form("\(address)/preview") == nil)
    }

    @Test("What is wrong about an absence is told beside the field, and all of it is kept")
    func absenceFaults() async throws {
        let (world, ids, _) = try await begin()
        let leader = try await world.browser("leader")
        let before = try ids.map { try world.events($0) }
        let good = ["from": "2026-03-20", "until": "2026-04-03", "person": "stranger"]
        for (field, value) in [
            ("from", "snart"), ("until", "2026-03-01"), ("until", ""), ("person", "Ingen <her>"),
            ("person", "leader"), ("person", ""),
        ] {
            let fields = good.merging([field: value, "reason": "Ferie & fri"]) { $1 }
            for address in ["/me/absence/cover/preview", "/me/absence/cover"] {
                let page = try await leader.get("/me/absence")
                let form = try need(page.form("/me/absence/cover/preview"))
                let answer = try await leader.post(address, form.merging(fields) { $1 })
                #expect(answer.status == 422, "\(field) \(value)")
                #expect(answer.text.contains("id=\"cover-\(field)-fault\""), "\(field) \(value)")
                #expect(answer.text.contains("Ferie &amp; fri"))
                #expect(!answer.text.contains("<her>"))
            }
        }
        #expect(try ids.map { try world.events($0) } == before)
        #expect(try world.installation.bulkActs().isEmpty)
    }

    @Test("HR sees on the programme's page what many plans change alike")
    func suggestions() async throws {
        let world = try await WebWorld()
        var table = "id,name,email,private-email,language,unit,digest\n"
        for number in 1...4 { table += "p\(number),Person \(number),,,nb,ward,\n" }
        _ = try await world.installation.importTables(
            [ImportTable(kind: .people, file: "people.csv", bytes: Array(table.utf8))],
            dryRun: false)
        for number in 1...4 {
            let id = try await world.enrol(PersonID("p\(number)"))
            if number == 4 { continue }
            _ = try await world.installation.act(
                .tailor(
                    .skip("medicines-course"), by: "leader", approvedBy: "leader", reason: "x"),
                on: id, by: .person("leader"))
        }
        let page = "/programmes/oslo-onboarding"
        let sentence = "3 av 4 planer er uten «Kurs i legemiddelhåndtering»."
        #expect(try await world.browser("hr").get(page).readable.contains(sentence))
        #expect(!(try await world.browser("leader").get(page).readable.contains(sentence)))
        #expect(!(try await world.browser().get(page).readable.contains(sentence)))
    }
}
