import CivilCalendar
import Delivery
import Engine
import Operations
import Support
import Testing

@testable import Web

@Suite struct EntranceGoldenTests {
    @Test(
        "The ways in and the acts from mails, as they were read and found right",
        arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        for person in ["leader", "amina"] as [PersonID] {
            try await world.speak(language, person)
        }
        let visitor = try await world.browser()
        func expect(_ answer: Browser.Answer, _ name: String, _ status: Int = 200) {
            #expect(answer.status == status, "\(name)")
            let text = answer.stable
                .replacing(#/(signin|a|l)\/[a-z0-9.-]{64,}/#) { "\($0.output.1)/TOKEN" }
                .replacing(amina.rawValue, with: "ENROLMENT")
            expectGolden(text, "\(language)/entrance/\(name).html")
        }
        let lang = "lang=\(language)"
        expect(try await visitor.get("/?\(lang)"), "start")
        let form = try await visitor.get("/signin?to=%2Fme%2Fabsence")
        expect(form, "sign-in")
        expect(
            try await visitor.submit(form, to: "/signin", ["email": "kari"]), "sign-in-fault",
            422)
        expect(try await visitor.get("/signin/sent"), "sent")
        _ = try await visitor.submit(form, to: "/signin", ["email": "kari@example.org"])
        try await world.courier.deliverAll()
        let mail = try need(world.mail.sent.last)
        let path = String(try need(mail.text.firstMatch(of: #/(/signin/[0-9a-f]{64})/#)).output.1)
        let enter = try await visitor.get(path)
        expect(enter, "enter")
        expect(try await (try await world.browser("amina")).get(path), "enter-instead")
        _ = try await (try await world.browser()).submit(enter, to: path)
        expect(try await visitor.get("/l/x"), "bad-link", 410)

        let step = "expectation-clarification"
        let reading = try await world.browser()
        _ = try await reading.get("/l/\(world.link("leader", amina, StepID(step)))")
        expect(try await reading.get("/enrolments/\(amina)/steps/\(step)"), "step-by-link")
        expect(try await reading.get("/me"), "rest", 403)
        let other = try await world.browser("leader")
        expect(try await other.get("/l/\(world.link("amina", amina))"), "other")
        _ = try await visitor.submit(try await visitor.get(path), to: path)
        expect(try await (try await world.browser()).get("\(path)?\(lang)"), "used", 410)
        try await acts(world, amina) { expect($0, $1, $2) }
    }

    private func acts(
        _ world: WebWorld, _ amina: EnrolmentID,
        _ expect: (Browser.Answer, String, Int) -> Void
    ) async throws {
        let visitor = try await world.browser()
        func path(_ act: MailAct, _ step: StepID) -> String {
            let link = ActLink(
                person: "leader", enrolment: amina, step: step, act: act,
                expires: world.clock.now().seconds + ActLink.lifetimeSeconds)
            return "/a/\(link.token(world.installation.settings.secret))"
        }
        let talk: StepID = "expectation-clarification"
        for act in [MailAct.done, .time] {
            expect(try await visitor.get(path(act, talk)), "act-\(act.rawValue)", 200)
        }
        expect(try await visitor.get(path(.skip, "meet-resource-persons")), "act-skip", 200)
        let done = try await visitor.get(path(.done, talk))
        expect(
            try await visitor.submit(done, to: path(.done, talk), ["day": "soon"]),
            "act-fault", 422)
        expect(
            try await visitor.submit(done, to: path(.done, talk), ["day": "2026-03-16"]),
            "act-receipt", 200)
        expect(try await visitor.get(path(.done, talk)), "act-already", 200)
        _ = try await world.installation.act(
            .sign(talk, by: "amina", affirms: true, on: try need(CivilDay("2026-03-16"))),
            on: amina, by: .person("amina"))
        expect(try await visitor.get(path(.time, talk)), "act-over", 410)
    }
}
