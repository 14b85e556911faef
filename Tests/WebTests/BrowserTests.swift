import Engine
import Foundation
import Operations
import Hummingbird
import NIOCore
import Support
import Testing

@testable import Web

/// What the browser helper found on one page, in one light and width.
private struct Finding: Decodable {
    let page: String
    let scheme: String
    let width: Int
    let problems: [String]
}

@Suite struct BrowserTests {
    @Test(
        "A real browser finds no fault of accessibility and no sideways scroll on any page",
        .enabled(if: ProcessInfo.processInfo.environment["OMBORD_CHROMIUM"] != nil))
    func accessibility() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        let plan = "/enrolments/\(amina)"
        let mail = try need(
            try world.installation.messages(limit: 500).first { $0.kind == "talk-invitation" })
        let pages: [[String: String]] = [
            ["name": "start", "path": "/"],
            ["name": "programmes", "path": "/programmes"],
            ["name": "programme", "path": "/programmes/oslo-onboarding"],
            ["name": "me-newcomer", "path": "/me", "link": world.link("amina")],
            ["name": "me-leader", "path": "/me", "link": world.link("leader")],
            ["name": "enrolment", "path": plan, "link": world.link("amina")],
            [
                "name": "step", "path": "\(plan)/steps/expectation-clarification",
                "link": world.link("leader"),
            ],
            [
                "name": "form", "path": "\(plan)/steps/prior-experience",
                "link": world.link("amina"),
            ],
            ["name": "settings", "path": "/settings/mail", "link": world.link("leader")],
            ["name": "mailbox", "path": "/mailbox", "link": world.link("hr")],
            ["name": "mail", "path": "/mailbox/\(mail.id)", "link": world.link("hr")],
            ["name": "not-found", "path": "/nothing"],
        ] + (try await adminPages(world, amina)) + (try await changePages(world, amina))
        let findings = try await withServer(world) { port in
            let input = try JSONSerialization.data(
                withJSONObject: ["base": "http://127.0.0.1:\(port)", "pages": pages])
            let output = try await Self.run("browse.py", input)
            return try JSONDecoder().decode([Finding].self, from: output)
        }
        #expect(findings.count == pages.count * 2)
        for finding in findings {
            #expect(
                finding.problems == [], "\(finding.page), \(finding.scheme), \(finding.width) px")
        }
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
        func page(_ name: String, _ path: String, _ person: PersonID) -> [String: String] {
            ["name": name, "path": path, "link": world.link(person)]
        }
        func sent(
            _ name: String, _ path: String, _ person: PersonID, _ form: String, _ fields: String
        ) -> [String: String] {
            page(name, path, person).merging(["form": form, "fields": fields]) { $1 }
        }
        let kinds = [
            "date", "more-time", "hand-over", "cover", "add-step", "replace-step", "withdraw",
        ]
        let person = "\"person\": \"stranger\""
        let days = "\"from\": \"2026-03-23\", \"until\": \"2026-04-03\""
        return [
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
        ] + kinds.map { page("change-\($0)", "\(change)/\($0)", "leader") }
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
