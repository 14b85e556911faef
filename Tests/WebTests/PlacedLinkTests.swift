import Delivery
import Engine
import Operations
import Placements
import Support
import Testing

@testable import Web

/// What is told of a publication leads to a page that whoever is told may read.
@Suite struct PlacedLinkTests {
    /// The address in the newest mail about placements to somebody.
    private func link(_ placing: PlacingWorld, to address: String) throws -> (String, String) {
        let mail = try need(
            placing.world.mail.sent.last {
                $0.to.address.description == address && $0.subject.contains("Studieåret 2026/2027")
            })
        let found = mail.text.firstMatch(of: #/http://ombord\.example(/(me|placements)[^\s]*)/#)
        return (String(try need(found?.output.1)), mail.text)
    }

    private func published(
        by place: PlacingWorld, tutor: PersonID = "tutor"
    ) async throws -> PlacementRound {
        try await place.peopled()
        let round = try need(try place.installation.placementRound(place.round, for: "jon"))
        for group in try place.installation.tutors(of: round) {
            try await place.installation.setTutor(
                tutor, school: group.school, profession: group.profession, year: group.year,
                in: place.round, by: "jon")
        }
        let publication = try await place.installation.publishPlacements(
            try await place.draft(.serial), of: place.round, reason: "", by: "jon")
        while try await !place.installation.continuePublication(publication).isFinished {}
        return try need(try place.installation.placementRound(place.round, for: "jon"))
    }

    @Test("A tutor, a supervisor and a ward's leader follow their mail to the students they have")
    func links() async throws {
        let placing = try await PlacingWorld()
        let round = try await published(by: placing)
        try await placing.world.live(until: "2026-02-17T12:00")
        let assignments = try placing.installation.assignments(of: round)
        let leader = try need(try placing.installation.person("leader")?.email)
        let people: [(PersonID, String)] = [
            ("tutor", "tuva@skole.example"), ("su-v3", "gro@solbakken.example"),
            ("leader", leader),
        ]
        for (person, address) in people {
            let (path, _) = try link(placing, to: address)
            let page = try await placing.world.browser(person).get(path)
            #expect(page.status == 200, "\(person) \(path)")
            let mine = assignments.filter { person != "su-v3" || $0.supervisor == "v3" }
            #expect(!mine.isEmpty)
            let names = try placing.installation.labels(of: round, students: mine.map(\.student))
            for each in mine {
                #expect(page.readable.contains(names.student(each.student)), "\(person)")
            }
            // The plan of each is a page of theirs too, and so is the link on their own page.
            for plan in page.text.matches(of: #/"(/enrolments/[0-9a-z]+)"/#).map(\.output.1) {
                let browser = try await placing.world.browser(person)
                #expect(try await browser.get(String(plan)).status == 200, "\(person) \(plan)")
            }
            let me = try await placing.world.browser(person).get("/me")
            #expect(me.text.contains("href=\"/me/students\""), "\(person)")
        }
        // Nobody else's students, and none for whoever has none.
        for person in ["stranger", "hr", "eva-b", "st-s1"] as [PersonID] {
            let browser = try await placing.world.browser(person)
            #expect(try await browser.get("/me/students").status == 404, "\(person)")
        }
    }

    @Test("A coordinator who answers for a ward that nobody leads follows the mail to the act")
    func coordinator() async throws {
        let placing = try await PlacingWorld()
        _ = try await published(by: placing, tutor: "jon")
        try await placing.world.live(until: "2026-02-17T12:00")
        let (path, _) = try link(placing, to: "jon@example.org")
        #expect(path.hasPrefix("\(placing.path)/publications/"))
        #expect(try await placing.world.browser("jon").get(path).status == 200)
    }

    @Test("Whoever has no students any more reads that where the mail leads")
    func nobodyLeft() async throws {
        let placing = try await PlacingWorld()
        let round = try await published(by: placing)
        for each in try placing.installation.assignments(of: round) {
            try await placing.installation.withdraw(
                student: each.student, from: placing.round, by: "jon")
        }
        let draft = try await placing.draft(.serial)
        let publication = try await placing.installation.publishPlacements(
            draft, of: placing.round, reason: "Alle har trukket seg.", by: "jon")
        while try await !placing.installation.continuePublication(publication).isFinished {}
        try await placing.world.live(until: "2026-02-18T12:00")
        let leader = try need(try placing.installation.person("leader")?.email)
        let (path, text) = try link(placing, to: leader)
        #expect(text.contains("kommer ikke likevel"))
        let page = try await placing.world.browser("leader").get(path)
        #expect(page.status == 200)
        #expect(page.readable.contains("Du har ingen studenter i praksis nå."))
    }

    @Test("Whoever has a student no longer is told so, by a mail that leads where they may go")
    func formerly() async throws {
        let placing = try await PlacingWorld()
        let round = try await published(by: placing)
        try await placing.world.live(until: "2026-02-17T12:00")
        // The tutor hands all of them over, and one who supervises two is away.
        for group in try placing.installation.tutors(of: round) {
            try await placing.installation.setTutor(
                "stranger", school: group.school, profession: group.profession,
                year: group.year, in: placing.round, by: "jon")
        }
        _ = try await placing.installation.withdraw(
            student: "s1", from: placing.round, by: "jon")
        let repair = try await placing.draft()
        let publication = try await placing.installation.publishPlacements(
            repair, of: placing.round, reason: "Ada har trukket seg.", by: "jon")
        while try await !placing.installation.continuePublication(publication).isFinished {}
        try await placing.world.live(until: "2026-02-18T12:00")
        let mails = placing.world.mail.sent
        let former = mails.filter {
            $0.to.address.description == "tuva@skole.example"
                && $0.text.contains("en rolle er gitt videre")
        }
        #expect(!former.isEmpty)
        // Of what was theirs only the way to their own list is left.
        for mail in former { #expect(mail.text.split(separator: "example/l/").count == 2) }
        var followed = 0
        for mail in mails {
            let sent = mail.sentAt >= (try need(former.first)).sentAt
            for match in mail.text.matches(of: #/ombord\.example(/l/[^\s]+)/#) where sent {
                let browser = try await placing.world.browser()
                let answer = try await browser.get(String(match.output.1))
                #expect(answer.status == 303, "\(mail.subject)")
                let page = try await browser.get(try need(answer["location"]))
                #expect(page.status == 200, "\(mail.to.address): \(mail.subject)")
                followed += 1
            }
        }
        #expect(followed > 5)
    }

    @Test("A form from before something changed is refused with what there is now")
    func stale() async throws {
        let placing = try await PlacingWorld()
        try await placing.peopled()
        let jon = try await placing.world.browser("jon")
        let draft = try await placing.draft(.serial)
        let publish = "\(placing.path)/drafts/\(draft)/publish"
        let before = try await jon.get(publish)
        #expect(before.readable.contains("Runden har ingen praksislærere"))
        #expect(before.readable.contains("står uten plass"))
        try await placing.installation.withdraw(
            student: "s1", from: placing.round, by: "jon")
        let refused = try await jon.submit(before, to: publish)
        #expect(refused.status == 422)
        #expect(refused.readable.contains("endret etter at du så forskjellen"))
        #expect(!refused.readable.contains("Ada <Berg>"))
        let round = try need(try placing.installation.placementRound(placing.round, for: "jon"))
        #expect(try placing.installation.publications(of: round).isEmpty)
        // A form that says nothing of what was shown is no better.
        let bare = try await jon.submit(refused, to: publish, ["shown": ""])
        #expect(bare.status == 422)
        // What is shown with the refusal can be published.
        #expect(try await jon.submit(refused, to: publish).status == 303)
        while let open = try placing.installation.unfinishedPublication() {
            try await placing.installation.continuePublication(open)
        }
        // And once more there is nothing to publish.
        let again = try await jon.submit(refused, to: publish, ["key": "another"])
        #expect(again.status == 422)
        #expect(again.readable.contains("ingenting å publisere"))
    }
}
