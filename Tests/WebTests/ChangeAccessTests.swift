import CivilCalendar
import Engine
import Operations
import Testing

@testable import Web

@Suite struct ChangeAccessTests {
    /// Amina's enrolment with everything that the pages name: a change of the plan, a cover that
    /// has begun, two versions and an act on many that HR began.
    private func begin() async throws -> (WebWorld, EnrolmentID, act: String) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        _ = try await world.publishSecond()
        let cover = Command.arrangeCover(
            "line-manager", by: "deputy", from: try need(CivilDay("2026-03-20")),
            until: try need(CivilDay("2026-04-10")), reason: "Ferie")
        let table = """
            id,name,email,private-email,language,unit,digest
            deputy,Dina Vik,dina@example.org,,nb,ward,
            ward-hr,Vidar Ness,vidar@example.org,,nb,ward,

            """
        let units = """
            id,name,kind,parent,manager,hr
            ward,Avdeling Bjørk,ward,city,leader,
            home,Avdeling Eik,ward,city,leader,ward-hr

            """
        let report = try await world.installation.importTables(
            [
                ImportTable(kind: .people, file: "people.csv", bytes: Array(table.utf8)),
                ImportTable(kind: .units, file: "units.csv", bytes: Array(units.utf8)),
            ], dryRun: false)
        if !report.isApplied { throw Missing() }
        _ = try await world.installation.act(cover, on: amina, by: .person("leader"))
        try await world.live(until: "2026-03-23T10:00")
        let version = try world.installation.version(of: "oslo-onboarding", number: 2)
        let act = try await world.installation.startBulk(
            .migrate("oslo-onboarding", to: version.hash), units: ["ward"], by: .person("hr"))
        _ = try await world.finish(act)
        return (world, amina, act)
    }

    @Test("Each role sees the pages of change that are its own, and of no others that they are")
    func table() async throws {
        let (world, amina, act) = try await begin()
        let plan = "/enrolments/\(amina)"
        let people: [PersonID?] = [
            nil, "amina", "leader", "deputy", "buddy", "director", "hr", "ward-hr", "stranger",
        ]
        // The leader is away and the deputy acts; the director is the leader's leader.
        let changers = [403, 404, 404, 200, 404, 200, 200, 404, 404]
        let involved = [403, 200, 200, 200, 200, 200, 200, 404, 404]
        let asHR = [403, 404, 404, 404, 404, 404, 200, 200, 404]
        let actors = [403, 404, 404, 404, 404, 404, 200, 404, 404]
        let all = people.map { _ in 200 }
        var rows: [(path: String, statuses: [Int])] = [
            ("\(plan)/history", involved),
            ("\(plan)/steps/medicines-course/history", involved),
            ("\(plan)/steps/none/history", [403] + people.dropFirst().map { _ in 404 }),
            ("\(plan)/change", changers),
            ("\(plan)/change/none", [403] + people.dropFirst().map { _ in 404 }),
            ("/enrolments/e0/change", [403] + people.dropFirst().map { _ in 404 }),
            ("/programmes/oslo-onboarding/versions", all),
            ("/programmes/oslo-onboarding/versions/1/2", all),
            ("/programmes/oslo-onboarding/versions/1/9", people.map { _ in 404 }),
            ("/programmes/none/versions", people.map { _ in 404 }),
            ("/programmes/oslo-onboarding/migration", asHR),
            ("/programmes/oslo-onboarding/migration?to=2", asHR),
            ("/programmes/none/migration", [403] + people.dropFirst().map { _ in 404 }),
            ("/acts/\(act)", actors),
            ("/acts/none", [403] + people.dropFirst().map { _ in 404 }),
            ("/me/absence", [403, 404, 200, 200, 200, 200, 200, 404, 404]),
        ]
        let kinds = [
            "date", "leave", "more-time", "stop", "complete", "hand-over", "cover", "end-cover",
            "skip-step", "add-step", "replace-step", "move-step", "fact?fact=profession",
        ]
        rows += kinds.map { ("\(plan)/change/\($0)", changers) }
        try await world.expectStatuses(rows, of: people)
    }

    @Test("Nobody but those who may can send the forms of change, with a token of their own")
    func forms() async throws {
        let (world, amina, act) = try await begin()
        let plan = "/enrolments/\(amina)"
        let people: [PersonID] = [
            "amina", "leader", "deputy", "buddy", "director", "hr", "ward-hr", "stranger",
        ]
        let may: [(path: String, people: Set<PersonID>)] = [
            ("\(plan)/change/leave/preview", ["deputy", "director", "hr"]),
            ("\(plan)/change/leave", ["deputy", "director", "hr"]),
            ("/programmes/oslo-onboarding/migration", ["hr", "ward-hr"]),
            ("/acts/\(act)/undo", ["hr"]),
            ("/me/absence/cover/preview", ["leader", "deputy", "buddy", "director", "hr"]),
            ("/me/absence/cover", ["leader", "deputy", "buddy", "director", "hr"]),
            ("/me/absence/hand-over/preview", ["leader", "deputy"]),
        ]
        let events = try world.events(amina)
        for person in people {
            let browser = try await world.browser(person)
            let token = try need(try await browser.get("/settings/mail").form("/settings/mail"))
            for (path, allowed) in may {
                let foreign = try await browser.post(path, ["key": "k"])
                #expect(foreign.status == 403, "\(person) at \(path) without a token")
                if allowed.contains(person) { continue }
                let answer = try await browser.post(path, token)
                #expect(answer.status == 404, "\(person) at \(path)")
            }
        }
        #expect(try world.events(amina) == events)
        #expect(try world.installation.bulkActs().count == 1)
    }

    @Test("Links to what is new stand where the reader may follow them")
    func links() async throws {
        let (world, amina, _) = try await begin()
        let plan = "/enrolments/\(amina)"
        for (person, may) in [("deputy", true), ("leader", false), ("amina", false)] {
            let page = try await world.browser(PersonID(person)).get(plan)
            #expect(page.text.contains("href=\"\(plan)/change\"") == may, "\(person)")
            #expect(page.text.contains("href=\"\(plan)/history\""))
            let cover = page.readable.replacing(" (deg)", with: "")
            #expect(cover.contains("Dina Vik, for Kari Berge til og med"), "\(person)")
            let step = try await world.browser(PersonID(person)).get(
                "\(plan)/steps/medicines-course")
            #expect(step.text.contains("href=\"\(plan)/steps/medicines-course/history\""))
        }
        for (person, may) in [("hr", true), ("leader", false)] {
            let page = try await world.browser(PersonID(person)).get("/programmes/oslo-onboarding")
            #expect(page.text.contains("/migration\"") == may, "\(person)")
            #expect(page.text.contains("/programmes/oslo-onboarding/versions\""))
        }
        #expect(try await world.browser("leader").get("/follow").text.contains("\"/me/absence\""))
        #expect(!(try await world.browser("amina").get("/me").text.contains("\"/me/absence\"")))
    }
}
