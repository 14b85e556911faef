import Delivery
import Engine
import Foundation
import Operations
import Hummingbird
import NIOCore
import Support
import Testing
import Wording

@testable import Web

/// What the browser helper found on one page.
private struct Finding: Decodable {
    let page: String
    let problems: [String]
}

@Suite struct BrowserTests {
    @Test(
        "A real browser, axe and the Nu checker find no fault on any page, in any language",
        .enabled(if: ProcessInfo.processInfo.environment["OMBORD_CHROMIUM"] != nil),
        arguments: Wording.languages)
    func pages(language: Language) async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        try await CompetencePageTests.fill(world)
        let pages = try await publicPages(world, amina) + entrancePages(world, amina)
            + peoplePages(world, amina) + adminPages(world, amina) + changePages(world, amina)
        for person in WebWorld.people {
            try await world.speak(language, person)
        }
        try await look(at: pages, of: world, language)
    }

    @Test(
        "The same for the pages of placements",
        .enabled(if: ProcessInfo.processInfo.environment["OMBORD_CHROMIUM"] != nil),
        arguments: Wording.languages)
    func placements(language: Language) async throws {
        let placing = try await PlacingWorld()
        try await placing.world.speak(language, "jon")
        try await look(at: placingPages(placing), of: placing.world, language)
        let placed = try await PlacingWorld()
        try await look(at: placedPages(placed, language), of: placed.world, language)
        let unlike = try await PlacingWorld()
        try await unlike.world.speak(language, "jon")
        let publish = [
            "name": "publish-worse",
            "path": "\(unlike.path)/drafts/\(try await unlike.worseDraft().worse)/publish",
            "cookie": try unlike.world.cookie("jon"),
        ]
        try await look(at: [publish], of: unlike.world, language)
    }

    @Test(
        "The same for the pages of evaluation",
        .enabled(if: ProcessInfo.processInfo.environment["OMBORD_CHROMIUM"] != nil),
        arguments: Wording.languages)
    func evaluations(language: Language) async throws {
        let (world, amina) = try await WebWorld.evaluated()
        for person in ["hr", "amina"] as [PersonID] { try await world.speak(language, person) }
        try await look(at: evaluationPages(world, amina), of: world, language)
    }

    private func look(
        at pages: [[String: String]], of world: WebWorld, _ language: Language
    ) async throws {
        let findings = try await withServer(world) { port in
            let asked = pages.map { page in
                // Whoever is not signed in chooses by the address, which the page's form keeps.
                let isOpen = page["cookie"] == nil && page["link"] == nil
                var asked = page
                asked["name"] = "\(page["name"] ?? "")-\(language)"
                for key in isOpen ? ["path", "form"] : [] {
                    asked[key] = page[key].map {
                        "\($0)\($0.contains("?") ? "&" : "?")lang=\(language)"
                    }
                }
                return asked
            }
            let input = try JSONSerialization.data(
                withJSONObject: ["base": "http://127.0.0.1:\(port)", "pages": asked])
            let output = try await Self.run("browse.py", input)
            return try JSONDecoder().decode([Finding].self, from: output)
        }
        #expect(findings.count == pages.count)
        for finding in findings {
            #expect(finding.problems == [], "\(finding.page)")
        }
    }

    private func publicPages(
        _ world: WebWorld, _ amina: EnrolmentID
    ) throws -> [[String: String]] {
        let plan = "/enrolments/\(amina)"
        let mail = try need(
            try world.installation.messages(limit: 500).first { $0.kind == "talk-invitation" })
        func page(
            _ name: String, _ path: String, _ person: PersonID
        ) throws -> [String: String] {
            ["name": name, "path": path, "cookie": try world.cookie(person)]
        }
        return try [
            ["name": "start", "path": "/"],
            ["name": "programmes", "path": "/programmes"],
            ["name": "programme", "path": "/programmes/oslo-onboarding"],
            ["name": "not-found", "path": "/nothing"],
            page("me-newcomer", "/me", "amina"), page("me-leader", "/me", "leader"),
            page("enrolment", plan, "amina"),
            page("step", "\(plan)/steps/expectation-clarification", "leader"),
            page("form", "\(plan)/steps/prior-experience", "amina"),
            page("settings", "/settings/mail", "leader"),
            page("board", "/board", "leader"), page("board-filtered", "/board?q=x", "leader"),
            page("begin", "/board/start", "leader"),
            page("begin-form", "/board/start/oslo-onboarding", "leader"),
            page("compliance", "/compliance", "leader"),
            page("compliance-city", "/compliance?unit=city", "hr"),
            page("competence", "/competence", "amina"),
            page("competence-claim", "/competence/claim?competence=ethics", "amina"),
            page("competence-of", "/competence/of/amina", "leader"),
            page("gap", "/gap", "leader"), page("gap-city", "/gap?unit=city", "hr"),
            page("gap-above", "/gap?unit=city", "director"),
            page("not-your-person", "/competence/of/amina", "director"),
            page("mailbox", "/mailbox", "hr"), page("mail", "/mailbox/\(mail.id)", "hr"),
        ]
    }

    /// The ways in, what a link opens and what it does not, and the acts from mails.
    private func entrancePages(
        _ world: WebWorld, _ amina: EnrolmentID
    ) async throws -> [[String: String]] {
        try await world.installation.askSignIn(person: "leader", target: nil)
        try await world.courier.deliverAll()
        // Others' mails of the day may come after it.
        let mail = try need(world.mail.sent.last { $0.text.contains("/signin/") }).text
        let enter = try need(mail.firstMatch(of: #/(/signin/[0-9a-f]{64})/#)).output.1
        let talk: StepID = "expectation-clarification"
        func act(_ act: MailAct, _ step: StepID) -> String {
            let link = ActLink(
                person: "leader", enrolment: amina, step: step, act: act,
                expires: world.clock.now().seconds + ActLink.lifetimeSeconds)
            return "/a/\(link.token(world.installation.settings.secret))"
        }
        let time = act(.time, talk)
        return [
            ["name": "sign-in", "path": "/signin"],
            ["name": "sign-in-sent", "path": "/signin/sent"],
            ["name": "sign-in-enter", "path": String(enter)],
            ["name": "sign-in-needed", "path": "/me"],
            ["name": "sign-in-rest", "path": "/signin", "link": world.link("leader", amina, talk)],
            [
                "name": "step-by-link", "path": "/enrolments/\(amina)/steps/\(talk)",
                "link": world.link("leader", amina, talk),
            ],
            ["name": "act-done", "path": act(.done, talk)],
            ["name": "act-time", "path": time],
            ["name": "act-skip", "path": act(.skip, "meet-resource-persons")],
            [
                "name": "act-fault", "path": time, "form": time,
                "fields": "{\"day\": \"2026-03-02\"}",
            ],
        ]
    }

    /// The pages of the changes, those that come after a form was sent included.
    private func changePages(
        _ world: WebWorld, _ amina: EnrolmentID
    ) async throws -> [[String: String]] {
        _ = try await world.installation.act(
            .tailor(
                .skip("medicines-course"), by: "leader", approvedBy: "leader", reason: "Har det"),
            on: amina, by: .person("leader"))
        let second = try await world.publishSecond()
        let act = try await world.installation.startBulk(
            .migrate("oslo-onboarding", to: second.hash), units: ["ward"], by: .person("hr"))
        _ = try await world.finish(act)
        _ = try await world.publishThird()
        let change = "/enrolments/\(amina)/change"
        let programme = "/programmes/oslo-onboarding"
        func page(
            _ name: String, _ path: String, _ person: PersonID
        ) throws -> [String: String] {
            ["name": name, "path": path, "cookie": try world.cookie(person)]
        }
        func sent(
            _ name: String, _ path: String, _ person: PersonID, _ form: String, _ fields: String
        ) throws -> [String: String] {
            try page(name, path, person).merging(["form": form, "fields": fields]) { $1 }
        }
        let kinds = [
            "date", "more-time", "hand-over", "cover", "add-step", "replace-step", "withdraw",
        ]
        let person = "\"person\": \"stranger\""
        let days = "\"from\": \"2026-03-23\", \"until\": \"2026-04-03\""
        return try [
            page("changes", change, "leader"),
            page("change-fact", "\(change)/fact?fact=prior-competence", "leader"),
            page("history", "/enrolments/\(amina)/history", "leader"),
            page("step-history", "/enrolments/\(amina)/steps/fire-drill/history", "amina"),
            page("versions", "\(programme)/versions", "hr"),
            page("difference", "\(programme)/versions/1/2", "hr"),
            page("migration", "\(programme)/migration", "hr"),
            page("migration-refused", "\(programme)/migration?to=3", "hr"),
            page("migration-back", "\(programme)/migration?to=1", "hr"),
            page("act", "/acts/\(act)", "hr"), page("absence", "/me/absence", "leader"),
            sent(
                "absence-preview", "/me/absence", "leader", "/me/absence/cover/preview",
                "{\(days), \(person)}"),
            sent(
                "preview", "\(change)/date", "leader", "\(change)/date/preview",
                "{\"anchor\": \"first-day\", \"day\": \"2026-03-09\", \"reason\": \"Sykdom\"}"),
            sent(
                "fault", "\(change)/hand-over", "leader", "\(change)/hand-over/preview",
                "{\"role\": \"buddy\", \"person\": \"Ingen\", \"reason\": \"Bytte\"}"),
        ] + kinds.map { try page("change-\($0)", "\(change)/\($0)", "leader") }
    }

    /// Runs the pages on a free port of this machine while the body runs.
    private func withServer<R: Sendable>(
        _ world: WebWorld, _ body: @escaping @Sendable (Int) async throws -> R
    ) async throws -> R {
        let (ports, told) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: buildRouter(world.context(demonstration: true)),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                told.yield(channel.localAddress?.port ?? 0)
            }, logger: world.context().logger)
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                throw Missing()
            }
            while let result = try await group.next() {
                if let result {
                    group.cancelAll()
                    return result
                }
            }
            throw Missing()
        }
    }

    /// Runs a Python helper on a thread of its own: the server needs the shared ones.
    private static func run(_ script: String, _ input: Data) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try python(
                            script: Repository.url("Tests/WebTests/Python/\(script)").path,
                            arguments: [], input: input)
                    })
            }
        }
    }
}
