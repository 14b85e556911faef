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
        for student in instance.students {
            let explanation = try allocator.explain(student.id, in: allocation)
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

    @Test("A student who is not there is a fault")
    func unknown() throws {
        let allocator = try Allocator(Fixture.instance("s164-1"))
        let empty = PlacementAllocation(instance: "s164-1", assignments: [])
        #expect(throws: PlacementFault.self) { try allocator.explain("nobody", in: empty) }
    }
}
