import Foundation
import Support
import Testing

/// The service as an operator meets it: it starts, answers, and ends in order.
@Suite struct ServeTests {
    @Test func theServiceStartsAnswersAndEndsInOrder() throws {
        let folder = try TemporaryFolder()
        let process = Process()
        let errors = Pipe()
        process.executableURL = try Products.program("ombord")
        process.arguments = [
            "serve", "--demo", "small", "--port", "0", "--data",
            folder.url.appendingPathComponent("data").path,
        ]
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
        let port = try #require(
            log.split(separator: "listening on 127.0.0.1:").dropFirst().first?.prefix {
                $0.isNumber
            }, "\(log)")
        func get(_ path: String) throws -> String {
            String(
                decoding: try python(
                    script: Repository.url("Tests/EndToEndTests/Python/get.py").path,
                    arguments: ["http://127.0.0.1:\(port)\(path)"]), as: UTF8.self)
        }
        #expect(try get("/healthz").hasPrefix("200 "))
        #expect(try get("/readyz").hasPrefix("200 "))
        let metrics = try get("/metrics")
        #expect(metrics.contains("# TYPE ombord_messages_sent_total counter"))
        #expect(try get("/").hasPrefix("200 "))
        // Nobody has chosen who to be.
        #expect(try get("/me").hasPrefix("403 "))
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 0)
        let verified = try Products.run(
            "ombord", ["verify", "--data", folder.url.appendingPathComponent("data").path])
        #expect(verified.status == 0)
    }
}
