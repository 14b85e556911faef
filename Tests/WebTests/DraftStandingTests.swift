import Engine
import Operations
import Placements
import Storage
import Support
import Testing

@testable import Web

extension PlacingWorld {
    /// Two drafts of the round as it is, of which the first leaves somebody without a place whom
    /// the second does not.
    func worseDraft() async throws -> (worse: String, better: String) {
        try await peopled()
        _ = try await installation.importTables(
            [Self.table("wishes", "student,rank,ward,institution\ns1,1,w1,\n")], into: round,
            by: "jon", dryRun: false)
        for student in ["s2", "s3"] {
            try await installation.ban(student, ward: "w2", in: round, by: "jon")
        }
        return (try await draft(.serial), try await draft())
    }

    func count(_ sql: String) throws -> Int {
        try installation.database.read { try $0.count(sql, []) }
    }
}

/// What the page of publishing says of a draft in its round as it is now.
@Suite struct DraftStandingTests {
    private func golden(
        _ page: Browser.Answer, _ name: String, _ placing: PlacingWorld, _ drafts: [String]
    ) {
        var text = page.stable.replacing(placing.round, with: "ROUND")
        for (number, draft) in drafts.enumerated() {
            text = text.replacing(draft, with: "DRAFT-\(number + 1)")
        }
        expectGolden(text, "nb/placed/\(name).html")
    }

    @Test("A draft that breaks a rule by now says which, is refused, and offers its repair")
    func broken() async throws {
        let placing = try await PlacingWorld()
        try await placing.peopled()
        let draft = try await placing.draft()
        let jon = try await placing.world.browser("jon")
        let publish = "\(placing.path)/drafts/\(draft)/publish"
        // The page was opened before the rule was.
        let before = try await jon.get(publish)
        #expect(before.status == 200)
        try await placing.installation.ban("s1", ward: "w2", in: placing.round, by: "jon")
        let sent = try await jon.submit(before, to: publish)
        #expect(sent.status == 422)
        let page = try await jon.get(publish)
        for shown in [sent, page] {
            #expect(shown.readable.contains("Utkastet kan ikke publiseres"))
            #expect(shown.readable.contains("Ada <Berg> på Solbakken sykehjem, Avdeling Rogn"))
            #expect(shown.form(publish) == nil)
        }
        golden(page, "publish-broken", placing, [draft])
        #expect(try placing.count("SELECT count(*) FROM placement_publication") == 0)
        let drafts = "\(placing.path)/drafts"
        let repair = try await jon.submit(page, to: drafts)
        #expect(repair.status == 303)
        let address = try need(repair["location"])
        let made = String(address.split(separator: "/").last ?? "")
        try await placing.installation.continueDraft(made)
        let repaired = try await jon.get("\(address)/publish")
        #expect(repaired.form("\(address)/publish") != nil)
        let done = try await jon.submit(repaired, to: "\(address)/publish")
        #expect(done.status == 303)
    }

    @Test("A draft that is worse than another asks whether that is known")
    func worse() async throws {
        let placing = try await PlacingWorld()
        let (worse, better) = try await placing.worseDraft()
        let jon = try await placing.world.browser("jon")
        let publish = "\(placing.path)/drafts/\(worse)/publish"
        let page = try await jon.get(publish)
        #expect(page.readable.contains("Utkast 2 er bedre"))
        golden(page, "publish-worse", placing, [worse, better])
        let missing = try await jon.submit(page, to: publish)
        #expect(missing.status == 422)
        #expect(missing.readable.contains("Bekreft at du vil publisere dette utkastet"))
        #expect(try placing.count("SELECT count(*) FROM placement_publication") == 0)
        let known = try await jon.submit(page, to: publish, ["worse.\(better)": "1"])
        #expect(known.status == 303)
        let best = try await jon.get("\(placing.path)/drafts/\(better)/publish")
        #expect(!best.readable.contains("er bedre"))
    }

    @Test("A round takes answers while drafts are made, and none once places are published")
    func answers() async throws {
        let placing = try await PlacingWorld()
        try await placing.peopled()
        let draft = try await placing.draft()
        let jon = try await placing.world.browser("jon")
        let answers = "\(placing.path)/answers"
        let asks = "\(placing.path)/asks"
        let open = try await jon.get(answers)
        let asked = try await jon.submit(open, to: asks, ["kind": "needs"])
        #expect(asked.status == 303)
        let round = try need(try placing.installation.placementRound(placing.round, for: "jon"))
        #expect(round.status == .allocating)
        let ask = try need(try placing.installation.asks(of: round).first)
        let link = AskLink(
            person: ask.person, enrolment: ask.enrolment,
            expires: placing.world.clock.now().seconds + 3600
        ).token(placing.installation.settings.secret)
        let school = try await placing.world.browser()
        let shown = try await school.get("/p/\(link)")
        #expect(shown.readable.contains("spør hvor mange"))
        let action = String(try need(shown.text.firstMatch(of: #/action="([^"]+)"/#)?.output.1))
            .replacing("&amp;", with: "&")
        let answered = try await school.post(
            action, ["key": "k1", "n.H1.1.sykepleie": "7"])
        #expect(answered.status == 303)
        #expect(try placing.count("SELECT count(*) FROM placement_need WHERE count = 7") == 1)
        // Once places are published nobody is asked, and who opens the link reads why.
        let publication = try await placing.installation.publishPlacements(
            draft, of: placing.round, reason: "", by: "jon")
        while try await !placing.installation.continuePublication(publication).isFinished {}
        // Whoever has not answered is reminded no more.
        let running = "SELECT count(*) FROM enrolment WHERE status = 'running' AND programme ="
        #expect(try placing.count("\(running) 'placement-needs-request'") == 0)
        let closed = try await jon.get(answers)
        #expect(closed.readable.contains("Skolene blir ikke spurt lenger"))
        let refused = try await jon.submit(open, to: asks, ["kind": "needs"])
        #expect(refused.status == 409)
        #expect(refused.readable.contains("Skolene blir ikke spurt lenger"))
        let late = try await school.get(action)
        #expect(late.readable.contains("tar ikke imot flere svar"))
        #expect(!late.text.contains("<button"), "\(late.readable)")
        let tooLate = try await school.post(action, ["key": "k2", "n.H1.1.sykepleie": "9"])
        #expect(tooLate.status == 422)
        #expect(try placing.count("SELECT count(*) FROM placement_need WHERE count = 9") == 0)
        // Spring's offers can still be changed, and it is said that it is only those.
        #expect(closed.readable.contains("bare si hva våren tilbyr"))
        try await placing.world.live(until: "2026-10-02T12:00")
        let autumn = try await placing.world.browser("jon")
        #expect(try await autumn.get(answers).form(asks) == nil)
    }
}
