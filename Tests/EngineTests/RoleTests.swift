import CivilCalendar
import Engine
import Testing

/// Roles that nobody fills, that somebody covers, and that go from one person to another.
@Suite struct RoleTests {
    private let shared = Party(.allOf, [.participant, .mentor])

    private func people(mentor: PersonID?) -> [RoleID: PersonID] {
        var people = usualPeople
        people[.mentor] = mentor
        return people
    }

    private func roles(mentor need: RoleNeed, coveredBy cover: RoleID? = nil) -> [Role] {
        var roles = usualRoles
        roles[3].need = need
        roles[3].coveredBy = cover
        return roles
    }

    @Test("A start that lacks something says all of what it lacks")
    func starts() throws {
        func refusal(
            _ change: (inout Start) -> Void
        ) -> String {
            var start = Start(
                id: "e1", on: day("2026-02-16"), roles: usualPeople,
                anchors: [.firstDay: day("2026-03-02")], facts: ["years": .number(2)])
            change(&start)
            let tested = programme(
                [step("a")],
                facts: [
                    Fact(
                        id: "years", title: .empty, type: .number(from: 1, to: 3), isRequired: true)
                ]
            ).with(appliesWhen: .atLeast("years", 2))
            do {
                _ = try Decision.start(start, in: tested, now: moment("2026-02-16T10:00"))
                return "started"
            } catch {
                return error.line
            }
        }
        #expect(refusal { _ in } == "started")
        #expect(
            refusal { $0.roles = [.mentor: "mia"] }
                == "requiredRolesMissing participant+line-manager")
        #expect(refusal { $0.roles["buddy"] = "bo" } == "unknownRole buddy")
        #expect(refusal { $0.anchors = [:] } == "requiredAnchorsMissing first-day")
        #expect(refusal { $0.anchors["end"] = day("2026-03-02") } == "unknownAnchor end")
        #expect(refusal { $0.facts = [:] } == "requiredFactsMissing years")
        #expect(refusal { $0.facts["size"] = .flag(true) } == "unknownFact size")
        #expect(refusal { $0.facts["years"] = .number(4) } == "valueNotAllowed years")
        #expect(refusal { $0.facts["years"] = .flag(true) } == "valueNotAllowed years")
        #expect(refusal { $0.facts["years"] = .number(1) } == "notForThisPerson")
    }

    @Test("Whoever covers an unfilled role is told and signs for it")
    func cover() throws {
        var story = try Story(programme([step("a", by: shared)]), people: people(mentor: nil))
        #expect(story.told == ["welcome to nora", "step-opened to nora", "step-opened to leif"])
        story.at("2026-02-17T10:00", .sign("a", by: "nora", affirms: true, on: day("2026-02-17")))
        #expect(story.told == ["confirm-request to leif"])
        #expect(
            story.at(
                "2026-02-17T11:00", .sign("a", by: "leif", affirms: true, on: day("2026-02-17")))
                == [
                    "a affirmed by mentor leif, 2026-02-17", "a done on 2026-02-17",
                    "completed on 2026-02-17",
                ])
    }

    @Test("An optional role that nobody fills or covers is not waited for")
    func nobody() throws {
        var story = try Story(
            programme([step("a", by: shared)], roles: roles(mentor: .optional)),
            people: people(mentor: nil))
        // What it would be told goes to the line manager all the same: never silent.
        #expect(story.told == ["welcome to nora", "step-opened to nora", "step-opened to leif"])
        #expect(
            story.at(
                "2026-02-17T11:00", .sign("a", by: "nora", affirms: true, on: day("2026-02-17")))
                == [
                    "a affirmed by participant nora, 2026-02-17", "a done on 2026-02-17",
                    "completed on 2026-02-17",
                ])
    }

    @Test("A role that is emptied takes its missing word with it")
    func emptied() throws {
        var story = try Story(
            programme([step("a", by: shared)], roles: roles(mentor: .optional)))
        story.at("2026-02-17T10:00", .sign("a", by: "nora", affirms: true, on: day("2026-02-17")))
        #expect(
            story.at("2026-02-18T10:00", .handOver(.mentor, to: nil, reason: "left")) == [
                "mentor handed over from mia to nobody", "a done on 2026-02-17",
                "completed on 2026-02-17",
            ])
    }

    @Test("A role emptied while the enrolment is paused completes the step at the resumption")
    func emptiedDuringPause() throws {
        var story = try Story(
            programme([step("a", by: shared)], roles: roles(mentor: .optional)))
        story.at("2026-02-17T10:00", .sign("a", by: "nora", affirms: true, on: day("2026-02-17")))
        story.at("2026-02-18T10:00", .pause(on: day("2026-02-18"), reason: "leave"))
        #expect(
            story.at("2026-02-19T10:00", .handOver(.mentor, to: nil, reason: "left"))
                == ["mentor handed over from mia to nobody"])
        #expect(
            story.at("2026-02-20T10:00", .resume(on: day("2026-02-20"))).dropFirst()
                == ["a done on 2026-02-17", "completed on 2026-02-17"])
    }

    @Test("A role needed by a day is asked for on it, once, to the line manager")
    func neededBy() throws {
        let tested = programme(
            [step("a")], roles: roles(mentor: .requiredBy(.fromFirstDay(days: -1))))
        var story = try Story(tested, people: people(mentor: nil))
        // 1 March is a Sunday.
        #expect(
            story.run(until: "2026-04-01T08:00") == ["mentor still missing on 2026-03-02"])
        #expect(story.told == ["role-unfilled to leif"])
        #expect(
            story.at("2026-04-02T09:00", .handOver(.mentor, to: "mia", reason: "found"))
                == ["mentor handed over from nobody to mia"])
        #expect(story.told == ["handed-over-to-you to mia"])
        // Emptied again it is missed again, and that is told again.
        #expect(
            story.at("2026-04-07T09:00", .handOver(.mentor, to: nil, reason: "left")) == [
                "mentor handed over from mia to nobody", "mentor still missing on 2026-03-02",
            ])
        #expect(story.told == ["handed-over-from-you to mia", "role-unfilled to leif"])
        #expect(Set(story.allNotices.map(\.identity)).count == story.allNotices.count)
    }

    @Test("A role that was filled in time is not asked for")
    func filledInTime() throws {
        let tested = programme(
            [step("a")], roles: roles(mentor: .requiredBy(.fromFirstDay(days: -1))))
        var story = try Story(tested, people: people(mentor: nil))
        story.at("2026-02-20T09:00", .handOver(.mentor, to: "mia", reason: "found"))
        #expect(story.run(until: "2026-04-01T08:00") == [])
    }

    @Test("Open items follow the new holder, and both are told")
    func handOver() throws {
        let tested = programme([
            step("a", by: .one(.mentor)) {
                $0.due = .fromFirstDay()
                $0.reminders = [Reminder(Offset(days: -3))]
            }
        ])
        var story = try Story(tested)
        #expect(
            story.at("2026-02-20T09:00", .handOver(.mentor, to: "mona", reason: "moved"))
                == ["mentor handed over from mia to mona"])
        #expect(story.told == ["handed-over-to-you to mona", "handed-over-from-you to mia"])
        #expect(story.run(until: "2026-02-27T08:00") == ["a reminded due-3d on 2026-02-27"])
        #expect(story.told == ["reminder to mona"])
        #expect(
            story.at(
                "2026-02-27T09:00", .sign("a", by: "mia", affirms: true, on: day("2026-02-27")))
                == ["refused: notYours a"])
        // What was queued for the old holder is not sent.
        let stale = try #require(story.allNotices.first { $0.kind == .stepOpened })
        #expect(stale.recipient == "mia")
        #expect(stale.withdrawal(tested, story.enrolment) == .recipientChanged)
    }

    @Test("The invitations that stand follow the role: the new holder gets them, the old is off")
    func invitationsFollow() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        story.at("2026-04-21T10:00", .handOver(.lineManager, to: "lise", reason: "new job"))
        #expect(
            story.told == [
                "handed-over-to-you to lise", "handed-over-from-you to leif",
                "talk-invitation to lise", "talk-cancelled to leif",
            ])
        let invitation = story.enrolment.record(.twoMonths).invitation
        #expect(story.notices[2].invitation == invitation)
        #expect(story.notices[2].withdrawal(twoTalks, story.enrolment) == nil)
        // Who takes part in another role already holds the invitation.
        story.at("2026-04-22T10:00", .handOver(.lineManager, to: "nora", reason: "promoted"))
        #expect(
            story.told == [
                "handed-over-to-you to nora", "handed-over-from-you to lise",
                "talk-cancelled to lise",
            ])
        // The mentor takes no part in the talk.
        story.at("2026-04-22T11:00", .handOver(.mentor, to: "mona", reason: "moved"))
        #expect(story.told == ["handed-over-to-you to mona", "handed-over-from-you to mia"])
    }

    @Test("What cannot be handed over")
    func refusals() throws {
        var story = try Story(programme([step("a")]))
        func hand(_ role: RoleID, _ person: PersonID?) -> [String] {
            story.at("2026-02-20T09:00", .handOver(role, to: person, reason: "moved"))
        }
        #expect(hand("buddy", "bo") == ["refused: unknownRole buddy"])
        #expect(hand(.participant, "bo") == ["refused: participantCannotBeReplaced"])
        #expect(hand(.lineManager, nil) == ["refused: roleMustBeFilled line-manager"])
        #expect(hand(.mentor, "mia") == ["refused: alreadyThatPerson mentor"])
    }
}
