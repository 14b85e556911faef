import CivilCalendar
import Competence
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

extension World {
    /// The ward with the shipped framework, and Amina on her way in.
    static func competent(now: String = "2026-04-02T09:00") async throws -> (World, EnrolmentID) {
        let world = try World()
        try await world.ward()
        try await world.publishFramework()
        let id = try await world.enrolAmina()
        try await world.live(until: now)
        return (world, id)
    }

    @discardableResult
    func publishFramework() async throws -> FrameworkVersion {
        let path = Repository.url("Workflows/frameworks/health-and-care.yaml")
        let bytes = [UInt8](try Data(contentsOf: path))
        return try Self.need(
            try await installation.publishFramework(name: path.path, bytes: bytes).version)
    }

    func claimed(
        _ competence: CompetenceID, _ level: LevelID, by person: PersonID,
        kind: EntryKind = .attested, on day: String = "2026-03-20", of subject: PersonID = "amina",
        key: String? = nil
    ) async throws -> ClaimOutcome {
        try await installation.claim(
            ClaimRequest(
                person: subject, kind: kind, competence: competence, level: level,
                achievedOn: try Self.need(CivilDay(day)), evidence: "Seen on three shifts."),
            by: person, key: key)
    }

    /// Tells when Amina was born, as an import of people does.
    func amina(bornOn day: String) async throws {
        let report = try await importText(
            people: """
                id,name,email,private-email,language,unit,born-on
                amina,Amina Yusuf,amina@example.org,amina@home.example,en,ward,\(day)
                """)
        if report.count(.changed) != 1 || !report.isApplied { throw Missing() }
    }

    func held(_ competence: CompetenceID, of person: PersonID = "amina") throws -> LevelID? {
        let shelf = try installation.frameworkShelf()
        return try installation.record(of: person, asOf: now.day)
            .best(competence, on: shelf.ladder(of: competence))?.level
    }

    func rows(_ table: String) throws -> Int {
        try installation.database.read { try $0.count("SELECT count(*) FROM \(table)") }
    }
}

/// Expects a refusal, and that nothing was written.
func expectRefused(
    _ refusal: CompetenceRefusal, in world: World,
    _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let tables = ["competence_entry", "competence_claim", "competence_voice", "command_log"]
    let before = try tables.map(world.rows)
    await #expect(throws: OperationError.competence(refusal), sourceLocation: sourceLocation) {
        try await body()
    }
    #expect(try tables.map(world.rows) == before, sourceLocation: sourceLocation)
}

@Suite(.onBothDatabases) struct CompetenceTests {
    @Test func aLeadersWordIsOnRecordAtOnce() async throws {
        let (world, _) = try await World.competent()
        #expect(try await world.claimed("nutrition", "basic", by: "leader") == .recorded(1))
        #expect(try world.held("nutrition") == "basic")
        let entry = try #require(world.installation.recordedCompetences(of: "amina").first)
        #expect(entry.attestedBy.map(\.role) == ["line-manager"])
        #expect(entry.attestedBy.map(\.person) == ["leader"])
        #expect(entry.evidence == "Seen on three shifts.")
        #expect(entry.title.text(in: .english) == "Nutrition")
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func twoPeopleAreNeededWhereTheRuleSaysSo() async throws {
        let (world, _) = try await World.competent()
        // Amina also works where the buddy is the leader.
        try await world.installation.database.write { connection in
            _ = try connection.run(
                "INSERT INTO org_unit (id, name, kind, manager) VALUES ('two', 'To', 'ward', ?)",
                ["buddy"])
            _ = try connection.run(
                """
                INSERT INTO employment (person, from_on, unit, position, percentage)
                VALUES ('amina', '2026-03-02', 'two', 'nurse', 20)
                """, [])
        }
        let first = try await world.claimed("medicines-practice", "independent", by: "leader")
        guard case .waiting(let claim, 1) = first else {
            Issue.record("\(first)")
            return
        }
        #expect(try world.held("medicines-practice") == nil)
        try await expectRefused(.alreadySaid, in: world) {
            _ = try await world.installation.support(claim, by: "leader")
        }
        try await expectRefused(.notEntitled, in: world) {
            _ = try await world.installation.support(claim, by: "amina")
        }
        #expect(try await world.installation.support(claim, by: "buddy") == .recorded(1))
        #expect(try world.held("medicines-practice") == "independent")
        let entry = try #require(world.installation.recordedCompetences(of: "amina").first)
        #expect(entry.entry.validUntil == CivilDay("2027-03-20"))
        #expect(Set(entry.attestedBy.map(\.person)) == ["leader", "buddy"])
        try await expectRefused(.alreadySettled, in: world) {
            _ = try await world.installation.support(claim, by: "hr")
        }
    }

    @Test func whoIsNotEntitledWritesNothing() async throws {
        let (world, _) = try await World.competent()
        for person in ["amina", "director"] as [PersonID] {
            try await expectRefused(.notEntitled, in: world) {
                _ = try await world.claimed("fire-safety", "basic", by: person)
            }
        }
        // The buddy's programme says that a buddy's word is a mentor's, and no more than that.
        try await expectRefused(.notAmong([.lineManager, .supervisor], persons: 1), in: world) {
            _ = try await world.claimed("medicines-theory", "basic", by: "buddy")
        }
        // HR is HR, but the rule for this one asks for who has seen it.
        try await expectRefused(.notAmong([.mentor, .lineManager], persons: 1), in: world) {
            _ = try await world.claimed("nutrition", "basic", by: "hr")
        }
        #expect(try await world.claimed("norwegian", "b2", by: "hr") == .recorded(1))
    }

    @Test func badInputIsRefusedWithItsReason() async throws {
        let (world, _) = try await World.competent()
        try await world.amina(bornOn: "1990-05-01")
        try await expectRefused(.unknownCompetence("flying"), in: world) {
            _ = try await world.claimed("flying", "basic", by: "leader")
        }
        try await expectRefused(.unknownLevel("expert", of: "nutrition"), in: world) {
            _ = try await world.claimed("nutrition", "expert", by: "leader")
        }
        let long = try #require(CivilDay("1880-01-01"))
        try await expectRefused(.tooLongAgo(long), in: world) {
            _ = try await world.claimed("nutrition", "basic", by: "leader", on: "1880-01-01")
        }
        let birth = try #require(CivilDay("1990-04-30"))
        try await expectRefused(.beforeBirth(birth), in: world) {
            _ = try await world.claimed("nutrition", "basic", by: "leader", on: "1990-04-30")
        }
        let future = try #require(CivilDay("2026-04-03"))
        try await expectRefused(.dayInTheFuture(future), in: world) {
            _ = try await world.claimed("nutrition", "basic", by: "leader", on: "2026-04-03")
        }
        _ = try await world.claimed("nutrition", "independent", by: "leader")
        try await expectRefused(.alreadyOnRecord, in: world) {
            _ = try await world.claimed("nutrition", "basic", by: "leader")
        }
        #expect(
            try await world.claimed("nutrition", "guiding", by: "leader") == .recorded(2))
    }

    @Test func aLevelIsToldByItsName() async throws {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "independent", by: "leader")
        let row = try #require(try world.installation.competences(of: "amina").first)
        #expect(row.level?.text(in: .nynorsk) == "Sjølvstendig")
    }

    @Test func theSameKeyIsTheSameAct() async throws {
        let (world, _) = try await World.competent()
        let first = try await world.claimed("nutrition", "basic", by: "leader", key: "k1")
        #expect(
            try await world.claimed("nutrition", "basic", by: "leader", key: "k1") == first)
        #expect(try world.rows("competence_entry") == 1)
    }

    @Test func priorLearningIsReviewedAndThenSkipsTheStep() async throws {
        let (world, id) = try await World.competent(now: "2026-03-05T09:00")
        func step() throws -> ShownStatus? {
            let view = try world.installation.enrolmentView(id, for: "amina")
            let found = view?.steps.first(where: { explanation in
                explanation.step.records.contains { $0.competence == "medicines-theory" }
            })
            return found?.status
        }
        #expect(try step() != .done)
        let opened = try await world.claimed(
            "medicines-theory", "basic", by: "amina", kind: .priorLearning, on: "2025-11-10")
        guard case .waiting(let claim, 1) = opened else {
            Issue.record("\(opened)")
            return
        }
        try await expectRefused(.notEntitled, in: world) {
            _ = try await world.claimed(
                "resuscitation", "basic", by: "leader", kind: .priorLearning, on: "2026-03-01")
        }
        try await expectRefused(.notEntitled, in: world) {
            _ = try await world.installation.support(claim, by: "amina")
        }
        #expect(try await world.installation.support(claim, by: "leader") == .recorded(1))
        #expect(try world.held("medicines-theory") == "basic")
        #expect(try step() == .done)
        #expect(try world.installation.verify().faults == [])
    }

    @Test func aRevokedEntryCountsNowhereAndStaysToBeSeen() async throws {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        for person in ["amina", "buddy"] as [PersonID] {
            await #expect(throws: OperationError.self) {
                try await world.installation.revoke(
                    1, of: "amina", by: person, reason: "No")
            }
        }
        try await expectRefused(.reasonMissing, in: world) {
            try await world.installation.revoke(1, of: "amina", by: "leader", reason: " ")
        }
        let number = try await world.installation.revoke(
            1, of: "amina", by: "leader", reason: "Entered for the wrong person.")
        #expect(number == 2)
        #expect(try world.held("nutrition") == nil)
        #expect(try world.installation.competences(of: "amina") == [])
        let all = try world.installation.recordedCompetences(of: "amina")
        #expect(all.map(\.isRevoked) == [true, false])
        try await expectRefused(.alreadyRevoked, in: world) {
            try await world.installation.revoke(1, of: "amina", by: "leader", reason: "Twice")
        }
        #expect(try await world.claimed("nutrition", "basic", by: "leader") == .recorded(3))
        #expect(try world.installation.verifyRecords().faults == [])
    }
}

@Suite(.onBothDatabases) struct CompetenceImportTests {
    private let employments = """
        person,unit,position,percentage,from,until
        amina,ward,nurse,80,2026-03-02,
        buddy,ward,assistant,100,2020-01-01,2027-06-30
        """
    private let competences = """
        person,competence,level,achieved-on,valid-until,form,evidence
        amina,norwegian,b2,2024-06-01,,formal,Norskprøven
        amina,fire-safety,basic,2025-10-01,,,Kurs hos forrige arbeidsgiver
        """

    private func imported(
        _ world: World, _ files: (ImportKind, String)..., dryRun: Bool = false
    ) async throws -> ImportReport {
        try await world.installation.importTables(
            files.map {
                ImportTable(kind: $0.0, file: "\($0.0).csv", bytes: Array($0.1.utf8))
            }, dryRun: dryRun)
    }

    @Test func twiceIsOnce() async throws {
        let (world, _) = try await World.competent()
        let preview = try await imported(
            world, (.employments, employments), (.competences, competences), dryRun: true)
        #expect(preview.count(.new) == 4)
        #expect(try world.rows("employment") == 0 && world.rows("competence_entry") == 0)
        let first = try await imported(
            world, (.employments, employments), (.competences, competences))
        #expect(first.isApplied && first.count(.new) == 4)
        let record = try world.installation.record(of: "amina", asOf: world.now.day)
        let second = try await imported(
            world, (.employments, employments), (.competences, competences))
        #expect(second.count(.unchanged) == 4)
        #expect(try world.installation.record(of: "amina", asOf: world.now.day) == record)
        #expect(try world.held("norwegian") == "b2")
        // Two years and more after it was shown: run out by the framework's own rule.
        #expect(record.entries.map(\.validUntil) == [nil, CivilDay("2026-10-01")])
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func aWrongRowIsToldAndNothingIsWritten() async throws {
        let (world, _) = try await World.competent()
        try await world.amina(bornOn: "1990-05-01")
        let report = try await imported(
            world,
            (
                .competences,
                """
                person,competence,level,achieved-on
                amina,norwegian,b2,2024-06-01
                amina,norwegian,b2,2024-06-01
                amina,flying,b2,2024-06-01
                amina,norwegian,expert,2024-06-01
                amina,norwegian,b1,1989-06-01
                nobody,norwegian,b1,2024-06-01
                """
            ),
            (
                .employments,
                """
                person,unit,position,percentage,from,until
                amina,ward,nurse,120,2026-03-02,
                amina,ward,nurse,100,2026-03-02,2026-03-01
                """
            ))
        #expect(!report.isApplied)
        #expect(report.errors.map(\.number) == [2, 3, 3, 4, 5, 6, 7])
        #expect(try world.rows("employment") == 0 && world.rows("competence_entry") == 0)
    }
}
