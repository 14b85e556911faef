import Engine
import Foundation
import HTTPTypes
import NIOCore
import Operations
import Testing

@testable import Web

@Suite struct FormTests {
    private let talk = "expectation-clarification"

    private func begin() async throws -> (WebWorld, EnrolmentID, String) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        return (world, amina, "/enrolments/\(amina)/steps/\(talk)")
    }

    private func status(
        _ world: WebWorld, _ id: EnrolmentID, _ step: String
    ) throws -> ShownStatus {
        let view = try need(try world.installation.enrolmentView(id, for: "amina"))
        return try need(view.steps.first { $0.step.id.rawValue == step }).status
    }

    @Test("Both say that a talk was held, one by a tap on their own page")
    func confirmation() async throws {
        let (world, amina, path) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/follow")
        #expect(page.text.contains("Amina Yusuf"))
        let first = try await leader.submit(
            page, to: "\(path)/confirmation", ["affirms": "yes"])
        #expect(first.status == 303)
        #expect(first["location"] == "/follow?saved=step")
        #expect(try status(world, amina, talk) == .waiting)

        let newcomer = try await world.browser("amina")
        let second = try await newcomer.submit(
            try await newcomer.get(path), to: "\(path)/confirmation", ["affirms": "yes"])
        #expect(second["location"] == "\(path)?saved=1")
        #expect(try status(world, amina, talk) == .done)
        #expect(try await newcomer.get("\(path)?saved=1").text.contains("role=\"status\""))
    }

    @Test("A form that is sent twice acts once")
    func twice() async throws {
        let (world, amina, path) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get(path)
        let fields = ["affirms": "yes", "day": "2026-03-16"]
        #expect(
            try await leader.submit(page, to: "\(path)/confirmation", fields).status == 303)
        let events = try world.installation.enrolmentView(amina, for: "amina")?.enrolment.eventCount
        #expect(
            try await leader.submit(page, to: "\(path)/confirmation", fields).status == 303)
        #expect(
            try world.installation.enrolmentView(amina, for: "amina")?.enrolment.eventCount
                == events)
        let other = try await leader.submit(
            page, to: "\(path)/confirmation", ["affirms": "no", "day": "2026-03-16"])
        #expect(other.status == 409)
    }

    @Test("A disagreement is shown, and settled by those entitled only")
    func settlement() async throws {
        let (world, amina, path) = try await begin()
        let leader = try await world.browser("leader")
        let newcomer = try await world.browser("amina")
        _ = try await leader.submit(
            try await leader.get(path), to: "\(path)/confirmation", ["affirms": "yes"])
        _ = try await newcomer.submit(
            try await newcomer.get(path), to: "\(path)/confirmation", ["affirms": "no"])
        #expect(try status(world, amina, talk) == .disputed)
        #expect(try await newcomer.get(path).form("\(path)/settlement") == nil)
        let page = try await leader.get(path)
        let empty = try await leader.submit(
            page, to: "\(path)/settlement", ["done": "yes", "day": "2026-03-17", "reason": " "])
        #expect(empty.status == 422)
        #expect(empty.text.contains("role=\"alert\""))
        #expect(empty.text.contains("value=\"2026-03-17\""))
        let settled = try await leader.submit(
            page, to: "\(path)/settlement",
            ["done": "yes", "day": "2026-03-17", "reason": "Vi møttes i kantina."])
        #expect(settled.status == 303)
        #expect(try status(world, amina, talk) == .done)
    }

    @Test("What cannot be used is told in a sentence, and nothing that was written is lost")
    func refusals() async throws {
        let (world, _, path) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get(path)
        let future = try await leader.submit(
            page, to: "\(path)/confirmation", ["affirms": "yes", "day": "2026-04-01"])
        #expect(future.status == 422)
        #expect(future.text.contains("onsdag 1. april 2026"))
        let past = try await leader.submit(
            page, to: "\(path)/booking",
            ["day": "2026-03-01", "time": "09:00", "minutes": "30", "place": "<Rom 2>"])
        #expect(past.status == 422)
        #expect(past.text.contains("&lt;Rom 2&gt;"))
        let skip = try await leader.submit(
            page, to: "\(path)/confirmation", ["affirms": "perhaps"])
        #expect(skip.status == 400)
        let long = try await leader.submit(
            page, to: "\(path)/booking", ["day": "2026-03-30", "time": "9", "minutes": "30"])
        #expect(long.status == 422)
    }

    @Test("A booked time is kept and shown to both")
    func booking() async throws {
        let (world, _, path) = try await begin()
        let newcomer = try await world.browser("amina")
        let answer = try await newcomer.submit(
            try await newcomer.get(path), to: "\(path)/booking",
            ["day": "2026-03-23", "time": "14:30", "minutes": "60", "place": "Møterom 2"])
        #expect(answer.status == 303)
        let leader = try await world.browser("leader")
        let text = try await leader.get(path).text
        #expect(text.contains("mandag 23. mars 2026 kl. 14.30"))
        #expect(text.contains("Møterom 2"))
    }

    @Test("Answers are kept with the step's signature, read by its parties, and bounded")
    func answers() async throws {
        let (world, amina, _) = try await begin()
        let path = "/enrolments/\(amina)/steps/prior-experience"
        let newcomer = try await world.browser("amina")
        let page = try await newcomer.get(path)
        let view = try need(try world.installation.enrolmentView(amina, for: "amina"))
        let question = try need(view.programme.step("prior-experience")?.questions.first?.id)
        let long = String(repeating: "æ", count: 4001)
        let refused = try await newcomer.submit(
            page, to: "\(path)/answers", ["answer-\(question)": long])
        #expect(refused.status == 422)
        #expect(refused.text.contains(long))
        func given() throws -> [AnswerRow] {
            let view = try need(try world.installation.enrolmentView(amina, for: "amina"))
            let step = try need(view.steps.first { $0.step.id == "prior-experience" })
            return try world.installation.answers(to: step, of: view, for: "amina")
        }
        #expect(try given().isEmpty)
        let sent = try await newcomer.submit(
            page, to: "\(path)/answers",
            ["answer-\(question)": "Fem år på <b>Ullevål</b>.\r\nNattevakt."])
        #expect(sent.status == 303)
        let rows = try given()
        #expect(rows.map(\.text) == ["Fem år på <b>Ullevål</b>.\nNattevakt."])
        #expect(rows.map(\.person) == ["amina"])
        let leader = try await world.browser("buddy")
        #expect(!(try await leader.get(path).text.contains("Ullevål")))
    }

    @Test("A body that is no form, or too large, is refused before anything is done")
    func bodies() async throws {
        let (world, _, path) = try await begin()
        let browser = try await world.browser("leader")
        let address = "\(path)/confirmation"
        let form = ["content-type": "application/x-www-form-urlencoded"]
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=\u{1}", "a=%00"] {
            let answer = try await browser.send(.post, address, form, ByteBuffer(string: text))
            #expect(answer.status == 400, "\(text)")
            #expect(answer.text.contains("<h1>"))
        }
        let large = ByteBuffer(repeating: UInt8(ascii: "a"), count: 70_000)
        #expect(try await browser.send(.post, address, form, large).status == 413)
        let json = ["content-type": "application/json"]
        #expect(
            try await browser.send(.post, address, json, ByteBuffer(string: "{}")).status == 415)
    }

    @Test("A name that would be a script is shown as what it is")
    func escaping() async throws {
        let world = try await WebWorld()
        let odd = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        let leader = try await world.browser("leader", demonstration: true)
        let own = try await world.browser("odd")
        for (browser, path) in [
            (leader, "/follow"), (leader, "/follow/confirm"), (leader, "/"), (leader, "/mailbox"),
            (leader, "/enrolments/\(odd)"), (leader, "/enrolments/\(odd)/notes"),
            (own, "/me"), (own, "/enrolments/\(odd)/steps/\(talk)"),
        ] {
            let answer = try await browser.get(path)
            #expect(answer.status == 200)
            #expect(!answer.text.contains("<script"), "\(path)")
            #expect(answer.text.contains("&lt;script&gt;"), "\(path)")
        }
    }
}

@Suite struct FormReadingTests {
    @Test(
        "The fields of a body",
        arguments: [
            ("a=1&b=2", ["a": "1", "b": "2"]), ("", [:]), ("a", ["a": ""]),
            ("a=1&a=2", ["a": "1"]), ("a=b%3Dc+d", ["a": "b=c d"]),
            ("n=%C3%86rlig", ["n": "Ærlig"]), ("a==", ["a": "="]), ("&&a=1&", ["a": "1"]),
        ] as [(String, [String: String])])
    func fields(body: String, expected: [String: String]) throws {
        #expect(try need(Form(urlEncoded: Array(body.utf8))).fields == expected)
    }
}
