import CivilCalendar
import Competence
import Engine
import Foundation
import ProgrammeFiles
import Storage
import Support
import Synchronization
import Testing

@testable import Operations

/// What people do at the same moment on two nodes, between which there is only the database.
@Suite(.enabled(if: PostgresServer.isWanted)) struct TwoNodesTests {
    /// The programme of the fixture under a name of its own, in which somebody confirms.
    private func begin(
        _ name: String, confirmedBy role: String, _ world: World
    ) async throws -> EnrolmentID {
        let fixtures = Repository.url("Tests/ProgrammeFilesTests/Fixtures")
        let file = fixtures.appending(path: "attested/shows-something.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
            .replacing("programme: shows-something", with: "programme: \(name)")
            .replacing("confirmed-by: line-manager", with: "confirmed-by: \(role)")
        let source = ProgrammeSource(name: name, bytes: Array(text.utf8), modules: [:])
        _ = try World.need(try await world.installation.publish(source).version)
        return try await world.installation.enrol(
            EnrolRequest(
                participant: "amina", programme: ProgrammeID(name),
                anchors: ["first-day": world.now.day], facts: [:],
                chosen: ["colleague": "buddy"]), by: .operatorCommand)
    }

    /// Two words are needed. Each of the two nodes knows of one, unless it sees the other's.
    @Test func twoWhoVouchAtTheSameMomentAreBothCounted() async throws {
        try await DatabaseKind.$current.withValue(.postgres) {
            let world = try World(now: "2026-03-02T08:00")
            try await world.ward()
            let one = try await begin("shows-one", confirmedBy: "line-manager", world)
            let two = try await begin("shows-two", confirmedBy: "colleague", world)
            try await world.publishFramework()
            try await world.settle()
            let outcome = try await world.claimed(
                "medicines-practice", "independent", by: "amina", kind: .priorLearning,
                on: "2026-02-02")
            guard case .waiting(_, 2) = outcome else { throw World.Missing() }
            let other = try World.reopened(world)
            let today = world.now.day
            let runs = Mutex(0)
            try world.installation.transactBlocking(.beside) { transaction in
                // From here on it sees nothing that others write.
                _ = try transaction.connection.count("SELECT count(*) FROM competence_voice")
                let run = runs.withLock { runs in
                    runs += 1
                    return runs
                }
                if run == 1 {
                    _ = try other.actBlocking(
                        .sign("one-of-two", by: "buddy", affirms: true, on: today), on: two,
                        by: .person("buddy"))
                }
                _ = try transaction.act(
                    .sign("one-of-two", by: "leader", affirms: true, on: today), on: one,
                    by: .person("leader"), key: nil)
            }
            #expect(runs.withLock { $0 } == 2)
            #expect(try world.held("medicines-practice") == "independent")
            #expect(try world.installation.passport(of: "amina", for: "amina").open.isEmpty)
            #expect(try world.installation.verifyRecords().faults == [])
        }
    }
}
