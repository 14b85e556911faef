import CivilCalendar
import Engine
import Foundation
import Testing

/// Random programmes, random next versions and random histories of commands, changes, moves and
/// moves taken back, with what must hold whatever happens.
///
/// A case is one thing compared: a state after a decision, a preview, a move there and back, a move
/// by way of a version in between. `OMBORD_SOAK=1` runs twenty-five times as many, and
/// `OMBORD_SEED` says where to begin.
@Suite struct ChangePropertyTests {
    private static let histories: UInt64 =
        ProcessInfo.processInfo.environment["OMBORD_SOAK"] == "1" ? 100_000 : 4_000

    @Test("Whatever changes, nothing done is lost, nothing is said twice and previews are true")
    func changes() {
        var count = ChangeHistory.Count()
        let first = UInt64(ProcessInfo.processInfo.environment["OMBORD_SEED"] ?? "") ?? 0
        for seed in first..<(first + Self.histories) {
            let random = ChangeCase(seed: seed, length: 14)
            guard ChangeHistory.fault(in: random, count: &count) != nil else { continue }
            let (small, fault) = shrunk(random)
            Issue.record("seed \(seed): \(fault)\n\(description(of: small))")
            return
        }
        #expect(count.all > 100_000)
        #expect(count.migrations > 2_000)
        #expect(count.undos > 500)
        #expect(count.roundTrips > 1_500)
        #expect(count.shortcuts > 1_000)
        #expect(count.withdrawals > 50)
        #expect(count.covers > 300)
    }

    /// The history without the acts, the edits and the steps that the fault does not need.
    private func shrunk(_ random: ChangeCase) -> (ChangeCase, String) {
        var small = random
        var count = ChangeHistory.Count()
        var isSmaller = true
        func attempt(_ change: (inout ChangeCase) -> Void) {
            var other = small
            change(&other)
            if ChangeHistory.fault(in: other, count: &count) != nil {
                small = other
                isSmaller = true
            }
        }
        while isSmaller {
            isSmaller = false
            for index in small.acts.indices.reversed() { attempt { $0.acts.remove(at: index) } }
            for index in small.edits.indices.reversed() { attempt { $0.edits.remove(at: index) } }
            for step in small.versions[0].steps where !small.dropped.contains(step.id) {
                attempt { $0.dropped.append(step.id) }
            }
        }
        return (small, ChangeHistory.fault(in: small, count: &count) ?? "the fault went away")
    }

    private func description(of random: ChangeCase) -> String {
        let acts = random.acts.map { "    \($0.now) \($0.kind)" }.joined(separator: "\n")
        let edits = random.edits.map { "    to \($0.version): \($0.edit)" }.joined(separator: "\n")
        let steps = random.versions[0].steps.map { "    \($0)" }.joined(separator: "\n")
        return """
            begins \(random.begin), roles \(random.start.roles), anchors \(random.start.anchors), \
            facts \(random.start.facts)
            \(acts)
            \(edits)
            \(steps)
            """
    }
}
