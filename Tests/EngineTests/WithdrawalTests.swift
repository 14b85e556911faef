import CivilCalendar
import Engine
import Testing

/// A queued notice whose reason has gone is not sent.
@Suite struct WithdrawalTests {
    private func first(_ kind: NoticeKind, _ story: Story) throws -> Notice {
        try #require(story.allNotices.first { $0.kind == kind })
    }

    private func sign(_ person: PersonID, done: Bool) -> Command {
        .sign(.twoMonths, by: person, affirms: done, on: day("2026-04-28"))
    }

    @Test("An invitation gives way to a newer one, and to the talk's having been held")
    func invitations() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        let invitation = try first(.talkInvitation, story)
        #expect(invitation.withdrawal(twoTalks, story.enrolment) == nil)
        story.at(
            "2026-04-21T10:00",
            .book(
                .twoMonths, by: "leif", startsAt: moment("2026-04-28T13:00"), minutes: nil,
                place: nil))
        #expect(invitation.withdrawal(twoTalks, story.enrolment) == .superseded)
        let moved = try first(.talkMoved, story)
        #expect(moved.withdrawal(twoTalks, story.enrolment) == nil)
        story.at("2026-04-28T14:00", sign("leif", done: true))
        story.at("2026-04-28T14:00", sign("nora", done: true))
        #expect(moved.withdrawal(twoTalks, story.enrolment) == .stepSettled)
    }

    @Test("A disagreement that has been ended is not announced; a cancellation always is")
    func disagreement() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        story.at("2026-04-28T14:00", sign("leif", done: true))
        let request = try first(.confirmRequest, story)
        #expect(request.withdrawal(twoTalks, story.enrolment) == nil)
        story.at("2026-04-28T15:00", sign("nora", done: false))
        let disagreement = try first(.disagreement, story)
        #expect(disagreement.withdrawal(twoTalks, story.enrolment) == nil)
        story.at("2026-04-28T16:00", sign("leif", done: false))
        #expect(disagreement.withdrawal(twoTalks, story.enrolment) == .superseded)
        story.at("2026-04-29T10:00", .pause(on: day("2026-04-29"), reason: "leave"))
        #expect(request.withdrawal(twoTalks, story.enrolment) == .enrolmentNotRunning)
        #expect(try first(.talkCancelled, story).withdrawal(twoTalks, story.enrolment) == nil)
    }

    @Test("A gap that was filled and a role that went on to somebody else")
    func roles() throws {
        var roles = usualRoles
        roles[3].need = .requiredBy(.fromFirstDay())
        let tested = programme([step("a")], roles: roles)
        var people = usualPeople
        people[.mentor] = nil
        var story = try Story(tested, people: people)
        story.run(until: "2026-03-02T08:00")
        let unfilled = try first(.roleUnfilled, story)
        #expect(unfilled.withdrawal(tested, story.enrolment) == nil)
        story.at("2026-03-03T10:00", .handOver(.mentor, to: "mia", reason: "found"))
        #expect(unfilled.withdrawal(tested, story.enrolment) == .superseded)
        let yours = try first(.handedOverToYou, story)
        #expect(yours.withdrawal(tested, story.enrolment) == nil)
        story.at("2026-03-03T11:00", .handOver(.mentor, to: "mona", reason: "moved"))
        #expect(yours.withdrawal(tested, story.enrolment) == .recipientChanged)
    }

    @Test("While the parties disagree a reminder goes to whoever answers for the talk")
    func reminderInDispute() throws {
        var story = try Story(twoTalks)
        story.run(until: "2026-04-20T08:00")
        for (person, done) in [(PersonID("leif"), true), ("nora", false)] {
            story.at(
                "2026-04-21T10:00",
                .sign(.twoMonths, by: person, affirms: done, on: day("2026-04-21")))
        }
        story.run(until: "2026-04-27T08:00")
        #expect(story.told == ["reminder to leif"])
    }
}
