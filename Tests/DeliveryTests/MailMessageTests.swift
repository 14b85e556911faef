import Delivery
import Foundation
import Testing

struct MailMessageTests {
    static let nastyNames = [
        "Åse Bjørnsdottir Ødegård", "Ola", "Nordmann, Ola", "Ola \"Kalle\" Nordmann", "back\\slash",
        "=?UTF-8?Q?falsk?=", "Ola <evil@example.org>", "a@b.no", "O'Hara; Bcc: x", "(kommentar)",
        String(repeating: "Ærlig ", count: 12) + "Ø", String(repeating: "x", count: 70),
        String(repeating: "å", count: 70), "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "李小龍", "e\u{301}le\u{300}ve",
        "Ola  med to mellomrom", "Jean-Luc!*+/", "محمد", "z\u{310}\u{327}\u{310}\u{327}",
    ]

    /// Names, subjects and texts come back from an independent reader exactly as they went in.
    @Test func readsBackAsWritten() throws {
        let text =
            "Hei\r\n.\r\n..prikk\nFrom her\n  innrykk og mellomrom til slutt \n=3D åæø 👩‍👩‍👧\t\n"
            + String(repeating: "Langt ord uten slutt på æøå ", count: 20)
        var raw: [Data] = []
        for name in Self.nastyNames {
            var message = try sampleMessage(subject: "Til \(name): «gjør dette»", text: text)
            message.to.name = try DisplayName(name)
            message.replyTo = message.to
            #expect(wireFaults(message.bytes()) == [], "\(name)")
            raw.append(Data(message.bytes()))
        }
        for (name, mail) in zip(Self.nastyNames, try verify("mail", raw, as: ReadMail.self)) {
            #expect(mail.defects == [])
            #expect(mail.to == ReadMailbox(name: name, address: "aase@oslo.example"))
            #expect(mail.replyTo == mail.to)
            #expect(mail.from == ReadMailbox(name: "Ombord", address: "ombord@oslo.example"))
            #expect(mail.subject == "Til \(name): «gjør dette»")
            #expect(mail.messageID == "<7f3a.1@ombord.example>")
            #expect(mail.date == Int(sentAt))
            #expect(mail.offset == 3600)
            #expect(
                mail.parts.map(\.type) == ["multipart/alternative", "text/plain", "text/html"])
            let normalised = text.replacing("\r\n", with: "\n")
            #expect(mail.parts[1].text.replacing("\r\n", with: "\n") == normalised)
            #expect(mail.parts[2].text.replacing("\r\n", with: "\n") == "<p>Hei!</p>\n")
        }
    }

    @Test func noValueAddsAHeader() throws {
        var message = try sampleMessage(subject: "Hei\r\nBcc: evil@example.org\r\n\r\n<script>")
        message.listUnsubscribe = "https://x.example/a>\r\nBcc: evil@example.org"
        message.listUnsubscribeOneClick = true
        let raw = message.bytes()
        #expect(wireFaults(raw) == [])
        let mail = try #require(try verify("mail", [Data(raw)], as: ReadMail.self).first)
        #expect(
            mail.headers == [
                "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted",
                "X-Auto-Response-Suppress", "List-Unsubscribe", "List-Unsubscribe-Post",
                "Content-Type",
            ])
        #expect(mail.subject == "Hei Bcc: evil@example.org <script>")
    }

    @Test func longSubjectsAreFoldedAtEveryLength() throws {
        var raw: [Data] = []
        var subjects: [String] = []
        for length in 1...160 {
            for unit in ["x", "ab ", "å", "x å"] {
                let subject = String(
                    String(repeating: unit, count: length).prefix(length)
                        .reversed().drop { $0 == " " }.reversed())
                guard !subject.isEmpty else { continue }
                let bytes = try sampleMessage(subject: subject).bytes()
                #expect(wireFaults(bytes) == [])
                raw.append(Data(bytes))
                subjects.append(subject)
            }
        }
        let mails = try verify("mail", raw, as: ReadMail.self)
        #expect(mails.map(\.subject) == subjects)
    }

    @Test func anInvitationIsTheLastAlternativeAndAnAttachment() throws {
        var message = try sampleMessage()
        message.invitation = .init(try sampleInvitation())
        let bytes = message.bytes()
        #expect(wireFaults(bytes) == [])
        let mail = try #require(try verify("mail", [Data(bytes)], as: ReadMail.self).first)
        #expect(mail.defects == [])
        #expect(
            mail.parts.map(\.type) == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
                "text/calendar", "application/ics",
            ])
        #expect(mail.parts[4].method == "REQUEST")
        #expect(mail.parts[4].charset == "utf-8")
        #expect(mail.parts[4].content == Data(try sampleInvitation().bytes()))
        #expect(mail.parts[5].fileName == "invite.ics")
        #expect(mail.parts[5].content == mail.parts[4].content)
    }

    @Test func theSameMessageIsTheSameBytes() throws {
        #expect(try sampleMessage().bytes() == sampleMessage().bytes())
        #expect(try sampleMessage(id: "2@x").bytes() != sampleMessage(id: "1@x").bytes())
    }

    @Test func longAddressesKeepTheirLine() throws {
        let long =
            String(repeating: "a", count: 64) + "@" + String(repeating: "b.", count: 90) + "no"
        let bytes = try sampleMessage(to: long).bytes()
        let mail = try #require(try verify("mail", [Data(bytes)], as: ReadMail.self).first)
        #expect(mail.to.address == long)
        #expect(mail.defects == [])
    }
}
