import Cryptography
public import Engine

/// A programme that was compiled without an error, named by its contents.
public struct CompiledProgramme: Sendable, Equatable {
    public var programme: Programme
    /// The version's name: SHA-256 of the programme's file and the modules it includes, in
    /// hexadecimal digits.
    public var contentHash: String
    public var warnings: [Diagnostic]

    public init(programme: Programme, contentHash: String, warnings: [Diagnostic]) {
        self.programme = programme
        self.contentHash = contentHash
        self.warnings = warnings
    }
}

/// Turns programme files into programmes, or into everything that is wrong with them.
public enum ProgrammeCompiler {
    /// Compiles a programme file.
    ///
    /// - Parameters:
    ///   - name: The file's name for diagnostics, with folders where there are some.
    ///   - bytes: The file's contents.
    ///   - module: The contents of the file `modules/<id>.yaml` for a module's id, or nil where
    ///     there is none.
    /// - Returns: The programme, unless there are errors; and all diagnostics, warnings too, in the
    ///   order of file, line and column.
    public static func compile(
        name: String, bytes: [UInt8], module: @escaping (String) -> [UInt8]?
    ) -> (programme: CompiledProgramme?, diagnostics: [Diagnostic]) {
        let collector = DiagnosticCollector()
        let programme = compile(name, bytes, module, collector)
        let diagnostics = collector.diagnostics
        guard var programme, !collector.hasErrors else { return (nil, diagnostics) }
        programme.warnings = diagnostics
        return (programme, diagnostics)
    }

    private static func compile(
        _ name: String, _ bytes: [UInt8], _ module: @escaping (String) -> [UInt8]?,
        _ collector: DiagnosticCollector
    ) -> CompiledProgramme? {
        let file = collector.addFile(name)
        guard let root = YAMLReader.read(bytes, file: file, collector) else { return nil }
        if root["programme"] == nil, let entry = root.entry("module") {
            collector.error(entry.position, .place(.moduleAlone))
            return nil
        }
        let checker = ShapeChecker(collector: collector)
        checker.check(root, .mapping(.programme), .file)
        guard !root.entries.isEmpty else { return nil }
        var contents = ModuleLoader(
            folder: folder(of: name), load: module, collector: collector, checker: checker)
        let modules = contents.modules(of: root)
        let programme = ProgrammeBuilder(root, modules, fileName: name, collector).programme()
        let parts = [(lastComponent(of: name), bytes)] + contents.parts
        return CompiledProgramme(
            programme: programme, contentHash: contentHash(parts), warnings: [])
    }

    /// The digest of the files, each as the length of its name, its name, the length of its
    /// contents and its contents; so no two different sets of files are the same bytes.
    static func contentHash(_ parts: [(name: String, bytes: [UInt8])]) -> String {
        var input: [UInt8] = []
        for part in parts {
            for field in [Array(part.name.utf8), canonical(part.bytes)] {
                let length = UInt64(field.count)
                input += (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
                input += field
            }
        }
        return Cryptography.hex(Cryptography.sha256(input))
    }

    /// Without what editors and version control change unasked: byte order mark, line ends.
    private static func canonical(_ bytes: [UInt8]) -> [UInt8] {
        FileGuard.text(of: bytes, file: 0, DiagnosticCollector(ignoringAll: true)) ?? bytes
    }

    static func lastComponent(of name: String) -> String {
        name.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? name } ?? name
    }

    private static func folder(of name: String) -> String {
        guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(name[...slash])
    }
}

/// Reads the modules that a programme includes, each once.
private struct ModuleLoader {
    let folder: String
    let load: (String) -> [UInt8]?
    let collector: DiagnosticCollector
    let checker: ShapeChecker
    /// Names and bytes for the content hash, in the order of their names.
    private(set) var parts: [(name: String, bytes: [UInt8])] = []

    init(
        folder: String, load: @escaping (String) -> [UInt8]?, collector: DiagnosticCollector,
        checker: ShapeChecker
    ) {
        self.folder = folder
        self.load = load
        self.collector = collector
        self.checker = checker
    }

    mutating func modules(of root: YAMLNode) -> [ModuleDraft] {
        var drafts: [ModuleDraft] = []
        var seen: Set<String> = []
        for include in root["include"]?.items ?? [] {
            guard let name = include["module"], let id = name.text,
                // An id has no dots or slashes, so that it cannot name a file elsewhere.
                ShapeChecker.isIdentifier(id)
            else { continue }
            guard seen.insert(id).inserted else {
                collector.error(name.position, .place(.moduleTwice(id)))
                continue
            }
            if let node = module(id, at: name.position) {
                drafts.append(
                    ModuleDraft(id: id, node: node, stage: include["stage"]?.text ?? ""))
            }
        }
        parts.sort { $0.name < $1.name }
        return drafts
    }

    private mutating func module(_ id: String, at position: Position) -> YAMLNode? {
        let name = "modules/\(id).yaml"
        guard let bytes = load(id) else {
            collector.error(position, .place(.moduleMissing(id, path: folder + name)))
            return nil
        }
        let file = collector.addFile(folder + name)
        guard let node = YAMLReader.read(bytes, file: file, collector) else { return nil }
        checker.check(node, .mapping(.module), .file)
        if let own = node["module"], let ownID = own.text, ownID != id {
            collector.error(own.position, .place(.moduleMisplaced(ownID, inFileOf: id)))
        }
        parts.append((name, bytes))
        return node
    }
}
