public import Competence
import Cryptography

/// A framework that was compiled without an error, named by its contents.
public struct CompiledFramework: Sendable, Equatable {
    public var framework: Framework
    /// The version's name: SHA-256 of the file, made as a programme's.
    public var contentHash: String
    public var warnings: [Diagnostic]
}

/// Turns framework files into frameworks, or into everything that is wrong with them.
public enum FrameworkCompiler {
    /// Compiles a framework file.
    ///
    /// - Parameters:
    ///   - name: The file's name for diagnostics, with folders where there are some.
    ///   - bytes: The file's contents.
    /// - Returns: The framework, unless there are errors; and all diagnostics, warnings too, in the
    ///   order of file, line and column.
    public static func compile(
        name: String, bytes: [UInt8]
    ) -> (framework: CompiledFramework?, diagnostics: [Diagnostic]) {
        let collector = DiagnosticCollector()
        let framework = framework(name, bytes, collector)
        let diagnostics = collector.diagnostics
        guard let framework, !collector.hasErrors else { return (nil, diagnostics) }
        let hash = ProgrammeCompiler.contentHash([
            (ProgrammeCompiler.lastComponent(of: name), bytes)
        ])
        return (
            CompiledFramework(
                framework: framework, contentHash: hash, warnings: diagnostics), diagnostics
        )
    }

    /// Whether a file is meant as a framework: it has the key at the beginning of a line.
    public static func isFramework(_ bytes: [UInt8]) -> Bool {
        let key = Array("framework:".utf8)
        return bytes.split(separator: 0x0A).contains { $0.starts(with: key) }
    }

    private static func framework(
        _ name: String, _ bytes: [UInt8], _ collector: DiagnosticCollector
    ) -> Framework? {
        let file = collector.addFile(name)
        guard let root = YAMLReader.read(bytes, file: file, collector) else { return nil }
        ShapeChecker(collector: collector).check(root, .mapping(.framework), .file)
        guard !root.entries.isEmpty else { return nil }
        if let id = root["framework"], let text = id.text {
            let own = ProgrammeCompiler.lastComponent(of: name)
            let expected = "\(text).yaml"
            if own != expected, own != "\(text).yml" {
                collector.error(
                    id.position,
                    .place(.frameworkMisplaced(text, file: own, expected: expected)))
            }
        }
        FrameworkLint(root: root, collector: collector).check()
        return FrameworkBuilder(root: root).framework()
    }
}
