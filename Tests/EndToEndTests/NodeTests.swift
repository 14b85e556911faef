import CivilCalendar
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// Several nodes on one PostgreSQL, with nothing else between them.
@Suite(.enabled(if: PostgresServer.isWanted)) struct NodeTests {
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
        let lines = first.kill(afterLines: 12) + second.kill(afterLines: 24)
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
        try CrashTests.check(place, acknowledged, try sink.mails())
    }
}
