import CivilCalendar
import Engine

extension LanguageTables {
    private static func required(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.required(name, shape, about)
    }

    private static func optional(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.optional(name, shape, about)
    }

    // MARK: - Steps

    static let steps: [MappingShape.Name: MappingShape] = [
        .step: MappingShape(title: "a step", keys: stepIdentity + stepTiming + stepContents),
        .party: MappingShape(
            title: "a group of roles",
            keys: [
                optional("any-of", .nonEmpty(.identifier), "One of them suffices."),
                optional("all-of", .nonEmpty(.identifier), "Each of them, all asked at once."),
                optional(
                    "either-then-other", .nonEmpty(.identifier),
                    "Each of them; the other is asked when one has answered."),
            ],
            exactlyOne: [["any-of", "all-of", "either-then-other"]]),
        .window: MappingShape(
            title: "a window",
            keys: [
                optional("from", distance, "How long before the due date counts as in time."),
                optional("to", distance, "How long after the due date counts as in time."),
            ],
            atLeastOne: [["from", "to"]]),
        .record: MappingShape(
            title: "a competence record",
            keys: [
                required("competence", .identifier, "The competence's id."),
                required("title", .localizedText, "The competence's name."),
                optional("level", .identifier, "The level reached."),
                optional(
                    "valid-for", distance,
                    "How long it holds; as the framework says where not said."),
            ]),
        .meeting: MappingShape(
            title: "the meeting",
            keys: [
                optional("at", .time, "The time that is proposed on the due day."),
                optional("minutes", .wholeNumber(5...1440), "How long it lasts."),
                optional("confidential", .flag, "Whether what is said stays with those present."),
            ]),
        .question: MappingShape(
            title: "a question",
            keys: [
                required("question", .identifier, "The question's id, unique in its form."),
                required("text", .localizedText, "What is asked."),
                optional("scale", .mapping(.scale), "The numbers that it is answered by."),
                optional(
                    "evaluates", .choice(EvaluationLevel.allCases.map(\.rawValue)),
                    "The level of evaluation that it belongs to."),
            ]),
        .scale: MappingShape(
            title: "a scale",
            keys: [
                optional(
                    "points", .wholeNumber(AnswerScale.possiblePoints),
                    "How many numbers there are, from 1 up; 5 unless said."),
                required("low", .localizedText, "What 1 means."),
                required("high", .localizedText, "What the highest number means."),
            ]),
        .takes: MappingShape(
            title: "a length of time",
            keys: [
                optional("hours", .wholeNumber(0...4000), "Whole hours."),
                optional("minutes", .wholeNumber(0...59), "Minutes beside the hours."),
            ],
            atLeastOne: [["hours", "minutes"]]),
        .attachment: MappingShape(
            title: "an attachment",
            keys: [
                required("title", .localizedText, "What it is."),
                required("link", .link, "Where it is."),
            ]),
        .repeat: MappingShape(
            title: "a phase of a repetition",
            keys: [
                optional("starting", distance, "How long after the step's own dates it begins."),
                required("every", distance, "The distance from one time to the next."),
                required("times", .wholeNumber(1...366), "How many times."),
            ]),
    ]

    private static let stepIdentity: [Key] = [
        required("step", .identifier, "The step's id, unique in the programme."),
        optional("renamed-from", .oneOrList(.identifier), "Its ids in earlier versions."),
        required("kind", .choice(StepKind.allCases.map(\.rawValue)), "What kind of thing it is."),
        required("title", .localizedText, "What is to be done."),
        optional("text", .localizedText, "More about it; blank lines part paragraphs."),
        required("who", party, "The role or roles that do it, or get the message."),
        optional("accountable", party, "Who answers for it; who does it unless said."),
        optional("confirmed-by", party, "Who says that it was done; who does it unless said."),
    ]

    private static let stepTiming: [Key] = [
        optional("opens", date, "The first day on which it can be done."),
        optional("due", date, "The day by which it should be done."),
        optional("window", .mapping(.window), "When a talk counts as held in time."),
        optional("waits-for", .oneOrList(.identifier), "Steps that must be done or skipped first."),
        optional("when", condition, "Whom the step is for."),
        optional("remind", .list(.mapping(.reminder)), "Reminders; [] is none."),
        optional("escalate", .list(.mapping(.rung)), "Who is told when it is late; [] is nobody."),
        optional("repeat", .nonEmpty(.mapping(.repeat)), "A series: the dates move along."),
    ]

    private static let stepContents: [Key] = [
        optional("records", .nonEmpty(.mapping(.record)), "The competences that doing it records."),
        optional(
            "learning", .choice(LearningForm.allCases.map(\.rawValue)),
            "Its place in the 70:20:10 model."),
        optional("takes", .mapping(.takes), "How long the learning takes."),
        optional("skippable-by", roleList, "The roles that may skip it with a reason."),
        optional("meeting", .mapping(.meeting), "Time, length and privacy of a talk or meeting."),
        optional("agenda", .nonEmpty(.localizedText), "What is talked about."),
        optional("questions", .nonEmpty(.mapping(.question)), "The questions of a form."),
        optional(
            "measurement", .choice(Measurement.allCases.map(\.rawValue)),
            "Whether an evaluation measures before or after."),
        optional("attachments", .nonEmpty(.mapping(.attachment)), "What belongs to it."),
        optional(
            "fulfils", .oneOrList(.choice(RuleElements.all)),
            "The elements of a cited rule that it provides."),
    ]

    // MARK: - Times and conditions

    private static let distanceKeys: [Key] = [
        optional("months", .wholeNumber(0...600), "Whole months."),
        optional("weeks", .wholeNumber(0...2600), "Weeks of seven days."),
        optional("days", .wholeNumber(0...18000), "Days, working or not."),
        optional("working-days", .wholeNumber(0...2600), "Days on which people are at work."),
    ]

    static let times: [MappingShape.Name: MappingShape] = [
        .distance: MappingShape(
            title: "a distance in time", keys: distanceKeys,
            atLeastOne: [["months", "weeks", "days", "working-days"]]),
        .date: MappingShape(
            title: "a date",
            keys: distanceKeys + [
                optional("after", .identifier, "The anchor that it comes after."),
                optional("before", .identifier, "The anchor that it comes before."),
                optional("after-step", .identifier, "The step whose completion it comes after."),
                optional("before-step", .identifier, "The step whose completion it comes before."),
                optional(
                    "shift", .choice(ShiftRule.allCases.map(\.rawValue)),
                    "How it moves from a day that is not a working day."),
            ],
            exactlyOne: [["after", "before", "after-step", "before-step"]]),
        .reminder: MappingShape(
            title: "a reminder",
            keys: distanceKeys + [
                optional(
                    "before", .choice(originNames), "The date of the step that it comes before."),
                optional(
                    "after", .choice(originNames), "The date of the step that it comes after."),
                optional("to", roleList, "Whom it goes to; whoever has not answered unless said."),
            ],
            exactlyOne: [["before", "after"]]),
        .rung: MappingShape(
            title: "a rung of the escalation",
            keys: [
                required(
                    "after", distance,
                    "The grace: from the due date, or from the rung below."),
                required("to", roleList, "Whom it goes to."),
            ]),
        .condition: MappingShape(
            title: "a condition",
            keys: [
                optional("any", .nonEmpty(condition), "At least one of these holds."),
                optional("all", .nonEmpty(condition), "All of these hold."),
                optional("not", condition, "This does not hold."),
            ],
            named: .byForm(scalar: .scalar, list: .nonEmpty(.scalar), mapping: .mapping(.test))),
        .test: MappingShape(
            title: "a test of a fact",
            keys: [
                optional("lacks", .oneOrList(.scalar), "It has none of these values."),
                optional("at-least", .number, "It is this number or more."),
                optional("at-most", .number, "It is this number or less."),
            ],
            atLeastOne: [["lacks", "at-least", "at-most"]]),
    ]

    private static let originNames = Reminder.Origin.allCases.map(\.rawValue)
}
