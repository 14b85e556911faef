import CivilCalendar
import Engine
import Operations
import Testing

@testable import Web

@Suite struct HistoryTests {
    private let secret = "Hemmelig <script>grunn</script>"

    /// A year's worth of changes, each with a reason.
    private func begin() async throws -> (WebWorld, EnrolmentID) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let may = try need(CivilDay("2026-05-04"))
        let today = try need(CivilDay("2026-03-20"))
        let commands: [Command] = [
            .moveAnchor("first-day", to: try need(CivilDay("2026-03-03")), reason: secret),
            .changeFact("contract-percentage", to: .number(60), reason: secret),
            .tailor(
                .move("medicines-course", due: may), by: "leader", approvedBy: "leader",
                reason: secret),
            .tailor(
                .add(
                    OwnStep(
                        title: LocalizedText([.bokmål: "Hospitere <i>her</i>"]),
                        actors: ["participant"], due: may), after: nil),
                by: "leader", approvedBy: "leader", reason: secret),
            .handOver("buddy", to: "stranger", reason: secret),
            .arrangeCover(
                "line-manager", by: "hr", from: may, until: may.adding(days: 3), reason: secret),
            .pause(on: today, reason: secret), .resume(on: today),
            .extend(from: today, by: Offset(months: 1), reason: secret),
        ]
        for command in commands {
            _ = try await world.installation.act(command, on: amina, by: .person("leader"))
        }
        let number = try need(try world.enrolment(amina).edits.last?.number)
        _ = try await world.installation.act(
            .withdrawEdit(number, by: "leader", reason: secret), on: amina, by: .person("leader"))
        return (world, amina)
    }

    @Test("Those who lead read all of it: what, by whom, when and under which version")
    func all() async throws {
        let (world, amina) = try await begin()
        let leader = try await world.browser("leader")
        let path = "/enrolments/\(amina)/history"
        var text = ""
        for page in 1...4 { text += try await leader.get("\(path)?page=\(page)").readable }
        let entries = try world.installation.history(of: amina)
        #expect(entries.count > 50)
        #expect(text.components(of: "versjon 1</span>") == entries.count)
        #expect(text.contains(secret))
        #expect(text.contains(" er 60 fra "))
        // The own step has its name also after it was taken back.
        #expect(text.contains("Hospitere <i>her</i>"))
        let raw = try await leader.get(path).text
        #expect(!raw.contains("<script") && !raw.contains("<i>"))
        let edit = try need(try world.enrolment(amina).edits.first)
        #expect(raw.contains("/change/withdraw?edit=\(edit.number)"))
    }

    @Test("Everybody else sees what their other pages show: no reasons, facts or reminders")
    func participants() async throws {
        let (world, amina) = try await begin()
        for person in ["amina", "stranger"] {
            let browser = try await world.browser(PersonID(person))
            var text = ""
            for page in 1...4 {
                text += try await browser.get("/enrolments/\(amina)/history?page=\(page)").readable
            }
            text += try await browser.get(
                "/enrolments/\(amina)/steps/medicines-course/history").readable
            #expect(!text.contains("Hemmelig"), "\(person)")
            #expect(!text.contains("er 60 fra"), "\(person)")
            #expect(!text.contains("åminnelse"), "\(person)")
            #expect(!text.contains("/change/"), "\(person)")
            // Somebody who is to stand in later is not shown on the enrolment's page either.
            #expect(!text.contains("Øyvind Lunde skal være"), "\(person)")
            #expect(text.contains("Kari Berge flyttet "), "\(person)")
            #expect(text.contains("Satt på pause fra"), "\(person)")
        }
    }

    @Test("A word that was taken back is not told to the others")
    func withdrawnWord() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let talk: StepID = "expectation-clarification"
        let today = world.installation.nowCivil.day
        for affirms in [false, true] {
            _ = try await world.installation.act(
                .sign(talk, by: "amina", affirms: affirms, on: today), on: amina,
                by: .person("amina"))
        }
        let path = "/enrolments/\(amina)/steps/\(talk)/history"
        let leader = try await world.browser("leader").get(path).readable
        let buddy = try await world.browser("buddy").get(path).readable
        #expect(leader.contains("ikke var gjort") && leader.contains("ble gjort"))
        #expect(!buddy.contains("ikkje var gjort"))
        #expect(buddy.contains("sa at "))
    }

    @Test("A step's history is its own, and goes on under a new name")
    func step() async throws {
        let (world, amina) = try await begin()
        let leader = try await world.browser("leader")
        let plan = "/enrolments/\(amina)"
        let page = try await leader.get("\(plan)/steps/medicines-course/history").readable
        #expect(page.contains("Kari Berge flyttet Kurs i legemiddelhåndtering"))
        #expect(!page.contains("Hospitere"))
        #expect(page.contains("4. mai 2026"))
        let renamed = try await world.publish([
            ("      - step: expectation-clarification\n",
                "      - step: expectations\n        renamed-from: expectation-clarification\n"),
            (
                ", tour-and-colleagues, expectation-clarification]",
                ", tour-and-colleagues, expectations]"
            ),
        ])
        let act = try await world.installation.startBulk(
            .migrate("oslo-onboarding", to: renamed.hash), units: [], by: .person("hr"))
        #expect(try await world.finish(act).done == 1)
        let new = try await leader.get("\(plan)/steps/expectations/history")
        #expect(new.status == 200)
        let events = try world.installation.history(of: amina).filter {
            $0.event.step == "expectation-clarification" || $0.event.step == "expectations"
        }
        #expect(events.contains { $0.event.step == "expectation-clarification" })
        #expect(new.text.components(of: "<li>") >= events.count)
        #expect(!new.text.contains(">expectation-clarification "))
        #expect(
            try await leader.get("\(plan)/steps/expectation-clarification/history").status == 404)
    }
}

extension String {
    /// How often a text stands in it.
    func components(of part: String) -> Int { split(separator: part).count - 1 }
}
