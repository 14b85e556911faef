import Competence
import Engine
import Foundation
import ProgrammeFiles
import Support
import Testing

@Suite struct FrameworkTests {
    private static let folder = Repository.url("Workflows/frameworks")
    private static let shipped = (try? Samples.files(in: folder)) ?? []

    private func framework(_ name: String) throws -> Framework {
        let (compiled, diagnostics) = FrameworkCompiler.compile(
            path: Self.folder.appending(path: name).path)
        #expect(diagnostics == [], "a shipped framework has no faults and no warnings")
        return try #require(compiled).framework
    }

    @Test func aFrameworkIsShipped() {
        #expect(Self.shipped == ["health-and-care.yaml"])
    }

    @Test(arguments: shipped) func shippedFrameworksAreWhole(_ name: String) throws {
        let framework = try framework(name)
        #expect(framework.competences.count >= 40)
        for competence in framework.competences {
            #expect(!competence.facets.isEmpty && competence.facets.count <= 4)
            #expect(framework.area(competence.area) != nil)
            #expect(framework.ladder(of: competence.id) != nil)
        }
        // What its summary promises, by the words of the sources.
        for id in [
            "fire-safety", "documentation", "medicines-theory", "resuscitation",
            "infection-control", "ethics", "evidence-based-practice", "supervisor-course",
            "advanced-clinical-nursing", "norwegian", "dementia-care",
        ] {
            #expect(framework.competence(CompetenceID(id)) != nil, "\(id)")
        }
    }

    /// What programmes record is in the framework, by the same name and at one of its levels.
    @Test func programmesRecordWhatTheFrameworkHas() throws {
        let framework = try framework("health-and-care.yaml")
        let folder = Repository.url("Workflows")
        var recorded = 0
        for file in try Samples.files(in: folder) {
            let programme = try #require(
                ProgrammeCompiler.compile(path: folder.appending(path: file).path).programme
            ).programme
            for effect in programme.steps.flatMap(\.records) {
                recorded += 1
                let id = CompetenceID(effect.competence)
                #expect(framework.competence(id) != nil, "\(file): \(id)")
                let level = try #require(effect.level, "\(file): \(id) has no level")
                #expect(
                    framework.ladder(of: id)?.rank(of: LevelID(level)) != nil,
                    "\(file): \(id) at \(level)")
            }
        }
        #expect(recorded > 40)
    }

    /// Whoever completes a step of a shipped programme may vouch for what it records.
    @Test func shippedProgrammesKeepTheRulesOfTheFramework() throws {
        let folder = Repository.url("Workflows")
        var recording = 0
        for file in try Samples.files(in: folder) {
            let (programme, diagnostics) = ProgrammeCompiler.compile(
                path: folder.appending(path: file).path)
            #expect(diagnostics.map(Samples.english) == [], "\(file)")
            recording += programme?.programme.steps.filter { !$0.records.isEmpty }.count ?? 0
        }
        #expect(recording > 40)
    }

    /// Where no framework is at hand nothing is asked; where it is, the place is told.
    @Test func stepsAreHeldToTheFrameworkThatIsAtHand() throws {
        let name = "attested/shows-something.yaml"
        let bytes = try Samples.bytes(name)
        func compile(_ frameworks: [Framework]) -> [Diagnostic] {
            ProgrammeCompiler.compile(
                name: "shows-something.yaml", bytes: bytes, frameworks: frameworks
            ) { _ in nil }.diagnostics
        }
        #expect(compile([]).isEmpty)
        let found = compile([try framework("health-and-care.yaml")])
        #expect(
            Samples.report(found) == """
                shows-something.yaml:28:25: error: the step 'alone' can never record 'nutrition': \
                one person must vouch for it (mentor, line-manager); change 'confirmed-by', or \
                give a role 'vouches-as'
                shows-something.yaml:37:25: error: the step 'one-of-two' can never record \
                'medicines-practice': two people must vouch for it (mentor, line-manager, \
                supervisor); change 'confirmed-by', or give a role 'vouches-as'
                shows-something.yaml:56:25: warning: it depends on who completes the step \
                'either' whether it records 'documentation': one person must vouch for it \
                (mentor, line-manager); otherwise it waits for them
                shows-something.yaml:58:20: error: 'perfect' is no level of 'documentation'; the \
                levels are basic, supervised, independent, guiding
                shows-something.yaml:64:25: error: no framework has the competence 'own-thing'; \
                correct it, or add the competence to a framework

                """)
    }

    @Test func theProgrammesThatItNamesAreThere() throws {
        let framework = try framework("health-and-care.yaml")
        let named = Set(
            framework.qualifications.compactMap(\.programme)
                + framework.competences.compactMap { $0.renewal?.programme })
        #expect(named.count >= 3)
        for programme in named {
            let path = Repository.url("Workflows/\(programme).yaml").path
            #expect(FileManager.default.fileExists(atPath: path), "\(programme)")
        }
    }

    @Test func faultsAreCollectedAndLocated() throws {
        let path = Samples.folder.appending(path: "frameworks/references.yaml").path
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let (compiled, diagnostics) = FrameworkCompiler.compile(
            name: "references.yaml", bytes: [UInt8](bytes))
        #expect(compiled == nil)
        expectGolden(Samples.report(diagnostics), "framework-references.txt")
    }

    @Test func theNameOfAVersionIsItsContents() throws {
        let path = Self.folder.appending(path: "health-and-care.yaml").path
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        func hash(_ bytes: [UInt8]) -> String? {
            FrameworkCompiler.compile(name: "health-and-care.yaml", bytes: bytes)
                .framework?.contentHash
        }
        let crlf = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(hash(bytes)?.count == 64)
        #expect(hash(bytes) == hash(crlf))
        #expect(hash(bytes) != hash(bytes + Array("# more\n".utf8)))
        #expect(FrameworkCompiler.isFramework(bytes))
        #expect(!FrameworkCompiler.isFramework(Array("programme: framework\n".utf8)))
    }

    @Test func theSchemaInTheDocumentationIsTheCompilers() throws {
        let file = Repository.url("Docs/framework.schema.json")
        if ProcessInfo.processInfo.environment["OMBORD_RECORD"] == "1" {
            try Data(frameworkSchema().utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == frameworkSchema())
    }

    @Test func theSchemaAcceptsTheShippedAndRefusesTheFaulty() throws {
        let folder = try TemporaryFolder()
        let schema = folder.url.appending(path: "schema.json")
        try Data(frameworkSchema().utf8).write(to: schema)
        let good = Self.folder.appending(path: "health-and-care.yaml").path
        let bad = Samples.folder.appending(path: "frameworks/references.yaml").path
        let answer = try python(
            script: Repository.url("Tests/ProgrammeFilesTests/Python/validate_schema.py").path,
            arguments: [schema.path, good, bad])
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[0].contains("\"errors\": []"), "\(lines[0])")
        #expect(lines[1].contains("neighbour") && lines[1].contains("sometimes"), "\(lines[1])")
    }
}
