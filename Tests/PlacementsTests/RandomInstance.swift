import JSONText
import Placements
import Support

/// A small random instance in the format, with every rule somewhere near its limit.
struct RandomInstance {
    private var random: SeededRandom
    private let wards: Int
    private let institutions: Int
    private let periods: [String]
    private let professions: [String]
    private let schools: [String]
    private let students: Int

    /// - Parameter isTiny: One or two students and wards: hardly anything is left to decide.
    init(seed: UInt64, isTiny: Bool = false) {
        random = SeededRandom(seed: seed)
        wards = Int.random(in: isTiny ? 1...2 : 2...4, using: &random)
        institutions = Int.random(in: 1...(isTiny ? 1 : 2), using: &random)
        periods = Bool.random(using: &random) ? ["P1"] : ["P1", "P2"]
        professions = Int.random(in: 0..<4, using: &random) == 0 ? ["nurse", "physio"] : ["nurse"]
        schools = Bool.random(using: &random) ? ["north"] : ["north", "south"]
        students = Int.random(in: isTiny ? 1...2 : 2...5, using: &random)
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func one(_ names: [String]) -> String {
        names[Int.random(in: 0..<names.count, using: &random)]
    }

    private static let fields = ["home", "ward"]

    mutating func json() -> JSON {
        let pairShares = chance(80)
        let yearLimit = chance(50) ? 1 : 3
        return .object([
            "format": "placement-instance/1", "name": "random", "seed": 7,
            "rules": rules(pairShares: pairShares),
            "periods": .array(periods.map { .object(["id": .string($0)]) }),
            "institutions": .array(
                (1...institutions).map { number in
                    .object(["id": .string("i\(number)"), "max_per_period": limits()])
                }),
            "wards": .array((1...wards).map { ward($0) }), "cells": .array(cells(yearLimit)),
            "supervisors": .array(supervisors(yearLimit)), "agreements": .array(agreements()),
            "travel": travel(),
            "students": .array((1...students).map { student("s\($0)", $0, yearLimit) }),
            "locks": .array(locks()), "bans": .array(bans()),
        ])
    }

    mutating func disruption() -> JSON {
        let withdrawn: [JSON] = chance(50) ? [.string("s\(number(1...students))")] : []
        let late: [JSON] = chance(50) ? [student("late", 99, 3)] : []
        let absence: JSON = .object([
            "supervisor": .string("v\(number(1...2))"), "period": .string(one(periods)),
        ])
        let change: JSON = .object([
            "ward": .string("w\(number(1...wards))"), "profession": "nurse",
            "year": .integer(number(1...2)), "period": .string(one(periods)),
            "capacity": .integer(number(0...2)),
        ])
        return .object([
            "format": "placement-disruption/1", "withdrawn_students": .array(withdrawn),
            "late_students": .array(late),
            "supervisor_absences": .array(chance(60) ? [absence] : []),
            "cell_changes": .array(chance(60) ? [change] : []), "new_locks": .array([]),
        ])
    }

    // MARK: - Parts

    private mutating func rules(pairShares: Bool) -> JSON {
        .object([
            "max_travel": 90, "pair_same_group": .bool(pairShares),
            "year3_needs_trained": .bool(chance(70)), "rank_cost": .array([0, 2, 4]),
            "unranked_cost": 9, "travel_band": 5, "priority_weight": 3,
            "repeat_institution_cost": 4, "repeat_field_cost": 2, "fair_limit": 40,
            "fair_limit_priority": 30, "fair_band": 10,
        ])
    }

    private mutating func limits() -> JSON {
        var members: [JSON.Member] = []
        for period in periods where chance(30) {
            members.append(JSON.Member(period, .integer(number(0...3))))
        }
        return .object(members)
    }

    private mutating func ward(_ number: Int) -> JSON {
        .object([
            "id": .string("w\(number)"),
            "institution": .string("i\(self.number(1...institutions))"),
            "field": .string(one(Self.fields)), "studenttett": false,
            "needs_car": .bool(chance(15)),
            "features": .array(chance(60) ? ["step_free"] : []), "max_per_period": limits(),
        ])
    }

    private mutating func cells(_ years: Int) -> [JSON] {
        var cells: [JSON] = []
        for ward in 1...wards {
            for profession in professions {
                for year in 1...years {
                    for period in periods where chance(75) {
                        cells.append(
                            .object([
                                "ward": .string("w\(ward)"), "profession": .string(profession),
                                "year": .integer(year), "period": .string(period),
                                "capacity": .integer(number(0...3)),
                            ]))
                    }
                }
            }
        }
        return cells
    }

    private mutating func supervisors(_ years: Int) -> [JSON] {
        (1...number(2...5)).map { number in
            let few = (1...years).filter { _ in chance(70) }
            return .object([
                "id": .string("v\(number)"), "ward": .string("w\(self.number(1...wards))"),
                "profession": .string(one(professions)), "trained": .bool(chance(60)),
                "years": .array(few.map { .integer($0) }),
                "periods": .array(periods.filter { _ in chance(85) }.map { .string($0) }),
                "max_students": .integer(chance(60) ? 2 : 1),
            ])
        }
    }

    private mutating func agreements() -> [JSON] {
        var agreements: [JSON] = []
        for school in schools {
            for institution in 1...institutions {
                for profession in professions where chance(90) {
                    agreements.append(
                        .object([
                            "school": .string(school), "institution": .string("i\(institution)"),
                            "profession": .string(profession),
                            "max_per_period": .integer(number(1...4)),
                            "max_total": chance(30) ? .integer(number(1...4)) : .null,
                            "tier": .integer(number(1...2)),
                        ]))
                }
            }
        }
        return agreements
    }

    private mutating func travel() -> JSON {
        func row() -> JSON {
            .array((1...institutions).map { _ in .integer(number(5...100)) })
        }
        let names = (1...institutions).map { JSON.string("i\($0)") }
        return .object([
            "institutions": .array(names), "transit": .object(["z1": row(), "z2": row()]),
            "car": .object(["z1": row(), "z2": row()]),
        ])
    }

    private mutating func student(_ id: String, _ lottery: Int, _ years: Int) -> JSON {
        var wishes: [JSON] = []
        for _ in 0..<number(0...3) {
            wishes.append(
                chance(60)
                    ? .object(["ward": .string("w\(number(1...wards))")])
                    : .object(["institution": .string("i\(number(1...institutions))")]))
        }
        return .object([
            "id": .string(id), "school": .string(one(schools)),
            "profession": .string(one(professions)), "year": .integer(number(1...years)),
            "periods": .array(
                (chance(40) ? periods : [one(periods)]).map { .string($0) }),
            "zone": .string(one(["z1", "z2"])), "car": .bool(chance(50)),
            "needs": .array(chance(10) ? ["step_free"] : []), "priority": .bool(chance(30)),
            "fields": .array(chance(20) ? [.string(one(Self.fields))] : []),
            "preferences": .array(wishes),
            "previous": .array(chance(25) ? [.string("w\(number(1...wards))")] : []),
            "blocked_institutions": .array(
                chance(10) ? [.string("i\(number(1...institutions))")] : []),
            "lottery": .integer(lottery),
        ])
    }

    private mutating func locks() -> [JSON] {
        guard chance(40) else { return [] }
        let first = number(1...students)
        let chosen = chance(50) && first < students ? [first, first + 1] : [first]
        let ward = number(1...wards)
        return chosen.map {
            .object([
                "student": .string("s\($0)"), "ward": .string("w\(ward)"),
                "period": .string(one(periods)),
            ])
        }
    }

    private mutating func bans() -> [JSON] {
        guard chance(20) else { return [] }
        return [
            .object([
                "student": .string("s\(number(1...students))"),
                "ward": .string("w\(number(1...wards))"),
            ])
        ]
    }
}
