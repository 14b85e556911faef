import CivilCalendar
import Delivery
import Engine
import Operations
import Storage
import Support
import Testing

@Suite(.onBothDatabases) struct OutboxTests {
    /// A world in which exactly one kind of mail is looked at: Amina's welcome.
    private func worldWithWelcome() async throws -> (World, EnrolmentID) {
        let world = try World()
        try await world.ward()
        return (world, try await world.enrolAmina())
    }

    private func welcome(_ world: World) throws -> MessageRow {
        try World.need(
            try world.installation.messages(recipient: "amina").first { $0.kind == "welcome" })
    }

    @Test func aFailedMailIsTriedAgainUnderTheSameMessageID() async throws {
        let (world, _) = try await worldWithWelcome()
        world.mail.answer(
            .temporary(code: 451, text: "later"), .temporary(code: 451, text: "later"))
        try await world.courier.deliverAll()
        try world.move(to: "2026-03-02T12:00")
        try await world.settle()
        let ids = world.mail.sent.map(\.messageID.text)
        #expect(ids.count > Set(ids).count)
        let all = try world.installation.messages(status: "queued")
        #expect(all.allSatisfy { $0.availableAt > world.clock.now() })
        let tried = try world.installation.messages(status: "sent").filter { $0.attempts == 2 }
        #expect(tried.count == 2)
    }

    /// A node that stood still in the middle of its round, as long as its leases hold.
    @Test func whatOthersMayHaveTakenOverMeanwhileIsNotSent() async throws {
        let (world, _) = try await worldWithWelcome()
        // Her two mails go one after the other.
        try await world.installation.askSignIn(person: "amina", target: nil)
        let clock = world.clock
        world.mail.meanwhile { clock.move(to: clock.now().adding(seconds: 30)) }
        let round = try await world.courier.deliverRound()
        #expect(round.sent >= 1 && round.sent < round.claimed)
        #expect(world.mail.sent.count == round.sent)
        try await world.courier.deliverAll()
        let ids = world.mail.sent.map(\.messageID.text)
        #expect(ids.count == Set(ids).count && ids.count >= round.claimed)
    }

    @Test func aMailThatIsRefusedForGoodIsDeadAndCanBeSentAgain() async throws {
        let (world, _) = try await worldWithWelcome()
        world.mail.answer(.permanent(code: 550, text: "no such user"))
        try await world.courier.deliverAll()
        let dead = try World.need(try world.installation.messages(status: "dead").first)
        #expect(dead.detail == "550 no such user")
        try await world.installation.retry(dead.id)
        try await world.courier.deliverAll()
        let (message, attempts) = try world.installation.message(dead.id)
        #expect(message.status == "sent")
        #expect(attempts.map(\.outcome) == ["refused", "sent"])
        let ids = world.mail.sent.map(\.messageID.text).filter { $0.contains(dead.id) }
        #expect(ids.count == 2)
        await #expect(throws: OperationError.messageNotRetryable(dead.id, status: "sent")) {
            try await world.installation.retry(dead.id)
        }
    }

    @Test func aMailGoesOnFailingUntilItIsGivenUp() async throws {
        let (world, _) = try await worldWithWelcome()
        for _ in 0..<400 { world.mail.answer(.unreachable(text: "no server")) }
        for hour in stride(from: 0, to: 96, by: 1) {
            world.clock.move(to: world.clock.now().adding(seconds: hour == 0 ? 0 : 3600))
            try await world.courier.deliverAll()
        }
        let message = try welcome(world)
        #expect(message.status == "dead")
        #expect(message.attempts >= 8)
    }

    @Test func aLeaseThatRanOutIsTakenUpAgain() async throws {
        let (world, _) = try await worldWithWelcome()
        // A node claims and dies: the row is left as such a node leaves it.
        try await world.installation.database.write { connection in
            _ = try connection.run(
                """
                UPDATE message SET status = 'sending', leased_until = ?
                WHERE kind = 'welcome'
                """, [.integer(world.clock.now().adding(seconds: 600).milliseconds)])
        }
        try await world.courier.deliverAll()
        #expect(try welcome(world).status == "sending")
        world.clock.move(to: world.clock.now().adding(seconds: 601))
        try await world.courier.deliverAll()
        #expect(try welcome(world).status == "sent")
    }

    @Test func aReminderWhoseReasonHasGoneIsWithdrawnWithAnEvent() async throws {
        let (world, id) = try await worldWithWelcome()
        try await world.live(until: "2026-03-03T07:50")
        // The wake-up of 08:00 queues; before the courier comes by, the person has done it.
        try world.move(to: "2026-03-11T08:00")
        while try await world.installation.wakeDue().woken > 0 {}
        let queued = try world.installation.messages(status: "queued").filter {
            $0.kind == "reminder"
        }
        let reminder = try World.need(queued.first { $0.recipient == "amina" })
        let step = try World.need(
            reminder.identity.split(separator: "/").dropFirst().first.map { StepID($0) })
        let view = try world.installation.enrolment(id)
        for role in try World.need(view.programme.step(step)).signers.roles {
            guard let person = view.enrolment.holder(of: role, in: view.programme) else { continue }
            _ = try? await world.installation.act(
                .sign(step, by: person, affirms: true, on: world.now.day), on: id,
                by: .person(person))
        }
        try await world.courier.deliverAll()
        let (after, _) = try world.installation.message(reminder.id)
        #expect(after.status == "withdrawn")
        #expect(after.detail == "step-settled")
        let history = try world.installation.enrolment(id).enrolment
        #expect(history.steps[step]?.status == .done)
        #expect(try world.installation.verify().faults == [])
    }

    @Test func severalNoticesOfADayAreOneMail() async throws {
        let (world, _) = try await worldWithWelcome()
        try await world.live(until: "2026-03-30T12:00")
        let digests = world.mail.sent.filter {
            $0.to.address.description == "kari@example.org" && $0.subject.hasPrefix("Se hva")
        }
        let days = digests.map {
            world.installation.time.civil(Instant(milliseconds: $0.sentAt * 1000)).day
        }
        #expect(!days.isEmpty)
        #expect(Set(days).count == days.count)
    }

    @Test func beforeTheFirstDayMailGoesToThePrivateAddress() async throws {
        let world = try World(now: "2026-02-02T09:00")
        try await world.ward()
        _ = try await world.enrolAmina()
        try await world.live(until: "2026-03-04T09:00")
        let mails = world.mail.sent.filter {
            $0.to.address.description.hasPrefix("amina@")
        }
        let first = try World.need(CivilDay("2026-03-02"))
        for mail in mails {
            let day = world.installation.time.civil(Instant(milliseconds: mail.sentAt * 1000)).day
            #expect(mail.to.address.domain == (day < first ? "home.example" : "example.org"))
        }
        #expect(Set(mails.map(\.to.address.domain)) == ["home.example", "example.org"])
    }

    @Test func aPreviewIsTheMailThatWasSent() async throws {
        let (world, _) = try await worldWithWelcome()
        try await world.courier.deliverAll()
        for mail in world.mail.sent {
            let id = String(mail.messageID.text.prefix(32))
            #expect(try world.courier.preview(id, opens: true).bytes() == mail.bytes())
        }
    }

    @Test func theLinkOfAMailIsItsReadersAndNobodyElses() async throws {
        let (world, id) = try await worldWithWelcome()
        let settings = world.installation.settings
        let link = PageLink(
            person: "amina", enrolment: id, step: "talk-2-months",
            expires: world.clock.now().seconds + 60)
        let token = link.token(settings.secret)
        let now = world.clock.now()
        #expect(PageLink(token: token, secret: settings.secret, now: now) == link)
        #expect(PageLink(token: token + "0", secret: settings.secret, now: now) == nil)
        let forged = token.replacing("amina", with: "leader")
        #expect(PageLink(token: forged, secret: settings.secret, now: now) == nil)
        let later = now.adding(seconds: 61)
        #expect(PageLink(token: token, secret: settings.secret, now: later) == nil)
    }
}
