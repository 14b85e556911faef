import Foundation
import Support
import Testing

@testable import Operations

/// The whole service in worlds that each follow from a number: the real engine, store and workers,
/// with time, luck and everybody else made up.
@Suite struct SimulationTests {
    /// Lives a world through and records what is wrong with it, with the number that repeats it.
    @discardableResult
    private func live(
        _ seed: UInt64, _ weather: Weather? = nil, _ sum: inout Sum
    ) throws -> SimulatedWorld {
        let world = try SimulatedWorld(seed: seed, weather: weather)
        let faults = try world.live()
        if !faults.isEmpty {
            let list = faults.prefix(20).map { "  \($0)" }.joined(separator: "\n")
            Issue.record(
                """
                Seed \(seed) has \(faults.count) faults; OMBORD_SIMULATE_SEED=\(seed) repeats it.
                \(world.weather)
                \(list)
                """)
        }
        sum.add(world)
        return world
    }

    @Test func aCalmYearOnOneNode() throws {
        var sum = Sum()
        let world = try live(1, .calm, &sum)
        #expect(world.ledger.faults == [:])
        #expect(world.ledger.counts["acts", default: 0] > 50)
        #expect(world.ledger.counts["person-days", default: 0] > 500)
    }

    @Test func theSameSeedIsTheSameWorld() throws {
        var sum = Sum()
        let hashes = try [7, 7, 8].map { try live($0, .storm, &sum).traceHash() }
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0] != hashes[2])
    }

    /// A process that is killed before, and after, each commit of a short story: some of them in
    /// the quick tier, all in the full one.
    @Test func aCrashAtEveryCommit() throws {
        let weather = Weather(people: 2, days: 75)
        var sum = Sum()
        let whole = try live(9, weather, &sum)
        #expect(whole.begun > 100)
        let isFull = ProcessInfo.processInfo.environment["OMBORD_SIMULATE_DAYS"] != nil
        let step = isFull ? 1 : whole.begun / 10
        for commit in stride(from: 1, through: whole.begun, by: step) {
            for isAfter in [false, true] {
                let world = try SimulatedWorld(seed: 9, weather: weather)
                world.killing = (commit, isAfter)
                let faults = try world.live()
                let moment = isAfter ? "after" : "before"
                #expect(faults == [], "killed \(moment) commit \(commit): \(faults)")
                #expect(world.ledger.faults.values.reduce(0, +) == 1)
            }
        }
    }

    /// Workers look every half minute whether there is something to do. Here they do; elsewhere
    /// looks that can find nothing are left out.
    @Test func withEveryLookOfAWorker() throws {
        let world = try SimulatedWorld(
            seed: 2, weather: Weather(people: 2, days: 2), leavesOutLooks: false)
        #expect(try world.live() == [])
        #expect(world.begun >= 2 * 2 * 2_880)
    }

    /// Seeds one after the other, until so many person-days have been lived: few in the quick tier,
    /// `OMBORD_SIMULATE_DAYS` in the full one. `OMBORD_SIMULATE_SEED` lives one seed alone.
    @Test func worldsOfEveryWeather() throws {
        let environment = ProcessInfo.processInfo.environment
        var sum = Sum()
        if let seed = environment["OMBORD_SIMULATE_SEED"].flatMap({ UInt64($0) }) {
            let world = try live(seed, nil, &sum)
            print(world.weather, try world.traceHash())
        } else {
            let days = environment["OMBORD_SIMULATE_DAYS"].flatMap { Int($0) } ?? 20_000
            var seed = environment["OMBORD_SIMULATE_FROM"].flatMap { UInt64($0) } ?? 1
            while sum["person-days"] < days {
                try live(seed, nil, &sum)
                seed += 1
            }
        }
        print(sum.table)
    }
}

/// What several worlds came to.
struct Sum {
    private var counts: [String: Int] = [:]
    private var faults: [String: Int] = [:]

    subscript(_ what: String) -> Int { counts[what, default: 0] }

    mutating func add(_ world: SimulatedWorld) {
        counts.merge(world.ledger.counts, uniquingKeysWith: +)
        faults.merge(world.ledger.faults, uniquingKeysWith: +)
        counts["seeds", default: 0] += 1
        counts["nodes", default: 0] += world.weather.nodes
        counts["transactions", default: 0] += world.begun
        counts["mails taken", default: 0] += world.ledger.mails.count
        counts["webhooks taken", default: 0] += world.ledger.calls.count
    }

    /// One line for each, for whoever wants to know how much was tried.
    var table: String {
        func lines(_ numbers: [String: Int]) -> [String] {
            numbers.sorted { $0.key < $1.key }.map { name, count in
                let room = max(1, 66 - name.count)
                return "  \(name)\(String(repeating: " ", count: room))\(count)"
            }
        }
        let crashes = faults.filter { $0.key.hasPrefix("crash") }.values.reduce(0, +)
        return (["Simulated:"] + lines(counts) + ["Made to go wrong (\(crashes) crashes):"]
            + lines(faults)).joined(separator: "\n")
    }
}
