import Foundation
import Logging
import Operations
import Placements
import Synchronization

/// Questions about a round that take seconds to answer, answered beside the requests: what would be
/// otherwise, what one more is worth, how places are divided. Nothing is changed by them, and what
/// is forgotten is answered anew.
final class RoundRuns: Sendable {
    enum Question: Hashable, Sendable {
        case whatIf(draft: String, PlacementScenario)
        case marginal(draft: String)
        /// Of a round as it is now, by the hash of what is divided.
        case split(input: String)
    }

    enum Answer: Sendable {
        case whatIf(WhatIf)
        case marginal(MarginalValues)
        case split(SchoolSplit)
    }

    enum State: Sendable {
        case running
        case done(Answer)
        case failed(PlacementFault)
    }

    private static let mostKept = 32
    /// The longest that a question is thought about, in seconds.
    static let patienceSeconds = 120.0
    private let states = Mutex<[Question: State]>([:])

    /// What is known so far; begins to find out where nobody has.
    func state(
        _ question: Question,
        _ answer: @escaping @Sendable (Patience) throws(PlacementFault) -> Answer
    ) -> State {
        let (state, isNew) = states.withLock { states -> (State, Bool) in
            if let known = states[question] { return (known, false) }
            let isBusy = states.values.contains { state in
                if case .running = state { return true }
                return false
            }
            // One at a time: the others' turn comes when their page is loaded anew.
            if isBusy { return (.running, false) }
            if states.count >= Self.mostKept { states = [:] }
            states[question] = .running
            return (.running, true)
        }
        if isNew { run(question, answer) }
        return state
    }

    /// What is known of a question that was asked.
    func known(_ question: Question) -> State? { states.withLock { $0[question] } }

    /// The same, having waited shortly for the answer.
    func settled(
        _ question: Question,
        _ answer: @escaping @Sendable (Patience) throws(PlacementFault) -> Answer
    ) async throws -> State {
        var state = state(question, answer)
        for _ in 0..<60 {
            guard case .running = state else { return state }
            try await Task.sleep(for: .milliseconds(25))
            state = self.state(question, answer)
        }
        return state
    }

    /// On a thread of its own: the service's own are few, and solvers recurse.
    private func run(
        _ question: Question,
        _ answer: @escaping @Sendable (Patience) throws(PlacementFault) -> Answer
    ) {
        let thread = Thread { [self] in
            let clock = ContinuousClock()
            let end = clock.now + .seconds(Self.patienceSeconds)
            let patience = Patience(remainingSeconds: {
                let left = (end - clock.now).components
                return Double(left.seconds) + Double(left.attoseconds) * 1e-18
            })
            let state: State
            do throws(PlacementFault) {
                state = .done(try answer(patience))
            } catch {
                state = .failed(error)
            }
            states.withLock { $0[question] = state }
        }
        thread.stackSize = 16 << 20
        thread.start()
    }
}
