import CivilCalendar
import Delivery
import Engine
import Foundation
import HTTPTypes
import NIOCore
import Operations
import Testing

@testable import Web

@Suite struct MailActTests {
    private let talk: StepID = "expectation-clarification"

    private func begin() async throws -> (WebWorld, EnrolmentID) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        return (world, amina)
    }

    /// The links to acts in a mail: each is in the text and, as a link, in the HTML.
    private func acts(_ world: WebWorld, in mail: MailMessage) -> [(link: ActLink, path: String)] {
        mail.text.matches(of: #/http://ombord\.example(/a/([^\s]+))\n/#).compactMap { match in
            #expect(mail.html.contains("href=\"http://ombord.example\(match.output.1)\""))
            let link = ActLink(
                token: String(match.output.2), secret: world.installation.settings.secret,
                now: world.clock.now())
            return link.map { ($0, String(match.output.1)) }
        }
    }

    /// The newest link of an act on a step that a mail to somebody has.
    private func path(
        _ world: WebWorld, _ person: PersonID, _ act: MailAct, _ step: StepID? = nil
    ) throws -> String {
        let all = world.mail.sent.flatMap { acts(world, in: $0) }
        return try need(
            all.last {
                $0.link.person == person && $0.link.act == act && $0.link.step == step ?? talk
            }
        ).path
    }

    private func count(_ world: WebWorld, _ id: EnrolmentID) throws -> Int {
        try need(try world.installation.enrolmentView(id, for: "amina")).enrolment.eventCount
    }

    private func step(_ world: WebWorld, _ id: EnrolmentID) throws -> StepExplanation {
        try need(
            try world.installation.enrolmentView(id, for: "amina")?.steps.first {
                $0.step.id == talk
            })
    }

    private func press(
        _ browser: Browser, _ path: String, _ fields: [String: String] = [:]
    ) async throws -> Browser.Answer {
        let page = try await browser.get(path)
        #expect(page.status == 200)
        return try await browser.submit(page, to: path, page.values.merging(fields) { $1 })
    }

    @Test("That a talk was held is confirmed from its mail, by each party, with one button")
    func held() async throws {
        let (world, amina) = try await begin()
        let mine = try path(world, "leader", .done)
        let before = try count(world, amina)
        let browser = try await world.browser()
        let page = try await browser.get(mine)
        for _ in 0..<3 {
            #expect(try await browser.send(.head, mine, [:], .init()).status == 200)
            _ = try await browser.get(mine)
        }
        #expect(try count(world, amina) == before)
        let main = try need(page.text.split(separator: "<main").last).split(separator: "</main")[0]
        #expect(main.matches(of: #/<button/#).count == 1)
        // The day for which it was agreed.
        #expect(page.values["day"] == "2026-03-16")
        #expect(page.text.contains("Amina Yusuf får beskjed"))

        let receipt = try await press(browser, mine)
        #expect(receipt.status == 200)
        #expect(receipt.text.contains("Vi har registrert at dere møttes mandag 16. mars 2026."))
        #expect(receipt.text.contains("Amina Yusuf får beskjed"))
        #expect(receipt.form(mine) == nil)
        #expect(browser.cookies.isEmpty)
        #expect(
            try step(world, amina).record.signatures
                == [
                    Signature(
                        role: .lineManager, person: "leader", affirms: true,
                        on: try need(CivilDay("2026-03-16")))
                ])
        // Once more, and by the same form: nothing happens twice.
        let after = try count(world, amina)
        let again = try await browser.submit(page, to: mine, page.values)
        #expect(again.status == 200)
        #expect(again.text.contains("Du har alt svart."))
        #expect(try await browser.get(mine).text.contains("Du har alt svart."))
        #expect(try count(world, amina) == after)

        // The other party gets a mail with the same link for themselves.
        try await world.live(until: "2026-03-23T10:00")
        let request = try need(
            world.mail.sent.last { $0.subject.hasPrefix("Bekreft: Forventningssamtale") })
        #expect(acts(world, in: request).map(\.link.act) == [.done])
        let theirs = try path(world, "amina", .done)
        #expect(try await press(try await world.browser(), theirs).status == 200)
        #expect(try step(world, amina).status == .done)
    }

    @Test("Another time is agreed from the mail, and the others get a new invitation")
    func time() async throws {
        let (world, amina) = try await begin()
        let mine = try path(world, "leader", .time)
        let browser = try await world.browser()
        let page = try await browser.get(mine)
        #expect(page.values["day"].flatMap { CivilDay($0) } ?? .init(number: 0) >= world.today)
        let fields = ["day": "2026-03-27", "clock": "14:30", "minutes": "45", "place": "Rom <2>"]
        let receipt = try await press(browser, mine, fields)
        #expect(receipt.status == 200)
        #expect(receipt.text.contains("Ny tid er fredag 27. mars 2026 kl. 14.30."))
        let invitation = try need(try step(world, amina).record.invitation)
        #expect(invitation.startsAt == CivilMoment("2026-03-27T14:30"))
        #expect(invitation.place == "Rom <2>" && invitation.isAgreed)
        try await world.courier.deliverAll()
        let mail = try need(world.mail.sent.last { "\($0.to.address)" == "amina@example.org" })
        #expect(mail.subject.contains("27. mars 2026 kl. 14.30"))
        #expect(mail.invitation != nil)
        // The same form twice books once; another time books anew.
        let form = try await browser.get(mine)
        let before = try count(world, amina)
        let next = form.values.merging(["day": "2026-03-30", "clock": "10:00"]) { $1 }
        #expect(try await browser.submit(form, to: mine, next).status == 200)
        let after = try count(world, amina)
        #expect(after > before)
        #expect(try await browser.submit(form, to: mine, next).status == 200)
        #expect(try count(world, amina) == after)
        let other = next.merging(["day": "2026-03-31"]) { $1 }
        #expect(try await browser.submit(form, to: mine, other).status == 409)
        #expect(try count(world, amina) == after)
    }

    @Test("Why a step is not relevant is said from the mail, where its reader may say so")
    func skip() async throws {
        let (world, amina) = try await begin()
        try await world.live(until: "2026-04-20T10:00")
        let all = world.mail.sent.flatMap { acts(world, in: $0) }
        let link = try need(all.last { $0.link.act == .skip })
        #expect(link.link.person == "leader")
        let browser = try await world.browser()
        let empty = try await press(browser, link.path, ["reason": "  "])
        #expect(empty.status == 422)
        #expect(empty.text.contains("aria-invalid=\"true\""))
        let answer = try await press(browser, link.path, ["reason": "Har det fra før"])
        #expect(answer.status == 200)
        let view = try need(try world.installation.enrolmentView(amina, for: "leader"))
        let record = view.enrolment.record(link.link.step)
        #expect(record.status == .skipped && record.reason == "Har det fra før")
        let later = try await browser.get(link.path)
        #expect(later.status == 410)
        #expect(later.form(link.path) == nil)
    }

    @Test("What cannot be used is told beside its field, and what was written stands")
    func faults() async throws {
        let (world, amina) = try await begin()
        let before = try count(world, amina)
        let browser = try await world.browser()
        let done = try path(world, "leader", .done)
        let time = try path(world, "leader", .time)
        let rows: [(path: String, fields: [String: String], field: String)] = [
            (done, ["day": "i går"], "day"), (done, ["day": "2026-03-21"], "day"),
            (done, ["day": ""], "day"), (time, ["day": "<b>"], "day"),
            (time, ["clock": "halv ni"], "clock"), (time, ["minutes": "4"], "minutes"),
            (time, ["minutes": "mange"], "minutes"),
        ]
        for row in rows {
            let answer = try await press(browser, row.path, row.fields)
            #expect(answer.status == 422, "\(row.fields)")
            #expect(answer.text.contains("id=\"act-\(row.field)-fault\""), "\(row.fields)")
            #expect(answer.text.matches(of: #/aria-invalid/#).count == 1)
            #expect(!answer.text.contains("<b>"))
        }
        let past = try await press(browser, time, ["day": "2026-03-02", "clock": "09:00"])
        #expect(past.status == 422)
        #expect(past.text.contains("role=\"alert\""))
        #expect(past.text.contains("value=\"2026-03-02\""))
        #expect(try count(world, amina) == before)
    }

    @Test("A link that was altered, is another's kind, has expired or been ended does nothing")
    func dead() async throws {
        let (world, amina) = try await begin()
        let before = try count(world, amina)
        let mine = try path(world, "leader", .done)
        let token = String(mine.dropFirst(3))
        let browser = try await world.browser()
        let altered = [
            token.replacing(".done.", with: ".skip."), token.replacing("leader.", with: "hr."),
            token.replacing(talk.rawValue, with: "fire-drill"), token + "0", "x", ".....",
            world.link("leader", amina, talk),
        ]
        let key = ["key": "k", "day": "2026-03-16"]
        for other in altered {
            #expect(other != token)
            #expect(try await browser.get("/a/\(other)").status == 410, "\(other)")
            #expect(try await browser.post("/a/\(other)", key).status == 410, "\(other)")
        }
        #expect(try await browser.get("/l/\(token)").status == 410)
        #expect(
            try await browser.post(mine, key, headers: ["Sec-Fetch-Site": "cross-site"]).status
                == 403)
        #expect(try await browser.post(mine, ["day": "2026-03-16"]).status == 400)
        try await world.installation.signOutEverywhere("leader")
        #expect(try await browser.post(mine, key).status == 410)
        let theirs = try path(world, "amina", .done)
        #expect(try await browser.get(theirs).status == 200)
        world.clock.move(
            to: world.clock.now().adding(seconds: Double(ActLink.lifetimeSeconds)))
        #expect(try await browser.post(theirs, key).status == 410)
        #expect(try count(world, amina) == before)
    }

    @Test("When things have gone on without it, a link says so and does nothing")
    func overtaken() async throws {
        let (world, amina) = try await begin()
        let mine = try path(world, "leader", .done)
        let time = try path(world, "leader", .time)
        let browser = try await world.browser()
        let form = try need(try await browser.get(mine).form(mine))
        func expectOver(_ path: String, _ text: String) async throws {
            let events = try count(world, amina)
            for answer in [
                try await browser.get(path),
                try await browser.post(path, form.merging(["day": "2026-03-16"]) { $1 }),
            ] {
                #expect(answer.status == 410)
                #expect(answer.text.contains(text), "\(path)")
                #expect(answer.form(path) == nil)
            }
            #expect(try count(world, amina) == events)
        }
        // The role goes to somebody else.
        _ = try await world.installation.act(
            .handOver(.lineManager, to: "stranger", reason: "Bytte"), on: amina,
            by: .person("hr"))
        try await expectOver(mine, "Noen andre har rollen nå")
        _ = try await world.installation.act(
            .handOver(.lineManager, to: "leader", reason: "Bytte"), on: amina,
            by: .person("hr"))
        #expect(try await browser.get(mine).status == 200)
        // Both have said it on the pages.
        for person in ["leader", "amina"] as [PersonID] {
            _ = try await world.installation.act(
                .sign(talk, by: person, affirms: true, on: try need(CivilDay("2026-03-16"))),
                on: amina, by: .person(person))
        }
        try await expectOver(time, "Steget er avgjort: gjort")
        #expect(try await browser.get(mine).text.contains("Du har alt svart."))
        _ = try await world.installation.act(
            .stop(on: world.today, reason: "Sluttet"), on: amina, by: .person("hr"))
        let other = try need(
            world.mail.sent.flatMap { acts(world, in: $0) }.last {
                $0.link.person == "buddy" && $0.link.act == .done
            })
        #expect(try await browser.get(other.path).status == 410)
    }

    @Test("For months every link of every mail is its reader's to use, and looking does nothing")
    func scanner() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        let browser = try await world.browser()
        var seen = 0
        var open = 0
        var kinds: Set<MailAct> = []
        for week in 0..<20 {
            let day = try need(CivilDay("2026-02-17")).adding(days: week * 7)
            try await world.live(until: "\(day)T10:00")
            let events = try count(world, amina)
            for mail in world.mail.sent.dropFirst(seen) {
                let paths = mail.text.matches(of: #/http://ombord\.example(/[^\s]+)/#)
                    .map { String($0.output.1) }
                #expect(!paths.isEmpty)
                for path in paths {
                    browser.cookies = [:]
                    let answer = try await browser.get(path)
                    #expect([200, 303].contains(answer.status), "\(path) \(mail.subject)")
                    _ = try await browser.send(.head, path, [:], .init())
                }
                for act in acts(world, in: mail) {
                    kinds.insert(act.link.act)
                    if try await browser.get(act.path).form(act.path) != nil { open += 1 }
                    // A mail's links are its reader's own.
                    let card = try need(try world.installation.person(act.link.person))
                    #expect([card.email, card.privateEmail].contains("\(mail.to.address)"))
                }
            }
            seen = world.mail.sent.count
            #expect(try count(world, amina) == events)
        }
        #expect(kinds == Set(MailAct.allCases))
        #expect(open > 50)
        #expect(seen > 80)
    }
}

extension WebWorld {
    var today: CivilDay { installation.nowCivil.day }
}

extension Browser.Answer {
    /// What the fields of the page that are filled in hold, as a browser would send them.
    var values: [String: String] {
        var values: [String: String] = [:]
        let field = #/<input id="[^"]*" type="[a-z]+" name="([^"]*)" value="([^"]*)"/#
        for input in text.matches(of: field) {
            values[String(input.output.1)] = String(input.output.2)
        }
        return values
    }
}
