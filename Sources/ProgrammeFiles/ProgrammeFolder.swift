import Foundation

extension ProgrammeCompiler {
    /// Compiles a programme file on disk; the modules that it includes are in `modules/` beside it.
    ///
    /// - Parameter path: The file's path, which diagnostics repeat as it is.
    public static func compile(
        path: String
    ) -> (programme: CompiledProgramme?, diagnostics: [Diagnostic]) {
        guard let bytes = contents(of: path) else {
            let diagnostic = Diagnostic(
                file: path, line: 1, column: 1, severity: .error, fault: .file(.unreadable))
            return (nil, [diagnostic])
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(path[...$0]) } ?? ""
        return compile(name: path, bytes: bytes) { id in
            contents(of: "\(folder)modules/\(id).yaml")
        }
    }

    /// Whether the file on disk is meant as a competence framework.
    public static func isFramework(path: String) -> Bool {
        contents(of: path).map(FrameworkCompiler.isFramework) ?? false
    }

    /// A file's bytes, or enough of a large one to be refused for its size.
    static func contents(of path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        // What is too large is not read into memory to be told so.
        do {
            // The end of the file at once is an empty file.
            return try handle.read(upToCount: FileGuard.sizeLimit + 1).map { [UInt8]($0) } ?? []
        } catch {
            return nil
        }
    }
}

extension FrameworkCompiler {
    /// Compiles a framework file on disk.
    ///
    /// - Parameter path: The file's path, which diagnostics repeat as it is.
    public static func compile(
        path: String
    ) -> (framework: CompiledFramework?, diagnostics: [Diagnostic]) {
        guard let bytes = ProgrammeCompiler.contents(of: path) else {
            let diagnostic = Diagnostic(
                file: path, line: 1, column: 1, severity: .error, fault: .file(.unreadable))
            return (nil, [diagnostic])
        }
        return compile(name: path, bytes: bytes)
    }
}
