import Foundation
import Glibc
import Synchronization

/// Asks a server for a page, fifty at a time, for some seconds.
struct PageLoad {
    let perSecond: Double
    /// In milliseconds.
    let p50: Double
    let p99: Double

    /// Starts this program again on the second core, to ask from there.
    static func start(
        _ port: Int, _ path: String, _ cookies: String, seconds: Int
    ) throws -> PageLoad {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/taskset")
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        process.arguments = [
            "-c", "1", program, "--load", "\(port)", path, cookies, "\(seconds)",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let numbers = String(decoding: output, as: UTF8.self).split(separator: " ")
            .compactMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        guard process.terminationStatus == 0, numbers.count == 3 else {
            throw BenchmarkFault("asking for \(path) failed")
        }
        return PageLoad(perSecond: numbers[0], p50: numbers[1], p99: numbers[2])
    }

    /// What the process that is started does.
    static func run(_ port: Int, _ path: String, _ cookieFile: String, _ seconds: Int) throws {
        let cookies = try String(contentsOfFile: cookieFile, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let all = Mutex<(times: [Double], failures: Int)>(([], 0))
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(seconds))
        let threads = DispatchGroup()
        for caller in 0..<Pages.callers {
            threads.enter()
            Thread.detachNewThread {
                defer { threads.leave() }
                guard let connection = PageConnection(port) else {
                    return all.withLock { $0.failures += 1 }
                }
                var times: [Double] = []
                var next = caller
                while clock.now < end {
                    let request = question(path, cookies[next % cookies.count])
                    next += Pages.callers + 1
                    var isFine = false
                    let time = clock.measure { isFine = connection.ask(request) != nil }
                    if !isFine { return all.withLock { $0.failures += 1 } }
                    times.append(time.seconds * 1000)
                }
                all.withLock { $0.times += times }
            }
        }
        threads.wait()
        let (times, failures) = all.withLock { $0 }
        guard failures == 0 else { throw BenchmarkFault("\(failures) callers were not answered") }
        let rate = Double(times.count) / Double(seconds)
        let line = "\(rate) \(times.percentile(50)) \(times.percentile(99))\n"
        FileHandle.standardOutput.write(Data(line.utf8))
    }

    /// The page as one answer has it.
    static func page(_ port: Int, _ path: String, _ cookie: String) throws -> String {
        guard let connection = PageConnection(port),
            let body = connection.ask(question(path, cookie))
        else { throw BenchmarkFault("\(path) was not answered with 200") }
        return String(decoding: body, as: UTF8.self)
    }

    private static func question(_ path: String, _ cookie: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nCookie: \(cookie)\r\n\r\n".utf8)
    }
}

/// A connection that is kept open.
final class PageConnection {
    private let handle: Int32
    private var buffer = [UInt8](repeating: 0, count: 256 * 1024)

    init?(_ port: Int) {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 { return nil }
    }

    deinit { close(handle) }

    /// Sends a question and reads the whole answer: its body, or nil where it is not 200.
    func ask(_ question: [UInt8]) -> ArraySlice<UInt8>? {
        guard write(handle, question, question.count) == question.count else { return nil }
        var length = 0
        var bodyStart: Int?
        var bodyLength = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(handle, bytes.baseAddress?.advanced(by: length), bytes.count - length)
            }
            if count <= 0 { return nil }
            length += count
            if bodyStart == nil { (bodyStart, bodyLength) = head(length) }
            guard let start = bodyStart else { continue }
            if length >= start + bodyLength {
                let isFine = buffer[9] == UInt8(ascii: "2")
                return isFine ? buffer[start..<start + bodyLength] : nil
            }
        }
    }

    /// Where the body begins and how long it is, once the head has come.
    private func head(_ length: Int) -> (Int?, Int) {
        let lines = buffer[..<length].split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let end = lines.firstIndex(where: { $0.elementsEqual([UInt8(ascii: "\r")]) }),
            end + 1 < lines.count
        else { return (nil, 0) }
        var bodyLength = 0
        for line in lines[..<end] {
            let parts = String(decoding: line, as: UTF8.self).lowercased().split(separator: ":")
            if parts.first == "content-length" {
                bodyLength = Int(parts[1].trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
            }
        }
        return (lines[end + 1].startIndex, bodyLength)
    }
}
