import CivilCalendar
import Engine
import Testing

/// How a step is shown, and why it is where it is.
@Suite struct ExplanationTests {
    private let yes = Signature(
        role: .participant, person: "nora", affirms: true, on: day("2026-04-23"))
    private let no = Signature(
        role: .lineManager, person: "leif", affirms: false, on: day("2026-04-23"))

    @Test("What happened to a step, and the status that people see")
    func statuses() throws {
        let opened = Event.stepOpened("a", on: day("2026-04-20"))
        let rows: [(events: [Event], shown: ShownStatus)] = [
            ([], .planned),
            ([opened], .open),
            ([opened, .signed("a", yes)], .waiting),
            ([opened, .signed("a", no)], .open),
            ([opened, .signed("a", yes), .signed("a", no)], .disputed),
            ([opened, .signed("a", yes), .stepCompleted("a", on: day("2026-04-23"))], .done),
            ([.stepCredited("a", on: day("2026-04-23"), programme: "other")], .done),
            (
                [opened, .stepSkipped("a", on: day("2026-04-23"), by: "leif", reason: "known")],
                .skipped
            ),
            ([opened, .stopped(on: day("2026-04-23"), reason: "left")], .cancelled),
            ([.stopped(on: day("2026-04-23"), reason: "left")], .cancelled),
            ([opened, .paused(on: day("2026-04-23"), reason: "leave")], .open),
        ]
        let applies = step("a", by: Party(.allOf, [.participant, .lineManager])) {
            $0.opens = .fromFirstDay(days: 90)
        }
        var other = applies
        other.condition = .isTrue("ward", true)
        for (events, expected) in rows {
            var enrolment = try Story(programme([applies])).enrolment
            for event in events { enrolment.evolve(event) }
            let today = day("2026-04-24")
            let shown = enrolment.explained(by: programme([applies]), today: today)
            #expect(shown.map(\.status) == [expected])
            // What has been settled stays as it was, whether or not it applies.
            let hidden = enrolment.explained(by: programme([other]), today: today)
            let isSettled = enrolment.record("a").status.isSettled
            #expect(hidden.map(\.status) == [isSettled ? expected : .notApplicable])
        }
    }

    @Test("Overdue is a step of a running enrolment whose day is before today, and no other")
    func overdue() throws {
        let tested = programme([step("a") { $0.due = .fromFirstDay() }, step("b")])
        var story = try Story(tested)
        func isOverdue(_ today: String) -> Bool? { story.explained("a", today: today)?.isOverdue }
        #expect(isOverdue("2026-03-02") == false)
        #expect(isOverdue("2026-03-03") == true)
        #expect(story.explained("b", today: "2026-03-03")?.isOverdue == false)
        story.at("2026-03-03T10:00", .pause(on: day("2026-03-03"), reason: "leave"))
        #expect(isOverdue("2026-03-04") == false)
        story.at("2026-03-05T10:00", .resume(on: day("2026-03-05")))
        #expect(isOverdue("2026-03-05") == true)
        story.at("2026-03-05T10:00", .sign("a", by: "nora", affirms: true, on: day("2026-03-05")))
        #expect(isOverdue("2026-03-06") == false)
    }

    @Test("A date says what it counts from, and from where it was moved")
    func dates() throws {
        let story = try Story(twoTalks)
        let talk = try #require(story.explained(.twoMonths, today: "2026-02-16"))
        guard case .date(let due)? = talk.due else {
            Issue.record("the due day is explained by \(String(describing: talk.due))")
            return
        }
        #expect(due.day == day("2026-05-04"))
        #expect(due.base == day("2026-03-02"))
        #expect(due.counted == day("2026-05-02"))
        #expect(due.postponed == day("2026-05-02"))
        #expect(due.rule == .fromFirstDay(months: 2, shift: .next))
        #expect(due.isProjected == false)
        #expect(talk.window == day("2026-04-20")...day("2026-05-18"))
        #expect(talk.missingSigners == [.lineManager, .participant])
    }

    @Test("Why a step opens: at the start, by a date, after others, or not at all")
    func openings() throws {
        let tested = programme([
            step("start"), step("dated") { $0.opens = .fromFirstDay() },
            step("after") { $0.waitsFor = ["start"] },
            step("both") {
                $0.waitsFor = ["start"]
                $0.opens = .fromFirstDay()
            },
            step("no") { $0.condition = .isTrue("ward", true) },
        ])
        var story = try Story(tested)
        #expect(story.explained("start", today: "2026-02-16")?.opens == .atStart(day("2026-02-16")))
        #expect(story.explained("after", today: "2026-02-16")?.opens == .after(["start"]))
        #expect(
            story.explained("no", today: "2026-02-16")?.opens
                == .doesNotApply(.isTrue("ward", true)))
        for id in [StepID("dated"), "both"] {
            guard case .date(let date)? = story.explained(id, today: "2026-02-16")?.opens else {
                Issue.record("\(id) has no date")
                continue
            }
            #expect(date.day == day("2026-03-02"))
        }
        // It could have opened on the first day, and had to wait for a step that was late.
        story.at(
            "2026-03-09T10:00", .sign("start", by: "nora", affirms: true, on: day("2026-03-09")))
        #expect(story.explained("both", today: "2026-03-09")?.opens == .after(["start"]))
    }
}
