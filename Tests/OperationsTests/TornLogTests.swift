import CivilCalendar
import Engine
import Foundation
import Storage
import Support
import Testing

@testable import Operations

/// A machine that loses its power can leave the store's log with its end torn off, at any byte.
@Suite struct TornLogTests {
    @Test func aLogThatIsCutAnywhereKeepsAllThatEndsBeforeTheCut() async throws {
        let world = try DatabaseKind.$current.withValue(.sqlite) { try World() }
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.settle()
        let file = world.folder.url.appendingPathComponent("ombord.sqlite")
        func log() throws -> Data { try Data(contentsOf: URL(filePath: file.path + "-wal")) }
        // Where the log ended when each act was acknowledged.
        var ends = [(key: "", end: try log().count)]
        for number in 1...12 {
            let day = try World.need(CivilDay("2026-03-02")).adding(days: number)
            _ = try await world.installation.act(
                .moveAnchor("first-day", to: day, reason: "later"), on: id,
                by: .operatorCommand, key: "move-\(number)")
            ends.append(("move-\(number)", try log().count))
        }
        let whole = try log()
        // Nothing has gone from the log into the file meanwhile.
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0.end < $1.end })
        #expect(whole.count == ends.last?.end)

        var random = Support.SeededRandom(seed: 12)
        for round in 0..<60 {
            let cut = Int.random(in: ends[0].end...whole.count, using: &random)
            let copy = world.folder.url.appendingPathComponent("cut-\(round).sqlite")
            try FileManager.default.copyItem(at: file, to: copy)
            try whole.prefix(cut).write(to: URL(filePath: copy.path + "-wal"))
            let torn = Installation(
                database: try SQLiteDatabase(path: copy.path, now: 0), clock: world.clock,
                random: Operations.SeededRandom(seed: 9), time: world.installation.time,
                settings: world.installation.settings)
            let kept = try torn.query { transaction in
                try transaction.connection.all(
                    "SELECT key FROM command_log WHERE key LIKE 'move-%'"
                ) { $0.text(0) }
            }
            // All that ended before the cut, nothing of what did not, and no part of an act.
            #expect(Set(kept) == Set(ends.dropFirst().filter { $0.end <= cut }.map(\.key)))
            let verification = try torn.verify()
            #expect(verification.faults == [], "cut at \(cut) of \(whole.count)")
            let moves = try torn.query { transaction in
                try transaction.connection.count(
                    "SELECT count(*) FROM event WHERE type = 'anchor-moved'")
            }
            #expect(moves == kept.count)
        }
    }
}
