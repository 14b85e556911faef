import Delivery
import Testing

struct RetryPolicyTests {
    @Test func mailDoublesFromAMinuteToSixHours() {
        let waits = (1...12).map { attempt in
            RetryPolicy.mail.next(afterAttempt: attempt, ageSeconds: 0, random: 0.5)
        }
        let expected = [60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600]
        #expect(waits == expected.map { .retry(afterSeconds: $0) } + [.giveUp])
    }

    @Test func webhooksFollowStandardWebhooks() {
        let waits = (1...10).map { attempt in
            RetryPolicy.webhook.next(afterAttempt: attempt, ageSeconds: 0, random: 0.5)
        }
        let expected = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
        #expect(waits == expected.map { .retry(afterSeconds: $0) } + [.giveUp])
    }

    @Test func jitterMovesAFifthToEitherSide() {
        let policy = RetryPolicy.mail
        #expect(policy.next(afterAttempt: 1, ageSeconds: 0, random: 0) == .retry(afterSeconds: 48))
        #expect(
            policy.next(afterAttempt: 1, ageSeconds: 0, random: 0.999_999)
                == .retry(afterSeconds: 72))
    }

    @Test func ageEndsIt() {
        let policy = RetryPolicy.mail
        let limit = 48 * 3600
        #expect(policy.next(afterAttempt: 1, ageSeconds: limit, random: 0.5) == .giveUp)
        #expect(policy.next(afterAttempt: 1, ageSeconds: limit - 1, random: 0.5) != .giveUp)
    }

    @Test func theOtherSideMayAskForUpToADay() {
        func wait(_ asked: Int) -> RetryPolicy.Decision {
            RetryPolicy.webhook.next(
                afterAttempt: 1, ageSeconds: 0, random: 0.5, retryAfterSeconds: asked)
        }
        #expect(wait(120) == .retry(afterSeconds: 120))
        #expect(wait(1) == .retry(afterSeconds: 5))
        #expect(wait(10_000_000) == .retry(afterSeconds: 86_400))
        #expect(wait(-5) == .retry(afterSeconds: 5))
    }
}
