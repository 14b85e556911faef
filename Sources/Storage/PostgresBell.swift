import Dispatch
import Glibc
import Synchronization

/// Tells the other nodes that there may be something to do, and hears when they say so.
///
/// It is told beside the transactions and not in them, because PostgreSQL lets only one transaction
/// that notifies commit at a time; and at most ten times a second. Nothing rests on it: whoever
/// hears nothing looks every 30 seconds all the same.
final class PostgresBell: Sendable {
    private struct State {
        var isScheduled = false
        var connection: Lent<PostgresConnection>?
    }

    private let address: String
    private let state = Mutex(State())
    private let listener = Mutex<Int32>(0)
    private let teller = DispatchQueue(label: "ombord.storage.bell")

    init(_ address: String) { self.address = address }

    /// Tells the other nodes, soon.
    func ring() {
        let mustSchedule = state.withLock { state in
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if !mustSchedule { return }
        teller.asyncAfter(deadline: .now() + .milliseconds(100)) { self.tell() }
    }

    private func tell() {
        let lent = state.withLock { state in
            state.isScheduled = false
            return state.connection
        }
        do {
            let connection = try lent?.connection ?? PostgresConnection(address)
            if lent == nil {
                state.withLock { $0.connection = Lent(connection) }
            }
            // The listener of this node knows itself by this name.
            let node = listener.withLock { $0 }
            try connection.run("SELECT pg_notify('ombord', ?)", [.text("\(node)")])
        } catch {
            state.withLock { $0.connection = nil }
        }
    }

    /// Calls back whenever another node has told.
    func listen(_ call: @escaping @Sendable () -> Void) {
        let address = address
        let thread = DispatchQueue(label: "ombord.storage.listener")
        thread.async { [weak self] in
            while self != nil {
                do {
                    let connection = try PostgresConnection(address)
                    try connection.run("LISTEN ombord", [])
                    self?.listener.withLock { $0 = connection.serverProcess }
                    // What was told while nobody listened.
                    call()
                    while self != nil, !connection.isLost {
                        if Self.hears(connection) { call() }
                    }
                } catch {
                    // The server is away; it is called again.
                }
                sleep(1)
            }
        }
    }

    /// Waits a second at most.
    private static func hears(_ connection: PostgresConnection) -> Bool {
        var waiting = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 1000) > 0 else { return false }
        let own = "\(connection.serverProcess)"
        return connection.heard().contains { $0 != own }
    }
}
