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
            return show(preview, Names(service))
        }
        let result = try await toldIn(programme) {
            try await service.act(ready, on: id, by: actor, key: idempotencyKey)
        }
        print("\(result.events) events, \(result.status.rawValue)")
    }

    private func show(_ consequences: Consequences, _ names: Names) {
        for text in consequences.texts(names) { print(text) }
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
