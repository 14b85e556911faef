public import CivilCalendar

/// What a calendar object asks of the receiver's calendar (RFC 5546).
public enum CalendarMethod: String, Hashable, Sendable {
    case request = "REQUEST"
    case cancel = "CANCEL"

    var fileName: String { self == .request ? "invite.ics" : "cancel.ics" }
}

/// A talk as a calendar invitation (RFC 5545, 5546, 6047), with its time on the wall in Oslo.
///
/// The same `uid` with a higher `sequence` moves or cancels the talk that the receiver has.
public struct CalendarInvitation: Hashable, Sendable {
    public var method: CalendarMethod
    public var uid: String
    public var sequence: Int
    /// When this object was written, in seconds since 1970-01-01 00:00 UTC.
    public var writtenAt: Int64
    public var start: CivilMoment
    public var minutes: Int
    public var summary: String
    public var details: String
    public var location: String?
    public var organizer: Mailbox
    public var attendees: [Mailbox]

    public init(
        method: CalendarMethod, uid: String, sequence: Int, writtenAt: Int64, start: CivilMoment,
        minutes: Int, summary: String, details: String, location: String? = nil,
        organizer: Mailbox, attendees: [Mailbox]
    ) {
        self.method = method
        self.uid = uid
        self.sequence = sequence
        self.writtenAt = writtenAt
        self.start = start
        self.minutes = minutes
        self.summary = summary
        self.details = details
        self.location = location
        self.organizer = organizer
        self.attendees = attendees
    }

    /// The iCalendar object in UTF-8 with CRLF line ends and lines of at most 75 octets.
    public func bytes() -> [UInt8] {
        let lines =
            [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ombord//Ombord//NO",
                "CALSCALE:GREGORIAN", "METHOD:\(method.rawValue)",
            ] + Self.timeZoneLines + eventLines() + ["END:VCALENDAR"]
        return lines.flatMap(Self.folded)
    }

    private func eventLines() -> [String] {
        var lines = [
            "BEGIN:VEVENT",
            "UID:\(Self.escaped(uid))",
            "SEQUENCE:\(max(0, sequence))",
            "DTSTAMP:\(UTCInstant(seconds: writtenAt).calendarStamp)",
            "DTSTART;TZID=Europe/Oslo:\(Self.stamp(start))",
            // A duration is exact also where the clock is moved during the talk.
            "DURATION:PT\(max(1, minutes))M",
            "SUMMARY:\(Self.escaped(summary))",
        ]
        if !details.isEmpty { lines.append("DESCRIPTION:\(Self.escaped(details))") }
        if let location, !location.isEmpty { lines.append("LOCATION:\(Self.escaped(location))") }
        lines.append("STATUS:\(method == .request ? "CONFIRMED" : "CANCELLED")")
        lines.append("ORGANIZER\(Self.commonName(organizer)):mailto:\(organizer.address)")
        for attendee in attendees {
            // Outlook shows its buttons only to an attendee who is asked to answer.
            let answer =
                method == .request
                ? ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE" : ";ROLE=REQ-PARTICIPANT"
            lines.append("ATTENDEE\(Self.commonName(attendee))\(answer):mailto:\(attendee.address)")
        }
        return lines + ["TRANSP:OPAQUE", "END:VEVENT"]
    }

    // Directive 2000/84/EC: the clocks change at 01:00 UTC on the last Sunday of March and October.
    private static let timeZoneLines = [
        "BEGIN:VTIMEZONE", "TZID:Europe/Oslo",
        "BEGIN:DAYLIGHT", "DTSTART:19960331T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST", "END:DAYLIGHT",
        "BEGIN:STANDARD", "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET", "END:STANDARD",
        "END:VTIMEZONE",
    ]

    private static func stamp(_ moment: CivilMoment) -> String {
        "\(moment):00".filter { $0 != "-" && $0 != ":" }
    }

    private static func commonName(_ mailbox: Mailbox) -> String {
        guard let name = mailbox.name?.text else { return "" }
        // A quotation mark cannot occur in a parameter value (RFC 5545 section 3.2).
        return ";CN=\"\(String(name.map { $0 == "\"" ? "'" : $0 }))\""
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", ";", ",": result += "\\\(character)"
            case "\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": result += "\\n"
            default:
                for scalar in character.unicodeScalars where !isControl(scalar) {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// The line with its CRLF, broken so that no piece exceeds 75 octets or splits a character.
    private static func folded(_ line: String) -> [UInt8] {
        var result: [UInt8] = []
        var width = 0
        for scalar in line.unicodeScalars {
            let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            if width + bytes.count > 75 {
                result += Array("\r\n ".utf8)
                width = 1
            }
            result += bytes
            width += bytes.count
        }
        return result + Array("\r\n".utf8)
    }
}
