public import CivilCalendar
import Foundation

/// Turns instants into wall-clock time in a zone and back. This is the only place that does.
public struct ZonedTime: Equatable, Sendable {
    private let zone: TimeZone
    /// When the offset changes and what it is from then on, from `firstKnown` to the last one's
    /// end: every act asks several times, and to ask the machine's tables each time costs more
    /// than to look here.
    private let changes: [(from: Int64, offset: Int)]
    private let known: Range<Int64>

    /// - Returns: nil where the machine does not know the zone (tzdata is missing).
    public init?(zone identifier: String = "Europe/Oslo") {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.zone = zone
        // 1 January 2000 and 2070, in seconds since 1970.
        let known: Range<Int64> = 946_684_800..<3_155_760_000
        var changes: [(from: Int64, offset: Int)] = []
        var next: Date? = Date(timeIntervalSince1970: Double(known.lowerBound))
        while let date = next, Int64(date.timeIntervalSince1970) < known.upperBound {
            changes.append((Int64(date.timeIntervalSince1970), zone.secondsFromGMT(for: date)))
            next = zone.nextDaylightSavingTimeTransition(after: date)
        }
        self.changes = changes
        self.known = known
    }

    public static func == (a: ZonedTime, b: ZonedTime) -> Bool { a.zone == b.zone }

    /// The zone's offset from UTC at an instant, in seconds.
    public func offset(at instant: Instant) -> Int {
        let seconds = Int64(instant.seconds)
        guard known.contains(seconds) else {
            return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
        }
        // The first that begins later ends the one that holds.
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return changes[low - 1].offset
    }

    /// What the clock on the wall shows at an instant, in whole minutes.
    public func civil(_ instant: Instant) -> CivilMoment {
        let local =
            instant.milliseconds.flooredDivision(by: 60_000) + Int64(offset(at: instant) / 60)
        let day = local.flooredDivision(by: 1440)
        let time = CivilTime(minutes: Int(local - day * 1440)) ?? .midnight
        return CivilMoment(CivilDay(number: Int(day)), time)
    }

    /// The instant of a wall-clock moment.
    ///
    /// A moment that the spring change skips is the first instant after the gap; one that the
    /// autumn change repeats is the first of the two.
    public func instant(_ moment: CivilMoment) -> Instant {
        let local = (Int64(moment.day.number) * 1440 + Int64(moment.time.minutes)) * 60
        // Two guesses suffice: the offsets on the day before and on the day after.
        let before = offset(at: Instant(milliseconds: (local - 86_400) * 1000))
        let after = offset(at: Instant(milliseconds: (local + 86_400) * 1000))
        for offset in [max(before, after), min(before, after)] {
            let guess = Instant(milliseconds: (local - Int64(offset)) * 1000)
            if self.offset(at: guess) == offset { return guess }
        }
        // Only a moment inside the gap fits neither. The gap begins where the clock would show the
        // moment under the old offset, less what has passed of it.
        return endOfGap(local: local, before: before)
    }

    private func endOfGap(local: Int64, before: Int) -> Instant {
        let inside = Instant(milliseconds: (local - Int64(before)) * 1000)
        let start = Date(timeIntervalSince1970: Double(inside.seconds) - 86_400)
        guard let change = zone.nextDaylightSavingTimeTransition(after: start) else {
            return inside
        }
        return Instant(milliseconds: Int64(change.timeIntervalSince1970 * 1000))
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
