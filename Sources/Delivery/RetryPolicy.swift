/// When a failed delivery is tried again, and when it is given up.
public struct RetryPolicy: Hashable, Sendable {
    /// The seconds to wait after the first, second, … failed try.
    public let delays: [Int]
    /// How far a delay is moved to either side, so that failures do not come back as one wave.
    public let jitter: Double
    /// The age at which a delivery is given up.
    public let maximumAgeSeconds: Int

    public init(delays: [Int], jitter: Double, maximumAgeSeconds: Int) {
        self.delays = delays
        self.jitter = jitter
        self.maximumAgeSeconds = maximumAgeSeconds
    }

    /// Twelve tries: a minute, doubled each time up to six hours, for at most two days.
    public static let mail = RetryPolicy(
        delays: (0..<11).map { min(60 << $0, 6 * hour) }, jitter: 0.2,
        maximumAgeSeconds: 48 * hour)

    /// Ten tries over three days, as Standard Webhooks 1.0.0 proposes.
    public static let webhook = RetryPolicy(
        delays: [
            5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour,
        ], jitter: 0.2, maximumAgeSeconds: 96 * hour)

    /// What follows a failed try.
    public enum Decision: Hashable, Sendable {
        case retry(afterSeconds: Int)
        case giveUp
    }

    /// Decides what follows the failure of a try.
    ///
    /// - Parameters:
    ///   - attempt: the number of the try that failed, from 1.
    ///   - ageSeconds: the time since the delivery was due.
    ///   - random: from 0 up to 1.
    ///   - retryAfterSeconds: what the other side asked for; honoured up to a day.
    public func next(
        afterAttempt attempt: Int, ageSeconds: Int, random: Double, retryAfterSeconds: Int? = nil
    ) -> Decision {
        guard attempt <= delays.count, ageSeconds < maximumAgeSeconds else { return .giveUp }
        let base = Double(delays[max(0, attempt - 1)])
        let moved = Int((base * (1 + jitter * (2 * random - 1))).rounded())
        let asked = min(max(0, retryAfterSeconds ?? 0), 24 * Self.hour)
        return .retry(afterSeconds: max(1, moved, asked))
    }

    private static let hour = 3600
}
