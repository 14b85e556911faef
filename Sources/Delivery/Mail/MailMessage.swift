import CivilCalendar
import Cryptography

/// One mail to one recipient, complete: whoever holds it needs nothing else to send it.
///
/// Every field is made safe when the bytes are written, so no value can add a header line.
public struct MailMessage: Hashable, Sendable {
    /// Kept over every retry, so that a receiver can recognise a mail it already has.
    public var messageID: MessageID
    /// Seconds since 1970-01-01 00:00 UTC.
    public var sentAt: Int64
    /// How far the sender's clock on the wall is ahead of UTC.
    public var utcOffsetSeconds: Int
    public var from: Mailbox
    public var to: Mailbox
    public var replyTo: Mailbox?
    public var subject: String
    public var text: String
    public var html: String
    public var invitation: Invitation?
    /// Whether no person wrote it, so that no robot answers it (RFC 3834).
    public var isAutoSubmitted: Bool
    /// Where the reader can stop such mails; an https address.
    public var listUnsubscribe: String?
    /// Whether the address takes the one-click POST of RFC 8058.
    public var listUnsubscribeOneClick: Bool

    /// A calendar object that travels with the mail (RFC 6047).
    public struct Invitation: Hashable, Sendable {
        public var ics: [UInt8]
        public var method: CalendarMethod

        public init(ics: [UInt8], method: CalendarMethod) {
            self.ics = ics
            self.method = method
        }

        public init(_ invitation: CalendarInvitation) {
            self.init(ics: invitation.bytes(), method: invitation.method)
        }
    }

    public init(
        messageID: MessageID, sentAt: Int64, utcOffsetSeconds: Int = 0, from: Mailbox, to: Mailbox,
        replyTo: Mailbox? = nil, subject: String, text: String, html: String,
        invitation: Invitation? = nil, isAutoSubmitted: Bool = true,
        listUnsubscribe: String? = nil, listUnsubscribeOneClick: Bool = false
    ) {
        self.messageID = messageID
        self.sentAt = sentAt
        self.utcOffsetSeconds = utcOffsetSeconds
        self.from = from
        self.to = to
        self.replyTo = replyTo
        self.subject = subject
        self.text = text
        self.html = html
        self.invitation = invitation
        self.isAutoSubmitted = isAutoSubmitted
        self.listUnsubscribe = listUnsubscribe
        self.listUnsubscribeOneClick = listUnsubscribeOneClick
    }

    /// The message as it goes over the wire: 7-bit, CRLF line ends, no long lines.
    public func bytes() -> [UInt8] {
        let seal = Cryptography.hex(Cryptography.sha256(Array(messageID.text.utf8)).prefix(12))
        // "=_" cannot occur in quoted-printable or base64, so a boundary never occurs in a body.
        let alternative = "=_a_\(seal)"
        let mixed = "=_m_\(seal)"
        var lines = headerLines()
        if let invitation {
            lines += [
                "Content-Type: multipart/mixed; boundary=\"\(mixed)\"", "", "--\(mixed)",
            ]
            lines += alternativeLines(boundary: alternative)
            lines += [
                "--\(mixed)",
                "Content-Type: application/ics; name=\"\(invitation.method.fileName)\"",
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename=\"\(invitation.method.fileName)\"",
                "", MIMEText.base64(invitation.ics), "--\(mixed)--", "",
            ]
        } else {
            lines += alternativeLines(boundary: alternative)
        }
        return Array(lines.joined(separator: MIMEText.lineBreak).utf8)
    }

    /// The extra headers, for a provider that writes the message itself.
    var extraHeaders: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if isAutoSubmitted {
            headers.append(("Auto-Submitted", "auto-generated"))
            // Exchange answers with absence notes unless told so by this header.
            headers.append(("X-Auto-Response-Suppress", "All"))
        }
        if let listUnsubscribe {
            headers.append(("List-Unsubscribe", "<\(Self.percentEncoded(listUnsubscribe))>"))
            if listUnsubscribeOneClick {
                headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            }
        }
        return headers
    }

    private func headerLines() -> [String] {
        func mailboxLine(_ name: String, _ mailbox: Mailbox) -> String {
            "\(name): \(MIMEText.mailbox(mailbox, used: name.utf8.count + 2))"
        }
        var lines = [
            "Date: \(Self.date(sentAt, utcOffsetSeconds: utcOffsetSeconds))",
            mailboxLine("From", from),
            mailboxLine("To", to),
        ]
        if let replyTo { lines.append(mailboxLine("Reply-To", replyTo)) }
        lines.append("Subject: \(MIMEText.unstructured(subject, used: 9))")
        lines.append("Message-ID:\(messageID.text.utf8.count > 60 ? "\r\n" : "") <\(messageID)>")
        lines.append("MIME-Version: 1.0")
        lines += extraHeaders.map { "\($0.name): \($0.value)" }
        return lines
    }

    private func alternativeLines(boundary: String) -> [String] {
        // The reader's program shows the last part that it understands (RFC 2046 section 5.1.4).
        var lines = [
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
            "--\(boundary)", "Content-Type: text/plain; charset=UTF-8",
            "Content-Transfer-Encoding: quoted-printable", "", MIMEText.quotedPrintable(text),
            "--\(boundary)", "Content-Type: text/html; charset=UTF-8",
            "Content-Transfer-Encoding: quoted-printable", "", MIMEText.quotedPrintable(html),
        ]
        if let invitation {
            lines += [
                "--\(boundary)",
                "Content-Type: text/calendar; method=\(invitation.method.rawValue); charset=UTF-8",
                "Content-Transfer-Encoding: base64", "", MIMEText.base64(invitation.ics),
            ]
        }
        return lines + ["--\(boundary)--", ""]
    }

    /// The date as RFC 5322 section 3.3 writes it.
    static func date(_ seconds: Int64, utcOffsetSeconds: Int) -> String {
        let moment = UTCInstant(seconds: seconds + Int64(utcOffsetSeconds))
        let (year, month, day) = moment.day.fields
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let weekday = weekdays[moment.day.weekday.rawValue - 1]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let minutes = abs(utcOffsetSeconds) / 60
        let sign = utcOffsetSeconds < 0 ? "-" : "+"
        let offset = "\(sign)\(padded(minutes / 60))\(padded(minutes % 60))"
        return "\(weekday), \(day) \(months[month - 1]) \(year) \(moment.clock) \(offset)"
    }

    private static func percentEncoded(_ url: String) -> String {
        var result = ""
        for byte in url.utf8 {
            if (0x21..<0x7F).contains(byte), !"<>\"\\^`{|}".utf8.contains(byte) {
                result.append(Character(UnicodeScalar(byte)))
            } else {
                result += "%" + Cryptography.hex([byte]).uppercased()
            }
        }
        return result
    }
}
