public import Foundation

/// The programs that were built with the tests.
public enum Products {
    /// A program that was not built, or not where the tests are.
    public struct Missing: Error {
        public let name: String
        public let folder: String
    }

    /// Where a program is: beside the test bundle.
    public static func program(_ name: String) throws -> URL {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var candidates = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        candidates.append(bundle.deletingLastPathComponent())
        candidates.append(Bundle.main.bundleURL)
        for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
            candidates.append(URL(fileURLWithPath: argument).deletingLastPathComponent())
        }
        for folder in candidates {
            let file = folder.appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw Missing(name: name, folder: candidates.map(\.path).joined(separator: ", "))
    }

    /// What a program said and how it ended.
    public struct Outcome: Sendable {
        public let status: Int32
        public let output: String
        public let errors: String
    }

    /// Runs a program to its end, in the repository's folder.
    public static func run(
        _ name: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        let folder = try TemporaryFolder()
        let output = try folder.emptyFile("output")
        let errors = try folder.emptyFile("errors")
        process.executableURL = try program(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(environment) { _, new in new }
        process.currentDirectoryURL = Repository.root
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
