import CivilCalendar
import Engine
import Testing

/// After an outage the same has happened as without it, in the same order, each thing once.
@Suite struct CatchUpTests {
    /// Half a year with all that falls due by itself.
    private let full = programme(
        [
            step("hello", .message) { $0.due = .fromFirstDay(days: -3) },
            step("keys") {
                $0.opens = .fromFirstDay()
                $0.due = .fromFirstDay(days: 2)
                $0.reminders = [
                    Reminder(.zero), Reminder(Offset(days: 5)), Reminder(Offset(days: 9)),
                ]
                $0.escalation = [
                    EscalationRung(grace: Offset(days: 7), to: [.lineManager]),
                    EscalationRung(grace: Offset(days: 7), to: [.managersManager]),
                ]
            },
            step("after-hello") { $0.waitsFor = ["hello"] },
            talk(.twoMonths, months: 2), talk(.fiveMonths, months: 5),
            step("goodbye", .message) { $0.due = .fromFirstDay(months: 6) },
        ],
        roles: usualRoles)

    private func facts(_ events: [Event]) -> [String] {
        events.filter {
            switch $0 {
            case .stepOpened, .windowClosed, .stepCompleted: true
            default: false
            }
        }.map(\.line)
    }

    @Test(
        "An outage of so many days after 20 February",
        arguments: [0, 1, 10, 60, 200, 400])
    func outage(days: Int) throws {
        var awake = try Story(full)
        var slept = awake
        let end = CivilMoment(day("2026-02-20").adding(days: days), time("11:00")).description
        awake.at("2026-02-20T10:00")
        awake.run(until: end)
        slept.at("2026-02-20T10:00")
        slept.at(end)
        #expect(facts(slept.events) == facts(awake.events))
        let forever = "2027-12-31T10:00"
        awake.run(until: forever)
        slept.run(until: forever)
        #expect(facts(slept.events) == facts(awake.events))
        // Each rung of each ladder once, whenever it was told.
        func rungs(_ story: Story) -> [String] {
            story.events.compactMap {
                if case .escalated(let step, let rung, _) = $0 { "\(step) \(rung)" } else { nil }
            }.sorted()
        }
        #expect(rungs(slept) == rungs(awake))
        #expect(rungs(slept).count == 6)
        #expect(Set(slept.allNotices.map(\.identity)).count == slept.allNotices.count)
    }

    @Test("Several reminders that fell due in the gap are told as one, the last")
    func reminders() throws {
        var story = try Story(full)
        #expect(
            story.at("2026-03-16T12:00") == [
                "hello opened on 2026-02-27", "hello done on 2026-02-27",
                "after-hello opened on 2026-02-27", "keys opened on 2026-03-02",
                "keys reminded due on 2026-03-04, untold",
                "keys reminded due+5d on 2026-03-09, untold",
                "keys escalated to 1 on 2026-03-16",
                "keys reminded due+9d on 2026-03-13",
            ])
        #expect(story.told.filter { $0.hasPrefix("reminder") } == ["reminder to nora"])
        #expect(story.agenda.first?.moment.description == "2026-03-23T08:00")
    }

    @Test("A talk whose day went by in the gap opens without an invitation to the past")
    func lateTalk() throws {
        var story = try Story(twoTalks)
        story.at("2026-05-05T10:00")
        #expect(story.enrolment.record(.twoMonths).status == .open)
        #expect(story.enrolment.record(.twoMonths).invitation == nil)
        #expect(story.told.prefix(2) == ["step-opened to leif", "step-opened to nora"])
    }

    @Test("A command that is refused leaves even the catching up undone")
    func refused() throws {
        var story = try Story(full)
        let before = story.enrolment
        #expect(
            story.at("2026-03-16T12:00", .resume(on: day("2026-03-16"))) == ["refused: notPaused"])
        #expect(story.enrolment == before)
    }
}
