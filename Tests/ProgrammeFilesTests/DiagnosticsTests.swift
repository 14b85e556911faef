import Engine
import Foundation
import ProgrammeFiles
import Support
import Testing
import Wording

@Suite struct DiagnosticsTests {
    static let invalid = (try? Samples.files(in: Samples.folder.appending(path: "invalid"))) ?? []

    @Test func thereAreFixturesOfManyFaults() {
        #expect(Self.invalid.count >= 45)
    }

    @Test(arguments: invalid) func faultsAreReportedAsRecorded(_ name: String) throws {
        let result = try Samples.compile("invalid", name)
        #expect(!result.diagnostics.isEmpty)
        let hasErrors = result.diagnostics.contains { $0.severity == .error }
        #expect((result.programme == nil) == hasErrors)
        #expect(result.diagnostics == result.diagnostics.sorted())
        expectGolden(Samples.report(result.diagnostics), "\(name.dropLast(5)).txt")
    }

    @Test(arguments: [Language.bokmål, .nynorsk]) func faultsAreReportedInNorwegian(
        _ language: Language
    ) throws {
        var report = ""
        for name in Self.invalid {
            report += Samples.report(
                try Samples.compile("invalid", name).diagnostics, in: language)
        }
        expectGolden(report, "diagnostics.\(language).txt")
    }

    @Test func descriptionIsTheFormThatEditorsKnow() {
        let diagnostic = Diagnostic(
            file: "a.yaml", line: 3, column: 7, severity: .warning, fault: .file(.empty))
        #expect(
            Wording(language: .english).line(diagnostic)
                == "a.yaml:3:7: warning: the file is empty")
        #expect("\(diagnostic)" == "a.yaml:3:7: warning: empty")
    }

    // MARK: - Guards

    private func onlyDiagnostic(_ bytes: [UInt8]) throws -> Diagnostic {
        let result = ProgrammeCompiler.compile(name: "sample.yaml", bytes: bytes) { _ in nil }
        #expect(result.programme == nil)
        #expect(result.diagnostics.count == 1)
        return try #require(result.diagnostics.first)
    }

    @Test func aLargeFileIsRefusedAtOnce() throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 10_000_000)
        let start = ContinuousClock.now
        #expect(Samples.english(try onlyDiagnostic(bytes)).contains("larger than 1048576 bytes"))
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func aLargeFileOnDiskIsRefused() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "large.yaml")
        try Data(repeating: 0x20, count: 10_000_000).write(to: file)
        let result = ProgrammeCompiler.compile(path: file.path)
        #expect(result.diagnostics.map(\.line) == [1])
        #expect(result.diagnostics.map(\.fault.code) == ["too-large"])
    }

    @Test func aMissingFileIsADiagnostic() {
        let result = ProgrammeCompiler.compile(path: "no/such/file.yaml")
        #expect(
            Samples.report(result.diagnostics)
                == "no/such/file.yaml:1:1: error: the file cannot be read; is the name right?\n")
    }

    @Test func bytesThatAreNotUTF8AreLocated() throws {
        let bytes = Array("a: æ\nb: ø".utf8) + [0xE6] + Array("x\n".utf8)
        let diagnostic = try onlyDiagnostic(bytes)
        #expect((diagnostic.line, diagnostic.column) == (2, 5))
        #expect(Samples.english(diagnostic).contains("0xE6"))
    }

    @Test func charactersThatAreNoTextAreLocated() throws {
        let cases: [(String, String)] = [
            ("a: \u{0}", "NUL"), ("a: \u{7}", "control character 0x07"),
            ("a:\rb", "carriage return"), ("a: \u{2028}", "line separator"),
            ("a: \u{85}", "control character"), ("a: \u{FEFF}", "byte order mark"),
        ]
        for (text, word) in cases {
            let diagnostic = try onlyDiagnostic(Array("x: y\n\(text)\n".utf8))
            #expect(Samples.english(diagnostic).contains(word), "\(diagnostic)")
            #expect(diagnostic.line == 2)
        }
    }

    @Test func deepNestingIsRefusedBeforeItIsParsed() throws {
        let flow = String(repeating: "[", count: 500_000)
        let dashes = String(repeating: "- ", count: 500_000) + "a\n"
        let keys = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        let mixed = "a: 'x'\nb: \"[\"\n# [[[\nc:\n  " + String(repeating: "{a: [", count: 200)
        for text in [flow, dashes, keys, mixed] {
            let diagnostic = try onlyDiagnostic(Array(text.utf8))
            #expect(Samples.english(diagnostic).contains("64 levels"), "\(diagnostic)")
        }
    }

    @Test func nestingHiddenFromTheScanStillEndsInADiagnostic() throws {
        // A plain text that goes on below looks like the start of a quotation.
        let text = "a: b\n 'c\nd: " + String(repeating: "[", count: 100_000)
        #expect(try onlyDiagnostic(Array(text.utf8)).severity == .error)
    }

    @Test func bracketsInTextsAreNoNesting() {
        let text = "title: |\n  " + String(repeating: "[ & *", count: 100) + "\nowner: x\n"
        let codes = Samples.compile(text: text).diagnostics.map(\.fault.code)
        #expect(!codes.isEmpty)
        #expect(!codes.contains { ["too-deep", "anchor", "alias"].contains($0) })
    }

    @Test func faultsBeyondAThousandAreNotTold() {
        let text = (0..<5_000).map { "k\($0): 1\n" }.joined()
        let result = Samples.compile(text: text)
        #expect(result.programme == nil)
        #expect(result.diagnostics.count == 1_001)
        #expect(result.diagnostics.contains { $0.fault.code == "too-many-faults" })
    }

    @Test func aliasBombsAreRefusedQuickly() throws {
        let start = ContinuousClock.now
        let result = try Samples.compile("invalid", "alias-bomb.yaml")
        #expect(result.programme == nil)
        #expect(ContinuousClock.now - start < .seconds(1))
    }
}
