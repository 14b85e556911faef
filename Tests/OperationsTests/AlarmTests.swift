import Support
import Testing

@testable import Operations

@Suite struct AlarmTests {
    @Test func aRingThatCameBeforeIsHeardOnce() async {
        let alarm = Alarm()
        alarm.ring()
        alarm.ring()
        await alarm.wait(seconds: 3600)
        // The second wait hears nothing of the first rings: it ends by its own time.
        await alarm.wait(seconds: 0.001)
    }

    @Test func aRingEndsTheWait() async {
        let alarm = Alarm()
        for _ in 0..<1_000 {
            async let waiting: Void = alarm.wait(seconds: 3600)
            alarm.ring()
            await waiting
        }
    }

    /// A wait that was ended must not end the next one: the worker would spin.
    @Test func everyWaitIsItsOwn() async {
        let alarm = Alarm()
        for _ in 0..<20 { await alarm.wait(seconds: 0.001) }
        let clock = ContinuousClock()
        let took = await clock.measure { await alarm.wait(seconds: 0.2) }
        #expect(took >= .milliseconds(150))
    }
}
