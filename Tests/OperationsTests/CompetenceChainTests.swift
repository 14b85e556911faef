import Competence
import Engine
import Operations
import Storage
import Support
import Testing

/// Whoever changes the record behind Ombord's back is found out.
@Suite(.onBothDatabases) struct CompetenceChainTests {
    private func tampered(_ statements: String...) async throws -> [String] {
        try await tampered(statements)
    }

    private func tampered(_ statements: [String]) async throws -> [String] {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        _ = try await world.claimed("fall-prevention", "basic", by: "leader")
        _ = try await world.claimed("ethics", "basic", by: "leader")
        #expect(try world.installation.verifyRecords().faults == [])
        try await world.installation.database.write { connection in
            try world.removeGuards(of: "competence_entry", connection)
            for sql in statements { try connection.run(sql, []) }
        }
        return try world.installation.verifyRecords().faults.map {
            "\($0.person?.rawValue ?? "-") \($0.entry.map(String.init) ?? "-"): \($0.message)"
        }
    }

    @Test func whatIsAlteredIsFound() async throws {
        #expect(
            try await tampered("UPDATE competence_entry SET level = 'guiding' WHERE number = 2")
                == ["amina 2: the entry was changed"])
        #expect(
            try await tampered(
                "DELETE FROM competence_evidence WHERE entry = 2",
                "DELETE FROM competence_entry WHERE number = 2")
                == ["amina 3: an entry is missing", "amina 3: the entry was changed"])
        #expect(
            try await tampered(
                "DELETE FROM competence_evidence WHERE entry = 3",
                "UPDATE competence_claim SET status = 'refused', entry = NULL WHERE entry = 3",
                "DELETE FROM competence_entry WHERE number = 3")
                == ["amina -: entries are missing at the end"])
        #expect(
            try await tampered("UPDATE competence_evidence SET text = 'Else' WHERE entry = 1")
                == ["amina 1: the evidence was changed"])
        // The last entry with its anchor, or with an older one put in the anchor's place.
        let last = [
            "DELETE FROM competence_evidence WHERE entry = 3",
            "UPDATE competence_claim SET status = 'refused', entry = NULL WHERE entry = 3",
            "DELETE FROM competence_entry WHERE number = 3",
        ]
        let seal = "- -: where a record ends was changed or taken away: the seal does not fit"
        #expect(
            try await tampered(last + ["DELETE FROM competence_head"])
                == ["amina -: the anchor of its end is missing", seal])
        let older = """
            UPDATE competence_head SET number = 2,
                hash = (SELECT hash FROM competence_entry WHERE number = 2)
            """
        #expect(try await tampered(last + [older]) == [seal])
        let unsealed = try await tampered(
            last + [older, "DELETE FROM setting WHERE name = 'record-seal'"])
        #expect(unsealed.count == 1 && unsealed[0].contains("never sealed"))
        // Evidence that is erased leaves the chain whole.
        #expect(try await tampered("DELETE FROM competence_evidence") == [])
    }

    @Test func aRevocationThatIsTakenAwayWithItsAnchorIsMissed() async throws {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        let before = try world.installation.database.read { connection in
            try connection.all("SELECT value FROM setting WHERE name = 'record-seal'") {
                $0.text(0)
            }
        }
        try await world.installation.revoke(1, of: "amina", by: "leader", reason: "Wrong")
        // Others' entries come between, as in a living installation.
        _ = try await world.claimed("ethics", "basic", by: "leader", of: "buddy")
        #expect(try world.installation.verifyRecords().faults == [])
        try await world.installation.database.write { connection in
            try world.removeGuards(of: "competence_entry", connection)
            try connection.run("DELETE FROM competence_evidence WHERE entry = 2", [])
            try connection.run("DELETE FROM competence_entry WHERE number = 2", [])
            try connection.run(
                """
                UPDATE competence_head SET number = 1, hash = (SELECT hash FROM competence_entry
                    WHERE person = 'amina' AND number = 1)
                WHERE person = 'amina'
                """, [])
        }
        #expect(try world.installation.verifyRecords().faults.count == 1)
        // The seal as it was before the revocation does not fit either.
        try await world.installation.database.write { connection in
            _ = try connection.run(
                "UPDATE setting SET value = ? WHERE name = 'record-seal'", [.text(before[0])])
        }
        #expect(try world.installation.verifyRecords().faults.count == 1)
        // What is written afterwards does not heal it.
        _ = try await world.claimed("nutrition", "guiding", by: "leader")
        #expect(try world.installation.verifyRecords().faults.count == 1)
        try await world.installation.sealRecords()
        #expect(try world.installation.verifyRecords().faults == [])
    }

    @Test func theDatabaseItselfKeepsEntries() async throws {
        let (world, _) = try await World.competent()
        _ = try await world.claimed("nutrition", "basic", by: "leader")
        for sql in [
            "UPDATE competence_entry SET level = 'guiding'", "DELETE FROM competence_entry",
        ] {
            await #expect(throws: StorageError.self) {
                try await world.installation.database.write { _ = try $0.run(sql, []) }
            }
        }
    }
}
