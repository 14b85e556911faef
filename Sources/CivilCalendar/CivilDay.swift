/// A day on the calendar, with no time of day and no time zone.
///
/// Due dates are civil days: "two months after the first day" names a day in Oslo, not an instant.
/// The day is a count, so that comparison and day arithmetic are integer operations; the proleptic
/// Gregorian fields are computed (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
public struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, negative before.
    public let number: Int

    /// The day with this many days since 1970-01-01.
    public init(number: Int) {
        self.number = number
    }

    /// The day with these fields, or nil where no such day exists (31 June, 29 February 2026).
    ///
    /// - Parameters:
    ///   - year: 1...9999.
    ///   - month: 1...12.
    ///   - day: 1...31, and no later than the month's last day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysIn(month: month, of: year)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    /// The day written as ISO 8601 `YYYY-MM-DD`, or nil where the text is anything else.
    public init?(_ iso: String) {
        var iso = iso
        guard let day = iso.withUTF8({ Self.read($0) }) else { return nil }
        self = day
    }

    /// The same of a part of a text.
    public init?(_ iso: some StringProtocol) {
        self.init(String(iso))
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilDay? {
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else {
            return nil
        }
        func digits(_ range: Range<Int>) -> Int? {
            var value = 0
            for index in range {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else {
                    return nil
                }
                value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = digits(0..<4), let month = digits(5..<7), let day = digits(8..<10) else {
            return nil
        }
        return CivilDay(year: year, month: month, day: day)
    }

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
    }

    /// The day's year, month (1...12) and day of the month (1...31).
    public var fields: (year: Int, month: Int, day: Int) {
        let z = number + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The day's year, which is not always the year of its ISO week.
    public var year: Int { fields.year }

    /// The day of the week.
    public var weekday: Weekday {
        // 1970-01-01 was a Thursday, index 3 from Monday.
        let index = (number + 3) % 7
        return Weekday.allCases[index < 0 ? index + 7 : index]
    }

    /// The ISO 8601 week and the year that the week belongs to.
    public var isoWeek: (year: Int, week: Int) {
        // The week belongs to the year of its Thursday.
        let thursday = adding(days: 3 - (weekday.rawValue - 1))
        let year = thursday.year
        let firstOfYear = CivilDay(unchecked: year, 1, 1)
        return (year, (thursday.number - firstOfYear.number) / 7 + 1)
    }

    /// The day this many days later, or earlier where negative.
    public func adding(days: Int) -> CivilDay {
        CivilDay(number: number + days)
    }

    /// The same day of the month this many months later, or the month's last day where it is
    /// shorter: 31 December and two months is 28 February, 29 in a leap year.
    public func adding(months: Int) -> CivilDay {
        let (year, month, day) = fields
        let count = year * 12 + (month - 1) + months
        let newYear = count >= 0 ? count / 12 : (count - 11) / 12
        let newMonth = count - newYear * 12 + 1
        return CivilDay(
            unchecked: newYear, newMonth, min(day, Self.daysIn(month: newMonth, of: newYear)))
    }

    /// The number of days in a month (1...12) of a year.
    public static func daysIn(month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Whether the year has a 29 February.
    public static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The number of days from one day to another, negative where the second is earlier.
    public static func - (later: CivilDay, earlier: CivilDay) -> Int {
        later.number - earlier.number
    }

    /// Whether the first day is the earlier one.
    public static func < (a: CivilDay, b: CivilDay) -> Bool {
        a.number < b.number
    }
}

extension CivilDay: CustomStringConvertible {
    /// ISO 8601, `YYYY-MM-DD`; a year outside 0...9999 has a sign, as the standard's expanded form.
    public var description: String {
        let (year, month, day) = fields
        let zero = UInt8(ascii: "0")
        guard (0...9999).contains(year) else {
            let digits = String(year.magnitude)
            let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
            let rest = CivilDay(unchecked: 2000, month, day).description.dropFirst(4)
            return (year < 0 ? "-" : "+") + padding + digits + rest
        }
        return String(unsafeUninitializedCapacity: 10) { text in
            text[0] = zero + UInt8(year / 1000 % 10)
            text[1] = zero + UInt8(year / 100 % 10)
            text[2] = zero + UInt8(year / 10 % 10)
            text[3] = zero + UInt8(year % 10)
            text[4] = UInt8(ascii: "-")
            text[5] = zero + UInt8(month / 10)
            text[6] = zero + UInt8(month % 10)
            text[7] = UInt8(ascii: "-")
            text[8] = zero + UInt8(day / 10)
            text[9] = zero + UInt8(day % 10)
            return 10
        }
    }
}

/// A day of the week, numbered as ISO 8601 does: Monday is 1, Sunday 7.
public enum Weekday: Int, CaseIterable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday
}
