import CivilCalendar
import Delivery
import Foundation
import Support
import Testing

func sampleInvitation(
    method: CalendarMethod = .request, sequence: Int = 0, start: String = "2027-01-04T09:00"
) throws -> CalendarInvitation {
    CalendarInvitation(
        method: method, uid: "talk-17@ombord.example", sequence: sequence, writtenAt: sentAt,
        start: try #require(CivilMoment(start)), minutes: 60,
        summary:
            "Oppfølgingssamtale, andre måned; «trivsel» og \\ veien videre for alle som begynte",
        details: "Tema:\r\n- trivsel\n- opplæring, behov; ønsker 👩‍⚕️",
        location: "Møterom Blåbær, 2. etasje",
        organizer: Mailbox(
            name: try DisplayName("Ombord"), address: try address("ombord@oslo.example")),
        attendees: [
            Mailbox(
                name: try DisplayName("Åse \"Bjørn\" Ødegård; leder: ja, visst"),
                address: try address("aase@oslo.example")),
            Mailbox(address: try address("kaare@oslo.example")),
        ])
}

struct CalendarInvitationTests {
    struct ReadEvent: Decodable {
        var errors: [String]
        var method, status, uid, summary, description, location, wall, utc, utcByOwnZone: String
        var organizer: String
        var sequence, minutes: Int
        var attendees, names, answers: [String]
    }

    /// A talk asked for, moved to each day on which the clocks change, and cancelled.
    static let course: [(name: String, method: CalendarMethod, start: String, utc: String)] = [
        ("request", .request, "2027-01-04T09:00", "2027-01-04T08:00:00+00:00"),
        ("update-spring", .request, "2027-03-28T09:00", "2027-03-28T07:00:00+00:00"),
        ("update-autumn", .request, "2027-10-31T09:00", "2027-10-31T08:00:00+00:00"),
        ("update-eve", .request, "2027-03-27T23:30", "2027-03-27T22:30:00+00:00"),
        ("cancel", .cancel, "2027-03-27T23:30", "2027-03-27T22:30:00+00:00"),
    ]

    @Test func readsBackAsWritten() throws {
        var raw: [Data] = []
        for (sequence, stage) in Self.course.enumerated() {
            let bytes = try sampleInvitation(
                method: stage.method, sequence: sequence, start: stage.start
            ).bytes()
            expectGolden(lineFeeds(bytes), "\(stage.name).ics")
            raw.append(Data(bytes))
        }
        let events = try verify("calendar", raw, as: ReadEvent.self)
        let sample = try sampleInvitation()
        for (index, (stage, event)) in zip(Self.course, events).enumerated() {
            #expect(event.errors == [])
            #expect(event.method == stage.method.rawValue)
            #expect(event.status == (stage.method == .request ? "CONFIRMED" : "CANCELLED"))
            #expect(event.uid == "talk-17@ombord.example")
            #expect(event.sequence == index)
            #expect(event.minutes == 60)
            #expect(event.wall == stage.start + ":00")
            #expect(event.utc == stage.utc)
            #expect(event.utcByOwnZone == stage.utc)
            #expect(event.summary == sample.summary)
            #expect(event.description == sample.details.replacing("\r\n", with: "\n"))
            #expect(event.location == sample.location)
            #expect(event.organizer == "mailto:ombord@oslo.example")
            #expect(event.attendees == ["mailto:aase@oslo.example", "mailto:kaare@oslo.example"])
            #expect(event.names == ["Åse 'Bjørn' Ødegård; leder: ja, visst", ""])
            let answer = stage.method == .request ? "TRUE" : ""
            #expect(event.answers == [answer, answer])
        }
    }

    /// The zone that we write agrees with tzdata in every hour, but for those that do not exist.
    @Test func theZoneIsOslo() throws {
        struct Zone: Decodable {
            var differences: [String]
        }
        let raw = Data(try sampleInvitation().bytes())
        let zone = try #require(try verify("zone", [raw], as: Zone.self).first)
        #expect(zone.differences.allSatisfy { $0.contains("-03-") && $0.hasSuffix("T02:00:00") })
        #expect(zone.differences.count <= 13)
    }

    @Test func linesAreFoldedWithoutSplittingACharacter() throws {
        for length in 60...90 {
            for unit in ["å", "x", "👩‍⚕️", "日"] {
                var invitation = try sampleInvitation()
                invitation.summary = String(repeating: unit, count: length)
                let bytes = invitation.bytes()
                var lines: [[UInt8]] = [[]]
                for byte in bytes where byte != 13 {
                    if byte == 10 { lines.append([]) } else { lines[lines.count - 1].append(byte) }
                }
                #expect(lines.last == [])
                for line in lines {
                    #expect(line.count <= 75)
                    #expect(String(validating: line, as: UTF8.self) != nil)
                }
                let crs = bytes.count { $0 == 13 }
                #expect(crs == bytes.count { $0 == 10 })
            }
        }
    }
}
