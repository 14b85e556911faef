import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

@Suite(.onBothDatabases) struct WebhookTests {
    /// A world with an endpoint that nothing listens at.
    private func worldWithDeadEndpoint() async throws -> (World, String) {
        let world = try World()
        try await world.ward()
        // Port 9 of this machine (discard): nobody answers.
        let (id, secret) = try await world.installation.addEndpoint(
            url: "http://127.0.0.1:9/hook", kinds: ["step-opened", "enrolled"], owner: "hr")
        #expect(secret.hasPrefix("whsec_"))
        return (world, id)
    }

    @Test func onlyTheKindsAskedForAreQueuedAndTheBodyHasNoNames() async throws {
        let (world, id) = try await worldWithDeadEndpoint()
        _ = try await world.enrolAmina()
        let queued = try world.installation.messages(recipient: id, limit: 500)
        #expect(Set(queued.map(\.kind)) == ["enrolled", "step-opened"])
        for message in queued {
            #expect(!message.body.contains("Yusuf"))
            #expect(!message.body.contains("example.org"))
        }
    }

    @Test func aDeadEndpointIsSwitchedOffAndItsOwnerTold() async throws {
        let (world, id) = try await worldWithDeadEndpoint()
        _ = try await world.enrolAmina()
        try await world.live(until: "2026-03-02T09:00")
        #expect(try world.installation.endpoints().first?.isOn == true)
        #expect(try world.installation.endpoints().first?.failingSince != nil)
        for day in 3...16 {
            try world.move(to: "2026-03-\(day < 10 ? "0" : "")\(day)T12:00")
            try await world.settle()
        }
        let endpoint = try World.need(try world.installation.endpoints().first)
        #expect(!endpoint.isOn)
        let told = world.mail.sent.filter { $0.to.address.description == "oyvind@example.org" }
        #expect(told.contains { $0.text.contains("127.0.0.1:9/hook") })
        // What it missed is kept, and goes again when it is on and asked for.
        let dead = try world.installation.messages(status: "dead", recipient: id, limit: 500)
        #expect(!dead.isEmpty)
        try await world.installation.switchEndpoint(id, on: true)
        try await world.installation.retry(try World.need(dead.first).id)
        let retried = try world.installation.message(try World.need(dead.first).id)
        #expect(retried.message.status == "queued")
    }

    @Test func aRealReceiverChecksTheSignatureAcrossARotation() async throws {
        let server = try PythonServer(
            script: Repository.url("Tests/OperationsTests/Python/webhook_receiver.py").path,
            arguments: [])
        let port = try World.need(server.port)
        let world = try World()
        try await world.ward()
        let (id, secret) = try await world.installation.addEndpoint(
            url: "http://127.0.0.1:\(port)/hook", kinds: [], owner: "hr")
        #expect(try server.ask(secret) == "ok")
        _ = try await world.enrolAmina()
        try await world.courier.deliverAll()
        let sent = try world.installation.messages(status: "sent", recipient: id, limit: 500)
        #expect(sent.count >= 2)
        let newSecret = try await world.installation.rotateSecret(of: id)
        // The receiver still knows only the old secret; both signatures are sent.
        try await world.live(until: "2026-03-04T09:00")
        #expect(try server.ask(newSecret) == "ok")
        try await world.live(until: "2026-03-10T09:00")
        let all = try world.installation.messages(recipient: id, limit: 500)
        #expect(all.allSatisfy { $0.status == "sent" })
        let verdicts = try server.ask("report").split(separator: " ").map(String.init)
        #expect(verdicts == ["\(all.count)", "0"])
    }

    @Test func anAddressThatIsNoAddressIsRefused() async throws {
        let world = try World()
        try await world.ward()
        for url in ["ftp://example.org", "https://example.org/\r\nX: y", "example.org"] {
            await #expect(throws: OperationError.self) {
                try await world.installation.addEndpoint(url: url, kinds: [], owner: "hr")
            }
        }
    }
}
