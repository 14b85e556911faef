import Foundation
import Glibc
import Support
import Testing

/// The service tells systemd how it goes, over a real socket.
@Suite struct ServiceManagerTests {
    /// A socket that hears what a service tells its manager; a minute of silence is an empty text.
    private final class Ear {
        private let descriptor: Int32

        init(path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            var patience = timeval(tv_sec: 60, tv_usec: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
                socklen_t(MemoryLayout<timeval>.size))
            let bound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(bound == 0)
        }

        deinit { close(descriptor) }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func itIsReadyAliveAndStopping() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.appendingPathComponent("n").path
        let ear = try Ear(path: path)
        let process = Process()
        process.executableURL = try Products.program("ombord")
        process.arguments = [
            "serve", "--port", "0", "--data", folder.url.appendingPathComponent("data").path,
        ]
        process.currentDirectoryURL = Repository.root
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"]) { $1 }
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var heard: [String] = []
        while !Set(heard).isSuperset(of: ["READY=1", "WATCHDOG=1"]), heard.last != "" {
            heard.append(ear.next())
        }
        #expect(Set(heard) == ["READY=1", "WATCHDOG=1"])
        #expect(heard.count { $0 == "READY=1" } == 1)
        process.terminate()
        var last = ""
        repeat { last = ear.next() } while last == "WATCHDOG=1"
        #expect(last == "STOPPING=1")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
