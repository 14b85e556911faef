import Engine
import Foundation
import ProgrammeFiles
import Support
import Wording

/// Where the tests find their files.
enum Samples {
    static let folder = Repository.url("Tests/ProgrammeFilesTests/Fixtures")

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The YAML files of a folder, in the order of their names.
    static func files(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// Compiles a fixture; diagnostics name it without its folder.
    static func compile(
        _ folder: String, _ name: String
    ) throws -> (programme: CompiledProgramme?, diagnostics: [Diagnostic]) {
        ProgrammeCompiler.compile(name: name, bytes: try bytes("\(folder)/\(name)")) { id in
            try? bytes("\(folder)/modules/\(id).yaml")
        }
    }

    /// Compiles a text that includes no modules.
    static func compile(
        text: String
    ) -> (programme: CompiledProgramme?, diagnostics: [Diagnostic]) {
        ProgrammeCompiler.compile(name: "sample.yaml", bytes: Array(text.utf8)) { _ in nil }
    }

    /// What a compilation says, as a file: its diagnostics, or that there are none.
    static func report(
        _ diagnostics: [Diagnostic], in language: Language = .english
    ) -> String {
        diagnostics.isEmpty
            ? "no diagnostics\n"
            : diagnostics.map { "\(Wording(language: language).line($0))\n" }.joined()
    }

    /// What is wrong, without its place.
    static func english(_ diagnostic: Diagnostic) -> String {
        Wording(language: .english).programmeFault(diagnostic.fault)
    }
}
