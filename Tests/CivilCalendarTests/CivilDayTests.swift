import CivilCalendar
import Support
import Testing

@Suite struct MonthEndTests {
    /// A day, months, and the day that follows; `wrong` is what SpiffWorkflow 3.2.0 answers, which
    /// counts an average month instead.
    struct Row: Sendable, CustomTestStringConvertible {
        let from: String
        let months: Int
        let to: String
        var wrong: String?
        var testDescription: String { "\(from) and \(months) months is \(to)" }
    }

    static let rows = [
        Row(from: "2026-12-31", months: 2, to: "2027-02-28", wrong: "2027-03-03"),
        Row(from: "2026-01-31", months: 1, to: "2026-02-28", wrong: "2026-03-03"),
        Row(from: "2026-08-31", months: 6, to: "2027-02-28", wrong: "2027-03-03"),
        Row(from: "2025-12-31", months: 2, to: "2026-02-28", wrong: "2026-03-03"),
        Row(from: "2026-09-01", months: 5, to: "2027-02-01"),
        Row(from: "2026-02-10", months: 2, to: "2026-04-10"),
        Row(from: "2027-12-31", months: 2, to: "2028-02-29"),
        Row(from: "2027-12-30", months: 2, to: "2028-02-29"),
        Row(from: "2027-12-29", months: 2, to: "2028-02-29"),
        Row(from: "2027-12-28", months: 2, to: "2028-02-28"),
        Row(from: "2026-12-31", months: 5, to: "2027-05-31"),
        Row(from: "2026-11-30", months: 5, to: "2027-04-30"),
        Row(from: "2027-01-31", months: 5, to: "2027-06-30"),
        Row(from: "2028-02-29", months: 12, to: "2029-02-28"),
        Row(from: "2028-02-29", months: 48, to: "2032-02-29"),
        Row(from: "2028-02-29", months: -12, to: "2027-02-28"),
        Row(from: "2099-12-31", months: 2, to: "2100-02-28"),
        Row(from: "1999-12-31", months: 2, to: "2000-02-29"),
        Row(from: "2026-03-31", months: -1, to: "2026-02-28"),
        Row(from: "2026-01-31", months: -2, to: "2025-11-30"),
        Row(from: "2026-01-15", months: -1, to: "2025-12-15"),
        Row(from: "2026-01-15", months: -13, to: "2024-12-15"),
        Row(from: "2026-05-31", months: 0, to: "2026-05-31"),
    ]

    @Test("A month is a month, and ends where it ends", arguments: rows)
    func monthEnd(row: Row) throws {
        let result = try #require(CivilDay(row.from)).adding(months: row.months)
        #expect("\(result)" == row.to)
        if let wrong = row.wrong { #expect("\(result)" != wrong) }
    }

    @Test("Clamping is not undone: two steps of one month are not one step of two")
    func clampingLoses() throws {
        let day = try #require(CivilDay("2026-12-31"))
        #expect(day.adding(months: 2).adding(months: 1).description == "2027-03-28")
        #expect(day.adding(months: 3).description == "2027-03-31")
    }

    @Test("February has 29 days every fourth year, but not in three centuries of four")
    func leapYears() {
        let leap = [1600, 2000, 2024, 2028, 2400]
        let common = [1700, 1800, 1900, 2023, 2026, 2100, 2200]
        #expect(leap.allSatisfy { CivilDay.daysIn(month: 2, of: $0) == 29 })
        #expect(common.allSatisfy { CivilDay.daysIn(month: 2, of: $0) == 28 })
        #expect((1...12).map { CivilDay.daysIn(month: $0, of: 2026) }.reduce(0, +) == 365)
    }
}

@Suite struct DayTextTests {
    @Test(
        "Texts that name no day are refused",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31",
            "2026-1-1", "", "2026-01-1", "26-01-01", "02026-01-01", "2026/01/01", "2026-01-01 ",
            " 2026-01-01", "2026-01-01T00:00", "20260101", "+026-01-01", "-026-01-01",
            "0000-01-01", "2026-0१-01", "2026-01-0å", "i morgen",
        ])
    func refusedDays(text: String) {
        #expect(CivilDay(text) == nil)
    }

    @Test(
        "Texts that name no time are refused",
        arguments: ["24:00", "12:60", "8:00", "08.00", "0800", "", "08:00:00", "-1:00", "ab:cd"])
    func refusedTimes(text: String) {
        #expect(CivilTime(text) == nil)
    }

    @Test(
        "Texts that name no moment are refused",
        arguments: [
            "2026-01-01", "2026-01-01T", "T08:00", "2026-01-01 08:00", "2026-01-01T08:00Z",
            "2026-01-01T08:00T09:00", "2026-02-29T08:00", "",
        ])
    func refusedMoments(text: String) {
        #expect(CivilMoment(text) == nil)
    }

    @Test("A day is read from a part of a text as well")
    func substring() {
        #expect(CivilDay("2026-08-03T09:30".prefix(10))?.description == "2026-08-03")
        #expect(CivilMoment("2026-08-03T09:30")?.time == CivilTime(minutes: 570))
    }

    @Test("Every minute of the day is written and read again")
    func times() throws {
        for minutes in 0..<1440 {
            let time = try #require(CivilTime(minutes: minutes))
            #expect(CivilTime(time.description) == time)
        }
        #expect(CivilTime(minutes: 1440) == nil)
        #expect(CivilTime(minutes: -1) == nil)
        #expect(CivilTime.eight.description == "08:00")
        #expect(CivilTime.nine.description == "09:00")
        #expect(CivilTime.midnight.description == "00:00")
    }

    @Test("Moments are ordered by day, then by time")
    func order() throws {
        let texts = [
            "2025-12-31T23:59", "2026-01-01T00:00", "2026-01-01T08:00", "2026-01-02T00:00",
        ]
        let moments = try texts.map { try #require(CivilMoment($0)) }
        #expect(moments.shuffled().sorted() == moments)
        #expect(moments.map(\.description) == texts)
    }

    @Test("Days outside the four-digit years are still written, each as itself")
    func farDays() {
        // Four hundred years are 146 097 days.
        let numbers = [-719_528 - 146_097, -719_529, 2_932_897, 2_932_897 + 146_097]
        let far = numbers.map { CivilDay(number: $0).description }
        #expect(far == ["-0400-01-01", "-0001-12-31", "+10000-01-01", "+10400-01-01"])
        #expect(CivilDay(number: -719_528).description == "0000-01-01")
        #expect(CivilDay(number: 2_932_896).description == "9999-12-31")
    }
}

/// Properties over random days of the years 1 to 9999; the seed is fixed, so a failure stays.
@Suite struct CivilDayProperties {
    private let days: [CivilDay] = {
        var random = SeededRandom(seed: 20_260_803)
        return (0..<5_000).map { _ in
            CivilDay(number: Int.random(in: -719_162...2_932_896, using: &random))
        }
    }()

    @Test("Text round trip")
    func text() {
        #expect(days.allSatisfy { CivilDay($0.description) == $0 })
    }

    @Test("Fields round trip, and lie in their ranges")
    func fields() {
        for day in days {
            let (year, month, dayOfMonth) = day.fields
            #expect(CivilDay(year: year, month: month, day: dayOfMonth) == day)
        }
    }

    @Test("Adding days and taking them away again changes nothing")
    func thereAndBack() {
        var random = SeededRandom(seed: 1)
        for day in days {
            let count = Int.random(in: -100_000...100_000, using: &random)
            let moved = day.adding(days: count)
            #expect(moved.adding(days: -count) == day)
            #expect(moved - day == count)
            #expect((moved > day) == (count > 0))
        }
    }

    @Test("Adding months keeps the day of the month, or gives the month's last day")
    func months() {
        var random = SeededRandom(seed: 2)
        for day in days {
            let count = Int.random(in: -240...240, using: &random)
            let (before, after) = (day.fields, day.adding(months: count).fields)
            let monthsApart = (after.year - before.year) * 12 + after.month - before.month
            #expect(monthsApart == count)
            let lastDay = CivilDay.daysIn(month: after.month, of: after.year)
            #expect(after.day == min(before.day, lastDay))
        }
    }

    @Test("The week turns every seventh day, before 1970 as after")
    func weekdays() {
        for day in days {
            #expect(day.adding(days: 7).weekday == day.weekday)
            #expect(day.adding(days: 1).weekday.rawValue == day.weekday.rawValue % 7 + 1)
        }
    }
}
