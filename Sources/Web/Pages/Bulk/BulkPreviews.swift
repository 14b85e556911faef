import Engine
import Logging
import Operations
import Synchronization

/// What acts on many would bring about, gone through beside the requests: a page is answered at
/// once, whether there are ten of them or ten thousand.
///
/// Nothing here is needed to carry an act out: what is forgotten is gone through again.
final class BulkPreviews: Sendable {
    struct Key: Hashable {
        let reader: PersonID
        let change: BulkChange
        let units: [String]
    }

    /// Whom an act would change and whom not.
    struct Found {
        /// Those who cannot be changed, and those who would be.
        var refused: [EnrolmentID] = []
        var changed: [EnrolmentID] = []
        var unchanged = 0

        var shown: [EnrolmentID] { refused + changed }
    }

    enum State {
        case running(seen: Int)
        case done(Found, at: Instant)
        case failed
    }

    private struct Job {
        var state: State
        /// Which of the jobs of a key it is, so that a forgotten one writes nothing.
        let number: Int
    }

    private let jobs = Mutex<(next: Int, byKey: [Key: Job])>((0, [:]))
    /// The acts that forms have begun, by the forms' keys.
    private let started = Mutex<[String: String?]>([:])
    private static let mostKept = 16
    /// How long what was found counts as how things stand, in seconds.
    private static let freshSeconds: Int64 = 60

    /// What has been found out so far; begins to find out where nobody has.
    func state(_ key: Key, _ installation: Installation, _ logger: Logger) -> State {
        let now = installation.clock.now()
        let (state, number): (State, Int?) = jobs.withLock { jobs in
            if let job = jobs.byKey[key] {
                switch job.state {
                case .running: return (job.state, nil)
                case .done(_, let at) where now.seconds - at.seconds < Self.freshSeconds
                    && now >= at:
                    return (job.state, nil)
                case .done, .failed: break
                }
            }
            // One at a time: the others' turn comes when their page is loaded anew.
            let isBusy = jobs.byKey.values.contains { job in
                if case .running = job.state { return true }
                return false
            }
            if isBusy { return (.running(seen: 0), nil) }
            if jobs.byKey.count >= Self.mostKept { jobs.byKey = [:] }
            jobs.next += 1
            jobs.byKey[key] = Job(state: .running(seen: 0), number: jobs.next)
            return (.running(seen: 0), jobs.next)
        }
        if let number { run(key, number, installation, logger) }
        return state
    }

    /// The same, having waited shortly for the end of it.
    func settled(
        _ key: Key, _ installation: Installation, _ logger: Logger
    ) async throws -> State {
        var state = state(key, installation, logger)
        for _ in 0..<60 {
            guard case .running = state else { return state }
            try await Task.sleep(for: .milliseconds(25))
            state = self.state(key, installation, logger)
        }
        return state
    }

    /// Forgets what was found: things do not stand so any more.
    func forget() { jobs.withLock { $0.byKey = [:] } }

    private func run(_ key: Key, _ number: Int, _ installation: Installation, _ logger: Logger) {
        Task.detached(priority: .utility) { [self] in
            var found = Found()
            var seen = 0
            do {
                try installation.preview(key.change, units: key.units) { line in
                    switch line.outcome {
                    case .changes: found.changed.append(line.enrolment)
                    case .refused: found.refused.append(line.enrolment)
                    case .unchanged: found.unchanged += 1
                    }
                    seen += 1
                    if seen.isMultiple(of: 50) {
                        guard note(.running(seen: seen), key, number) else {
                            throw CancellationError()
                        }
                    }
                }
                _ = note(.done(found, at: installation.clock.now()), key, number)
            } catch is CancellationError {
                // Somebody has changed what it was to find out about.
            } catch {
                logger.error("a preview failed", metadata: ["error": "\(type(of: error))"])
                _ = note(.failed, key, number)
            }
        }
    }

    /// Whether anybody still wants to know.
    private func note(_ state: State, _ key: Key, _ number: Int) -> Bool {
        jobs.withLock { jobs in
            guard jobs.byKey[key]?.number == number else { return false }
            jobs.byKey[key]?.state = state
            return true
        }
    }

    // MARK: - Beginning an act once

    /// Begins an act for a form's key, or gives the act that the form has begun before.
    ///
    /// - Returns: nil where another request of the same form began it and did not succeed.
    func begin(
        _ formKey: String, _ start: () async throws -> String
    ) async throws -> String? {
        let earlier: String?? = started.withLock { started in
            if let known = started[formKey] { return .some(known) }
            if started.count > 10_000 { started = [:] }
            started.updateValue(nil, forKey: formKey)
            return .none
        }
        if let earlier {
            if let earlier { return earlier }
            return try await begun(formKey)
        }
        do {
            let act = try await start()
            started.withLock { _ = $0.updateValue(act, forKey: formKey) }
            forget()
            return act
        } catch {
            started.withLock { _ = $0.removeValue(forKey: formKey) }
            throw error
        }
    }

    /// Waits shortly for another request of the same form.
    private func begun(_ formKey: String) async throws -> String? {
        for _ in 0..<100 {
            if let act = started.withLock({ $0[formKey] ?? nil }) { return act }
            try await Task.sleep(for: .milliseconds(25))
        }
        return nil
    }
}
