import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// A worker process, and the lines that it has said.
final class Victim {
    private let process = Process()
    private let output = Pipe()

    init(_ arguments: [String]) throws {
        process.executableURL = try Products.program("crash-worker")
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Lets it work until it has said so many lines, kills it, and gives all that it said.
    func kill(afterLines count: Int, _ before: () throws -> Void = {}) throws -> [String] {
        let handle = output.fileHandleForReading
        var data = Data()
        while data.count(where: { $0 == UInt8(ascii: "\n") }) < count {
            let more = handle.availableData
            if more.isEmpty { break }
            data.append(more)
        }
        let happened = Result { try before() }
        Glibc.kill(process.processIdentifier, SIGKILL)
        data.append(handle.readDataToEndOfFile())
        process.waitUntilExit()
        try happened.get()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

/// A process that is killed at any moment loses nothing that it acknowledged.
@Suite struct CrashTests {
    @Test func twoHundredKillsLoseNothingAndDoubleNothing() async throws {
        try await kill(200, address: nil)
    }

    @Test(.enabled(if: PostgresServer.isWanted))
    func fortyKillsLoseNothingOnPostgreSQLEither() async throws {
        try await kill(40, address: try PostgresServer.shared().makeDatabase())
    }

    /// The server loses its power while somebody works on it, and comes back.
    @Test(.enabled(if: PostgresServer.isWanted))
    func aServerThatCrashesLosesNothing() async throws {
        let server = try PostgresServer()
        try await kill(10, address: try server.makeDatabase()) { try server.crashAndStart() }
    }

    /// - Parameter crash: What happens before each kill.
    private func kill(
        _ count: Int, address: String?, crash: () throws -> Void = {}
    ) async throws {
        let sink = try MailSink(keepsTexts: true)
        let place = try Place(now: "2026-03-02T08:00", sink: sink, address: address)
        for programme in ["oslo-onboarding", "trondheim-mentor", "nursing-placement-year-1"] {
            try await place.publish(programme)
        }
        let tables = DemonstrationTables(.small, today: try Place.need(CivilDay("2026-03-02")))
        let report = try await place.installation.importTables(tables.tables, dryRun: false)
        #expect(report.isApplied)

        var random = Support.SeededRandom(seed: 200)
        var acknowledged: [String] = []
        let file = place.folder.url.appendingPathComponent("ombord.sqlite").path
        for round in 0..<count {
            let victim = try Victim([
                address ?? file, String(sink.port), String(round), Repository.url("Mail").path,
                "2026-03-02T08:00",
            ])
            let lines = try victim.kill(
                afterLines: Int.random(in: 1...12, using: &random), crash)
            acknowledged += lines.filter { $0.hasPrefix("ack ") }.map { String($0.dropFirst(4)) }
        }
        #expect(acknowledged.count > count)
        try Self.check(place, acknowledged, try sink.mails())
    }

    /// What holds however many processes have worked, and however they have ended.
    static func check(
        _ place: Place, _ acknowledged: [String], _ mails: [MailSink.Mail], atLeast count: Int = 21
    ) throws {
        let kept = try place.installation.database.read { connection in
            Set(try connection.all("SELECT key FROM command_log") { $0.text(0) })
        }
        #expect(Set(acknowledged).subtracting(kept) == [])
        let verification = try place.installation.verify()
        #expect(verification.faults == [])
        #expect(mails.count >= count)
        // One notice, one identity: the same text to the same person has one Message-ID, and one
        // Message-ID is always the same text.
        let byText = Dictionary(grouping: mails) { [$0.to, $0.subject, $0.digest] }
        for (text, same) in byText {
            #expect(Set(same.map(\.id)).count == 1, "\(text)")
        }
        let known = try place.installation.database.read { connection in
            Set(try connection.all("SELECT id FROM message") { "<\($0.text(0))@ombord.example>" })
        }
        #expect(Set(mails.map(\.id)).subtracting(known) == [])
        // Whatever is marked as sent was really taken.
        let sent = try place.installation.database.read { connection in
            Set(
                try connection.all(
                    "SELECT id FROM message WHERE status = 'sent'"
                ) { "<\($0.text(0))@ombord.example>" })
        }
        #expect(sent.subtracting(mails.map(\.id)) == [])
    }
}
