import CivilCalendar
import Engine

/// A programme that can be edited, and an onboarding programme in two versions of it.
struct Edition {
    var id: ProgrammeID = "onboarding"
    var kind = ProgrammeKind.onboarding
    var title = Sample.text("Ny hos oss", "Ny hos oss", "New with us")
    var summary = Sample.text("De første månedene.", "Dei første månadene.", "The first months.")
    var sources = [Source(title: "Dok. 24", rule: .dok24Section13)]
    var owner = "hr@example.org"
    var appliesWhen = Condition.always
    var calendar = WorkingCalendar()
    var sending = SendingRules()
    var roles = Sample.programme.roles
    var anchors = Sample.programme.anchors
    var facts = Sample.programme.facts
    var stages = Sample.programme.stages
    var steps: [Step] = Edition.firstSteps
    var milestones = [
        Milestone(
            id: "settled", title: Sample.text("På plass", "På plass", "Settled in"),
            steps: ["keys", "talk-5m"])
    ]

    var programme: Programme {
        Programme(
            id: id, kind: kind, title: title, summary: summary, sources: sources, owner: owner,
            appliesWhen: appliesWhen, calendar: calendar, sendingRules: sending, roles: roles,
            anchors: anchors, facts: facts, stages: stages, steps: steps, milestones: milestones)
    }

    static func step(
        _ id: StepID, _ stage: String, _ kind: StepKind, _ title: LocalizedText,
        by actors: Party = .one(.participant), _ describe: (inout Step) -> Void = { _ in }
    ) -> Step {
        var step = Step(id: id, stage: stage, kind: kind, title: title, actors: actors)
        describe(&step)
        return step
    }

    private static func rule(
        months: Int = 0, days: Int = 0, shift: ShiftRule = .next
    ) -> DateRule {
        DateRule(Offset(months: months, days: days), from: .anchor("first-day"), shift: shift)
    }

    private static func series(_ gap: Int, _ count: Int) -> [Step] {
        (1...count).map { number in
            step(
                StepID("chat-0\(number)"), "follow-up", .meeting,
                Sample.text("Prat med mentor", "Prat med mentor", "Chat with the mentor"),
                by: .one("developer")
            ) {
                $0.due = rule(days: gap * number)
                $0.occurrence = Occurrence(series: "chat", number: number, count: count)
            }
        }
    }

    private static let firstSteps: [Step] =
        [
            step(
                "keys", "start", .task, Sample.text("Hent nøkler", "Hent nøklar", "Fetch keys")
            ) {
                $0.due = rule(days: 3)
                $0.reminders = [Reminder(Offset(days: -1)), Reminder(Offset(days: 2))]
            },
            step(
                "tour", "start", .task,
                Sample.text("Omvisning", "Omvising", "Tour of the house"), by: .one(.lineManager)
            ) {
                $0.text = Sample.text("Vis alle rom.", "Vis alle rom.", "Show all rooms.")
                $0.due = rule(days: 1)
            },
            step(
                "fire", "start", .reading,
                Sample.text("Les branninstruksen", "Les branninstruksen", "Read the fire rules")
            ) { $0.waitsFor = ["tour"] },
            step(
                "talk-2m", "follow-up", .talk,
                Sample.text(
                    "Samtale etter to måneder", "Samtale etter to månader",
                    "Talk after two months"),
                by: Party(.allOf, [.lineManager, .participant])
            ) {
                $0.due = rule(months: 2)
                $0.window = Window(from: Offset(days: -14), to: Offset(days: 14))
                $0.agenda = [Sample.text("Trivsel", "Trivsel", "Well-being")]
                $0.meeting = MeetingDetails()
            },
            step(
                "talk-5m", "follow-up", .talk,
                Sample.text(
                    "Samtale etter fem måneder", "Samtale etter fem månader",
                    "Talk after five months"), by: Party(.allOf, [.lineManager, .participant])
            ) {
                $0.due = rule(months: 5)
                $0.waitsFor = ["talk-2m"]
                $0.escalation = [EscalationRung(grace: Offset(days: 3), to: [.lineManager])]
            },
        ] + series(7, 6)

    static let first = Edition()

    /// What half a year of use has taught.
    static let second: Edition = {
        var edition = Edition()
        edition.summary = Sample.text(
            "De første fem månedene.", "Dei første fem månadene.", "The first five months.")
        edition.sending.noticeTime = .nine
        edition.calendar.closesOnChristmasEve = true
        edition.roles.append(
            Role(
                id: "buddy", title: Sample.text("Fadder", "Fadder", "Buddy"), filledBy: .chosen,
                need: .requiredBy(rule(days: -7, shift: .none)), coveredBy: .lineManager))
        edition.roles[2].need = .required
        edition.anchors[1].fallback?.offset = Offset(days: 21)
        edition.facts.remove(at: 2)
        edition.stages[0].title = Sample.text("Første uke", "Første veke", "First week")
        edition.milestones[0].steps = ["keys", "first-talk", "talk-5m"]
        edition.steps = secondSteps
        return edition
    }()

    private static let secondSteps: [Step] = {
        var keys = firstSteps[0]
        keys.reminders = [
            Reminder(Offset(days: -1)), Reminder(Offset(days: 3), to: [.lineManager]),
        ]
        keys.skippableBy = [.lineManager]
        var tour = firstSteps[1]
        tour.actors = .one("buddy")
        tour.accountable = .one("buddy")
        tour.text.texts[.nynorsk] = "Vis fram alle rom."
        let lunch = step(
            "lunch", "start", .task,
            Sample.text("Spis lunsj sammen", "Et lunsj saman", "Have lunch together"),
            by: Party(.anyOf, ["buddy", .lineManager])
        ) { $0.due = rule(days: 2) }
        var first = firstSteps[3]
        first.id = "first-talk"
        first.formerIDs = ["talk-2m"]
        first.window?.to = Offset(days: 7)
        first.agenda.append(Sample.text("Opplæring", "Opplæring", "Training"))
        first.meeting = MeetingDetails(startsAt: .eight, minutes: 60, isConfidential: true)
        first.records = [
            CompetenceEffect(
                competence: "hygiene", title: Sample.text("Hygiene", "Hygiene", "Hygiene"),
                validFor: Offset(months: 12))
        ]
        var last = firstSteps[4]
        last.due?.offset = Offset(months: 4)
        last.waitsFor = ["first-talk"]
        last.condition = .isOneOf("profession", ["nurse"])
        last.escalation.append(EscalationRung(grace: Offset(workingDays: 5), to: ["developer"]))
        last.confirmers = .one(.lineManager)
        return [lunch, keys, tour, first, last] + series(14, 3)
    }()
}
