import CivilCalendar
import Delivery
import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Wording

/// All mails that the demonstration has written, the newest first.
struct MailboxPage: Page {
    static let mailsOnOnePage = 30

    struct Mail {
        let row: MailboxRow
        let subject: String?
        let at: CivilMoment
    }

    let template = "mailbox"
    let mails: [Mail]
    let total: Int
    let page: Int
    let recipient: PersonCard?

    func title(_ scope: PageScope) -> String { scope.text("mailbox.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["count": scope.count("mailbox.count", total)]
        values["mails"] = mails.map { mail -> Values in
            [
                "url": "/mailbox/\(mail.row.message.id)",
                "subject": mail.subject ?? kind(mail.row.message, scope),
                "recipient": mail.row.recipientName,
                "only": "/mailbox?recipient=\(mail.row.message.recipient)",
                "only-label": scope.text(
                    "mailbox.only-to", ["name": mail.row.recipientName]),
                "when": scope.text(
                    mail.row.message.finishedAt == nil ? "mailbox.waiting" : "mailbox.sent",
                    ["moment": scope.wording.moment(mail.at)]),
                "kind": kind(mail.row.message, scope),
            ]
        }
        if mails.isEmpty { values["none"] = true }
        if let recipient {
            values["filter"] = scope.text("mailbox.filtered", ["name": recipient.name])
        }
        let last = max(0, (total - 1) / Self.mailsOnOnePage)
        if last > 0 {
            let filter = recipient.map { "&recipient=\($0.id)" } ?? ""
            var pager: Values = [
                "here": scope.text(
                    "pager.here", ["page": "\(page + 1)", "last": "\(last + 1)"])
            ]
            if page > 0 { pager["previous"] = "/mailbox?page=\(page)\(filter)" }
            if page < last { pager["next"] = "/mailbox?page=\(page + 2)\(filter)" }
            values["pager"] = pager
        }
        return values
    }

    private func kind(_ message: MessageRow, _ scope: PageScope) -> String {
        let kind = NoticeKind(rawValue: message.kind).map(scope.wording.noticeKind)
        return (kind ?? scope.text("mailbox.other-kind")).beginningUpper
    }
}

/// One mail as its recipient gets it.
struct MailPage: Page {
    let template = "mail"
    let id: String
    let mail: MailMessage
    let raw: String
    let at: CivilMoment
    let person: PersonID

    func title(_ scope: PageScope) -> String { mail.subject }

    func values(_ scope: PageScope) -> Values {
        // A header ends where the first empty line begins.
        let head = raw.split(separator: "\r\n\r\n", maxSplits: 1).first.map(String.init) ?? ""
        var values: Values = [
            "from": Self.text(mail.from), "to": Self.text(mail.to),
            "when": scope.wording.moment(at), "text": mail.text, "headers": head, "raw": raw,
            "html": "/mailbox/\(id)/html", "eml": "/mailbox/\(id)/message.eml",
            "all-to": "/mailbox?recipient=\(person)",
        ]
        if mail.invitation != nil { values["ics"] = "/mailbox/\(id)/invitation.ics" }
        return values
    }

    private static func text(_ mailbox: Mailbox) -> String {
        mailbox.name.map { "\($0) <\(mailbox.address)>" } ?? "\(mailbox.address)"
    }
}

extension WebContext {
    func showMailbox(_ request: Request, _ context: PageRequest) throws -> Response {
        let courier = try needMailbox()
        let query = request.uri.queryParameters
        let recipient = try query["recipient"].flatMap {
            try installation.person(PersonID(String($0)))
        }
        let page = max(0, min(query["page"].flatMap { Int(String($0)) } ?? 1, 100_000) - 1)
        let (rows, total) = try installation.mailbox(
            recipient: recipient?.id, page: page, pageSize: MailboxPage.mailsOnOnePage)
        let mails = rows.map { row in
            MailboxPage.Mail(
                row: row, subject: (try? courier.preview(row.message.id))?.subject,
                at: moment(row.message))
        }
        return try self.page(
            MailboxPage(mails: mails, total: total, page: page, recipient: recipient), context)
    }

    func showMail(_ context: PageRequest) throws -> Response {
        let (row, mail) = try mail(context)
        return try page(
            MailPage(
                id: row.id, mail: mail, raw: String(decoding: mail.bytes(), as: UTF8.self),
                at: moment(row), person: PersonID(row.recipient)), context)
    }

    /// The mail's own HTML, for the frame on its page: it may load nothing and run nothing, and a
    /// link in it opens in place of the page around it.
    func showMailHTML(_ context: PageRequest) throws -> Response {
        let (_, mail) = try mail(context)
        let html = mail.html.replacing(
            "<head>", with: "<head><base target=\"_top\">", maxReplacements: 1)
        var response = Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: html)))
        response.headers[.contentSecurityPolicy] = """
            default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; \
            base-uri 'none'; sandbox allow-top-navigation-by-user-activation
            """
        response.set("X-Frame-Options", "SAMEORIGIN")
        return response
    }

    func downloadMail(_ context: PageRequest) throws -> Response {
        let (row, mail) = try mail(context)
        return download(mail.bytes(), type: "message/rfc822", name: "\(row.id).eml")
    }

    func downloadInvitation(_ context: PageRequest) throws -> Response {
        guard let invitation = try mail(context).1.invitation else { throw PageError.notFound }
        return download(
            invitation.ics,
            type: "text/calendar; charset=utf-8; method=\(invitation.method.rawValue)",
            name: "invitation.ics")
    }

    private func mail(_ context: PageRequest) throws -> (MessageRow, MailMessage) {
        let courier = try needMailbox()
        let id = try context.identifier("message")
        let (row, _) = try installation.message(id)
        return (row, try courier.preview(id, opens: true))
    }

    /// The mailbox is there to be looked into in the demonstration and nowhere else.
    private func needMailbox() throws(PageError) -> Courier {
        guard demonstration != nil, let courier else { throw .notFound }
        return courier
    }

    private func moment(_ message: MessageRow) -> CivilMoment {
        installation.time.civil(message.finishedAt ?? message.availableAt)
    }

    private func download(_ bytes: [UInt8], type: String, name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type,
                .contentDisposition: "attachment; filename=\"\(name)\"",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
