public import CivilCalendar

// Dates, distances and lists as people write them.
extension Wording {
    /// "mandag 2. mars 2026".
    public func day(_ day: CivilDay) -> String {
        text("date.day", fields(day))
    }

    /// "2. mars", with the year where asked for.
    public func shortDay(_ day: CivilDay, withYear: Bool = false) -> String {
        withYear ? text("date.day-short-year", fields(day)) : text("date.day-short", fields(day))
    }

    /// "mandag 2. mars 2026 kl. 09.00".
    public func moment(_ moment: CivilMoment) -> String {
        text("date.moment", ["day": day(moment.day), "time": time(moment.time)])
    }

    /// "09.00".
    public func time(_ time: CivilTime) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return text(
            "date.time", ["hour": two(time.minutes / 60), "minute": two(time.minutes % 60)])
    }

    /// "mars 2026".
    public func month(_ day: CivilDay) -> String {
        text("date.month", fields(day))
    }

    /// "2 måneder", "1 måned og 3 dager": how far, whichever way.
    public func offset(_ offset: Offset) -> String {
        var parts: [String] = []
        for (key, value) in [
            ("months", offset.months), ("days", offset.days), ("working-days", offset.workingDays),
        ] where value != 0 {
            let count = Int(value.magnitude)
            parts.append(
                text("offset.\(key).\(count == 1 ? "one" : "many")", ["count": "\(count)"]))
        }
        return parts.isEmpty ? text("offset.none") : list(parts)
    }

    /// "a, b og c".
    public func list(_ items: [String]) -> String {
        joined(items, "list.and")
    }

    /// "a, b eller c".
    public func alternatives(_ items: [String]) -> String {
        joined(items, "list.or")
    }

    /// A number with the language's decimal sign.
    public func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int(value))" }
        return "\(value)".split(separator: ".").joined(separator: text("punctuation.decimal"))
    }

    /// "«a»".
    func quoted(_ text: String) -> String {
        self.text("punctuation.quote", ["text": text])
    }

    /// "lørdag 2. mai": a day that stands beside another of the same year.
    func day(_ day: CivilDay, beside other: CivilDay) -> String {
        day.year == other.year ? text("date.day-in-week", fields(day)) : self.day(day)
    }

    func shortWeekday(_ day: CivilDay) -> String {
        text("weekday.\(day.weekday.key).short")
    }

    /// "mars".
    public func monthName(_ month: Int) -> String {
        text("month.\(month).long")
    }

    /// "mar".
    public func shortMonthName(_ month: Int) -> String { shortMonth(month) }

    func shortMonth(_ month: Int) -> String {
        text("month.\(month).short")
    }

    private func joined(_ items: [String], _ key: String) -> String {
        guard let last = items.last else { return "" }
        if items.count == 1 { return last }
        let first = items.dropLast().joined(separator: text("list.separator"))
        return text(key, ["first": first, "last": last])
    }

    private func fields(_ day: CivilDay) -> [String: String] {
        let (year, month, dayOfMonth) = day.fields
        return [
            "weekday": text("weekday.\(day.weekday.key).long"), "day": "\(dayOfMonth)",
            "month": text("month.\(month).long"), "year": "\(year)",
        ]
    }
}

extension Weekday {
    fileprivate var key: String {
        switch self {
        case .monday: "monday"
        case .tuesday: "tuesday"
        case .wednesday: "wednesday"
        case .thursday: "thursday"
        case .friday: "friday"
        case .saturday: "saturday"
        case .sunday: "sunday"
        }
    }
}
