import Engine
import Foundation
import JSONText
import Placements
import ServiceLifecycle
import Storage
import Synchronization

// How drafts are made: on a thread of their own, because a search takes seconds or minutes and the
// service's threads are few. Whoever is killed leaves the draft to be begun anew; the same instance
// gives the same result.
extension Installation {
    /// A draft whose maker has said nothing for so long has lost its maker.
    private static let silenceSeconds = 25.0

    /// The oldest draft that waits to be made.
    public func unfinishedDraft() throws -> String? {
        try query { transaction in
            let lost = transaction.now.adding(seconds: -Self.silenceSeconds).milliseconds
            return try transaction.connection.first(
                """
                SELECT id FROM placement_draft
                WHERE status = 'waiting' OR (status = 'running' AND beat_at < ?)
                ORDER BY started_at, id LIMIT 1
                """, [.integer(lost)]
            ) { $0.text(0) }
        }
    }

    /// Makes a draft, unless somebody else does.
    public func continueDraft(_ id: String) async throws {
        guard let work = try await claimDraft(id) else { return }
        let isStopping = Stop()
        let result: DraftOutcome = await withGracefulShutdownHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread { [self] in
                    continuation.resume(returning: make(work, isStopping))
                }
                // Solvers recurse.
                thread.stackSize = 16 << 20
                thread.name = "allocation"
                thread.start()
            }
        } onGracefulShutdown: {
            isStopping.stop()
        }
        try await keep(result, of: work)
        wakeUps.ring(except: 4)
    }

    private func claimDraft(_ id: String) async throws -> DraftWork? {
        try await transact { transaction in
            let lost = transaction.now.adding(seconds: -Self.silenceSeconds).milliseconds
            let isOurs = try transaction.connection.run(
                """
                UPDATE placement_draft SET status = 'running', beat_at = ?
                WHERE id = ? AND (status = 'waiting' OR (status = 'running' AND beat_at < ?))
                """, [.integer(transaction.now.milliseconds), .text(id), .integer(lost)])
            if isOurs == 0 { return nil }
            let row = try transaction.connection.first(
                """
                SELECT \(PlacementDraft.columns), i.document, b.result
                FROM placement_draft d JOIN placement_input i ON i.hash = d.input
                LEFT JOIN placement_draft b ON b.id = d.base WHERE d.id = ?
                """, [.text(id)]
            ) { (try PlacementDraft($0), $0.text(18), $0.optionalText(19)) }
            return try row.map {
                // What stands published has been changed since its draft was made.
                let published =
                    $0.0.base == nil ? nil : try transaction.publishedBase($0.0.round)
                return DraftWork(draft: $0.0, document: $0.1, base: published ?? $0.2)
            }
        }
    }

    /// Runs on the draft's own thread.
    private func make(_ work: DraftWork, _ stop: Stop) -> DraftOutcome {
        guard let document = JSON(work.document) else { return .failed(.damaged) }
        let watch = DraftWatch(self, work.draft, stop)
        do throws(PlacementFault) {
            let base = try work.base.flatMap { JSON($0) }.map { (json) throws(PlacementFault) in
                try PlacementAllocation(json)
            }
            let instance = try PlacementInstance(document)
            // Those who have withdrawn since are no longer there to be disturbed.
            let known = Set(instance.students.map(\.id))
            let still = base.map { base in
                PlacementAllocation(
                    instance: base.instance,
                    assignments: base.assignments.filter { known.contains($0.student) })
            }
            var result = try Allocator(instance, base: still).run(
                work.draft.method, profile: work.draft.profile, patience: watch.patience)
            if stop.isSet { return .stopped }
            if watch.isCancelled { return .cancelled }
            if result.certificate.status == .invalid { return .failed(.invalid) }
            result.certificate.inputs = [("instance", work.draft.input)]
            return .done(
                result.allocation.json([JSON.Member("certificate", result.certificate.json)]).text,
                placed: result.allocation.assignments.count)
        } catch {
            return .failed(DraftFault(error))
        }
    }

    private func keep(_ outcome: DraftOutcome, of work: DraftWork) async throws {
        let id = work.draft.id
        try await transact { transaction in
            let now = SQLValue.integer(transaction.now.milliseconds)
            switch outcome {
            case .done(let result, let placed):
                try transaction.connection.run(
                    """
                    UPDATE placement_draft SET status = 'done', result = ?, placed = ?,
                        finished_at = ?
                    WHERE id = ? AND status = 'running'
                    """, [.text(result), SQLValue(placed), now, .text(id)])
            case .failed(let fault):
                try transaction.connection.run(
                    """
                    UPDATE placement_draft SET status = 'failed', fault = ?, finished_at = ?
                    WHERE id = ? AND status = 'running'
                    """, [.text(fault.text), now, .text(id)])
            case .stopped:
                // The service ends; it is begun anew when it is back.
                try transaction.connection.run(
                    """
                    UPDATE placement_draft SET status = 'waiting', parts_done = 0
                    WHERE id = ? AND status = 'running'
                    """, [.text(id)])
            case .cancelled: break
            }
        }
    }
}

private struct DraftWork: Sendable {
    let draft: PlacementDraft
    let document: String
    let base: String?
}

private enum DraftOutcome: Sendable {
    case done(String, placed: Int)
    case failed(DraftFault)
    case stopped
    case cancelled
}

/// Whether the service is asked to end.
private final class Stop: Sendable {
    private let flag = Mutex(false)

    var isSet: Bool { flag.withLock { $0 } }

    func stop() { flag.withLock { $0 = true } }
}

/// Looks at a draft's row while it is made, and keeps there how far it has come: at most once a
/// second each.
private final class DraftWatch {
    private let installation: Installation
    private let draft: PlacementDraft
    private let stop: Stop
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var looked: ContinuousClock.Instant
    private var limit: Int
    private(set) var isCancelled = false
    private var progress: Patience.Progress?

    init(_ installation: Installation, _ draft: PlacementDraft, _ stop: Stop) {
        self.installation = installation
        self.draft = draft
        self.stop = stop
        start = clock.now
        looked = start
        limit = draft.timeLimit
    }

    var patience: Patience {
        Patience(
            remainingSeconds: { [self] in
                look()
                let spent = (clock.now - start).components
                return Double(limit) - Double(spent.seconds) - Double(spent.attoseconds) * 1e-18
            },
            isCancelled: { [self] in
                look()
                return isCancelled || stop.isSet
            },
            report: { [self] in progress = $0 })
    }

    private func look() {
        let now = clock.now
        guard now - looked >= .seconds(1) else { return }
        looked = now
        let progress = progress
        let id = draft.id
        // Where the database is busy it is looked at again in a second.
        let found = try? installation.transactBlocking { transaction in
            try transaction.connection.run(
                """
                UPDATE placement_draft SET beat_at = ?, parts_done = ?, parts = ?
                WHERE id = ? AND status = 'running'
                """,
                [
                    .integer(transaction.now.milliseconds), SQLValue(progress?.partsDone ?? 0),
                    SQLValue(progress?.parts ?? 0), .text(id),
                ])
            return try transaction.connection.first(
                "SELECT status, time_limit FROM placement_draft WHERE id = ?", [.text(id)]
            ) { ($0.text(0), $0.int(1)) }
        }
        guard let row = found ?? nil else { return }
        isCancelled = row.0 != PlacementDraft.Status.running.rawValue
        limit = row.1
    }
}
