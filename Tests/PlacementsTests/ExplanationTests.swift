import JSONText
import Placements
import Testing

@Suite struct ExplanationTests {
    @Test("Every better wish of every student has a reason, and no other student is named")
    func everyStudent() throws {
        let instance = try Fixture.instance("s164over-1")
        let allocator = try Allocator(instance)
        let allocation = allocator.run(.optimal).allocation
        let places = Dictionary(
            uniqueKeysWithValues: allocation.assignments.map { ($0.student, $0) })
        let together = try allocator.explain(instance.students.map(\.id), in: allocation)
        for (student, explanation) in zip(instance.students, together) {
            // Asked alone the answer is the same.
            if student.lottery % 8 == 0 {
                #expect(try allocator.explain(student.id, in: allocation) == explanation)
            }
            #expect(explanation.place?.ward == places[student.id]?.ward)
            #expect((explanation.unplaced == nil) == (places[student.id] != nil))
            let met = explanation.place?.wish ?? student.preferences.count + 1
            #expect(explanation.unmet.map(\.number) == Array(1..<met))
            // Who has the first wish, or who no rule lets in anywhere, has met nothing full.
            if let eligible = explanation.unplaced?.eligible, explanation.unmet.isEmpty {
                #expect(explanation.metFull == (eligible > 0))
            }
            if met == 1 { #expect(!explanation.metFull) }
            for unmet in explanation.unmet {
                // A wish whose place had room would have cost more on the whole; a wish that the
                // rules shut names them.
                for hindrance in unmet.hindrances where explanation.place == nil {
                    #expect(!hindrance.rules.isEmpty)
                }
            }
        }
    }

    @Test("Every place of a ward is counted, and every refusal is one of the students' own reasons")
    func everySlot() throws {
        let instance = try Fixture.instance("s164over-1")
        let allocator = try Allocator(instance)
        let allocation = allocator.run(.serial).allocation
        let why = try allocator.explain(instance.students.map(\.id), in: allocation)
        var refusals = 0
        for ward in instance.wards {
            let slots = try allocator.explain(ward: ward.id, in: allocation)
            #expect(
                slots.reduce(0) { $0 + $1.taken }
                    == allocation.assignments.count { $0.ward == ward.id })
            #expect(slots.allSatisfy { $0.taken <= $0.places })
            for slot in slots {
                refusals += slot.refused.reduce(0) { $0 + $1.students }
                for refused in slot.refused {
                    let count = zip(instance.students, why).count { student, explanation in
                        student.profession == slot.profession && student.year == slot.year
                            && student.periods.first == slot.period
                            && explanation.unmet.flatMap(\.hindrances)
                                .first { $0.ward == ward.id }.map { $0.rules.first == refused.rule }
                                == true
                    }
                    #expect(count == refused.students)
                }
            }
        }
        #expect(refusals > 0)
        #expect(throws: PlacementFault.self) {
            try allocator.explain(ward: "nowhere", in: allocation)
        }
    }

    @Test("Of a stable matching only what it looked at is a reason", arguments: 0..<300)
    func stable(_ seed: Int) throws {
        var source = RandomInstance(seed: UInt64(seed))
        guard let allocator = try? Allocator(PlacementInstance(source.json())) else { return }
        let instance = allocator.instance
        let result = allocator.run(.stable)
        let places = Dictionary(
            uniqueKeysWithValues: result.allocation.assignments.map { ($0.student, $0) })
        let certificate = result.certificate
        #expect(certificate.unplaced.count == certificate.objective.unplaced)
        #expect(
            certificate.unplaced.map(\.student)
                == instance.students.map(\.id).filter { places[$0] == nil })
        #expect(certificate.json["unplaced"]?.array.count == certificate.unplaced.count)
        let individual = Set(RuleCode.allCases.filter { $0.rawValue.hasPrefix("E") })
        for unplaced in certificate.unplaced {
            let wished = try #require(unplaced.wished)
            #expect(wished <= unplaced.eligible)
            if unplaced.eligible == 0 {
                #expect(unplaced.rules.allSatisfy { individual.contains($0.rule) })
            } else {
                // Every place that was wished for is taken, or the matching were not stable.
                let full = unplaced.rules.reduce(0) { $0 + $1.places }
                #expect(full == wished)
                #expect(unplaced.rules.allSatisfy { $0.rule == .cellCapacity })
            }
            let told = try allocator.explain(
                unplaced.student, in: result.allocation, method: .stable)
            #expect(told.unplaced == unplaced)
        }
        for student in instance.students {
            let told = try allocator.explain(student.id, in: result.allocation, method: .stable)
            let rules = told.unmet.flatMap(\.hindrances).flatMap(\.rules)
            #expect(rules.allSatisfy { $0 == .cellCapacity || individual.contains($0) })
        }
    }

    @Test("A student who is not there is a fault")
    func unknown() throws {
        let allocator = try Allocator(Fixture.instance("s164-1"))
        let empty = PlacementAllocation(instance: "s164-1", assignments: [])
        #expect(throws: PlacementFault.self) { try allocator.explain("nobody", in: empty) }
    }
}
