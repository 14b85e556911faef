import Foundation
import Support
import Synchronization
import Testing

@testable import Storage

/// What any driver must hold.
@Suite(.onBothDatabases) struct DatabaseConformanceTests {
    private let folder: TemporaryFolder
    private let database: any Database

    init() throws {
        folder = try TemporaryFolder()
        switch DatabaseKind.current {
        case .sqlite:
            database = try SQLiteDatabase(
                path: folder.url.appendingPathComponent("test.sqlite").path, now: 0)
        case .postgres:
            database = try PostgresDatabase(
                address: try PostgresServer.shared().makeDatabase(), now: 0)
        }
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
            .text(""), .text("æøå 🙂 x\\n'?"), .integer(.min), .integer(.max), .null,
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
        // What one of the two cannot hold is refused and not cut off.
        if DatabaseKind.current == .postgres {
            #expect(throws: StorageError.self) {
                try database.read { try $0.first("SELECT ?", ["a\u{0}b"]) { $0.text(0) } }
            }
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

    @Test func textsAreInTheOrderOfTheirBytesAndOnlyLatinCapitalsAreFolded() async throws {
        let names = ["Ærlig", "Zara", "anna", "Åse", "Øystein", "Anna", "åse", "zara"]
        try await database.write { connection in
            for (index, name) in names.enumerated() {
                try connection.run(
                    "INSERT INTO person (id, name) VALUES (?, ?)",
                    [.text("p\(index)"), .text(name)])
            }
        }
        func found(_ condition: String, _ values: [SQLValue]) throws -> [String] {
            try database.read { connection in
                try connection.all(
                    "SELECT name FROM person WHERE \(condition) ORDER BY name", values
                ) { $0.text(0) }
            }
        }
        #expect(
            try found("name > ?", [""])
                == ["Anna", "Zara", "anna", "zara", "Åse", "Ærlig", "Øystein", "åse"])
        #expect(try found("lower(name) = lower(?)", ["ANNA"]) == ["Anna", "anna"])
        #expect(try found("lower(name) = lower(?)", ["ÅSE"]) == ["Åse"])
        #expect(
            try found("lower(name) LIKE lower(?) ESCAPE '!'", ["%S%"])
                == ["Åse", "Øystein", "åse"])
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

