import CivilCalendar
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// Several nodes on one PostgreSQL, with nothing else between them.
@Suite(.enabled(if: PostgresServer.isWanted)) struct NodeTests {
    @Test func anInstallationIsMovedByOneCommandAndServedByTwoNodes() throws {
        let folder = try TemporaryFolder()
        let data = folder.url.appendingPathComponent("data").path
        try Service(["--demo", "small", "--data", data]).end()
        let address = try PostgresServer.shared().makeDatabase()
        let arguments = ["copy", "--from", "sqlite:\(data)/ombord.sqlite", "--to", address]
        let copied = try Products.run("ombord", arguments)
        #expect(copied.status == 0, "\(copied)")
        #expect(copied.output.contains(" 0 faults"))
        // It is not copied over what is there.
        let again = try Products.run("ombord", arguments)
        #expect(again.status != 0 && again.errors.contains("not empty"), "\(again)")

        let environment = ["OMBORD_DATABASE": address]
        let options = ["--demo", "small", "--data", data]
        let nodes = [
            try Service(options, environment: environment),
            try Service(options, environment: environment),
        ]
        for node in nodes {
            #expect(try node.get("/readyz").hasPrefix("200 "))
            #expect(try node.get("/").hasPrefix("200 "))
        }
        for node in nodes { node.end() }
        let verified = try Products.run(
            "ombord", ["verify", "--data", data], environment: environment)
        #expect(verified.status == 0, "\(verified)")
    }

    @Test func twoNodesDoEachStepOnceAndOneThatIsKilledIsReplacedWithin30Seconds() async throws {
        let sink = try MailSink(keepsTexts: true)
        let address = try PostgresServer.shared().makeDatabase()
        let place = try Place(now: "2026-03-02T08:00", sink: sink, address: address)
        for programme in ["oslo-onboarding", "trondheim-mentor", "nursing-placement-year-1"] {
            try await place.publish(programme)
        }
        let tables = DemonstrationTables(.small, today: try Place.need(CivilDay("2026-03-02")))
        #expect(try await place.installation.importTables(tables.tables, dryRun: false).isApplied)

        func node(_ seed: Int) throws -> Victim {
            try Victim([
                address, String(sink.port), String(seed), Repository.url("Mail").path,
                "2026-03-02T08:00", "stand",
            ])
        }
        // Both work at the same time; reading the one's lines holds nobody up.
        let (first, second) = (try node(1), try node(2))
        let lines = try first.kill(afterLines: 60) + second.kill(afterLines: 90)
        let acknowledged = lines.filter { $0.hasPrefix("ack ") }.map { String($0.dropFirst(4)) }
        #expect(acknowledged.contains { $0.hasPrefix("act-1-") })
        #expect(acknowledged.contains { $0.hasPrefix("act-2-") })

        // What the two had claimed goes on here, half a minute later.
        place.clock.move(to: place.clock.now().adding(seconds: 30))
        while try await place.installation.wakeDue().woken > 0 {}
        try await place.courier.deliverAll()
        await place.courier.shutdown()
        let counts = try place.installation.database.read { connection in
            (
                claimed: try connection.count(
                    "SELECT count(*) FROM message WHERE status = 'sending'"),
                dead: try connection.count("SELECT count(*) FROM message WHERE status = 'dead'"),
                twice: try connection.count(
                    """
                    SELECT count(*) FROM (SELECT enrolment, body FROM event
                    WHERE type = 'step-completed' GROUP BY enrolment, body
                    HAVING count(*) > 1) AS twice
                    """),
                done: try connection.count(
                    "SELECT count(*) FROM event WHERE type = 'step-completed'")
            )
        }
        #expect(counts.claimed == 0)
        #expect(counts.dead == 0)
        #expect(counts.twice == 0)
        #expect(counts.done > 0)
        // The clock stands, so there are only those of the one morning.
        try CrashTests.check(place, acknowledged, try sink.mails(), atLeast: 10)
    }
}
