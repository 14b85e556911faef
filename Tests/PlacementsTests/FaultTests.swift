import JSONText
import Placements
import Support
import Testing

/// Input that is not right: a sentence that says where, and nothing else happens.
@Suite struct FaultTests {
    /// Changes one value of the small instance; the path's numbers are places in lists.
    private static func changed(
        _ json: JSON, _ path: ArraySlice<String>, _ change: (JSON) -> JSON?
    ) -> JSON? {
        guard let first = path.first else { return change(json) }
        let rest = path.dropFirst()
        switch json {
        case .object(let members):
            return .object(
                members.compactMap { member in
                    guard member.name == first else { return member }
                    return changed(member.value, rest, change).map {
                        JSON.Member(member.name, $0)
                    }
                })
        case .array(let values):
            return .array(
                values.enumerated().compactMap { index, value in
                    "\(index)" == first ? changed(value, rest, change) : value
                })
        case .null, .bool, .integer, .number, .string: return json
        }
    }

    private func sentence(_ json: JSON) -> String? {
        do {
            _ = try Allocator(PlacementInstance(json))
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "A wrong value is located",
        arguments: [
            ("format", JSON.string("other/1"), "\"placement-instance/1\" is needed"),
            ("wards/2/institution", "i999", "wards[2].institution names the institution \"i999\""),
            ("cells/0/ward", "w9999", "cells[0].ward names the ward \"w9999\""),
            ("cells/0/capacity", -1, "cells[0].capacity is -1"),
            ("cells/0/capacity", "many", "cells[0].capacity is not a whole number"),
            ("cells/0/period", "X9", "cells[0].period names the period \"X9\""),
            ("supervisors/3/max_students", -2, "supervisors[3].max_students is -2"),
            ("supervisors/3/max_students", 3, "supervisors[3].max_students is 3; it must be from"),
            ("supervisors/3/ward", "w9999", "supervisors[3].ward names the ward \"w9999\""),
            ("supervisors/1/id", "v00001", "supervisors[1] says \"v00001\" a second time"),
            ("students/1/id", "s00001", "students[1] says \"s00001\" a second time"),
            ("students/0/zone", "z999", "students[0].zone names the zone \"z999\""),
            ("students/0/periods/0", "X9", "students[0].periods names the period \"X9\""),
            ("agreements/0/max_per_period", -5, "agreements[0].max_per_period is -5"),
            ("rules/rank_cost", .array([]), "rules.rank_cost has 0 entries"),
            ("rules/travel_band", 0, "rules.travel_band is 0; it must be from 1"),
            ("travel/transit/z001", .array([1, 2]), "transit.z001 has 2 entries; 40 are needed"),
            ("locks/0/ward", "w9999", "locks[0].ward names the ward \"w9999\""),
            ("locks/0/student", "s99999", "locks[0].student names the student \"s99999\""),
            ("locks/0/ward", "w0001", "breaks E"),
            ("bans/0/student", "s99999", "bans[0].student names the student \"s99999\""),
            ("wards/0", "x", "wards[0].id is missing"),
        ])
    func located(path: String, value: JSON, expected: String) throws {
        let parts = path.split(separator: "/").map(String.init)
        let json = try #require(
            Self.changed(Fixture.json("s164-1"), parts[...]) { _ in value })
        let found = sentence(json)
        #expect(found?.contains(expected) == true, "\(found ?? "nothing was found")")
    }

    @Test("What is missing is named", arguments: ["rules/fair_band", "students/4/car", "wards"])
    func missing(path: String) throws {
        let parts = path.split(separator: "/").map(String.init)
        let json = try #require(Self.changed(Fixture.json("s164-1"), parts[...]) { _ in nil })
        let place = path.replacing("/4/", with: "[4].").replacing("/", with: ".")
        #expect(sentence(json) == "\(place) is missing.")
    }

    @Test("A quota below what is locked is an infeasible lock, with the locks that collide")
    func quotaBelowLocks() throws {
        let json = try Fixture.json("s164-1")
        let instance = try PlacementInstance(json)
        let lock = try #require(instance.locks.first)
        let institution = instance.wards.first { $0.id == lock.ward }?.institution
        let school = instance.students.first { $0.id == lock.student }?.school
        let index = try #require(
            instance.agreements.firstIndex {
                $0.institution == institution && $0.school == school
            })
        let changed = try #require(
            Self.changed(json, ["agreements", "\(index)", "max_per_period"]) { _ in 0 })
        do throws(PlacementFault) {
            _ = try Allocator(PlacementInstance(changed))
            Issue.record("the lock was let through")
        } catch {
            guard case .locksCollide(let rule, _, let locks, let limit) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(rule == .agreementPeriod)
            #expect(locks == [lock])
            #expect(limit == 0)
        }
    }

    @Test("Locks that collide are a smallest set, and its certificate says why")
    func smallestSets() throws {
        var seen: [RuleCode: Int] = [:]
        var several = 0
        for seed in 0..<1_500 {
            var source = RandomInstance(seed: UInt64(70_000 + seed))
            var instance = try PlacementInstance(source.json())
            var random = SeededRandom(seed: UInt64(seed))
            instance.locks = instance.students.compactMap { student in
                instance.cells.filter { cell in
                    cell.profession == student.profession && cell.year == student.year
                        && student.periods.contains(cell.period)
                }.randomElement(using: &random).map {
                    PlacementInstance.Lock(
                        student: student.id, ward: $0.ward, period: $0.period)
                }
            }
            guard let found = collision(&instance) else { continue }
            for fault in found.each {
                guard case .locksCollide(let rule, _, let locks, let limit) = fault else {
                    continue
                }
                seen[rule, default: 0] += 1
                var alone = instance
                alone.locks = locks
                #expect(collision(&alone) != nil, "seed \(seed)")
                #expect(BruteForce(alone, base: nil, profile: .wishesFirst).best == nil)
                for index in locks.indices {
                    alone.locks = locks
                    alone.locks.remove(at: index)
                    #expect(collision(&alone) == nil, "seed \(seed), without \(locks[index])")
                }
                let certificate = fault.certificate(of: instance)
                #expect(certificate["fault"] == "locks-collide")
                #expect(certificate["limit"] == .integer(limit))
                #expect(certificate["locks"]?.array.count == locks.count)
                #expect(certificate["rules"] == .array([.string(rule.rawValue)]))
                #expect((certificate["supervisors"] != nil) == (rule == .tooMany))
            }
            // Without the last of each set the others stand: none that is too many is left out.
            var rest = instance
            for fault in found.each { rest.locks.removeAll { $0 == fault.locks.last } }
            #expect(collision(&rest) == nil, "seed \(seed)")
            if found.each.count > 1 {
                #expect(
                    found.certificate(of: instance)["faults"]?.array.count == found.each.count)
                several += 1
            }
        }
        #expect(several > 10)
        let rules: [RuleCode] = [.cellCapacity, .wardTotal, .agreementTotal, .tooMany]
        #expect(rules.allSatisfy { seen[$0] ?? 0 > 0 }, "\(seen)")
    }

    /// The collision of an instance's locks; those that no rule of their own allows are let go.
    private func collision(_ instance: inout PlacementInstance) -> PlacementFault? {
        while true {
            do throws(PlacementFault) {
                _ = try Allocator(instance)
                return nil
            } catch {
                let schools = Dictionary(
                    uniqueKeysWithValues: instance.students.map { ($0.id, $0.school) })
                let wrong = error.each.flatMap { fault -> [PlacementInstance.Lock] in
                    switch fault {
                    case .lockNotEligible(let lock, _): [lock]
                    case .unknown(_, .school, let id):
                        instance.locks.filter { schools[$0.student] == id }
                    default: []
                    }
                }
                if wrong.isEmpty { return error }
                instance.locks.removeAll(where: wrong.contains)
            }
        }
    }

    @Test("A disruption and a base that name what is not there are refused")
    func disruptions() throws {
        let instance = try Fixture.instance("s164-1")
        let json = try Fixture.json("s164-1.d1")
        let changes: [([String], JSON, String)] = [
            (["withdrawn_students", "0"], "s99999", "withdrawn_students[0]"),
            (["supervisor_absences", "0", "supervisor"], "v99999", "supervisor_absences[0]"),
            (["cell_changes", "0", "capacity"], -1, "cell_changes[0].capacity is -1"),
            (["late_students", "0", "id"], "s00001", "late_students[0]"),
        ]
        for (path, value, expected) in changes {
            let changed = try #require(Self.changed(json, path[...]) { _ in value })
            do throws(PlacementFault) {
                _ = try instance.applying(PlacementDisruption(changed))
                Issue.record("\(path) was let through")
            } catch {
                #expect(error.description.contains(expected), "\(error)")
            }
        }
        let base = PlacementAllocation(
            instance: "x",
            assignments: [
                .init(student: "nobody", ward: "w0001", period: "V1", supervisor: nil)
            ])
        #expect(throws: PlacementFault.self) { try Allocator(instance, base: base) }
    }
}
