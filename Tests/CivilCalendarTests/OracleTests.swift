import CivilCalendar
import Foundation
import Support
import Testing

/// Day by day against python-dateutil and the `holidays` package, which share no code with us.
@Suite struct OracleTests {
    private let oracle = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/calendar_oracle.py").path(percentEncoded: false)

    @Test("Every start from 2024 to 2032: follow-up days, working days, weeks and holidays")
    func everyStart() throws {
        let expected = try lines(["days", "2024-01-01", "2032-12-31"])
        let first = try #require(CivilDay("2024-01-01"))
        let last = try #require(CivilDay("2032-12-31"))
        try #require(expected.count == last - first + 1)
        let calendar = WorkingCalendar()
        var mismatches: [String] = []
        for (index, line) in expected.enumerated() {
            let ours = account(of: first.adding(days: index), in: calendar)
            if ours != line { mismatches.append("oracle \(line)\nours   \(ours)") }
        }
        let shown = mismatches.prefix(5).joined(separator: "\n")
        #expect(mismatches.isEmpty, "\(mismatches.count) days differ, first:\n\(shown)")
    }

    @Test("Easter Sunday, 1900 to 2199")
    func easter() throws {
        let expected = try lines(["easter", "1900", "2199"])
        let ours = (1900...2199).map { "\($0) \(NorwegianHolidays.easterSunday(of: $0))" }
        try #require(expected.count == 300)
        #expect(ours == expected)
    }

    /// The same words in the same order as the script writes for a day.
    private func account(of day: CivilDay, in calendar: WorkingCalendar) -> String {
        let (year, week) = day.isoWeek
        let weekText = week < 10 ? "0\(week)" : "\(week)"
        var words = [
            "\(day)", "\(year)-W\(weekText)-\(day.weekday.rawValue)",
            NorwegianHolidays.contains(day) ? "1" : "0",
        ]
        for months in [2, 5] {
            let due = day.adding(months: months)
            for rule in [ShiftRule.none, .next, .previous, .nearest] {
                words.append("\(calendar.shift(due, rule))")
            }
        }
        for count in -10...10 {
            words.append("\(calendar.adding(workingDays: count, to: day))")
        }
        return words.joined(separator: " ")
    }

    private func lines(_ arguments: [String]) throws -> [String] {
        let output = try python(script: oracle, arguments: arguments)
        return String(decoding: output, as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }
}
