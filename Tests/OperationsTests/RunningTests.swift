import CivilCalendar
import Delivery
import Engine
import Operations
import Support
import Testing

@Suite(.onBothDatabases) struct RunningTests {
    @Test func aTalkGoesFromFileToHeld() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.live(until: "2026-04-20T09:00")
        let mails = world.mail.sent
        let invitations = mails.filter { $0.to.address.description == "kari@example.org" }
            .compactMap { $0.invitation.map { String(decoding: $0.ics, as: UTF8.self) } }
        let ics = try World.need(invitations.first { $0.contains("-talk-2-months@") })
        // 2 March and two months is Saturday 2 May; the programme moves it to Monday 4 May.
        #expect(ics.contains("DTSTART;TZID=Europe/Oslo:20260504T"))
        try world.move(to: "2026-05-04T14:00")
        for person: PersonID in ["leader", "amina"] {
            _ = try await world.installation.act(
                .sign("talk-2-months", by: person, affirms: true, on: world.now.day), on: id,
                by: .person(person))
        }
        let view = try World.need(
            try world.installation.enrolmentView(id, for: "leader"))
        let talk = try World.need(view.steps.first { $0.step.id == "talk-2-months" })
        #expect(talk.status == .done)
        #expect(talk.record.settledOn == CivilDay("2026-05-04"))
        #expect(try world.installation.verify().faults == [])
    }

    @Test func theMailsOfAYearReadAsPeopleWriteThem() async throws {
        let world = try World()
        try await world.ward()
        _ = try await world.enrolAmina()
        try await world.live(until: "2026-09-15T09:00")
        // Several connections send at once; one person's mails keep their order.
        let mails = world.mail.sent.enumerated().sorted { a, b in
            (a.element.sentAt, "\(a.element.to.address)", a.offset)
                < (b.element.sentAt, "\(b.element.to.address)", b.offset)
        }.map(\.element)
        let text = mails.map { mail in
            "\(world.installation.time.civil(Instant(milliseconds: mail.sentAt * 1000)))  "
                + "\(mail.to.address)  \(mail.subject)"
        }.joined(separator: "\n")
        expectGolden(text + "\n", "mails-when-nobody-acts.txt")
    }

    @Test func theSameKeyAgainGivesTheSameAnswer() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina(key: "start-1")
        #expect(try await world.enrolAmina(key: "start-1") == id)
        try await world.settle()
        let sign = Command.sign("welcome-letter", by: "leader", affirms: true, on: world.now.day)
        let before = try World.need(try world.installation.enrolmentView(id, for: "leader"))
        let step = try World.need(
            before.steps.first {
                $0.status == .open && before.maySign($0, "leader")
                    && $0.step.signers.roles.count == 1
            })
        let command = Command.sign(step.step.id, by: "leader", affirms: true, on: world.now.day)
        let first = try await world.installation.act(
            command, on: id, by: .person("leader"), key: "act-1")
        let again = try await world.installation.act(
            command, on: id, by: .person("leader"), key: "act-1")
        #expect(first == again)
        #expect(first.events > 0)
        await #expect(throws: OperationError.keyReused("act-1")) {
            try await world.installation.act(sign, on: id, by: .person("leader"), key: "act-1")
        }
    }

    @Test func aSecondStartOfTheSameProgrammeIsRefused() async throws {
        let world = try World()
        try await world.ward()
        _ = try await world.enrolAmina()
        await #expect(throws: OperationError.alreadyEnrolled("amina", "oslo-onboarding")) {
            try await world.enrolAmina()
        }
    }

    @Test func aRefusedCommandChangesNothing() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        let before = try world.installation.verify()
        await #expect(throws: OperationError.self) {
            try await world.installation.act(
                .sign("talk-5-months", by: "leader", affirms: true, on: world.now.day), on: id,
                by: .person("leader"))
        }
        #expect(try world.installation.verify().events == before.events)
    }

    @Test func aPreviewTellsWhatThenHappens() async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.live(until: "2026-03-10T09:00")
        let command = Command.moveAnchor(
            "first-day", to: try World.need(CivilDay("2026-04-01")), reason: "permisjon")
        let preview = try world.installation.preview(command, on: id)
        let talk = try World.need(preview.lines.first { $0.step == "talk-2-months" })
        #expect(talk.to == CivilDay("2026-06-01"))
        _ = try await world.installation.act(command, on: id, by: .operatorCommand)
        let view = try World.need(try world.installation.enrolmentView(id, for: "leader"))
        for moved in preview.lines where moved.kind == .moved {
            let step = try World.need(view.steps.first { $0.step.id == moved.step })
            #expect(step.dueDay == moved.to)
        }
    }

    @Test(arguments: [1, 24, 24 * 10, 24 * 60, 24 * 400])
    func anOutageIsCaughtUpOnceAndInOrder(hours: Int) async throws {
        let world = try World()
        try await world.ward()
        let id = try await world.enrolAmina()
        try await world.settle()
        let sentBefore = world.mail.sent.count
        world.clock.move(
            to: world.clock.now().adding(seconds: Double(hours) * 3600))
        try await world.settle()
        // Where the outage ends on a holiday, the mails wait for the next working day.
        try await world.live(until: "\(world.now.day.adding(days: 4))T08:00")
        let ids = world.mail.sent.map(\.messageID.text)
        #expect(Set(ids).count == ids.count)
        #expect(world.mail.sent.count > sentBefore)
        let verification = try world.installation.verify()
        #expect(verification.faults == [])
        let again = try await world.installation.wakeDue()
        #expect(again.woken == 0)
        #expect(try world.installation.enrolment(id).enrolment.status == .running)
    }
}
