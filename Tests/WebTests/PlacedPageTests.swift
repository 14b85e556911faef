import CivilCalendar
import Engine
import Foundation
import Operations
import Placements
import Storage
import Support
import Testing

@testable import Web

extension PlacingWorld {
    /// The round with people in it and the programmes that their placements are.
    func peopled() async throws {
        for year in 1...3 {
            let file = Repository.url("Workflows/nursing-placement-year-\(year).yaml").path
            _ = try need(
                try await installation.publish(try need(ProgrammeSource(path: file))).version)
        }
        try await world.load(
            .people,
            """
            id,name,email,unit,language
            st-s1,Ada <Berg>,ada@skole.example,,nb
            st-s2,Bo Dahl,bo@skole.example,,nb
            st-s3,Cecilie Elv,cecilie@skole.example,,nb
            st-s4,David Foss,david@skole.example,,nb
            su-v1,Anne Lie,anne@solbakken.example,ward,nb
            su-v3,Gro Berg,gro@solbakken.example,ward,nb
            tutor,Tuva Lærer,tuva@skole.example,,nb

            """)
        try await installation.database.write { connection in
            for id in ["s1", "s2", "s3", "s4"] {
                try connection.run(
                    "UPDATE placement_student SET person = ? WHERE id = ?",
                    [.text("st-\(id)"), .text(id)])
            }
            for id in ["v1", "v3"] {
                try connection.run(
                    "UPDATE placement_supervisor SET person = ? WHERE id = ?",
                    [.text("su-\(id)"), .text(id)])
            }
            try connection.run("UPDATE placement_ward SET unit = 'ward'", [])
        }
    }

    /// The round, published.
    func published() async throws -> String {
        try await peopled()
        let draft = try await draft(.serial)
        let publication = try await installation.publishPlacements(
            draft, of: round, reason: "", by: "jon")
        while try await !installation.continuePublication(publication).isFinished {}
        return draft
    }
}

/// The pages of what comes after an allocation.
@Suite struct PlacedPageTests {
    @Test("The pages as they were read and found right", arguments: Language.shipped)
    func pages(_ language: Language) async throws {
        let placing = try await PlacingWorld()
        try await placing.peopled()
        let world = placing.world
        for person in ["jon", "st-s1", "su-v3", "leader"] as [PersonID] {
            try await world.speak(language, person)
        }
        let draft = try await placing.draft(.serial)
        let jon = try await world.browser("jon")
        let ada = try await world.browser("st-s1")
        func expect(_ answer: Browser.Answer, _ name: String, status: Int = 200) {
            #expect(answer.status == status, "\(name)")
            let text = answer.stable.replacing(placing.round, with: "ROUND")
                .replacing(draft, with: "DRAFT")
                .replacing(#/publications\/q[0-9a-z]+/#, with: "publications/PUBLICATION")
                .replacing(#/swaps\/w[0-9a-z]+/#, with: "swaps/SWAP")
                .replacing(#/swap-w[0-9a-z]+/#, with: "swap-SWAP")
                .replacing(#/enrolments\/e[0-9a-z]+/#, with: "enrolments/ENROLMENT")
            expectGolden(text, "\(language)/placed/\(name).html")
        }
        let own = "/me/placements/\(placing.round)"
        try await placing.installation.takeWishes(
            until: need(CivilDay("2026-04-01")), most: 3, in: placing.round, by: "jon")
        expect(try await ada.get("/me/placements"), "own-before")
        expect(try await ada.get("\(own)/wishes"), "wishes")
        let publish = "\(placing.path)/drafts/\(draft)/publish"
        expect(try await jon.get(publish), "publish")
        expect(try await jon.get("\(placing.path)/tutors"), "tutors")
        let sent = try await jon.submit(try await jon.get(publish), to: publish)
        #expect(sent.status == 303)
        let progress = try need(sent["location"])
        expect(try await jon.get(progress), "publication-begun")
        while let open = try placing.installation.unfinishedPublication() {
            try await placing.installation.continuePublication(open)
        }
        expect(try await jon.get(progress), "publication")
        expect(try await ada.get("/me/placements"), "own")
        let gro = try await world.browser("su-v3")
        expect(try await gro.get("/me/students"), "students")
        if language == .bokmål {
            let leader = try await world.browser("leader")
            expect(try await leader.get("/me/students"), "students-followed")
        }
        let absence = "/me/students/\(placing.round)/v3/absence"
        expect(
            try await gro.get("\(absence)?first=2026-09-01&last=2026-09-11"), "absence-preview")
        let shown = try await gro.get("\(absence)?first=2026-09-01&last=2026-09-11")
        let reported = try await gro.submit(shown, to: absence)
        expect(try await gro.get(try need(reported["location"])), "absence")
        expect(try await jon.get("\(placing.path)/afterwards"), "afterwards")
        let asked = try await ada.submit(try await ada.get(own), to: "\(own)/swap")
        expect(try await ada.get(try need(asked["location"])), "swap-first")
        let cecilie = try await world.browser("st-s3")
        try await world.speak(language, "st-s3")
        expect(try await cecilie.get(try need(asked["location"])), "swap-second")
        expect(try await jon.get("\(placing.path)/swaps"), "swaps-none")
    }

    @Test("What is written wrong is kept, and nothing is changed")
    func faults() async throws {
        let placing = try await PlacingWorld()
        let draft = try await placing.published()
        let world = placing.world
        let jon = try await world.browser("jon")
        let after = "\(placing.path)/afterwards"
        let page = try await jon.get(after)
        let nobody = try await jon.submit(
            page, to: "\(placing.path)/withdrawals", ["student": "Ingen <b>"])
        #expect(nobody.status == 422)
        #expect(nobody.text.contains("Ingen &lt;b&gt;"))
        let wishing = try await jon.submit(
            page, to: "\(placing.path)/wishing", ["until": "i morgen", "most": "3"])
        #expect(wishing.status == 422)
        let tutors = try await jon.get("\(placing.path)/tutors")
        let unknown = try await jon.submit(
            tutors, to: "\(placing.path)/tutors", ["person": "ukjent@skole.example"])
        #expect(unknown.status == 422)
        #expect(unknown.text.contains("ukjent@skole.example"))
        let known = try await jon.submit(
            tutors, to: "\(placing.path)/tutors", ["person": "tuva@skole.example"])
        #expect(known.status == 303)
        let round = try need(try placing.installation.placementRound(placing.round, for: "jon"))
        #expect(try placing.installation.tutors(of: round).count { $0.person == "tutor" } == 1)
        // What stands published already is no change, and has no form.
        let publish = "\(placing.path)/drafts/\(draft)/publish"
        #expect(try await !jon.get(publish).text.contains("<form class=\"act\""))
        let gro = try await world.browser("su-v3")
        let absence = "/me/students/\(placing.round)/v3/absence"
        let wrong = try await gro.get("\(absence)?first=2026-09-11&last=2026-09-01")
        #expect(wrong.status == 422)
        #expect(wrong.text.contains("value=\"2026-09-11\""))
        let past = try await gro.get("\(absence)?first=2020-01-06&last=2020-01-10")
        #expect(past.status == 422 && past.readable.contains("Dagen er forbi"))
        let days = "first=2026-09-01&last=2026-09-11"
        let shown = try await gro.get("\(absence)?\(days)")
        let written = try await gro.get(
            try need(try await gro.submit(shown, to: absence)["location"]))
        #expect(written.readable.contains("Ta tilbake fraværet"))
        // Another that shares weeks with it is told beside the field.
        let again = try await gro.get("\(absence)?first=2026-09-01&last=2026-09-25")
        #expect(again.status == 422 && again.readable.contains("allerede meldt borte"))
        let back = try await gro.submit(written, to: "\(absence)/withdrawal")
        let told = try await gro.get(try need(back["location"]))
        #expect(told.readable.contains("Fraværet er tatt tilbake"))
        #expect(try await gro.get("\(absence)?\(days)").text.contains("Meld fraværet"))
    }

    @Test("Whoever withdraws is chosen among those of the name, and can come back")
    func withdrawals() async throws {
        let placing = try await PlacingWorld()
        _ = try await placing.published()
        let jon = try await placing.world.browser("jon")
        let after = "\(placing.path)/afterwards"
        let post = "\(placing.path)/withdrawals"
        try await placing.installation.database.write { connection in
            _ = try connection.run(
                "UPDATE placement_student SET name = 'Ida Lie' WHERE id IN ('s1', 's3')", [])
        }
        let empty = try await jon.submit(try await jon.get(after), to: post, ["student": " "])
        #expect(empty.status == 422)
        #expect(empty.readable.contains("Skriv studentens nummer, hele navnet"))
        let several = try await jon.submit(
            try await jon.get(after), to: post, ["student": "Ida Lie"])
        #expect(several.status == 422)
        #expect(several.readable.contains("Velg hvem det er"))
        #expect(several.text.contains("<option value=\"s1\"") && several.text.contains("nummer s3"))
        let done = try await jon.submit(several, to: post, ["student": "Ida Lie", "which": "s3"])
        #expect(done.status == 303)
        let told = try await jon.get(after)
        #expect(told.readable.contains("Ida Lie er med likevel"))
        let back = try await jon.submit(
            told, to: "\(placing.path)/returns", ["student": "s3"])
        #expect(try await jon.get(try need(back["location"])).readable.contains("plassen som før"))
    }

    @Test("Nobody sees another's: students, supervisors and the other municipality's coordinator")
    func access() async throws {
        let placing = try await PlacingWorld()
        let draft = try await placing.published()
        let world = placing.world
        let installation = placing.installation
        let swap = try await installation.askSwap(in: placing.round, by: "st-s1")
        let round = try need(try installation.placementRound(placing.round, for: "jon"))
        let publication = try need(try installation.publications(of: round).first).id
        let coordinators = [
            "\(placing.path)/drafts/\(draft)/publish", "\(placing.path)/afterwards",
            "\(placing.path)/publications/\(publication)", "\(placing.path)/tutors",
            "\(placing.path)/swaps",
        ]
        let absence = "/me/students/\(placing.round)/v3/absence"
        for person in ["eva-b", "st-s1", "su-v3", "leader", "hr", "stranger"] as [PersonID] {
            let browser = try await world.browser(person)
            for path in coordinators {
                #expect(try await browser.get(path).status == 404, "\(person) \(path)")
            }
            let mayReport = person == "su-v3" || person == "leader"
            #expect(
                try await browser.get(absence).status == (mayReport ? 200 : 404), "\(person)")
            let isStudent = person == "st-s1"
            for path in ["/me/placements", "/me/placements/\(placing.round)", "/me/swaps/\(swap)"] {
                #expect(
                    try await browser.get(path).status == (isStudent ? 200 : 404),
                    "\(person) \(path)")
            }
            // Whoever leads the ward sees its students as the supervisor sees theirs.
            #expect(
                try await browser.get("/me/students").status == (mayReport ? 200 : 404))
        }
        let jon = try await world.browser("jon")
        for path in coordinators { #expect(try await jon.get(path).status == 200, "\(path)") }
        #expect(try await jon.get(absence).status == 200)
        let ada = try await world.browser("st-s1")
        let own = try await ada.get("/me/placements").text
        for other in ["Bo Dahl", "Cecilie", "David"] { #expect(!own.contains(other)) }
    }
}
