/// How long a method may go on, and who listens meanwhile.
public struct Patience {
    /// What is told while the optimal method works.
    public struct Progress: Hashable, Sendable {
        /// Parts of the problem that are done, and all of them.
        public var partsDone: Int
        public var parts: Int
        /// The best objective so far.
        public var objective: ObjectiveValue
    }

    /// The seconds that are left; infinite where nobody waits.
    public var remainingSeconds: () -> Double
    public var isCancelled: () -> Bool
    public var report: (Progress) -> Void

    public init(
        remainingSeconds: @escaping () -> Double = { .infinity },
        isCancelled: @escaping () -> Bool = { false },
        report: @escaping (Progress) -> Void = { _ in }
    ) {
        self.remainingSeconds = remainingSeconds
        self.isCancelled = isCancelled
        self.report = report
    }

    var isOver: Bool { isCancelled() || remainingSeconds() <= 0 }
}
