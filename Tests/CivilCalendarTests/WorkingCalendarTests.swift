import CivilCalendar
import Support
import Testing

@Suite struct WorkingCalendarTests {
    private let ordinary = WorkingCalendar()
    private static let calendars = [
        WorkingCalendar(),
        WorkingCalendar(closesOnChristmasEve: true),
        WorkingCalendar(closesOnNewYearsEve: true),
        WorkingCalendar(closesOnChristmasEve: true, closesOnNewYearsEve: true),
    ]

    private func day(_ text: String) throws -> CivilDay { try #require(CivilDay(text)) }

    @Test("Christmas Eve and New Year's Eve are working days unless the employer closes")
    func eves() throws {
        // Both are Thursdays in 2026.
        let (christmas, newYear) = (try day("2026-12-24"), try day("2026-12-31"))
        #expect(Self.calendars.map { $0.isWorkingDay(christmas) } == [true, false, true, false])
        #expect(Self.calendars.map { $0.isWorkingDay(newYear) } == [true, true, false, false])
        let closed = Self.calendars[3]
        #expect(closed.shift(christmas, .next).description == "2026-12-28")
        #expect(closed.shift(christmas, .previous).description == "2026-12-23")
        #expect(closed.shift(newYear, .next).description == "2027-01-04")
        #expect(closed.shift(newYear, .previous).description == "2026-12-30")
        // Only in December: 24 and 31 January are ordinary days.
        #expect(closed.isWorkingDay(try day("2028-01-24")))
        #expect(closed.isWorkingDay(try day("2028-01-31")))
    }

    @Test("The nearest working day, and the next where both are equally near")
    func nearest() throws {
        let rows = [
            ("2026-08-01", "2026-07-31"),  // Saturday: the Friday.
            ("2026-08-02", "2026-08-03"),  // Sunday: the Monday.
            ("2026-05-14", "2026-05-15"),  // Ascension Day, a Thursday between two working days.
            ("2026-04-04", "2026-04-07"),  // Easter Saturday: three days to either side.
            ("2026-04-03", "2026-04-01"),  // Good Friday: Wednesday before Easter.
            ("2026-08-03", "2026-08-03"),
        ]
        for (from, to) in rows {
            #expect(ordinary.shift(try day(from), .nearest).description == to)
        }
    }

    @Test("Two holidays on one day are one: 17 May on Whit Monday, 1 May on Ascension Day")
    func coincidences() throws {
        // 17 May 2027 is Whit Monday, 1 May 2008 was Ascension Day.
        #expect(NorwegianHolidays.contains(try day("2027-05-17")))
        #expect(
            NorwegianHolidays.easterSunday(of: 2027).adding(days: 50).description == "2027-05-17")
        #expect(
            NorwegianHolidays.easterSunday(of: 2008).adding(days: 39).description == "2008-05-01")
        #expect(
            ordinary.adding(workingDays: 1, to: try day("2027-05-14")).description == "2027-05-18")
    }

    @Test("A plan counts months, then days, then working days")
    func offsets() throws {
        let start = try day("2026-12-31")
        let both = Offset(months: 2, days: 1, workingDays: 1)
        #expect(both.applied(to: start, in: ordinary).description == "2027-03-02")
        #expect(Offset.zero.applied(to: start, in: ordinary) == start)
        #expect(
            Offset(workingDays: -1).applied(to: start, in: ordinary).description == "2026-12-30")
        #expect(both.reversed == Offset(months: -2, days: -1, workingDays: -1))
        #expect(both.adding(both) == both.multiplied(by: 2))
        #expect(both.multiplied(by: 0) == .zero)
    }

    @Test("A shifted day is a working day, and no working day is passed over", arguments: calendars)
    func shiftsToWorkingDays(calendar: WorkingCalendar) {
        var random = SeededRandom(seed: 3)
        for _ in 0..<4_000 {
            // 1970 to 2106.
            let day = CivilDay(number: Int.random(in: 0...50_000, using: &random))
            let next = calendar.shift(day, .next)
            let previous = calendar.shift(day, .previous)
            let nearest = calendar.shift(day, .nearest)
            for shifted in [next, previous, nearest] { #expect(calendar.isWorkingDay(shifted)) }
            #expect(calendar.shift(day, .none) == day)
            #expect(previous <= day && day <= next)
            #expect(nearest == next || nearest == previous)
            #expect(abs(nearest - day) == min(next - day, day - previous))
            if calendar.isWorkingDay(day) {
                #expect(next == day && previous == day)
            } else {
                let between = (previous.number + 1)..<next.number
                #expect(!between.contains { calendar.isWorkingDay(CivilDay(number: $0)) })
            }
        }
    }

    @Test("Working days forth and back end where they began, from a working day")
    func workingDaysThereAndBack() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<1_000 {
            let any = CivilDay(number: Int.random(in: 0...50_000, using: &random))
            let day = ordinary.shift(any, .next)
            let count = Int.random(in: -60...60, using: &random)
            let moved = ordinary.adding(workingDays: count, to: day)
            #expect(ordinary.isWorkingDay(moved))
            #expect(ordinary.adding(workingDays: -count, to: moved) == day)
            let range = min(day, moved).number..<max(day, moved).number
            let passed = range.count { ordinary.isWorkingDay(CivilDay(number: $0)) }
            #expect(passed == abs(count))
        }
    }

    @Test("A year has at most twelve public holidays, and never fewer than ten")
    func holidaysOfAYear() throws {
        for year in 1900...2199 {
            let first = try #require(CivilDay(year: year, month: 1, day: 1))
            let length = CivilDay.isLeap(year) ? 366 : 365
            let count = (0..<length).count { NorwegianHolidays.contains(first.adding(days: $0)) }
            // Five fixed and seven movable; one falls on another in some years.
            #expect((10...12).contains(count))
        }
    }
}
