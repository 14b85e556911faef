import CivilCalendar
import Delivery
import Engine
import Operations
import Storage
import Support
import Testing

/// People who leave, are away or change unit, and plans that differ.
@Suite(.onBothDatabases) struct StaffTests {
    private func holders(_ world: World, _ id: EnrolmentID) throws -> [String: String] {
        try world.installation.database.read { connection in
            Dictionary(
                try connection.all(
                    "SELECT role, person FROM role_holder WHERE enrolment = ?",
                    [.text(id.rawValue)]
                ) { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { first, _ in first })
        }
    }

    @Test func aManagerWhoLeavesHandsEverythingOver() async throws {
        let (world, enrolments) = try await MigrationTests.world(people: 3)
        let progress = try await MigrationTests.carryOut(
            .handOver(from: "leader", to: "director", reason: "Slutter"), in: world)
        #expect(progress.done == 3)
        for id in enrolments {
            #expect(try holders(world, id)["line-manager"] == "director")
            let history = try world.installation.history(of: id)
            #expect(
                history.contains {
                    $0.event
                        == .roleHandedOver(
                            .lineManager, from: "leader", to: "director", reason: "Slutter")
                })
        }
        #expect(try world.installation.verify().faults == [])
    }

    @Test func aCoverBeginsAndEndsByItself() async throws {
        let (world, enrolments) = try await MigrationTests.world()
        let id = enrolments[0]
        let (from, until) = try (
            World.need(CivilDay("2026-03-09")), World.need(CivilDay("2026-03-20"))
        )
        let change = BulkChange.cover(
            "buddy", by: "hr", from: from, until: until, reason: "Ferie")
        #expect(try await MigrationTests.carryOut(change, in: world).done == 1)
        #expect(try holders(world, id)["mentor"] == "buddy")
        try await world.live(until: "2026-03-10T12:00")
        #expect(try holders(world, id)["mentor"] == "hr")
        #expect(try holders(world, id)["absent:mentor"] == "buddy")
        let told = world.mail.sent.map { $0.to.address.description }
        #expect(told.contains("oyvind@example.org") && told.contains("nils@example.org"))
        try await world.installation.act(
            .sign("medicines", by: "hr", affirms: true, on: world.now.day), on: id,
            by: .person("hr"))
        try await world.live(until: "2026-03-21T12:00")
        #expect(try holders(world, id)["mentor"] == "buddy")
        #expect(try holders(world, id)["absent:mentor"] == nil)
        #expect(try world.installation.verify().faults == [])
    }

    @Test func whoeverChangesUnitGetsItsManager() async throws {
        let (world, enrolments) = try await MigrationTests.world()
        _ = try await world.importText(
            units: "id,name,kind,parent,manager,hr\nother,Avdeling Gran,ward,city,buddy,")
        let change = BulkChange.moveUnit("n0", to: "other", reason: "Ny avdeling")
        var shown = 0
        try world.installation.preview(change) { line in
            if case .changes(let consequences) = line.outcome { shown += consequences.count }
        }
        #expect(shown == 1)
        #expect(try holders(world, enrolments[0])["line-manager"] == "leader")
        _ = try await MigrationTests.carryOut(change, in: world)
        #expect(try holders(world, enrolments[0])["line-manager"] == "buddy")
    }

    @Test func aPlanOfOnesOwnIsKeptAndSuggested() async throws {
        let (world, enrolments) = try await MigrationTests.world(people: 3)
        for id in enrolments {
            try await world.installation.act(
                .tailor(
                    .skip("keys"), by: "buddy", approvedBy: "leader", reason: "Har nøkler"),
                on: id, by: .person("buddy"))
        }
        try await world.installation.act(
            .tailor(
                .add(
                    OwnStep(
                        title: LocalizedText([.bokmål: "Besøk legevakta"]),
                        actors: [.participant],
                        due: try World.need(CivilDay("2026-04-10"))), after: "medicines"),
                by: "leader", approvedBy: "leader", reason: "Trenger det"), on: enrolments[0],
            by: .person("leader"))
        let suggestion = try #require(try world.installation.suggestions().first)
        #expect(suggestion.step == "keys" && suggestion.change == "skip")
        #expect(suggestion.count == 3 && suggestion.outOf == 3)

        let change = try await MigrationTests.publishNext(world)
        _ = try await MigrationTests.carryOut(change, in: world)
        let view = try world.installation.enrolment(enrolments[0])
        let own = try #require(view.steps.first { $0.step.id.rawValue.hasPrefix("own-") })
        #expect(own.dueDay == CivilDay("2026-04-10"))
        let index = try #require(view.steps.firstIndex { $0.step.id == own.step.id })
        #expect(view.steps[index - 1].step.id == "medicine-round")
        #expect(view.steps.first { $0.step.id == "keys" }?.status == .skipped)
        #expect(view.enrolment.edits.count == 2)
        let rows = try world.installation.database.read { connection in
            try connection.count(
                "SELECT count(*) FROM step WHERE enrolment = ? AND step = ?",
                [.text(enrolments[0].rawValue), .text(own.step.id.rawValue)])
        }
        #expect(rows == 1)
        #expect(try world.installation.verify().faults == [])
    }

    @Test func aStateOfAnEarlierReleaseIsReadAndMoved() async throws {
        let (world, enrolments) = try await MigrationTests.world()
        let id = enrolments[0]
        try await world.live(until: "2026-03-05T12:00")
        let before = try world.installation.enrolment(id).enrolment
        // As the release before wrote it: every record in the state, none in the rows.
        try await world.installation.database.write { connection in
            let rows = try connection.all(
                "SELECT step, record FROM step WHERE record IS NOT NULL ORDER BY step"
            ) { "\"\($0.text(0))\":\($0.text(1))" }
            try connection.run(
                "UPDATE enrolment SET state = replace(state, '\"anchors\"', ?)",
                [.text("\"steps\":{\(rows.joined(separator: ","))},\"anchors\"")])
            try connection.run("UPDATE step SET record = NULL", [])
        }
        let reopened = try World.reopened(world)
        #expect(try reopened.enrolment(id).enrolment == before)
        try await reopened.act(
            .sign("medicines", by: "n0", affirms: true, on: world.now.day), on: id,
            by: .person("n0"))
        try await reopened.act(
            .pause(on: world.now.day, reason: "Permisjon"), on: id, by: .operatorCommand)
        #expect(try reopened.verify().faults == [])
        let records = try reopened.database.read { connection in
            try connection.count("SELECT count(*) FROM step WHERE record IS NOT NULL")
        }
        #expect(records == before.steps.count)
    }
}
