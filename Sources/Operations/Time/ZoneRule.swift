import CivilCalendar

/// How a zone's clocks go on changing year after year: the rule at the end of its file, such as
/// `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX's TZ, with the extensions of RFC 9636, 3.3.1).
struct ZoneRule: Equatable, Sendable {
    /// A day of each year and a time on it.
    private struct Turn: Equatable, Sendable {
        enum Day: Equatable, Sendable {
            /// A weekday of a month: the first to the fourth, or, as the fifth, the last.
            case weekday(Int, week: Int, month: Int)
            /// A day of the year from 1 to 365, which does not count 29 February.
            case julian(Int)
            /// A day of the year from 0, which does.
            case ordinal(Int)
        }

        let day: Day
        /// Seconds after midnight; the extensions let it be a week before or after.
        let time: Int

        /// The second since 1970 on the clock that was there until then.
        func local(in year: Int) -> Int64 {
            Int64(date(in: year)) * 86_400 + Int64(time)
        }

        private func date(in year: Int) -> Int {
            let newYear = CivilDay(year: year, month: 1, day: 1)?.number ?? 0
            switch day {
            case .ordinal(let day): return newYear + day
            case .julian(let day):
                return newYear + day - 1 + (CivilDay.isLeap(year) && day > 59 ? 1 : 0)
            case .weekday(let weekday, let week, let month):
                let first = CivilDay(year: year, month: month, day: 1)?.number ?? newYear
                // 1 January 1970 was a Thursday, the fourth day after Sunday.
                let ahead = (weekday - (first + 4) % 7 + 7) % 7
                let day = ahead + (week - 1) * 7
                return first + (day < CivilDay.daysIn(month: month, of: year) ? day : day - 7)
            }
        }
    }

    private struct Daylight: Equatable, Sendable {
        let offset: Int
        let begins: Turn
        let ends: Turn
    }

    private let standard: Int
    private let daylight: Daylight?

    /// The same the whole year.
    init(standard: Int) {
        self.standard = standard
        daylight = nil
    }

    /// - Returns: nil where it is no such rule.
    init?(_ text: ArraySlice<UInt8>) {
        var reader = Reader(rest: text)
        guard reader.name(), let west = reader.seconds() else { return nil }
        standard = -west
        if reader.rest.isEmpty {
            daylight = nil
            return
        }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let west = reader.seconds() else { return nil }
            offset = -west
        }
        guard let begins = reader.turn(), let ends = reader.turn(), reader.rest.isEmpty else {
            return nil
        }
        daylight = Daylight(offset: offset, begins: begins, ends: ends)
    }

    func offset(at seconds: Int64) -> Int {
        guard daylight != nil else { return standard }
        return changes(around: seconds).last { $0.from <= seconds }?.offset ?? standard
    }

    func change(after seconds: Int64) -> ZoneFile.Change? {
        changes(around: seconds).first { $0.from > seconds }
    }

    /// The changes of the year that a second lies in, of the one before and of the one after.
    private func changes(around seconds: Int64) -> [ZoneFile.Change] {
        guard let daylight else { return [] }
        let year = CivilDay(number: Int(seconds.flooredDivision(by: 86_400))).year
        return (year - 1...year + 1).flatMap { year in
            [
                ZoneFile.Change(
                    from: daylight.begins.local(in: year) - Int64(standard),
                    offset: daylight.offset),
                ZoneFile.Change(
                    from: daylight.ends.local(in: year) - Int64(daylight.offset),
                    offset: standard),
            ]
        }.sorted { $0.from < $1.from }
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        private mutating func take(_ character: Character) -> Bool {
            guard let byte = character.asciiValue, rest.first == byte else { return false }
            rest.removeFirst()
            return true
        }

        /// The name of a kind of time: letters, or anything in angle brackets.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
            rest = rest[letters.endIndex...]
            return letters.count >= 3
        }

        private mutating func number() -> Int? {
            let digits = rest.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
            rest = rest[digits.endIndex...]
            return digits.count <= 3 ? Int(String(decoding: digits, as: UTF8.self)) : nil
        }

        /// Hours, with minutes and seconds where there are any, in seconds.
        mutating func seconds() -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard var seconds = number().map({ $0 * 3600 }) else { return nil }
            for unit in [60, 1] where take(":") {
                guard let more = number() else { return nil }
                seconds += more * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func turn() -> Turn? {
            guard take(","), let day = day() else { return nil }
            var time = 7200
            if take("/") {
                guard let written = seconds() else { return nil }
                time = written
            }
            return Turn(day: day, time: time)
        }

        private mutating func day() -> Turn.Day? {
            if take("J") {
                return number().flatMap { (1...365).contains($0) ? .julian($0) : nil }
            }
            guard take("M") else {
                return number().flatMap { (0...365).contains($0) ? .ordinal($0) : nil }
            }
            guard let month = number(), (1...12).contains(month), take("."),
                let week = number(), (1...5).contains(week), take("."),
                let weekday = number(), (0...6).contains(weekday)
            else { return nil }
            return .weekday(weekday, week: week, month: month)
        }
    }
}
