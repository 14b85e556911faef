import Engine
import Foundation
import ProgrammeFiles
import Support
import Testing

@Suite struct DiagramTests {
    private func programme() throws -> Programme {
        try #require(try Samples.compile("valid", "everything.yaml").programme).programme
    }

    /// The sample with another title, and another title of its first stage.
    private func programme(title: String, stage: String) throws -> Programme {
        let programme = try programme()
        var stages = programme.stages
        stages[0].title = LocalizedText([.bokmål: stage])
        return programme.with(title: LocalizedText([.bokmål: title]), stages: stages)
    }

    @Test func mermaidIsAsRecorded() throws {
        expectGolden(mermaid(try programme(), .bokmål), "everything.mmd")
    }

    @Test(arguments: Language.shipped) func drawingIsAsRecorded(_ language: Language) throws {
        expectGolden(diagramSVG(try programme(), language), "everything.\(language).svg")
    }

    @Test func drawingIsWellFormedAndNothingOverlaps() throws {
        let files = try Samples.files(in: Repository.url("Workflows"))
        for file in files {
            let path = Repository.url("Workflows").appending(path: file).path
            let compiled = try #require(ProgrammeCompiler.compile(path: path).programme)
            let drawing = diagramSVG(compiled.programme, .bokmål)
            let answer = try python(
                script: Repository.url("Tests/ProgrammeFilesTests/Python/check_drawing.py").path,
                arguments: [], input: Data(drawing.utf8))
            #expect(String(decoding: answer, as: UTF8.self) == "ok\n", "\(file)")
        }
    }

    @Test func longTitlesAreWrapped() throws {
        let long = "Introduksjonssamtale om legemiddelhåndtering og smittevernrutiner "
        let programme = try programme(
            title: String(repeating: long, count: 3),
            stage: String(repeating: "Ærfugløy", count: 30))
        let drawing = diagramSVG(programme, .bokmål)
        let texts = drawing.split(separator: "<text").dropFirst().compactMap {
            $0.split(separator: ">").dropFirst().first?.split(separator: "<").first
        }
        #expect(texts.allSatisfy { $0.count <= 74 })
        #expect(texts.contains { $0.hasSuffix("-") })
    }

    @Test func markupInTextsIsText() throws {
        let programme = try programme(
            title: "<script>\"a\" & b</script>", stage: "A \"b\" #1 <c>")
        #expect(!diagramSVG(programme, .bokmål).contains("<script"))
        #expect(mermaid(programme, .bokmål).contains("[\"A #quot;b#quot; #35;1 #lt;c#gt;\"]"))
    }
}
