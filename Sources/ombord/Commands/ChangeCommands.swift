import ArgumentParser
import CivilCalendar
import Engine
import Operations
import Wording

/// `ombord change`.
struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Changes an enrolment: dates, leaves, people, facts, steps.",
        discussion: "Each change shows its consequences with --dry-run.",
        subcommands: [
            Move.self, Pause.self, Resume.self, Extend.self, Stop.self, CompleteEarly.self,
            SetFact.self, HandOver.self, ArrangeCover.self, EndCover.self, Skip.self, Book.self,
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

    struct CompleteEarly: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends it early, as completed: what is left is not asked for.")
        @OptionGroup var options: ActOptions
        @Option(help: "Since which day; today where nothing is written.") var on: String?
        @Option(help: "Why.") var reason: String

        func run() async throws {
            let on = try on.map(day)
            try await options.perform(by: .operatorCommand) { _, now in
                .completeEarly(on: on ?? now.day, reason: reason)
            }
        }
    }

    struct SetFact: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fact",
            abstract: "Records another fact: profession, percentage; steps come and go by it.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The fact, as name=value; nothing after the = takes it away.")
        var fact: String
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            let (name, text) = try pair(fact)
            try await options.perform(by: .operatorCommand) { programme, _ in
                if text.isEmpty { return .changeFact(FactID(name), to: nil, reason: reason) }
                do throws(FactTextError) {
                    let value = try FactValue(parsing: text, for: FactID(name), in: programme)
                    return .changeFact(FactID(name), to: value, reason: reason)
                } catch {
                    throw Complaint(error.sentence(Wording(language: .english)))
                }
            }
        }
    }

    struct ArrangeCover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cover",
            abstract: "Has somebody act in a role while its holder is away.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The role.") var role: String
        @Argument(help: "Who acts.") var person: String
        @Option(help: "The first day of the absence.") var from: String
        @Option(help: "Its last day; the day after, the holder acts again.") var until: String
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            let (from, until) = (try day(from), try day(until))
            try await options.perform(by: .operatorCommand) { _, _ in
                .arrangeCover(
                    RoleID(role), by: PersonID(person), from: from, until: until, reason: reason)
            }
        }
    }

    struct EndCover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The holder of a role is back before the time.")
        @OptionGroup var options: ActOptions
        @Argument(help: "The role.") var role: String

        func run() async throws {
            try await options.perform(by: .operatorCommand) { _, _ in .endCover(RoleID(role)) }
        }
    }
}
