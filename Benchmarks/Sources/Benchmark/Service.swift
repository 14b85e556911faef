import Foundation
import Glibc

/// Figure 5: the memory of the built service while nothing happens.
struct IdleService {
    let stage: Stage
    /// The built `ombord`.
    let binary: String

    /// Its resident memory in MiB, ten seconds after it first answered.
    func run() async throws -> Double {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binary)
        let port = try freePort()
        process.arguments = ["serve", "--port", "\(port)"]
        process.currentDirectoryURL = URL(fileURLWithPath: stage.root)
        process.environment = ProcessInfo.processInfo.environment.merging([
            "OMBORD_DATA": stage.folder + "/service", "OMBORD_HTTP_HOST": "127.0.0.1",
            "OMBORD_WORKFLOWS": stage.root + "/Workflows",
            "OMBORD_MAIL_TEMPLATES": stage.root + "/Mail",
        ]) { $1 }
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        for _ in 0..<600 where process.isRunning {
            if answers(port) {
                try await Task.sleep(for: .seconds(10))
                return Double(Machine.residentKiB(of: "\(process.processIdentifier)")) / 1024
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchmarkFault("\(binary) did not answer on port \(port)")
    }

    private func answers(_ port: UInt16) -> Bool {
        let request = Array(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard let connection = Connection(port) else { return false }
        return connection.ask(request).starts(with: Array("HTTP/1.1 200".utf8))
    }

    /// A port that nobody listens on, as the system chooses one.
    private func freePort() throws -> UInt16 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = Connection.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, length) == 0 ? getsockname(handle, $0, &length) : -1
            }
        }
        guard code == 0 else { throw BenchmarkFault("no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// One HTTP question over a socket of its own.
    private struct Connection: ~Copyable {
        private let handle: Int32

        init?(_ port: UInt16) {
            handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(port)
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(handle, $0, length)
                }
            }
            guard code == 0 else { return nil }
        }

        deinit { close(handle) }

        func ask(_ request: [UInt8]) -> [UInt8] {
            var answer = [UInt8](repeating: 0, count: 4096)
            guard write(handle, request, request.count) == request.count else { return [] }
            let count = read(handle, &answer, answer.count)
            return Array(answer.prefix(max(0, count)))
        }

        static func loopback(_ port: UInt16) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return address
        }
    }
}
