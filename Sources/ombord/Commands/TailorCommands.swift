import ArgumentParser
import CivilCalendar
import Engine
import JSONText
import Operations

/// Who changes a plan, and why.
struct TailorOptions: ParsableArguments {
    @OptionGroup var act: ActOptions
    @Option(name: .customLong("as"), help: "The person who asks for it.") var person: String
    @Option(help: "The line manager, the manager above or HR, who approves it.")
    var approvedBy: String
    @Option(help: "Why.") var reason: String

    func perform(_ change: @escaping (Programme) throws -> PlanChange) async throws {
        try await act.perform(by: .person(PersonID(person))) { programme, _ in
            .tailor(
                try change(programme), by: PersonID(person), approvedBy: PersonID(approvedBy),
                reason: reason)
        }
    }
}

/// What a step of one's own is.
struct OwnStepOptions: ParsableArguments {
    @Option(help: "What the step is called.") var title: String
    @Option(help: "What it is about.") var text = ""
    @Option(help: "A role that does it, one of them suffices. May be repeated.")
    var actor: [String] = []
    @Option(help: "task, talk, reading, course, form, sign-off, meeting or rotation.")
    var kind = "task"
    @Option(help: "The first day on which it can be done.") var opens: String?
    @Option(help: "The day by which it should be done.") var due: String?
    @Option(help: "The language that the title is written in: nb, nn or en.") var language = "nb"

    func step() throws -> OwnStep {
        guard let kind = StepKind(rawValue: kind) else {
            throw ValidationError(
                "\"\(kind)\" is no kind of step; use "
                    + StepKind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let language = try Language.argument(language)
        return OwnStep(
            kind: kind, title: LocalizedText([language: title]),
            text: text.isEmpty ? .empty : LocalizedText([language: text]),
            actors: actor.isEmpty ? [.participant] : actor.map { RoleID($0) },
            opens: try opens.map(day), due: try due.map(day))
    }
}

/// `ombord tailor`.
struct Tailor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes one person's plan against the programme.",
        discussion: """
            Needs a reason and an approver. The change is kept when the programme gets a new \
            version, is shown as a difference (`ombord explain`), and is suggested to the \
            programme's owner where many get the same (`ombord suggestions`).
            """,
        subcommands: [SkipStep.self, Add.self, Replace.self, MoveStep.self, Withdraw.self])

    struct SkipStep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "skip", abstract: "Leaves a step out.")
        @OptionGroup var options: TailorOptions
        @Argument(help: "The step.") var step: String

        func run() async throws {
            try await options.perform { _ in .skip(StepID(step)) }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds a step.")
        @OptionGroup var options: TailorOptions
        @OptionGroup var own: OwnStepOptions
        @Option(help: "The step that it comes after; at the end where nothing is written.")
        var after: String?

        func run() async throws {
            let own = try own.step()
            try await options.perform { _ in .add(own, after: after.map { StepID($0) }) }
        }
    }

    struct Replace: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts another step in a step's place; what waits for the one waits for both.")
        @OptionGroup var options: TailorOptions
        @OptionGroup var own: OwnStepOptions
        @Argument(help: "The step.") var step: String

        func run() async throws {
            let own = try own.step()
            try await options.perform { _ in .replace(StepID(step), with: own) }
        }
    }

    struct MoveStep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract: "Moves a step to another day; a talk's window stays where it is.")
        @OptionGroup var options: TailorOptions
        @Argument(help: "The step.") var step: String
        @Argument(help: "The day.") var due: String

        func run() async throws {
            let due = try day(due)
            try await options.perform { _ in .move(StepID(step), due: due) }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo", abstract: "Takes a change of the plan back.")
        @OptionGroup var act: ActOptions
        @Argument(help: "The change's number, as `ombord explain` shows it.") var number: Int
        @Option(name: .customLong("as"), help: "The line manager, the manager above or HR.")
        var person: String
        @Option(help: "Why.") var reason: String

        func run() async throws {
            try await act.perform(by: .person(PersonID(person))) { _, _ in
                .withdrawEdit(number, by: PersonID(person), reason: reason)
            }
        }
    }
}

/// `ombord suggestions`.
struct Suggestions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what many people's plans change alike, for the programme's owner.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The programme; all where nothing is written.") var programme: String?

    func run() async throws {
        let composition = try await installation.compose()
        let suggestions = try await told {
            try composition.installation.suggestions(programme: programme.map { ProgrammeID($0) })
        }
        if format.format == .json {
            let lines = suggestions.map { suggestion in
                JSON.object([
                    "programme": .string(suggestion.programme.rawValue),
                    "change": .string(suggestion.change),
                    "step": suggestion.step.map { .string($0.rawValue) },
                    "title": .string(suggestion.title.text(in: .english)),
                    "count": .integer(suggestion.count), "outOf": .integer(suggestion.outOf),
                ])
            }
            return print(JSON.array(lines).prettyText)
        }
        for suggestion in suggestions {
            let step = suggestion.step.map { " \($0)" } ?? ""
            print(
                "\(suggestion.programme): \(suggestion.change)\(step) "
                    + "\"\(suggestion.title.text(in: .english))\" in \(suggestion.count) of "
                    + "\(suggestion.outOf) plans")
        }
    }
}
