import Engine
import Operations
import Storage
import Support
import Testing

/// Imports that are uploaded, looked through, and carried out in portions.
@Suite(.onBothDatabases) struct ImportJobTests {
    /// Besides the ward's HR, another's, of a home that lies elsewhere.
    private func begin() async throws -> World {
        let world = try World()
        try await world.ward()
        let report = try await world.importText(
            units: """
                id,name,kind,parent,manager,hr
                east,Bydel øst,agency,,chief,
                home,Eikelund,institution,east,,home-hr
                """,
            people: """
                id,name,email,private-email,language,unit,digest
                home-hr,Vidar Ness,vidar@example.org,,nb,home,
                chief,Ida Vik,ida@example.org,,nb,home,
                """)
        if !report.isApplied { throw World.Missing() }
        return world
    }

    private func upload(
        _ installation: Installation, _ kind: ImportKind, _ text: String,
        by person: PersonID = "hr", language: Language = .english, key: String? = nil
    ) async throws -> String {
        try await installation.uploadImport(
            ImportTable(kind: kind, file: "\(kind).csv", bytes: Array(text.utf8)), by: person,
            language: language, key: key)
    }

    /// Goes on as the service's worker does, until nothing is to be done or so many portions.
    private func goOn(_ installation: Installation, portions: Int = 1_000) async throws {
        for _ in 0..<portions {
            guard let job = try installation.unfinishedImport() else { return }
            try await installation.continueImport(job)
        }
    }

    private func job(
        _ installation: Installation, _ id: String, _ person: PersonID = "hr"
    ) throws -> ImportJob {
        try World.need(try installation.importJob(id, of: person))
    }

    private func describe(_ installation: Installation, _ job: ImportJob) throws -> String {
        try installation.importRows(job).map {
            // What is said of a new start is its id.
            let message = $0.outcome == .new ? "" : $0.message
            return "\($0.number): \($0.outcome.rawValue) \($0.key): \(message)\n"
        }.joined()
    }

    private func people(_ numbers: Range<Int>) -> String {
        "id,name,email,unit\n"
            + numbers.map { "p\($0),Person \($0),p\($0)@example.org,ward\n" }.joined()
    }

    @Test func itIsLookedThroughFirstAndChangesNothing() async throws {
        let world = try await begin()
        let id = try await upload(world.installation, .people, people(0..<3))
        #expect(try job(world.installation, id).status == .checking)
        try await goOn(world.installation)
        let found = try job(world.installation, id)
        #expect(found.status == .checked)
        #expect(try world.installation.importCounts(found) == [.new: 3])
        #expect(try world.installation.person("p0") == nil)
        // It waits until it is told to go on.
        #expect(try world.installation.unfinishedImport() == nil)
        try await world.installation.startImport(id, by: "hr")
        try await goOn(world.installation)
        #expect(try job(world.installation, id).status == .done)
        #expect(try world.installation.person("p2")?.name == "Person 2")
    }

    @Test func whatAStopInterruptsIsCarriedOnByAnother() async throws {
        let world = try await begin()
        let id = try await upload(world.installation, .people, people(0..<450))
        try await goOn(world.installation)
        try await world.installation.startImport(id, by: "hr")
        try await goOn(world.installation, portions: 1)
        #expect(try job(world.installation, id).done == 200)
        #expect(try world.installation.person("p199") != nil)
        #expect(try world.installation.person("p200") == nil)

        let other = try World.reopened(world)
        #expect(try other.unfinishedImport() == id)
        try await goOn(other)
        let done = try job(other, id)
        #expect(done.status == .done)
        #expect(done.done == 450)
        #expect(try other.importCounts(done) == [.new: 450])
        #expect(try other.person("p449") != nil)
        #expect(try other.unfinishedImport() == nil)
    }

    @Test func startsGoOnAfterAStopAndNobodyStartsTwice() async throws {
        let world = try await begin()
        _ = try await world.importText(people: people(0..<60))
        let starts = "person,programme,anchor:first-day,fact:profession,fact:unit-type\n"
            + (0..<60).map { "p\($0),oslo-onboarding,2026-03-02,nurse,nursing-home\n" }.joined()
        let id = try await upload(world.installation, .starts, starts)
        try await goOn(world.installation)
        #expect(try world.installation.enrolments().isEmpty)
        #expect(try world.installation.messages(limit: 10).isEmpty)
        try await world.installation.startImport(id, by: "hr")
        try await goOn(world.installation, portions: 1)
        #expect(try world.installation.enrolments().count == 25)
        let other = try World.reopened(world)
        // Two that carry on at the same time do each portion once.
        async let first: Void = goOn(other)
        async let second: Void = goOn(world.installation)
        _ = try await (first, second)
        #expect(try job(other, id).status == .done)
        #expect(try other.enrolments().count == 60)
        let welcomes = try other.messages(limit: 5_000).filter { $0.kind == "welcome" }
        #expect(Set(welcomes.map(\.recipient)).isSuperset(of: (0..<60).map { "p\($0)" }))
        #expect(Set(welcomes.map(\.identity)).count == welcomes.count)

        // The same file again is as it should be, and cannot do anything.
        let again = try await upload(other, .starts, starts)
        try await goOn(other)
        let found = try job(other, again)
        #expect(try other.importCounts(found) == [.unchanged: 60])
        try await other.startImport(again, by: "hr")
        try await goOn(other)
        #expect(try other.enrolments().count == 60)
    }

    @Test func aFileWithAnErrorIsNotStarted() async throws {
        let world = try await begin()
        let id = try await upload(
            world.installation, .people,
            "id,name,email,unit\nfine,Åse Lie,ase@example.org,ward\nbad,Per,not-an-address,ward\n")
        await #expect(throws: OperationError.self) {
            try await world.installation.startImport(id, by: "hr")
        }
        try await goOn(world.installation)
        await #expect(throws: OperationError.self) {
            try await world.installation.startImport(id, by: "hr")
        }
        try await goOn(world.installation)
        #expect(try world.installation.person("fine") == nil)
        #expect(try job(world.installation, id).status == .checked)
    }

    @Test func aRowThatHasBecomeWrongIsToldAndTheOthersAreDone() async throws {
        let world = try await begin()
        let id = try await upload(world.installation, .people, people(0..<3))
        try await goOn(world.installation)
        _ = try await world.importText(
            people: "id,name,email,unit\nother,Ola By,p1@example.org,ward\n")
        try await world.installation.startImport(id, by: "hr")
        try await goOn(world.installation)
        let done = try job(world.installation, id)
        #expect(done.status == .done)
        #expect(
            try describe(world.installation, done) == """
                3: error p1: p1@example.org belongs to other; each has their own
                2: new p0:\u{20}
                4: new p2:\u{20}

                """)
        #expect(try world.installation.person("p1") == nil)
        #expect(try world.installation.person("p2") != nil)
    }

    @Test func HRImportsIntoTheirOwnUnitsOnlyAndIsNotToldWhatIsElsewhere() async throws {
        let world = try await begin()
        let installation = world.installation
        func look(_ kind: ImportKind, _ text: String) async throws -> String {
            let id = try await upload(installation, kind, text, by: "home-hr")
            try await goOn(installation)
            let found = try job(installation, id, "home-hr")
            #expect(found.status == .checked)
            return try describe(installation, found)
        }
        let units = try await look(
            .units,
            """
            id,name,kind,parent,manager,hr,programme-owner
            room,Stue,ward,floor,,,
            floor,Etasje,department,home,home-hr,home-hr,
            home,Eikelund 2,institution,east,,home-hr,
            ward,Avdeling Bjørk,ward,city,leader,,
            theirs,Ny,ward,ward,,,
            root,Ny,ward,,,,
            boss,Ny,ward,home,leader,,
            owned,Ny,ward,home,,,home-hr
            """)
        let moved = try await look(
            .units,
            """
            id,name,kind,parent,manager,hr
            home,Eikelund,institution,,,home-hr
            east,Bydel øst,agency,,,
            """)
        let people = try await look(
            .people,
            """
            id,name,email,unit
            new,Ny Nordmann,ny@example.org,home
            amina,Amina Yusuf,amina@evil.example,home
            same,Ny Nordmann,AMINA@example.org,home
            chief,Ida Vik,ida@evil.example,home
            taken,Ny Nordmann,amina@example.org,home
            ward,Ny Nordmann,,ward
            nowhere,Ny Nordmann,,nowhere
            none,Ny Nordmann,,
            """)
        let starts = try await look(
            .starts,
            """
            person,programme,anchor:first-day,fact:profession,fact:unit-type,unit
            home-hr,oslo-onboarding,2026-03-02,nurse,nursing-home,
            amina,oslo-onboarding,2026-03-02,nurse,nursing-home,
            nobody,oslo-onboarding,2026-03-02,nurse,nursing-home,
            home-hr,oslo-onboarding,2026-03-02,wizard,nursing-home,home
            chief,oslo-onboarding,2026-03-02,nurse,nursing-home,ward
            chief,oslo-onboardin,2026-03-02,nurse,nursing-home,
            """)
        expectGolden(
            "\(units)\n\(moved)\n\(people)\n\(starts)", "import-scope.txt")
    }

    @Test func aTreeIsAddedWholeInWhateverOrderItIsWritten() async throws {
        let world = try await begin()
        let tree = """
            id,name,kind,parent,manager,hr
            room,Stue,ward,floor,,
            floor,Etasje,department,home,home-hr,
            """
        let id = try await upload(world.installation, .units, tree, by: "home-hr")
        try await goOn(world.installation)
        try await world.installation.startImport(id, by: "home-hr")
        try await goOn(world.installation)
        #expect(try job(world.installation, id, "home-hr").status == .done)
        let found = try World.need(try world.installation.unitLine("room", forHR: "home-hr"))
        #expect(found.above.map(\.id) == ["home", "floor"])
    }

    @Test func unitsThatHaveBecomeWrongAreAddedNotAtAll() async throws {
        let world = try await begin()
        let tree = "id,name,kind,parent\na,A,ward,home\nb,B,ward,home\n"
        let id = try await upload(world.installation, .units, tree, by: "home-hr")
        try await goOn(world.installation)
        _ = try await world.importText(
            units: "id,name,kind,parent,manager,hr\nb,B,ward,city,,\n")
        try await world.installation.startImport(id, by: "home-hr")
        try await goOn(world.installation)
        #expect(try job(world.installation, id, "home-hr").status == .cancelled)
        #expect(try world.installation.unitLine("a", forHR: "home-hr") == nil)
    }

    @Test func whoIsHRNoLongerImportsNoLonger() async throws {
        let world = try await begin()
        let id = try await upload(
            world.installation, .people, "id,name,unit\nnew,Ny,home\n", by: "home-hr")
        try await goOn(world.installation)
        _ = try await world.importText(
            units: "id,name,kind,parent,manager,hr\nhome,Eikelund,institution,east,,hr\n")
        try await world.installation.startImport(id, by: "home-hr")
        try await goOn(world.installation)
        #expect(try world.installation.person("new") == nil)
        let done = try job(world.installation, id, "home-hr")
        #expect(try world.installation.importCounts(done) == [.error: 1])
    }

    @Test func endedEarlyItKeepsWhatIsDoneAndForgetsTheFile() async throws {
        let world = try await begin()
        let installation = world.installation
        let id = try await upload(installation, .people, people(0..<450))
        func kept() throws -> Int {
            try installation.database.read { connection in
                try connection.count(
                    "SELECT length(contents) FROM import_job WHERE id = ?", [.text(id)])
            }
        }
        #expect(try kept() > 0)
        try await goOn(installation)
        try await installation.startImport(id, by: "hr")
        try await goOn(installation, portions: 1)
        await #expect(throws: OperationError.self) {
            try await installation.cancelImport(id, by: "home-hr")
        }
        try await installation.cancelImport(id, by: "hr")
        try await goOn(installation)
        #expect(try job(installation, id).status == .cancelled)
        #expect(try installation.person("p199") != nil)
        #expect(try installation.person("p200") == nil)
        #expect(try kept() == 0)
        #expect(try installation.importJob(id, of: "home-hr") == nil)
    }

    @Test func theSameUploadIsOneImportAndOldOnesAreForgotten() async throws {
        let world = try await begin()
        let installation = world.installation
        let text = people(0..<3)
        let id = try await upload(installation, .people, text, key: "k")
        #expect(try await upload(installation, .people, text, key: "k") == id)
        await #expect(throws: OperationError.keyReused("k")) {
            _ = try await upload(installation, .people, people(0..<4), key: "k")
        }
        try await goOn(installation)
        world.clock.move(to: world.clock.now().adding(seconds: 31 * 86_400))
        let next = try await upload(installation, .people, text)
        #expect(try installation.importJobs(of: "hr", limit: 10).map(\.id) == [next])
        await #expect(throws: ImportFault.self) {
            _ = try await upload(installation, .people, people(0..<20_001))
        }
    }

    @Test(arguments: [Language.bokmål, .nynorsk, .english])
    func whatIsSaidIsSaidInTheUploadersLanguage(language: Language) async throws {
        let world = try await begin()
        let id = try await upload(
            world.installation, .people, "id,name,email,unit\nx,Y,z,ward\n", language: language)
        try await goOn(world.installation)
        let text = try describe(world.installation, try job(world.installation, id))
        switch language {
        case .bokmål: #expect(text.contains("En e-postadresse må ha @."))
        case .nynorsk: #expect(text.contains("Ei e-postadresse må ha @."))
        default: #expect(text.contains("A mail address needs an @."))
        }
    }
}
