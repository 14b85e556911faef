import CivilCalendar
import Engine
import JSONText
import Operations
import Placements
import Storage
import Support
import Testing

@testable import Web

/// What cannot be, by the forms of a round: a sentence that says where, and nothing is changed.
@Suite struct PlacingFaultTests {
    @Test(
        "A table with what cannot be is refused at its row, and nothing of it is kept",
        arguments: [
            ("locks", "student,ward,period\ns2,w2,H1\ns1,w3,H1\n", "Bo", "ingen avtale"),
            (
                "cells", "ward,profession,year,period,capacity\nw1,sykepleie,3,V1,1\nw9,x,1,H1,1\n",
                "w9", "w9"
            ),
            (
                "supervisors",
                """
                id,ward,profession,trained,years,periods,max_students
                v8,w1,sykepleie,yes,1,H1,1
                v9,w1,sykepleie,yes,1,H1,-1

                """, "-1", "-1"
            ),
            (
                "agreements",
                """
                school,institution,profession,max_per_period
                vest,i2,sykepleie,1
                nord,i1,sykepleie,0

                """, "Denne låsen kan ikke stå", "Ada <Berg>"
            ),
        ])
    func tables(name: String, text: String, one: String, other: String) async throws {
        let placing = try await PlacingWorld()
        try await placing.installation.lock(
            "s1", ward: "w1", period: "H1", in: placing.round, by: "jon")
        func contents() throws -> RoundContents {
            try need(try placing.installation.placementContents(placing.round, for: "jon"))
        }
        let before = try contents().instanceDocument.text
        let jon = try await placing.world.browser("jon")
        let answer = try await jon.upload(
            try await jon.get("\(placing.path)/import"), to: "\(placing.path)/import",
            files: [name: ("\(name).csv", Array(text.utf8))])
        #expect(answer.status == 303)
        let report = try await jon.get(try need(answer["location"]))
        #expect(report.text.contains("Noen rader er feil"))
        #expect(report.readable.contains(other) || report.readable.contains(one))
        // There is nothing to press; pressed all the same, it writes nothing.
        #expect(report.form(try need(answer["location"])) == nil)
        let session = try need(report.text.firstMatch(of: #/name="csrf" value="([^"]+)"/#))
        _ = try await jon.post(
            try need(answer["location"]), ["csrf": String(session.output.1), "key": "pressed"])
        #expect(try contents().instanceDocument.text == before)
    }

    @Test("Deadlines are changed by a form, with the questions that nobody has answered")
    func deadlines() async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        _ = try await installation.ask(.offers, in: placing.round, by: "jon")
        let jon = try await placing.world.browser("jon")
        let path = "\(placing.path)/answers"
        let page = try await jon.get(path)
        for (fields, said) in [
            (["need": "2026-04-15", "offer": "2026-03-01", "adjust": "2026-10-01"], "2026-03-01"),
            (["need": "2026-04-15", "offer": "snart", "adjust": "2026-10-01"], "snart"),
        ] {
            let refused = try await jon.submit(page, to: "\(placing.path)/deadlines", fields)
            #expect(refused.status == 422)
            #expect(refused.text.contains("value=\"\(said)\""))
            #expect(refused.text.contains("id=\"deadlines-offer-fault\""))
        }
        func round() throws -> PlacementRound {
            try need(try installation.placementRound(placing.round, for: "jon"))
        }
        #expect(try round().deadlines == .usual(autumnOf: 2026))
        let sent = try await jon.submit(
            page, to: "\(placing.path)/deadlines",
            ["need": "2026-04-15", "offer": "2026-05-15", "adjust": "2026-10-15"])
        #expect(sent.status == 303)
        #expect(try round().deadlines.adjust.description == "2026-10-15")
        for ask in try installation.asks(of: try round()) {
            let enrolment = try installation.enrolment(ask.enrolment).enrolment
            #expect(enrolment.anchors["deadline"]?.description == "2026-05-15")
        }
        // Spring's numbers are open until the new day.
        let contents = try need(
            try installation.placementContents(placing.round, for: "jon"))
        let deadlines = contents.round.deadlines
        #expect(
            contents.round.deadline(.offers, today: deadlines.offer.adding(days: 1))
                == deadlines.adjust)
    }

    @Test("What if, marginal values and the division say the same after a restart")
    func restart() async throws {
        let placing = try await PlacingWorld()
        let draft = try await placing.draft()
        let paths = [
            "\(placing.path)/drafts/\(draft)/what-if?change=without-institution&place=i1&places=1",
            "\(placing.path)/drafts/\(draft)/what-if?change=marginal", "\(placing.path)/split",
        ]
        func read(_ path: String, _ browser: Browser) async throws -> String {
            for _ in 0..<200 {
                let answer = try await browser.get(path)
                #expect(answer.status == 200)
                if !answer.text.contains("http-equiv=\"refresh\"") { return answer.stable }
            }
            throw Missing()
        }
        let jon = try await placing.world.browser("jon")
        var said: [String] = []
        for path in paths { said.append(try await read(path, jon)) }
        let kept = "SELECT count(*) FROM placement_answer"
        func count() throws -> Int {
            try placing.installation.database.read { try $0.count(kept, []) }
        }
        #expect(try count() == 3)
        // Another service on the same database knows nothing but what is in it.
        let other = Browser(placing.world.context())
        other.cookies = jon.cookies
        for (path, text) in zip(paths, said) {
            #expect(try await other.get(path).stable == text, "\(path)")
        }
        #expect(try count() == 3)
    }
}
