public import Foundation

/// Why a Python helper gave no answer.
public enum PythonFailure: Error, CustomStringConvertible {
    case noInterpreter
    case failed(script: String, status: Int32, diagnostics: String)
    case noLine(script: String, diagnostics: String)

    public var description: String {
        switch self {
        case .noInterpreter:
            "OMBORD_TEST_PYTHON is not set: run the tests with Scripts/test, which installs Python "
                + "with the reference libraries and sets it."
        case .failed(let script, let status, let diagnostics):
            "\(script) ended with status \(status):\n\(diagnostics)"
        case .noLine(let script, let diagnostics):
            "\(script) wrote no line in time:\n\(diagnostics)"
        }
    }
}

/// What a Python script writes, for comparison with independent implementations.
///
/// - Parameters:
///   - script: Path of the script.
///   - arguments: Passed on to the script.
///   - input: What the script reads from its standard input; nothing where nil.
/// - Throws: `PythonFailure`, with what the script wrote on its standard error.
public func python(script: String, arguments: [String], input: Data? = nil) throws -> Data {
    // Files rather than pipes at two of the three ends: no pipe can fill up and stop the script.
    let folder = try TemporaryFolder()
    let process = try pythonProcess(script: script, arguments: arguments)
    if let input {
        try input.write(to: folder.url.appending(path: "input"))
        process.standardInput = try FileHandle(
            forReadingFrom: folder.url.appending(path: "input"))
    } else {
        process.standardInput = FileHandle.nullDevice
    }
    let diagnostics = try folder.emptyFile("diagnostics")
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: diagnostics)
    try process.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw PythonFailure.failed(
            script: script, status: process.terminationStatus,
            diagnostics: try String(contentsOf: diagnostics, encoding: .utf8))
    }
    return answer
}

func pythonProcess(script: String, arguments: [String]) throws -> Process {
    let environment = ProcessInfo.processInfo.environment
    guard let interpreter = environment["OMBORD_TEST_PYTHON"], !interpreter.isEmpty else {
        throw PythonFailure.noInterpreter
    }
    let process = Process()
    process.executableURL = URL(filePath: interpreter)
    // -B: nothing but the sources in the checkout. -u: a line is seen when it is written.
    process.arguments = ["-B", "-u", script] + arguments
    process.environment = environment.merging(["PYTHONIOENCODING": "utf-8"]) { $1 }
    return process
}

/// A new folder of its own, removed with the value that names it.
public final class TemporaryFolder: Sendable {
    public let url: URL

    /// Makes the folder.
    ///
    /// - Parameter inMemory: Whether in memory where the machine has a place for that: for what
    ///   is written often and need not outlive anything.
    public init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let place =
            inMemory && FileManager.default.isWritableFile(atPath: memory)
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        url = place.appending(path: "ombord-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Makes an empty file in the folder.
    public func emptyFile(_ name: String) throws -> URL {
        let file = url.appending(path: name)
        try Data().write(to: file)
        return file
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }
}
