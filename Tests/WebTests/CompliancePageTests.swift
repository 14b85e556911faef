import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

@Suite struct CompliancePageTests {
    @Test("Numbers are for whoever answers for the unit; for everybody else there is no page")
    func access() async throws {
        let world = try await WebWorld()
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let rows: [(query: String, statuses: [Int])] = [
            //         nobody amina leader buddy director hr owner stranger odd
            ("", [403, 404, 200, 404, 200, 200, 404, 404, 404]),
            ("?unit=ward", [403, 404, 200, 404, 200, 200, 404, 404, 404]),
            ("?unit=city", [403, 404, 404, 404, 200, 200, 404, 404, 404]),
            ("?unit=none", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
            ("?year=99999", [403, 404, 404, 404, 404, 404, 404, 404, 404]),
        ]
        let paths = rows.flatMap { row in
            ["/compliance", "/compliance.csv"].map { ($0 + row.query, row.statuses) }
        }
        try await world.expectStatuses(paths, of: people)
    }

    /// A ward of twelve newcomers, of whom nine have their first talk in time, one late, one not at
    /// all and one whose talk was replaced; and another ward of seven who all have theirs.
    private func world() async throws -> WebWorld {
        let world = try await WebWorld()
        let people = (1...12).map { "w\($0),Wanda \($0),w\($0)@example.org,,nb,ward," }
            + (1...7).map { "o\($0),Ola \($0),o\($0)@example.org,,nb,other," }
        let tables: [(ImportKind, String)] = [
            (
                .units,
                """
                id,name,kind,parent,manager,hr,programme-owner
                city,Helse,agency,,director,hr,owner
                ward,Avdeling Bjørk,ward,city,leader,,
                other,=Avdeling; "Eik",ward,city,stranger,,
                """
            ),
            (.people, "id,name,email,private-email,language,unit,digest\n"
                + people.joined(separator: "\n")),
        ]
        let report = try await world.installation.importTables(
            tables.map { ImportTable(kind: $0, file: "\($0).csv", bytes: Array($1.utf8)) },
            dryRun: false)
        if !report.isApplied { throw Missing() }
        for number in 1...12 { _ = try await world.enrol(PersonID("w\(number)")) }
        for number in 1...7 { _ = try await world.enrol(PersonID("o\(number)")) }
        try await world.live(until: "2026-05-04T10:00")
        let lines = try world.installation.enrolments(limit: 50)
        func id(_ person: String) throws -> EnrolmentID {
            try need(lines.first { $0.participant.id.rawValue == person }).id
        }
        func hold(_ person: String, _ leader: PersonID) async throws {
            let id = try id(person)
            for signer in [leader, PersonID(person)] {
                _ = try await world.installation.act(
                    .sign("talk-2-months", by: signer, affirms: true, on: world.today), on: id,
                    by: .person(signer))
            }
        }
        for number in 1...9 { try await hold("w\(number)", "leader") }
        for number in 1...7 { try await hold("o\(number)", "stranger") }
        let own = OwnStep(
            kind: .talk, title: LocalizedText([.bokmål: "Samtale på video"]),
            actors: [.lineManager])
        _ = try await world.installation.act(
            .tailor(
                .replace("talk-2-months", with: own), by: "leader", approvedBy: "leader",
                reason: "Reise"), on: try id("w12"), by: .person("leader"))
        try await world.live(until: "2026-05-26T10:00")
        try await hold("w10", "leader")
        return world
    }

    @Test("Each talk is counted where it belongs, as the plans themselves have it")
    func counts() async throws {
        let world = try await world()
        let all = try world.installation.compliance(of: "ward", year: 2026, for: "leader")
        #expect(all.isOwnLine)
        let first = try need(all.talks.first { $0.talk == .afterTwoMonths })
        // In time, late, missed (the replaced one too), left out, to come; and all of them.
        #expect(first.byMonth.values.last == [9, 1, 2, 0, 0, 12])
        #expect(first.byMonth.values[4] == [9, 1, 2, 0, 0, 12])
        let second = try need(all.talks.first { $0.talk == .afterFiveMonths })
        #expect(second.byMonth.values.last == [0, 0, 0, 0, 12, 12])
        #expect(second.byMonth.values[7] == [0, 0, 0, 0, 12, 12])
        // The same, one by one, from the plans.
        var expected: [ComplianceState: Int] = [:]
        for line in try world.installation.board(
            .unit("ward"), BoardFilter(), page: 0, pageSize: 100
        ).entries {
            for talk in line.outline.talks where talk.talk == .afterTwoMonths {
                expected[ComplianceState(talk.state(world.today)), default: 0] += 1
            }
        }
        #expect(expected == [.inTime: 9, .late: 1, .missed: 2])
        let none = try world.installation.compliance(of: "ward", year: 2025, for: "leader")
        #expect(none.talks.map(\.byMonth.isEmpty) == [true, true])
    }

    @Test("Who left after the window was missed all the same, and nobody without a unit is lost")
    func truth() async throws {
        let world = try await WebWorld()
        let people = ["gone-late", "gone-early", "still-here"].map {
            "\($0),Ola \($0),\($0)@example.org,,nb,ward,"
        } + ["unitless,Una,una@example.org,,nb,,"]
        let report = try await world.installation.importTables(
            [
                ImportTable(
                    kind: .people, file: "people.csv",
                    bytes: Array(
                        ("id,name,email,private-email,language,unit,digest\n"
                            + people.joined(separator: "\n")).utf8))
            ], dryRun: false)
        if !report.isApplied { throw Missing() }
        func stop(_ person: PersonID, on day: String) async throws {
            let lines = try world.installation.enrolments(limit: 50)
            let id = try need(lines.first { $0.participant.id == person }).id
            try await world.live(until: "\(day)T10:00")
            _ = try await world.installation.act(
                .stop(on: world.today, reason: "Moved"), on: id, by: .person("leader"))
        }
        for person in ["gone-late", "gone-early", "still-here"] as [PersonID] {
            _ = try await world.enrol(person)
        }
        _ = try await world.enrol("unitless", chosen: ["line-manager": "leader"])
        try await stop("gone-early", on: "2026-04-15")
        try await stop("gone-late", on: "2026-07-01")
        let all = try world.installation.compliance(of: "ward", year: 2026, for: "leader")
        let first = try need(all.talks.first { $0.talk == .afterTwoMonths })
        // In time, late, missed, left out, to come; and all of them.
        let missed = [0, 0, 3, 0, 0, 3]
        #expect(first.byMonth.values.last == missed)
        #expect(first.byUnit.values.first == missed)
        #expect(try world.installation.ownLine("leader", in: "ward", limit: 9).count == 2)
    }

    @Test("Whoever does not lead them sees no small number, on no page and in no file")
    func suppressed() async throws {
        let world = try await world()
        let city = try world.installation.compliance(of: "city", year: 2026, for: "hr")
        let ward = try world.installation.compliance(of: "ward", year: 2026, for: "hr")
        #expect(!city.isOwnLine)
        for talk in city.talks + ward.talks {
            for table in [talk.byMonth, talk.byUnit] {
                for row in table.values.indices {
                    for column in table.values[row].indices
                    where (1..<5).contains(table.values[row][column]) {
                        #expect(table[row, column] == nil)
                    }
                }
            }
        }
        // What the table of the units leaves out is left out in the unit's own table too.
        let first = try need(city.talks.first { $0.talk == .afterTwoMonths })
        let own = try need(ward.talks.first { $0.talk == .afterTwoMonths })
        let place = try need(city.units.firstIndex { $0.id == "ward" })
        for column in 0...5 {
            #expect(own.byMonth[12, column] == first.byUnit[place, column])
        }
        let hr = try await world.browser("hr")
        let file = try await hr.get("/compliance.csv?unit=city&year=2026")
        #expect(file["content-type"] == "text/csv; charset=utf-8")
        #expect(file.text.contains("\"'=Avdeling; \"\"Eik\"\"\";"))
        #expect(!file.text.contains(#/;"[1-4]"\r\n/#))
        #expect(file.text.contains(";\"skjult\"\r\n"))
        let page = try await hr.get("/compliance?unit=city&year=2026")
        #expect(!page.text.contains("Wanda"))
        #expect(!page.text.contains(#/<td[^>]*>[1-4]<\/td>/#))
    }

    @Test("What is read and found right", arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let world = try await world()
        for person in ["leader", "hr"] as [PersonID] { try await world.speak(language, person) }
        func expect(_ answer: Browser.Answer, _ name: String) {
            #expect(answer.status == 200, "\(name)")
            expectGolden(
                answer.stable.replacing(#/enrolments\/e[0-9a-z-]+/#, with: "enrolments/E"),
                "\(language)/\(name)")
        }
        let leader = try await world.browser("leader")
        expect(try await leader.get("/compliance"), "compliance-own.html")
        let hr = try await world.browser("hr")
        expect(try await hr.get("/compliance?unit=city"), "compliance.html")
        expect(try await hr.get("/compliance.csv?unit=city"), "compliance.csv")
        expect(try await hr.get("/compliance?unit=city&year=2025"), "compliance-empty.html")
    }
}
