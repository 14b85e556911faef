import Engine
import Operations
import Testing

@testable import Web

@Suite struct AccessTests {
    @Test("Each role sees its own pages, and nobody else's existence is told")
    func table() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let people: [PersonID?] = [nil, "amina", "leader", "buddy", "director", "stranger", "odd"]
        let plan = "/enrolments/\(amina)"
        let rows: [(path: String, statuses: [Int])] = [
            //                                    nobody amina leader buddy director stranger odd
            ("/", [200, 200, 200, 200, 200, 200, 200]),
            ("/me", [403, 200, 200, 200, 200, 200, 200]),
            ("/settings/mail", [403, 200, 200, 200, 200, 200, 200]),
            ("/settings/none", [404, 404, 404, 404, 404, 404, 404]),
            (plan, [403, 200, 200, 200, 200, 404, 404]),
            ("\(plan)/timeline.svg", [403, 200, 200, 200, 200, 404, 404]),
            ("\(plan)/steps/expectation-clarification", [403, 200, 200, 200, 200, 404, 404]),
            ("\(plan)/steps/no-such-step", [403, 404, 404, 404, 404, 404, 404]),
            ("/enrolments/e0000", [403, 404, 404, 404, 404, 404, 404]),
            ("/enrolments/%2e%2e", [403, 404, 404, 404, 404, 404, 404]),
            ("/programmes", [200, 200, 200, 200, 200, 200, 200]),
            ("/programmes/oslo-onboarding", [200, 200, 200, 200, 200, 200, 200]),
            ("/programmes/oslo-onboarding/diagram.svg", [200, 200, 200, 200, 200, 200, 200]),
            ("/programmes/none", [404, 404, 404, 404, 404, 404, 404]),
            ("/mailbox", [404, 404, 404, 404, 404, 404, 404]),
            ("/healthz", [200, 200, 200, 200, 200, 200, 200]),
            ("/readyz", [200, 200, 200, 200, 200, 200, 200]),
            ("/nothing/here", [404, 404, 404, 404, 404, 404, 404]),
        ]
        try await world.expectStatuses(rows, of: people)
    }

    @Test("A form that the session was not given is refused, whatever it asks")
    func foreignForms() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let step = "/enrolments/\(amina)/steps/expectation-clarification"
        let paths = ["confirmation", "skip", "booking", "settlement", "answers"].map {
            "\(step)/\($0)"
        } + ["/settings/mail", "/signin", "/signin/me", "/signout", "/signout/everywhere"]
        let stranger = try await world.browser("stranger", demonstration: true)
        let mine = try await world.browser("amina", demonstration: true)
        let token = try need(try await mine.get("/").form("/demo/clock"))["csrf"] ?? ""
        for path in paths + ["/demo/person", "/demo/clock", "/signout"] {
            #expect(try await mine.post(path, [:]).status == 403, "\(path) without a token")
            let wrong = ["csrf": String(token.reversed()), "key": "k"]
            #expect(try await mine.post(path, wrong).status == 403, "\(path) with a wrong token")
            let right = ["csrf": token, "key": "k"]
            #expect(
                try await stranger.post(path, right).status == 403, "\(path) with another's token")
            #expect(
                try await mine.post(path, right, headers: ["Sec-Fetch-Site": "cross-site"]).status
                    == 403, "\(path) from another site")
        }
        let nobody = try await world.browser()
        for path in paths {
            #expect(try await nobody.post(path, ["csrf": token]).status == 403, "\(path)")
        }
        let events = try world.installation.enrolmentView(amina, for: "amina")?.enrolment.eventCount
        #expect(try await mine.get(step).status == 200)
        #expect(
            try world.installation.enrolmentView(amina, for: "amina")?.enrolment.eventCount
                == events)
    }

    @Test("Who has no role in an enrolment cannot act on it, with a form of their own either")
    func strangersActs() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let odd = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        let browser = try await world.browser("odd")
        let own = "/enrolments/\(odd)/steps/expectation-clarification"
        let form = try need(try await browser.get(own).form("\(own)/confirmation"))
        let other = "/enrolments/\(amina)/steps/expectation-clarification"
        let fields = form.merging(["affirms": "yes", "day": "2026-03-20"]) { $1 }
        #expect(try await browser.post("\(other)/confirmation", fields).status == 404)
        #expect(try await browser.post("\(own)/confirmation", fields).status == 303)
    }

    @Test("A session that was altered, has expired or is another's is none")
    func sessions() async throws {
        let world = try await WebWorld()
        let browser = try await world.browser("amina")
        let cookie = try need(browser.cookies["ombord"])
        #expect(try await browser.get("/me").status == 200)
        var parts = cookie.split(separator: ".").map(String.init)
        parts[0] = "leader"
        for altered in [parts.joined(separator: "."), cookie + "0", "", "amina", "a.b.c.d"] {
            browser.cookies = ["ombord": altered]
            #expect(try await browser.get("/me").status == 403, "\(altered)")
        }
        browser.cookies = ["ombord": cookie]
        #expect(try await browser.get("/me").status == 200)
        world.clock.move(to: world.clock.now().adding(seconds: 12 * 3600 - 1))
        #expect(try await browser.get("/me").status == 200)
        world.clock.move(to: world.clock.now().adding(seconds: 1))
        #expect(try await browser.get("/me").status == 403)
    }

    @Test("Signing out ends the session")
    func signOut() async throws {
        let world = try await WebWorld()
        let browser = try await world.browser("amina")
        let page = try await browser.get("/me")
        #expect(try await browser.submit(page, to: "/signout").status == 303)
        #expect(try await browser.get("/me").status == 403)
    }

    @Test("Every answer carries the headers that keep a page to itself")
    func headers() async throws {
        let world = try await WebWorld()
        let browser = try await world.browser("amina")
        for path in ["/", "/me", "/nothing", "/programmes"] {
            let answer = try await browser.get(path)
            #expect(answer["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(answer["referrer-policy"] == "no-referrer")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["cache-control"] == "no-store")
            #expect(!answer.text.contains("<script"))
            #expect(!answer.text.contains("style=\""))
        }
        let style = try await browser.get("/style.css")
        #expect(style["cache-control"]?.contains("immutable") == true)
        let tag = try need(style["etag"])
        #expect(try await browser.get("/style.css", headers: ["if-none-match": tag]).status == 304)
    }
}
