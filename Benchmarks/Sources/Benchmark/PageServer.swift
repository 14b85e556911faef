import Foundation
import Hummingbird
import Logging
import Web

/// The pages' server as a process of its own, on one core.
final class PageServer {
    static let logger: Logger = {
        var logger = Logger(label: "pages")
        logger.logLevel = .error
        return logger
    }()

    let port: Int
    private let process: Process

    private init(_ process: Process, _ port: Int) {
        self.process = process
        self.port = port
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Starts this program again as a server on the first core, and waits until it listens.
    static func start(_ stage: Stage) throws -> PageServer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        process.arguments = ["-c", "0", program, "--serve", stage.path("pages")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var told = ""
        while !told.hasSuffix("\n") {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { throw BenchmarkFault("the pages' server did not start") }
            told += String(decoding: data, as: UTF8.self)
        }
        guard let port = Int(told.dropLast()) else {
            throw BenchmarkFault("the pages' server said \(told)")
        }
        return PageServer(process, port)
    }

    /// What the process that is started does: it serves the real router on a free port, and says
    /// which.
    static func serve(_ path: String) async throws {
        let stage = Stage(root: "", folder: "")
        let installation = try stage.installation(
            try stage.open(path), clock: try stage.clock())
        let web = WebContext(installation: installation, logger: Self.logger)
        let application = Application(
            router: buildRouter(web),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                FileHandle.standardOutput.write(Data("\(port)\n".utf8))
            }, logger: Self.logger)
        try await application.run()
    }
}
