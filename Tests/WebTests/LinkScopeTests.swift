import Delivery
import Engine
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Testing

@testable import Web

@Suite struct LinkScopeTests {
    private let talk = "expectation-clarification"

    private func begin() async throws -> (WebWorld, EnrolmentID) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        return (world, amina)
    }

    /// A browser that came by a link.
    private func follow(_ world: WebWorld, _ link: String) async throws -> Browser {
        let browser = try await world.browser()
        let answer = try await browser.get("/l/\(link)")
        #expect(answer.status == 303)
        return browser
    }

    @Test("A link opens what it is about and shows, acts on nothing, and ends")
    func links() async throws {
        let (world, amina) = try await begin()
        func count() throws -> Int? {
            try world.installation.enrolmentView(amina, for: "amina")?.enrolment.eventCount
        }
        let before = try count()
        let token = world.link("amina", amina, StepID(talk))
        let browser = try await world.browser()
        let answer = try await browser.get("/l/\(token)")
        #expect(answer.status == 303)
        #expect(answer["location"] == "/enrolments/\(amina)/steps/\(talk)")
        #expect(answer["set-cookie"]?.contains("HttpOnly") == true)
        #expect(answer["set-cookie"]?.contains("SameSite=Lax") == true)
        #expect(try await browser.get(try need(answer["location"])).status == 200)
        #expect(try count() == before)
        let others = [
            token + "0", token.replacing("amina", with: "leader"), "x", "....",
            world.link("amina", expiresIn: 0), world.link("nobody"),
        ]
        for other in others {
            let fresh = try await world.browser()
            #expect(try await fresh.get("/l/\(other)").status == 410, "\(other)")
            #expect(fresh.cookies["ombord"] == nil)
        }
    }

    @Test("A link opens its own step, and its own plan to whom that is about")
    func reach() async throws {
        let (world, amina) = try await begin()
        let odd = try need(
            try world.installation.ownEnrolments(of: "odd").first).id
        let plan = "/enrolments/\(amina)"
        let paths = [
            plan, "\(plan)/timeline.svg", "\(plan)/steps/\(talk)", "\(plan)/steps/fire-drill",
            "\(plan)/steps/\(talk)/history", "\(plan)/history", "\(plan)/change",
            "/enrolments/\(odd)", "/enrolments/\(odd)/steps/\(talk)", "/me", "/settings/mail",
        ]
        let rows: [(link: String, statuses: [Int])] = [
            (
                world.link("leader", amina, StepID(talk)),
                [403, 403, 200, 403, 403, 403, 403, 403, 403, 403, 200]
            ),
            (
                world.link("amina", amina, StepID(talk)),
                [200, 200, 200, 403, 403, 403, 403, 403, 403, 403, 200]
            ),
            (
                world.link("leader", amina),
                [200, 200, 403, 403, 403, 403, 403, 403, 403, 403, 200]
            ),
            (world.link("leader"), [403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200]),
            // Somebody without a role there gets no further by a link than by a session.
            (
                world.link("stranger", amina, StepID(talk)),
                [403, 403, 404, 403, 403, 403, 403, 403, 403, 403, 200]
            ),
        ]
        for row in rows {
            let browser = try await follow(world, row.link)
            for (path, status) in zip(paths, row.statuses) {
                #expect(try await browser.get(path).status == status, "\(row.link) at \(path)")
                let head = try await browser.send(.head, path, [:], .init())
                #expect(head.status == status, "HEAD \(row.link) at \(path)")
            }
        }
    }

    /// What the session of a link may ask for, written down once more.
    private static let allowed: Set<String> = [
        "GET /", "GET /style.css", "GET /healthz", "GET /readyz", "GET /metrics",
        "GET /programmes", "GET /programmes/{programme}",
        "GET /programmes/{programme}/diagram.svg", "GET /programmes/{programme}/versions",
        "GET /programmes/{programme}/versions/{from}/{to}",
        "GET /l/{token}", "POST /l/{token}", "GET /a/{token}", "POST /a/{token}",
        "GET /p/{token}", "POST /p/{token}",
        "GET /signin", "POST /signin", "POST /signin/me", "GET /signin/sent",
        "GET /signin/{token}", "POST /signin/{token}", "POST /signout",
        "POST /demo/person", "POST /demo/clock", "GET /mailbox", "GET /mailbox/{message}",
        "GET /mailbox/{message}/html", "GET /mailbox/{message}/message.eml",
        "GET /mailbox/{message}/invitation.ics",
        "GET /settings/mail", "POST /settings/mail",
        "GET /enrolments/{enrolment}", "GET /enrolments/{enrolment}/timeline.svg",
        "GET /enrolments/{enrolment}/steps/{step}",
        "POST /enrolments/{enrolment}/steps/{step}/confirmation",
        "POST /enrolments/{enrolment}/steps/{step}/skip",
        "POST /enrolments/{enrolment}/steps/{step}/booking",
        "POST /enrolments/{enrolment}/steps/{step}/settlement",
        "POST /enrolments/{enrolment}/steps/{step}/answers",
    ]

    @Test("Every other route of the service is closed to a link, with a form of its own too")
    func everyRoute() async throws {
        let (world, amina) = try await begin()
        let routes = buildRouter(world.context()).routes.filter { $0.method != .head }
        #expect(routes.count > 50)
        let known = Set(routes.map { "\($0.method) \($0.path)" })
        #expect(Self.allowed.isSubset(of: known), "\(Self.allowed.subtracting(known))")
        // The widest link that there is: to all of the person's own plan, and of HR's.
        for person in ["amina", "hr"] as [PersonID] {
            let browser = try await follow(world, world.link(person, amina))
            let fields = try need(
                try await browser.get("/settings/mail").form("/settings/mail"))
            for route in routes where !Self.allowed.contains("\(route.method) \(route.path)") {
                var path = "\(route.path)"
                for (name, value) in [
                    "enrolment": "\(amina)", "step": talk, "programme": "oslo-onboarding",
                    "kind": "date", "person": "\(person)",
                ] {
                    path = path.replacing("{\(name)}", with: value)
                }
                path = path.replacing(#/\{[^}]*\}/#, with: "x1")
                let answer =
                    route.method == .get
                    ? try await browser.get(path) : try await browser.post(path, fields)
                #expect(answer.status == 403, "\(route) as \(person)")
                #expect(answer.text.contains("action=\"/signin/me\""), "\(route) as \(person)")
            }
        }
    }

    @Test("A step's link acts on that step, and on no other")
    func acting() async throws {
        let (world, amina) = try await begin()
        let path = "/enrolments/\(amina)/steps/\(talk)"
        let browser = try await follow(world, world.link("leader", amina, StepID(talk)))
        let page = try await browser.get(path)
        let form = try need(page.form("\(path)/confirmation"))
        let other = "/enrolments/\(amina)/steps/fire-drill/confirmation"
        let fields = form.merging(["affirms": "yes", "day": "2026-03-20"]) { $1 }
        #expect(try await browser.post(other, fields).status == 403)
        #expect(try await browser.post("\(path)/confirmation", fields).status == 303)
        let view = try need(try world.installation.enrolmentView(amina, for: "leader"))
        #expect(view.enrolment.record(StepID(talk)).signatures.map(\.person) == ["leader"])
        #expect(view.enrolment.record("fire-drill").signatures.isEmpty)
    }

    @Test("A page that a link opens has no way that leads nowhere, and one that leads in")
    func navigation() async throws {
        let (world, amina) = try await begin()
        let browser = try await follow(world, world.link("leader", amina, StepID(talk)))
        let page = try await browser.get("/enrolments/\(amina)/steps/\(talk)")
        let top = try need(page.text.split(separator: "<main").first)
        let links = top.matches(of: #/<a[^>]* href="([^"]*)"/#).map { String($0.output.1) }
        #expect(Set(links) == ["#main", "/", "/programmes", "/signin"])
        #expect(page.text.contains("Du leser som"))
        let settings = try await browser.get("/settings/mail")
        #expect(settings.form("/settings/mail") != nil)
        #expect(settings.form("/signout/everywhere") == nil)
        let own = try await world.browser("leader")
        #expect(try await own.get("/settings/mail").form("/signout/everywhere") != nil)
    }

    @Test("Whoever came by a link is sent another to sign in with, and back to what they wanted")
    func wholly() async throws {
        let (world, amina) = try await begin()
        let browser = try await follow(world, world.link("leader", amina, StepID(talk)))
        let wanted = "/enrolments/\(amina)"
        let refused = try await browser.get(wanted)
        #expect(refused.status == 403)
        #expect(refused.text.contains("Kari Berge"))
        let count = world.mail.sent.count
        let asked = try await browser.submit(refused, to: "/signin/me")
        #expect(asked["location"] == "/signin/sent")
        try await world.courier.deliverAll()
        #expect(world.mail.sent.count == count + 1)
        let mail = try need(world.mail.sent.last)
        #expect("\(mail.to.address)" == "kari@example.org")
        let path = String(try need(mail.text.firstMatch(of: #/(/signin/[0-9a-f]{64})/#)).output.1)
        let entered = try await browser.submit(try await browser.get(path), to: path)
        #expect(entered["location"] == wanted)
        #expect(try await browser.get(wanted).status == 200)
        #expect(try await browser.get("/me").status == 200)
    }

    @Test("A link to no page leads to the page that offers to sign in")
    func digest() async throws {
        let (world, _) = try await begin()
        let browser = try await world.browser()
        let answer = try await browser.get("/l/\(world.link("leader"))")
        #expect(answer["location"] == "/signin?to=%2Fme")
        let page = try await browser.get(try need(answer["location"]))
        #expect(page.form("/signin/me")?["to"] == "/me")
    }

    @Test("A session is not taken over by a link: of its own person it stays, of another it asks")
    func existingSession() async throws {
        let (world, amina) = try await begin()
        let leader = try await world.browser("leader")
        let cookie = leader.cookies["ombord"]
        let own = try await leader.get("/l/\(world.link("leader", amina, StepID(talk)))")
        #expect(own["location"] == "/enrolments/\(amina)/steps/\(talk)")
        #expect(try await leader.get("/l/\(world.link("leader"))")["location"] == "/me")
        #expect(leader.cookies["ombord"] == cookie)

        let link = "/l/\(world.link("amina", amina))"
        let page = try await leader.get(link)
        #expect(page.status == 200)
        #expect(page.text.contains("Lenken er til Amina Yusuf"))
        #expect(leader.cookies["ombord"] == cookie)
        #expect(try await leader.post(link, [:]).status == 403)
        #expect(leader.cookies["ombord"] == cookie)
        let changed = try await leader.submit(page, to: link)
        #expect(changed["location"] == "/enrolments/\(amina)")
        #expect(try await leader.get("/enrolments/\(amina)").text.contains("Amina Yusuf"))
        #expect(try await leader.get("/me").status == 403)
    }

    @Test("A cookie that was altered opens nothing, also where it only widens")
    func widened() async throws {
        let (world, amina) = try await begin()
        let browser = try await follow(world, world.link("leader", amina, StepID(talk)))
        let cookie = try need(browser.cookies["ombord"])
        for altered in [
            cookie.replacing(".link.\(amina).\(talk).", with: ".full..."),
            cookie.replacing(".\(talk).", with: ".fire-drill."),
            cookie.replacing(".\(talk).", with: ".."),
            cookie.replacing("leader.link", with: "hr.link"),
        ] {
            #expect(altered != cookie)
            browser.cookies = ["ombord": altered]
            #expect(try await browser.get("/enrolments/\(amina)").status == 403)
            #expect(try await browser.get("/settings/mail").form("/settings/mail") == nil)
        }
    }
}
