import Glibc
import Operations
import ServiceLifecycle

/// Tells the service manager that started the program how it goes (systemd's `sd_notify(3)`): ready
/// once pages are answered, alive as long as the database answers, and stopping.
///
/// Nothing is told where `NOTIFY_SOCKET` names no socket; a manager that does not listen changes
/// nothing for those whom the service serves.
struct ServiceManager: Service {
    private let socket: String
    /// How often a watchdog wants to hear, in microseconds; nil where there is none.
    private let patience: Int?
    private let installation: Installation

    init?(_ environment: [String: String], _ installation: Installation) {
        // A socket's address has room for 107 bytes, the zero at its end not counted.
        guard let socket = environment["NOTIFY_SOCKET"], (2...107).contains(socket.utf8.count),
            socket.hasPrefix("/") || socket.hasPrefix("@")
        else { return nil }
        self.socket = socket
        self.installation = installation
        let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        patience = isOurs ? environment["WATCHDOG_USEC"].flatMap { Int($0) } : nil
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            guard let patience, patience > 0 else { return try await gracefulShutdown() }
            while true {
                // Whoever cannot read the database serves nobody, and is started anew.
                if (try? installation.personCount()) != nil { tell("WATCHDOG=1") }
                try await Task.sleep(for: .microseconds(patience / 3))
            }
        }
        tell("STOPPING=1")
    }

    func tell(_ state: String) {
        let kind = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue
        let descriptor = Glibc.socket(AF_UNIX, Int32(kind), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socket.utf8)
        // An abstract address begins with a zero, written as "@".
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let message = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, size)
            }
        }
    }
}
