import Foundation
import JSONText
import Placements
import Support
import Testing

/// Files of the reference collection.
enum Fixture {
    static func url(_ name: String) -> URL {
        Repository.url("Tests/PlacementsTests/Fixtures/\(name).json")
    }

    static func json(_ name: String) throws -> JSON {
        let text = try String(contentsOf: url(name), encoding: .utf8)
        return try #require(JSON(text))
    }

    static func instance(_ name: String) throws -> PlacementInstance {
        try PlacementInstance(json(name))
    }
}

/// A reference result: the levels in the order of their names, not of the profile.
struct Reference: Sendable {
    var instance: String
    var profile: AllocationProfile
    var isRepair = false
    var unplaced: Int
    var disturbed: Int?
    var cost: Int
    var fairness: Int

    static let all = [
        Reference(
            instance: "s164-1", profile: .wishesFirst, unplaced: 17, cost: 1851, fairness: 69),
        Reference(
            instance: "s164-1", profile: .fairnessFirst, unplaced: 17, cost: 2078, fairness: 11),
        Reference(
            instance: "s164over-1", profile: .wishesFirst, unplaced: 37, cost: 1744,
            fairness: 143),
        Reference(
            instance: "s164over-1", profile: .fairnessFirst, unplaced: 37, cost: 1951,
            fairness: 30),
        Reference(
            instance: "s164-1", profile: .wishesFirst, isRepair: true, unplaced: 23,
            disturbed: 12, cost: 1848, fairness: 82),
        Reference(
            instance: "s164-1", profile: .fairnessFirst, isRepair: true, unplaced: 23,
            disturbed: 12, cost: 1854, fairness: 69),
    ]

    func allocator() throws -> Allocator {
        guard isRepair else { return try Allocator(Fixture.instance(instance)) }
        return try Allocator(
            Fixture.instance(instance),
            base: PlacementAllocation(Fixture.json("\(instance).base")),
            disruption: PlacementDisruption(Fixture.json("\(instance).d1")))
    }
}

/// What the independent checker says of an allocation.
private struct Verdict: Decodable {
    var violations: Int
    var objective: [String: Int]
}

private func check(
    _ allocation: PlacementAllocation, of instance: String, _ more: [String] = []
) throws -> Verdict {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "allocation.json")
    try Data(allocation.json().text.utf8).write(to: file)
    let output = try python(
        script: Repository.url("Tests/PlacementsTests/Python/check.py").path(
            percentEncoded: false),
        arguments: [
            Fixture.url(instance).path(percentEncoded: false), file.path(percentEncoded: false),
            "--json",
        ] + more)
    return try JSONDecoder().decode(Verdict.self, from: output)
}

@Suite struct ReferenceTests {
    @Test("The proven optimum of the reference", arguments: Reference.all)
    func optimum(reference: Reference) throws {
        let result = try reference.allocator().run(.optimal, profile: reference.profile)
        let certificate = result.certificate
        #expect(certificate.status == .provenOptimal)
        #expect(certificate.levels.allSatisfy { $0.bound == $0.value })
        #expect(certificate.objective.unplaced == reference.unplaced)
        #expect(certificate.objective.unplacedPriority == 0)
        #expect(certificate.objective.disturbed == reference.disturbed)
        #expect(certificate.objective.cost == reference.cost)
        #expect(certificate.objective.fairness == reference.fairness)
        #expect(certificate.unplaced.count == reference.unplaced)
        #expect(certificate.unplaced.allSatisfy { !$0.rules.isEmpty })
    }

    @Test("The independent checker finds the same", arguments: Reference.all)
    func checked(reference: Reference) throws {
        for method in [AllocationMethod.optimal, .serial] {
            let result = try reference.allocator().run(method, profile: reference.profile)
            var more: [String] = []
            if reference.isRepair {
                let name = reference.instance
                more = [
                    "--disruption", Fixture.url("\(name).d1").path(percentEncoded: false),
                    "--base", Fixture.url("\(name).base").path(percentEncoded: false),
                ]
            }
            let verdict = try check(result.allocation, of: reference.instance, more)
            #expect(verdict.violations == 0)
            let objective = result.certificate.objective
            #expect(verdict.objective["unplaced"] == objective.unplaced)
            #expect(verdict.objective["unplaced_priority"] == objective.unplacedPriority)
            #expect(verdict.objective["disturbed"] == objective.disturbed)
            #expect(verdict.objective["cost"] == objective.cost)
            #expect(verdict.objective["fairness"] == objective.fairness)
        }
    }

    @Test(
        "The stable matching of the reference",
        arguments: [("s164-1", 115, 219), ("s164over-1", 139, 311)])
    func stable(name: String, matched: Int, positions: Int) throws {
        let result = try Allocator(Fixture.instance(name)).run(.stable)
        #expect(result.certificate.status == .stable)
        #expect(result.certificate.matching?.matched == matched)
        #expect(result.certificate.matching?.sumOfPositions == positions)
        #expect(result.certificate.matching?.blockingPairs == 0)
        let verdict = try check(result.allocation, of: name, ["--hr"])
        #expect(verdict.violations == 0)
        #expect(verdict.objective["matched"] == matched)
        #expect(verdict.objective["sum_of_positions"] == positions)
    }

    @Test("A student chooses in turn, and no place that was free was better")
    func serial() throws {
        let instance = try Fixture.instance("s164-1")
        let result = try Allocator(instance).run(.serial)
        let lots = Dictionary(
            uniqueKeysWithValues: instance.students.map { ($0.id, $0.lottery) })
        #expect(result.certificate.lottery.compactMap { lots[$0] } == Array(1...164))
        // Whoever has no place meets a full place everywhere, also now that all have chosen.
        #expect(result.certificate.unplaced.allSatisfy { $0.eligible == 0 || !$0.rules.isEmpty })
    }

    @Test("Same input, same bytes", arguments: AllocationMethod.allCases)
    func bytes(method: AllocationMethod) throws {
        func run() throws -> String {
            let result = try Allocator(Fixture.instance("s164over-1")).run(method)
            let certificate = JSON.Member("certificate", result.certificate.json)
            return result.allocation.json([certificate]).text
        }
        #expect(try run() == run())
    }

    @Test("Who ends before anything is known has placed more than those who choose in turn")
    func roomIsMade() throws {
        let instance = try Fixture.instance("s164over-1")
        let allocator = try Allocator(instance)
        let serial = allocator.run(.serial).certificate.objective
        // The search's time is over at once; what is kept for after it is not.
        var looks = 0
        let patience = Patience(remainingSeconds: {
            looks += 1
            return looks == 1 ? 100 : 4
        })
        let result = allocator.run(.optimal, patience: patience)
        #expect(result.certificate.status == .feasible)
        #expect(AllocationCheck(result.allocation, of: instance).violations.isEmpty)
        #expect(result.certificate.objective.unplaced < serial.unplaced)
        let best = allocator.run(.optimal).certificate.objective
        #expect(result.certificate.objective.unplaced >= best.unplaced)
    }

    @Test("Without patience the answer keeps every rule, and does not claim more than it knows")
    func impatience() throws {
        let instance = try Fixture.instance("s164over-1")
        var calls = 0
        for patient in 0..<12 {
            calls = 0
            let patience = Patience(isCancelled: {
                calls += 1
                return calls > patient
            })
            let result = try Allocator(instance).run(.optimal, patience: patience)
            #expect(AllocationCheck(result.allocation, of: instance).violations.isEmpty)
            let optimum = [37, 0, 1744, 143]
            for (level, best) in zip(result.certificate.levels, optimum) {
                if let bound = level.bound { #expect(bound <= best) }
                guard level.isProven else { break }
                #expect(level.value == best)
            }
            if patient == 0 {
                #expect(result.certificate.status == .feasible)
                #expect(result.certificate.wasInterrupted)
            }
        }
    }

    @Test(
        "A time limit that strikes anywhere leaves true bounds",
        arguments: [0.001, 0.01, 0.03, 0.1, 0.3], AllocationProfile.allCases)
    func timeLimit(seconds: Double, profile: AllocationProfile) throws {
        let instance = try Fixture.instance("s164over-1")
        // It never runs out, so that every call of the solver is cut short.
        let patience = Patience(remainingSeconds: { seconds })
        let result = try Allocator(instance).run(.optimal, profile: profile, patience: patience)
        #expect(AllocationCheck(result.allocation, of: instance).violations.isEmpty)
        let optimum: [Int] =
            switch profile {
            case .wishesFirst: [37, 0, 1744, 143]
            case .fairnessFirst: [37, 0, 30, 1951]
            }
        for (level, best) in zip(result.certificate.levels, optimum) {
            if let bound = level.bound { #expect(bound <= best) }
            guard level.isProven else { break }
            #expect(level.value == best)
        }
    }

    @Test("Progress is told for every part")
    func progress() throws {
        var told: [Patience.Progress] = []
        let patience = Patience(report: { told.append($0) })
        let result = try Allocator(Fixture.instance("s164-1")).run(.optimal, patience: patience)
        #expect(told.last?.partsDone == told.last?.parts)
        #expect(told.last?.objective == result.certificate.objective)
    }
}
