/// Norway's public holidays (lov om 1. og 17. mai, 1947; lov om trossamfunn § 20; the Sundays and
/// feast days that follow Easter).
public enum NorwegianHolidays {
    /// Whether the day is a public holiday. Ordinary Sundays are not counted.
    public static func contains(_ day: CivilDay) -> Bool {
        let (year, month, dayOfMonth) = day.fields
        switch (month, dayOfMonth) {
        case (1, 1), (5, 1), (5, 17), (12, 25), (12, 26): return true
        // Movable feasts lie between 19 March (Maundy Thursday) and 14 June (Whit Monday).
        case (3...6, _): break
        default: return false
        }
        switch day - easterSunday(of: year) {
        case -3, -2, 0, 1, 39, 49, 50: return true
        default: return false
        }
    }

    /// Easter Sunday of a year from 1583 to 4099 (Meeus, Jones and Butcher; "Astronomical
    /// Algorithms", 1991, chapter 8).
    public static func easterSunday(of year: Int) -> CivilDay {
        let a = year % 19
        let (b, c) = year.quotientAndRemainder(dividingBy: 100)
        let (d, e) = b.quotientAndRemainder(dividingBy: 4)
        let f = (b + 8) / 25
        let g = (b - f + 1) / 3
        let h = (19 * a + b - d - g + 15) % 30
        let (i, k) = c.quotientAndRemainder(dividingBy: 4)
        let l = (32 + 2 * e + 2 * i - h - k) % 7
        let m = (a + 11 * h + 22 * l) / 451
        let (month, day) = (h + l - 7 * m + 114).quotientAndRemainder(dividingBy: 31)
        return CivilDay(number: firstOf(month: month, year: year).number + day)
    }

    private static func firstOf(month: Int, year: Int) -> CivilDay {
        // Months 3 and 4 of a positive year always exist.
        CivilDay(year: year, month: month, day: 1) ?? CivilDay(number: 0)
    }
}

/// How a day that is not a working day moves.
public enum ShiftRule: String, CaseIterable, Sendable {
    case none, next, previous
    /// The nearest working day; the next where both are equally near.
    case nearest
}

/// The days on which people are at work: Monday to Friday less the public holidays, and less
/// Christmas Eve and New Year's Eve where the employer closes on them.
public struct WorkingCalendar: Hashable, Sendable {
    public var closesOnChristmasEve: Bool
    public var closesOnNewYearsEve: Bool

    public init(closesOnChristmasEve: Bool = false, closesOnNewYearsEve: Bool = false) {
        self.closesOnChristmasEve = closesOnChristmasEve
        self.closesOnNewYearsEve = closesOnNewYearsEve
    }

    /// Whether people are expected at work on the day.
    public func isWorkingDay(_ day: CivilDay) -> Bool {
        if day.weekday >= .saturday { return false }
        if NorwegianHolidays.contains(day) { return false }
        guard closesOnChristmasEve || closesOnNewYearsEve else { return true }
        let (_, month, dayOfMonth) = day.fields
        if month != 12 { return true }
        return !(dayOfMonth == 24 && closesOnChristmasEve)
            && !(dayOfMonth == 31 && closesOnNewYearsEve)
    }

    /// The day itself where it is a working day, otherwise the one that the rule names.
    public func shift(_ day: CivilDay, _ rule: ShiftRule) -> CivilDay {
        if rule == .none || isWorkingDay(day) { return day }
        switch rule {
        case .none: return day
        case .next: return workingDay(from: day, step: 1)
        case .previous: return workingDay(from: day, step: -1)
        case .nearest:
            let next = workingDay(from: day, step: 1)
            let previous = workingDay(from: day, step: -1)
            return next - day <= day - previous ? next : previous
        }
    }

    /// The day this many working days later, or earlier where negative.
    ///
    /// Zero gives the day itself. Counting starts on the day after (or before), so that one
    /// working day after a Saturday is the Monday that follows.
    public func adding(workingDays count: Int, to day: CivilDay) -> CivilDay {
        var current = day
        for _ in 0..<abs(count) {
            current = workingDay(from: current, step: count.signum())
        }
        return current
    }

    private func workingDay(from day: CivilDay, step: Int) -> CivilDay {
        // The longest closed stretch is nine days (Easter with its weekends), so this ends.
        var current = day.adding(days: step)
        while !isWorkingDay(current) { current = current.adding(days: step) }
        return current
    }
}

extension Weekday: Comparable {
    public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
}

/// A distance in time, as a plan says it: months first, then days, then working days.
///
/// Months clamp to the month's last day. All parts are counted in the same direction.
public struct Offset: Hashable, Sendable {
    public var months: Int
    public var days: Int
    public var workingDays: Int

    public init(months: Int = 0, days: Int = 0, workingDays: Int = 0) {
        self.months = months
        self.days = days
        self.workingDays = workingDays
    }

    public static let zero = Offset()

    /// The same distance in the other direction.
    public var reversed: Offset {
        Offset(months: -months, days: -days, workingDays: -workingDays)
    }

    /// This distance and then another.
    public func adding(_ other: Offset) -> Offset {
        Offset(
            months: months + other.months, days: days + other.days,
            workingDays: workingDays + other.workingDays)
    }

    /// This distance so many times over.
    public func multiplied(by factor: Int) -> Offset {
        Offset(months: months * factor, days: days * factor, workingDays: workingDays * factor)
    }

    /// The day at this distance from another.
    public func applied(to day: CivilDay, in calendar: WorkingCalendar) -> CivilDay {
        var result = day
        if months != 0 { result = result.adding(months: months) }
        if days != 0 { result = result.adding(days: days) }
        if workingDays != 0 { result = calendar.adding(workingDays: workingDays, to: result) }
        return result
    }
}
