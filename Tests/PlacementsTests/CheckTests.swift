import Foundation
import JSONText
import Placements
import Support
import Testing

/// The product's own check against the independent one, on allocations that break rules.
@Suite struct CheckTests {
    private struct Verdict: Decodable {
        struct Violation: Decodable {
            var code: String
        }

        var violations: Int
        var first: [Violation]
    }

    @Test("Both checks find the same rules broken in random allocations")
    func broken() throws {
        let instance = try Fixture.instance("s164-1")
        var random = SeededRandom(seed: 5)
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "allocation.json")
        var seen: Set<String> = []
        for round in 0..<12 {
            let optimum = try Allocator(instance).run(.serial).allocation
            var assignments = optimum.assignments
            for index in assignments.indices where Int.random(in: 0..<12, using: &random) == 0 {
                let supervisor = instance.supervisors.randomElement(using: &random)
                let ward = instance.wards.randomElement(using: &random)
                if round.isMultiple(of: 2) { assignments[index].ward = ward?.id ?? "" }
                assignments[index].supervisor = supervisor?.id
            }
            if round == 3 { assignments.append(assignments[0]) }
            if round == 4 { assignments.removeAll { $0.student == instance.locks[0].student } }
            let allocation = PlacementAllocation(instance: "s164-1", assignments: assignments)
            // The format's reader refuses a student twice, the check finds it.
            try Data(allocation.json().text.utf8).write(to: file)
            let script = Repository.url("Tests/PlacementsTests/Python/check.py")
            let process = try verdict(script, file)
            let own = AllocationCheck(allocation, of: instance).violations
            #expect(
                own.map(\.code.rawValue).sorted() == process.first.map(\.code).sorted(),
                "round \(round)")
            seen.formUnion(own.map(\.code.rawValue))
        }
        #expect(seen.count > 12, "\(seen.sorted())")
    }

    private func verdict(_ script: URL, _ file: URL) throws -> Verdict {
        // The checker ends with 1 where it finds something, which the helper takes for a failure.
        let source = """
            import json, runpy, sys
            sys.argv = sys.argv[1:]
            try:
                runpy.run_path(sys.argv[0], run_name="__main__")
            except SystemExit as end:
                sys.exit(0 if end.code in (0, 1) else end.code)
            """
        let folder = try TemporaryFolder()
        let wrapper = folder.url.appending(path: "wrapper.py")
        try Data(source.utf8).write(to: wrapper)
        let output = try python(
            script: wrapper.path(percentEncoded: false),
            arguments: [
                script.path(percentEncoded: false),
                Fixture.url("s164-1").path(percentEncoded: false),
                file.path(percentEncoded: false), "--json", "--max-shown", "1000",
            ])
        return try JSONDecoder().decode(Verdict.self, from: output)
    }
}
