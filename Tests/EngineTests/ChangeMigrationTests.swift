import CivilCalendar
import Engine
import Testing

/// Moves to another version of the programme, and back.
@Suite struct ChangeMigrationTests {
    private static let old = programme([
        step("a") {
            $0.due = .fromFirstDay(days: 7)
            $0.reminders = [Reminder(Offset(days: -3))]
        },
        step("b") { $0.due = .fromFirstDay(days: 30) },
        talk(.twoMonths, months: 2),
    ])

    private func sign(_ step: StepID, _ person: PersonID, _ text: String) -> Command {
        .sign(step, by: person, affirms: true, on: day(text))
    }

    private func renamed(_ step: Step, _ id: StepID) -> Step {
        var step = step
        step.formerIDs.append(step.id)
        step.id = id
        return step
    }

    private func version(
        _ steps: [Step], roles: [Role] = usualRoles, facts: [Fact] = [], anchors: [Anchor] = []
    ) -> Programme {
        programme(steps, roles: roles, facts: facts, otherAnchors: anchors)
    }

    @Test(
        "What was done stays done under its declared new name, and what is to come keeps its past")
    func renames() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-03-06T08:00")
        story.at("2026-03-06T09:00", sign("a", "nora", "2026-03-06"))
        let steps = Self.old.steps
        let new = version([renamed(steps[1], "b2"), renamed(steps[0], "a2"), steps[2]])
        #expect(
            story.migrate("2026-03-10T10:00", to: new)
                == ["migrated from v0 to v1 on 2026-03-10, a is now a2, b is now b2"])
        // Nothing that anybody is to do is different: nobody is told.
        #expect(story.told.isEmpty)
        #expect(story.explained("a2", today: "2026-03-10")?.status == .done)
        #expect(story.explained("b2", today: "2026-03-10")?.status == .open)
        #expect(story.enrolment.record("a2").fired == ["due-3d"])
        #expect(
            story.undo("2026-03-11T10:00")
                == ["migration undone from v1 to v0 on 2026-03-11, a2 is now a, b2 is now b"])
        #expect(story.explained("a", today: "2026-03-11")?.status == .done)
        // Should the name come back, nothing is said twice under it.
        #expect(story.enrolment.record("a2").status == .planned)
        #expect(story.enrolment.record("a2").fired == ["due-3d"])
    }

    @Test("A change of one person's plan follows a step that is renamed, begun or not")
    func renamesTailored() throws {
        var story = try Story(Self.old)
        story.at(
            "2026-03-05T10:00",
            .tailor(
                .move(.twoMonths, due: day("2026-06-01")), by: "leif", approvedBy: "leif",
                reason: "leave"))
        let steps = Self.old.steps
        story.migrate(
            "2026-03-10T10:00", to: version([steps[0], steps[1], renamed(steps[2], "talk")]))
        #expect(story.told.isEmpty)
        #expect(story.explained("talk", today: "2026-03-10")?.dueDay == day("2026-06-01"))
        story.undo("2026-03-10T10:00")
        #expect(story.explained(.twoMonths, today: "2026-03-10")?.dueDay == day("2026-06-01"))
    }

    @Test("The invitation to a talk that is dropped is taken back, and comes back with the talk")
    func dropped() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-04-20T08:00")
        let without = version(Array(Self.old.steps.prefix(2)))
        #expect(
            story.migrate("2026-04-21T10:00", to: without) == [
                "migrated from v0 to v1 on 2026-04-21", "talk-2m invitation cancelled #1",
            ])
        #expect(
            story.told == [
                "programme-changed to nora", "programme-changed to leif",
                "programme-changed to mia",
                "talk-cancelled to leif", "talk-cancelled to nora",
            ])
        #expect(story.notices[0].lines.map(\.line) == ["- talk-2m 2026-05-04"])
        #expect(
            story.undo("2026-04-22T10:00") == [
                "migration undone from v1 to v0 on 2026-04-22",
                "talk-2m invitation #2 2026-05-04T09:00 45 min",
            ])
        #expect(story.notices[0].lines.map(\.line) == ["+ talk-2m 2026-05-04"])
        #expect(story.explained(.twoMonths, today: "2026-04-22")?.status == .open)
    }

    @Test("The invitation to a talk that moves is moved, once each way, with a number that rises")
    func moved() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-04-20T08:00")
        var later = Self.old.steps[2]
        later.due = .fromFirstDay(months: 3)
        let new = version([Self.old.steps[0], Self.old.steps[1], later])
        #expect(
            story.migrate("2026-04-21T10:00", to: new) == [
                "migrated from v0 to v1 on 2026-04-21",
                "talk-2m invitation #1 2026-06-02T09:00 45 min",
            ])
        #expect(story.notices[0].lines.map(\.line) == ["talk-2m 2026-05-04 > 2026-06-02"])
        #expect(story.told.filter { $0.hasPrefix("talk-moved") }.count == 2)
        #expect(
            story.undo("2026-04-22T10:00") == [
                "migration undone from v1 to v0 on 2026-04-22",
                "talk-2m invitation #2 2026-05-04T09:00 45 min",
            ])
    }

    @Test("A time that people agreed on since is theirs, also when the move is taken back")
    func agreedSince() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-04-20T08:00")
        story.migrate("2026-04-21T10:00", to: version(Array(Self.old.steps.suffix(2))))
        story.at(
            "2026-04-22T10:00",
            .book(
                .twoMonths, by: "leif", startsAt: moment("2026-05-06T13:00"), minutes: nil,
                place: "room 2"))
        let undone = story.undo("2026-04-23T10:00")
        #expect(!undone.contains { $0.contains("invitation") })
        #expect(
            story.enrolment.record(.twoMonths).invitation?.startsAt == moment("2026-05-06T13:00"))
    }

    @Test("A talk that opened since stays on: nobody gets a cancellation and an invitation")
    func openedSince() throws {
        var story = try Story(Self.old)
        story.migrate("2026-03-10T10:00", to: version(Array(Self.old.steps.suffix(2))))
        story.run(until: "2026-04-20T08:00")
        #expect(
            story.undo("2026-04-22T10:00").filter { $0.hasPrefix("talk") }
                .allSatisfy { !$0.contains("invitation") })
        #expect(story.enrolment.record(.twoMonths).invitation?.sequence == 0)
        #expect(story.explained(.twoMonths, today: "2026-04-22")?.status == .open)
    }

    @Test("A step that is new and late is due on the day it comes; the one mail says so")
    func arrives() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-03-20T08:00")
        let new = version(Self.old.steps + [step("c") { $0.due = .fromFirstDay(days: 3) }])
        #expect(
            story.migrate("2026-03-23T10:00", to: new) == [
                "migrated from v0 to v1 on 2026-03-23, late: c", "c opened on 2026-03-23",
            ])
        #expect(
            story.told == [
                "programme-changed to nora", "programme-changed to leif",
                "programme-changed to mia",
            ])
        #expect(story.notices[0].lines.map(\.line) == ["+ c 2026-03-23"])
        #expect(story.explained("c", today: "2026-03-23")?.isOverdue == false)
        // What has come may be done, and stays done when the move is taken back.
        story.at("2026-03-24T10:00", sign("c", "nora", "2026-03-24"))
        story.undo("2026-03-25T10:00")
        #expect(story.plan.step("c") == nil)
        #expect(story.enrolment.record("c").status == .done)
    }

    @Test("Everything that stands in the way is said at once")
    func obstacles() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-04-20T08:00")
        story.at("2026-04-21T10:00", sign(.twoMonths, "nora", "2026-04-21"))
        var roles = usualRoles
        roles.append(Role(id: "buddy", title: .empty, filledBy: .chosen, need: .required))
        let new = version(
            [step("a")], roles: roles,
            facts: [Fact(id: "ward", title: .empty, type: .yesOrNo, isRequired: true)],
            anchors: [Anchor(id: "contract", title: .empty, isRequired: true)]
        ).with(appliesWhen: .isTrue("ward", true))
        #expect(
            story.migrate("2026-04-22T10:00", to: new) == [
                "refused: cannotMigrate roleMissing buddy, anchorMissing contract,"
                    + " factMissing ward, notForThisPerson, strandsWaitingStep talk-2m"
            ])
        #expect(story.programme === Self.old)
        // A role that is new may be filled with the move.
        var enough = version(Self.old.steps, roles: roles)
        story.migrate("2026-04-22T10:00", to: enough, roles: ["buddy": "bo", .mentor: "bo"])
        #expect(story.enrolment.roles["buddy"] == "bo")
        #expect(story.enrolment.roles[.mentor] == "mia")
        // Taken back, nobody holds what nobody held before.
        var back = story
        back.undo("2026-04-22T11:00")
        #expect(back.enrolment.roles["buddy"] == nil)
        #expect(back.enrolment.roles[.mentor] == "mia")
        // A talk that waits follows its new name, but not where its party's word would not count.
        enough = version([renamed(Self.old.steps[2], "talk")])
        #expect(story.migrate("2026-04-23T10:00", to: enough).count == 1)
        var alone = enough.steps[0]
        alone.actors = .one(.mentor)
        #expect(
            story.migrate("2026-04-24T10:00", to: version([alone]))
                == ["refused: cannotMigrate strandsWaitingStep talk"])
    }

    @Test("A version to the same version, and a move for somebody who has ended, are refused")
    func refusals() throws {
        var story = try Story(Self.old)
        let same = Migration(from: "v0", to: "v0", act: "m")
        #expect(throws: Refusal.alreadyThatVersion) {
            try Decision.migrate(
                story.enrolment, by: same, from: Self.old, to: Self.old,
                now: moment("2026-03-10T10:00"))
        }
        story.migrate("2026-03-10T10:00", to: version([step("a")]))
        story.at("2026-03-11T10:00", .completeEarly(on: day("2026-03-11"), reason: "qualified"))
        #expect(
            story.migrate("2026-03-12T10:00", to: Self.old)
                == ["refused: enrolmentNotRunning completed"])
        // Somebody ended it since: that stands.
        #expect(story.undo("2026-03-12T10:00") == ["refused: enrolmentNotRunning completed"])
    }

    @Test("A programme that a move completes goes on when the move is taken back")
    func completes() throws {
        var story = try Story(Self.old)
        story.at("2026-03-06T10:00", sign("a", "nora", "2026-03-06"))
        story.migrate("2026-03-10T10:00", to: version([Self.old.steps[0]]))
        #expect(story.enrolment.status == .completed)
        #expect(story.told.contains("completed to nora"))
        story.undo("2026-03-11T10:00")
        #expect(story.enrolment.status == .running)
        // It really ends later, and that is told too.
        story.at("2026-03-12T10:00", sign("b", "nora", "2026-03-12"))
        story.at("2026-03-12T10:00", .credit(.twoMonths, on: day("2026-03-12"), programme: "other"))
        #expect(story.enrolment.status == .completed)
        #expect(Set(story.allNotices.map(\.identity)).count == story.allNotices.count)
    }

    @Test("A move during a leave tells at once and does the rest at the return")
    func paused() throws {
        var story = try Story(Self.old)
        story.run(until: "2026-04-20T08:00")
        story.at("2026-04-21T10:00", sign(.twoMonths, "nora", "2026-04-21"))
        story.at("2026-04-21T11:00", .pause(on: day("2026-04-21"), reason: "leave"))
        var alone = Self.old.steps[2]
        alone.actors = Party(.anyOf, [.participant, .lineManager])
        #expect(
            story.migrate("2026-04-22T10:00", to: version([alone])) == [
                "migrated from v0 to v1 on 2026-04-22"
            ])
        // Either's word suffices now, and one of them has given it.
        #expect(
            story.at("2026-04-23T10:00", .resume(on: day("2026-04-23"))).suffix(2)
                == ["talk-2m done on 2026-04-21", "completed on 2026-04-21"])
    }
}
