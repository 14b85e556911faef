/// What is wrong with a programme file, and where.
///
/// The description is the form that editors and terminals recognise:
/// `file:line:column: error: message`.
public struct Diagnostic: Hashable, Sendable {
    /// Whether the file may be used in spite of it.
    public enum Severity: String, Sendable {
        case error, warning
    }

    public var file: String
    /// Counted from one.
    public var line: Int
    /// In characters, counted from one.
    public var column: Int
    public var severity: Severity
    public var message: String

    public init(file: String, line: Int, column: Int, severity: Severity, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.message = message
    }
}

extension Diagnostic: CustomStringConvertible {
    public var description: String {
        "\(file):\(line):\(column): \(severity.rawValue): \(message)"
    }
}

extension Diagnostic: Comparable {
    /// By file, line and column; errors before warnings in the same place.
    public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        if a.file != b.file { return a.file < b.file }
        return (a.line, a.column, a.severity.rawValue, a.message)
            < (b.line, b.column, b.severity.rawValue, b.message)
    }
}

/// A place in one of the files of a compilation.
struct Position: Hashable, Sendable {
    /// Its place among the files read.
    var file: Int
    var line: Int
    var column: Int
}

/// Collects what is wrong, so that all of it is told at once.
final class DiagnosticCollector {
    private(set) var fileNames: [String] = []
    private var found: Set<Diagnostic> = []
    private(set) var hasErrors = false
    private let isDeaf: Bool
    /// Nobody reads more than so many.
    private static let limit = 1_000

    /// - Parameter ignoringAll: For work whose complaints have been heard before.
    init(ignoringAll: Bool = false) {
        isDeaf = ignoringAll
    }

    /// Registers a file and gives the number that positions name it by.
    func addFile(_ name: String) -> Int {
        fileNames.append(name)
        return fileNames.count - 1
    }

    func error(_ position: Position, _ message: String) {
        hasErrors = true
        add(position, .error, message)
    }

    func warning(_ position: Position, _ message: String) {
        add(position, .warning, message)
    }

    /// Everything found, each thing once, sorted by its place.
    var diagnostics: [Diagnostic] { found.sorted() }

    private func add(
        _ position: Position, _ severity: Diagnostic.Severity, _ message: String
    ) {
        if isDeaf || found.count > Self.limit { return }
        let isLast = found.count == Self.limit
        if isLast { hasErrors = true }
        found.insert(
            Diagnostic(
                file: fileNames[position.file], line: position.line, column: position.column,
                severity: isLast ? .error : severity,
                message: isLast ? "more than \(Self.limit) faults; the rest is not told" : message))
    }
}
