import CivilCalendar
import Engine
import Operations
import Support
import Testing

@Suite(.onBothDatabases) struct ImportTests {
    private func describe(_ report: ImportReport) -> String {
        report.lines.map {
            "\($0.file):\($0.number): \($0.outcome.rawValue) \($0.key): \($0.message)\n"
        }.joined() + "applied: \(report.isApplied)\n"
    }

    @Test func theSameTablesAgainChangeNothing() async throws {
        let world = try World()
        try await world.ward()
        let starts = """
            person;programme;anchor:first-day;fact:profession;fact:unit-type;role:buddy
            amina;oslo-onboarding;2026-03-02;nurse;nursing-home;buddy
            """
        let first = try await world.importText(starts: starts)
        #expect(first.isApplied)
        #expect(first.count(.new) == 1)
        let again = try await world.importText(starts: starts)
        #expect(again.count(.unchanged) == 1)
        #expect(try world.installation.enrolments().count == 1)
    }

    @Test func oneWrongRowKeepsEverythingOutAndEachIsExplained() async throws {
        let world = try World()
        try await world.ward()
        let report = try await world.importText(
            units: """
                id,name,kind,parent,manager
                a,Avdeling A,ward,b,leader
                b,Avdeling B,ward,a,
                c d,Avdeling C,ward,,
                e,Avdeling E,ward,nowhere,nobody
                e,Avdeling E igjen,ward,,
                """,
            people: """
                id,name,email,language,unit,digest
                fine,Åse Lie,ase@example.org,nn,ward,
                mail1,Per,not-an-address,nb,ward,
                mail2,Pål,"x@y.no\r\nBcc: evil@example.org",nb,ward,
                name,"Ola\u{0B}Nordmann",ola@example.org,nb,ward,
                lang,Kari,kari2@example.org,sv,ward,
                unit,Nils,nils2@example.org,nb,nowhere,
                digest,Liv,liv@example.org,nb,ward,sometimes
                taken,Eva,kari@example.org,nb,ward,
                ,Nameless,x@example.org,nb,ward,
                """,
            starts: """
                person,programme,anchor:first-day,fact:profession,role:buddy
                amina,oslo-onboarding,02.03.2026,nurse,buddy
                amina,oslo-onboardin,2026-03-02,nurse,buddy
                nobody,oslo-onboarding,2026-03-02,nurse,buddy
                hr,oslo-onboarding,2026-03-02,wizard,buddy
                leader,oslo-onboarding,,nurse,buddy
                buddy,oslo-onboarding,2026-03-02,nurse,ghost
                """)
        #expect(!report.isApplied)
        expectGolden(describe(report), "import-errors.txt")
        #expect(try world.installation.person("fine") == nil)
        #expect(try world.installation.enrolments().isEmpty)
    }

    @Test func aDryRunTellsWhatItWouldDoAndDoesNothing() async throws {
        let world = try World()
        try await world.ward()
        let people = "id,name,unit\nnew,Ny Nordmann,ward\n"
        let report = try await world.importText(people: people, dryRun: true)
        #expect(report.count(.new) == 1)
        #expect(!report.isApplied)
        #expect(try world.installation.person("new") == nil)
    }

    @Test(arguments: [
        ("", 1, "the file is empty"), ("id,name,colour\n", 1, "\"colour\" is not known"),
        ("id,unit\n", 1, "\"name\" is missing"), ("id,name,id\n", 1, "named twice"),
        ("id,name\na,b,c\n", 2, "3 fields"), ("id,name\n\n\na,\"b\n", 4, "never closed"),
        ("id,name\na,\"b\"c\n", 2, "after a closing"),
    ])
    func aFileThatIsNoTableIsRefusedWithItsLine(text: String, line: Int, says: String)
        async throws
    {
        let world = try World()
        await #expect {
            _ = try await world.importText(people: text)
        } throws: { error in
            guard let fault = error as? ImportFault else { return false }
            return fault.fault.line == line && fault.fault.message.contains(says)
        }
    }

    @Test func aFileThatIsNotUTF8IsRefusedWithItsLine() async throws {
        let world = try World()
        let latin1: [UInt8] = Array("id,name\na,".utf8) + [0xC5, 0x73, 0x65, 0x0A]
        let table = ImportTable(kind: .people, file: "people.csv", bytes: latin1)
        await #expect {
            _ = try await world.installation.importTables([table], dryRun: false)
        } throws: { error in
            (error as? ImportFault)?.fault.line == 2
        }
    }

    @Test func theDemonstrationHasTheSourcesFigures() throws {
        let spans = DemonstrationTables(.oslo, today: CivilDay(number: 20_500)).tables
        let rows = try spans.map { try CSVTable($0.bytes) }
        let units = rows[0]
        let people = rows[1].rows.count
        let starts = rows[2].rows.count
        let kind = try World.need(units.header.firstIndex(of: "kind"))
        #expect(people == 13_715)
        #expect(units.rows.count { $0.fields[kind] == "institution" } == 40)
        #expect(starts == 1_370)
        let unit = try World.need(rows[1].header.firstIndex(of: "unit"))
        let leaders = Set(
            units.rows.filter { $0.fields[kind] == "ward" }.map { $0.fields[0] })
        let sizes = leaders.map { ward in
            rows[1].rows.count { $0.fields[unit] == ward && $0.fields[0] != "leader-\(ward)" }
        }.sorted()
        #expect(sizes[sizes.count / 2] == 61)
        let language = try World.need(rows[1].header.firstIndex(of: "language"))
        #expect(Set(rows[1].rows.map { $0.fields[language] }) == ["nb", "nn", "en"])
    }
}
