import CivilCalendar
import Engine
import Testing

/// One person's plan made different from the programme, and back.
@Suite struct ChangeTailoringTests {
    /// A task due on 1 April, one that waits for it and is due two days after it, and a talk in
    /// May with a window of two weeks.
    private static let tested = programme([
        step("first") {
            $0.due = .fromFirstDay(days: 30)
            $0.reminders = [Reminder(Offset(days: -7))]
        },
        step("second") {
            $0.due = .after("first", days: 2)
            $0.waitsFor = ["first"]
        },
        talk(.twoMonths, months: 2),
    ])

    private func tailor(
        _ change: PlanChange, by person: PersonID = "leif", approvedBy approver: PersonID = "leif",
        reason: String = "knows it"
    ) -> Command {
        .tailor(change, by: person, approvedBy: approver, reason: reason)
    }

    private func own(
        _ kind: StepKind = .task, title: String = "Visit the ward", actors: [RoleID] = [.mentor],
        opens: String? = nil, due: String? = nil
    ) -> OwnStep {
        OwnStep(
            kind: kind, title: LocalizedText([.english: title]), actors: actors,
            opens: opens.map(day), due: due.map(day))
    }

    @Test("A change says who asks, who approves and why, or is refused")
    func entitled() throws {
        var story = try Story(Self.tested)
        func refusal(_ command: Command) -> String {
            story.at("2026-03-09T10:00", command).joined()
        }
        let skip = PlanChange.skip("first")
        #expect(refusal(tailor(skip, by: "mona")) == "refused: notInvolved mona")
        #expect(refusal(tailor(skip, approvedBy: "mia")) == "refused: mayNotApprove mia")
        #expect(refusal(tailor(skip, approvedBy: "nora")) == "refused: mayNotApprove nora")
        #expect(refusal(tailor(skip, reason: " ")) == "refused: reasonMissing")
        #expect(refusal(tailor(.skip("none"))) == "refused: noSuchStep none")
        #expect(
            refusal(tailor(.move("first", due: day("2026-03-08"))))
                == "refused: dayInThePast 2026-03-08")
        #expect(refusal(tailor(.add(own(), after: "none"))) == "refused: noSuchStep none")
        #expect(refusal(tailor(.add(own(title: " "), after: nil))) == "refused: titleMissing")
        #expect(refusal(tailor(.add(own(actors: []), after: nil))) == "refused: actorsMissing")
        #expect(
            refusal(tailor(.add(own(actors: ["buddy"]), after: nil)))
                == "refused: unknownRole buddy")
        #expect(
            refusal(tailor(.add(own(.message), after: nil))) == "refused: kindNotAllowed message")
        #expect(
            refusal(tailor(.replace("first", with: own(due: "2026-03-01"))))
                == "refused: dayInThePast 2026-03-01")
        #expect(
            refusal(tailor(.add(own(opens: "2026-03-20", due: "2026-03-19"), after: nil)))
                == "refused: opensAfterDue 2026-03-20 2026-03-19")
        // Whoever asks need not be whoever approves.
        #expect(
            refusal(tailor(skip, by: "nora", approvedBy: "olav")).hasPrefix("plan edited"))
        #expect(refusal(tailor(skip)) == "refused: alreadySettled first, skipped")
        story.at("2026-03-10T10:00", .stop(on: day("2026-03-10"), reason: "left"))
        #expect(refusal(tailor(skip)) == "refused: enrolmentNotRunning stopped")
    }

    @Test("A skipped step is out of the way, and its reminder does not come")
    func skip() throws {
        var story = try Story(Self.tested)
        #expect(
            story.at("2026-03-09T10:00", tailor(.skip("first"))) == [
                "plan edited #3: skip first", "first skipped by leif on 2026-03-09",
                "second opened on 2026-03-09",
            ])
        #expect(
            story.told == [
                "plan-changed to nora", "plan-changed to leif", "plan-changed to mia",
                "step-opened to nora",
            ])
        // What counts from it counts from the day on which it was skipped.
        #expect(
            story.notices[0].lines.map(\.line)
                == ["second 2026-04-03 > 2026-03-11", "- first 2026-04-01"])
        #expect(story.explained("first", today: "2026-03-09")?.status == .skipped)
        #expect(story.run(until: "2026-04-15T00:00").isEmpty)
    }

    @Test("A step that was added is opened, asked for and signed like any other")
    func add() throws {
        var story = try Story(Self.tested)
        let added = own(opens: "2026-03-16", due: "2026-03-20")
        #expect(
            story.at("2026-03-09T10:00", tailor(.add(added, after: "first"), by: "mia"))
                == ["plan edited #3: add own-3 after first"])
        #expect(story.notices.first?.lines.map(\.line) == ["+ own-3 2026-03-20"])
        #expect(story.plan.steps.map(\.id) == ["first", "own-3", "second", .twoMonths])
        #expect(story.run(until: "2026-03-16T08:00") == ["own-3 opened on 2026-03-16"])
        #expect(story.told == ["step-opened to mia"])
        #expect(
            story.at(
                "2026-03-17T09:00", .sign("own-3", by: "mia", affirms: true, on: day("2026-03-17"))
            )
            .last == "own-3 done on 2026-03-17")
        // Two at the end keep their order and have names of their own.
        story.at("2026-03-18T09:00", tailor(.add(own(), after: nil)))
        story.at("2026-03-18T10:00", tailor(.add(own(), after: nil)))
        #expect(story.plan.steps.map(\.id).suffix(2) == ["own-7", "own-9"])
        #expect(Set(story.plan.steps.map(\.id)).count == 6)
    }

    @Test("What waited for a step that was replaced waits for what stands in for it")
    func replace() throws {
        var story = try Story(Self.tested)
        #expect(
            story.at("2026-03-09T10:00", tailor(.replace("first", with: own(due: "2026-03-20"))))
                == [
                    "plan edited #3: replace first with own-3",
                    "first skipped by leif on 2026-03-09",
                    "own-3 opened on 2026-03-09",
                ])
        #expect(
            story.notices.first?.lines.map(\.line) == [
                "+ own-3 2026-03-20", "second 2026-04-03 > 2026-03-22", "- first 2026-04-01",
            ])
        // It keeps the reminders of the step, and the mail about the change says that it has come.
        #expect(!story.told.contains("step-opened to mia"))
        #expect(
            story.run(until: "2026-03-15T00:00") == ["own-3 reminded due-7d on 2026-03-13"])
        #expect(story.explained("second", today: "2026-03-15")?.status == .planned)
        #expect(
            story.at(
                "2026-03-18T09:00", .sign("own-3", by: "mia", affirms: true, on: day("2026-03-18"))
            )
            .suffix(2) == ["own-3 done on 2026-03-18", "second opened on 2026-03-18"])
        #expect(story.explained("second", today: "2026-03-18")?.dueDay == day("2026-03-20"))
    }

    @Test("A talk that moves is not for that reason held in time: its window stays")
    func move() throws {
        var story = try Story(Self.tested)
        story.run(until: "2026-04-20T08:00")
        let window = story.explained(.twoMonths, today: "2026-04-20")?.window
        #expect(window == day("2026-04-20")...day("2026-05-18"))
        #expect(
            story.at("2026-04-21T10:00", tailor(.move(.twoMonths, due: day("2026-06-01")))).last
                == "talk-2m invitation #1 2026-06-01T09:00 45 min")
        #expect(story.told.filter { $0.hasPrefix("talk-moved") }.count == 2)
        let moved = story.explained(.twoMonths, today: "2026-04-21")
        #expect(moved?.dueDay == day("2026-06-01"))
        #expect(moved?.window == window)
        #expect(
            story.run(until: "2026-06-01T00:00").filter { $0.hasPrefix("talk") } == [
                "talk-2m window closed on 2026-05-18", "talk-2m reminded due-7d on 2026-05-22",
            ])
    }

    @Test("A day that somebody named moves with the leaves that come after it only")
    func moveAndLeave() throws {
        var story = try Story(Self.tested)
        story.at(
            "2026-03-05T10:00", .extend(from: day("2026-03-05"), by: Offset(days: 7), reason: "a"))
        story.at("2026-03-06T10:00", tailor(.move("first", due: day("2026-03-20"))))
        #expect(story.explained("first", today: "2026-03-06")?.dueDay == day("2026-03-20"))
        story.at(
            "2026-03-09T10:00", .extend(from: day("2026-03-09"), by: Offset(days: 7), reason: "b"))
        #expect(story.explained("first", today: "2026-03-09")?.dueDay == day("2026-03-27"))
    }

    @Test("A window that counts from a step to come does not close on a projected day")
    func projectedWindow() throws {
        let late = step("late", .talk, by: .one(.lineManager)) {
            $0.opens = .fromFirstDay()
            $0.due = .after("first", days: 10)
            $0.window = Window(from: Offset(days: -3), to: Offset(days: 3))
        }
        var story = try Story(
            programme([step("first") { $0.due = .fromFirstDay(days: 30) }, late]))
        story.at("2026-03-09T10:00", tailor(.move("late", due: day("2026-04-06"))))
        #expect(!story.run(until: "2026-06-01T00:00").contains { $0.contains("window closed") })
    }

    @Test("A change taken back gives the step back as it was")
    func withdraw() throws {
        var story = try Story(Self.tested)
        story.run(until: "2026-04-20T08:00")
        #expect(
            story.at("2026-04-21T10:00", tailor(.skip(.twoMonths))) == [
                "plan edited #6: skip talk-2m", "talk-2m invitation cancelled #1",
                "talk-2m skipped by leif on 2026-04-21",
            ])
        func withdraw(_ number: Int, by person: PersonID = "leif", reason: String = "after all")
            -> Command
        {
            .withdrawEdit(number, by: person, reason: reason)
        }
        #expect(
            story.at("2026-04-22T09:00", withdraw(6, by: "nora"))
                == ["refused: mayNotApprove nora"])
        #expect(story.at("2026-04-22T09:00", withdraw(5)) == ["refused: noSuchEdit 5"])
        #expect(story.at("2026-04-22T09:00", withdraw(6, reason: "")) == ["refused: reasonMissing"])
        #expect(
            story.at("2026-04-22T09:00", withdraw(6)) == [
                "edit #6 withdrawn by leif", "talk-2m invitation #2 2026-05-04T09:00 45 min",
            ])
        #expect(story.notices.first?.lines.map(\.line) == ["+ talk-2m 2026-05-04"])
        #expect(story.explained(.twoMonths, today: "2026-04-22")?.status == .open)
        #expect(story.at("2026-04-22T10:00", withdraw(6)) == ["refused: noSuchEdit 6"])
    }

    @Test("Taking back a move does not bring back what was skipped for another reason")
    func withdrawMove() throws {
        let skippable = step("task") {
            $0.due = .fromFirstDay(days: 30)
            $0.skippableBy = [.lineManager]
        }
        var story = try Story(programme([skippable, step("other")]))
        story.at("2026-03-09T10:00", tailor(.move("task", due: day("2026-03-20"))))
        story.at("2026-03-10T10:00", .skip("task", by: "leif", reason: "knows it"))
        let withdraw = Command.withdrawEdit(4, by: "leif", reason: "wrong")
        #expect(story.at("2026-03-11T10:00", withdraw) == ["edit #4 withdrawn by leif"])
        #expect(story.explained("task", today: "2026-03-11")?.status == .skipped)
    }

    @Test("A step of one's own that was done cannot be taken back; one that stands is cancelled")
    func withdrawOwn() throws {
        var story = try Story(Self.tested)
        story.at("2026-03-09T10:00", tailor(.add(own(.meeting, due: "2026-03-20"), after: nil)))
        #expect(story.enrolment.record("own-3").invitation != nil)
        #expect(
            story.at("2026-03-10T10:00", .withdrawEdit(3, by: "leif", reason: "no")) == [
                "own-3 invitation cancelled #1", "edit #3 withdrawn by leif",
            ])
        #expect(story.told.prefix(1) == ["talk-cancelled to mia"])
        #expect(story.notices.first?.title?.texts == [.english: "Visit the ward"])
        #expect(story.plan.step("own-3") == nil)
        story.at("2026-03-11T10:00", tailor(.add(own(), after: nil)))
        let number = story.enrolment.edits.last?.number ?? 0
        let done = StepID("own-\(number)")
        story.at("2026-03-11T11:00", .sign(done, by: "mia", affirms: true, on: day("2026-03-11")))
        #expect(
            story.at("2026-03-12T10:00", .withdrawEdit(number, by: "leif", reason: "no"))
                == ["refused: alreadySettled \(done), done"])
    }
}
