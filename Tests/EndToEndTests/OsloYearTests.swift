import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// A year of Oslo's health and care services, with the source's figures, through a real mail
/// server.
@Suite struct OsloYearTests {
    @Test func everyNewcomerGetsBothTalksInTheirWindowsAndEveryMailIsTaken() async throws {
        let sink = try MailSink()
        let place = try Place(now: "2026-01-05T08:00", sink: sink)
        try await place.publish("oslo-onboarding")
        let demonstration = Demonstration(
            .oslo, installation: place.installation, courier: place.courier, clock: place.clock,
            peopleAct: true)
        try await demonstration.load()
        // The schools' three contacts are people too, but hold no position.
        let positions = try place.installation.database.read { connection in
            try connection.count("SELECT count(*) FROM person WHERE unit IS NOT NULL")
        }
        #expect(positions == 13_715)
        #expect(try place.installation.personCount() == 13_715 + 3)
        let move = try await demonstration.move(
            to: try place.moment("2027-07-10T08:00"))
        let done = try Place.need(move)
        let talks = try place.installation.database.read { connection in
            try connection.count(
                """
                SELECT count(*) FROM step
                WHERE step IN ('talk-2-months', 'talk-5-months') AND status = 'done'
                    AND settled_on BETWEEN window_from AND window_to
                """)
        }
        #expect(talks >= 2_740)
        let counts = Dictionary(
            uniqueKeysWithValues: try place.installation.outboxCounts().map {
                ($0.status, $0.count)
            })
        #expect(counts["dead"] == nil)
        #expect(counts["sending"] == nil)
        let mails = try sink.mails()
        #expect(mails.count == counts["sent"])
        #expect(Set(mails.map(\.id)).count == mails.count)
        #expect(done.sent == mails.count)
        #expect(try place.installation.verify().faults == [])
    }
}
