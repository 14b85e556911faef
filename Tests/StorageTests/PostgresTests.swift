import Foundation
import Support
import Synchronization
import Testing

@testable import Storage

/// How often a work was run.
private final class Runs: Sendable {
    private let runs = Mutex(0)

    var count: Int { runs.withLock { $0 } }

    func next() -> Int {
        runs.withLock { runs in
            runs += 1
            return runs
        }
    }
}

/// What only a server has: other nodes, and being away.
@Suite(.enabled(if: PostgresServer.isWanted)) struct PostgresTests {
    private let address: String
    private let one: PostgresDatabase
    private let other: PostgresDatabase

    init() throws {
        address = try PostgresServer.shared().makeDatabase()
        one = try PostgresDatabase(address: address, now: 0)
        other = try PostgresDatabase(address: address, now: 0)
    }

    private func set(_ name: String, _ value: Int, _ connection: any Connection) throws {
        try connection.run(
            """
            INSERT INTO setting (name, value) VALUES (?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [.text(name), .text("\(value)")])
    }

    private func value(_ name: String, _ connection: any Connection) throws -> Int {
        try connection.first("SELECT value FROM setting WHERE name = ?", [.text(name)]) {
            Int($0.text(0)) ?? 0
        } ?? 0
    }

    @Test func theServerIsDurable() throws {
        let facts = try one.description()
        #expect(facts.contains { $0 == ("synchronous_commit", "on") })
        #expect(facts.contains { $0 == ("fsync", "on") })
        #expect(facts.contains { $0 == ("schema", "\(Schema.newest)") })
    }

    @Test func aNewerSchemaIsRefused() throws {
        try one.writeBlocking {
            _ = try $0.run("INSERT INTO schema_step VALUES (99, 'x', 0)", [])
        }
        #expect(throws: StorageError.newerSchema(found: 99, known: Schema.newest)) {
            _ = try PostgresDatabase(address: address, now: 0)
        }
    }

    @Test func aServerThatIsNotThereIsToldWithoutThePassword() throws {
        #expect {
            _ = try PostgresDatabase(address: "postgres://u:hemmelig@127.0.0.1:1/x", now: 0)
        } throws: { error in
            guard case StorageError.cannotOpen(let place, let reason) = error else { return false }
            return place == "postgres://127.0.0.1:1/x" && !reason.contains("hemmelig")
        }
    }

    private func expectCannotOpen(_ address: String, _ words: String) {
        #expect {
            _ = try PostgresDatabase(address: address, now: 0)
        } throws: { error in
            guard case StorageError.cannotOpen(_, let reason) = error else { return false }
            return reason.contains(words)
        }
    }

    @Test func nothingGoesToAnotherMachineUnencryptedUnlessTheAddressSaysSo() throws {
        let bare = String(try #require(address.split(separator: "?").first))
        // What libpq takes for another machine.
        let far = bare.replacing("127.0.0.1", with: "db.example.org") + "?hostaddr=127.0.0.1"
        expectCannotOpen(far, "sslmode=verify-full")
        _ = try PostgresDatabase(address: far + "&sslmode=disable", now: 0)
    }

    @Test func theServersCertificateIsChecked() throws {
        let server = try PostgresServer()
        let plain = try server.makeDatabase()
        let certificate = try server.offerTLS()
        let bare = String(try #require(plain.split(separator: "?").first))
        let named = bare.replacing("127.0.0.1", with: "localhost") + "?sslmode=verify-full"
        let root = "&sslrootcert=\(certificate)"
        let database = try PostgresDatabase(address: named + root, now: 0)
        #expect(try database.description().contains { $0 == ("tls", "on") })
        // Signed by somebody else; of another name.
        expectCannotOpen(named + "&sslrootcert=/etc/ssl/certs/ca-certificates.crt", "certificate")
        expectCannotOpen(
            named.replacing("localhost", with: "db.example.org") + "&hostaddr=127.0.0.1" + root,
            "db.example.org")
    }

    @Test func aStatementOfAWorkThatFailsInThePipelineTakesBackThatWorkAndNoOther() async throws {
        // The second statement fails when it is sent with the third, or with the commit.
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<20 {
                group.addTask {
                    do {
                        try await one.write(.beside) { connection in
                            try set("w\(index)", index, connection)
                            let name: SQLValue = index % 4 == 0 ? nil : .text("p\(index)")
                            try connection.post(
                                "INSERT INTO setting (name, value) VALUES (?, ?)", [name, "x"])
                        }
                        return true
                    } catch StorageError.constraint {
                        return false
                    } catch {
                        Issue.record(error)
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 15)
        let kept = try one.read { connection in
            try connection.count("SELECT count(*) FROM setting WHERE name LIKE 'w%'")
        }
        #expect(kept == 15)
    }

    @Test func twoThatWaitForEachOtherBothComeToAnEnd() throws {
        try one.writeBlocking { connection in
            try set("a", 0, connection)
            try set("b", 0, connection)
        }
        @Sendable func add(_ name: String, _ connection: any Connection) throws {
            try connection.run(
                "UPDATE setting SET value = value || 'x' WHERE name = ?", [.text(name)])
        }
        // Each holds one row before it wants the other's: a deadlock, which the server ends.
        let begun = DispatchSemaphore(value: 0)
        let holds = DispatchSemaphore(value: 0)
        let (runs, othersRuns) = (Runs(), Runs())
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            try? other.writeBlocking(.beside) { connection in
                if othersRuns.next() == 1 { begun.wait() }
                try add("b", connection)
                holds.signal()
                try add("a", connection)
            }
            ended.signal()
        }
        try one.writeBlocking(.beside) { connection in
            try add("a", connection)
            if runs.next() == 1 {
                begun.signal()
                holds.wait()
            }
            try add("b", connection)
        }
        ended.wait()
        let values = try one.read { connection in
            try connection.all(
                "SELECT value FROM setting WHERE name IN ('a', 'b') ORDER BY name"
            ) { $0.text(0) }
        }
        #expect(values == ["0xx", "0xx"])
    }

    @Test func aNodeThatStandsStillInTheMiddleLosesItsTurn() throws {
        let runs = Runs()
        try one.writeBlocking { connection in
            try set("x", try value("x", connection) + 1, connection)
            // What idle_in_transaction_session_timeout does after 15 seconds.
            if runs.next() == 1 {
                _ = try other.read { reader in
                    try reader.count(
                        """
                        SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
                        WHERE state = 'idle in transaction' AND datname = current_database()
                            AND pid <> pg_backend_pid()
                        """)
                }
            }
        }
        #expect(runs.count == 2)
        #expect(try other.read { try value("x", $0) } == 1)
    }

    @Test(arguments: [Turn.alone, .beside])
    func nothingIsLostBetweenNodesThatReadAndThenWrite(turn: Turn) async throws {
        let nodes = [one, other]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                group.addTask {
                    try await nodes[index % 2].write(turn) { connection in
                        try set("count", try value("count", connection) + 1, connection)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try one.read { try value("count", $0) } == 60)
    }

    @Test func aConflictIsRunAgain() throws {
        let runs = Runs()
        try one.writeBlocking { try set("x", 1, $0) }
        try one.writeBlocking(.beside) { connection in
            let seen = try value("x", connection)
            if runs.next() == 1 { try other.writeBlocking(.beside) { try set("x", 10, $0) } }
            try set("x", seen + 1, connection)
        }
        #expect(runs.count == 2)
        #expect(try other.read { try value("x", $0) } == 11)
    }

    @Test func claimsLeaveOutWhatAnotherNodeHasClaimed() throws {
        try one.writeBlocking { connection in
            for index in 0..<6 { try set("s\(index)", index, connection) }
        }
        let query = "SELECT name FROM setting ORDER BY name LIMIT ? {skip locked}"
        let (first, second) = try one.writeBlocking(.beside) { connection in
            let first = try connection.all(query, [4]) { $0.text(0) }
            let second = try other.writeBlocking(.beside) { connection in
                try connection.all(query, [4]) { $0.text(0) }
            }
            return (first, second)
        }
        #expect(first == ["s0", "s1", "s2", "s3"])
        #expect(second == ["s4", "s5"])
    }

    @Test func theNumberIsAnotherAfterEachCommitWhoeverMadeIt() throws {
        let before = try one.version()
        #expect(try one.version() == before)
        try other.writeBlocking { try set("x", 1, $0) }
        let after = try one.version()
        #expect(after != before)
        _ = try other.read { try value("x", $0) }
        #expect(try one.version() == after)
        try one.writeBlocking { try set("x", 2, $0) }
        #expect(try one.version() != after)
    }

    @Test func anotherNodeIsToldThatThereIsSomethingToDo() async throws {
        let (heard, telling) = AsyncStream.makeStream(of: Void.self)
        one.onRing { telling.yield() }
        var calls = heard.makeAsyncIterator()
        // The first call says that it listens.
        _ = await calls.next()
        other.ring()
        _ = await calls.next()
    }

    @Test func aServerThatRestartsInTheMiddleIsWaitedForAndNothingIsDoneTwice() throws {
        let server = try PostgresServer()
        let database = try PostgresDatabase(address: try server.makeDatabase(), now: 0)
        let runs = Runs()
        try database.writeBlocking { connection in
            try set("x", try value("x", connection) + 1, connection)
            if runs.next() == 1 { try server.crashAndStart() }
        }
        #expect(runs.count == 2)
        #expect(try database.read { try value("x", $0) } == 1)
        // A connection that lay idle meanwhile is found to be dead, and replaced.
        try server.crashAndStart()
        #expect(try database.read { try value("x", $0) } == 1)
    }

    @Test func aCommitWithoutAnAnswerIsToldAsSuch() async throws {
        try one.writeBlocking { connection in
            try connection.run(
                """
                CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
                """, [])
            try connection.run(
                """
                CREATE CONSTRAINT TRIGGER leaves AFTER INSERT ON setting
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name = 'leave')
                EXECUTE FUNCTION leave()
                """, [])
        }
        await #expect(throws: StorageError.outcomeUnknown) {
            try await one.write { try set("leave", 1, $0) }
        }
        // It works again afterwards.
        try await one.write { try set("x", 1, $0) }
        #expect(try one.read { try value("x", $0) } == 1)
    }

    @Test func allOfAnInstallationIsCopiedBothWaysAndNothingIsCopiedOverAnother() async throws {
        let folder = try TemporaryFolder()
        let file = try SQLiteDatabase(
            path: folder.url.appending(path: "a.sqlite").path, now: 0)
        try file.writeBlocking { connection in
            for index in 0..<1200 {
                try connection.run(
                    "INSERT INTO person (id, name, email) VALUES (?, ?, ?)",
                    [
                        .text("p\(index)"), .text("Åse \(index)"),
                        index % 2 == 0 ? .null : .text("p\(index)@example.org"),
                    ])
            }
            // Units that refer to each other against the order of their keys.
            try connection.run(
                """
                INSERT INTO org_unit (id, name, kind, manager) VALUES ('z', 'Z', 'agency', 'p1')
                """, [])
            try connection.run(
                "INSERT INTO org_unit (id, parent, name, kind) VALUES ('a', 'z', 'A', 'ward')", [])
            try connection.run(
                "INSERT INTO command_log (key, fingerprint, response, at) VALUES (?, ?, ?, ?)",
                ["k", .bytes((0..<32).map { UInt8($0) }), "", .integer(.max)])
        }
        let layouts = try file.layouts()
        let tables = try DatabaseCopy.copy(from: file, to: one, layouts: layouts)
        #expect(tables.first { $0.name == "person" }?.rows == 1200)
        #expect(throws: DatabaseCopy.Refusal.self) {
            try DatabaseCopy.copy(from: file, to: other, layouts: layouts)
        }
        let path = folder.url.appending(path: "b.sqlite").path
        try one.backUp(to: path)
        let back = try SQLiteDatabase(path: path, now: 0)
        let copied = try back.read { connection in
            try connection.all("SELECT id, name, email FROM person ORDER BY id") {
                [$0.text(0), $0.text(1), $0.optionalText(2) ?? "-"]
            }
        }
        let original = try file.read { connection in
            try connection.all("SELECT id, name, email FROM person ORDER BY id") {
                [$0.text(0), $0.text(1), $0.optionalText(2) ?? "-"]
            }
        }
        #expect(copied == original)
    }
}
