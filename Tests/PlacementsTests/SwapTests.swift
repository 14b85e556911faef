import JSONText
import Placements
import Testing

/// Swaps against the check of whole allocations.
@Suite struct SwapTests {
    @Test("A swap is allowed exactly where the swapped allocation keeps every rule")
    func everyPair() throws {
        let instance = try Fixture.instance("s164-1")
        let result = try Allocator(instance).run(.optimal)
        let placed = result.allocation.assignments
        var allowed = 0
        var refused: Set<String> = []
        for one in placed.prefix(8) {
            for other in placed where other.student > one.student {
                let swap = try PlacementSwap(
                    one.student, other.student, consents: [one.student, other.student],
                    in: result.allocation, of: instance, levels: result.certificate.levels)
                guard let after = swap.allocation else {
                    #expect(!swap.refusals.isEmpty)
                    for refusal in swap.refusals {
                        switch refusal {
                        case .rule(let code, _), .shared(let code, _): refused.insert(code.rawValue)
                        case .samePlace: refused.insert("same")
                        case .noConsent, .sameStudent, .noPlace: Issue.record("\(refusal)")
                        }
                    }
                    continue
                }
                allowed += 1
                #expect(swap.refusals.isEmpty)
                let check = AllocationCheck(after, of: instance)
                #expect(check.violations.isEmpty)
                #expect(check.objective == swap.after)
                let now = Dictionary(
                    uniqueKeysWithValues: after.assignments.map { ($0.student, $0) })
                #expect(now[one.student]?.ward == other.ward)
                #expect(now[one.student]?.period == other.period)
                #expect(now[other.student]?.ward == one.ward)
                let others = placed.filter {
                    $0.student != one.student && $0.student != other.student
                }
                #expect(others.allSatisfy { now[$0.student]?.ward == $0.ward })
                // No swap makes an optimum better, and what it costs is no longer proven.
                let cost = result.certificate.objective.cost
                #expect(check.objective.cost >= cost)
                #expect(swap.levels.first { $0.level == .cost }?.bound == cost)
                if check.objective.cost > cost {
                    #expect(swap.levels.first { $0.level == .fairness }?.bound == nil)
                }
            }
        }
        #expect(allowed > 0)
        #expect(refused.count > 4, "\(refused)")
    }

    @Test("A refused swap would break the very rule that is named")
    func refusalsAreTrue() throws {
        let instance = try Fixture.instance("s164over-1")
        let allocation = try Allocator(instance).run(.optimal).allocation
        let placed = allocation.assignments
        var seen = 0
        for one in placed.prefix(10) {
            for other in placed.suffix(40) where other.student != one.student {
                let swap = try PlacementSwap(
                    one.student, other.student, consents: [one.student, other.student],
                    in: allocation, of: instance)
                var swapped = allocation
                for index in swapped.assignments.indices {
                    let student = swapped.assignments[index].student
                    if student == one.student { swapped.assignments[index] = other }
                    if student == other.student { swapped.assignments[index] = one }
                    swapped.assignments[index].student = student
                }
                let codes = Set(AllocationCheck(swapped, of: instance).violations.map(\.code))
                for case .rule(let code, _) in swap.refusals where code != .lock {
                    #expect(codes.contains(code))
                    seen += 1
                }
            }
        }
        #expect(seen > 50)
    }

    @Test("Nobody is moved who has not said yes, or has no place, or is unknown")
    func consent() throws {
        let instance = try Fixture.instance("s164-1")
        let allocation = try Allocator(instance).run(.serial).allocation
        let one = try #require(allocation.assignments.first).student
        let two = try #require(allocation.assignments.last).student
        let silent = try PlacementSwap(one, two, consents: [one], in: allocation, of: instance)
        #expect(silent.refusals.contains(.noConsent([two])))
        #expect(silent.allocation == nil)
        let same = try PlacementSwap(one, one, consents: [one], in: allocation, of: instance)
        #expect(same.refusals == [.sameStudent])
        let placed = Set(allocation.assignments.map(\.student))
        let homeless = try #require(instance.students.first { !placed.contains($0.id) }).id
        let none = try PlacementSwap(
            one, homeless, consents: [one, homeless], in: allocation, of: instance)
        #expect(none.refusals == [.noPlace(homeless)])
        #expect(throws: PlacementFault.self) {
            try PlacementSwap(one, "nobody", consents: [one], in: allocation, of: instance)
        }
    }

    @Test("The certificate after a swap says who swapped, and only what still holds")
    func certificate() throws {
        let instance = try Fixture.instance("s164-1")
        let result = try Allocator(instance).run(.optimal)
        let placed = result.allocation.assignments
        for one in placed {
            for other in placed where other.student > one.student {
                let swap = try PlacementSwap(
                    one.student, other.student, consents: [one.student, other.student],
                    in: result.allocation, of: instance,
                    levels: AllocationCertificate.Level.list(result.certificate.json))
                guard swap.allocation != nil else { continue }
                let json = swap.certificate(
                    result.certificate.json, students: [one.student, other.student], inputs: [])
                let isAsGood = swap.after == swap.before
                #expect(json["status"]?.string == (isAsGood ? "proven-optimal" : "feasible"))
                #expect(json["swaps"]?.array.count == 1)
                #expect(json["objective"]?["cost"]?.integer == swap.after?.cost)
                return
            }
        }
        Issue.record("no swap was allowed")
    }
}
