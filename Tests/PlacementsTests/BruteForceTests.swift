import JSONText
import Placements
import Testing

/// The optimal method against an exhaustive search that shares nothing with it.
@Suite struct BruteForceTests {
    @Test("The optimum is what trying everything finds", arguments: 0..<20)
    func optimum(batch: Int) throws {
        var solved = 0
        for seed in batch * 75..<(batch + 1) * 75 {
            var source = RandomInstance(seed: UInt64(seed))
            let instance = try PlacementInstance(source.json())
            for profile in AllocationProfile.allCases {
                if try agrees(instance, nil, nil, profile, seed) { solved += 1 }
            }
        }
        // Locks that cannot stand must not be most of it.
        #expect(solved > 75)
    }

    @Test("The smallest models, which can bring the solver's library down", arguments: 0..<20)
    func tiny(batch: Int) throws {
        var solved = 0
        for seed in 30_000 + batch * 150..<30_000 + (batch + 1) * 150 {
            var source = RandomInstance(seed: UInt64(seed), isTiny: true)
            let instance = try PlacementInstance(source.json())
            for profile in AllocationProfile.allCases {
                if try agrees(instance, nil, nil, profile, seed) { solved += 1 }
            }
        }
        #expect(solved > 150)
    }

    @Test("A repair disturbs as few as trying everything finds", arguments: 0..<10)
    func repair(batch: Int) throws {
        var solved = 0
        for seed in 10_000 + batch * 60..<10_000 + (batch + 1) * 60 {
            var source = RandomInstance(seed: UInt64(seed))
            let instance = try PlacementInstance(source.json())
            guard let allocator = try? Allocator(instance) else { continue }
            let base = allocator.run(.serial).allocation
            guard let disruption = try? PlacementDisruption(source.disruption()),
                (try? instance.applying(disruption)) != nil
            else { continue }
            for profile in AllocationProfile.allCases {
                if try agrees(instance, base, disruption, profile, seed) { solved += 1 }
            }
        }
        #expect(solved > 30)
    }

    /// Whether there was an allocation to compare.
    private func agrees(
        _ instance: PlacementInstance, _ base: PlacementAllocation?,
        _ disruption: PlacementDisruption?, _ profile: AllocationProfile, _ seed: Int
    ) throws -> Bool {
        let now = try disruption.map { try instance.applying($0) } ?? instance
        let expected = BruteForce(now, base: base, profile: profile).best
        let allocator: Allocator
        do {
            allocator = try Allocator(instance, base: base, disruption: disruption)
        } catch {
            #expect(expected == nil, "seed \(seed): \(error)")
            return false
        }
        let result = allocator.run(.optimal, profile: profile)
        let levels = profile.levels(isRepair: base != nil)
        let found = levels.map { result.certificate.objective[$0] }
        #expect(found == expected, "seed \(seed), profile \(profile.rawValue)")
        #expect(result.certificate.status == .provenOptimal, "seed \(seed)")
        #expect(result.certificate.violations.isEmpty, "seed \(seed)")
        return true
    }
}
