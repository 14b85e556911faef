import Delivery
import Engine
import Operations
import Placements
import Support
import Testing

@testable import Web

/// The forms of a round, end to end.
@Suite struct PlacingFormTests {
    private func link(_ placing: PlacingWorld, _ kind: AskKind) throws -> (String, PlacementAsk) {
        let round = try need(
            try placing.installation.placementRound(placing.round, for: "jon"))
        let ask = try need(try placing.installation.asks(of: round).first { $0.kind == kind })
        let token = AskLink(
            person: ask.person, enrolment: ask.enrolment,
            expires: placing.world.clock.now().seconds + 3600
        ).token(placing.installation.settings.secret)
        return ("/p/\(token)", ask)
    }

    @Test("A ward answers by the link in the mail, without an account, and is reminded until then")
    func answer() async throws {
        let placing = try await PlacingWorld()
        let jon = try await placing.world.browser("jon")
        let page = try await jon.get("\(placing.path)/answers")
        #expect(page.text.contains("1 av 2 institusjoner"))
        let told = try await jon.submit(
            page, to: "\(placing.path)/asks", ["kind": "offers"])
        #expect(told.status == 303)
        try await placing.world.live(until: "2026-04-28T12:00")
        let mails = placing.world.mail.sent.filter {
            $0.to.address.description == "frank@furulia.example"
        }
        // The question, and reminders two weeks and three days before 1 May.
        #expect(mails.count { $0.text.contains("/p/") } >= 3)
        let address = try need(
            mails.last?.text.firstMatch(of: #/http://ombord\.example(/p/[^\s]+)/#)?.output.1)
        let browser = try await placing.world.browser()
        let shown = try await browser.get(String(address))
        #expect(shown.status == 200)
        #expect(shown.readable.contains("Furulia & Co, Avdeling Eik"))
        let action = String(try need(shown.text.firstMatch(of: #/action="([^"]+)"/#)?.output.1))
            .replacing("&amp;", with: "&")
        let answered = try await browser.post(
            action,
            [
                "key": "k1", "n.H1.1.sykepleie": "2", "n.V1.3.sykepleie": "1",
                "obstacle": "supervisor-role", "obstacle-text": "For få <sykepleiere>",
            ])
        #expect(answered.status == 303)
        let contents = try need(
            try placing.installation.placementContents(placing.round, for: "jon"))
        let ward = try need(contents.wards.first { $0.id == "w3" })
        #expect(ward.obstacle == .supervisorRole)
        #expect(ward.answeredAt != nil)
        let offers = contents.offers.filter { $0.ward == "w3" }
        #expect(offers.map(\.places) == [2, 1])
        #expect(offers.allSatisfy { $0.answeredBy == ward.answeredBy })
        // The step is done: nobody is reminded any more.
        let person = try need(ward.answeredBy)
        func reminders() throws -> Int {
            try placing.installation.messages(recipient: person.rawValue)
                .count { ["reminder", "escalation"].contains($0.kind) }
        }
        let before = try reminders()
        try await placing.world.live(until: "2026-05-10T12:00")
        #expect(try reminders() == before)
        // A session lasts twelve hours.
        let later = try await placing.world.browser("jon")
        #expect(
            try await later.get("\(placing.path)/answers").text.contains("2 av 2 institusjoner"))
    }

    @Test("A number that cannot be is told beside its field, and nothing is kept")
    func badNumber() async throws {
        let placing = try await PlacingWorld()
        _ = try await placing.installation.ask(.offers, in: placing.round, by: "jon")
        let (path, _) = try link(placing, .offers)
        let browser = try await placing.world.browser()
        let shown = try await browser.get(path)
        let action = String(try need(shown.text.firstMatch(of: #/action="([^"]+)"/#)?.output.1))
            .replacing("&amp;", with: "&")
        for number in ["-1", "1001", "mange"] {
            let answer = try await browser.post(action, ["key": "k", "n.H1.1.sykepleie": number])
            #expect(answer.status == 422)
            #expect(answer.text.contains("value=\"\(number)\""))
            #expect(answer.text.contains("0 til 1000"))
        }
        let contents = try need(
            try placing.installation.placementContents(placing.round, for: "jon"))
        #expect(contents.wards.first { $0.id == "w3" }?.answeredAt == nil)
    }

    @Test("A link opens what it is about and nothing else; an altered one opens nothing")
    func scope() async throws {
        let placing = try await PlacingWorld()
        _ = try await placing.installation.ask(.offers, in: placing.round, by: "jon")
        let (path, ask) = try link(placing, .offers)
        let browser = try await placing.world.browser()
        #expect(try await browser.get(path + "0").status == 410)
        #expect(try await browser.get("\(path)?question=1&place=w1").status == 404)
        #expect(try await browser.get("/asks/\(ask.enrolment)").status == 403)
        #expect(try await browser.get(placing.path).status == 403)
        // A GET never answers.
        _ = try await browser.get("\(path)?n.H1.1.sykepleie=3")
        let contents = try need(
            try placing.installation.placementContents(placing.round, for: "jon"))
        #expect(contents.offers.count == 3)
        // Signed in, the same page is the person's own, and nobody else's.
        let own = try await placing.world.browser(ask.person)
        #expect(try await own.get("/asks/\(ask.enrolment)").status == 200)
        let other = try await placing.world.browser("leader")
        #expect(try await other.get("/asks/\(ask.enrolment)").status == 404)
    }

    @Test("Another municipality's coordinator, HR and leaders find no page of a round")
    func foreign() async throws {
        let placing = try await PlacingWorld()
        let draft = try await placing.draft()
        let paths = [
            "", "/answers", "/wards/w1", "/load", "/import", "/tables/students", "/students",
            "/students/s1", "/split", "/drafts", "/compare?a=\(draft)&b=\(draft)",
            "/drafts/\(draft)", "/drafts/\(draft)/allocation", "/drafts/\(draft)/what-if",
        ]
        let jon = try await placing.world.browser("jon")
        for path in paths {
            #expect(try await jon.get(placing.path + path).status == 200, "\(path)")
        }
        for person in ["eva-b", "hr", "owner", "leader"] as [PersonID] {
            let browser = try await placing.world.browser(person)
            for path in paths {
                let answer = try await browser.get(placing.path + path)
                #expect(answer.status == 404, "\(person) \(path)")
                #expect(!answer.text.contains("Ada"))
            }
        }
        let eva = try await placing.world.browser("eva-b")
        let own = try await eva.get("/placements")
        #expect(own.status == 200)
        #expect(!own.text.contains(placing.round))
        for (path, fields) in [
            ("/asks", ["kind": "offers"]), ("/students/s1/lock", ["kind": "lock"]),
            ("/drafts", ["method": "optimal"]), ("/split", [:]),
            ("/drafts/\(draft)/end", [:]),
        ] {
            let session = try placing.world.session("eva-b")
            let secret = placing.installation.settings.secret
            eva.cookies = [Session.cookieName: session.cookie(secret)]
            let sent = try await eva.post(
                placing.path + path,
                fields.merging(["csrf": session.formToken(secret), "key": "x\(path)"]) { $1 })
            #expect(sent.status == 404, "\(path)")
        }
    }

    @Test("A lock that cannot stand is told in a sentence with names, and nothing is changed")
    func locks() async throws {
        let placing = try await PlacingWorld()
        let jon = try await placing.world.browser("jon")
        let path = "\(placing.path)/students/s1"
        let page = try await jon.get(path)
        let unknown = try await jon.submit(
            page, to: "\(path)/lock", ["kind": "lock", "ward": "Avdeling Gran", "period": "H1"])
        #expect(unknown.status == 422)
        #expect(unknown.text.contains("Avdeling Gran"))
        // w3 offers nothing to a first-year student, and the school has no agreement there.
        let refused = try await jon.submit(
            page, to: "\(path)/lock", ["kind": "lock", "ward": "w3", "period": "H1"])
        #expect(refused.status == 422)
        #expect(refused.readable.contains("Ada <Berg>"))
        #expect(refused.readable.contains("skolen har ingen avtale der"))
        func locks() throws -> [String] {
            try need(try placing.installation.placementContents(placing.round, for: "jon"))
                .locks.map { "\($0.student) \($0.ward) \($0.period)" }
        }
        #expect(try locks() == [])
        let done = try await jon.submit(
            page, to: "\(path)/lock",
            ["kind": "lock", "ward": "solbakken sykehjem, avdeling bjørk", "period": "H1"])
        #expect(done.status == 303)
        #expect(try locks() == ["s1 w1 H1"])
        // A bar against the lock is refused.
        let barred = try await jon.submit(
            try await jon.get(path), to: "\(path)/ban", ["kind": "ban", "ward": "w1"])
        #expect(barred.status == 422)
        let draft = try await placing.draft()
        let result = try need(
            try placing.installation.draftResult(
                try need(
                    try placing.installation.placementDraft(
                        draft,
                        of: try need(
                            try placing.installation.placementRound(
                                placing.round, for: "jon"))))))
        #expect(result.allocation.assignments.first { $0.student == "s1" }?.ward == "w1")
        let free = try await jon.submit(try await jon.get(path), to: "\(path)/unlock")
        #expect(free.status == 303)
        #expect(try locks() == [])
    }

    @Test("A quota below what is locked is told at its row, in the reader's language")
    func quota() async throws {
        let placing = try await PlacingWorld()
        for student in ["s1", "s2"] {
            try await placing.installation.lock(
                student, ward: student == "s1" ? "w1" : "w2", period: "H1", in: placing.round,
                by: "jon")
        }
        let jon = try await placing.world.browser("jon")
        let page = try await jon.get("\(placing.path)/import")
        let table = "school,institution,profession,max_per_period\nnord,i1,sykepleie,1\n"
        let answer = try await jon.upload(
            page, to: "\(placing.path)/import",
            files: ["agreements": ("agreements.csv", Array(table.utf8))])
        #expect(answer.status == 303)
        let report = try await jon.get(try need(answer["location"]))
        #expect(report.text.contains("Noen rader er feil"))
        #expect(report.readable.contains("Disse låsene kan ikke stå sammen"))
        let contents = try need(
            try placing.installation.placementContents(placing.round, for: "jon"))
        #expect(contents.agreements.first { $0.school == "nord" }?.maximumPerPeriod == 3)
    }
}
