import Foundation
import JSONText
import Logging
import Operations
import Placements
import Synchronization

/// Questions about a round that take seconds to answer, answered beside the requests: what would be
/// otherwise, what one more is worth, how places are divided. Nothing is changed by them. What was
/// found is kept by what was asked, so that a restart forgets nothing.
final class RoundRuns: Sendable {
    struct Question: Hashable, Sendable {
        enum Subject: Hashable, Sendable {
            case whatIf(draft: String, PlacementScenario)
            case marginal(draft: String)
            /// Of a round as it is now, by the hash of what is divided.
            case split(input: String)
        }

        let round: String
        let subject: Subject

        /// All that the answer depends on.
        var text: String { "\(subject)" }
    }

    enum Answer: Sendable {
        case whatIf(WhatIf)
        case marginal([MarginalValue])
        case split(SchoolSplit)

        var json: JSON {
            switch self {
            case .whatIf(let answer): answer.json
            case .marginal(let values): .array(values.map(\.json))
            case .split(let split): split.json
            }
        }

        init?(_ json: JSON, to subject: Question.Subject) {
            switch subject {
            case .whatIf:
                guard let answer = WhatIf(json) else { return nil }
                self = .whatIf(answer)
            case .marginal: self = .marginal(json.array.compactMap { MarginalValue($0) })
            case .split:
                guard let split = SchoolSplit(json) else { return nil }
                self = .split(split)
            }
        }
    }

    enum State: Sendable {
        case running
        case done(Answer)
        case failed(PlacementFault)
    }

    private static let mostKept = 32
    /// The longest that a question is thought about, in seconds.
    static let patienceSeconds = 120.0
    private let installation: Installation
    private let logger: Logger
    private let states = Mutex<[Question: State]>([:])

    init(_ installation: Installation, logger: Logger) {
        self.installation = installation
        self.logger = logger
    }

    /// What is known so far; begins to find out where nobody has.
    func state(
        _ question: Question,
        _ answer: @escaping @Sendable (Patience) throws(PlacementFault) -> Answer
    ) throws -> State {
        if let known = try known(question) { return known }
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

    /// What is known of a question that was asked, here or before a restart.
    func known(_ question: Question) throws -> State? {
        if let state = states.withLock({ $0[question] }) { return state }
        return try installation.keptAnswer(to: question.text, of: question.round)
            .flatMap { Answer($0, to: question.subject) }.map { .done($0) }
    }

    /// The same, having waited shortly for the answer.
    func settled(
        _ question: Question,
        _ answer: @escaping @Sendable (Patience) throws(PlacementFault) -> Answer
    ) async throws -> State {
        var state = try state(question, answer)
        for _ in 0..<60 {
            guard case .running = state else { return state }
            try await Task.sleep(for: .milliseconds(25))
            state = try self.state(question, answer)
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
                let found = try answer(patience)
                keep(found, question)
                state = .done(found)
            } catch {
                state = .failed(error)
            }
            states.withLock { $0[question] = state }
        }
        thread.stackSize = 16 << 20
        thread.start()
    }

    private func keep(_ answer: Answer, _ question: Question) {
        do {
            try installation.keepAnswer(answer.json, to: question.text, of: question.round)
        } catch {
            // It is shown all the same, and found anew after a restart.
            logger.error("an answer was not kept", metadata: ["error": "\(error)"])
        }
    }
}
