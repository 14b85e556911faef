import CivilCalendar
import Foundation
import Operations
import Support
import Testing

@Suite struct ZonedTimeTests {
    private func zone() throws -> ZonedTime { try World.need(ZonedTime()) }

    private func instant(_ text: String) throws -> Int64 {
        try zone().instant(try World.need(CivilMoment(text))).seconds
    }

    @Test func theSpringChangeSkipsAnHour() throws {
        // 29 March 2026: 02:00 becomes 03:00 (01:00 UTC).
        #expect(try instant("2026-03-29T01:59") == 1_774_745_940)
        #expect(try instant("2026-03-29T02:00") == 1_774_746_000)
        #expect(try instant("2026-03-29T02:30") == 1_774_746_000)
        #expect(try instant("2026-03-29T03:00") == 1_774_746_000)
    }

    @Test func theAutumnChangeRepeatsAnHourAndTheFirstCounts() throws {
        // 25 October 2026: 03:00 summer time becomes 02:00 (01:00 UTC).
        #expect(try instant("2026-10-25T02:30") == 1_792_888_200)
        #expect(try instant("2026-10-25T03:00") == 1_792_893_600)
    }

    @Test func instantsComeBackAsTheSameWallClockTime() throws {
        let zone = try zone()
        var random = Support.SeededRandom(seed: 1)
        for _ in 0..<20_000 {
            let day = CivilDay(number: Int.random(in: 18_000...26_000, using: &random))
            let time = try World.need(CivilTime(minutes: Int.random(in: 0..<1440, using: &random)))
            let moment = CivilMoment(day, time)
            let back = zone.civil(zone.instant(moment))
            // Only the hour that spring skips does not exist.
            let isSkipped = back != moment
            if isSkipped {
                #expect(day.fields.month == 3 && day.weekday == .sunday)
                #expect((120..<180).contains(time.minutes))
                #expect(back.time.minutes == 180)
            }
        }
    }

    /// Foundation has tables of its own. The zones are those whose rules are written in some
    /// other way: half hours, winter time that is the exception, the south, none, a change before
    /// midnight, no changes at all.
    @Test(arguments: [
        "Europe/Oslo", "Europe/Dublin", "America/New_York", "America/St_Johns",
        "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "America/Nuuk", "Asia/Tokyo",
        "Etc/UTC",
    ])
    func theOffsetIsFoundationsInEveryYear(name: String) throws {
        let zone = try World.need(ZonedTime(zone: name))
        let foundation = try World.need(TimeZone(identifier: name))
        var random = Support.SeededRandom(seed: 2)
        for _ in 0..<20_000 {
            // 1970 to 2110; of the years before the two keep different histories.
            let second = Int64.random(in: 0...4_417_977_600, using: &random)
            let date = Date(timeIntervalSince1970: Double(second))
            #expect(
                zone.offset(at: Instant(milliseconds: second * 1000))
                    == foundation.secondsFromGMT(for: date))
        }
        // Around each change, and before and after the years whose changes are kept.
        var changes = [946_684_799, 946_684_800, 3_155_759_999, 3_155_760_000]
        var next = foundation.nextDaylightSavingTimeTransition(
            after: Date(timeIntervalSince1970: 0))
        while let change = next, change.timeIntervalSince1970 < 3_500_000_000 {
            let second = Int(change.timeIntervalSince1970)
            changes += [second - 1, second, second + 1]
            next = foundation.nextDaylightSavingTimeTransition(after: change)
        }
        for second in changes {
            #expect(
                zone.offset(at: Instant(milliseconds: Int64(second) * 1000))
                    == foundation.secondsFromGMT(
                        for: Date(timeIntervalSince1970: Double(second))))
        }
    }

    @Test func anUnknownZoneIsRefused() {
        #expect(ZonedTime(zone: "Europe/Eidsvoll") == nil)
        #expect(ZonedTime(zone: "") == nil && ZonedTime(zone: "../../../etc/hostname") == nil)
        // Not a zone, though it lies beside them.
        #expect(ZonedTime(zone: "tzdata.zi") == nil && ZonedTime(zone: "Europe") == nil)
    }
}
