import Foundation
import Support
import Synchronization
import Testing

@testable import Storage

/// What any driver must hold. PostgreSQL's will run the same suite.
@Suite struct DatabaseConformanceTests {
    private let folder: TemporaryFolder
    private let database: any Database

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(
            path: folder.url.appendingPathComponent("test.sqlite").path, now: 0)
    }

    private func insert(_ id: String, _ connection: any Connection) throws {
        try connection.run(
            "INSERT INTO person (id, name) VALUES (?, ?)", [.text(id), .text("Åse Ødegård")])
    }

    private func count() throws -> Int {
        try database.read { try $0.count("SELECT count(*) FROM person") }
    }

    @Test func whatWasWrittenIsRead() async throws {
        try await database.write { try insert("a", $0) }
        let name = try database.read {
            try $0.first("SELECT name FROM person WHERE id = ?", [.text("a")]) { $0.text(0) }
        }
        #expect(name == "Åse Ødegård")
    }

    @Test func aWorkThatFailsLeavesNothingAndHurtsNobody() async throws {
        struct Stop: Error {}
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    do {
                        try await database.write { connection in
                            try insert("p\(index)", connection)
                            if index % 3 == 0 { throw Stop() }
                        }
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(outcomes == 133)
        #expect(try count() == 133)
    }

    @Test func aBrokenRuleOfTheSchemaIsAConstraint() async throws {
        try await database.write { try insert("a", $0) }
        await #expect {
            try await database.write { try insert("a", $0) }
        } throws: { error in
            if case StorageError.constraint = error { return true }
            return false
        }
        #expect(try count() == 1)
    }

    @Test func blockingAndWaitingWritersShareTheDatabase() async throws {
        try database.writeBlocking { try insert("blocking", $0) }
        try await database.write { try insert("waiting", $0) }
        #expect(try count() == 2)
    }

    @Test func valuesComeBackAsTheyWere() throws {
        let values: [SQLValue] = [
            .text(""), .text("æøå 🙂 \u{0}x"), .integer(.min), .integer(.max), .null,
        ]
        for value in values {
            let back = try database.read { connection in
                try connection.first("SELECT ?", [value]) { row -> SQLValue in
                    if row.isNull(0) { return .null }
                    if case .integer = value { return .integer(row.integer(0)) }
                    return .text(row.text(0))
                }
            }
            #expect(back == value)
        }
        let bytes = try database.read { connection in
            try connection.first("SELECT ?", [.bytes([0, 255, 7])]) { $0.bytes(0) }
        }
        #expect(bytes == [0, 255, 7])
    }

    @Test(arguments: ["", "kort", String(repeating: "blåbær ", count: 5_000)])
    func whatIsWrittenIsWholeHoweverLong(text: String) async throws {
        let digest = (0..<32).map { UInt8($0 * 8) }
        try await database.write { connection in
            try connection.run(
                "INSERT INTO command_log (key, fingerprint, response, at) VALUES (?, ?, ?, ?)",
                ["before", .bytes(digest), .text(text), 1])
            try connection.run(
                "INSERT INTO command_log (key, fingerprint, response, at) VALUES (?, ?, ?, ?)",
                [.text("after"), .bytes(digest.reversed()), "annet", 2])
        }
        let rows = try database.read { connection in
            try connection.all(
                "SELECT key, response, fingerprint, at FROM command_log ORDER BY at"
            ) { ($0.text(0), $0.text(1), $0.bytes(2), $0.int(3)) }
        }
        #expect(rows.count == 2)
        #expect(rows[0] == ("before", text, digest, 1))
        #expect(rows[1] == ("after", "annet", digest.reversed(), 2))
    }

    @Test func aQueryKeepsItsValuesWhileItsRowsAreWorkedOn() async throws {
        try await database.write { connection in
            for id in ["a", "b", "c", "d"] { try insert(id, connection) }
            var seen: [String] = []
            try connection.forEach(
                "SELECT id FROM person WHERE id >= ? AND id <> ? ORDER BY id", ["b", "c"]
            ) { row in
                seen.append(row.text(0))
                try connection.run("UPDATE person SET name = ? WHERE id = ?", ["zzz", "a"])
            }
            #expect(seen == ["b", "d"])
        }
    }

    @Test func eventsAreNeitherChangedNorDeleted() async throws {
        try await database.write { connection in
            try insert("p", connection)
            try connection.run(
                """
                INSERT INTO programme_version (hash, programme, number, files, published_at)
                VALUES (?, 'x', 1, '{}', 0)
                """, [.text(String(repeating: "a", count: 64))])
            try connection.run(
                """
                INSERT INTO enrolment (id, version, programme, participant, status, started_on,
                    state, event_count, last_hash)
                VALUES ('e', ?, 'x', 'p', 'running', '2026-01-01', '{}', 1, ?)
                """,
                [
                    .text(String(repeating: "a", count: 64)),
                    .bytes(Array(repeating: 0, count: 32)),
                ])
            try connection.run(
                """
                INSERT INTO event (enrolment, number, recorded_at, actor, type, body, hash)
                VALUES ('e', 1, 0, 'clock', 'enrolled', '{}', ?)
                """, [.bytes(Array(repeating: 0, count: 32))])
        }
        for sql in ["DELETE FROM event", "UPDATE event SET body = 'x'"] {
            await #expect(throws: StorageError.self) {
                _ = try await database.write { try $0.run(sql, []) }
            }
        }
    }
}

@Suite struct SQLiteTests {
    private let folder: TemporaryFolder
    private var path: String { folder.url.appendingPathComponent("test.sqlite").path }

    init() throws { folder = try TemporaryFolder() }

    @Test func theWriterIsDurable() throws {
        let facts = try SQLiteDatabase(path: path, now: 0).description()
        #expect(facts.contains { $0 == ("journal_mode", "wal") })
        #expect(facts.contains { $0 == ("synchronous", "2") })
    }

    @Test func aWriterThatIsNotInWALModeIsRefused() throws {
        // A file in memory cannot have a log beside it.
        #expect(throws: StorageError.notDurable(journal: "memory", synchronous: 2)) {
            _ = try SQLiteDatabase(path: ":memory:", now: 0)
        }
    }

    @Test func aNewerSchemaIsRefused() throws {
        let connection = try SQLiteConnection(path: path, readOnly: false)
        try connection.makeDurable()
        try Schema.bringUpToDate(connection, now: 0)
        try connection.run("INSERT INTO schema_step VALUES (99, 'x', 0)", [])
        #expect(throws: StorageError.newerSchema(found: 99, known: Schema.newest)) {
            _ = try SQLiteDatabase(path: path, now: 0)
        }
    }

    @Test func aSchemaStepThatWasEditedIsRefused() throws {
        do {
            let connection = try SQLiteConnection(path: path, readOnly: false)
            try Schema.bringUpToDate(connection, now: 0)
            try connection.run("UPDATE schema_step SET checksum = 'x' WHERE number = 1", [])
        }
        #expect(throws: StorageError.schemaChanged(step: 1)) {
            _ = try SQLiteDatabase(path: path, now: 0)
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefused() throws {
        try Data("This is a letter.".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StorageError.self) { _ = try SQLiteDatabase(path: path, now: 0) }
    }

    @Test func aBackUpIsWholeWhileWorkGoesOn() async throws {
        let database = try SQLiteDatabase(path: path, now: 0)
        try await database.write {
            _ = try $0.run("INSERT INTO person (id, name) VALUES ('a', 'A')", [])
        }
        let copy = folder.url.appendingPathComponent("copy.sqlite").path
        async let writing: Void = {
            for index in 0..<50 {
                try await database.write {
                    _ = try $0.run(
                        "INSERT INTO person (id, name) VALUES (?, 'B')", [.text("b\(index)")])
                }
            }
        }()
        try database.backUp(to: copy)
        try await writing
        let restored = try SQLiteDatabase(path: copy, now: 0)
        #expect(try restored.read { try $0.count("SELECT count(*) FROM person") } >= 1)
        #expect(try restored.description().contains { $0 == ("integrity", "ok") })
    }

    /// The queries that run all the time use their index: their cost grows with what is due.
    @Test(arguments: [
        (
            """
            SELECT id FROM enrolment WHERE wake_at IS NOT NULL AND wake_at <= ?
            ORDER BY wake_at LIMIT ?
            """,
            "enrolment_due"
        ),
        (
            """
            SELECT id FROM message WHERE status = 'queued' AND available_at <= ?
            ORDER BY available_at LIMIT ?
            """,
            "message_ready"
        ),
        ("SELECT enrolment FROM role_holder WHERE person = ?", "role_holder_person"),
    ])
    func hotQueriesUseTheirIndex(sql: String, index: String) throws {
        let database = try SQLiteDatabase(path: path, now: 0)
        let plan = try database.read { connection in
            try connection.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
        }
        #expect(plan.contains { $0.contains("INDEX \(index)") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
}
