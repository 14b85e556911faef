import Foundation
import Support
import Testing

/// `ombord serve` as a process, on a port of its own.
final class Service {
    private let process = Process()
    let port: Substring

    /// Starts it and waits until it is ready.
    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        let errors = Pipe()
        process.executableURL = try Products.program("ombord")
        process.arguments = ["serve", "--port", "0"] + arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }
        process.currentDirectoryURL = Repository.root
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var log = ""
        while !log.contains("Ombord is ready") {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            log += String(decoding: data, as: UTF8.self)
        }
        port = try #require(
            log.split(separator: "listening on 127.0.0.1:").dropFirst().first?.prefix {
                $0.isNumber
            }, "\(log)")
    }

    deinit { if process.isRunning { process.terminate() } }

    /// The status and the page at a path.
    func get(_ path: String) throws -> String {
        String(
            decoding: try python(
                script: Repository.url("Tests/EndToEndTests/Python/get.py").path,
                arguments: ["http://127.0.0.1:\(port)\(path)"]), as: UTF8.self)
    }

    /// Asks it to end, and sees that it does so in order.
    func end() {
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
    }
}
