import Competence
import Engine
import Operations
import ProgrammeFiles
import Synchronization

/// A programme file that was pasted or uploaded, compiled and not kept.
struct WorkshopCheck {
    /// More is not drawn and not simulated: a programme has some tens of steps.
    static let mostSteps = 500
    /// What is larger is told to be so and not sent back to be shown.
    static let longestShown = 1024 * 1024

    let source: ProgrammeSource
    let compiled: CompiledProgramme?
    let diagnostics: [Diagnostic]

    var programme: Programme? { compiled?.programme }

    var isTooLarge: Bool { (programme?.steps.count ?? 0) > Self.mostSteps }

    /// - Parameters:
    ///   - frameworks: What is said of the competences that steps record.
    ///   - modules: What the modules hold that published programmes include.
    init(
        bytes: [UInt8], uploadedAs fileName: String?, frameworks: [Framework],
        modules: (String) throws -> [String: [UInt8]]
    ) rethrows {
        let name = Self.name(bytes, fileName)
        let known = try modules(name)
        let asked = Mutex<[String: [UInt8]]>([:])
        (compiled, diagnostics) = ProgrammeCompiler.compile(
            name: name, bytes: bytes, frameworks: frameworks
        ) { id in
            guard let module = known[id] else { return nil }
            asked.withLock { $0[id] = module }
            return module
        }
        source = ProgrammeSource(name: name, bytes: bytes, modules: asked.withLock { $0 })
    }

    /// A programme's file is named after it, so that the same contents are the same version
    /// wherever they come from.
    private static func name(_ bytes: [UInt8], _ fileName: String?) -> String {
        for line in bytes.prefix(65_536).split(separator: UInt8(ascii: "\n"))
        where line.starts(with: "programme:".utf8) {
            let rest = line.dropFirst("programme:".utf8.count)
            let id = rest.drop { $0 == 0x20 || $0 == 0x22 || $0 == 0x27 }.prefix { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
            if !id.isEmpty { return String(decoding: id, as: UTF8.self) + ".yaml" }
        }
        return fileName ?? "programme.yaml"
    }
}

/// The lines of a file, with numbers, and where something is wrong in them.
struct SourceListing {
    /// No page shows a file that is longer by its lines; the faults are shown all the same.
    static let mostLines = 5_000
    /// How much of a long line stands beside a fault.
    private static let width = 100

    let lines: [String]

    init(_ bytes: [UInt8]) {
        guard bytes.count <= WorkshopCheck.longestShown else {
            lines = []
            return
        }
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The line of a fault, and below it a mark at its column.
    func excerpt(line: Int, column: Int) -> String? {
        guard lines.indices.contains(line - 1) else { return nil }
        let text = Array(lines[line - 1])
        let first = max(0, min(column - 1, text.count) - Self.width / 2)
        let shown = text.dropFirst(first).prefix(Self.width).map { $0 == "\t" ? " " : $0 }
        let number = "\(line)"
        let margin = String(repeating: " ", count: number.count)
        let mark = String(repeating: " ", count: max(0, column - 1 - first)) + "^"
        return "\(number) | \(String(shown))\n\(margin) | \(mark)"
    }
}
