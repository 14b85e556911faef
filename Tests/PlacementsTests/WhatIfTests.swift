import JSONText
import Placements
import Testing

/// What could be otherwise, against making it so and allocating anew.
@Suite struct WhatIfTests {
    private func unplaced(_ instance: PlacementInstance) throws -> Int {
        let result = try Allocator(instance).run(.optimal)
        #expect(result.certificate.status == .provenOptimal)
        return result.certificate.objective.unplaced
    }

    private func changes(_ value: MarginalValue) -> [PlacementChange] {
        var changes: [PlacementChange] = []
        if let year = value.year {
            changes.append(
                .places(
                    .init(
                        ward: value.ward, profession: value.profession, year: year,
                        period: value.period, capacity: 1)))
        }
        if value.kind != .place {
            changes.append(
                .supervisor(
                    .init(
                        id: "new", ward: value.ward, profession: value.profession,
                        isTrained: true, years: [1, 2, 3], periods: [value.period],
                        maximumStudents: 1), places: 0))
        }
        return changes
    }

    @Test("Every marginal value is what allocating anew gains", arguments: 0..<5)
    func marginalValues(batch: Int) throws {
        var gains = 0
        var byPrices = 0
        for seed in 3_000 + batch * 25..<3_000 + (batch + 1) * 25 {
            var source = RandomInstance(seed: UInt64(seed))
            let instance = try PlacementInstance(source.json())
            guard let base = try? Allocator(instance).run(.optimal) else { continue }
            let found = try MarginalValues(instance, base: base.allocation).values
            #expect(found.map(\.placed) == found.map(\.placed).sorted(by: >))
            for value in found {
                let after = try unplaced(instance.applying(changes(value)).instance)
                #expect(
                    base.certificate.objective.unplaced - after == value.placed,
                    "seed \(seed): \(value)")
                if value.placed > 0 { gains += 1 }
                if value.proof == .prices { byPrices += 1 }
                #expect(value.proof != .unproven)
            }
        }
        #expect(gains > 10)
        #expect(byPrices > 40)
    }

    @Test("The marginal values of a whole year, many of them by prices")
    func reference() throws {
        let instance = try Fixture.instance("s164-1")
        let base = try Allocator(instance).run(.optimal)
        let found = try MarginalValues(instance, base: base.allocation).values
        let blocks = Set(instance.cells.map { "\($0.ward) \($0.profession) \($0.period)" })
        #expect(found.count == instance.cells.count * 2 + blocks.count)
        #expect(found.count { $0.proof == .prices } > found.count / 3)
        #expect(found.allSatisfy { $0.proof != .unproven })
        for value in found.prefix(12) + found.suffix(12) {
            let after = try unplaced(instance.applying(changes(value)).instance)
            #expect(base.certificate.objective.unplaced - after == value.placed, "\(value)")
        }
    }

    @Test("A scenario tells who is placed before and after, and who moves, and changes nothing")
    func scenarios() throws {
        let instance = try Fixture.instance("s164-1")
        let base = try Allocator(instance).run(.optimal).allocation
        let institution = try #require(
            instance.wards.first { ward in
                base.assignments.contains { $0.ward == ward.id }
            }?.institution)
        let wards = Set(instance.wards.filter { $0.institution == institution }.map(\.id))
        let out = try WhatIf(
            PlacementScenario(name: "out", changes: [.withoutInstitution(institution)]),
            of: instance, base: base)
        #expect(out.isProven)
        #expect(out.placedBefore == base.assignments.count)
        #expect(out.placedAfter <= out.placedBefore)
        let hit = Set(base.assignments.filter { wards.contains($0.ward) }.map(\.student))
        #expect(Set(out.moves.map(\.student)).isSuperset(of: hit))
        #expect(out.moves.allSatisfy { !wards.contains($0.to?.ward ?? "") })
        // Nothing that is not forced: the optimum may leave as few undisturbed, never fewer.
        #expect(out.after.disturbed == out.moves.count { $0.from != nil })
        let lostWards = Set(out.lostLocks.map(\.ward))
        #expect(lostWards.isSubset(of: wards))
        // One place more nowhere makes it worse, and the same again is the same answer.
        for cell in instance.cells.prefix(6) {
            var one = cell
            one.capacity = 1
            let more = try WhatIf(
                PlacementScenario(name: "more", changes: [.places(one)]), of: instance, base: base)
            #expect(more.placedAfter >= more.placedBefore)
            #expect(
                more.json.text
                    == (try WhatIf(
                        PlacementScenario(name: "more", changes: [.places(one)]), of: instance,
                        base: base
                    ).json.text))
        }
        let pairs = try WhatIf(
            PlacementScenario(
                name: "tospann",
                changes: instance.wards.map { .tospann(ward: $0.id, places: 2) }),
            of: instance, base: base)
        #expect(pairs.placedAfter > pairs.placedBefore)
    }

    @Test("Locks that a change leaves no room for are let go, and named")
    func locks() throws {
        let instance = try Fixture.instance("s164-1")
        let lock = try #require(instance.locks.first)
        let changed = try instance.applying([.withoutWard(lock.ward)])
        #expect(changed.lost.contains(lock))
        #expect(!changed.instance.locks.contains(lock))
        #expect(instance.locks.contains(lock))
    }

    @Test(
        "A wrong change is located",
        arguments: [
            (#"{"change":"tospann","ward":"x"}"#, "changes[0] names the ward \"x\""),
            (#"{"change":"without-institution","institution":"x"}"#, "names the institution \"x\""),
            (#"{"change":"without-supervisor","supervisor":"x"}"#, "names the supervisor \"x\""),
            (#"{"change":"magic"}"#, "scenarios[0].changes[0].change is not supervisor, places"),
            (
                #"{"change":"places","ward":"w0002","profession":"sykepleie","year":2,"#
                    + #""period":"V1","count":-9}"#, "changes[0] is -8; it cannot be less"
            ),
        ])
    func faults(change: String, expected: String) throws {
        let instance = try Fixture.instance("s164-1")
        let json = try #require(
            JSON(
                #"{"format":"placement-what-if/1","scenarios":[{"changes":["# + change + "]}]}"))
        do throws(PlacementFault) {
            for scenario in try PlacementScenario.list(json) {
                _ = try instance.applying(scenario.changes)
            }
            Issue.record("it was let through")
        } catch {
            #expect(error.description.contains(expected), "\(error)")
        }
    }
}
