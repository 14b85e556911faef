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

    @Test("A student who is not there is a fault")
    func unknown() throws {
        let allocator = try Allocator(Fixture.instance("s164-1"))
        let empty = PlacementAllocation(instance: "s164-1", assignments: [])
        #expect(throws: PlacementFault.self) { try allocator.explain("nobody", in: empty) }
    }
}
