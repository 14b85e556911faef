public import Delivery
import CivilCalendar
import Engine
import Storage
import Wording

/// What a round of deliveries came to.
public struct DeliveryRound: Hashable, Sendable {
    public var claimed = 0
    public var sent = 0
    public var withdrawn = 0
    public var failed = 0
    /// Whether anything was found to do.
    public var isIdle: Bool { claimed == 0 && withdrawn == 0 && bundled == 0 }
    public var bundled = 0
}

/// Delivers what is in the outbox. Any number of them may run: a message is leased before it is
/// sent, and a lease that its holder did not live to end runs out.
public final class Courier: Sendable {
    let installation: Installation
    let composer: MailComposer
    let mail: any MailTransport
    let webhooks: WebhookDelivery
    /// Where statements go; nil where none is set.
    let records: LearningRecordStore?
    let identity: MailIdentity
    /// How many mails are under way at the same time.
    public static let lanes = 4
    /// How many messages are sent for one claim.
    static let batch = 64
    /// How long a lease holds, in seconds. What takes longer is leased again meanwhile, so that a
    /// node that was killed is missed within half a minute.
    static let leaseSeconds = 25.0
    static let renewalSeconds = 8.0

    public init(
        installation: Installation, templates: MailTemplates, identity: MailIdentity,
        mail: any MailTransport, webhooks: WebhookDelivery, records: LearningRecordStore? = nil
    ) {
        self.installation = installation
        self.identity = identity
        self.mail = mail
        self.webhooks = webhooks
        self.records = records
        composer = MailComposer(
            templates: templates, identity: identity, settings: installation.settings,
            time: installation.time)
    }

    /// Sends what may go out now, at most one batch.
    public func deliverRound() async throws -> DeliveryRound {
        var round = DeliveryRound()
        let hold = LeaseHold(installation.clock)
        let claim = try await installation.transact(.beside) { try $0.claim(limit: Self.batch) }
        round.withdrawn = claim.withdrawn
        round.bundled = claim.bundled
        round.claimed = claim.jobs.count
        if claim.jobs.isEmpty { return round }
        let outcomes = await withTaskGroup(of: Void.self) { group in
            let ids = claim.jobs.map(\.message.id)
            group.addTask { await self.renew(ids, hold) }
            defer { group.cancelAll() }
            return await send(claim.jobs, hold)
        }
        round.sent = outcomes.filter { $0 }.count
        round.failed = outcomes.count - round.sent
        return round
    }

    /// Whether each was taken. Mails share a few connections, endpoints go each for itself.
    private func send(_ jobs: [DeliveryJob], _ hold: LeaseHold) async -> [Bool] {
        await withTaskGroup(of: [Bool].self) { group in
            let mails = jobs.filter { !$0.goesByHTTP }
            group.addTask { await self.sendMails(mails, hold) }
            for job in jobs where job.goesByHTTP {
                group.addTask { hold.holds ? [await self.tell(job)] : [] }
            }
            return await group.reduce(into: [Bool]()) { $0 += $1 }
        }
    }

    /// Leases messages again and again, until cancelled or too late.
    private func renew(_ ids: [String], _ hold: LeaseHold) async {
        while (try? await installation.clock.wait(seconds: Self.renewalSeconds)) != nil {
            let now = installation.clock.now()
            guard hold.holds else { return }
            // Where the database is away, the lease may run out: what is being sent then goes
            // twice, under the same identity, and what is not yet is left to others.
            do {
                try await installation.transact(.beside) { try $0.renewLeases(ids) }
                hold.extend(from: now)
            } catch {
                continue
            }
        }
    }

    /// Delivers until nothing more may go out now.
    @discardableResult
    public func deliverAll() async throws -> DeliveryRound {
        var total = DeliveryRound()
        while true {
            let round = try await deliverRound()
            total.claimed += round.claimed
            total.sent += round.sent
            total.withdrawn += round.withdrawn
            total.failed += round.failed
            total.bundled += round.bundled
            if round.isIdle { return total }
        }
    }

    /// Closes the connections for mail and for webhooks.
    public func shutdown() async {
        await mail.shutdown()
        await webhooks.shutdown()
        await records?.shutdown()
    }

    // MARK: - Mail

    /// Sends over a few connections at once. One person's mails keep their order.
    private func sendMails(_ jobs: [DeliveryJob], _ hold: LeaseHold) async -> [Bool] {
        let lanes = Dictionary(grouping: jobs) { job in
            job.message.recipient.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % Self.lanes
        }
        return await withTaskGroup(of: [Bool].self) { group in
            for (_, lane) in lanes.sorted(by: { $0.key < $1.key }) {
                group.addTask { await self.sendInTurn(lane, hold) }
            }
            return await group.reduce(into: [Bool]()) { $0 += $1 }
        }
    }

    private func sendInTurn(_ jobs: [DeliveryJob], _ hold: LeaseHold) async -> [Bool] {
        // Each result is recorded at once, without waiting: those under way share their commits.
        await withTaskGroup(of: Bool.self) { group in
            for job in jobs where hold.holds {
                let outcome = await send(job)
                group.addTask { await self.record(job, outcome) }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
    }

    private func send(_ job: DeliveryJob) async -> Settlement {
        let message: MailMessage
        do {
            message = try composer.compose(job, at: installation.clock.now())
        } catch {
            return .dead("\(error)")
        }
        switch await mail.send(message, envelopeSender: identity.envelopeSender) {
        case .accepted(let reply): return .sent(reply)
        case .temporary(let code, let text): return .again("\(code) \(text)", retryAfter: nil)
        case .permanent(let code, let text): return .dead("\(code) \(text)")
        case .uncertain(let text): return .again("uncertain: \(text)", retryAfter: nil)
        case .unreachable(let text): return .again("unreachable: \(text)", retryAfter: nil)
        }
    }

    // MARK: - Webhooks

    private func tell(_ job: DeliveryJob) async -> Bool {
        if case .statement(let statement) = job.contents {
            return await record(job, await send(statement))
        }
        guard case .webhook(let endpoint, let event) = job.contents else { return false }
        let now = installation.clock.now()
        let outcome = await webhooks.deliver(
            event, to: endpoint.url, secrets: endpoint.secrets, now: now.seconds)
        let settlement: Settlement
        switch outcome {
        case .delivered(let status): settlement = .sent("\(status)")
        case .gone: settlement = .gone
        case .throttled(let status, let after), .refused(let status, let after):
            settlement = .again("status \(status)", retryAfter: after)
        case .unreachable(let failure): settlement = .again("\(failure)", retryAfter: nil)
        }
        return await record(job, settlement)
    }

    private func send(_ statement: [UInt8]) async -> Settlement {
        guard let records else { return .dead("no learning record store is set") }
        switch await records.send(statement) {
        case .stored(let status): return .sent("\(status)")
        case .alreadyThere: return .sent("409 there already")
        case .refused(let status): return .dead("status \(status)")
        case .again(let status, let after): return .again("status \(status)", retryAfter: after)
        case .unreachable(let failure): return .again("\(failure)", retryAfter: nil)
        }
    }

    private func record(_ job: DeliveryJob, _ settlement: Settlement) async -> Bool {
        let random = installation.random.fraction()
        // A result that cannot be written leaves the lease to run out; the message goes again,
        // under the same identity.
        do {
            try await installation.transact(.beside) {
                try $0.settle(job, settlement, random: random)
            }
            return settlement.isSuccess
        } catch {
            return false
        }
    }
}

/// How one try ended, as the outbox records it.
enum Settlement: Hashable, Sendable {
    case sent(String)
    case again(String, retryAfter: Int?)
    case dead(String)
    /// The endpoint wants no more.
    case gone

    var isSuccess: Bool {
        if case .sent = self { return true }
        return false
    }
}

/// A claimed message with all that sending it takes.
struct DeliveryJob: Sendable {
    enum Contents: Sendable {
        case notice(Parcel)
        case digest(Recipient, [DigestItem])
        /// To one of the person's addresses, good until a moment.
        case signIn(PersonCard, PersonAddress, Instant)
        case webhook(WebhookEndpoint, WebhookEvent)
        /// An xAPI statement, in JSON.
        case statement([UInt8])
        case endpointOff(PersonCard, WebhookEndpoint)
        case input(InputMail)
        case claim(ClaimMail)
        case placementNews(PlacementNewsMail)
        case placementNone(PlacementNoneMail)
    }

    let message: MessageRow
    let contents: Contents

    var goesByHTTP: Bool {
        switch contents {
        case .webhook, .statement: true
        default: false
        }
    }
}

/// One of those that come together in a mail.
enum DigestItem: Sendable {
    case notice(Parcel)
    case claim(ClaimMail)
}

extension MailComposer {
    func compose(_ job: DeliveryJob, at now: Instant) throws -> MailMessage {
        switch job.contents {
        case .notice(let parcel): return try compose(parcel, at: now)
        case .digest(let person, let items):
            return try digest(job.message, person, items, at: now)
        case .endpointOff(let person, let endpoint):
            return try endpointOff(job.message, person, endpoint, at: now)
        case .input(let mail): return try input(job.message, mail, at: now)
        case .claim(let mail): return try claim(job.message, mail, at: now)
        case .placementNews(let mail): return try placementNews(job.message, mail, at: now)
        case .placementNone(let mail): return try placementNone(job.message, mail, at: now)
        case .signIn(let person, let address, let expires):
            return try signIn(job.message, person, address, expires, at: now)
        case .webhook, .statement: throw ComposingError.template("webhook")
        }
    }

    /// One mail for all that a person would otherwise have got in several.
    func digest(
        _ row: MessageRow, _ recipient: Recipient, _ items: [DigestItem], at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let person = recipient.person
        let wording = Wording(language: person.language)
        let today = time.civil(now).day
        let lines = digestLines(items, person.language, today)
        let link = PageLink(
            person: person.id, enrolment: nil, step: nil,
            expires: row.queuedAt.seconds + PageLink.lifetimeSeconds
        ).url(settings)
        return try message(
            row, to: recipient, kind: .digest,
            values: [
                "recipientName": .text(person.name), "link": .text(link),
                "why": .text(wording.text("digest-why", ["day": wording.day(today)])),
                "organisation": .text(identity.organisation), "contact": .text(identity.contact),
                "items": .list(lines),
            ], now: now)
    }

    /// One line for each step of each person, about the most pressing notice of it, by due day;
    /// and then one for each claim.
    private func digestLines(
        _ items: [DigestItem], _ language: Language, _ today: CivilDay
    ) -> [[String: MailValue]] {
        let wording = Wording(language: language)
        var pressing: [String: Parcel] = [:]
        var claims: [[String: MailValue]] = []
        for item in items {
            guard case .notice(let parcel) = item else {
                if case .claim(let mail) = item {
                    let line = mail.digestLine(settings)
                    if !claims.contains(line) { claims.append(line) }
                }
                continue
            }
            let subject = parcel.notice.step?.rawValue ?? parcel.notice.kind.rawValue
            let key = "\(parcel.enrolment.id)/\(subject)"
            if let known = pressing[key],
                known.notice.kind.pressure >= parcel.notice.kind.pressure
            {
                continue
            }
            pressing[key] = parcel
        }
        let lines = pressing.map { key, parcel in
            let index = parcel.programme.steps.firstIndex { $0.id == parcel.notice.step }
            let due = index.flatMap { Timetable(parcel.programme, parcel.enrolment).due($0)?.day }
            return (due: due, key: key, parcel: parcel)
        }
        let never = CivilDay(number: .max)
        return lines.sorted { ($0.due ?? never, $0.key) < ($1.due ?? never, $1.key) }.map { line in
            let step = line.parcel.notice.step.flatMap(line.parcel.programme.step)
            let title = (step?.title ?? line.parcel.programme.title).text(in: language)
            var values: [String: MailValue] = [
                "title": .text("\(wording.noticeKind(line.parcel.notice.kind)): \(title)"),
                "name": .text(title),
                "participantName": .text(line.parcel.participant.name),
                "isAppointment": .flag(step?.kind.isAppointment ?? false),
            ]
            // One link for each: what can be done at once, or else where to read on.
            if let done = line.parcel.actLinks(settings, today: today)[.done] {
                values["doneLink"] = .text(done)
            } else if line.parcel.mayRead {
                // What is the reader's no longer is told, and leads nowhere.
                values["openLink"] = .text(line.parcel.pageURL(settings))
            }
            if let due = line.due { values["due"] = .text(wording.day(due)) }
            return values
        } + claims
    }

    /// Tells an endpoint's owner that it was switched off.
    func endpointOff(
        _ row: MessageRow, _ person: PersonCard, _ endpoint: WebhookEndpoint, at now: Instant
    ) throws(ComposingError) -> MailMessage {
        let wording = Wording(language: person.language)
        return try message(
            row, to: Recipient(person, firstDay: nil), kind: .endpointDisabled,
            values: [
                "recipientName": .text(person.name), "link": .text(settings.baseURL + "/"),
                "why": .text(wording.text("endpoint-off-why")),
                "organisation": .text(identity.organisation), "contact": .text(identity.contact),
                "endpoint": .text(endpoint.url), "lastAnswer": .text(endpoint.detail ?? ""),
            ], now: now)
    }
}

extension NoticeKind {
    /// Which of two notices of a step a digest tells.
    fileprivate var pressure: Int {
        switch self {
        case .escalation: 3
        case .reminder: 2
        case .stepOpened: 1
        default: 0
        }
    }
}
