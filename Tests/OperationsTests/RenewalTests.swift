import CivilCalendar
import Competence
import Engine
import Operations
import Storage
import Support
import Testing

@Suite(.onBothDatabases) struct RenewalTests {
    private func world() async throws -> World {
        let (world, _) = try await World.competent()
        try await world.publish("renewal-patient-safety")
        return world
    }

    private func renewals(_ world: World) throws -> [EnrolmentID] {
        try world.installation.database.read { connection in
            try connection.all(
                "SELECT id FROM enrolment WHERE programme = 'renewal-patient-safety' ORDER BY id"
            ) { EnrolmentID($0.text(0)) }
        }
    }

    @Test func whatRunsOutEnrolsItsPersonOnce() async throws {
        let world = try await world()
        _ = try await world.claimed("fire-safety", "basic", by: "leader")
        try await world.live(until: "2027-01-18T09:00")
        #expect(try renewals(world) == [])
        // Two months before the last day, 20 March 2027.
        try await world.live(until: "2027-01-21T09:00")
        let id = try #require(try renewals(world).first)
        let view = try #require(try world.installation.enrolmentView(id, for: "amina"))
        #expect(view.enrolment.facts["renews"] == .choices(["fire-safety"]))
        #expect(view.enrolment.anchors["expires"] == CivilDay("2027-03-20"))
        let step = try #require(
            view.steps.first { $0.step.id == StepID("renew-fire-safety") })
        #expect(step.dueDay == CivilDay("2027-03-12"))
        // Something else that runs out is added to the renewal that is under way.
        _ = try await world.claimed(
            "infection-control", "basic", by: "leader", on: "2025-02-20")
        try await world.live(until: "2027-01-25T09:00")
        #expect(try renewals(world) == [id])
        let after = try #require(try world.installation.enrolmentView(id, for: "amina"))
        #expect(after.enrolment.facts["renews"] == .choices(["fire-safety", "infection-control"]))
    }

    /// What was never held is learnt; what was held is renewed, also when it has run out.
    @Test func aRenewalIsSuggestedToWhoeverHasHeldIt() async throws {
        let world = try await world()
        func ways() throws -> [ProgrammeID] {
            try world.installation.passport(of: "amina", for: "amina")
                .programmes["fire-safety"]?.map(\.id) ?? []
        }
        #expect(try ways() == ["oslo-onboarding"])
        _ = try await world.claimed("fire-safety", "basic", by: "leader", on: "2025-03-10")
        #expect(try world.held("fire-safety") == nil)
        #expect(try ways() == ["renewal-patient-safety"])
        try await world.installation.revoke(1, of: "amina", by: "leader", reason: "Wrong")
        #expect(try ways() == ["oslo-onboarding"])
    }

    @Test func whatWasRevokedOrRenewedIsLeftAlone() async throws {
        let world = try await world()
        _ = try await world.claimed("fire-safety", "basic", by: "leader")
        try await world.installation.revoke(1, of: "amina", by: "leader", reason: "Wrong")
        try await world.live(until: "2027-02-01T09:00")
        #expect(try renewals(world) == [])
    }
}
