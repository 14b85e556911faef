import Support
import Synchronization

/// Hands out turns to tasks: one runs at a time, and the seed decides which. When nobody has
/// anything to do, time passes at once to the next moment at which somebody will have.
///
/// Swift asks a task's executor to run the next stretch of it, up to where it waits for something.
/// A `Lane` is such an executor and leaves the stretch here. So every `await` of the service is a
/// point at which another node, or somebody who acts, may come in between.
final class Kernel: Sendable {
    private struct Timer {
        enum Action {
            case resume(CheckedContinuation<Void, any Error>)
            case call(@Sendable () -> Void)
        }

        let due: Int64
        let number: Int
        /// Whether somebody only looks whether there is something to do.
        let isLook: Bool
        let action: Action
    }

    private struct State {
        var random: SeededRandom
        var now: Int64 = 0
        var ready: [(lane: Lane, job: UnownedJob)] = []
        /// By due moment, then by age.
        var timers: [Timer] = []
        var count = 0
        var trace: UInt64 = 0xCBF2_9CE4_8422_2325
        /// How often somebody has looked for what is due since something was done about it.
        var looks = 0
    }

    private let state: Mutex<State>
    /// Whether looks that can find nothing are left out: nothing is due in the store.
    private let leavesOutLooks: Bool

    init(seed: UInt64, leavesOutLooks: Bool = true) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
        self.leavesOutLooks = leavesOutLooks
    }

    /// Milliseconds since the beginning, which never go back.
    var now: Int64 { state.withLock { $0.now } }

    /// A number that is another where anything happened otherwise (FNV-1a).
    var trace: UInt64 { state.withLock { $0.trace } }

    func note(_ text: String) { state.withLock { Self.mix(text, &$0) } }

    private static func mix(_ text: String, _ state: inout State) {
        for byte in text.utf8 { state.trace = (state.trace ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    /// Draws from the seed. Everything that is left to chance is drawn here.
    func draw<R>(_ body: (inout SeededRandom) -> R) -> R {
        state.withLock { body(&$0.random) }
    }

    func oneIn(_ count: Int) -> Bool { count > 0 && draw { $0.next() % UInt64(count) == 0 } }

    func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(draw { $0.next() % UInt64(range.count) })
    }

    func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[number(0...(elements.count - 1))]
    }

    // MARK: - Turns

    fileprivate func enqueue(_ job: UnownedJob, on lane: Lane) {
        state.withLock { $0.ready.append((lane, job)) }
    }

    private func takeReady() -> (lane: Lane, job: UnownedJob)? {
        state.withLock { state in
            let able = state.ready.indices.filter { !state.ready[$0].lane.isStopped }
            guard !able.isEmpty else { return nil }
            let chosen = able[Int(state.random.next() % UInt64(able.count))]
            let next = state.ready.remove(at: chosen)
            Self.mix(next.lane.name, &state)
            return next
        }
    }

    /// Runs until nobody is left, or until told that it is over.
    ///
    /// - Parameters:
    ///   - nextDue: When something in the store falls due; nil where nothing is to come.
    ///   - isOver: Asked between turns.
    func run(nextDue: () -> Int64?, until isOver: () -> Bool) {
        while !isOver() {
            if let next = takeReady() {
                next.job.runSynchronously(on: next.lane.asUnownedTaskExecutor())
            } else if !pass(nextDue()) {
                return
            }
        }
    }

    /// Lets all tasks that have been cancelled come to their end, and forgets what was to come.
    func finish() {
        while let next = takeReady() {
            next.job.runSynchronously(on: next.lane.asUnownedTaskExecutor())
        }
        state.withLock { $0.timers = [] }
    }

    /// How often workers have looked in vain for something that is due: more than some, and nobody
    /// does it.
    var vainLooks: Int { state.withLock { $0.looks } }

    func somethingWasDone() { state.withLock { $0.looks = 0 } }

    /// Lets time pass to what comes next.
    private func pass(_ due: Int64?) -> Bool {
        let fired = state.withLock { state -> [Timer] in
            let exact = state.timers.first { !$0.isLook || !leavesOutLooks }?.due
            let look = state.timers.first(where: \.isLook)?.due
            var next = exact
            if leavesOutLooks, let due, let look {
                let found = max(look, due)
                if next.map({ found <= $0 }) ?? true {
                    next = found
                    state.looks += 1
                }
            }
            guard let next else { return [] }
            let end = max(state.now, next)
            state.now = end
            let looksCount = !leavesOutLooks || due.map { $0 <= end } ?? false
            let fired = state.timers.filter { $0.due <= end && (!$0.isLook || looksCount) }
            state.timers.removeAll { $0.due <= end && (!$0.isLook || looksCount) }
            Self.mix("\(end)", &state)
            return fired
        }
        for timer in fired {
            switch timer.action {
            case .resume(let continuation): continuation.resume()
            case .call(let call): call()
            }
        }
        return !fired.isEmpty
    }

    // MARK: - Time

    /// Does something so many milliseconds later.
    func after(_ milliseconds: Int64, _ call: @escaping @Sendable () -> Void) {
        state.withLock { state in
            Self.add(.call(call), milliseconds, isLook: false, &state)
        }
    }

    /// Waits in a task.
    func wait(milliseconds: Int64, isLook: Bool) async throws {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                state.withLock { state in
                    Self.add(
                        .resume(continuation), milliseconds, isLook: isLook, as: number, &state)
                }
            }
        } onCancel: {
            let timer = state.withLock { state in
                state.timers.firstIndex { $0.number == number }.map { state.timers.remove(at: $0) }
            }
            if case .resume(let continuation) = timer?.action {
                continuation.resume(throwing: CancellationError())
            }
        }
    }

    private static func add(
        _ action: Timer.Action, _ milliseconds: Int64, isLook: Bool, as number: Int? = nil,
        _ state: inout State
    ) {
        state.count += 1
        let due = state.now + max(0, milliseconds)
        let timer = Timer(
            due: due, number: number ?? state.count, isLook: isLook, action: action)
        let place = state.timers.firstIndex { $0.due > due } ?? state.timers.endIndex
        state.timers.insert(timer, at: place)
    }
}

/// One node's turns, or those of the world outside.
final class Lane: TaskExecutor {
    let name: String
    private let kernel: Kernel
    private let stopped = Mutex(false)

    init(_ name: String, _ kernel: Kernel) {
        self.name = name
        self.kernel = kernel
    }

    /// Whether the process stands still, as by SIGSTOP: time passes, and it does nothing.
    var isStopped: Bool { stopped.withLock { $0 } }

    func stop(_ stops: Bool) { stopped.withLock { $0 = stops } }

    func enqueue(_ job: consuming ExecutorJob) {
        kernel.enqueue(UnownedJob(job), on: self)
    }
}
