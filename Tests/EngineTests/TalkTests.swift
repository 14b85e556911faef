import CivilCalendar
import Engine
import Testing

/// The two talks of Dok. 24 § 13, from the invitation to what both parties say about them.
@Suite struct TalkTests {
    /// At the window's opening of the first talk.
    private func opened() throws -> Story {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        return story
    }

    private func sign(
        _ person: PersonID, done: Bool = true, on text: String = "2026-04-28"
    ) -> Command {
        .sign(.twoMonths, by: person, affirms: done, on: day(text))
    }

    @Test("The start tells the participant, and opens nothing before its window")
    func start() throws {
        var story = try Story(twoTalks)
        #expect(story.events.map(\.line) == ["enrolled on 2026-02-16"])
        #expect(story.told == ["welcome to nora"])
        #expect(story.agenda.first?.moment.description == "2026-04-20T08:00")
        #expect(story.at("2026-04-20T07:59") == [])
        #expect(
            story.at("2026-04-20T08:00") == [
                "talk-2m opened on 2026-04-20", "talk-2m invitation #0 2026-05-04T09:00 45 min",
            ])
        #expect(story.told == ["talk-invitation to leif", "talk-invitation to nora"])
        #expect(story.at("2026-04-20T08:00") == [])
    }

    @Test("Nobody acts: a reminder, two rungs, and the end of the window, each once")
    func silence() throws {
        var story = try opened()
        #expect(
            story.run(until: "2026-07-01T00:00") == [
                "talk-2m reminded due-7d on 2026-04-27",
                "talk-2m escalated to 1 on 2026-05-07",
                // Five working days on; Ascension Day is 14 May.
                "talk-2m escalated to 2 on 2026-05-15",
                "talk-2m window closed on 2026-05-18",
            ])
    }

    @Test("A rung's grace counts from when the one below was really told")
    func ladder() throws {
        var story = try opened()
        #expect(
            story.at("2026-06-01T12:00") == [
                "talk-2m reminded due-7d on 2026-04-27",
                "talk-2m escalated to 1 on 2026-06-01",
                "talk-2m window closed on 2026-05-18",
            ])
        #expect(story.told.contains("escalation to leif"))
        #expect(!story.told.contains("escalation to olav"))
        #expect(story.agenda.first?.moment.description == "2026-06-08T08:00")
        #expect(story.at("2026-06-08T08:00") == ["talk-2m escalated to 2 on 2026-06-08"])
        #expect(story.told == ["escalation to olav"])
    }

    @Test("Both confirm: the talk was held on the day that the manager says")
    func bothConfirm() throws {
        var story = try opened()
        #expect(
            story.at("2026-04-29T10:00", sign("nora", on: "2026-04-29")).last
                == "talk-2m affirmed by participant nora, 2026-04-29")
        #expect(story.told == ["reminder to leif", "confirm-request to leif"])
        #expect(story.explained(.twoMonths, today: "2026-04-29")?.missingSigners == [.lineManager])
        #expect(
            story.at("2026-04-29T11:00", sign("nora", on: "2026-04-29"))
                == ["refused: alreadySaid talk-2m"])
        #expect(
            story.at("2026-04-30T10:00", sign("leif")) == [
                "talk-2m affirmed by line-manager leif, 2026-04-28", "talk-2m done on 2026-04-28",
            ])
        #expect(story.told == [])
        #expect(
            story.at("2026-05-01T10:00", sign("leif"))
                == ["refused: alreadySettled talk-2m, done"])
    }

    @Test("The manager's day counts too where the manager signs first")
    func managerFirst() throws {
        var story = try opened()
        story.at("2026-04-29T10:00", sign("leif"))
        #expect(
            story.at("2026-04-30T10:00", sign("nora", on: "2026-04-30")).last
                == "talk-2m done on 2026-04-28")
    }

    @Test("One says yes and the other no: visible, until the line manager settles it as done")
    func disputeSettledAsDone() throws {
        var story = try opened()
        story.at("2026-04-29T10:00", sign("leif"))
        #expect(
            story.at("2026-04-30T10:00", sign("nora", done: false))
                == ["talk-2m denied by participant nora, 2026-04-28"])
        #expect(story.told == ["disagreement to leif", "disagreement to nora"])
        #expect(story.explained(.twoMonths, today: "2026-04-30")?.status == .disputed)
        func settle(
            _ person: PersonID, reason: String = "checked", on text: String = "2026-04-28"
        ) -> Command {
            .settleDispute(.twoMonths, by: person, done: true, on: day(text), reason: reason)
        }
        #expect(
            story.at("2026-05-04T10:00", settle("leif", on: "2026-05-05"))
                == ["refused: dayInTheFuture 2026-05-05"])
        #expect(story.at("2026-05-04T10:00", settle("nora")) == ["refused: notYours talk-2m"])
        #expect(
            story.at("2026-05-04T10:00", settle("leif", reason: " \n"))
                == ["refused: reasonMissing"])
        #expect(
            story.at("2026-05-04T10:00", settle("leif")) == [
                "talk-2m dispute settled by leif: done", "talk-2m done on 2026-04-28",
            ])
    }

    @Test("Settled as not done the talk is open again, and both are asked anew")
    func disputeSettledAsNotDone() throws {
        var story = try opened()
        story.at("2026-04-29T10:00", sign("leif"))
        story.at("2026-04-30T10:00", sign("nora", done: false))
        #expect(
            story.at(
                "2026-05-04T10:00",
                .settleDispute(
                    .twoMonths, by: "olav", done: false, on: day("2026-05-04"), reason: "was ill"))
                == ["talk-2m dispute settled by olav: not done"])
        #expect(story.explained(.twoMonths, today: "2026-05-04")?.status == .open)
        // The same request as before, and yet a new one: it must not be mistaken for the first.
        story.at("2026-05-06T10:00", sign("leif", on: "2026-05-06"))
        #expect(story.told == ["confirm-request to nora"])
        #expect(
            story.at("2026-05-06T11:00", sign("nora", on: "2026-05-06")).last
                == "talk-2m done on 2026-05-06")
        #expect(Set(story.allNotices.map(\.identity)).count == story.allNotices.count)
    }

    @Test("Who changes their mind ends the disagreement themselves")
    func secondThoughts() throws {
        var story = try opened()
        story.at("2026-04-29T10:00", sign("leif"))
        story.at("2026-04-30T10:00", sign("nora", done: false))
        #expect(
            story.at("2026-05-01T10:00", sign("nora")) == [
                "talk-2m affirmed by participant nora, 2026-04-28", "talk-2m done on 2026-04-28",
            ])
    }

    @Test("Both say no: nothing is disputed, and nothing is done")
    func bothDeny() throws {
        var story = try opened()
        story.at("2026-04-29T10:00", sign("leif", done: false))
        story.at("2026-04-30T10:00", sign("nora", done: false))
        #expect(story.explained(.twoMonths, today: "2026-04-30")?.status == .open)
        #expect(story.agenda.first?.action == .escalate(.twoMonths, rung: 1))
    }

    @Test("A day in the future, somebody else, and a talk that is not open are refused")
    func refusals() throws {
        var story = try opened()
        #expect(
            story.at("2026-04-21T10:00", sign("leif", on: "2026-04-22"))
                == ["refused: dayInTheFuture 2026-04-22"])
        #expect(
            story.at("2026-04-29T10:00", sign("olav")) == ["refused: notYours talk-2m"])
        #expect(
            story.at(
                "2026-04-29T10:00",
                .sign(.fiveMonths, by: "leif", affirms: true, on: day("2026-04-29")))
                == ["refused: notOpenYet talk-5m, 2026-07-20"])
        #expect(
            story.at(
                "2026-04-29T10:00", .sign("x", by: "leif", affirms: true, on: day("2026-04-29")))
                == ["refused: noSuchStep x"])
        #expect(
            story.at("2026-04-29T10:00", .skip(.twoMonths, by: "leif", reason: "busy"))
                == ["refused: mayNotSkip talk-2m"])
    }

    @Test("An agreed time is sent to both, in its place, with the next number")
    func booking() throws {
        var story = try opened()
        func book(_ at: String, by person: PersonID = "nora", minutes: Int? = 60) -> Command {
            .book(
                .twoMonths, by: person, startsAt: moment(at), minutes: minutes, place: "room 2")
        }
        #expect(
            story.at("2026-04-21T10:00", book("2026-04-30T13:00")) == [
                "talk-2m invitation #1 2026-04-30T13:00 60 min in room 2, agreed"
            ])
        #expect(story.told == ["talk-moved to leif", "talk-moved to nora"])
        #expect(
            story.at("2026-04-21T10:00", book("2026-04-21T09:59"))
                == ["refused: timeInThePast 2026-04-21T09:59"])
        #expect(
            story.at("2026-04-21T10:00", book("2026-04-30T13:00", minutes: 4))
                == ["refused: lengthOutOfRange 4"])
        #expect(
            story.at("2026-04-21T10:00", book("2026-04-30T13:00", by: "mia"))
                == ["refused: notYours talk-2m"])
    }

    @Test("One person in two roles speaks for both with one word")
    func twoRoles() throws {
        var people = usualPeople
        people[.lineManager] = "nora"
        var story = try Story(twoTalks, people: people)
        story.run(until: "2026-04-20T08:00")
        #expect(story.told == ["talk-invitation to nora"])
        #expect(
            story.at("2026-04-21T10:00", sign("nora", on: "2026-04-21")) == [
                "talk-2m affirmed by line-manager nora, 2026-04-21",
                "talk-2m affirmed by participant nora, 2026-04-21", "talk-2m done on 2026-04-21",
            ])
    }

    @Test("When the last talk is held the enrolment is complete, once")
    func completion() throws {
        var story = try opened()
        story.at("2026-04-28T10:00", sign("leif"))
        story.at("2026-04-28T10:00", sign("nora"))
        story.run(until: "2026-08-03T10:00")
        story.at(
            "2026-08-03T10:00", .sign(.fiveMonths, by: "leif", affirms: true, on: day("2026-08-03"))
        )
        #expect(
            story.at(
                "2026-08-04T10:00",
                .sign(.fiveMonths, by: "nora", affirms: true, on: day("2026-08-03"))) == [
                    "talk-5m affirmed by participant nora, 2026-08-03",
                    "talk-5m done on 2026-08-03", "completed on 2026-08-03",
                ])
        #expect(story.told == ["completed to nora", "completed to leif"])
        #expect(story.agenda.items.isEmpty)
        #expect(
            story.at("2026-08-05T10:00", .pause(on: day("2026-08-05"), reason: "leave"))
                == ["refused: enrolmentNotRunning completed"])
    }
}
