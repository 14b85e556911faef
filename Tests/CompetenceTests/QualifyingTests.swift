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
        #expect(try from(qualification(12), [work("2026-03-01")]) == day("2027-03-01"))
        // However many days it had, and whether or not by one contract.
        #expect(try from(qualification(12), [work("2027-03-01")]) == day("2028-03-01"))
        let two = [try work("2020-04-27", "2020-12-31"), try work("2021-01-01")]
        #expect(try from(qualification(12), two) == day("2021-04-27"))
        // Half a position counts as half only where it is said so.
        #expect(
            try from(qualification(12), [work("2026-03-01", percentage: 50)])
                == day("2027-03-01"))
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
        #expect(try from(qualification(12), overlapping) == day("2027-03-01"))
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

    /// A day on which something has run out again is no day on which all is there.
    @Test func whatRunsOutBeforeTheRestIsThereIsTold() throws {
        let requirement = Requirement("theory", level: "passed")
        let candidate = qualification(12, requires: [requirement])
        func found(until: String?) throws -> Qualifying {
            let entry = CompetenceEntry(
                number: 1, kind: .attested, competence: "theory", level: "passed",
                achievedOn: try day("2026-06-12"), validUntil: try until.map(day),
                recordedOn: try day("2026-06-12"))
            return framework.qualifying(
                candidate, record: CompetenceRecord([entry], asOf: try day("2026-11-21")),
                employments: [try work("2026-07-03")])
        }
        #expect(try found(until: nil).from == day("2027-07-03"))
        #expect(try found(until: "2027-07-03").from == day("2027-07-03"))
        let early = try found(until: "2027-07-02")
        #expect(early.from == nil)
        #expect(early.reasons.last == .runsOut(requirement, on: try day("2027-07-02")))
    }

    /// The day on which it is reached, and no earlier, is it said to have been.
    @Test func monthsAreFullOnTheDayThatTheyAreReached() throws {
        for (today, months) in [("2027-02-28", 11), ("2027-03-01", 12)] {
            let found = framework.qualifying(
                qualification(12), record: CompetenceRecord([], asOf: try day(today)),
                employments: [try work("2026-03-01")])
            let on = try day("2027-03-01")
            #expect(found.reasons == [.experience(months: months, of: 12, on: on)])
        }
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
        // Without a break since the first day of work, the calendar counts and not the days.
        var first: CivilDay?
        var isBroken = false
        let needed = ((Double(months) * 365.25 / 12).rounded(.up)) * 100
        for offset in 0...30_000 {
            let today = begin.adding(days: offset)
            let sum = employments.filter { $0.covers(today) && $0.position == "assistant" }
                .reduce(0) { $0 + $1.percentage }
            let worked = sum == 0 ? 0 : isFullTime ? min(100, sum) : 100
            parts += worked
            if worked > 0, first == nil { first = today }
            if first != nil, worked < 100 { isBroken = true }
            if reached == nil, Double(parts) >= needed { reached = today.adding(days: 1) }
            if !isBroken, let first, today.adding(days: 1) == first.adding(months: months) {
                reached = today.adding(days: 1)
                break
            }
            if isBroken, reached != nil { break }
        }
        #expect(try from(rule, employments) == reached)
    }
}
