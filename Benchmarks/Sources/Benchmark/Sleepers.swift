import CivilCalendar
import Engine
import Foundation
import Operations
import Storage

/// Figures 3 and 4: what people cost who wait for something to happen.
///
/// The database holds 5 000 people enrolled through the stack and beside them copies of one
/// enrolment, each of a person of its own, that sleep until some day of the next year.
struct Sleepers {
    static let few = 10_000
    static let many = 1_000_000
    static let dueAtOnce = 1_000
    static let sweeps = 5

    let stage: Stage

    /// Makes both databases: the same enrolments through the stack, then the sleepers.
    func prepare() async throws {
        try await stage.make("few", people: Self.dueAtOnce * Self.sweeps, enrolled: true)
        try stage.copy("few", to: "sleepers")
        try stage.script("few", copies(Self.few))
        try stage.script("sleepers", copies(Self.many))
    }

    private func copies(_ count: Int) throws -> String {
        let night = try stage.time().instant(
            CivilMoment(Stage.morning.day.adding(days: 30), .midnight))
        return """
            CREATE TEMP TABLE model AS SELECT * FROM enrolment LIMIT 1;
            CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
            WITH RECURSIVE counter (n) AS
                (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < \(count))
            INSERT INTO number SELECT n FROM counter;
            BEGIN;
            INSERT INTO person (id, name, unit)
            SELECT printf('s%07d', n), 'Sleeper ' || n, 'ward' FROM number;
            INSERT INTO enrolment
            SELECT printf('e-s%07d', n), version, programme, printf('s%07d', n), unit, status,
                started_on, state, event_count, last_hash,
                \(night.milliseconds) + n % 365 * 86400000
            FROM number, model;
            INSERT INTO role_holder
            SELECT printf('e-s%07d', n), 'participant', printf('s%07d', n) FROM number;
            INSERT INTO role_holder
            SELECT printf('e-s%07d', n), 'line-manager', 'leader' FROM number;
            COMMIT;
            """
    }

    struct SweepResult {
        let few: Double
        let many: Double
        let ratio: Double
        let eventsPerSweep: Int
    }

    /// Sweeps 1 000 due enrolments, by turns among few and among many sleepers.
    func sweep() async throws -> SweepResult {
        var fewTimes: [Double] = []
        var manyTimes: [Double] = []
        var events = 0
        for number in 0..<Self.sweeps {
            fewTimes.append(try sweep("few", number).seconds)
            let result = try sweep("sleepers", number)
            manyTimes.append(result.seconds)
            events = result.events
        }
        let ratios = zip(manyTimes, fewTimes).map { $0 / $1 }
        return SweepResult(
            few: fewTimes.median, many: manyTimes.median, ratio: ratios.median,
            eventsPerSweep: events)
    }

    private func sweep(_ name: String, _ number: Int) throws -> (seconds: Double, events: Int) {
        let database = try stage.open(stage.path(name))
        // A week later the next things have fallen due, for this sweep's thousand people only.
        let later = try stage.time().instant(
            CivilMoment(Stage.morning.day.adding(days: 14), Stage.morning.time))
        let installation = try stage.installation(database, clock: FixedClock(later))
        let first = number * Self.dueAtOnce
        try database.writeBlocking { connection in
            _ = try connection.run(
                "UPDATE enrolment SET wake_at = NULL WHERE wake_at <= ?",
                [.integer(later.milliseconds)])
            for person in first..<first + Self.dueAtOnce {
                _ = try connection.run(
                    "UPDATE enrolment SET wake_at = ? WHERE participant = ?",
                    [.integer(later.milliseconds - 1), .text("p\(person)")])
            }
        }
        var woken = 0
        var events = 0
        let seconds = try time {
            while true {
                let round = try installation.wakeDueBlocking()
                if round.woken == 0 { break }
                woken += round.woken
                events += round.events
            }
        }
        guard woken == Self.dueAtOnce, events > 0 else {
            throw BenchmarkFault("a sweep woke \(woken), with \(events) events")
        }
        return (seconds, events)
    }

    // MARK: - Restart

    struct Restart {
        var seconds: Double
        var residentKiB: Int
    }

    /// Starts a process on a database several times; the median.
    func restart(_ name: String) throws -> Restart {
        let samples = try (0..<7).map { _ in try start(name) }
        return Restart(
            seconds: samples.map(\.seconds).median,
            residentKiB: samples.map(\.residentKiB).sorted()[samples.count / 2])
    }

    private func start(_ name: String) throws -> Restart {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--be-ready", stage.path(name)]
        let pipe = Pipe()
        process.standardOutput = pipe
        var output = Data()
        let seconds = try time {
            try process.run()
            output = pipe.fileHandleForReading.readDataToEndOfFile()
        }
        process.waitUntilExit()
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        let resident = Int(lines.last ?? "")
        guard process.terminationStatus == 0, let resident else {
            throw BenchmarkFault("a restart on \(name) failed")
        }
        return Restart(seconds: seconds, residentKiB: resident)
    }

    /// What the process that is started does: it opens the database, makes the installation, finds
    /// out when it is next wanted, and says how much memory that took.
    static func beReady(_ path: String) throws {
        let stage = Stage(root: "", folder: "")
        let installation = try stage.installation(try stage.open(path), clock: SystemClock())
        guard try installation.nextWakeUp() != nil else { throw BenchmarkFault("nobody sleeps") }
        FileHandle.standardOutput.write(Data("\(Machine.residentKiB())\n".utf8))
    }
}
