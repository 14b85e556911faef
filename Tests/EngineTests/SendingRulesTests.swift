import CivilCalendar
import Engine
import Testing

/// When notices may go out: not at night, not at weekends, not on holidays.
@Suite struct SendingRulesTests {
    @Test(
        "The first moment at which a notice may go",
        arguments: [
            ("2026-02-16T10:00", "2026-02-16T10:00"),  // A Monday in office hours.
            ("2026-02-16T06:59", "2026-02-16T08:00"),
            ("2026-02-16T07:00", "2026-02-16T07:00"),
            ("2026-02-16T19:59", "2026-02-16T19:59"),
            ("2026-02-16T20:00", "2026-02-17T08:00"),
            ("2026-02-20T20:00", "2026-02-23T08:00"),  // Friday evening.
            ("2026-02-21T12:00", "2026-02-23T08:00"),
            ("2026-04-01T21:00", "2026-04-07T08:00"),  // The evening before Maundy Thursday.
            ("2026-04-06T12:00", "2026-04-07T08:00"),  // Easter Monday.
            ("2027-05-17T12:00", "2027-05-18T08:00"),  // Constitution Day, a Monday.
            ("2026-12-24T12:00", "2026-12-24T12:00"),  // Open unless the employer closes.
            ("2026-12-25T12:00", "2026-12-28T08:00"),
        ])
    func usual(from: String, to: String) {
        let sent = SendingRules().nextSending(from: moment(from), in: WorkingCalendar())
        #expect(sent.description == to)
        #expect(SendingRules().nextSending(from: sent, in: WorkingCalendar()) == sent)
    }

    @Test("Quiet hours in the middle of the day, none at all, and weekends allowed")
    func unusual() {
        var rules = SendingRules(quietFrom: time("12:00"), quietUntil: time("13:00"))
        func next(_ text: String) -> String {
            rules.nextSending(from: moment(text), in: WorkingCalendar()).description
        }
        #expect(next("2026-02-16T12:30") == "2026-02-16T13:00")
        #expect(next("2026-02-16T23:30") == "2026-02-16T23:30")
        rules = SendingRules(quietFrom: .midnight, quietUntil: .midnight)
        #expect(next("2026-02-16T03:00") == "2026-02-16T03:00")
        rules = SendingRules(workingDaysOnly: false)
        #expect(next("2026-02-21T12:00") == "2026-02-21T12:00")
        #expect(next("2026-02-20T21:00") == "2026-02-21T08:00")
        var calendar = WorkingCalendar()
        calendar.closesOnChristmasEve = true
        #expect(
            SendingRules().nextSending(from: moment("2026-12-24T12:00"), in: calendar).description
                == "2026-12-28T08:00")
    }

    @Test("A notice of what falls due at night waits until the morning")
    func notices() throws {
        var story = try Story(programme([step("a")]), at: "2026-02-20T22:15")
        #expect(story.notices.map(\.sendAt.description).allSatisfy { $0 == "2026-02-23T08:00" })
        story.at(
            "2026-02-23T10:00", .sign("a", by: "nora", affirms: true, on: day("2026-02-23")))
        #expect(
            story.notices.map(\.sendAt.description) == ["2026-02-23T10:00", "2026-02-23T10:00"])
    }

    @Test(
        "A reminder before its date moves back from a holiday, one after it moves on",
        arguments: [
            // The due day, the reminder's days from it, when it goes.
            ("2026-04-09", -7, "2026-04-01"),  // Maundy Thursday: the Wednesday before.
            ("2026-04-07", -1, "2026-04-01"),  // Easter Monday: before Easter, not on the day.
            ("2026-04-01", 1, "2026-04-07"),  // Maundy Thursday: after Easter.
            ("2026-04-05", 0, "2026-04-07"),  // Easter Sunday itself.
            ("2027-05-18", -1, "2027-05-14"),  // 17 May 2027 is a Monday.
            ("2026-02-19", -2, "2026-02-17"),
        ])
    func reminders(due: String, days: Int, goes: String) throws {
        let tested = programme([
            step("a") {
                $0.due = .fromFirstDay()
                $0.reminders = [Reminder(Offset(days: days))]
            }
        ])
        var story = try Story(tested, at: "2026-02-16T10:00", firstDay: due)
        #expect(story.agenda.first?.moment.description == "\(goes)T08:00")
        story.run(until: "2027-12-01T08:00")
        #expect(story.notices.map(\.sendAt.description) == ["\(goes)T08:00"])
    }

    @Test("With notices on all days a reminder stays where it is")
    func allDays() throws {
        let tested = programme(
            [
                step("a") {
                    $0.due = .fromFirstDay()
                    $0.reminders = [Reminder(Offset(days: -1))]
                }
            ], sendingRules: SendingRules(noticeTime: time("09:30"), workingDaysOnly: false))
        let story = try Story(tested, firstDay: "2026-04-07")
        #expect(story.agenda.first?.moment.description == "2026-04-06T09:30")
    }

    @Test("A reminder that the notice of opening has already said is left out")
    func atOpening() throws {
        var story = try Story(
            programme([
                step("a") {
                    $0.opens = .fromFirstDay()
                    $0.due = .fromFirstDay(days: 3)
                    $0.reminders = [Reminder(Offset(days: -3)), Reminder(Offset(days: -2))]
                }
            ]))
        #expect(
            story.run(until: "2026-04-01T08:00")
                == ["a opened on 2026-03-02", "a reminded due-2d on 2026-03-03"])
    }

    @Test("A rung that falls on a holiday is climbed on the next working day")
    func rungs() throws {
        var story = try Story(
            programme([
                step("a") {
                    $0.due = .fromFirstDay()
                    $0.escalation = [EscalationRung(grace: Offset(days: 3), to: [.lineManager])]
                }
            ]), firstDay: "2026-03-31")
        #expect(story.run(until: "2026-06-01T08:00") == ["a escalated to 1 on 2026-04-07"])
    }
}
