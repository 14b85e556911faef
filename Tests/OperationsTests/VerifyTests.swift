import Engine
import Operations
import Storage
import Support
import Testing

@Suite(.onBothDatabases) struct VerifyTests {
    private func tampered(_ sql: String) async throws -> [String] {
        let world = try World()
        try await world.ward()
        _ = try await world.enrolAmina()
        try await world.live(until: "2026-03-12T09:00")
        #expect(try world.installation.verify().faults == [])
        try await world.installation.database.write { connection in
            // Whoever can write the file can also remove what guards it.
            try world.removeGuards(of: "event", connection)
            try connection.run(sql, [])
        }
        return try world.installation.verify().faults.map {
            "\($0.event.map(String.init) ?? "-"): \($0.message)"
        }
    }

    @Test func aChangedEventIsFound() async throws {
        let faults = try await tampered(
            "UPDATE event SET body = replace(body, '2026-03-02', '2026-02-02') WHERE number = 1")
        #expect(faults.first == "1: the event was changed")
    }

    @Test func aChangedActorIsFound() async throws {
        #expect(
            try await tampered("UPDATE event SET actor = 'leader' WHERE number = 2")
                == ["2: the event was changed"])
    }

    @Test func aMissingEventIsFound() async throws {
        let faults = try await tampered("DELETE FROM event WHERE number = 4")
        #expect(faults.contains("5: an event is missing"))
    }

    @Test func amissingEndIsFound() async throws {
        let faults = try await tampered(
            "DELETE FROM event WHERE number = (SELECT max(number) FROM event)")
        #expect(faults == ["-: events are missing at the end"])
    }

    @Test func aChangedStateIsFound() async throws {
        let faults = try await tampered(
            "UPDATE step SET record = replace(record, '\"open\"', '\"done\"')")
        #expect(faults == ["-: the state is not the fold of its events"])
    }

    @Test func anUnreadableStateIsFoundAndKeepsNobodyElseAsleep() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.installation.database.write {
            _ = try $0.run("UPDATE enrolment SET state = '{', wake_at = 0", [])
        }
        let round = try await world.installation.wakeDue()
        #expect(round.failed == [id])
        #expect(try await world.installation.wakeDue().failed == [])
        #expect(
            try world.installation.verify().faults.map(\.message) == ["the state cannot be read"])
    }
}
