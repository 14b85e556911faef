import CivilCalendar
import Engine
import Testing

/// What becomes different about the person, and about those around them.
@Suite struct ChangeSituationTests {
    private static let facts = [
        Fact(id: "night", title: .empty, type: .yesOrNo),
        Fact(id: "years", title: .empty, type: .number(from: 1, to: 3), isRequired: true),
    ]

    /// A talk for whoever works at night, two steps that follow each other for the same, and a task
    /// for everybody.
    private static let tested = programme(
        [
            talk(.twoMonths, months: 2),
            step("lamp") {
                $0.due = .fromFirstDay(days: 7)
                $0.condition = .isTrue("night", true)
            },
            step("report") {
                $0.due = .after("lamp", days: 3)
                $0.condition = .isTrue("night", true)
            },
            step("task") { $0.due = .fromFirstDay(months: 6) },
        ].map { step in
            var step = step
            if step.id == .twoMonths { step.condition = .isTrue("night", true) }
            return step
        }, facts: facts)

    private func change(_ value: FactValue?, _ fact: FactID = "night") -> Command {
        .changeFact(fact, to: value, reason: "new post")
    }

    private func started(night: Bool? = nil) throws -> Story {
        var facts: [FactID: FactValue] = ["years": .number(1)]
        facts["night"] = night.map { .flag($0) }
        return try Story(Self.tested, facts: facts)
    }

    @Test("A fact takes a value that the programme allows and that is new")
    func refusals() throws {
        var story = try started(night: false)
        func refusal(_ command: Command) -> String {
            story.at("2026-03-09T10:00", command).joined()
        }
        #expect(refusal(change(.flag(true), "size")) == "refused: unknownFact size")
        #expect(refusal(change(.number(1))) == "refused: valueNotAllowed night")
        #expect(refusal(change(.number(4), "years")) == "refused: valueNotAllowed years")
        #expect(refusal(change(nil, "years")) == "refused: requiredFactsMissing years")
        #expect(refusal(change(.flag(false))) == "refused: alreadyThatValue night")
        #expect(refusal(change(nil)) == "night changed from false to none on 2026-03-09")
        #expect(story.told.isEmpty)
    }

    @Test("A step whose condition ceases takes its invitation with it")
    func goes() throws {
        var story = try started(night: true)
        story.run(until: "2026-04-20T08:00")
        #expect(
            story.at("2026-04-21T10:00", change(.flag(false))) == [
                "night changed from true to false on 2026-04-21", "talk-2m invitation cancelled #1",
            ])
        #expect(
            story.told == [
                "plan-changed to nora", "plan-changed to leif", "plan-changed to mia",
                "talk-cancelled to leif", "talk-cancelled to nora",
            ])
        #expect(
            story.notices[0].lines.map(\.line)
                == ["- talk-2m 2026-05-04", "- lamp 2026-03-09", "- report 2026-03-12"])
        #expect(story.run(until: "2026-05-20T00:00").isEmpty)
        // Back at nights: the talk is where it was, and so is its invitation.
        #expect(
            story.at("2026-05-21T10:00", change(.flag(true))).first
                == "night changed from false to true on 2026-05-21, late: talk-2m+lamp")
    }

    @Test("A step that comes after its due day is due no earlier than the day on which it comes")
    func arrives() throws {
        var story = try started()
        // A Saturday: the working day after it is Monday.
        #expect(
            story.at("2026-04-11T10:00", change(.flag(true))) == [
                "night changed from none to true on 2026-04-11, late: lamp",
                "lamp opened on 2026-04-11", "report opened on 2026-04-11",
            ])
        let lamp = story.explained("lamp", today: "2026-04-11")
        #expect(lamp?.dueDay == day("2026-04-13"))
        #expect(lamp?.isOverdue == false)
        // What counts from it counts from then, and is not itself late.
        #expect(story.explained("report", today: "2026-04-11")?.dueDay == day("2026-04-16"))
        #expect(story.enrolment.record("report").arrivedOn == nil)
        #expect(
            story.told == ["plan-changed to nora", "plan-changed to leif", "plan-changed to mia"])
        #expect(
            story.notices[0].lines.map(\.line)
                == ["+ talk-2m 2026-05-04", "+ lamp 2026-04-13", "+ report 2026-04-16"])
    }

    @Test("An end before the time counts as completed and takes back what was to come")
    func completeEarly() throws {
        var story = try started(night: true)
        story.run(until: "2026-04-20T08:00")
        let early = { (on: String, reason: String) in
            Command.completeEarly(on: day(on), reason: reason)
        }
        #expect(
            story.at("2026-04-21T10:00", early("2026-04-21", " ")) == ["refused: reasonMissing"])
        #expect(
            story.at("2026-04-21T10:00", early("2026-04-22", "qualified"))
                == ["refused: dayInTheFuture 2026-04-22"])
        #expect(
            story.at("2026-04-21T10:00", early("2026-04-21", "qualified")) == [
                "talk-2m invitation cancelled #1", "completed early on 2026-04-21",
            ])
        #expect(
            story.told == [
                "talk-cancelled to leif", "talk-cancelled to nora", "completed to nora",
                "completed to leif",
            ])
        #expect(story.enrolment.status == .completed)
        #expect(story.explained(.twoMonths, today: "2026-04-21")?.status == .cancelled)
        #expect(story.agenda.items.isEmpty)
        #expect(
            story.at("2026-04-21T11:00", early("2026-04-21", "again"))
                == ["refused: enrolmentNotRunning completed"])
    }

    // MARK: - Cover

    private func cover(
        _ role: RoleID = .lineManager, by person: PersonID = "kari", from: String, until: String
    ) -> Command {
        .arrangeCover(role, by: person, from: day(from), until: day(until), reason: "leave")
    }

    @Test("A cover is for a role that somebody fills, by somebody else, for days to come")
    func coverRefusals() throws {
        var people = usualPeople
        people[.managersManager] = nil
        var story = try Story(programme([step("task")]), people: people)
        func refusal(_ command: Command) -> String {
            story.at("2026-03-09T10:00", command).joined()
        }
        let (from, until) = ("2026-03-16", "2026-03-20")
        #expect(refusal(cover("buddy", from: from, until: until)) == "refused: unknownRole buddy")
        #expect(
            refusal(cover(.participant, from: from, until: until))
                == "refused: participantCannotBeReplaced")
        #expect(
            refusal(cover(.managersManager, from: from, until: until))
                == "refused: roleIsEmpty managers-manager")
        #expect(
            refusal(cover(by: "leif", from: from, until: until))
                == "refused: alreadyThatPerson line-manager")
        #expect(refusal(cover(by: "nora", from: from, until: until)) == "refused: coversThemselves")
        #expect(
            refusal(cover(from: until, until: from))
                == "refused: endsBeforeItBegins 2026-03-20 2026-03-16")
        #expect(
            refusal(cover(from: "2026-03-02", until: "2026-03-08"))
                == "refused: dayInThePast 2026-03-08")
        #expect(refusal(.endCover(.lineManager)) == "refused: notCovered line-manager")
        #expect(refusal(cover(from: from, until: until)).hasSuffix("arranged"))
        #expect(
            refusal(cover(by: "mona", from: until, until: "2026-03-30"))
                == "refused: alreadyCovered line-manager from 2026-03-16 until 2026-03-20")
    }

    @Test("A cover begins and ends by itself, both are told, and invitations go along")
    func coverRuns() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        #expect(
            story.at("2026-04-20T10:00", cover(from: "2026-04-22", until: "2026-05-05"))
                == ["kari for line-manager from 2026-04-22 until 2026-05-05 arranged"])
        #expect(story.told.isEmpty)
        #expect(
            story.run(until: "2026-04-22T00:00")
                == ["kari for line-manager from 2026-04-22 until 2026-05-05 began on 2026-04-22"])
        #expect(
            story.told == [
                "cover-began to kari", "covered-by-other to leif", "talk-invitation to kari",
                "talk-cancelled to leif",
            ])
        story.run(until: "2026-04-27T08:00")
        #expect(story.told == ["reminder to kari", "reminder to nora"])
        let sign = { (person: PersonID) in
            Command.sign(.twoMonths, by: person, affirms: false, on: day("2026-04-27"))
        }
        #expect(story.at("2026-04-27T09:00", sign("leif")) == ["refused: notYours talk-2m"])
        #expect(story.at("2026-04-27T09:00", sign("kari")).count == 1)
        #expect(
            story.run(until: "2026-05-06T00:00")
                == ["kari for line-manager from 2026-04-22 until 2026-05-05 ended on 2026-05-06"])
        #expect(
            story.told == [
                "cover-ended to kari", "cover-ended to leif", "talk-invitation to leif",
                "talk-cancelled to kari",
            ])
        #expect(story.enrolment.covers.isEmpty)
    }

    @Test("A cover that is called off before it began tells nobody; one that runs ends at once")
    func endCover() throws {
        var story = try Story(twoTalks)
        story.at("2026-03-09T10:00", cover(from: "2026-03-16", until: "2026-03-20"))
        story.at("2026-03-10T10:00", .endCover(.lineManager))
        #expect(story.told.isEmpty)
        #expect(story.enrolment.covers.isEmpty)
        story.at("2026-03-11T10:00", cover(from: "2026-03-11", until: "2026-03-20"))
        #expect(story.told == ["cover-began to kari", "covered-by-other to leif"])
        story.at("2026-03-12T10:00", .endCover(.lineManager))
        #expect(story.told == ["cover-ended to kari", "cover-ended to leif"])
    }

    @Test("A hand-over ends the cover: each of the three hears of it, and each invitation once")
    func handOverDuringCover() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        story.at("2026-04-21T10:00", cover(from: "2026-04-21", until: "2026-05-05"))
        #expect(
            story.at("2026-04-22T10:00", .handOver(.lineManager, to: "mona", reason: "left"))
                .last == "line-manager handed over from leif to mona")
        #expect(
            story.told.sorted() == [
                "cover-ended to kari", "cover-ended to leif", "handed-over-from-you to leif",
                "handed-over-to-you to mona", "talk-cancelled to kari", "talk-invitation to mona",
            ])
        // Whoever stood in takes over: they have the invitation already.
        story.at("2026-04-23T10:00", cover(from: "2026-04-23", until: "2026-05-05"))
        story.at("2026-04-24T10:00", .handOver(.lineManager, to: "kari", reason: "left"))
        #expect(
            story.told.sorted() == [
                "cover-ended to kari", "cover-ended to mona", "handed-over-from-you to mona",
                "handed-over-to-you to kari",
            ])
        #expect(story.enrolment.covers.isEmpty)
    }
}
