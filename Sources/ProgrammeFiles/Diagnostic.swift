/// What is wrong with a programme file, and where.
///
/// It says so in no language; `Wording` does that for whoever reads it.
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
    public var fault: ProgrammeFault

    public init(
        file: String, line: Int, column: Int, severity: Severity, fault: ProgrammeFault
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        self.fault = fault
    }
}

extension Diagnostic: CustomStringConvertible {
    /// For logs and programmers: the fault by its code and values.
    public var description: String {
        "\(file):\(line):\(column): \(severity.rawValue): \(fault.phrase)"
    }
}

extension Diagnostic: Comparable {
    /// By file, line and column; errors before warnings in the same place.
    public static func < (a: Diagnostic, b: Diagnostic) -> Bool {
        if a.file != b.file { return a.file < b.file }
        let (first, second) = (
            (a.line, a.column, a.severity.rawValue), (b.line, b.column, b.severity.rawValue)
        )
        if first != second { return first < second }
        return a.fault.phrase.description < b.fault.phrase.description
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

    func error(_ position: Position, _ fault: ProgrammeFault) {
        hasErrors = true
        add(position, .error, fault)
    }

    func warning(_ position: Position, _ fault: ProgrammeFault) {
        add(position, .warning, fault)
    }

    /// Everything found, each thing once, sorted by its place.
    var diagnostics: [Diagnostic] { found.sorted() }

    private func add(
        _ position: Position, _ severity: Diagnostic.Severity, _ fault: ProgrammeFault
    ) {
        if isDeaf || found.count > Self.limit { return }
        let isLast = found.count == Self.limit
        if isLast { hasErrors = true }
        found.insert(
            Diagnostic(
                file: fileNames[position.file], line: position.line, column: position.column,
                severity: isLast ? .error : severity,
                fault: isLast ? .file(.tooManyFaults(limit: Self.limit)) : fault))
    }
}
