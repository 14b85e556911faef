import Support
import Testing

@testable import Operations

@Suite struct AlarmTests {
    private let clock = SystemClock()

    @Test func aRingThatCameBeforeIsHeardOnce() async {
        let alarm = Alarm()
        alarm.ring()
        alarm.ring()
        await alarm.wait(seconds: 3600, by: clock)
        // The second wait hears nothing of the first rings: it ends by its own time.
        await alarm.wait(seconds: 0.001, by: clock)
    }

    @Test func aRingEndsTheWait() async {
        let alarm = Alarm()
        for _ in 0..<1_000 {
            async let waiting: Void = alarm.wait(seconds: 3600, by: clock)
            alarm.ring()
            await waiting
        }
    }

    @Test func whoeverIsCancelledWaitsNoLonger() async {
        let alarm = Alarm()
        let waiting = Task { await alarm.wait(seconds: 3600, by: clock) }
        waiting.cancel()
        await waiting.value
    }

    /// A wait that was ended must not end the next one: the worker would spin.
    @Test func everyWaitIsItsOwn() async {
        let alarm = Alarm()
        for _ in 0..<20 { await alarm.wait(seconds: 0.001, by: clock) }
        let took = await ContinuousClock().measure { await alarm.wait(seconds: 0.2, by: clock) }
        #expect(took >= .milliseconds(150))
    }
}
