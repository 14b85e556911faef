import Foundation
import Glibc
import Synchronization

/// A Python helper that runs beside a test: a mail server, a browser, an identity provider.
///
/// The helper says on its first line of output what the test needs to know, most often its port.
/// After that the two may talk in lines; a helper that says much must be read, or its pipe fills.
public final class PythonServer: Sendable {
    /// The first line that the helper wrote.
    public let firstLine: String

    /// The first line as a port number.
    public var port: Int? { Int(firstLine) }

    private let script: String
    private let process: Process
    private let input: FileHandle
    private let reader: LineReader
    private let folder: TemporaryFolder
    private let diagnosticsFile: URL

    /// Starts the helper and waits for its first line.
    ///
    /// - Throws: `PythonFailure` where it ends, or says nothing within `patience` seconds.
    public init(script: String, arguments: [String] = [], patience: Int = 60) throws {
        // A helper that has gone away is an error to throw, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        self.script = script
        folder = try TemporaryFolder()
        diagnosticsFile = try folder.emptyFile("diagnostics")
        let (toHelper, fromHelper) = (Pipe(), Pipe())
        process = try pythonProcess(script: script, arguments: arguments)
        process.standardInput = toHelper
        process.standardOutput = fromHelper
        process.standardError = try FileHandle(forWritingTo: diagnosticsFile)
        try process.run()
        input = toHelper.fileHandleForWriting
        reader = LineReader(fromHelper.fileHandleForReading)
        guard let line = reader.next(patience: patience) else {
            process.terminate()
            throw PythonFailure.noLine(
                script: script, diagnostics: Self.text(of: diagnosticsFile))
        }
        firstLine = line
    }

    /// What the helper has written on its standard error.
    public var diagnostics: String { Self.text(of: diagnosticsFile) }

    /// The helper's next line.
    public func readLine(patience: Int = 60) throws -> String {
        guard let line = reader.next(patience: patience) else {
            throw PythonFailure.noLine(script: script, diagnostics: diagnostics)
        }
        return line
    }

    /// Writes a line to the helper, and gives the line that it answers.
    public func ask(_ line: String, patience: Int = 60) throws -> String {
        try input.write(contentsOf: Data((line + "\n").utf8))
        return try readLine(patience: patience)
    }

    /// Whether the helper still runs.
    public var isRunning: Bool { process.isRunning }

    /// Ends the helper, in peace where it listens and by force after so many seconds.
    public func stop(patience: Int = 5) {
        guard process.isRunning else { return }
        process.terminate()
        if !reader.drain(patience: patience) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    deinit {
        stop()
    }

    private static func text(of file: URL) -> String {
        (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }
}

/// Reads lines from a pipe, and gives up after a while.
private final class LineReader: Sendable {
    private let handle: FileHandle
    private let pending = Mutex<[UInt8]>([])

    init(_ handle: FileHandle) {
        self.handle = handle
    }

    /// The next line without its line feed, or nil at the end of the stream or of the patience.
    func next(patience: Int) -> String? {
        pending.withLock { bytes in
            while true {
                if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: bytes[..<end], as: UTF8.self)
                    bytes.removeSubrange(...end)
                    return line
                }
                guard case .bytes(let more) = read(patience: patience) else { return nil }
                bytes += more
            }
        }
    }

    /// Reads to the end of the stream, and says whether it came in time.
    func drain(patience: Int) -> Bool {
        while true {
            switch read(patience: patience) {
            case .bytes: continue
            case .end: return true
            case .late: return false
            }
        }
    }

    private enum Reading {
        case bytes([UInt8]), end, late
    }

    private func read(patience: Int) -> Reading {
        var waiting = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(patience * 1000)) > 0 else { return .late }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(handle.fileDescriptor, &buffer, buffer.count)
        return count > 0 ? .bytes(Array(buffer[..<count])) : .end
    }
}
