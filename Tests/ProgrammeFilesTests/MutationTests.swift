import Foundation
import ProgrammeFiles
import Support
import Testing
import Wording

/// Whatever is in a file, the compiler says what is wrong with it or makes a programme of it.
@Suite struct MutationTests {
    @Test(arguments: 0..<20) func noMutationBreaksTheCompiler(_ batch: Int) throws {
        let original = try Samples.bytes("valid/everything.yaml")
        let module = try Samples.bytes("valid/modules/hygiene.yaml")
        for number in 0..<100 {
            let seed = UInt64(batch * 100 + number)
            var random = SeededRandom(seed: seed)
            var main = original
            for _ in 0...Int.random(in: 0...3, using: &random) { Self.mutate(&main, &random) }
            let result = ProgrammeCompiler.compile(name: "everything.yaml", bytes: main) { _ in
                module
            }
            #expect(result.programme != nil || !result.diagnostics.isEmpty, "seed \(seed)")
            let lines = [
                "everything.yaml": Self.lines(main), "modules/hygiene.yaml": Self.lines(module),
            ]
            for diagnostic in result.diagnostics {
                #expect(
                    (1...(lines[diagnostic.file] ?? 0)).contains(diagnostic.line)
                        && diagnostic.column >= 1,
                    "seed \(seed): \(diagnostic)")
                for language in Wording.languages {
                    let sentence = Wording(language: language).programmeFault(diagnostic.fault)
                    #expect(FaultTests.isWhole(sentence), "seed \(seed): \(sentence)")
                }
            }
        }
    }

    private static func lines(_ bytes: [UInt8]) -> Int {
        max(1, bytes.count { $0 == 0x0A } + (bytes.last == 0x0A ? 0 : 1))
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let indicators = Array("[]{}:,-#&*!|>'\"%@`? \n\t~".utf8)
        let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes.insert(indicators.randomElement(using: &random) ?? 0x20, at: place)
        case 4: bytes[place] = indicators.randomElement(using: &random) ?? 0x20
        default: mutateLine(&bytes, &random)
        }
    }

    private static func mutateLine(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let from = Int.random(in: 0..<lines.count, using: &random)
        let to = Int.random(in: 0..<lines.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: lines.remove(at: from)
        case 1: lines.insert(lines[from], at: to)
        case 2: lines.swapAt(from, to)
        default: lines[from] = [0x20, 0x20] + lines[from]
        }
        bytes = Array(lines.joined(separator: [0x0A]))
        if bytes.isEmpty { bytes = [0x0A] }
    }
}
