import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

/// A worker process, and the lines that it has said.
///
/// Begun and waited for by the system's own calls: what Foundation waits for is a socket that a
/// server begun meanwhile may hold open for as long as it runs.
final class Victim {
    private let id: pid_t
    private let output: FileHandle

    init(_ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        let path = try Products.program("crash-worker").path
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, path, &actions, nil, &words, environ)
        close(ends[1])
        output = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        try #require(code == 0)
        id = child
    }

    /// Lets it work until it has said so many lines, kills it, and gives all that it said.
    func kill(afterLines count: Int, _ before: () throws -> Void = {}) throws -> [String] {
        var data = Data()
        while data.count(where: { $0 == UInt8(ascii: "\n") }) < count {
            let more = output.availableData
            if more.isEmpty { break }
            data.append(more)
        }
        let happened = Result { try before() }
        Glibc.kill(id, SIGKILL)
        data.append(output.readDataToEndOfFile())
        var status: Int32 = 0
        try #require(waitpid(id, &status, 0) == id)
        // It may not have ended by itself: what it had to say would be missed.
        #expect(status & 0x7f == SIGKILL, "ended with \(status)")
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
