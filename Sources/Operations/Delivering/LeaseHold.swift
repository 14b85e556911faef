import Synchronization

/// Until when a round's messages are leased to it. A process that stood still, or whose database
/// was away, must not send what others have taken over meanwhile.
final class LeaseHold: Sendable {
    private let clock: any WallClock
    private let end: Mutex<Instant>

    /// - Parameter clock: the one by which leases are written; it is asked before they are.
    init(_ clock: any WallClock) {
        self.clock = clock
        end = Mutex(clock.now().adding(seconds: Courier.leaseSeconds))
    }

    var holds: Bool { clock.now().milliseconds < end.withLock { $0.milliseconds } }

    /// The leases have been written again.
    func extend(from moment: Instant) {
        end.withLock { $0 = moment.adding(seconds: Courier.leaseSeconds) }
    }
}
