import CivilCalendar
import Engine
import Operations
import Support
import Testing

@testable import Web

@Suite struct ChangeGoldenTests {
    @Test("The pages of change as they were read and found right", arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        for person in ["leader", "hr", "amina"] as [PersonID] {
            try await world.speak(language, person)
        }
        _ = try await world.installation.act(
            .tailor(
                .skip("medicines-course"), by: "leader", approvedBy: "leader", reason: "Har det"),
            on: amina, by: .person("leader"))
        _ = try await world.publishSecond()
        let plan = "/enrolments/\(amina)"
        let leader = try await world.browser("leader")
        let hr = try await world.browser("hr")
        let newcomer = try await world.browser("amina")
        func expect(_ answer: Browser.Answer, _ name: String) {
            #expect(answer.status == 200, "\(name)")
            let text = answer.stable.replacing(amina.rawValue, with: "ENROLMENT")
                .replacing(#/acts\/a[0-9a-z-]+/#, with: "acts/ACT")
            expectGolden(text, "\(language)/\(name).html")
        }
        expect(try await leader.get("\(plan)/change"), "changes")
        for kind in ChangeKind.allCases where kind != .comeBack && kind != .endCover {
            let query = kind == .fact ? "?fact=profession" : ""
            expect(
                try await leader.get("\(plan)/change/\(kind.rawValue)\(query)"),
                "change-\(kind.rawValue)")
        }
        let form = try await leader.get("\(plan)/change/date")
        expect(
            try await leader.submit(
                form, to: "\(plan)/change/date/preview",
                ["anchor": "first-day", "day": "2026-03-09", "reason": "Sykdom"]), "preview")
        expect(try await leader.get("\(plan)/history"), "history")
        expect(try await newcomer.get("\(plan)/history"), "history-newcomer")
        expect(
            try await leader.get("\(plan)/steps/medicines-course/history"), "history-step")
        expect(try await hr.get("/programmes/oslo-onboarding"), "programme-hr")
        expect(try await hr.get("/programmes/oslo-onboarding/versions"), "versions")
        expect(try await hr.get("/programmes/oslo-onboarding/versions/1/2"), "difference")
        expect(try await leader.get("/me/absence"), "absence")
        let absence = [
            "from": "2026-03-23", "until": "2026-04-03", "person": "Sol Strand", "reason": "",
        ]
        expect(
            try await leader.submit(
                try await leader.get("/me/absence"), to: "/me/absence/cover/preview", absence),
            "absence-preview")
        let migration = "/programmes/oslo-onboarding/migration"
        expect(try await hr.get(migration), "migration")
        var shown = try await hr.get("\(migration)?to=2")
        while shown.text.contains("http-equiv=\"refresh\"") {
            shown = try await hr.get("\(migration)?to=2")
        }
        expect(shown, "migration-preview")
        let started = try await hr.submit(shown, to: migration)
        let act = try started.act
        expect(try await hr.get("/acts/\(act)"), "act-running")
        _ = try await world.finish(act)
        expect(try await hr.get("/acts/\(act)"), "act")
    }
}
