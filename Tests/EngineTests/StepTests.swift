import CivilCalendar
import Engine
import Testing

/// Steps of other kinds than talks: messages, chains, conditions, skips, credits, milestones.
@Suite struct StepTests {
    private func sign(_ step: StepID, on text: String, by person: PersonID = "nora") -> Command {
        .sign(step, by: person, affirms: true, on: day(text))
    }

    @Test("A message goes once, on its day, and is then done")
    func message() throws {
        var story = try Story(
            programme([
                step("hello", .message) { $0.due = .fromFirstDay(days: -5) },
                step("keys") { $0.opens = .fromFirstDay() },
            ]))
        #expect(
            story.at("2026-02-25T08:00") == [
                "hello opened on 2026-02-25", "hello done on 2026-02-25",
            ])
        #expect(story.told == ["message to nora"])
        #expect(
            story.at("2026-02-26T08:00", sign("hello", on: "2026-02-26"))
                == ["refused: alreadySettled hello, done"])
        #expect(
            story.at(
                "2026-02-26T08:00", .moveAnchor(.firstDay, to: day("2026-04-01"), reason: "late"))
                == ["first-day moved from 2026-03-02 to 2026-04-01"])
        #expect(story.run(until: "2026-05-01T08:00") == ["keys opened on 2026-04-01"])
    }

    @Test("A message cannot be signed before it goes")
    func messageIsNobodys() throws {
        var story = try Story(
            programme([step("hello", .message) { $0.due = .fromFirstDay() }]))
        #expect(
            story.at("2026-02-17T08:00", sign("hello", on: "2026-02-17"))
                == ["refused: cannotBeSigned hello"])
    }

    @Test("A chain opens link by link, each when the one before is settled")
    func chain() throws {
        var story = try Story(
            programme([
                step("a"),
                step("b") { $0.waitsFor = ["a"] },
                step("c") {
                    $0.waitsFor = ["a", "b"]
                    $0.opens = .fromFirstDay(days: 10)
                },
            ]))
        #expect(story.events.map(\.line) == ["enrolled on 2026-02-16", "a opened on 2026-02-16"])
        #expect(
            story.at("2026-02-17T10:00", sign("b", on: "2026-02-17"))
                == ["refused: waitsFor b, a"])
        #expect(
            story.at("2026-02-18T10:00", sign("a", on: "2026-02-17")) == [
                "a affirmed by participant nora, 2026-02-17", "a done on 2026-02-17",
                "b opened on 2026-02-17",
            ])
        #expect(
            story.at("2026-02-20T10:00", sign("b", on: "2026-02-20")).last
                == "b done on 2026-02-20")
        #expect(
            story.at("2026-02-20T11:00", sign("c", on: "2026-02-20"))
                == ["refused: notOpenYet c, 2026-03-12"])
        #expect(story.run(until: "2026-03-12T08:00") == ["c opened on 2026-03-12"])
    }

    @Test("A step that does not apply is in nobody's way")
    func condition() throws {
        let steps = [
            step("ward") { $0.condition = .isTrue("ward", true) },
            step("next") { $0.waitsFor = ["ward"] },
        ]
        let tested = programme(steps, facts: [Fact(id: "ward", title: .empty, type: .yesOrNo)])
        var home = try Story(tested, facts: ["ward": .flag(false)])
        #expect(home.events.map(\.line) == ["enrolled on 2026-02-16", "next opened on 2026-02-16"])
        #expect(
            home.at("2026-02-17T10:00", sign("ward", on: "2026-02-17"))
                == ["refused: stepDoesNotApply ward"])
        #expect(
            home.at("2026-02-17T10:00", sign("next", on: "2026-02-17")).last
                == "completed on 2026-02-17")
        let ward = try Story(tested, facts: ["ward": .flag(true)])
        #expect(ward.events.map(\.line) == ["enrolled on 2026-02-16", "ward opened on 2026-02-16"])
    }

    @Test("A date that counts from a step is known when the step is done, and not before")
    func completionAnchor() throws {
        var story = try Story(
            programme([
                step("course") { $0.due = .fromFirstDay() },
                step("practice") {
                    $0.due = .after("course", days: 14)
                    $0.reminders = [Reminder(Offset(days: -7))]
                    $0.escalation = [EscalationRung(grace: Offset(days: 1), to: [.lineManager])]
                },
            ]))
        #expect(story.explained("practice", today: "2026-02-16")?.dueDay == day("2026-03-16"))
        // Nobody is late for a date that is only a guess.
        #expect(story.run(until: "2026-04-13T10:00") == [])
        #expect(story.explained("practice", today: "2026-04-13")?.isOverdue == false)
        story.at("2026-04-13T10:00", sign("course", on: "2026-04-13"))
        #expect(story.explained("practice", today: "2026-04-13")?.dueDay == day("2026-04-27"))
        #expect(
            story.run(until: "2026-05-01T10:00") == [
                "practice reminded due-7d on 2026-04-20", "practice escalated to 1 on 2026-04-28",
            ])
    }

    @Test("A talk whose day rests on another step opens and invites when that step is done")
    func talkAfterStep() throws {
        var story = try Story(
            programme([
                step("course") { $0.due = .fromFirstDay() },
                step("talk", .talk, by: Party(.allOf, [.lineManager, .participant])) {
                    $0.due = .after("course", days: 14)
                    $0.window = Window(from: Offset(days: -7), to: Offset(days: 7))
                },
                step("meeting", .meeting) { $0.due = .after("course", days: 30) },
            ]))
        #expect(story.told == ["welcome to nora", "step-opened to nora", "step-opened to nora"])
        #expect(story.run(until: "2026-04-13T10:00") == [])
        #expect(
            story.at("2026-04-13T10:00", sign("course", on: "2026-04-13")) == [
                "course affirmed by participant nora, 2026-04-13", "course done on 2026-04-13",
                "meeting invitation #0 2026-05-13T09:00 45 min",
            ])
        #expect(
            story.run(until: "2026-04-20T08:00") == [
                "talk opened on 2026-04-20", "talk invitation #0 2026-04-27T09:00 45 min",
            ])
    }

    @Test("A milestone is reached once, on the day of its last step, skipped ones allowed")
    func milestone() throws {
        var story = try Story(
            programme(
                [step("a"), step("b") { $0.skippableBy = [.lineManager] }, step("c")],
                milestones: [Milestone(id: "ready", title: .empty, steps: ["a", "b"])]))
        story.at("2026-02-18T10:00", sign("a", on: "2026-02-17"))
        #expect(
            story.at("2026-02-19T10:00", .skip("b", by: "leif", reason: "knows it")) == [
                "b skipped by leif on 2026-02-19", "milestone ready on 2026-02-19",
            ])
        #expect(story.at("2026-02-20T10:00") == [])
    }

    @Test("A milestone of which everything was skipped is not reached")
    func emptyMilestone() throws {
        var story = try Story(
            programme(
                [step("a") { $0.skippableBy = [.lineManager] }, step("b")],
                milestones: [Milestone(id: "ready", title: .empty, steps: ["a"])]))
        #expect(
            story.at("2026-02-19T10:00", .skip("a", by: "leif", reason: "knows it"))
                == ["a skipped by leif on 2026-02-19"])
    }

    @Test("Only those whom the step names may skip it, and with a reason")
    func skipping() throws {
        var story = try Story(
            programme([step("a") { $0.skippableBy = [.lineManager] }, step("b")]))
        #expect(
            story.at("2026-02-17T10:00", .skip("a", by: "nora", reason: "boring"))
                == ["refused: mayNotSkip a"])
        #expect(
            story.at("2026-02-17T10:00", .skip("a", by: "leif", reason: "  "))
                == ["refused: reasonMissing"])
        #expect(
            story.at("2026-02-17T10:00", .skip("b", by: "leif", reason: "boring"))
                == ["refused: mayNotSkip b"])
    }

    @Test("What was done in another programme is done here too, from the start or later")
    func credit() throws {
        let tested = programme([
            step("fire") { $0.module = "fire" },
            step("talk", .talk) { $0.due = .fromFirstDay() },
        ])
        let credit = Start.Credit(step: "fire", on: day("2025-11-03"), programme: "trainee")
        let unknown = Start.Credit(step: "swim", on: day("2025-11-03"), programme: "trainee")
        var story = try Story(tested, credits: [credit, unknown])
        #expect(
            story.events.map(\.line) == [
                "enrolled on 2026-02-16", "fire credited from trainee, 2025-11-03",
                "talk opened on 2026-02-16", "talk invitation #0 2026-03-02T09:00 45 min",
            ])
        #expect(
            story.at(
                "2026-02-20T10:00", .credit("talk", on: day("2026-02-19"), programme: "mentor"))
                == [
                    "talk invitation cancelled #1", "talk credited from mentor, 2026-02-19",
                    "completed on 2026-02-19",
                ])
    }

    @Test("Any of them: one word suffices; either, then the other: both, whoever begins")
    func parties() throws {
        var story = try Story(
            programme([
                step("any", by: Party(.anyOf, [.participant, .mentor])),
                step("either", by: Party(.eitherThenOther, [.participant, .mentor])),
                step("checked") { $0.confirmers = .one(.mentor) },
            ]))
        #expect(
            story.at("2026-02-17T10:00", sign("any", on: "2026-02-17", by: "mia")).last
                == "any done on 2026-02-17")
        #expect(
            story.at("2026-02-17T10:00", sign("either", on: "2026-02-17", by: "mia"))
                == ["either affirmed by mentor mia, 2026-02-17"])
        #expect(story.told == ["confirm-request to nora"])
        #expect(
            story.at("2026-02-17T11:00", sign("either", on: "2026-02-17")).last
                == "either done on 2026-02-17")
        // Who did it says so; it counts when the one who checks has said so too.
        #expect(
            story.at("2026-02-17T12:00", sign("checked", on: "2026-02-17"))
                == ["checked affirmed by participant nora, 2026-02-17"])
        #expect(story.explained("checked", today: "2026-02-17")?.status == .waiting)
        #expect(
            story.at("2026-02-18T12:00", sign("checked", on: "2026-02-18", by: "mia")) == [
                "checked affirmed by mentor mia, 2026-02-18", "checked done on 2026-02-18",
                "completed on 2026-02-18",
            ])
    }

    @Test("A third party is asked when the first says yes, and not again when the second does")
    func threeParties() throws {
        var story = try Story(
            programme([step("a", by: Party(.allOf, [.participant, .mentor, .lineManager]))]))
        story.at("2026-02-17T10:00", sign("a", on: "2026-02-17"))
        #expect(story.told == ["confirm-request to mia", "confirm-request to leif"])
        story.at("2026-02-17T11:00", sign("a", on: "2026-02-17", by: "mia"))
        #expect(story.told == [])
    }
}
