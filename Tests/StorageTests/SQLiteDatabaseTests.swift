import Foundation
import Support
import Testing

@testable import Storage

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
