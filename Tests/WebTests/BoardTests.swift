import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing
import Wording

@testable import Web

@Suite struct BoardTests {
    /// A ward with two newcomers some weeks in.
    private func world(
        _ until: String = "2026-03-20T10:00"
    ) async throws -> (WebWorld, amina: EnrolmentID, odd: EnrolmentID) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let odd = try await world.enrol("odd", firstDay: "2026-03-16")
        try await world.live(until: until)
        return (world, amina, odd)
    }

    @Test("The board is for whoever leads, and a unit for whoever is above it")
    func access() async throws {
        let (world, _, _) = try await world()
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let rows: [(path: String, statuses: [Int])] = [
            //                 nobody amina leader buddy director hr owner stranger odd
            ("/board", [403, 404, 200, 404, 200, 404, 404, 404, 404]),
            ("/board?unit=ward", [403, 404, 200, 404, 200, 404, 404, 404, 404]),
            ("/board?unit=city", [403, 404, 404, 404, 200, 404, 404, 404, 404]),
            ("/board?unit=none", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
        ]
        try await world.expectStatuses(rows, of: people)
    }

    @Test("The board as it was read and found right", arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let (world, amina, odd) = try await world()
        for person in ["leader", "director"] as [PersonID] {
            try await world.speak(language, person)
        }
        func expect(_ answer: Browser.Answer, _ name: String) {
            #expect(answer.status == 200, "\(name)")
            let text = answer.stable.replacing(amina.rawValue, with: "AMINA")
                .replacing(odd.rawValue, with: "ODD")
            expectGolden(text, "\(language)/\(name).html")
        }
        let leader = try await world.browser("leader")
        expect(try await leader.get("/board"), "board")
        expect(try await leader.get("/board?q=amina&late=1"), "board-filtered")
        let director = try await world.browser("director")
        expect(try await director.get("/board"), "board-director")
        expect(try await director.get("/board?unit=ward"), "board-unit")
    }

    @Test("One tap on a line says that it was held, and the board changes at once")
    func oneTap() async throws {
        let (world, amina, _) = try await world()
        let leader = try await world.browser("leader")
        let before = try await leader.get("/board")
        let action = "/enrolments/\(amina)/steps/practical-preparations/confirmation"
        #expect(before.form(action) != nil)
        let answer = try await leader.submit(before, to: action, ["affirms": "yes"])
        #expect(answer.status == 303)
        #expect(answer["location"] == "/board?saved=1")
        let after = try await leader.get("/board?saved=1")
        #expect(after.form(action) == nil)
        #expect(after.text.contains("role=\"status\""))
        #expect(try world.enrolment(amina).record("practical-preparations").status == .done)
    }

    @Test("Everybody late, everybody of a name, everybody of a programme, and everybody")
    func filters() async throws {
        let (world, amina, odd) = try await world()
        let leader = try await world.browser("leader")
        func shown(_ query: String) async throws -> Set<EnrolmentID> {
            let text = try await leader.get("/board\(query)").text
            let rows = text.split(separator: "<ul class=\"rows\"").dropFirst().first ?? ""
            return Set([amina, odd].filter { rows.contains("href=\"/enrolments/\($0)\"") })
        }
        #expect(try await shown("") == [amina, odd])
        #expect(try await shown("?q=AMI") == [amina])
        #expect(try await shown("?q=%3Cscript") == [odd])
        #expect(try await shown("?q=nobody") == [])
        #expect(try await shown("?programme=oslo-onboarding") == [amina, odd])
        #expect(try await shown("?programme=none") == [])
        let late = try await shown("?late=1")
        let expected = try [amina, odd].filter { id in
            try world.installation.enrolment(id).steps.contains {
                $0.isOverdue && $0.step.kind != .message
            }
        }
        #expect(!expected.isEmpty)
        #expect(late == Set(expected))
    }

    @Test("A stand-in has the board of whom they act for, and who is away sees it without acts")
    func cover() async throws {
        let (world, amina, _) = try await world()
        _ = try await world.installation.act(
            .arrangeCover(
                .lineManager, by: "stranger", from: try need(CivilDay("2026-03-20")),
                until: try need(CivilDay("2026-03-27")), reason: ""), on: amina,
            by: .person("leader"))
        while try await world.installation.wakeDue().woken > 0 {}
        let action = "/enrolments/\(amina)/steps/practical-preparations/confirmation"
        let stranger = try await world.browser("stranger")
        let board = try await stranger.get("/board")
        #expect(board.status == 200)
        #expect(board.text.contains("Du er vikar"))
        #expect(board.form(action) != nil)
        #expect(board.text.contains("/enrolments/\(amina)/change\""))
        let leader = try await world.browser("leader").get("/board")
        #expect(leader.text.contains("Du har vikar"))
        #expect(!leader.text.contains("action=\"/enrolments/\(amina)/"))
        #expect(!leader.text.contains("/enrolments/\(amina)/change\""))
    }

    @Test("What is different in one plan is on the board, by its own name and date")
    func tailored() async throws {
        let (world, amina, _) = try await world("2026-02-16T10:00")
        let leader = try await world.browser("leader")
        let day = try need(CivilDay("2026-05-20"))
        _ = try await world.installation.act(
            .tailor(
                .add(
                    OwnStep(
                        title: LocalizedText([.bokmål: "Lær <båten> å kjenne"]),
                        actors: [.lineManager], due: try need(CivilDay("2026-02-16"))),
                    after: nil), by: "leader", approvedBy: "leader", reason: "Trengs"),
            on: amina, by: .person("leader"))
        _ = try await world.installation.act(
            .tailor(
                .move("talk-2-months", due: day), by: "leader", approvedBy: "leader",
                reason: "Ferie"), on: amina, by: .person("leader"))
        let text = try await leader.get("/board").text
        #expect(text.contains("Lær &lt;båten&gt; å kjenne"))
        // The window of the agreement stays where it was.
        let window = try need(
            try world.installation.enrolment(amina).steps.first {
                $0.step.id == "talk-2-months"
            }?.window)
        #expect(!window.contains(day))
        let wording = Wording(language: .bokmål)
        #expect(text.contains(wording.shortDay(window.upperBound)))
    }
}
