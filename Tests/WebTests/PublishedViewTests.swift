import Engine
import Operations
import Support
import Testing

@testable import Web

/// What stands published, at every view that the coordinator has of who is where.
@Suite struct PublishedViewTests {
    /// A published round in which two have changed places and one has withdrawn since; and a draft
    /// that is newer.
    private func changed() async throws -> (placing: PlacingWorld, first: String, newer: String) {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        // Of one school, so that any two of the three can be a pair.
        let students = try PlacingWorld.table(
            "students",
            """
            id,name,school,profession,year,periods,zone,priority,grounds,lottery
            s3,Cecilie Elv,nord,sykepleie,1,H1,z1,no,,3
            """)
        let report = try await installation.importTables(
            [students], into: placing.round, by: "jon", dryRun: false)
        #expect(report.errors.isEmpty)
        let first = try await placing.published()
        let swap = try await installation.askSwap(in: placing.round, by: "st-s1")
        try await installation.answerSwap(swap, agrees: true, by: "st-s3")
        let publication = try await installation.decideSwap(
            swap, accepts: true, reason: "Begge vil.", in: placing.round, by: "jon")
        try await installation.continuePublication(try need(publication))
        _ = try await installation.withdraw(student: "s2", from: placing.round, by: "jon")
        return (placing, first, try await placing.draft())
    }

    @Test("Every view shows what stands, swaps and withdrawals included, and offers the drafts")
    func views() async throws {
        let (placing, first, newer) = try await changed()
        let jon = try await placing.world.browser("jon")
        let path = placing.path
        // Ada was on Rogn and Cecilie on Bjørk until they changed places; Bo has withdrawn.
        let ward = try await jon.get("\(path)/wards/w1")
        #expect(ward.readable.contains("Ada <Berg>"))
        #expect(!ward.readable.contains("Cecilie Elv"))
        #expect(try await !jon.get("\(path)/wards/w2").readable.contains("Bo Dahl"))
        let before = try await jon.get("\(path)/wards/w1?draft=\(first)").readable
        #expect(before.contains("Cecilie Elv"))
        #expect(before.contains("Her står utkastet slik det ble publisert."))

        let changes = "Endret siden: 1 bytte, 1 har trukket seg."
        for page in ["", "/wards/w1", "/students", "/students/s1", "/load", "/published"] {
            let answer = try await jon.get("\(path)\(page)")
            #expect(answer.readable.contains("Utkast 1 gjelder."), "\(page)")
            #expect(answer.readable.contains(changes), "\(page)")
            #expect(
                page == "/published"
                    || answer.text.contains("<option value=\"published\" selected>"), "\(page)")
            if page == "/published" { continue }
            let draft = try await jon.get("\(path)\(page)?draft=\(newer)")
            #expect(
                draft.readable.contains("Utkast 2 er et utkast og gjelder ikke."), "\(page)")
            #expect(draft.text.contains("<option value=\"\(newer)\" selected>"), "\(page)")
        }
        let none = try await jon.get("\(path)?draft=none")
        #expect(none.text.contains("<option value=\"none\" selected>"))
        #expect(!none.readable.contains("gjelder."))

        // Who is where, in a list, on the student's own page and for a spreadsheet.
        let ada = try await jon.get("\(path)/students/s1").readable
        #expect(ada.contains("Avdeling Bjørk"))
        let bo = try await jon.get("\(path)/students/s2").readable
        #expect(bo.contains("Studenten har trukket seg."))
        let sheet = try await jon.get("\(path)/published/allocation").text
        #expect(sheet.contains("\"Ada <Berg>\";\"Nordli fagskole\";\"sykepleie\";\"1\""))
        #expect(sheet.contains("Cecilie Elv") && !sheet.contains("Bo Dahl"))
        #expect(sheet.contains("Utkast 1 gjelder.") && sheet.contains(changes))
        let proposal = try await jon.get("\(path)/drafts/\(newer)/allocation").text
        #expect(proposal.contains("Utkast 2 er et utkast og gjelder ikke."))
        // David and Eli never had a place; Bo, who does not come, is none of those without.
        let without = try await jon.get("\(path)/published?unplaced=1").readable
        #expect(without.contains("David Foss") && without.contains("Eli Gran"))
        #expect(!without.contains("Bo Dahl"))
        #expect(without.contains("Studenter med plass: 2 av 4."))
    }

    @Test("The list of drafts tells which was published, when, and what has changed since")
    func drafts() async throws {
        let (placing, first, newer) = try await changed()
        let jon = try await placing.world.browser("jon")
        let list = try await jon.get("\(placing.path)/drafts")
        let rows = list.text.split(separator: "<tr>").filter { $0.contains("scope=\"row\"") }
        #expect(rows.count == 3)
        #expect(rows[0].contains("/published\">Publisert nå"))
        #expect(rows[0].contains("2 av 4"))
        #expect(rows[0].contains("Endret siden: 1 bytte, 1 har trukket seg."))
        #expect(rows[1].contains(newer) && rows[1].contains("<td>Nei</td>"))
        #expect(rows[2].contains(first) && rows[2].contains("kl. 07.30. Gjelder."))
        // What stands can be held against any of them.
        let compare = try await jon.get("\(placing.path)/compare?a=published&b=\(first)")
        #expect(compare.readable.contains("Publisert nå mot Utkast 1"))
        #expect(compare.readable.contains("3 studenter er på en annen plass."))
        #expect(try await jon.get("\(placing.path)/compare?a=published&b=x").status == 404)

        // A repair that is published is what stands, and the first no longer.
        _ = try await placing.installation.publishPlacements(
            newer, of: placing.round, reason: "Bo har trukket seg.", by: "jon")
        while let open = try placing.installation.unfinishedPublication() {
            try await placing.installation.continuePublication(open)
        }
        let after = try await jon.get("\(placing.path)/drafts").readable
        #expect(after.contains("Gjelder ikke lenger."))
        let old = try await jon.get("\(placing.path)/drafts/\(first)").readable
        #expect(old.contains("men gjelder ikke lenger."))
    }

    @Test("The page of what stands, as it was read and found right", arguments: Language.shipped)
    func page(_ language: Language) async throws {
        let (placing, first, newer) = try await changed()
        try await placing.world.speak(language, "jon")
        let page = try await placing.world.browser("jon").get("\(placing.path)/published")
        #expect(page.status == 200)
        let text = page.stable.replacing(placing.round, with: "ROUND")
            .replacing(first, with: "DRAFT").replacing(newer, with: "NEWER")
        expectGolden(text, "\(language)/placing/published.html")
    }

    @Test("Before anything is published there is no such page")
    func nothing() async throws {
        let placing = try await PlacingWorld()
        _ = try await placing.draft()
        let jon = try await placing.world.browser("jon")
        #expect(try await jon.get("\(placing.path)/published").status == 404)
        #expect(try await jon.get("\(placing.path)/published/allocation").status == 404)
        #expect(try await !jon.get(placing.path).text.contains("/published\""))
    }
}
