import CivilCalendar
import Delivery
import Engine
import Hummingbird
import Operations
import Wording

/// What has been sent to or about the people of the reader's units, what waits, and what was not
/// sent and why.
struct OutboxPage: Page {
    static let path = "/admin/outbox"
    static let mailsOnOnePage = 30
    /// What stands for no choice in the fields that choose.
    static let all = "all"

    let template = "outbox"
    let mails: [(line: OutboxLine, subject: String?)]
    let filter: OutboxFilter
    let asked: Form
    let page: Int
    let hasMore: Bool
    let time: ZonedTime

    func title(_ scope: PageScope) -> String { scope.text("admin.outbox.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "fields": fields(scope).map { $0.values(asked, fault: nil, form: "filter") },
            "mails": mails.map { mail, subject -> Values in
                OutboxWords(time: time, scope: scope).values(mail, subject: subject)
            },
        ]
        if mails.isEmpty { values["none"] = true }
        if filter.recipient == nil {
            values["since"] = scope.text(
                "admin.outbox.since", ["days": "\(Installation.outboxDays)"])
        }
        let query = asked.fields.sorted { $0.key < $1.key }
            .filter { !$0.value.isEmpty && $0.value != Self.all }
            .map { "\($0.key)=\($0.value.percentEncoded)" }.joined(separator: "&")
        values["pager"] = Pager.open(
            page: page, hasMore: hasMore,
            address: query.isEmpty ? Self.path : "\(Self.path)?\(query)", scope)
        return values
    }

    private func fields(_ scope: PageScope) -> [FormField] {
        let all = FormField.Option(id: Self.all, name: scope.text("admin.outbox.all"))
        let kinds = MailKind.allCases.map { kind in
            FormField.Option(id: kind.rawValue, name: scope.mailKind(kind.rawValue))
        }
        return [
            FormField(
                name: "status", label: scope.text("admin.outbox.status"),
                input: .choice(
                    [all]
                        + MessageStatus.allCases.filter { $0 != .sending }.map {
                            .init(
                                id: $0.rawValue,
                                name: scope.text("admin.outbox.status-\($0.rawValue)"))
                        })),
            FormField(
                name: "kind", label: scope.text("admin.outbox.kind"),
                input: .choice([all] + kinds.sorted { $0.name < $1.name })),
            FormField(
                name: "person", label: scope.text("admin.outbox.person"),
                hint: scope.text("admin.outbox.person-hint"), input: .line, isRequired: false),
        ]
    }
}

/// What is said of a message.
struct OutboxWords {
    let time: ZonedTime
    let scope: PageScope

    func values(_ line: OutboxLine, subject: String?) -> Values {
        let message = line.message
        var values: Values = [
            "url": "\(OutboxPage.path)/\(message.id)",
            // A subject names whom it is about.
            "subject": (line.isElsewhere ? nil : subject) ?? scope.mailKind(message.kind),
            "recipient": line.recipientName,
            "kind": scope.mailKind(message.kind), "when": when(message),
            "status": status(message),
        ]
        if line.isElsewhere { values["about"] = scope.text("admin.outbox.elsewhere") }
        if let name = line.participantName, line.participant?.rawValue != message.recipient {
            values["about"] = scope.text("admin.outbox.about", ["name": name])
        }
        return values
    }

    func status(_ message: MessageRow) -> Values {
        let (look, sign) =
            switch MessageStatus(rawValue: message.status) {
            case .sent: ("done", "✓")
            case .dead: ("overdue", "×")
            case .queued, .sending: ("waiting", "…")
            case .bundled: ("planned", "+")
            case .withdrawn, nil: ("planned", "–")
            }
        return [
            "look": look, "sign": sign,
            "text": scope.text("admin.outbox.status-\(message.status)"),
        ]
    }

    /// Until when it waits, or when it ended.
    func when(_ message: MessageRow) -> String {
        func moment(_ at: Instant) -> String { scope.wording.moment(time.civil(at)) }
        if let at = message.finishedAt { return moment(at) }
        return scope.text("admin.outbox.until", ["moment": moment(message.availableAt)])
    }

    /// What Ombord found itself, with or without a mail server; nil for what a server answered.
    func ownFault(_ detail: String) -> String? {
        for (sign, key) in [
            ("unreachable: ", "admin.outbox.unreachable"),
            ("uncertain: ", "admin.outbox.uncertain"),
        ] where detail.hasPrefix(sign) {
            return scope.text(key, ["detail": String(detail.dropFirst(sign.count))])
        }
        if detail == "noAddress" { return scope.text("admin.outbox.no-address") }
        if detail.hasPrefix("badAddress(") { return scope.text("admin.outbox.bad-address") }
        if detail.hasPrefix("template(") { return scope.text("admin.outbox.bad-template") }
        let isDamaged = ["damaged(", "DamagedDocument("].contains(where: detail.hasPrefix)
        return isDamaged ? scope.text("admin.outbox.damaged") : nil
    }

    /// Why it was not sent, or not by itself.
    func why(_ message: MessageRow) -> String? {
        guard let detail = message.detail, !detail.isEmpty else { return nil }
        switch MessageStatus(rawValue: message.status) {
        case .withdrawn:
            return WithdrawalReason(rawValue: detail).map {
                scope.text("admin.outbox.withdrawn.\($0.rawValue)")
            } ?? detail
        case .dead:
            return ownFault(detail) ?? scope.text("admin.outbox.failed", ["detail": detail])
        case .queued where message.attempts > 0:
            let reason =
                ownFault(detail) ?? scope.text("admin.outbox.failed", ["detail": detail])
            return scope.text("admin.outbox.tries-again", ["reason": reason])
        case .queued, .sending, .sent, .bundled, nil: return nil
        }
    }
}

extension PageScope {
    /// What a kind of mail is called, where it stands by itself.
    func mailKind(_ kind: String) -> String {
        if let notice = NoticeKind(rawValue: kind) {
            return wording.noticeKind(notice).beginningUpper
        }
        let key = "admin.kind.\(kind)"
        let text = text(key)
        return text == "[page.\(key)]" ? kind : text
    }
}

/// One message and what became of it.
struct OutboxMessagePage: Page {
    let template = "outboxmail"
    let found: OutboxMessage
    /// The mail, with links that let nobody in; nil where it cannot be written any more.
    let mail: MailMessage?
    let time: ZonedTime

    private var message: MessageRow { found.line.message }
    private var url: String { "\(OutboxPage.path)/\(message.id)" }

    func title(_ scope: PageScope) -> String {
        (found.line.isElsewhere ? nil : mail?.subject) ?? scope.mailKind(message.kind)
    }

    func values(_ scope: PageScope) -> Values {
        let words = OutboxWords(time: time, scope: scope)
        func moment(_ at: Instant) -> String { scope.wording.moment(time.civil(at)) }
        var values = words.values(found.line, subject: mail?.subject)
        values["queued"] = moment(message.queuedAt)
        if let why = words.why(message) { values["why"] = why }
        if let bundle = found.line.bundle { values["bundle"] = "\(OutboxPage.path)/\(bundle)" }
        values["all-to"] = "\(OutboxPage.path)?person=\(message.recipient.percentEncoded)"
        if !found.attempts.isEmpty {
            values["attempts"] = [
                "rows": found.attempts.map { attempt -> Values in
                    [
                        "number": "\(attempt.number)", "when": moment(attempt.at),
                        "outcome": scope.text("admin.outbox.outcome.\(attempt.outcome)"),
                        "detail": words.ownFault(attempt.detail) ?? attempt.detail,
                    ]
                }
            ]
        }
        if !found.gathered.isEmpty {
            values["gathered"] = [
                "mails": found.gathered.map { words.values($0, subject: nil) }
            ]
        }
        if found.isConfidential {
            values["has-contents"] = true
            values["confidential"] = true
        } else if let mail {
            values["has-contents"] = true
            values["contents"] = ["text": mail.text]
        }
        if message.status == MessageStatus.dead.rawValue {
            values["retry"] = scope.form("\(url)/retry", key: "retry")
        }
        return values
    }
}

extension WebContext {
    func showOutbox(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try needHR(context)
        let query = request.uri.queryParameters
        var asked = Form(fields: [:])
        for name in ["status", "kind", "person"] {
            if let value = query[Substring(name)] {
                asked.set(name, String(value.prefix(200)).replacing("+", with: " "))
            }
        }
        var filter = OutboxFilter(
            status: asked["status"].flatMap { MessageStatus(rawValue: $0) },
            kind: asked["kind"] == OutboxPage.all ? nil : asked["kind"])
        if let named = asked["person"] {
            // Whoever is not found, and whoever is none of the reader's, has no messages here.
            filter.recipient = PersonID(named)
            if case .one(let person) = try installation.person(named: named) {
                filter.recipient = person.id
            }
        }
        let page = min(Pager.asked(request), 1_000)
        let size = OutboxPage.mailsOnOnePage
        let found = try installation.outbox(forHR: reader.id, filter, page: page, pageSize: size)
        return try self.page(
            OutboxPage(
                mails: found.prefix(size).map { line in
                    (line: line, subject: try? courier?.preview(line.message.id).subject)
                }, filter: filter, asked: asked, page: page, hasMore: found.count > size,
                time: installation.time), context)
    }

    func showOutboxMessage(_ context: PageRequest) throws -> Response {
        let found = try outboxMessage(context)
        return try page(
            OutboxMessagePage(
                found: found,
                mail: try? courier?.preview(found.line.message.id),
                time: installation.time), context)
    }

    func retryMessage(_ request: Request, _ context: PageRequest) async throws -> Response {
        _ = try needHR(context)
        let form = try await request.form()
        try check(form, request, context)
        let id = try outboxMessage(context).line.message.id
        do {
            try await installation.retry(id)
        } catch OperationError.messageNotRetryable {
            // Sent twice it is queued already; the page tells how it stands.
        }
        return redirect(to: "\(OutboxPage.path)/\(id)")
    }

    private func outboxMessage(_ context: PageRequest) throws -> OutboxMessage {
        let reader = try needHR(context)
        guard
            let found = try installation.outboxMessage(
                try context.identifier("message"), forHR: reader.id)
        else { throw PageError.notFound }
        return found
    }
}
