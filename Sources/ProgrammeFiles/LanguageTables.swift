import CivilCalendar
import Competence
import Engine

/// The keys of the programme language.
enum LanguageTables {
    typealias Key = MappingShape.Key

    static let all: [MappingShape.Name: MappingShape] =
        topLevel
        .merging(declarations) { first, _ in first }
        .merging(steps) { first, _ in first }
        .merging(times) { first, _ in first }
        .merging(frameworks) { first, _ in first }

    private static func required(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.required(name, shape, about)
    }

    private static func optional(_ name: String, _ shape: Shape, _ about: String) -> Key {
        MappingShape.optional(name, shape, about)
    }

    static let date = Shape.mapping(.date)
    static let distance = Shape.mapping(.distance)
    static let condition = Shape.mapping(.condition)
    static let party = Shape.byForm(scalar: .identifier, list: nil, mapping: .mapping(.party))
    static let roleList = Shape.oneOrList(.identifier)

    // MARK: - Files

    private static let topLevel: [MappingShape.Name: MappingShape] = [
        .programme: MappingShape(
            title: "a programme",
            keys: [
                required(
                    "programme", .identifier, "The programme's id, the same as the file's name."),
                required(
                    "kind", .choice(ProgrammeKind.allCases.map(\.rawValue)),
                    "What the programme is for."),
                required("title", .localizedText, "The programme's name."),
                required("summary", .localizedText, "What it is, in a sentence or two."),
                required("sources", .nonEmpty(.mapping(.source)), "Where its duties come from."),
                required("owner", .text, "The unit or the address that answers for the contents."),
                optional("applies-when", condition, "Whom the programme is for."),
                optional("calendar", .mapping(.calendar), "Closed days and when notices go out."),
                optional("roles", .mapping(.roles), "Roles that are not built in, or differ."),
                optional("anchors", .mapping(.anchors), "The dates that other dates count from."),
                optional("facts", .mapping(.facts), "What conditions may ask about."),
                optional("include", .nonEmpty(.mapping(.include)), "Modules, each in a stage."),
                optional(
                    "defaults", .mapping(.defaults), "What holds for steps that say nothing else."),
                required(
                    "stages", .nonEmpty(.mapping(.stage)), "The stages and their steps, in order."),
                optional("milestones", .list(.mapping(.milestone)), "Points to reach."),
            ]),
        .module: MappingShape(
            title: "a module",
            keys: [
                required("module", .identifier, "The module's id, the same as the file's name."),
                required("title", .localizedText, "The module's name."),
                optional("sources", .list(.mapping(.source)), "Where its duties come from."),
                optional("facts", .mapping(.facts), "What its conditions ask about."),
                required("steps", .list(.mapping(.step)), "Its steps, in order."),
            ]),
        .source: MappingShape(
            title: "a source",
            keys: [
                required("title", .text, "The agreement, act or decision, with its paragraph."),
                optional("link", .link, "Where it can be read."),
                optional(
                    "rule", .choice(KnownRule.allCases.map(\.rawValue)),
                    "A rule that the programme is then held to."),
            ]),
        .calendar: MappingShape(
            title: "a calendar",
            keys: [
                optional(
                    "closed-days", .list(.choice(["12-24", "12-31"])),
                    "Days on which the employer is closed beside the public holidays."),
                optional("notices-at", .time, "When notices go out, 08:00 unless said."),
                optional(
                    "send-on", .choice(["working-days", "every-day"]),
                    "On which days notices go out."),
                optional("quiet-hours", .mapping(.quietHours), "The hours without notices."),
            ]),
        .quietHours: MappingShape(
            title: "quiet hours",
            keys: [
                required("from", .time, "The first minute without notices."),
                required("until", .time, "When notices may go out again."),
            ]),
        .include: MappingShape(
            title: "an included module",
            keys: [
                required("module", .identifier, "The module's id: modules/<id>.yaml."),
                required("stage", .identifier, "The stage that its steps come last in."),
            ]),
        .stage: MappingShape(
            title: "a stage",
            keys: [
                required("stage", .identifier, "The stage's id."),
                required("title", .localizedText, "The stage's name."),
                required(
                    "steps", .list(.mapping(.step)),
                    "Its steps, in order; [] where modules fill it."),
            ]),
        .milestone: MappingShape(
            title: "a milestone",
            keys: [
                required("milestone", .identifier, "The milestone's id."),
                required("title", .localizedText, "What has been reached."),
                required("steps", .nonEmpty(.identifier), "The steps that must be done."),
            ]),
        .defaults: MappingShape(
            title: "the defaults",
            keys: [
                optional(
                    "remind", .list(.mapping(.reminder)), "Reminders of steps with a due date."),
                optional(
                    "escalate", .list(.mapping(.rung)), "The ladder of steps with a due date."),
            ]),
    ]

    // MARK: - Declarations

    private static let declarations: [MappingShape.Name: MappingShape] = [
        .roles: MappingShape(title: "the roles", keys: [], named: .mapping(.role)),
        .role: MappingShape(
            title: "a role",
            keys: [
                optional("title", .localizedText, "What the role is called."),
                optional(
                    "filled-by",
                    .byForm(
                        scalar: .choice([
                            "participant", "unit-manager", "managers-manager", "chosen",
                        ]),
                        list: nil, mapping: .mapping(.filledBy)),
                    "How the role finds its person."),
                optional(
                    "required", .byForm(scalar: .flag, list: nil, mapping: date),
                    "Whether somebody must fill it at the start, or by when."),
                optional(
                    "covered-by", .identifier, "The role that acts while nobody fills this one."),
                optional(
                    "vouches-as",
                    .choice(Attester.allCases.filter { $0 != .own }.map(\.rawValue)),
                    "Whose word it has where it confirms what a step records."),
            ]),
        .filledBy: MappingShape(
            title: "a function",
            keys: [required("function", .identifier, "The function in the unit tree, as hr.")]),
        .anchors: MappingShape(title: "the anchors", keys: [], named: .mapping(.anchor)),
        .anchor: MappingShape(
            title: "an anchor",
            keys: [
                required("title", .localizedText, "What the date is called."),
                optional("required", .flag, "Whether the date must be given at the start."),
                optional("default", date, "The date where none is given."),
            ]),
        .facts: MappingShape(title: "the facts", keys: [], named: .mapping(.fact)),
        .fact: MappingShape(
            title: "a fact",
            keys: [
                required("title", .localizedText, "What the fact is called."),
                optional("required", .flag, "Whether it must be given at the start."),
                optional("one-of", .mapping(.choices), "The values, of which a person has one."),
                optional("some-of", .mapping(.choices), "The values, of which a person has any."),
                optional("number", .mapping(.numberLimits), "A number within limits."),
                optional("yes-or-no", .flag, "Always true: a fact that is so or is not."),
            ],
            exactlyOne: [["one-of", "some-of", "number", "yes-or-no"]]),
        .choices: MappingShape(title: "the values", keys: [], named: .localizedText),
        .numberLimits: MappingShape(
            title: "the limits of a number",
            keys: [
                required("from", .number, "The lowest value."),
                required("to", .number, "The highest value."),
            ]),
    ]
}
