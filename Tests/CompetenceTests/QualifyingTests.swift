import CivilCalendar
import Competence
import Engine
import Support
import Testing

@Suite struct QualifyingTests {
    private let framework = Framework(
        id: "f", title: .empty, summary: .empty,
        ladders: [
            Ladder(
                id: "exam", title: .empty, levels: [Ladder.Level(id: "passed", title: .empty)])
        ],
        competences: [
            CompetenceDefinition(
                id: "theory", title: .empty, area: "a", form: .formal, ladder: "exam",
                attestation: AttestationRule(by: [.hr]))
        ])

    private func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }

    private func work(
        _ from: String, _ until: String? = nil, _ position: String = "assistant",
        percentage: Int = 100
    ) throws -> Employment {
        Employment(
            unit: "w", position: position, percentage: percentage, from: try day(from),
            until: try until.map(day))
    }

    private func qualification(
        _ months: Int, fullTime: Bool = false, requires: [Requirement] = []
    ) -> Qualification {
        Qualification(
            id: "q", kind: .scheme, title: .empty,
            experience: .init(months: months, positions: ["assistant"], isFullTime: fullTime),
            requires: requires)
    }

    private func from(
        _ qualification: Qualification, _ employments: [Employment],
        _ entries: [CompetenceEntry] = [], asOf: String = "2026-11-21"
    ) throws -> CivilDay? {
        framework.qualifying(
            qualification, record: CompetenceRecord(entries, asOf: try day(asOf)),
            employments: employments
        ).from
    }

    @Test func aYearOfWorkIsReachedOnTheSameDayTheYearAfter() throws {
        #expect(try from(qualification(12), [work("2026-03-01")]) == day("2027-03-02"))
        // Half a position counts as half only where it is said so.
        #expect(
            try from(qualification(12), [work("2026-03-01", percentage: 50)])
                == day("2027-03-02"))
        let half = try from(
            qualification(12, fullTime: true), [work("2026-03-01", percentage: 50)])
        #expect(try half == day("2026-03-01").adding(days: 732))
    }

    @Test func anotherPositionAndAPeriodThatEndedEarlyDoNotSuffice() throws {
        #expect(try from(qualification(12), [work("2020-03-01", nil, "cook")]) == nil)
        #expect(try from(qualification(12), [work("2025-03-01", "2025-09-01")]) == nil)
    }

    @Test func periodsAreAddedAndNoDayCountsTwice() throws {
        let two = [try work("2024-01-01", "2024-06-30"), try work("2025-01-01", "2025-12-31")]
        // 182 days of the first; 184 more are needed of the second.
        #expect(try from(qualification(12), two) == day("2025-01-01").adding(days: 184))
        let overlapping = [try work("2026-03-01"), try work("2026-03-01", "2026-12-31")]
        #expect(try from(qualification(12), overlapping) == day("2027-03-02"))
    }

    @Test func whatIsMissingLeavesTheDayOpenAndIsTold() throws {
        let requirement = Requirement("theory", level: "passed")
        let candidate = qualification(60, requires: [requirement])
        let employments = [try work("2020-01-01")]
        #expect(try from(candidate, employments) == nil)
        let passed = CompetenceEntry(
            number: 1, kind: .attested, competence: "theory", level: "passed",
            achievedOn: try day("2026-06-12"), recordedOn: try day("2026-06-12"))
        #expect(try from(candidate, employments, [passed]) == day("2026-06-12"))
        let found = framework.qualifying(
            candidate, record: CompetenceRecord([], asOf: try day("2026-11-21")),
            employments: employments)
        #expect(found.reasons.last == .competence(requirement, from: nil))
    }

    /// Day by day, as somebody with paper and pencil would.
    @Test(arguments: UInt64(1)...60) func theDayIsWhatCountingDayByDayGives(
        seed: UInt64
    ) throws {
        var random = SeededRandom(seed: seed)
        let begin = try day("2018-01-01")
        let employments = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            let from = begin.adding(days: Int.random(in: 0...1500, using: &random))
            return Employment(
                unit: "w", position: ["assistant", "cook"].randomElement(using: &random),
                percentage: [20, 50, 80, 100].randomElement(using: &random) ?? 100, from: from,
                until: Bool.random(using: &random)
                    ? from.adding(days: Int.random(in: 0...900, using: &random)) : nil)
        }
        let months = Int.random(in: 1...40, using: &random)
        let isFullTime = Bool.random(using: &random)
        let rule = qualification(months, fullTime: isFullTime)
        var parts = 0
        var reached: CivilDay?
        let needed = ((Double(months) * 365.25 / 12).rounded(.up)) * 100
        for offset in 0...30_000 {
            let today = begin.adding(days: offset)
            let sum = employments.filter { $0.covers(today) && $0.position == "assistant" }
                .reduce(0) { $0 + $1.percentage }
            parts += sum == 0 ? 0 : isFullTime ? min(100, sum) : 100
            if Double(parts) >= needed {
                reached = today.adding(days: 1)
                break
            }
        }
        #expect(try from(rule, employments) == reached)
    }
}
