/// An ISO week of a year, such as `2027-W03`.
///
/// It is kept as the number of weeks since a fixed Monday, so that weeks of different years can be
/// counted and compared.
public struct PlacementWeek: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let number: Int

    private init(number: Int) { self.number = number }

    /// Some week, for periods that are known by their order alone.
    static let start = PlacementWeek(number: 104_000)

    var following: PlacementWeek { PlacementWeek(number: number + 1) }

    /// Nil where the text is not a week that exists.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 3,
            parts[1].first == "W", parts[0].allSatisfy(\.isASCII), parts[1].allSatisfy(\.isASCII),
            let year = Int(parts[0]), let week = Int(parts[1].dropFirst()), year > 0, week > 0
        else { return nil }
        number = Self.first(of: year) + week - 1
        if number >= Self.first(of: year + 1) { return nil }
    }

    public static func < (a: Self, b: Self) -> Bool { a.number < b.number }

    /// The weeks from one to another, both counted.
    public static func count(_ range: ClosedRange<Self>) -> Int {
        range.upperBound.number - range.lowerBound.number + 1
    }

    public var description: String {
        // A week of the year's end can belong to the next year.
        var year = number * 7 / 365
        while Self.first(of: year + 1) <= number { year += 1 }
        while Self.first(of: year) > number { year -= 1 }
        let week = number - Self.first(of: year) + 1
        return "\(year)-W\(week < 10 ? "0" : "")\(week)"
    }

    /// The week that holds 4 January (ISO 8601), counted from that of year 1.
    private static func first(of year: Int) -> Int {
        let before = year - 1
        // 1 January of year 1 is a Monday in the proleptic calendar.
        let days = before * 365 + before / 4 - before / 100 + before / 400
        return (days + 3) / 7
    }
}
