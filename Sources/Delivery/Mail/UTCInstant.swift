import CivilCalendar

/// The fields of an instant in UTC, for the formats that write one.
public struct UTCInstant: Sendable {
    let day: CivilDay
    let secondOfDay: Int

    /// - Parameter seconds: since 1970-01-01 00:00 UTC.
    public init(seconds: Int64) {
        let (days, rest) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        day = CivilDay(number: rest < 0 ? days - 1 : days)
        secondOfDay = rest < 0 ? rest + 86_400 : rest
    }

    /// `HH:MM:SS`.
    var clock: String {
        "\(padded(secondOfDay / 3600)):\(padded(secondOfDay / 60 % 60)):\(padded(secondOfDay % 60))"
    }

    /// `YYYY-MM-DDTHH:MM:SSZ` (RFC 3339).
    public var timestamp: String { "\(day)T\(clock)Z" }

    /// `YYYYMMDDTHHMMSSZ` (RFC 5545 section 3.3.5).
    var calendarStamp: String {
        timestamp.filter { $0 != "-" && $0 != ":" }
    }
}

/// A number from 0 to 99 in two digits.
func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}
