import BareSQLite
import Foundation
import Glibc

/// What the figures were measured on. They mean nothing without it.
enum Machine {
    static func description(cacheKiB: Int) -> String {
        """
        processor  \(processor) x \(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        kernel     \(line("/proc/sys/kernel/osrelease"))
        SQLite     \(String(cString: bare_sqlite_version())), journal WAL, synchronous FULL, \
        cache \(cacheKiB) KiB, checkpoint at 8000 pages
        """
    }

    /// The machine's load over one, five and fifteen minutes.
    static var load: String {
        line("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    private static var processor: String {
        contents("/proc/cpuinfo").split(separator: "\n")
            .first { $0.hasPrefix("model name") }?
            .split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown"
    }

    private static func line(_ path: String) -> String {
        contents(path).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func contents(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// A process's resident memory in KiB.
    static func residentKiB(of process: String = "self") -> Int {
        contents("/proc/\(process)/status").split(separator: "\n")
            .first { $0.hasPrefix("VmRSS:") }?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    /// How long the disk takes to make 4 KiB durable, in milliseconds: the floor of every commit.
    static func flushProbe(in folder: String) throws -> (p50: Double, p99: Double) {
        let path = folder + "/flush-probe"
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0 else { throw BenchmarkFault("cannot write \(path)") }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 7, count: 4096)
        var times: [Double] = []
        for _ in 0..<300 {
            times.append(
                try time {
                    guard pwrite(file, block, block.count, 0) == block.count, fdatasync(file) == 0
                    else { throw BenchmarkFault("cannot flush \(path)") }
                } * 1000)
        }
        return (times.median, times.percentile(99))
    }
}
