import JSONText
import Placements
import Support
import Testing

/// The division of places between schools.
@Suite struct SplitTests {
    /// Two schools, two institutions, one profession, two years, one period.
    private static func instance(_ random: inout SeededRandom) throws -> PlacementInstance {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        var cells: [JSON] = []
        for ward in 1...2 {
            for year in 1...2 {
                cells.append(
                    .object([
                        "ward": .string("w\(ward)"), "profession": "nurse",
                        "year": .integer(year), "period": "P",
                        "capacity": .integer(number(0...2)),
                    ]))
            }
        }
        var agreements: [JSON] = []
        for school in ["north", "south"] {
            for institution in 1...2 {
                agreements.append(
                    .object([
                        "school": .string(school), "institution": .string("i\(institution)"),
                        "profession": "nurse", "max_per_period": .integer(number(0...3)),
                        "max_total": number(0...2) == 0 ? .integer(number(0...2)) : .null,
                        "tier": .integer(number(1...2)),
                    ]))
            }
        }
        let limit = number(2...5)
        let json = JSON.object([
            "format": "placement-instance/1", "name": "random", "seed": 1,
            "rules": .object([
                "max_travel": 90, "pair_same_group": false, "year3_needs_trained": false,
                "rank_cost": .array([0]), "unranked_cost": 0, "travel_band": 5,
                "priority_weight": 1, "repeat_institution_cost": 0, "repeat_field_cost": 0,
                "fair_limit": 90, "fair_limit_priority": 90, "fair_band": 5,
            ]),
            "periods": .array([.object(["id": "P"])]),
            "institutions": .array(
                (1...2).map {
                    .object([
                        "id": .string("i\($0)"), "max_per_period": .object(["P": .integer(limit)]),
                    ])
                }),
            "wards": .array(
                (1...2).map {
                    .object([
                        "id": .string("w\($0)"), "institution": .string("i\($0)"), "field": "f",
                        "needs_car": false, "features": .array([]), "max_per_period": .object([:]),
                    ])
                }),
            "cells": .array(cells),
            "supervisors": .array(
                (1...6).map {
                    .object([
                        "id": .string("v\($0)"), "ward": .string("w\($0 % 2 + 1)"),
                        "profession": "nurse", "trained": true, "years": .array([1, 2]),
                        "periods": .array(["P"]), "max_students": 1,
                    ])
                }),
            "agreements": .array(agreements),
            "travel": .object([
                "institutions": .array(["i1", "i2"]), "transit": .object(["z": .array([5, 5])]),
                "car": .object([:]),
            ]),
            "students": .array([]), "locks": .array([]), "bans": .array([]),
        ])
        return try PlacementInstance(json)
    }

    /// The most places, and then the least distance from the parts that the total gives.
    private static func bruteForce(
        _ needs: [SplitQuestion.Need], _ instance: PlacementInstance
    ) -> (total: Int, unfairness: Int) {
        // (need, institution) in the order of needs.
        var options: [(total: Int, bySchool: [Int])] = []
        var counts = needs.map { _ in [0, 0] }
        func visit(_ index: Int) {
            guard index < needs.count * 2 else {
                if let found = value() { options.append(found) }
                return
            }
            let (need, place) = (index / 2, index % 2)
            for count in 0...(needs[need].count - counts[need][0] * place) {
                counts[need][place] = count
                visit(index + 1)
            }
            counts[need][place] = 0
        }
        func value() -> (Int, [Int])? {
            for place in 0..<2 {
                let name = "i\(place + 1)"
                for cell in instance.cells where cell.ward == "w\(place + 1)" {
                    let taken = needs.indices.filter { needs[$0].year == cell.year }
                        .reduce(0) { $0 + counts[$1][place] }
                    if taken > cell.capacity { return nil }
                }
                let all = counts.reduce(0) { $0 + $1[place] }
                if all > min(3, instance.institutions[place].maximumPerPeriod["P"] ?? 99) {
                    return nil
                }
                for agreement in instance.agreements where agreement.institution == name {
                    let taken = needs.indices.filter { needs[$0].school == agreement.school }
                        .reduce(0) { $0 + counts[$1][place] }
                    let most = min(agreement.maximumPerPeriod, agreement.maximumTotal ?? 99)
                    if taken > most { return nil }
                }
            }
            let bySchool = ["north", "south"].map { school in
                needs.indices.filter { needs[$0].school == school }
                    .reduce(0) { $0 + counts[$1].reduce(0, +) }
            }
            return (bySchool.reduce(0, +), bySchool)
        }
        visit(0)
        let most = options.map(\.total).max() ?? 0
        let need = ["north", "south"].map { school in
            needs.filter { $0.school == school }.reduce(0) { $0 + $1.count }
        }
        // Of two the larger remainder gets the one that is over; no part is above the need.
        let sum = max(1, need[0] + need[1])
        var first = most * need[0] / sum
        let over = most - first - most * need[1] / sum
        if over > 0, most * need[0] % sum >= most * need[1] % sum { first += over }
        let distance = options.filter { $0.total == most }.map {
            abs($0.bySchool[0] - first) + abs($0.bySchool[1] - (most - first))
        }
        return (most, distance.min() ?? 0)
    }

    @Test("As many places as can be, as near the fair parts as can be: what trying all finds")
    func bruteForce() throws {
        var unfair = 0
        for seed in 0..<1500 {
            var random = SeededRandom(seed: UInt64(seed))
            let instance = try Self.instance(&random)
            var needs: [SplitQuestion.Need] = []
            for school in ["north", "south"] {
                for year in 1...2 {
                    needs.append(
                        .init(
                            school: school, profession: "nurse", year: year, periods: ["P"],
                            count: Int.random(in: 0...2, using: &random)))
                }
            }
            let expected = Self.bruteForce(needs, instance)
            let split = try SchoolSplit(SplitQuestion(needs: needs), of: instance)
            #expect(split.isProven)
            let total = split.lines.reduce(0) { $0 + $1.allotted }
            #expect(total == expected.total, "seed \(seed)")
            #expect(split.allotments.reduce(0) { $0 + $1.count } == total)
            let distance = split.lines.reduce(0) { $0 + abs($1.allotted - $1.fair) }
            #expect(distance == expected.unfairness, "seed \(seed)")
            if distance > 0 { unfair += 1 }
        }
        #expect(unfair > 20)
    }

    @Test("Without wishes places are divided, and the lower tier keeps what was divided")
    func lowerTier() throws {
        let instance = try Fixture.instance("s164-1")
        let split = try SchoolSplit(SplitQuestion(instance), of: instance)
        #expect(split.isProven)
        let lower = split.quotas(for: instance)
        let whole = try Fixture.json("s164-1")
        #expect(try PlacementInstance(split.quotas(in: whole)) == lower)
        let result = try Allocator(lower).run(.optimal)
        #expect(result.certificate.status == .provenOptimal)
        #expect(AllocationCheck(result.allocation, of: instance).violations.isEmpty)
        for line in split.lines {
            let placed = result.allocation.assignments.count { assignment in
                instance.students.contains {
                    $0.id == assignment.student && $0.school == line.school
                        && $0.profession == line.profession
                }
            }
            #expect(placed <= line.allotted)
            #expect(line.allotted <= line.need)
        }
    }
}
