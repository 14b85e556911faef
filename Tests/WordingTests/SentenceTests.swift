import CivilCalendar
import Engine
import Support
import Testing
import Wording

@Suite struct SentenceTests {
    @Test("Why, in whole sentences", arguments: Wording.languages)
    func why(language: Language) {
        let wording = Wording(language: language)
        let lines = whySamples().map { name, why in
            "\(name): \(wording.why(why, in: Sample.programme))"
        }
        expectComplete(lines)
        expectGolden(lines.joined(separator: "\n") + "\n", "why.\(language).txt")
    }

    @Test("Refusals, with a programme and without one", arguments: Wording.languages)
    func refusals(language: Language) {
        let wording = Wording(language: language)
        var lines: [String] = []
        for (name, refusal) in refusalSamples {
            lines.append("\(name): \(wording.refusal(refusal, in: Sample.programme))")
        }
        expectComplete(lines)
        lines.append("")
        for (name, refusal) in refusalSamples {
            lines.append("\(name): \(wording.refusal(refusal, in: nil))")
        }
        expectGolden(lines.joined(separator: "\n") + "\n", "refusal.\(language).txt")
    }

    @Test("The samples hold every refusal")
    func everyRefusal() {
        let names = refusalSamples.map { caseName($0.1) }
        #expect(Set(names).count == 49)
    }

    @Test("A title stands where there is one, never the name in the file")
    func titles() {
        for language in Wording.languages {
            let wording = Wording(language: language)
            for why in whySamples() {
                let text = wording.why(why.1, in: Sample.programme)
                #expect(!text.contains("first-day") && !text.contains("learning-nurse"))
            }
            for (name, refusal) in refusalSamples where !name.hasPrefix("unknown") {
                let text = wording.refusal(refusal, in: Sample.programme)
                #expect(!text.contains("first-day") && !text.contains("line-manager"))
            }
        }
    }

    private func expectComplete(_ lines: [String]) {
        for line in lines {
            #expect(line.hasSuffix("."), "\(line)")
            #expect(!line.contains("[") && !line.contains("{"), "\(line)")
        }
    }

    private func caseName(_ refusal: Refusal) -> String {
        String("\(refusal)".prefix { $0.isLetter })
    }
}

/// The date that a rule of the sample programme has for somebody.
private func date(
    _ rule: DateRule, _ change: (inout Enrolment) -> Void = { _ in }
) -> Why {
    var enrolment = Sample.enrolment()
    change(&enrolment)
    guard let date = Timetable(Sample.programme, enrolment).explained(rule) else {
        return .atStart(Sample.monday)
    }
    return .date(date)
}

/// The due day of a step that came into the plan on a day after its own due day.
private func dueOfLateKeys(_ arrived: String) -> Why {
    var enrolment = Sample.enrolment()
    enrolment.evolve(
        .factChanged(
            "night", from: nil, to: .flag(true), arrived: ["keys"], on: Sample.day(arrived),
            reason: "because"))
    let index = Sample.programme.steps.firstIndex { $0.id == "keys" }
    let date = index.flatMap(Timetable(Sample.programme, enrolment).explainedDue)
    return date.map { .date($0) } ?? .atStart(Sample.monday)
}

private func whySamples() -> [(String, Why)] {
    let dates: [(String, Why)] = [
        ("date, moved on", date(Sample.firstDayRule)),
        ("date, before", date(DateRule(Offset(days: -14), from: .anchor("first-day")))),
        ("date, the day itself", date(DateRule(.zero, from: .anchor("first-day")))),
        (
            "date, moved back",
            date(DateRule(Offset(days: 5), from: .anchor("first-day"), shift: .previous))
        ),
        (
            "date, postponed by leave and moved",
            date(Sample.firstDayRule) {
                $0.delays = [Delay(from: Sample.day("2026-04-01"), by: Offset(days: 14))]
            }
        ),
        (
            "date, postponed into another year",
            date(DateRule(Offset(months: 9), from: .anchor("first-day"))) {
                $0.delays = [Delay(from: Sample.day("2026-04-01"), by: Offset(months: 6))]
            }
        ),
        ("date, expected", date(DateRule(Offset(days: 14), from: .completion(of: "talk")))),
        (
            "date, after what is done",
            date(DateRule(Offset(months: 1, days: 3), from: .completion(of: "talk"))) {
                $0.evolve(.stepCompleted("talk", on: Sample.day("2026-05-07")))
            }
        ),
        ("date, from an expected anchor", date(DateRule(Offset(days: 1), from: .anchor("review")))),
        ("date, of a series", date(DateRule(.zero, from: .completion(of: "weekly-2")))),
        (
            "date, named for one person",
            date(DateRule(.zero, from: .day(Sample.day("2026-04-01"), afterDelays: 0)))
        ),
        (
            "date, named and then postponed",
            date(DateRule(.zero, from: .day(Sample.day("2026-04-10"), afterDelays: 0))) {
                $0.delays = [Delay(from: Sample.day("2026-04-01"), by: Offset(days: 14))]
            }
        ),
        ("date, of a step that came late", dueOfLateKeys("2026-03-20")),
        ("date, of a step that came on a Saturday", dueOfLateKeys("2026-03-21")),
    ]
    let timetable = Timetable(Sample.programme, Sample.enrolment())
    let window = Sample.programme.steps.firstIndex { $0.id == "talk" }
        .flatMap(timetable.explainedOpening)
    let opening: [(String, Why)] = window.map { [("date, window opens", .date($0))] } ?? []
    return dates + opening + plainSamples
        + NoticeKind.allCases.map { ("event, \($0.rawValue)", Why.event($0, Sample.monday)) }
}

private let plainSamples: [(String, Why)] = [
    ("at start", .atStart(Sample.monday)),
    ("after one", .after(["talk"])),
    ("after several", .after(["talk", "keys", "weekly-3"])),
    ("reminder before due", .reminder(Offset(days: -14), .due, Sample.monday)),
    ("reminder on due", .reminder(.zero, .due, Sample.monday)),
    ("reminder after due", .reminder(Offset(workingDays: 1), .due, Sample.monday)),
    ("reminder before opening", .reminder(Offset(days: -1), .opens, Sample.monday)),
    ("reminder on opening", .reminder(.zero, .opens, Sample.monday)),
    ("reminder after opening", .reminder(Offset(months: 1), .opens, Sample.monday)),
    (
        "escalation, first",
        .escalation(rung: 1, grace: Offset(workingDays: 5), due: Sample.monday)
    ),
    ("escalation, a day", .escalation(rung: 1, grace: Offset(days: 1), due: Sample.monday)),
    ("escalation, at once", .escalation(rung: 1, grace: .zero, due: Sample.monday)),
    (
        "escalation, second",
        .escalation(rung: 2, grace: Offset(workingDays: 10), due: Sample.monday)
    ),
    ("escalation, second a day", .escalation(rung: 2, grace: Offset(days: 1), due: Sample.monday)),
    ("escalation, second at once", .escalation(rung: 2, grace: .zero, due: Sample.monday)),
    ("window ends", .windowEnds(due: Sample.monday, to: Offset(days: 14))),
    ("window ends with due", .windowEnds(due: Sample.monday, to: .zero)),
    ("does not apply, ever", .doesNotApply(.always)),
    ("does not apply, is", .doesNotApply(.isOneOf("profession", ["nurse", "learning-nurse"]))),
    ("does not apply, has", .doesNotApply(.isOneOf("interests", ["wounds"]))),
    ("does not apply, is not", .doesNotApply(.lacks("profession", ["nurse"]))),
    ("does not apply, has not", .doesNotApply(.lacks("interests", ["wounds", "dementia"]))),
    ("does not apply, at least", .doesNotApply(.atLeast("share", 50))),
    ("does not apply, at most", .doesNotApply(.atMost("share", 37.5))),
    ("does not apply, yes", .doesNotApply(.isTrue("night", true))),
    ("does not apply, no", .doesNotApply(.isTrue("night", false))),
    ("does not apply, not", .doesNotApply(.not(.isTrue("night", true)))),
    (
        "does not apply, all and any",
        .doesNotApply(
            .all([
                .isOneOf("profession", ["nurse"]),
                .any([.isTrue("night", true), .atLeast("share", 80)]),
            ]))
    ),
]

private let refusalSamples: [(String, Refusal)] = [
    ("required roles", .requiredRolesMissing([.lineManager, "developer"])),
    ("required anchors", .requiredAnchorsMissing(["first-day"])),
    ("required facts", .requiredFactsMissing(["profession", "night"])),
    ("unknown role", .unknownRole("chief")),
    ("unknown anchor", .unknownAnchor("last-day")),
    ("unknown fact", .unknownFact("shoe-size")),
    ("value, choices", .valueNotAllowed("profession")),
    ("value, number", .valueNotAllowed("share")),
    ("value, yes or no", .valueNotAllowed("night")),
    ("value, unknown", .valueNotAllowed("shoe-size")),
    ("not for this person", .notForThisPerson),
    ("no such step", .noSuchStep("dance")),
    ("does not apply", .stepDoesNotApply("nights")),
    ("not open yet", .notOpenYet("talk", opens: nil)),
    ("not open until", .notOpenYet("talk", opens: Sample.monday)),
    ("waits", .waitsFor("plan", ["talk", "keys"])),
    ("settled, done", .alreadySettled("talk", .done)),
    ("settled, skipped", .alreadySettled("talk", .skipped)),
    ("settled, cancelled", .alreadySettled("talk", .cancelled)),
    ("settled, other", .alreadySettled("talk", .open)),
    ("already said", .alreadySaid("talk")),
    ("not yours", .notYours("talk")),
    ("may not skip", .mayNotSkip("keys")),
    ("nobody may skip", .mayNotSkip("talk")),
    ("cannot be signed", .cannotBeSigned("hello")),
    ("not in dispute", .notInDispute("talk")),
    ("not an appointment", .notAnAppointment("keys")),
    ("future", .dayInTheFuture(Sample.monday)),
    ("before start", .dayBeforeStart(Sample.monday)),
    ("past time", .timeInThePast(CivilMoment(Sample.monday, .nine))),
    ("length", .lengthOutOfRange(600)),
    ("reason", .reasonMissing),
    ("running", .enrolmentNotRunning(.running)),
    ("paused", .enrolmentNotRunning(.paused)),
    ("completed", .enrolmentNotRunning(.completed)),
    ("stopped", .enrolmentNotRunning(.stopped)),
    ("not paused", .notPaused),
    ("same day", .alreadyThatDay("first-day", Sample.monday)),
    ("same person", .alreadyThatPerson("developer")),
    ("role must be filled", .roleMustBeFilled(.lineManager)),
    ("participant", .participantCannotBeReplaced),
    ("resumes too early", .resumesBeforePause(Sample.monday)),
    ("empty extension", .extensionIsEmpty),
    ("past day", .dayInThePast(Sample.monday)),
    ("same value", .alreadyThatValue("profession")),
    ("not involved", .notInvolved("stranger")),
    ("may not approve", .mayNotApprove("stranger")),
    ("no title", .titleMissing),
    ("no actors", .actorsMissing),
    ("kind", .kindNotAllowed(.message)),
    ("opens after due", .opensAfterDue(Sample.day("2026-04-01"), Sample.monday)),
    ("no such edit", .noSuchEdit(7)),
    ("empty role", .roleIsEmpty("developer")),
    ("covers themselves", .coversThemselves),
    ("ends too early", .endsBeforeItBegins(Sample.day("2026-04-01"), Sample.monday)),
    (
        "covered",
        .alreadyCovered("developer", from: Sample.monday, until: Sample.day("2026-04-01"))
    ),
    ("not covered", .notCovered("developer")),
    (
        "cannot migrate",
        .cannotMigrate([
            .anchorMissing("first-day"), .factMissing("profession"), .valueNotAllowed("share"),
            .roleMissing("developer"), .notForThisPerson, .strandsWaitingStep("talk"),
        ])
    ),
    ("same version", .alreadyThatVersion),
    ("nothing to undo", .nothingToUndo),
]
