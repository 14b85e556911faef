import CivilCalendar
import Competence
import Cryptography
import Delivery
import Engine
import Foundation
import JSONText
import Operations
import Storage
import Support
import Testing

/// Statements to a learning record store, which is a program in another language that takes only
/// what follows the specification.
@Suite(.onBothDatabases) struct StatementTests {
    private struct Report: Decodable {
        var stored: Int
        var again: Int
        var refused: [String]
        /// Those that no other statement makes void.
        var valid: Int
    }

    /// A world that tells a store, the store, and who brings the one to the other.
    private struct Stage {
        let world: World
        let store: PythonServer
        let courier: Courier

        func report() throws -> Report {
            try JSONDecoder().decode(Report.self, from: Data(store.ask("report").utf8))
        }

        func statements() throws -> [JSON] {
            try World.need(JSON(try store.ask("statements"))).array
        }

        func queued() throws -> [MessageRow] {
            try world.installation.messages(recipient: "lrs", limit: 500)
        }

        /// Sends, and goes on through time until all that waited has gone or was given up.
        func deliver() async throws {
            try await courier.deliverAll()
            while try queued().contains(where: { $0.status == "queued" }) {
                let next = try World.need(
                    try queued().filter { $0.status == "queued" }.map(\.availableAt).max())
                world.clock.move(to: next)
                try await courier.deliverAll()
            }
        }
    }

    private func stage(
        version: String = "1.0.3", password: String = "lrs-password-27"
    ) async throws -> Stage {
        let store = try PythonServer(
            script: Repository.url("Tests/OperationsTests/Python/lrs_receiver.py").path,
            arguments: ["ombord", "lrs-password-27", version])
        let port = try World.need(store.port)
        let world = try World(sendsStatements: true)
        try await world.ward()
        try await world.publishFramework()
        var limits = HTTPTransport.Limits()
        limits.allowsPlainHTTP = true
        limits.allowsPrivateAddresses = true
        let courier = try World.courier(
            world.installation, world.mail,
            records: LearningRecordStore(
                url: "http://127.0.0.1:\(port)/xapi/", user: "ombord", password: password,
                version: version, http: HTTPTransport(limits)))
        return Stage(world: world, store: store, courier: courier)
    }

    @Test(arguments: ["1.0.3", "2.0.0"])
    func theStoreTakesWhatComesOnRecord(_ version: String) async throws {
        let stage = try await stage(version: version)
        let world = stage.world
        try world.move(to: "2026-04-02T09:00")
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        _ = try await world.claimed("norwegian", "b2", by: "hr", on: "2026-04-02")
        try await stage.deliver()
        let report = try stage.report()
        #expect(report.refused == [])
        #expect(report.stored == 2)
        let statements = try stage.statements().sorted { $0.text < $1.text }
        let found = try World.need(
            statements.first { $0["object"]?["id"]?.string?.contains("nutrition") == true })
        #expect(found["actor"]?["account"]?["homePage"]?.string == "https://ombord.example")
        #expect(found["actor"]?["account"]?["name"]?.string == "amina")
        #expect(found["verb"]?["id"]?.string == "http://adlnet.gov/expapi/verbs/passed")
        let name = found["object"]?["definition"]?["name"]
        #expect(name?["en"]?.string == "Nutrition – Basic")
        #expect(name?["nb"]?.string == "Ernæring – Grunnleggende")
        #expect(found["context"]?["instructor"]?["account"]?["name"]?.string == "leader")
        // It was shown on 20 March, and the clock of that day's noon in Oslo says 11 in UTC.
        #expect(found["timestamp"]?.string == "2026-03-20T11:00:00Z")
        // What is shown today is never told as of a later hour.
        let today = statements.first {
            $0["object"]?["id"]?.string?.contains("norwegian") == true
        }
        #expect(today?["timestamp"]?.string == "2026-04-02T07:00:00Z")
        for statement in statements {
            for secret in ["Yusuf", "example.org", "Seen on three", "lrs-password"] {
                #expect(!statement.text.contains(secret))
            }
        }
        for message in try stage.queued() { #expect(!message.body.contains("password")) }
    }

    @Test func aCompletedStepIsToldWithItsProgramme() async throws {
        let stage = try await stage()
        let world = stage.world
        let id = try await world.enrolAmina()
        try await world.live(until: "2026-04-20T09:00")
        var recorded = 0
        for step in try world.installation.enrolment(id).steps where !step.step.records.isEmpty {
            for person in ["leader", "buddy", "amina"] as [PersonID] {
                let done = try? await world.installation.act(
                    .sign(step.step.id, by: person, affirms: true, on: world.now.day), on: id,
                    by: .person(person))
                recorded += done == nil ? 0 : 1
            }
        }
        #expect(recorded > 0)
        let entries = try world.installation.recordedCompetences(of: "amina")
        try #require(!entries.isEmpty)
        try await stage.deliver()
        let report = try stage.report()
        #expect(report.refused == [])
        #expect(report.stored == entries.count)
        for statement in try stage.statements() {
            let parent = statement["context"]?["contextActivities"]?["parent"]?.array.first
            #expect(parent?["id"]?.string == "https://ombord.example/programmes/oslo-onboarding")
            #expect(statement["context"]?["registration"]?.string?.utf8.count == 36)
        }
    }

    @Test(arguments: [false, true])
    func whatBreaksOnTheWayIsTriedAgainAndIsThereOnce(_ conflicts: Bool) async throws {
        let stage = try await stage()
        let world = stage.world
        if conflicts { #expect(try stage.store.ask("conflict") == "ok") }
        try world.move(to: "2026-04-02T09:00")
        for competence in ["nutrition", "fall-prevention", "ethics"] as [CompetenceID] {
            _ = try await world.claimed(competence, "basic", by: "leader")
        }
        #expect(try stage.store.ask("fail 2") == "ok")
        try await stage.courier.deliverAll()
        #expect(try stage.store.ask("lose 2") == "ok")
        try await stage.deliver()
        let report = try stage.report()
        #expect(report.refused == [])
        #expect(report.stored == 3)
        // Two of them came twice, because their first answers were lost.
        #expect(report.again == 2)
        #expect(try stage.queued().allSatisfy { $0.status == "sent" })
        // Queued again by hand nothing is new.
        #expect(try await world.installation.queueStatements() == 0)
    }

    @Test func whatIsRevokedIsVoid() async throws {
        let stage = try await stage()
        let world = stage.world
        try world.move(to: "2026-04-02T09:00")
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        _ = try await world.claimed("ethics", "basic", by: "leader")
        try await stage.deliver()
        try await world.installation.revoke(1, of: "amina", by: "leader", reason: "Wrong person")
        try await stage.deliver()
        let report = try stage.report()
        #expect(report.refused == [])
        #expect(report.stored == 3)
        #expect(report.valid == 1)
    }

    @Test func whatCameBeforeTheStoreIsQueuedWhenAskedFor() async throws {
        let stage = try await stage()
        let quiet = try World.reopened(stage.world, sendsStatements: false)
        try stage.world.move(to: "2026-04-02T09:00")
        let request = ClaimRequest(
            person: "amina", kind: .attested, competence: "nutrition", level: "basic",
            achievedOn: try World.need(CivilDay("2026-03-20")), evidence: "Seen")
        _ = try await quiet.claim(request, by: "leader")
        try await quiet.revoke(1, of: "amina", by: "leader", reason: "Wrong")
        #expect(try stage.queued().isEmpty)
        await #expect(throws: OperationError.self) { try await quiet.queueStatements() }
        #expect(try await stage.world.installation.queueStatements() == 2)
        #expect(try await stage.world.installation.queueStatements() == 0)
        try await stage.deliver()
        #expect(try stage.report().refused == [])
        #expect(try stage.report().valid == 0)
    }

    @Test func aWrongPasswordIsTriedAgainAndGivenUpInTheEnd() async throws {
        let stage = try await stage(password: "wrong-password")
        try stage.world.move(to: "2026-04-02T09:00")
        _ = try await stage.world.claimed("nutrition", "basic", by: "leader")
        try await stage.deliver()
        let message = try World.need(try stage.queued().first)
        #expect(message.status == "dead")
        #expect(message.detail == "status 401")
        #expect(message.attempts > 5)
        let store = LearningRecordStore(
            url: "https://lrs.example", user: "u", password: "wrong-password", version: "1.0.3",
            http: HTTPTransport())
        #expect(!"\(store) \(String(reflecting: store))".contains("wrong-password"))
        #expect(try stage.report().stored == 0)
    }

    /// The examples of RFC 9562 and of Python's documentation of `uuid5`.
    @Test func aNamedUUIDIsWhatOthersMakeOfTheSameName() {
        let domains: [UInt8] = [0x6B, 0xA7, 0xB8, 0x10] + Cryptography.addressNamespace.dropFirst(4)
        #expect(
            Cryptography.uuid(named: "www.example.com", in: domains)
                == "2ed6657d-e927-568b-95e1-2665a8aea6a2")
        #expect(
            Cryptography.uuid(named: "python.org", in: domains)
                == "886313e1-3b8a-5372-9b90-0c9aee199e5d")
    }
}
