import CivilCalendar
import Competence
import Engine
import JSONText
import Operations
import Support
import Testing

/// What is exported is what the import takes; where it came from it changes nothing.
@Suite(.onBothDatabases) struct ExportTests {
    private func imported(
        _ world: World, _ kind: ImportKind, _ text: String, dryRun: Bool = false
    ) async throws -> ImportReport {
        try await world.installation.importTables(
            [ImportTable(kind: kind, file: "\(kind)", bytes: Array(text.utf8))], dryRun: dryRun)
    }

    /// A ward with entries of every way in which they come about, one of them revoked.
    private func filled() async throws -> World {
        let (world, id) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        _ = try await world.claimed("ethics", "basic", by: "leader")
        try await world.installation.revoke(2, of: "amina", by: "leader", reason: "Wrong")
        let opened = try await world.claimed(
            "medicines-theory", "basic", by: "amina", kind: .priorLearning, on: "2025-11-10")
        if case .waiting(let claim, _) = opened {
            _ = try await world.installation.support(claim, by: "leader")
        }
        for step in try world.installation.enrolment(id).steps
        where !step.step.records.isEmpty && step.status == .open {
            for role in ["leader", "buddy", "amina"] as [PersonID] {
                _ = try? await world.installation.act(
                    .sign(step.step.id, by: role, affirms: true, on: world.now.day), on: id,
                    by: .person(role))
            }
        }
        let rows = """
            person,competence,level,achieved-on,valid-until,form,evidence
            amina,norwegian,b2,2024-06-01,,formal,"=Norskprøven; ""bestått""
            muntlig og skriftlig"
            amina,fire-safety,basic,2025-10-01,2026-12-31,,Kurs
            buddy,resuscitation,basic,2026-01-10,,,
            """
        #expect(try await imported(world, .competences, rows).isApplied)
        let employments = """
            [{"person": "amina", "unit": "ward", "position": "nurse", "percentage": 80,
              "from": "2026-03-02"},
             {"person": "buddy", "unit": "ward", "position": "assistant", "percentage": 100,
              "from": "2020-01-01", "until": "2027-06-30"}]
            """
        #expect(try await imported(world, .employments, employments).count(.new) == 2)
        try await world.amina(bornOn: "1990-05-01")
        return world
    }

    @Test(arguments: ImportKind.exported)
    func whatIsExportedImportsAgainAsNothingNew(_ kind: ImportKind) async throws {
        let world = try await filled()
        let before = try world.installation.recordedCompetences(of: "amina")
        let table = try world.installation.exported(kind, below: nil)
        #expect(!table.rows.isEmpty)
        for text in [table.csv, table.json] {
            let report = try await imported(world, kind, text)
            #expect(report.isApplied)
            #expect(report.errors == [])
            #expect(report.count(.unchanged) == table.rows.count)
        }
        #expect(try world.installation.recordedCompetences(of: "amina") == before)
        #expect(try world.installation.exported(kind, below: nil) == table)
    }

    /// A system that exports names does not mean that nobody has an address or a unit.
    @Test(arguments: [ImportKind.units, .people, .employments])
    func whatATableDoesNotSpeakOfStaysAsItIs(_ kind: ImportKind) async throws {
        let world = try await filled()
        let before = try world.installation.exported(kind, below: nil)
        let needed: Set = [
            "id", "name", "kind", "person", "unit", "position", "percentage", "from",
        ]
        let optional = before.header.filter {
            !needed.contains($0) || (kind, $0) == (.people, "unit")
        }
        for left in optional.map({ [$0] }) + [optional] {
            let places = before.header.indices.filter { !left.contains(before.header[$0]) }
            let rows = ([before.header] + before.rows).map { row in places.map { row[$0] } }
            let objects = rows.dropFirst().map { row in
                JSON.object(zip(rows[0], row).map { JSON.Member($0, .string($1)) }).text
            }
            // In a list of objects one row may have what another has not.
            let full = JSON.object(
                zip(before.header, before.rows[0]).map { JSON.Member($0, .string($1)) })
            for text in [
                rows.map(CSVTable.line).joined(),
                "[" + ([full.text] + objects.dropFirst()).joined(separator: ",") + "]",
            ] {
                let report = try await imported(world, kind, text)
                #expect(report.isApplied && report.count(.unchanged) == before.rows.count)
                #expect(try world.installation.exported(kind, below: nil) == before)
            }
        }
    }

    /// What is there and empty empties; the preview names what changes.
    @Test func whatIsThereAndEmptyEmptiesAndIsToldBefore() async throws {
        let world = try await filled()
        let people = """
            [{"id": "amina", "name": "Amina Yusuf Lie", "private-email": null},
             {"id": "buddy", "name": "Nils Moen", "email": "nils.moen@example.org"}]
            """
        let units = "id,name,kind,manager,parent\nward,Avdeling Bjørk,nursing-home,,city\n"
        let employments = """
            person,unit,position,percentage,from,until
            buddy,ward,assistant,60,2020-01-01,
            """
        for isDry in [true, false] {
            var said: [String] = []
            for (kind, text) in [
                (ImportKind.people, people), (.units, units), (.employments, employments),
            ] {
                let report = try await imported(world, kind, text, dryRun: isDry)
                said += report.lines.map { "\($0.outcome) \($0.message)" }
            }
            #expect(
                said == [
                    "changed changes name; empties private-email", "changed changes email",
                    "changed changes kind; empties manager",
                    "changed changes percentage; empties until",
                ])
        }
        let after = try world.installation.exported(.people, below: nil)
        #expect(
            after.rows.first?.prefix(4) == ["amina", "Amina Yusuf Lie", "amina@example.org", ""])
    }

    @Test func anotherInstallationTakesItWhole() async throws {
        let world = try await filled()
        let other = try World(now: "2026-04-02T09:00")
        try await other.ward()
        try await other.publishFramework()
        for kind in [ImportKind.people, .employments, .competences] {
            let table = try world.installation.exported(kind, below: nil)
            #expect(try await imported(other, kind, table.json).isApplied)
        }
        for person in ["amina", "buddy"] as [PersonID] {
            func counts(_ world: World) throws -> Set<[String]> {
                let day = try World.need(CivilDay("2026-06-01"))
                return Set(
                    try world.installation.record(of: person, asOf: day).entries.map {
                        [
                            "\($0.competence)", "\($0.level?.rawValue ?? "")",
                            "\($0.achievedOn)", "\($0.validUntil?.description ?? "")",
                        ]
                    })
            }
            #expect(try counts(world) == counts(other))
        }
        let text = try other.installation.recordedCompetences(of: "amina").compactMap(\.evidence)
        #expect(text.contains("=Norskprøven; \"bestått\"\nmuntlig og skriftlig"))
    }

    @Test func whatWasRevokedIsLeftOutAndComesNotBack() async throws {
        let world = try await filled()
        let table = try world.installation.exported(.competences, below: nil)
        #expect(!table.rows.contains { $0[1] == "ethics" })
        let report = try await imported(
            world, .competences,
            "person,competence,level,achieved-on\namina,ethics,basic,2026-03-20\n")
        #expect(report.lines.map(\.outcome) == [.unchanged])
        #expect(report.lines.allSatisfy { $0.message.contains("revoked") })
        #expect(try world.held("ethics") == nil)
    }

    @Test func aUnitHasItsOwnAndNoOthers() async throws {
        let world = try await filled()
        for kind in ImportKind.exported {
            let all = try world.installation.exported(kind, below: nil)
            let city = try world.installation.exported(kind, below: "city")
            let ward = try world.installation.exported(kind, below: "ward")
            #expect(Set(city.rows).isSubset(of: Set(all.rows)))
            #expect(Set(ward.rows).isSubset(of: Set(city.rows)))
            if kind == .people {
                let ids = Set(ward.rows.map { $0[0] })
                #expect(ids.isSuperset(of: ["amina", "buddy", "leader"]))
                #expect(ids.isDisjoint(with: ["hr", "director"]))
            }
        }
        #expect(throws: OperationError.noSuchUnit("nowhere")) {
            try world.installation.exported(.people, below: "nowhere")
        }
    }

    /// Random tables, with rows that are wrong and rows that are there twice.
    @Test(arguments: UInt64(1)...6) func importedTwiceIsImportedOnce(seed: UInt64) async throws {
        var random = Support.SeededRandom(seed: seed)
        let (world, _) = try await World.competent()
        var rows = Set<String>()
        let levels: [String: [String]] = [
            "nutrition": ["basic", "guiding"], "norwegian": ["a2", "b1", "c1"],
            "ethics": ["basic", "applied"], "fire-safety": ["basic", "independent"],
        ]
        for _ in 0..<40 {
            let competence = levels.keys.sorted().randomElement(using: &random) ?? ""
            let level = levels[competence]?.randomElement(using: &random) ?? ""
            let person = ["amina", "buddy", "leader"].randomElement(using: &random) ?? ""
            let day = CivilDay(number: world.now.day.number - Int.random(in: 0...5, using: &random))
            rows.insert("\(person),\(competence),\(level),\(day)")
        }
        let table = "person,competence,level,achieved-on\n"
            + rows.sorted().shuffled(using: &random).joined(separator: "\n")
        let first = try await imported(world, .competences, table)
        #expect(first.isApplied && first.count(.new) == rows.count)
        func all() throws -> [[RecordedCompetence]] {
            try ["amina", "buddy", "leader"].map {
                try world.installation.recordedCompetences(of: PersonID($0))
            }
        }
        let once = try all()
        let again = try await imported(world, .competences, table)
        #expect(again.count(.unchanged) == rows.count)
        #expect(try all() == once)
        #expect(try world.installation.verifyRecords().faults == [])
    }

    // MARK: - JSON

    @Test(arguments: [
        ("[{\"id\": \"a\", \"name\": \"A\"},\n\n{\"id\": \"b\" \"name\": 1}]", 3, "correct JSON"),
        ("[{\"id\": \"a\", \"name\": [\"A\"]}]", 1, "one value"),
        ("[{\"id\": \"a\"},\n{\"id\": \"b\", \"ID\": \"c\"}]", 2, "named twice"),
        ("[\n{\"id\": \"a\", \"name\": \"}\\\"{\"}\n {}]", 3, "correct JSON"),
        ("[{\"id\": \"a\", \"name\": \"A\"", 1, "correct JSON"),
        ("[{\"id\": \"a\", \"name\": \"A\"}] and more", 1, "correct JSON"),
        ("[1]", 1, "correct JSON"), ("[", 1, "correct JSON"),
        ("[{\"id\": \"a\", \"name\": \"A\", \"shoe\": 43}]", 1, "\"shoe\" is not known"),
    ])
    func jsonThatIsWrongIsToldWithItsLine(
        _ text: String, _ line: Int, _ says: String
    ) async throws {
        let world = try World()
        await #expect {
            _ = try await imported(world, .people, text)
        } throws: { error in
            guard let fault = error as? ImportFault else { return false }
            return fault.fault.line == line && fault.fault.message.contains(says)
        }
    }

    @Test func aRowOfJSONIsToldByTheLineOfItsObject() async throws {
        let (world, _) = try await World.competent()
        let report = try await imported(
            world, .employments,
            """
            [
              {"person": "amina", "unit": "ward", "position": "nurse", "percentage": 80,
               "from": "2026-03-02", "until": null},
              {"person": "amina", "unit": "ward", "position": "nurse", "percentage": 180,
               "from": "2026-05-02"}
            ]
            """)
        #expect(report.lines.map(\.number) == [2, 4])
        #expect(report.lines.map(\.outcome) == [.new, .error])
        #expect(!report.isApplied)
        #expect(try await imported(world, .people, " []").lines == [])
    }

    // MARK: - The day of birth

    @Test func nothingComesBeforeTheDayOfBirth() async throws {
        let (world, _) = try await World.competent()
        try await world.amina(bornOn: "1990-05-01")
        let employment = try await imported(
            world, .employments,
            "person,unit,position,percentage,from\namina,ward,nurse,50,1989-01-01\n")
        #expect(employment.errors.map(\.number) == [2])
        #expect(employment.errors.first?.message.contains("before the person was born") == true)
        _ = try await world.claimed("nutrition", "basic", by: "leader", on: "2026-03-20")
        func people(_ day: String) async throws -> ImportReport {
            try await imported(
                world, .people,
                """
                id,name,email,private-email,language,unit,born-on
                amina,Amina Yusuf,amina@example.org,amina@home.example,en,ward,\(day)
                """)
        }
        #expect(try await people("").count(.unchanged) == 1)
        #expect(try await people("1990-05-01").count(.unchanged) == 1)
        for (day, reason) in [
            ("2026-03-21", "something is on record from"), ("1880-05-01", "too long ago"),
            ("2026-04-03", "has not come yet"), ("01.05.1990", "2026-08-31"),
        ] {
            let errors = try await people(day).errors
            #expect(errors.count == 1, "\(day)")
            #expect(errors.first?.message.contains(reason) == true, "\(errors)")
        }
        #expect(try await people("2026-03-20").isApplied)
    }
}
