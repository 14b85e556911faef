import Foundation
import Glibc
import Support
import Synchronization
import Testing

@testable import Storage

/// A disk that is full, a database that somebody else holds, a log that was cut off.
@Suite struct DiskFaultTests {
    private let folder: TemporaryFolder
    private var path: String { folder.url.appendingPathComponent("test.sqlite").path }

    init() throws { folder = try TemporaryFolder() }

    private static func insert(_ id: String, _ connection: any Connection) throws {
        // Long, so that a few hundred are more than a log has room for.
        try connection.run(
            "INSERT INTO person (id, name) VALUES (?, ?)",
            [.text(id), .text(String(repeating: "Åse", count: 600))])
    }

    private static func ids(_ database: SQLiteDatabase) throws -> [String] {
        try database.read { try $0.all("SELECT id FROM person ORDER BY rowid") { $0.text(0) } }
    }

    /// What was answered is there and nothing else, also where works share a commit and one of
    /// them fails for its own sake.
    @Test(.enabled("only root may mount a file system") { SmallDisk.canBeMade })
    func aFullDiskRefusesAndLosesNothing() async throws {
        let disk = try SmallDisk(kibibytes: 4_096)
        let database = try SQLiteDatabase(path: disk.path + "/test.sqlite", now: 0)
        let writers = Writers(database)
        await writers.write("before", count: 50)
        #expect(writers.failures == [:])
        try disk.fill(leaving: 300)
        await writers.write("full", count: 600)
        let found = writers.failures
        #expect(try #require(found[.full]) > 0)
        #expect(found.keys.allSatisfy { $0 == .full }, "\(found)")
        #expect(writers.kept.count > 40)
        #expect(Set(try Self.ids(database)) == writers.kept)
        // There is room again, and the same database goes on.
        try disk.makeRoom()
        await writers.write("after", count: 50)
        #expect(writers.failures == found)
        #expect(Set(try Self.ids(database)) == writers.kept)
        let facts = try database.description()
        #expect(facts.first { $0.name == "integrity" }?.value == "ok")
    }

    /// Many who write at the same time, and what they were answered.
    private final class Writers: Sendable {
        private struct Refused: Error {}

        private let database: SQLiteDatabase
        private let outcome = Mutex<(kept: Set<String>, failures: [StorageError: Int])>(([], [:]))

        init(_ database: SQLiteDatabase) { self.database = database }

        /// What was answered as written.
        var kept: Set<String> { outcome.withLock { $0.kept } }
        var failures: [StorageError: Int] { outcome.withLock { $0.failures } }

        /// Two rows each, of which every seventh writer takes the first back.
        func write(_ name: String, count: Int) async {
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<count {
                    group.addTask { await self.write("\(name)\(index)", index % 7 == 0) }
                }
            }
        }

        private func write(_ id: String, _ isRefused: Bool) async {
            do {
                try await database.write { connection in
                    try insert(id, connection)
                    if isRefused { throw Refused() }
                    try insert(id + "-second", connection)
                }
                outcome.withLock { $0.kept.formUnion([id, id + "-second"]) }
            } catch let error as StorageError {
                outcome.withLock { $0.failures[error, default: 0] += 1 }
            } catch {
                // Refused, which is not the disk's doing.
            }
        }
    }

    @Test func aDatabaseThatSomebodyElseHoldsIsBusyAndGoesOnAfterwards() async throws {
        let database = try SQLiteDatabase(path: path, now: 0, patienceMilliseconds: 50)
        let other = try SQLiteConnection(path: path, readOnly: false)
        try other.run("BEGIN IMMEDIATE", [])
        let outcomes = await withTaskGroup(of: StorageError?.self) { group in
            for index in 0..<20 {
                group.addTask {
                    do {
                        try await database.write { try Self.insert("a\(index)", $0) }
                        return nil
                    } catch {
                        return error as? StorageError
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 == .busy })
        // Reading goes on meanwhile.
        #expect(try Self.ids(database) == [])
        try other.run("COMMIT", [])
        try await database.write { try Self.insert("b", $0) }
        #expect(try Self.ids(database) == ["b"])
    }

    /// A power cut leaves a log that ends anywhere: what is read then are the first commits, all of
    /// each, in their order.
    @Test func aLogThatWasCutAtAnyByteHoldsWholeCommits() throws {
        let database = try SQLiteDatabase(path: path, now: 0)
        try database.foldLog()
        for index in 0..<40 {
            try database.writeBlocking { connection in
                try Self.insert("p\(index)", connection)
                try Self.insert("p\(index)-second", connection)
            }
        }
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        #expect(log.count > 100_000)
        var random = SeededRandom(seed: 77)
        var lengths: Set<Int> = []
        for round in 0..<60 {
            let copy = folder.url.appendingPathComponent("cut-\(round).sqlite").path
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            let end = Int.random(in: 0...log.count, using: &random)
            // What was under way may also be there, but not be what was written.
            var cut = log.prefix(end)
            if round % 2 == 1 {
                cut += (0..<1_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            try cut.write(to: URL(filePath: copy + "-wal"))
            let reopened = try SQLiteDatabase(path: copy, now: 0)
            let ids = try Self.ids(reopened)
            let whole = (0..<40).flatMap { ["p\($0)", "p\($0)-second"] }
            #expect(ids == Array(whole.prefix(ids.count)) && ids.count % 2 == 0, "\(round)")
            let facts = try reopened.description()
            #expect(facts.first { $0.name == "integrity" }?.value == "ok")
            try reopened.writeBlocking { try Self.insert("later", $0) }
            lengths.insert(ids.count)
        }
        // The cuts were at many places.
        #expect(lengths.count > 20)
    }
}

/// A file system of its own in memory, which is soon full.
private final class SmallDisk {
    let path: String
    private let folder: TemporaryFolder
    private let filler: String

    init(kibibytes: Int) throws {
        folder = try TemporaryFolder()
        path = folder.url.appendingPathComponent("disk").path
        filler = path + "/filler"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(kibibytes)k") == 0)
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    static var canBeMade: Bool { (try? SmallDisk(kibibytes: 64)) != nil }

    /// Takes all room but some.
    func fill(leaving kibibytes: Int) throws {
        let values = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = try #require(values[.systemFreeSize] as? NSNumber).intValue
        try Data(count: free - kibibytes * 1024).write(to: URL(filePath: filler))
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: filler) }
}
