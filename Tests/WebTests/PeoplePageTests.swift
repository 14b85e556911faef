import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

/// The newcomer's and the mentor's pages, as they were read and found right.
@Suite struct PeoplePageTests {
    private func expect(
        _ answer: Browser.Answer, _ amina: EnrolmentID, _ language: Language, _ name: String,
        odd: EnrolmentID? = nil, status: Int = 200
    ) {
        #expect(answer.status == status, "\(name)")
        var text = answer.stable.replacing(amina.rawValue, with: "ENROLMENT")
        if let odd { text = text.replacing(odd.rawValue, with: "OTHER") }
        text = text.replacing(#/notes\/n[0-9a-z]{24}/#, with: "notes/NOTE")
            .replacing(#/note-n[0-9a-z]{24}/#, with: "note-NOTE")
        expectGolden(text, "\(language)/\(name).html")
        #expect(text.utf8.count < 60_000, "\(name) weighs \(text.utf8.count) bytes")
    }

    @Test(
        "A newcomer's page before, on and after the first day", arguments: Language.shipped)
    func newcomer(_ language: Language) async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.speak(language, "amina")
        for (moment, name) in [
            ("2026-02-20T10:00", "before"), ("2026-03-01T10:00", "eve"),
            ("2026-03-02T07:30", "day-one"), ("2026-03-20T10:00", "after"),
            ("2026-05-20T10:00", "later"),
        ] {
            try await world.live(until: moment)
            let browser = try await world.browser("amina")
            expect(try await browser.get("/me"), amina, language, "me-\(name)")
        }
    }

    @Test("A mentor's pages", arguments: Language.shipped)
    func mentor(_ language: Language) async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let odd = try await world.enrol("odd", firstDay: "2026-03-09")
        try await world.live(until: "2026-03-20T10:00")
        try await world.speak(language, "leader")
        let leader = try await world.browser("leader")
        for (path, name) in [
            ("/me", "me-follower"), ("/follow", "follow"), ("/follow/confirm", "confirm"),
            ("/enrolments/\(amina)/notes", "notes-none"), ("/enrolments/\(amina)/input", "input"),
            ("/enrolments/\(amina)", "enrolment-leader"),
        ] {
            expect(try await leader.get(path), amina, language, name, odd: odd)
        }
        let notes = "/enrolments/\(amina)/notes"
        let kept = try await leader.submit(
            try await leader.get(notes), to: notes,
            ["text": "Hun er <b>flink</b>.\r\n\r\nLes mer."])
        #expect(kept.status == 303)
        expect(try await leader.get("\(notes)?saved=new"), amina, language, "notes")
        let empty = try await leader.submit(
            try await leader.get("/enrolments/\(amina)/input"), to: "/enrolments/\(amina)/input",
            ["text": " "])
        expect(empty, amina, language, "input-fault", status: 422)
    }

    @Test("Two programmes give one list of what is to be done now, and a section each")
    func twoProgrammes() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let path = Repository.url("Workflows/trondheim-mentor.yaml").path
        _ = try need(
            try await world.installation.publish(try need(ProgrammeSource(path: path))).version)
        let other = try await world.installation.enrol(
            EnrolRequest(
                participant: "amina", programme: "trondheim-mentor",
                anchors: ["first-day": try need(CivilDay("2026-03-02"))], facts: [:],
                chosen: ["mentor": "buddy"]), by: .operatorCommand)
        try await world.live(until: "2026-03-20T10:00")
        let text = try await world.browser("amina").get("/me").text
        #expect(text.components(of: "<h2 id=\"now\">") == 1)
        #expect(text.contains("id=\"own-\(amina)\"") && text.contains("id=\"own-\(other)\""))
        #expect(text.contains("Ny i helse og omsorg i Oslo · "))
    }

    @Test("Who has no programme and follows nobody is told so")
    func nobody() async throws {
        let world = try await WebWorld()
        let text = try await world.browser("stranger").get("/me").text
        #expect(text.contains("Du er ikke med i noe program nå."))
        #expect(!text.contains("/follow"))
    }
}

@Suite struct PeopleAccessTests {
    @Test("Each role against each page of people")
    func table() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        _ = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        let plan = "/enrolments/\(amina)"
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let all = [403] + people.dropFirst().map { _ in 200 }
        let involved = [403, 200, 200, 200, 200, 200, 404, 404, 404]
        let none = [403] + people.dropFirst().map { _ in 404 }
        let rows: [(path: String, statuses: [Int])] = [
            //                 nobody amina leader buddy director hr owner stranger odd
            ("/me", all), ("/follow", all), ("/follow/confirm", all), ("/follow?page=9", all),
            ("\(plan)/input", involved),
            ("\(plan)/input?step=none", involved),
            ("\(plan)/notes", [403, 404, 200, 200, 200, 200, 404, 404, 404]),
            ("/enrolments/e0/notes", none), ("/enrolments/e0/input", none),
            (
                "\(plan)/steps/expectation-clarification/invitation.ics",
                [403, 200, 200, 404, 404, 404, 404, 404, 404]
            ),
            ("\(plan)/steps/none/invitation.ics", none),
        ]
        try await world.expectStatuses(rows, of: people)
    }

    @Test("Nobody sends another's forms, and none without a token of their own")
    func forms() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let plan = "/enrolments/\(amina)"
        let note = try await world.installation.writeNote("Min", about: amina, by: "buddy")
        let may: [(path: String, people: Set<PersonID>)] = [
            ("\(plan)/input", ["amina", "leader", "buddy", "director", "hr"]),
            ("\(plan)/notes", ["leader", "buddy", "director", "hr"]),
            ("\(plan)/notes/\(note)", ["buddy"]),
            ("\(plan)/notes/\(note)/deletion", ["buddy"]),
        ]
        let people: [PersonID] = [
            "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        for person in people {
            let browser = try await world.browser(person)
            let token = try need(try await browser.get("/settings/mail").form("/settings/mail"))
            for (path, allowed) in may + [("/follow/confirm", []), ("/follow/booking", [])] {
                let foreign = try await browser.post(path, ["key": "k", "text": "x"])
                #expect(foreign.status == 403, "\(person) at \(path) without a token")
                if allowed.contains(person) || path.hasPrefix("/follow") { continue }
                let answer = try await browser.post(path, token.merging(["text": "x"]) { $1 })
                #expect(answer.status == 404, "\(person) at \(path)")
            }
        }
        let kept = try world.installation.notes(by: "buddy", about: amina, page: 0, pageSize: 9)
        #expect(kept.notes.map(\.text) == ["Min"])
    }
}
