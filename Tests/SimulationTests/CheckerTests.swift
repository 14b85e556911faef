import Foundation
import Storage
import Support
import Testing

@testable import Operations

/// Each checker sees the rule broken that it is there for: the store of a world in which nothing
/// went wrong is changed by hand, or the service is made to do what it must not.
@Suite struct CheckerTests {
    /// What is changed, and a part of what must be said of it.
    struct Breach: Sendable {
        let name: String
        let sql: [String]
        let complaint: String
    }

    private static let invitation = """
        SELECT min(m.identity) FROM message m JOIN enrolment e ON e.id = m.enrolment
        WHERE m.identity LIKE '%/talk-two-months/invitation:0/%' AND m.recipient = e.participant
        """
    private static let welcome = "SELECT min(identity) FROM message WHERE kind = 'welcome'"
    private static let copied = """
        INSERT INTO message (id, identity, channel, kind, enrolment, recipient, body, status,
            available_at, queued_at, attempts, finished_at, detail)
        SELECT '0000000000000000000000000000000f', identity || '-again', channel, kind, enrolment,
            recipient, body, 'withdrawn', available_at, queued_at, 0, finished_at, 'copied'
        FROM message
        """

    static let breaches: [Breach] = [
        Breach(
            name: "a talk's notice is lost",
            sql: [
                """
                DELETE FROM attempt WHERE message IN (
                    SELECT id FROM message WHERE identity = (\(invitation)))
                """, "DELETE FROM message WHERE identity = (\(invitation))",
            ], complaint: "invitation 0 was told 0 times"),
        Breach(
            name: "a talk is noticed twice",
            sql: ["\(copied) WHERE identity = (\(invitation))"],
            complaint: "invitation 0 was told 2 times"),
        Breach(
            name: "a talk does not open",
            sql: [
                "DROP TRIGGER event_is_kept",
                """
                DELETE FROM event WHERE type = 'step-opened'
                    AND body LIKE '%"step":"talk-two-months"%'
                """,
            ], complaint: "opened 0 times"),
        Breach(
            name: "an answer is forgotten",
            sql: ["DELETE FROM command_log WHERE key = (SELECT max(key) FROM command_log)"],
            complaint: "was acknowledged and is not there"),
        Breach(
            name: "what was said is lost",
            sql: ["DROP TRIGGER event_is_kept", "DELETE FROM event WHERE type = 'signed'"],
            complaint: "the history has 0"),
        Breach(
            name: "a notice has two identities",
            sql: ["\(copied) WHERE identity = (\(welcome))"],
            complaint: "are the same notice"),
        Breach(
            name: "the state is another than the events",
            sql: [
                """
                UPDATE step SET record = replace(record, '"status":"done"', '"status":"open"')
                """
            ], complaint: "the state is not the fold of its events"),
        Breach(
            name: "an event is changed",
            sql: [
                "DROP TRIGGER event_is_fixed",
                "UPDATE event SET actor = 'somebody' WHERE type = 'enrolled'",
            ], complaint: "the event was changed"),
        Breach(
            name: "nobody is woken", sql: ["UPDATE enrolment SET wake_at = NULL"],
            complaint: "wakes at nil"),
        Breach(
            name: "what is due is left undone",
            sql: ["UPDATE message SET status = 'queued', available_at = 0 WHERE status = 'sent'"],
            complaint: "was forgotten"),
        Breach(
            name: "sent is said of what nobody took",
            sql: ["\(copied) WHERE status = 'sent' LIMIT 1", "UPDATE message SET status = 'sent'"],
            complaint: "is sent, and nobody took it"),
        Breach(
            name: "what is dead cannot be seen",
            sql: ["UPDATE message SET status = 'dead', detail = NULL"],
            complaint: "nobody can see why"),
        Breach(
            name: "a mail was sent that is not known",
            sql: [
                "DELETE FROM attempt",
                "DELETE FROM message WHERE identity = (\(welcome))",
            ], complaint: "was sent, and is not known"),
        Breach(
            name: "a try is lost", sql: ["DELETE FROM attempt"], complaint: "has lost a try"),
        Breach(
            name: "a claim is left",
            sql: ["UPDATE message SET leased_until = 1 WHERE status = 'sent'"],
            complaint: "messages that are leased"),
    ]

    @Test func everyBrokenRuleIsSeen() throws {
        let world = try SimulatedWorld(seed: 3, weather: Weather(people: 6, days: 90))
        #expect(try world.live() == [])
        for breach in Self.breaches { try expectSeen(breach, world) }
    }

    /// Breaks the rule in a copy of the world's store.
    private func expectSeen(_ breach: Breach, _ world: SimulatedWorld) throws {
        let path = world.folder.url.appending(path: "\(breach.name).sqlite").path
        try world.observer.database.backUp(to: path)
        let copy = Installation(
            database: try SQLiteDatabase(path: path, now: 0), clock: world.observer.clock,
            random: world.observer.random, time: world.observer.time,
            settings: world.observer.settings)
        let checkers = Checkers(copy, world.ledger, mayRepeat: false)
        #expect(try checkers.faults() == [])
        try copy.database.writeBlocking { connection in
            for statement in breach.sql { try connection.run(statement, []) }
        }
        let faults = try checkers.faults()
        #expect(
            faults.contains { $0.contains(breach.complaint) },
            "\(breach.name): \(faults.prefix(9))")
    }

    /// A mail or a call that is taken twice is a fault where nothing called for it.
    @Test func aMailThatIsSentTwiceIsSeen() throws {
        let world = try SimulatedWorld(seed: 4, weather: Weather(people: 2, days: 20))
        #expect(try world.live() == [])
        let mail = try SimulatedWorld.need(world.ledger.mails.first)
        world.ledger.took(mail: mail)
        #expect(try Checkers(world).faults().map { $0.contains("was sent 2 times") } == [true])
    }

    /// A service that answers before its work is kept is found out, and the answers are named.
    @Test func aServiceThatAnswersTooEarlyIsFoundOut() throws {
        let world = try SimulatedWorld(seed: 5, weather: Weather(people: 6, days: 60))
        world.lies = true
        let faults = try world.live()
        #expect(faults.contains { $0.hasSuffix("was acknowledged and is not there") })
    }
}
