import CivilCalendar
import Engine
import Foundation
import Support
import Testing

/// Random programmes and random histories, with what must hold whatever happens.
///
/// A history is up to twelve commands, so that the sixteen hundred histories are some twenty
/// thousand cases; `OMBORD_SOAK=1` runs twenty-five times as many.
@Suite struct PropertyTests {
    private static let histories: UInt64 =
        ProcessInfo.processInfo.environment["OMBORD_SOAK"] == "1" ? 20_000 : 800

    @Test(
        "After every command of every history the invariants hold",
        arguments: [UInt64(0), 1_000_000])
    func invariants(firstSeed: UInt64) {
        var decisions = 0
        for seed in firstSeed..<(firstSeed + Self.histories) {
            let random = RandomCase(seed: seed)
            guard History.fault(in: random, count: &decisions) != nil else { continue }
            let (small, fault) = shrunk(random)
            Issue.record("seed \(seed): \(fault)\n\(description(of: small))")
            return
        }
        #expect(decisions > 10_000)
    }

    @Test("A runner that slept finds the same as one that never did", arguments: [UInt64(7)])
    func outages(firstSeed: UInt64) throws {
        var compared = 0
        for seed in firstSeed..<(firstSeed + Self.histories / 2) {
            let random = RandomCase(seed: seed, length: 0)
            let started = try Decision.start(
                random.start, in: random.programme, now: random.begin)
            let end = CivilMoment(random.begin.day.adding(days: 400), random.begin.time)
            let slept = try Decision.decide(
                .wake, on: started.enrolment, in: random.programme, now: end)
            var enrolment = started.enrolment
            var events: [Event] = []
            while let next = Agenda(random.programme, enrolment).first?.moment, next <= end {
                let decision = try Decision.decide(
                    .wake, on: enrolment, in: random.programme, now: next)
                events += decision.events
                enrolment = decision.enrolment
            }
            compared += plain(events).count
            guard plain(events) == plain(slept.events) else {
                Issue.record(
                    """
                    seed \(seed)
                    awake: \(plain(events))
                    slept: \(plain(slept.events))
                    \(random.programme.steps)
                    """)
                return
            }
        }
        #expect(compared > 800)
    }

    /// The facts that nobody's sleep may change.
    private func plain(_ events: [Event]) -> [String] {
        events.filter {
            switch $0 {
            case .stepOpened, .windowClosed, .stepCompleted, .milestoneReached, .completed,
                .roleStillMissing:
                true
            default: false
            }
        }.map(\.line)
    }

    /// The history without the acts that the fault does not need.
    private func shrunk(_ random: RandomCase) -> (RandomCase, String) {
        var small = random
        var count = 0
        var index = small.acts.count - 1
        while index >= 0 {
            var shorter = small
            shorter.acts.remove(at: index)
            if History.fault(in: shorter, count: &count) != nil { small = shorter }
            index -= 1
        }
        return (small, History.fault(in: small, count: &count) ?? "the fault went away")
    }

    private func description(of random: RandomCase) -> String {
        let acts = random.acts.map { "    \($0.now) \($0.command)" }.joined(separator: "\n")
        let steps = random.programme.steps.map { "    \($0)" }.joined(separator: "\n")
        return """
            begins \(random.begin), roles \(random.start.roles), anchors \(random.start.anchors)
            \(acts)
            \(steps)
            """
    }
}
