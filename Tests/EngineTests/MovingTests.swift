import CivilCalendar
import Engine
import Testing

/// Dates that move while an enrolment runs: a new first day, a leave, more time.
@Suite struct MovingTests {
    private func move(_ text: String) -> Command {
        .moveAnchor(.firstDay, to: day(text), reason: "changed")
    }

    private func due(_ step: StepID, _ story: Story) -> String? {
        story.explained(step, today: "2026-01-01")?.dueDay?.description
    }

    @Test("A later first day moves what is to come, the invitation with it")
    func laterFirstDay() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-27T08:00")
        #expect(
            story.at("2026-04-28T10:00", move("2026-03-16")) == [
                "first-day moved from 2026-03-02 to 2026-03-16",
                // 16 May is a Saturday and 17 May a holiday as well as a Sunday.
                "talk-2m invitation #1 2026-05-18T09:00 45 min",
            ])
        #expect(
            story.told == [
                "plan-moved to nora", "plan-moved to leif", "plan-moved to mia",
                "talk-moved to leif", "talk-moved to nora",
            ])
        #expect(due(.fiveMonths, story) == "2026-08-17")
        // It opened and was reminded of before: neither happens again.
        #expect(
            story.run(until: "2026-07-01T08:00") == [
                "talk-2m escalated to 1 on 2026-05-21", "talk-2m escalated to 2 on 2026-05-29",
                "talk-2m window closed on 2026-06-01",
            ])
    }

    @Test("A first day that moves before the talk opens moves its opening")
    func beforeOpening() throws {
        var story = try Story(twoTalks)
        #expect(
            story.at("2026-02-20T10:00", move("2026-04-01"))
                == ["first-day moved from 2026-03-02 to 2026-04-01"])
        #expect(story.agenda.first?.moment.description == "2026-05-18T08:00")
        #expect(
            story.at("2026-02-20T11:00", move("2026-04-01"))
                == ["refused: alreadyThatDay first-day 2026-04-01"])
        #expect(
            story.at("2026-02-20T11:00", .moveAnchor("end", to: day("2026-04-01"), reason: "x"))
                == ["refused: unknownAnchor end"])
    }

    @Test("An agreed time is kept while it still counts as in time, and otherwise replaced")
    func agreedTime() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        story.at(
            "2026-04-21T10:00",
            .book(
                .twoMonths, by: "leif", startsAt: moment("2026-05-06T13:00"), minutes: 30,
                place: "room 2"))
        #expect(
            story.at("2026-04-22T10:00", move("2026-03-09"))
                == ["first-day moved from 2026-03-02 to 2026-03-09"])
        #expect(
            story.enrolment.record(.twoMonths).invitation?.startsAt == moment("2026-05-06T13:00"))
        #expect(
            story.at("2026-04-23T10:00", move("2026-04-01")) == [
                "first-day moved from 2026-03-09 to 2026-04-01",
                "talk-2m invitation #2 2026-06-01T09:00 30 min in room 2",
            ])
    }

    @Test("An invitation whose day moves into the past is taken back, and renewed if it returns")
    func intoThePast() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-27T08:00")
        #expect(
            story.at("2026-04-28T10:00", move("2026-02-02")).prefix(2) == [
                "first-day moved from 2026-03-02 to 2026-02-02",
                "talk-2m invitation cancelled #1",
            ])
        #expect(
            story.at("2026-04-29T10:00", move("2026-03-09")) == [
                "first-day moved from 2026-02-02 to 2026-03-09",
                "talk-2m invitation #2 2026-05-11T09:00 45 min",
            ])
    }

    @Test("A leave stops everything, and what was to come moves by its length")
    func pause() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-27T08:00")
        #expect(
            story.at("2026-04-28T10:00", .pause(on: day("2026-04-28"), reason: "sick leave"))
                == ["paused on 2026-04-28", "talk-2m invitation cancelled #1"])
        #expect(
            story.told == [
                "paused to nora", "paused to leif", "paused to mia", "talk-cancelled to leif",
                "talk-cancelled to nora",
            ])
        #expect(story.run(until: "2026-06-29T10:00") == [])
        #expect(story.at("2026-06-01T10:00") == [])
        #expect(
            story.at("2026-06-29T10:00", .resume(on: day("2026-06-29"))) == [
                "resumed on 2026-06-29, from 2026-04-28 by 62 days",
                // 2 May and 62 days is 3 July.
                "talk-2m invitation #2 2026-07-03T09:00 45 min",
            ])
        #expect(due(.fiveMonths, story) == "2026-10-05")
        #expect(
            story.run(until: "2026-08-01T10:00") == [
                "talk-2m escalated to 1 on 2026-07-06", "talk-2m escalated to 2 on 2026-07-13",
                "talk-2m window closed on 2026-07-17",
            ])
    }

    @Test("A rung and a reminder that would have fallen in a leave come after it")
    func ladderOverPause() throws {
        var story = try Story(
            programme([
                step("a") {
                    $0.due = .fromFirstDay()
                    $0.reminders = [
                        Reminder(Offset(days: 30), from: .opens), Reminder(Offset(days: 14)),
                    ]
                    $0.escalation = [
                        EscalationRung(grace: Offset(days: 1), to: [.lineManager]),
                        EscalationRung(grace: Offset(days: 7), to: [.managersManager]),
                    ]
                }
            ]))
        #expect(story.run(until: "2026-03-04T10:00") == ["a escalated to 1 on 2026-03-03"])
        story.at("2026-03-04T10:00", .pause(on: day("2026-03-04"), reason: "leave"))
        #expect(
            story.at("2026-06-04T10:00", .resume(on: day("2026-06-04")))
                == ["resumed on 2026-06-04, from 2026-03-04 by 92 days"])
        #expect(
            story.run(until: "2027-01-01T10:00") == [
                "a escalated to 2 on 2026-06-10", "a reminded due+14d on 2026-06-16",
                "a reminded opens+30d on 2026-06-18",
            ])
    }

    @Test("A leave that begins on the day a step is done moves what counts from it")
    func pauseOnTheDay() throws {
        var story = try Story(
            programme([step("course"), step("practice") { $0.due = .after("course", days: 14) }]))
        story.at(
            "2026-02-20T10:00", .sign("course", by: "nora", affirms: true, on: day("2026-02-20")))
        story.at("2026-02-20T11:00", .pause(on: day("2026-02-20"), reason: "leave"))
        story.at("2026-03-22T10:00", .resume(on: day("2026-03-22")))
        #expect(due("practice", story) == "2026-04-05")
    }

    @Test("What is due on the day that a leave begins is to come, and moves")
    func dueOnTheDay() throws {
        var story = try Story(programme([step("a") { $0.due = .fromFirstDay(days: 1) }]))
        story.at("2026-03-03T10:00", .pause(on: day("2026-03-03"), reason: "leave"))
        story.at("2026-03-13T10:00", .resume(on: day("2026-03-13")))
        #expect(due("a", story) == "2026-03-13")
    }

    @Test("An agreed time that went by is replaced when the talk's day moves")
    func agreedTimeWentBy() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        story.at(
            "2026-04-21T10:00",
            .book(
                .twoMonths, by: "leif", startsAt: moment("2026-04-27T13:00"), minutes: nil,
                place: nil))
        #expect(
            story.at("2026-04-28T10:00", move("2026-03-09")).last
                == "talk-2m invitation #2 2026-05-11T09:00 45 min")
    }

    @Test("A leave before the first day moves the first day itself")
    func pauseBeforeFirstDay() throws {
        var story = try Story(twoTalks)
        story.at("2026-02-20T10:00", .pause(on: day("2026-02-20"), reason: "late"))
        story.at("2026-03-06T10:00", .resume(on: day("2026-03-06")))
        #expect(story.enrolment.anchors[.firstDay] == day("2026-03-16"))
        #expect(due(.twoMonths, story) == "2026-05-18")
    }

    @Test("A talk that was booked before it opened keeps counting its invitations over a leave")
    func bookedEarly() throws {
        var story = try Story(twoTalks)
        #expect(
            story.at(
                "2026-03-20T10:00",
                .book(
                    .twoMonths, by: "leif", startsAt: moment("2026-05-06T13:00"), minutes: nil,
                    place: nil)) == ["talk-2m invitation #0 2026-05-06T13:00 45 min, agreed"])
        story.at("2026-03-21T10:00", .pause(on: day("2026-03-21"), reason: "leave"))
        story.at("2026-03-31T10:00", .resume(on: day("2026-03-31")))
        #expect(
            story.run(until: "2026-05-01T08:00") == [
                "talk-2m opened on 2026-04-28", "talk-2m invitation #2 2026-05-12T09:00 45 min",
            ])
    }

    @Test("What a leave and a resumption refuse")
    func refusals() throws {
        var story = try Story(twoTalks)
        func at(_ command: Command) -> [String] { story.at("2026-03-20T10:00", command) }
        #expect(at(.resume(on: day("2026-03-20"))) == ["refused: notPaused"])
        #expect(at(.pause(on: day("2026-03-20"), reason: "")) == ["refused: reasonMissing"])
        #expect(
            at(.pause(on: day("2026-03-21"), reason: "leave"))
                == ["refused: dayInTheFuture 2026-03-21"])
        #expect(at(.pause(on: day("2026-03-18"), reason: "leave")) == ["paused on 2026-03-18"])
        #expect(
            at(.pause(on: day("2026-03-18"), reason: "leave"))
                == ["refused: enrolmentNotRunning paused"])
        #expect(
            at(.resume(on: day("2026-03-17"))) == ["refused: resumesBeforePause 2026-03-18"])
        #expect(at(.resume(on: day("2026-03-21"))) == ["refused: dayInTheFuture 2026-03-21"])
        #expect(
            at(.stop(on: day("2026-03-21"), reason: "left"))
                == ["refused: dayInTheFuture 2026-03-21"])
        #expect(at(.stop(on: day("2026-03-20"), reason: " ")) == ["refused: reasonMissing"])
    }

    @Test("More time moves what lies on or after the day, and nothing before it")
    func extend() throws {
        var story = try Story(twoTalks)
        func extend(_ by: Offset, reason: String = "part-time") -> [String] {
            story.at("2026-06-01T10:00", .extend(from: day("2026-06-01"), by: by, reason: reason))
        }
        #expect(extend(.zero) == ["refused: extensionIsEmpty"])
        #expect(extend(Offset(days: -7)) == ["refused: extensionIsEmpty"])
        #expect(extend(Offset(days: 7), reason: "") == ["refused: reasonMissing"])
        #expect(extend(Offset(months: 1)).last == "extended, from 2026-06-01 by 1 months")
        #expect(due(.twoMonths, story) == "2026-05-04")
        #expect(due(.fiveMonths, story) == "2026-09-02")
    }

    @Test("Stopping cancels what is left and takes the invitations back")
    func stop() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-27T08:00")
        #expect(
            story.at("2026-04-28T10:00", .stop(on: day("2026-04-28"), reason: "left"))
                == ["talk-2m invitation cancelled #1", "stopped on 2026-04-28"])
        #expect(story.explained(.twoMonths, today: "2026-04-28")?.status == .cancelled)
        #expect(story.explained(.fiveMonths, today: "2026-04-28")?.status == .cancelled)
        #expect(story.run(until: "2027-04-28T10:00") == [])
        let reminder = try #require(story.allNotices.first { $0.kind == .reminder })
        #expect(reminder.withdrawal(twoTalks, story.enrolment) == .enrolmentNotRunning)
    }
}
