import Engine
import Foundation
import ProgrammeFiles
import Support
import Testing
import Wording

/// Every fault can be told to everybody in their own language.
@Suite struct FaultTests {
    @Test("There is a sample of every fault, so that the tests below speak of all of them")
    func samples() {
        let sampled = Set(FaultSamples.all.map(\.code))
        let missing = FaultCode.allCases.map(\.rawValue).filter { !sampled.contains($0) }
        #expect(missing.isEmpty, "no sample of \(missing)")
    }

    @Test("Every fault is a sentence without gaps", arguments: Wording.languages)
    func sentences(_ language: Language) {
        let wording = Wording(language: language)
        for fault in FaultSamples.all {
            let sentence = wording.programmeFault(fault)
            #expect(Self.isWhole(sentence), "\(fault.phrase): \(sentence)")
        }
    }

    @Test("No two faults with the same code and values say different things, nor the reverse")
    func distinct() {
        for language in Wording.languages {
            let wording = Wording(language: language)
            var codes: [String: Set<String>] = [:]
            for fault in FaultSamples.all {
                codes[wording.programmeFault(fault), default: []].insert(fault.code)
            }
            let shared = codes.filter { $0.value.count > 1 }
            #expect(shared.isEmpty, "\(language): \(shared)")
        }
    }

    @Test("No Norwegian sentence is the English one", arguments: [Language.bokmål, .nynorsk])
    func translated(_ language: Language) {
        let (own, english) = (Wording(language: language), Wording(language: .english))
        for fault in FaultSamples.all {
            #expect(
                own.programmeFault(fault) != english.programmeFault(fault), "\(fault.phrase)")
        }
    }

    @Test("Every text is the text of a sample: a new one needs a sample")
    func texts() throws {
        var used: Set<String> = []
        func note(_ value: FaultPhrase.Value) {
            switch value {
            case .verbatim: break
            case .phrase(let phrase): note(phrase)
            case .list(let values, _): values.forEach(note)
            }
        }
        func note(_ phrase: FaultPhrase) {
            used.insert("diagnostic.\(phrase.key)")
            phrase.values.values.forEach(note)
        }
        for fault in FaultSamples.all { note(fault.phrase) }
        let texts = try Wording.catalogue(.english).keys.filter { $0.hasPrefix("diagnostic.") }
        #expect(Set(texts) == used)
    }

    @Test("A text takes every value that its fault gives")
    func values() throws {
        for language in Wording.languages {
            let catalogue = try Wording.catalogue(language)
            for fault in FaultSamples.all {
                let phrase = fault.phrase
                #expect(
                    catalogue.placeholders("diagnostic.\(phrase.key)") == Set(phrase.values.keys),
                    "\(language): \(phrase.key)")
            }
        }
    }

    @Test("What the parser says in English is known, and said in everybody's language")
    func parserProblems() {
        let cases: [(yaml: String, problem: YAMLProblem)] = [
            ("a: b: c\n", .colon), ("a: - b\n", .dash), ("a: ? b\n", .questionMark),
            ("a: b\nc\nd: e\n", .missingColon), ("a: @b\n", .firstCharacter),
            ("a: 'b\n", .unclosedText), ("a: [b c: d\n", .unclosedBrackets),
            ("a: {b: c\n", .unclosedBraces), ("a:\n  - b\n  c: d\n", .expectedDash),
            ("a: b\n- c\n", .expectedKey), ("a: \"\\q\"\n", .escape),
        ]
        for (yaml, problem) in cases {
            let codes = Samples.compile(text: yaml).diagnostics.map { diagnostic in
                if case .file(.malformed(let found, _)) = diagnostic.fault {
                    return found.rawValue
                }
                return diagnostic.fault.code
            }
            #expect(codes == [problem.rawValue], "\(yaml)")
        }
    }

    /// Whether nothing is missing: a text in brackets, a value in braces with nothing beside it.
    static func isWhole(_ sentence: String) -> Bool {
        !sentence.contains("[diagnostic") && !sentence.contains(/\{[a-z]+\}/)
    }
}
