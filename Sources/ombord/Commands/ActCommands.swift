import ArgumentParser
import CivilCalendar
import Engine
import Operations
import Wording

/// What every command that acts on an enrolment takes.
struct ActOptions: ParsableArguments {
    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The enrolment.") var enrolment: String
    @Option(help: "A key that makes a repetition harmless.") var idempotencyKey: String?
    @Flag(help: "Only tell what would happen.") var dryRun = false

    /// Carries a command out, or shows what it would bring about.
    func perform(
        by actor: Actor, _ command: (Programme, CivilMoment) throws -> Command
    ) async throws {
        let composition = try await installation.compose()
        let service = composition.installation
        let id = EnrolmentID(enrolment)
        let programme = try await told { try service.enrolment(id) }.programme
        let ready = try command(programme, service.nowCivil)
        if dryRun {
            let preview = try await toldIn(programme) { try service.preview(ready, on: id) }
            return show(preview, programme)
        }
        let result = try await toldIn(programme) {
            try await service.act(ready, on: id, by: actor, key: idempotencyKey)
        }
        print("\(result.events) events, \(result.status.rawValue)")
    }

    private func show(_ preview: Preview, _ programme: Programme) {
        let wording = Wording(language: .english)
        for move in preview.moved {
            let title = programme.step(move.step).map(wording.title) ?? move.step.rawValue
            let from = move.from.map(\.description) ?? "no date"
            let to = move.to.map(\.description) ?? "no date"
            print("\(title): \(from) -> \(to)")
        }
        for notice in preview.notices {
            print("tells \(notice.recipient): \(wording.noticeKind(notice.kind))")
        }
        print("nothing was changed (dry run)")
    }
}

/// `ombord complete`.
struct Complete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says for a person that a step was done.")

    @OptionGroup var options: ActOptions
    @Argument(help: "The step.") var step: String
    @Option(name: .customLong("as"), help: "The person who says so.") var person: String
    @Option(help: "The day on which it was done; today where nothing is written.") var on: String?

    func run() async throws {
        let on = try on.map(day)
        try await options.perform(by: .person(PersonID(person))) { _, now in
            .sign(StepID(step), by: PersonID(person), affirms: true, on: on ?? now.day)
        }
    }
}

/// `ombord confirm`.
struct Confirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says for a person that a talk was held, or was not.",
        discussion: """
            A talk is held when both parties have said so. Where one says yes and the other no, the
            disagreement stands open until somebody settles it (--settle).
            """)

    @OptionGroup var options: ActOptions
    @Argument(help: "The step.") var step: String
    @Option(name: .customLong("as"), help: "The person who says so.") var person: String
    @Option(help: "The day on which it was held; today where nothing is written.") var on: String?
    @Flag(help: "It was not held.") var notHeld = false
    @Option(help: "Settle a disagreement, with this reason.") var settle: String?

    func run() async throws {
        let on = try on.map(day)
        try await options.perform(by: .person(PersonID(person))) { _, now in
            let step = StepID(step)
            let person = PersonID(person)
            if let settle {
                return .settleDispute(
                    step, by: person, done: !notHeld, on: on ?? now.day, reason: settle)
            }
            return .sign(step, by: person, affirms: !notHeld, on: on ?? now.day)
        }
    }
}

/// `ombord change`.
struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes an enrolment: dates, pauses, roles, steps.",
        discussion: "Each change shows its consequences with --dry-run.",
        subcommands: [
            Move.self, Pause.self, Resume.self, Extend.self, Stop.self, HandOver.self, Skip.self,
            Book.self,
        ])

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Moves a date, such as the start.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The new date, as name=YYYY-MM-DD.") var anchor: String
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            let (name, value) = try pair(anchor)
            let to = try day(value)
            try await options.perform(by: .operatorCommand) { _, _ in
                .moveAnchor(AnchorID(name), to: to, reason: reason)
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Pauses it, for a leave.")
        @OptionGroup var options: ActOptions
        @Option(help: "Since which day; today where nothing is written.") var on: String?
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let on = try on.map(day)
            try await options.perform(by: .operatorCommand) { _, now in
                .pause(on: on ?? now.day, reason: reason)
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a pause; what was to come moves by its length.")
        @OptionGroup var options: ActOptions
        @Option(help: "From which day; today where nothing is written.") var on: String?

        func run() async throws {
            let on = try on.map(day)
            try await options.perform(by: .operatorCommand) { _, now in
                .resume(on: on ?? now.day)
            }
        }
    }

    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Gives more time.")
        @OptionGroup var options: ActOptions
        @Option(help: "What lies on or after this day moves; today where nothing is written.")
        var from: String?
        @Option(help: "Months more.") var months = 0
        @Option(help: "Days more.") var days = 0
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let from = try from.map(day)
            try await options.perform(by: .operatorCommand) { _, now in
                .extend(
                    from: from ?? now.day, by: Offset(months: months, days: days), reason: reason)
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ends it early.")
        @OptionGroup var options: ActOptions
        @Option(help: "Since which day; today where nothing is written.") var on: String?
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let on = try on.map(day)
            try await options.perform(by: .operatorCommand) { _, now in
                .stop(on: on ?? now.day, reason: reason)
            }
        }
    }

    struct HandOver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a role to somebody else; open items follow.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The role.") var role: String
        @Argument(help: "The person; nobody where nothing is written.") var person: String?
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            try await options.perform(by: .operatorCommand) { _, _ in
                .handOver(RoleID(role), to: person.map { PersonID($0) }, reason: reason)
            }
        }
    }

    struct Skip: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Skips a step, with a reason.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The step.") var step: String
        @Option(name: .customLong("as"), help: "The person who skips it.") var person: String
        @Option(help: "Why.") var reason: String

        func run() async throws {
            try await options.perform(by: .person(PersonID(person))) { _, _ in
                .skip(StepID(step), by: PersonID(person), reason: reason)
            }
        }
    }

    struct Book: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Agrees a time for a talk; the invitation follows.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The step.") var step: String
        @Option(name: .customLong("as"), help: "The person who books it.") var person: String
        @Option(help: "When, as YYYY-MM-DDTHH:MM.") var at: String
        @Option(help: "How long, in minutes.") var minutes: Int?
        @Option(help: "Where.") var place: String?

        func run() async throws {
            guard let moment = CivilMoment(at) else {
                throw ValidationError("\"\(at)\" is not a time; write it as 2026-08-31T09:00")
            }
            try await options.perform(by: .person(PersonID(person))) { _, _ in
                .book(
                    StepID(step), by: PersonID(person), startsAt: moment, minutes: minutes,
                    place: place)
            }
        }
    }
}
