import CivilCalendar
import Engine

/// A small programme with one of everything that sentences and pictures speak of.
enum Sample {
    static let monday = day("2026-03-02")

    static func day(_ text: String) -> CivilDay { CivilDay(text) ?? CivilDay(number: 0) }

    static func text(_ nb: String, _ nn: String, _ en: String) -> LocalizedText {
        LocalizedText([.bokmål: nb, .nynorsk: nn, .english: en])
    }

    static let profession = FactType.oneOf([
        FactChoice(id: "nurse", title: text("Sykepleier", "Sjukepleiar", "Nurse")),
        FactChoice(
            id: "learning-nurse", title: text("Vernepleier", "Vernepleiar", "Social educator")),
    ])

    static let interests = FactType.someOf([
        FactChoice(id: "wounds", title: text("Sårstell", "Sårstell", "Wound care")),
        FactChoice(id: "dementia", title: text("Demens", "Demens", "Dementia")),
    ])

    static let firstDayRule = DateRule(Offset(months: 2), from: .anchor("first-day"), shift: .next)

    static let programme = Programme(
        id: "sample", kind: .onboarding,
        title: text("Ny hos oss & <trygg>", "Ny hos oss & <trygg>", "New with us & <safe>"),
        appliesWhen: .isOneOf("profession", ["nurse", "learning-nurse"]),
        roles: [
            Role(id: .participant, title: .empty, filledBy: .participant),
            Role(id: .lineManager, title: .empty, filledBy: .unitManager, need: .required),
            Role(
                id: "developer", title: text("Fagutvikler", "Fagutviklar", "Practice developer"),
                filledBy: .chosen),
        ],
        anchors: [
            Anchor(
                id: "first-day",
                title: text("Første arbeidsdag", "Første arbeidsdag", "First day at work"),
                isRequired: true),
            Anchor(
                id: "review", title: text("Ny vurdering", "Ny vurdering", "New review"),
                fallback: DateRule(Offset(days: 14), from: .completion(of: "talk"))),
        ],
        facts: [
            Fact(
                id: "profession", title: text("Yrkesgruppe", "Yrkesgruppe", "Profession"),
                type: profession),
            Fact(
                id: "interests", title: text("Interesser", "Interesser", "Interests"),
                type: interests),
            Fact(
                id: "share",
                title: text("Stillingsprosent", "Stillingsprosent", "Share of full time"),
                type: .number(from: 0.5, to: 100)),
            Fact(
                id: "night", title: text("Jobber natt", "Jobbar natt", "Works nights"),
                type: .yesOrNo),
        ],
        stages: [
            Stage(id: "start", title: text("Oppstart", "Oppstart", "Start")),
            Stage(id: "follow-up", title: text("Oppfølging", "Oppfølging", "Follow-up")),
        ],
        steps: steps)

    static let steps: [Step] = {
        var welcome = Step(
            id: "hello", stage: "start", kind: .message,
            title: text("Hilsen fra oss", "Helsing frå oss", "Greetings"),
            actors: .one(.participant))
        welcome.due = DateRule(Offset(days: -7), from: .anchor("first-day"), shift: .previous)
        var keys = Step(
            id: "keys", stage: "start", kind: .task,
            title: text(
                "Hent \"nøkler\" & kort", "Hent \"nøklar\" & kort", "Fetch \"keys\" & card"),
            actors: .one(.participant))
        keys.opens = DateRule(Offset(workingDays: -1), from: .anchor("first-day"))
        keys.due = DateRule(Offset(workingDays: 5), from: .anchor("first-day"))
        keys.reminders = [Reminder(Offset(days: -2)), Reminder(.zero)]
        keys.escalation = [
            EscalationRung(grace: Offset(workingDays: 5), to: [.lineManager]),
            EscalationRung(grace: Offset(workingDays: 10), to: ["developer"]),
        ]
        keys.skippableBy = [.lineManager, "developer"]
        var talk = Step(
            id: "talk", stage: "follow-up", kind: .talk,
            title: text("Samtale etter to måneder", "Samtale etter to månader", "Two-month talk"),
            actors: .one(.lineManager))
        talk.confirmers = Party(.allOf, [.participant, .lineManager])
        talk.due = firstDayRule
        talk.window = Window(from: Offset(days: -14), to: Offset(days: 14))
        var after = Step(
            id: "plan", stage: "follow-up", kind: .form,
            title: text("Utviklingsplan", "Utviklingsplan", "Development plan"),
            actors: .one(.participant))
        after.waitsFor = ["talk", "keys"]
        after.due = DateRule(Offset(months: 1, days: 3), from: .completion(of: "talk"))
        var nights = Step(
            id: "nights", stage: "follow-up", kind: .course,
            title: text("Kurs for nattevakter", "Kurs for nattevakter", "Course for night staff"),
            actors: .one(.participant))
        nights.condition = .isTrue("night", true)
        let weekly = (1...4).map { number -> Step in
            var step = Step(
                id: StepID("weekly-\(number)"), stage: "follow-up", kind: .meeting,
                title: text("Ukentlig møte", "Møte kvar veke", "Weekly meeting"),
                actors: .one(.participant))
            step.due = DateRule(Offset(days: 7 * number), from: .anchor("first-day"))
            step.occurrence = Occurrence(series: "weekly", number: number, count: 4)
            return step
        }
        return [welcome, keys, talk, after, nights] + weekly
    }()

    /// Somebody who began on Monday 2 March 2026.
    static func enrolment() -> Enrolment {
        Enrolment(
            id: "one", roles: [.participant: "anna", .lineManager: "berit"],
            anchors: ["first-day": monday], facts: ["profession": .choice("nurse")],
            enrolledOn: day("2026-02-20"))
    }

    /// A programme of one task a month after another, and some talks, over so many days.
    static func long(days: Int, steps count: Int) -> Programme {
        let steps = (0..<count).map { number -> Step in
            var step = Step(
                id: StepID("s\(number)"), stage: number < count / 2 ? "start" : "follow-up",
                kind: number % 3 == 0 ? .talk : .task,
                title: text(
                    "Steg \(number) med en tittel som er så lang at den må kortes ned",
                    "Steg \(number)", "Step \(number)"), actors: .one(.participant))
            step.opens = DateRule(Offset(days: number * days / count), from: .anchor("first-day"))
            step.due = DateRule(
                Offset(days: (number + 1) * days / count), from: .anchor("first-day"))
            if step.kind == .talk {
                step.window = Window(from: Offset(days: -7), to: Offset(days: 7))
            }
            return step
        }
        return Programme(
            id: "long", kind: .trainee, title: text("Langt løp", "Langt løp", "Long run"),
            roles: programme.roles, anchors: [programme.anchors[0]], stages: programme.stages,
            steps: steps)
    }
}
