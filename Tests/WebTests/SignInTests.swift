import CivilCalendar
import Delivery
import Engine
import Foundation
import HTTPTypes
import NIOCore
import Storage
import Support
import Testing

@testable import Operations
@testable import Web

@Suite struct SignInTests {
    /// Asks as a person does who opens the page, and delivers what that brings about.
    private func ask(
        _ world: WebWorld, _ address: String, to target: String? = nil
    ) async throws -> Browser.Answer {
        let browser = try await world.browser()
        let query = target.map { "?to=\($0.percentEncoded)" } ?? ""
        let page = try await browser.get("/signin\(query)")
        let answer = try await browser.submit(page, to: "/signin", ["email": address])
        try await world.courier.deliverAll()
        return answer
    }

    /// The mails with links for signing in that have left, oldest first.
    private func mails(_ world: WebWorld) -> [MailMessage] {
        world.mail.sent.filter { $0.subject == "Logg inn i Ombord" }
    }

    /// The path of the link in the newest of them.
    private func link(_ world: WebWorld) throws -> String {
        let mail = try need(mails(world).last)
        let match = try need(
            mail.text.firstMatch(of: #/http://ombord\.example(/signin/[0-9a-f]{64})\n/#))
        #expect(mail.html.contains("href=\"http://ombord.example\(match.output.1)\""))
        return String(match.output.1)
    }

    private func enter(
        _ browser: Browser, _ path: String, _ fields: [String: String] = [:]
    ) async throws -> Browser.Answer {
        try await browser.submit(try await browser.get(path), to: path, fields)
    }

    @Test("From the address to the page: one mail, one button, one session")
    func whole() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina", firstDay: "2026-02-16")
        let sent = try await ask(
            world, "  AMINA@example.org ", to: "/enrolments/\(amina)?changed=1")
        #expect(sent.status == 303)
        #expect(sent["location"] == "/signin/sent")
        let mail = try need(mails(world).last)
        #expect("\(mail.to.address)" == "amina@example.org")
        #expect(mail.subject == "Logg inn i Ombord")
        #expect(mail.text.contains("Den virker til klokka 07.45"))
        #expect(mail.listUnsubscribe == nil)
        let path = try link(world)

        // What is in the database lets nobody in: the token is not there.
        let token = String(path.dropFirst("/signin/".count))
        let row = try need(
            try world.installation.messages(limit: 100).first { $0.kind == "sign-in" })
        #expect(row.status == "sent")
        for text in [row.identity, row.body, row.detail ?? ""] {
            #expect(!text.contains(token))
        }
        let digests = try world.installation.query { transaction in
            try transaction.connection.all("SELECT digest FROM sign_in") { $0.text(0) }
        }
        #expect(digests == [SignInLink.digest(token)])

        let browser = try await world.browser()
        // A scanner looks as often as it likes.
        for _ in 0..<3 {
            #expect(try await browser.get(path).status == 200)
            _ = try await browser.send(.head, path, [:], .init())
        }
        #expect(try await browser.get("/me").status == 403)
        let entered = try await enter(browser, path)
        #expect(entered.status == 303)
        #expect(entered["location"] == "/enrolments/\(amina)?changed=1")
        let cookie = try need(entered["set-cookie"])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
        // It ends with the browser, and on another machine at noon.
        #expect(!cookie.contains("Max-Age"))
        #expect(try await browser.get("/me").text.contains("Amina Yusuf"))
        world.clock.move(to: world.clock.now().adding(seconds: 12 * 3600))
        #expect(try await browser.get("/me").status == 403)
    }

    @Test("A link lets in once, also where two use it at the same time")
    func once() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let path = try link(world)
        let first = try await world.browser()
        let second = try await world.browser()
        let pages = (try await first.get(path), try await second.get(path))
        async let one = first.submit(pages.0, to: path)
        async let other = second.submit(pages.1, to: path)
        let statuses = try await [one.status, other.status].sorted()
        #expect(statuses == [303, 410])
        let third = try await world.browser()
        let used = try await third.get(path)
        #expect(used.status == 410)
        #expect(used.text.contains("Lenken er brukt"))
        #expect(used.form(path) == nil)
        #expect(used.text.contains("href=\"/signin\""))
    }

    @Test("A link ends after fifteen minutes, and so does one that was never given")
    func ended() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let path = try link(world)
        world.clock.move(to: world.clock.now().adding(seconds: 899))
        let browser = try await world.browser()
        let page = try await browser.get(path)
        #expect(page.status == 200)
        world.clock.move(to: world.clock.now().adding(seconds: 1))
        #expect(try await browser.submit(page, to: path).status == 410)
        #expect(try await browser.get(path).status == 410)
        let digit = path.hasSuffix("0") ? "1" : "0"
        #expect(try await browser.get("\(path.dropLast())\(digit)").status == 410)
        #expect(try await browser.get("/signin/abc").status == 404)
    }

    @Test("A link that has ended before its mail could leave is not sent")
    func tooLate() async throws {
        let world = try await WebWorld()
        let target = LocalTarget("/me")
        try await world.installation.askSignIn(address: "kari@example.org", target: target)
        world.clock.move(to: world.clock.now().adding(seconds: 901))
        try await world.courier.deliverAll()
        #expect(world.mail.sent.isEmpty)
        #expect(try world.installation.messages().map(\.status) == ["withdrawn"])
    }

    @Test("Whether an address is known cannot be told from the answer")
    func unknown() async throws {
        let world = try await WebWorld()
        let known = try await ask(world, "kari@example.org")
        let unknown = try await ask(world, "ingen@example.org")
        #expect(known.status == unknown.status)
        #expect(known.text == unknown.text)
        #expect(known.headers == unknown.headers)
        #expect(world.mail.sent.count == 1)
        // Asking too often is told to nobody either.
        for _ in 0..<6 { _ = try await ask(world, "kari@example.org") }
        #expect(world.mail.sent.count == SignInLink.mostLive)
        #expect(try await ask(world, "kari@example.org").text == unknown.text)
        // The newest that was sent works; when they have ended, others come.
        #expect(try await world.browser().get(try link(world)).status == 200)
        world.clock.move(to: world.clock.now().adding(seconds: 900))
        _ = try await ask(world, "kari@example.org")
        #expect(world.mail.sent.count == SignInLink.mostLive + 1)
    }

    @Test("Together all get no more mails in an hour than the guard lets through")
    func guardOfAll() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        _ = try await world.installation.transact { transaction in
            try transaction.connection.run(
                "UPDATE sign_in_hour SET sent = ?", [SQLValue(SignInLink.mostInAnHour)])
        }
        _ = try await ask(world, "nils@example.org")
        #expect(world.mail.sent.count == 1)
        world.clock.move(to: world.clock.now().adding(seconds: 3600))
        _ = try await ask(world, "nils@example.org")
        #expect(world.mail.sent.count == 2)
    }

    @Test("The private address lets in until the first day, the work address from then on")
    func firstDay() async throws {
        let world = try await WebWorld()
        _ = try await world.enrol("amina", firstDay: "2026-03-02")
        world.clock.move(
            to: world.installation.time.instant(try need(CivilMoment("2026-03-01T23:50"))))
        _ = try await ask(world, "amina@home.example")
        #expect("\(try need(mails(world).last).to.address)" == "amina@home.example")
        let early = try link(world)
        _ = try await ask(world, "amina@example.org")
        #expect("\(try need(mails(world).last).to.address)" == "amina@example.org")
        let work = try link(world)
        #expect(try await world.browser().get(early).status == 200)
        // Ten past midnight: the first day has come, and the private link ends with it.
        world.clock.move(
            to: world.installation.time.instant(try need(CivilMoment("2026-03-02T00:01"))))
        #expect(try await world.browser().get(early).status == 410)
        #expect(try await enter(try await world.browser(), work).status == 303)
        let before = mails(world).count
        _ = try await ask(world, "amina@home.example")
        #expect(mails(world).count == before)
        _ = try await ask(world, "amina@example.org")
        #expect(mails(world).count == before + 1)
    }

    @Test("Mails follow the same switch, those that come together too")
    func mailsFollow() async throws {
        let world = try await WebWorld()
        _ = try await world.enrol("amina", firstDay: "2026-03-02")
        let none = world.mail.sent.count
        try await world.live(until: "2026-03-01T23:00")
        let early = world.mail.sent.dropFirst(none).filter {
            "\($0.to.address)".hasPrefix("amina@")
        }
        #expect(!early.isEmpty)
        #expect(Set(early.map { "\($0.to.address)" }) == ["amina@home.example"])
        let count = world.mail.sent.count
        try await world.live(until: "2026-03-31T10:00")
        let later = world.mail.sent.dropFirst(count).filter {
            "\($0.to.address)".hasPrefix("amina@")
        }
        #expect(Set(later.map { "\($0.to.address)" }) == ["amina@example.org"])
        // A calendar finds its reader among the attendees by the address of the mail.
        for mail in later {
            guard let invitation = mail.invitation else { continue }
            let text = String(decoding: invitation.ics, as: UTF8.self)
                .replacing("\r\n ", with: "")
            #expect(text.contains("mailto:amina@example.org"))
        }
    }

    @Test("Signing out everywhere ends sessions, links for signing in and links in mails")
    func everywhere() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina", firstDay: "2026-02-16")
        let here = try await world.browser("amina")
        let there = try await world.browser("amina")
        let other = try await world.browser("leader")
        let mailLink = "/l/\(world.link("amina", amina, expiresIn: PageLink.lifetimeSeconds))"
        let reading = try await world.browser()
        _ = try await reading.get(mailLink)
        #expect(try await reading.get("/enrolments/\(amina)").status == 200)
        _ = try await ask(world, "amina@example.org")
        let path = try link(world)
        world.clock.move(to: world.clock.now().adding(seconds: 1))
        let answer = try await here.submit(
            try await here.get("/settings/mail"), to: "/signout/everywhere")
        #expect(answer.status == 303)
        for browser in [here, there] {
            #expect(try await browser.get("/me").status == 403)
        }
        #expect(try await reading.get("/enrolments/\(amina)").status == 403)
        #expect(try await world.browser().get(mailLink).status == 410)
        #expect(try await world.browser().get(path).status == 410)
        #expect(try await other.get("/me").status == 200)
        // Coming in again is open, also in the same moment.
        _ = try await ask(world, "amina@example.org")
        let again = try await world.browser()
        #expect(try await enter(again, try link(world)).status == 303)
        #expect(try await again.get("/me").status == 200)
    }

    @Test("Who says that the device is theirs stays signed in for thirty days")
    func remembering() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let browser = try await world.browser()
        let answer = try await enter(browser, try link(world), ["remember": "1"])
        #expect(answer["set-cookie"]?.contains("Max-Age=2592000") == true)
        world.clock.move(to: world.clock.now().adding(seconds: 30 * 86_400 - 1))
        #expect(try await browser.get("/me").status == 200)
        world.clock.move(to: world.clock.now().adding(seconds: 1))
        #expect(try await browser.get("/me").status == 403)
    }

    @Test("Nobody can make a browser use a link that is not its own")
    func foreignForms() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let path = try link(world)
        let attacker = try await world.browser()
        let form = try need(try await attacker.get(path).form(path))
        let victim = try await world.browser()
        #expect(try await victim.post(path, form).status == 403)
        _ = try await victim.get("/")
        #expect(try await victim.post(path, form).status == 403)
        #expect(
            try await attacker.post(path, form, headers: ["Sec-Fetch-Site": "cross-site"]).status
                == 403)
        #expect(try await victim.post("/signin", ["email": "kari@example.org"]).status == 403)
        #expect(try await attacker.post(path, form).status == 303)
    }

    @Test(
        "What cannot be an address is said to be none, and stands in the field still",
        arguments: ["", "kari", "kari@", "@example.org", "a b@example.org", "x\"><b>@x"])
    func badAddress(text: String) async throws {
        let world = try await WebWorld()
        let browser = try await world.browser()
        let answer = try await browser.submit(
            try await browser.get("/signin"), to: "/signin", ["email": text])
        #expect(answer.status == 422)
        #expect(answer.text.contains("aria-invalid=\"true\""))
        #expect(answer.text.contains("id=\"email-fault\""))
        #expect(!answer.text.contains("<b>"))
    }

    @Test("Where one goes after signing in is a page here, or the person's own")
    func targets() throws {
        for good in ["/", "/me", "/enrolments/e1/steps/first-talk", "/me?page=2", "/a-b_c/d.svg"] {
            #expect(LocalTarget(good)?.path == good)
        }
        let bad = [
            "", "me", "//evil.example", "/\\evil.example", "/%2f%2fevil.example", "https://x",
            "/../etc", "/.", "/a//b", "/me#x", "/me\r\nSet-Cookie: a=b", "/signin/abc", "/l/abc",
            "/a/abc", "/signout", "/me?x=<b>", "/me?x=\"", "/é", " /me", "/me ",
            "javascript:alert(1)", "/" + String(repeating: "a", count: 400),
        ]
        for text in bad { #expect(LocalTarget(text) == nil, "\(text)") }
    }

    @Test("What is not a page here is forgotten on the way")
    func foreignTarget() async throws {
        let world = try await WebWorld()
        for target in ["//evil.example", "https://evil.example/me", "/\\evil.example"] {
            world.clock.move(to: world.clock.now().adding(seconds: 1000))
            _ = try await ask(world, "kari@example.org", to: target)
            let answer = try await enter(try await world.browser(), try link(world))
            #expect(answer["location"] == "/me", "\(target)")
        }
        let inside = try await world.browser("leader")
        #expect(try await inside.get("/signin?to=%2F%2Fevil.example")["location"] == "/me")
        #expect(try await inside.get("/signin?to=%2Fme%2Fabsence")["location"] == "/me/absence")
    }

    @Test("Who is not signed in is shown the way in, and back to the page they wanted")
    func wayIn() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let visitor = try await world.browser()
        let refused = try await visitor.get("/enrolments/\(amina)")
        #expect(refused.status == 403)
        #expect(refused.text.contains("href=\"/signin?to=%2Fenrolments%2F\(amina)\""))
        let start = try await visitor.get("/")
        #expect(start.form("/signin") != nil)
        let form = try await visitor.get("/signin?to=%2Fenrolments%2F\(amina)").form("/signin")
        #expect(form?["to"] == "/enrolments/\(amina)")
    }

    @Test("Whoever looks at another's mail does not get a link that works")
    func previews() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let path = try link(world)
        let row = try need(
            try world.installation.messages(limit: 100).first { $0.kind == "sign-in" })
        let shown = try world.courier.preview(row.id)
        #expect(!shown.text.contains(path))
        #expect(try world.courier.preview(row.id, opens: true).text.contains(path))
        let dead = try need(shown.text.firstMatch(of: #/(/signin/[0-9a-f]{64})/#)).output.1
        #expect(try await world.browser().get(String(dead)).status == 410)
    }

    @Test("Who may what at the entrance")
    func table() async throws {
        let world = try await WebWorld()
        _ = try await ask(world, "kari@example.org")
        let path = try link(world)
        let zeros = String(repeating: "0", count: 64)
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let all = people.map { _ in 200 }
        let rows: [(path: String, statuses: [Int])] = [
            ("/", all), ("/signin", [200] + people.dropFirst().map { _ in 303 }),
            ("/signin/sent", all), (path, all), ("/signin/\(zeros)", all.map { _ in 410 }),
            ("/signin/me", all.map { _ in 404 }), ("/signout", all.map { _ in 404 }),
            ("/signout/everywhere", all.map { _ in 404 }),
            ("/l/\(zeros)", all.map { _ in 410 }), ("/a/\(zeros)", all.map { _ in 410 }),
        ]
        try await world.expectStatuses(rows, of: people)
        // What only somebody who is signed in can send, from a page of nobody's.
        let visitor = try await world.browser()
        let form = try need(try await visitor.get("/signin").form("/signin"))
        for path in ["/signin/me", "/signout/everywhere", "/settings/mail"] {
            #expect(try await visitor.post(path, form).status == 403, "\(path)")
        }
    }

    @Test(
        "Looking for an address, and for what is urgent, is done by an index",
        .enabled(if: DatabaseKind.current == .sqlite))
    func indexes() async throws {
        let world = try await WebWorld()
        func plan(_ sql: String, _ values: [SQLValue]) throws -> String {
            try world.installation.query { transaction in
                try transaction.connection.all("EXPLAIN QUERY PLAN \(sql)", values) { $0.text(3) }
            }.joined(separator: "\n")
        }
        let people = try plan(Transaction.peopleByAddress, [.text("a"), .text("a")])
        #expect(people.contains("person_work_address"))
        #expect(people.contains("person_private_address"))
        #expect(!people.contains("SCAN"))
        let urgent = try plan(Transaction.urgentQuery, [.integer(0)])
        #expect(urgent.contains("message_sign_in"))
    }
}
