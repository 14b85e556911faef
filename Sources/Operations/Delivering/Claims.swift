import CivilCalendar
import Delivery
import Engine
import JSONText
import Storage

/// What a claim found in the outbox.
struct Claim: Sendable {
    var jobs: [DeliveryJob] = []
    var withdrawn = 0
    var bundled = 0
}

extension Transaction {
    static let readyQuery = """
        SELECT \(MessageRow.columns) FROM message
        WHERE status = 'queued' AND available_at <= ? ORDER BY available_at LIMIT ?
        {skip locked}
        """

    static let urgentQuery = """
        SELECT \(MessageRow.columns) FROM message
        WHERE status = 'queued' AND kind = 'sign-in' AND available_at <= ?
        ORDER BY available_at LIMIT 64 {skip locked}
        """

    /// What somebody sits and waits for goes before all that has come together overnight.
    private func urgent() throws -> [MessageRow] {
        try connection.all(
            Self.urgentQuery, [.integer(now.milliseconds)], MessageRow.init)
    }

    /// Leases what may go out now, after asking of each message whether its reason is still true.
    func claim(limit: Int) throws -> Claim {
        try endLostLeases()
        var claim = Claim()
        let ready = try connection.all(
            Self.readyQuery, [.integer(now.milliseconds), SQLValue(limit)], MessageRow.init)
        var digests: Set<String> = []
        for message in try urgent() + ready.filter({ $0.kind != SignInLink.kind }) {
            // One message that cannot be read must not keep the others waiting.
            try connection.run("SAVEPOINT claim", [])
            do {
                var attempt = claim
                switch Channel(rawValue: message.channel) {
                case .digest:
                    // One person's items leave together, and only once.
                    if digests.insert(message.recipient).inserted {
                        try bundle(for: PersonID(message.recipient), &attempt)
                    }
                case .mail: try claimMail(message, &attempt)
                case .webhook: try claimWebhook(message, &attempt)
                case nil: throw OperationError.damaged("message \(message.id)")
                }
                claim = attempt
            } catch let error as OperationError {
                try connection.run("ROLLBACK TO claim", [])
                try bury(message, "\(error)")
            } catch let error as DamagedDocument {
                try connection.run("ROLLBACK TO claim", [])
                try bury(message, "\(error)")
            }
            try connection.run("RELEASE claim", [])
        }
        return claim
    }

    /// Gives a message up that cannot be sent as things are; `retry` takes it up again.
    private func bury(_ message: MessageRow, _ reason: String) throws {
        try connection.run(
            "UPDATE message SET status = 'dead', finished_at = ?, detail = ? WHERE id = ?",
            [.integer(now.milliseconds), .text(String(reason.prefix(500))), .text(message.id)])
    }

    /// A lease that ran out belonged to a process that died or lost its database: the message goes
    /// again.
    private func endLostLeases() throws {
        try connection.run(
            """
            UPDATE message SET status = 'queued', leased_until = NULL
            WHERE status = 'sending' AND leased_until <= ?
            """, [.integer(now.milliseconds)])
    }

    private func lease(_ message: MessageRow) throws {
        try connection.post(
            "UPDATE message SET status = 'sending', leased_until = ? WHERE id = ?",
            [
                .integer(now.adding(seconds: Courier.leaseSeconds).milliseconds),
                .text(message.id),
            ])
    }

    /// Holds on to what is still being sent.
    func renewLeases(_ ids: [String]) throws {
        let until = now.adding(seconds: Courier.leaseSeconds).milliseconds
        for id in ids {
            try connection.post(
                "UPDATE message SET leased_until = ? WHERE id = ? AND status = 'sending'",
                [.integer(until), .text(id)])
        }
    }

    private func claimMail(_ message: MessageRow, _ claim: inout Claim) throws {
        switch message.kind {
        case "digest":
            let contents = try digest(message)
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: contents))
        case SignInLink.kind:
            guard let contents = try signInContents(message) else {
                return try withdraw(message, "the link has ended", &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: contents))
        case "endpoint-disabled":
            guard let endpoint = try endpoint(JSON(message.body)?["endpoint"]?.string ?? "") else {
                return try withdraw(message, "the endpoint is gone", &claim)
            }
            try lease(message)
            claim.jobs.append(
                DeliveryJob(
                    message: message,
                    contents: .endpointOff(
                        try needPerson(PersonID(message.recipient)), endpoint)))
        case InputMail.received, InputMail.answered:
            guard let mail = try inputMail(message), try !isAnsweredAlready(message) else {
                return try withdraw(message, "there is nothing to tell any more", &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: .input(mail)))
        case ClaimMail.waiting, ClaimMail.decided:
            guard let mail = try claimMail(message), try !isClaimAnswered(message) else {
                return try withdraw(message, "there is nothing to tell any more", &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: .claim(mail)))
        case PlacementNewsMail.kind:
            guard let mail = try placementNewsMail(message) else {
                return try withdraw(message, "there is nothing to tell any more", &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: .placementNews(mail)))
        case PlacementNoneMail.kind:
            guard let mail = try placementNoneMail(message) else {
                return try withdraw(message, "there is nothing to tell any more", &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: .placementNone(mail)))
        default:
            let parcel = try parcel(message)
            if let reason = parcel.notice.withdrawal(parcel.programme, parcel.enrolment) {
                return try withdraw(message, parcel, reason, &claim)
            }
            try lease(message)
            claim.jobs.append(DeliveryJob(message: message, contents: .notice(parcel)))
        }
    }

    private func claimWebhook(_ message: MessageRow, _ claim: inout Claim) throws {
        if message.kind == Statement.kind {
            try lease(message)
            claim.jobs.append(
                DeliveryJob(message: message, contents: .statement(Array(message.body.utf8))))
            return
        }
        guard let endpoint = try endpoint(message.recipient), endpoint.isOn else {
            return try bury(message, "the endpoint is switched off")
        }
        guard let id = WebhookID(message.id), let body = JSON(message.body) else {
            throw OperationError.damaged("message \(message.id)")
        }
        try lease(message)
        let event = WebhookEvent(
            id: id, source: installation.settings.baseURL, type: "no.ombord.\(message.kind)",
            time: message.queuedAt.seconds, subject: message.enrolment?.rawValue,
            data: body.forWebhook)
        claim.jobs.append(DeliveryJob(message: message, contents: .webhook(endpoint, event)))
    }

    // MARK: - Withdrawal

    private func withdraw(
        _ message: MessageRow, _ parcel: Parcel, _ reason: WithdrawalReason, _ claim: inout Claim
    ) throws {
        try withdraw(message, reason.rawValue, &claim)
        try perform(
            .withdrawNotice(identity: message.identity, because: reason),
            on: parcel.enrolment.id, by: .clock)
    }

    private func withdraw(_ message: MessageRow, _ reason: String, _ claim: inout Claim) throws {
        try connection.run(
            "UPDATE message SET status = 'withdrawn', finished_at = ?, detail = ? WHERE id = ?",
            [.integer(now.milliseconds), .text(reason), .text(message.id)])
        claim.withdrawn += 1
    }

    // MARK: - Digests

    /// A digest with all that its mail says.
    func digest(_ message: MessageRow) throws -> DeliveryJob.Contents {
        let person = try needPerson(PersonID(message.recipient))
        return .digest(
            Recipient(person, firstDay: try firstDay(of: person)),
            try items(ofBundle: message.id))
    }

    /// What a digest holds, in the order in which it fell due.
    func items(ofBundle id: String) throws -> [DigestItem] {
        try connection.all(
            "SELECT \(MessageRow.columns) FROM message WHERE bundle = ? ORDER BY available_at, id",
            [.text(id)], MessageRow.init
        ).compactMap { message in
            message.kind == ClaimMail.waiting
                ? try claimMail(message).map { .claim($0) } : .notice(try parcel(message))
        }
    }

    /// Puts all that waits for a person into one mail a day. What comes after the day's mail waits
    /// for the next.
    private func bundle(for person: PersonID, _ claim: inout Claim) throws {
        let identity = "digest/\(person)/\(civilNow.day)"
        let id = Self.messageID(identity)
        let hasLeft = try connection.count(
            "SELECT count(*) FROM message WHERE id = ?", [.text(id)])
        let waiting = try connection.all(
            """
            SELECT \(MessageRow.columns) FROM message
            WHERE status = 'queued' AND channel = 'digest' AND recipient = ? AND available_at <= ?
            ORDER BY available_at, id
            """, [.text(person.rawValue), .integer(now.milliseconds)], MessageRow.init)
        if hasLeft > 0 { return try postpone(waiting) }
        var kept: [MessageRow] = []
        for message in waiting {
            if message.kind == ClaimMail.waiting {
                if try isClaimAnswered(message) {
                    try withdraw(message, "there is nothing to tell any more", &claim)
                } else {
                    kept.append(message)
                }
                continue
            }
            let parcel = try parcel(message)
            if let reason = parcel.notice.withdrawal(parcel.programme, parcel.enrolment) {
                try withdraw(message, parcel, reason, &claim)
            } else {
                kept.append(message)
            }
        }
        if kept.isEmpty { return }
        if kept.count == 1, try needPerson(person).digest == .auto {
            // One alone needs no cover; the next round sends it as itself.
            try connection.run(
                "UPDATE message SET channel = 'mail' WHERE id = ?", [.text(kept[0].id)])
            claim.bundled += 1
            return
        }
        try Outbox(self).insert(
            QueuedMessage(
                identity: identity, channel: .mail, kind: "digest", enrolment: nil,
                recipient: person.rawValue, body: .object([]), availableAt: now))
        for message in kept {
            try connection.run(
                "UPDATE message SET status = 'bundled', bundle = ?, finished_at = ? WHERE id = ?",
                [.text(id), .integer(now.milliseconds), .text(message.id)])
        }
        claim.bundled += kept.count
    }

    private func postpone(_ messages: [MessageRow]) throws {
        let tomorrow = CivilMoment(civilNow.day.adding(days: 1), .eight)
        let moment = SendingRules().nextSending(from: tomorrow, in: WorkingCalendar())
        for message in messages {
            try connection.run(
                "UPDATE message SET available_at = ? WHERE id = ?",
                [
                    .integer(installation.time.instant(moment).milliseconds),
                    .text(message.id),
                ])
        }
    }

    // MARK: - Results

    /// Records how a try ended, and what follows.
    func settle(_ job: DeliveryJob, _ settlement: Settlement, random: Double) throws {
        let number = job.message.attempts + 1
        var outcome = "sent"
        var detail = ""
        var next: (status: String, at: Instant?) = ("sent", nil)
        switch settlement {
        case .sent(let reply): detail = reply
        case .dead(let reason): (outcome, detail, next) = ("refused", reason, ("dead", nil))
        case .gone:
            (outcome, detail, next) = ("gone", "410", ("dead", nil))
        case .again(let reason, let retryAfter):
            (outcome, detail) = ("failed", reason)
            let policy = job.goesByHTTP ? RetryPolicy.webhook : RetryPolicy.mail
            let age = now.seconds - job.message.availableAt.seconds
            switch policy.next(
                afterAttempt: number, ageSeconds: Int(age), random: random,
                retryAfterSeconds: retryAfter)
            {
            case .retry(let seconds):
                next = ("queued", now.adding(seconds: Double(seconds)))
            case .giveUp: next = ("dead", nil)
            }
        }
        try connection.post(
            """
            INSERT INTO attempt (message, number, at, outcome, detail) VALUES (?, ?, ?, ?, ?)
            """,
            [
                .text(job.message.id), SQLValue(number), .integer(now.milliseconds),
                .text(outcome), .text(String(detail.prefix(500))),
            ])
        try connection.post(
            """
            UPDATE message SET status = ?, attempts = ?, leased_until = NULL,
                available_at = coalesce(?, available_at), finished_at = ?, detail = ?
            WHERE id = ?
            """,
            [
                .text(next.status), SQLValue(number), SQLValue(next.at?.milliseconds),
                next.status == "queued" ? .null : .integer(now.milliseconds),
                .text(String(detail.prefix(500))), .text(job.message.id),
            ])
        if case .webhook(let endpoint, _) = job.contents {
            try noteHealth(of: endpoint, settlement)
        }
    }
}
