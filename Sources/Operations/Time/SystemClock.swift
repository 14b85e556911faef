import Foundation
import Synchronization

/// The machine's clock.
public struct SystemClock: WallClock {
    public init() {}

    /// The time of the machine, to the millisecond.
    public func now() -> Instant {
        Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }
}

/// A clock that the demonstration moves forward: the machine's, so much later.
public final class MovableClock: WallClock {
    private let base: any WallClock
    private let ahead: Mutex<Int64>

    public init(_ base: any WallClock, aheadMilliseconds: Int64 = 0) {
        self.base = base
        ahead = Mutex(aheadMilliseconds)
    }

    /// The time of the clock beneath and, on top, what this one was moved by.
    public func now() -> Instant {
        Instant(milliseconds: base.now().milliseconds + ahead.withLock { $0 })
    }

    /// Waits as the clock beneath does: moving this one wakes nobody.
    public func wait(seconds: Double) async throws { try await base.wait(seconds: seconds) }

    /// Begins at a moment, also one that is past: for a demonstration in which nothing has
    /// happened.
    public func begin(at instant: Instant) {
        let current = base.now().milliseconds
        ahead.withLock { $0 = instant.milliseconds - current }
    }

    /// Moves to a moment that is not before now; never back.
    ///
    /// - Returns: how far ahead of its base the clock now is, in milliseconds.
    @discardableResult
    public func move(to instant: Instant) -> Int64 {
        let current = base.now().milliseconds
        return ahead.withLock { ahead in
            ahead = max(ahead, instant.milliseconds - current)
            return ahead
        }
    }
}
