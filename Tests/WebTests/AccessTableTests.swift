import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import Operations
import Support
import Testing

@testable import Web

/// Every role at every route. The table is made from the router, so that no route is left out; the
/// golden file was read and found right, and says in its first lines how it is to be read.
@Suite struct AccessTableTests {
    private static let people: [PersonID?] = [
        nil, "amina", "odd", "leader", "buddy", "director", "hr", "owner", "stranger",
    ]

    /// What the parts of an address that name something stand for: Amina's, and what is there.
    private static func values(
        _ world: WebWorld, _ amina: EnrolmentID, _ act: String
    ) throws -> [String: String] {
        let message = try need(
            try world.installation.messages(limit: 500).first { $0.kind == "talk-invitation" })
        return [
            "enrolment": amina.rawValue, "step": "expectation-clarification",
            "programme": "oslo-onboarding", "message": message.id, "act": act, "kind": "leave",
            "from": "1", "to": "2", "token": "x", "unit": "ward", "person": "amina", "job": "none",
            "input": "none", "publication": "none", "supervisor": "none", "swap": "none",
            "note": "none", "round": "none", "ward": "none", "student": "none",
            "table": "students", "upload": "none", "draft": "none", "claim": "none", "entry": "1",
        ]
    }

    private static let introduction = """
        Nobody, then people with a whole session. Amina is new in a ward; odd is new elsewhere and
        a stranger to her; the leader leads the ward and the buddy follows her up; the director
        leads the leader; hr and owner have those functions for the city. Forms are sent empty,
        with the session's own token: 422, 400 and 409 say that the sender may, and what to mend.
        404 is also for what exists and is none of theirs.

        """

    @Test("Every role at every route: who may, who gets 403, and from whom it is kept")
    func table() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let second = try await world.publishSecond()
        let act = try await world.installation.startBulk(
            .migrate("oslo-onboarding", to: second.hash), units: ["ward"], by: .person("hr"))
        _ = try await world.finish(act)
        let values = try Self.values(world, amina, act)
        let routes = buildRouter(world.context()).routes.filter { $0.method != .head }
            .map { (method: $0.method, path: "\($0.path)") }
            .sorted { ($0.path, $0.method.rawValue) < ($1.path, $1.method.rawValue) }
        #expect(routes.count > 40)
        var lines = [Self.introduction, Self.row("", Self.people.map { $0?.rawValue ?? "nobody" })]
        for route in routes {
            var path = route.path.replacing("absence/{kind}", with: "absence/cover")
            for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
            try #require(!path.contains("{"), "what does \(route.path) stand for?")
            var answers: [String] = []
            for person in Self.people {
                answers.append("\(try await status(route.method, path, person, world))")
            }
            lines.append(Self.row("\(route.method) \(route.path)", answers))
        }
        expectGolden(lines.joined(separator: "\n") + "\n", "access.txt")
    }

    private func status(
        _ method: HTTPRequest.Method, _ path: String, _ person: PersonID?, _ world: WebWorld
    ) async throws -> Int {
        let browser = Browser(world.context())
        var fields: [String: String] = [:]
        if let person {
            let session = try world.session(person)
            let secret = world.installation.settings.secret
            browser.cookies = [Session.cookieName: session.cookie(secret)]
            fields = ["csrf": session.formToken(secret), "key": "\(person)-at-\(path)"]
        }
        return method == .get
            ? try await browser.get(path).status : try await browser.post(path, fields).status
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        let head = name.padding(to: 62)
        return cells.reduce(into: head) { $0 += $1.padding(to: 9) }.trimmedAtEnd
    }
}

extension String {
    /// The text with spaces after it.
    func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }

    var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
