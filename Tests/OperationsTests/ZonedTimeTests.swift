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

    /// Foundation reads the same tzdata, each time anew.
    @Test func theOffsetIsFoundationsInEveryYear() throws {
        let zone = try zone()
        let foundation = try World.need(TimeZone(identifier: "Europe/Oslo"))
        var random = Support.SeededRandom(seed: 2)
        for _ in 0..<20_000 {
            // 1960 to 2110.
            let second = Int64.random(in: -315_619_200...4_417_977_600, using: &random)
            let date = Date(timeIntervalSince1970: Double(second))
            #expect(
                zone.offset(at: Instant(milliseconds: second * 1000))
                    == foundation.secondsFromGMT(for: date))
        }
        let changes = [1_774_745_999, 1_774_746_000, 946_684_799, 946_684_800, 3_155_759_999]
        for second in changes {
            #expect(
                zone.offset(at: Instant(milliseconds: Int64(second) * 1000))
                    == foundation.secondsFromGMT(
                        for: Date(timeIntervalSince1970: Double(second))))
        }
    }

    @Test func anUnknownZoneIsRefused() {
        #expect(ZonedTime(zone: "Europe/Eidsvoll") == nil)
    }
}
