/// A time of day on the wall, in whole minutes.
public struct CivilTime: Hashable, Comparable, Sendable {
    /// Minutes since midnight, 0..<1440.
    public let minutes: Int

    /// The time with this many minutes since midnight.
    public init?(minutes: Int) {
        guard (0..<1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    /// The time written as `HH:MM`, 00:00 to 23:59, or nil where the text is anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        var digits: [Int] = []
        for index in [0, 1, 3, 4] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
            digits.append(Int(bytes[index] - UInt8(ascii: "0")))
        }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard hour < 24, minute < 60 else { return nil }
        minutes = hour * 60 + minute
    }

    private init(hour: Int) {
        minutes = hour * 60
    }

    public static let midnight = CivilTime(hour: 0)
    /// The hour at which notices go out unless a programme says otherwise.
    public static let eight = CivilTime(hour: 8)
    /// The hour at which a talk is proposed unless a programme says otherwise.
    public static let nine = CivilTime(hour: 9)

    public static func < (a: CivilTime, b: CivilTime) -> Bool {
        a.minutes < b.minutes
    }
}

extension CivilTime: CustomStringConvertible {
    /// `HH:MM`.
    public var description: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

/// A wall-clock moment: a day and a time of day in the programme's own zone.
///
/// Whoever holds an instant converts it at the edge, so that the core never meets an offset.
public struct CivilMoment: Hashable, Comparable, Sendable {
    public let day: CivilDay
    public let time: CivilTime

    public init(_ day: CivilDay, _ time: CivilTime) {
        self.day = day
        self.time = time
    }

    /// The moment written as `YYYY-MM-DDTHH:MM`, or nil where the text is anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = CivilDay(parts[0]), let time = CivilTime(parts[1]) else {
            return nil
        }
        self.init(day, time)
    }

    public static func < (a: CivilMoment, b: CivilMoment) -> Bool {
        (a.day, a.time) < (b.day, b.time)
    }
}

extension CivilMoment: CustomStringConvertible {
    /// `YYYY-MM-DDTHH:MM`.
    public var description: String { "\(day)T\(time)" }
}
