public import CivilCalendar
import Foundation

/// Turns instants into wall-clock time in a zone and back. This is the only place that does.
public struct ZonedTime: Equatable, Sendable {
    private let zone: ZoneFile
    /// The changes of the years that are worked with: every act asks several times, and to compute
    /// them by the zone's rule each time costs more than to look here.
    private let changes: [ZoneFile.Change]
    private let known: Range<Int64>

    /// - Returns: nil where the machine does not know the zone (tzdata is missing).
    public init?(zone identifier: String = "Europe/Oslo") {
        let isName = identifier.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || "+-_/".utf8.contains(byte)
        }
        guard isName, !identifier.isEmpty,
            let file = FileManager.default.contents(
                atPath: "/usr/share/zoneinfo/\(identifier)"),
            let zone = ZoneFile(Array(file))
        else { return nil }
        self.zone = zone
        // 1 January 2000 and 2070, in seconds since 1970.
        let known: Range<Int64> = 946_684_800..<3_155_760_000
        var changes = [
            ZoneFile.Change(from: known.lowerBound, offset: zone.offset(at: known.lowerBound))
        ]
        while let last = changes.last, let next = zone.change(after: last.from),
            next.from < known.upperBound
        {
            changes.append(next)
        }
        self.changes = changes
        self.known = known
    }

    /// The zone's offset from UTC at an instant, in seconds.
    public func offset(at instant: Instant) -> Int {
        let seconds = Int64(instant.seconds)
        guard known.contains(seconds) else { return zone.offset(at: seconds) }
        return changes[ZoneFile.place(of: seconds, in: changes) - 1].offset
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
        guard let change = zone.change(after: inside.seconds - 86_400) else { return inside }
        return Instant(milliseconds: change.from * 1000)
    }
}

extension Int64 {
    func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
