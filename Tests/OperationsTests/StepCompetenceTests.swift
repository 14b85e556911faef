import CivilCalendar
import Competence
import Engine
import Foundation
import Operations
import ProgrammeFiles
import Storage
import Support
import Testing

/// What a completed step records is held to the framework's rule, whoever completes it.
@Suite(.onBothDatabases) struct StepCompetenceTests {
    private static func source() throws -> ProgrammeSource {
        let fixtures = Repository.url("Tests/ProgrammeFilesTests/Fixtures")
        let file = fixtures.appending(path: "attested/shows-something.yaml")
        return try World.need(ProgrammeSource(path: file.path))
    }

    /// The programme was published before there was a framework that it could be held to.
    private func world(colleague: PersonID = "buddy") async throws -> (World, EnrolmentID) {
        let world = try World(now: "2026-03-02T08:00")
        try await world.ward()
        _ = try World.need(try await world.installation.publish(Self.source()).version)
        try await world.publishFramework()
        let id = try await world.installation.enrol(
            EnrolRequest(
                participant: "amina", programme: "shows-something",
                anchors: ["first-day": try World.need(CivilDay("2026-03-02"))], facts: [:],
                chosen: ["colleague": colleague]), by: .operatorCommand)
        try await world.settle()
        return (world, id)
    }

    private func sign(
        _ step: StepID, by person: PersonID, _ world: World, _ id: EnrolmentID
    ) async throws {
        _ = try await world.installation.act(
            .sign(step, by: person, affirms: true, on: world.now.day), on: id, by: .person(person))
    }

    private func entries(_ world: World) throws -> [RecordedCompetence] {
        try world.installation.recordedCompetences(of: "amina")
    }

    private func claims(_ world: World, for reader: PersonID = "amina") throws -> [OpenClaim] {
        try world.installation.passport(of: "amina", for: reader).open
    }

    @Test func nobodysOwnWordIsOnRecordWhereTheRuleAsksForAnothers() async throws {
        let (world, id) = try await world()
        try await sign("alone", by: "amina", world, id)
        #expect(try entries(world).isEmpty)
        let claim = try #require(try claims(world).first)
        #expect(claim.request.competence == "nutrition")
        #expect(claim.missing == 1 && claim.asked == [.mentor, .lineManager])
        #expect(claim.request.evidence.contains("Alone"))
        #expect(!claim.mayDecide)
        #expect(try world.installation.verifyRecords().faults == [])
        try await expectRefused(.notEntitled, in: world) {
            _ = try await world.installation.support(claim.id, by: "amina")
        }
        // The colleague vouches as a mentor does: the programme says so.
        #expect(try claims(world, for: "buddy").first?.mayDecide == true)
        #expect(try await world.installation.support(claim.id, by: "buddy") == .recorded(1))
        let entry = try #require(try entries(world).first)
        #expect(entry.entry.kind == .attested && entry.step == "alone" && entry.enrolment == id)
        #expect(entry.attestedBy.map(\.person) == ["buddy"])
        #expect(entry.attestedBy.map(\.role) == ["mentor"])
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func whereTwoAreNeededOneWaitsForTheOther() async throws {
        let (world, id) = try await world()
        try await sign("one-of-two", by: "leader", world, id)
        #expect(try world.held("medicines-practice") == nil)
        let claim = try #require(try claims(world).first)
        #expect(claim.missing == 1)
        try await expectRefused(.alreadySaid, in: world) {
            _ = try await world.installation.support(claim.id, by: "leader")
        }
        _ = try await world.installation.support(claim.id, by: "buddy")
        let entry = try #require(try entries(world).first)
        #expect(Set(entry.attestedBy.map(\.person)) == ["leader", "buddy"])
        // It holds as long as the step says, and not as long as the framework does.
        #expect(entry.entry.validUntil == CivilDay("2026-09-02"))
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func whoseWordDoesNotCountIsNotWrittenAsHavingVouched() async throws {
        let (world, id) = try await world()
        for person in ["amina", "buddy", "leader"] as [PersonID] {
            try await sign("both", by: person, world, id)
        }
        let entry = try #require(try entries(world).first)
        #expect(entry.entry.kind == .step)
        // The step does not say how long it holds; the framework does.
        #expect(entry.entry.validUntil == CivilDay("2028-03-02"))
        #expect(Set(entry.attestedBy.map(\.person)) == ["leader", "buddy"])
        #expect(try claims(world).isEmpty)
    }

    @Test func onePersonInTwoRolesIsOne() async throws {
        let (world, id) = try await world(colleague: "leader")
        try await sign("both", by: "amina", world, id)
        try await sign("both", by: "leader", world, id)
        #expect(try entries(world).isEmpty)
        #expect(try claims(world).first?.missing == 1)
    }

    @Test func whatIsSaidByAStepCountsForAClaimThatWaits() async throws {
        let (world, id) = try await world()
        let said = try await world.claimed(
            "medicines-practice", "independent", by: "buddy", on: "2026-03-01")
        guard case .waiting(_, 1) = said else {
            Issue.record("\(said)")
            return
        }
        try await sign("one-of-two", by: "leader", world, id)
        #expect(try world.held("medicines-practice") == "independent")
        #expect(try claims(world).isEmpty)
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func aRefusedClaimRecordsNothingAndLeavesTheStepDone() async throws {
        let (world, id) = try await world()
        try await sign("alone", by: "amina", world, id)
        let claim = try #require(try claims(world).first)
        try await world.installation.settle(
            claim.id, asRefusedBy: "leader", reason: "Not yet seen.")
        #expect(try entries(world).isEmpty)
        let view = try #require(try world.installation.enrolmentView(id, for: "amina"))
        #expect(view.steps.first { $0.step.id == "alone" }?.status == .done)
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func whatNoFrameworkHasIsRecordedAsBefore() async throws {
        let (world, id) = try await world()
        try await sign("elsewhere", by: "amina", world, id)
        let entry = try #require(try entries(world).first)
        #expect(entry.attestedBy.map(\.person) == ["amina"])
    }

    @Test func publishingHoldsProgrammesToTheFrameworksThatAreThere() async throws {
        let world = try World()
        try await world.publishFramework()
        let (version, diagnostics) = try await world.installation.publish(Self.source())
        #expect(version == nil)
        #expect(
            diagnostics.map { "\($0.line) \($0.severity.rawValue) \($0.fault.code)" } == [
                "28 error never-attested", "37 error never-attested", "56 warning attested-by-some",
                "58 error unknown-level", "64 error unknown-competence",
            ])
        #expect(try world.rows("programme_version") == 0)
        // A version that was there before the framework came stays, and stays the same.
        let (older, id) = try await self.world()
        let again = try await older.installation.publish(Self.source())
        #expect(again.version?.number == 1 && !again.diagnostics.isEmpty)
        #expect(try older.installation.enrolmentView(id, for: "amina") != nil)
    }

    @Test func theNewcomersMedicinesTakeTheBuddyAndTheLeader() async throws {
        let (world, id) = try await World.competent(now: "2026-03-30T09:00")
        try await sign("medicines-course", by: "amina", world, id)
        #expect(try world.held("medicines-theory") == nil)
        try await sign("medicines-course", by: "leader", world, id)
        #expect(try world.held("medicines-theory") == "basic")
        try await sign("medicines-authorisation", by: "leader", world, id)
        #expect(try world.held("medicines-practice") == nil)
        try await sign("medicines-authorisation", by: "buddy", world, id)
        #expect(try world.held("medicines-practice") == "independent")
        let entry = try #require(
            try entries(world).first { $0.entry.competence == "medicines-practice" })
        #expect(Set(entry.attestedBy.map(\.person)) == ["leader", "buddy"])
        #expect(try claims(world).isEmpty)
    }
}
