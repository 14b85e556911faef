import ArgumentParser
import CivilCalendar
import Engine
import Foundation
import JSONText
import Operations
import Wording

/// The names of people, read when they are first asked for.
final class Names {
    private let installation: Installation
    private var known: [PersonID: String] = [:]

    init(_ installation: Installation) {
        self.installation = installation
    }

    func name(_ person: PersonID) -> String {
        if let name = known[person] { return name }
        let card = try? installation.person(person)
        let name = card?.name ?? person.rawValue
        known[person] = name
        return name
    }
}

/// What every command takes that changes many enrolments as one act.
struct BulkOptions: ParsableArguments {
    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Option(help: "Only in this unit and those below it. May be repeated.") var unit: [String] = []
    @Flag(help: "Only tell what would happen, for each person.") var dryRun = false
    @Flag(help: "Leave those as they are who cannot be changed, and change the others.")
    var leaveBehind = false

    /// Shows the consequences, or brings them about.
    func perform(_ change: (Installation) throws -> BulkChange) async throws {
        let composition = try await installation.compose()
        let service = composition.installation
        let change = try await told { try change(service) }
        let names = Names(service)
        var report = BulkReport(format: format.format, isSilent: !dryRun, names: names)
        try await told {
            try service.preview(change, units: unit) { report.add($0) }
        }
        if dryRun { return report.finish() }
        if report.refused > 0, !leaveBehind {
            report.showRefused()
            throw Complaint(
                "\(report.refused) cannot be changed, so nothing was; mend what stands in the way, "
                    + "or leave them as they are with --leave-behind")
        }
        let act = try await told {
            try await service.startBulk(change, units: unit, by: .operatorCommand)
        }
        try await carryOn(act, service, format.format)
    }
}

/// Carries an act on many to its end, saying how far it has come. Interrupted, it goes on with
/// `--resume`, or by itself where the service runs.
func carryOn(
    _ act: String, _ service: Installation, _ format: OutputFormat
) async throws {
    complain("act \(act)")
    var progress = try await told { try service.bulkProgress(act) }
    let began = Date.timeIntervalSinceReferenceDate
    var shown = 0.0
    while !progress.isFinished {
        progress = try await told { try await service.continueBulk(act) }
        let elapsed = Date.timeIntervalSinceReferenceDate - began
        if elapsed - shown >= 1 {
            shown = elapsed
            let gone = progress.total - progress.waiting
            let left = gone == 0 ? 0 : elapsed / Double(gone) * Double(progress.waiting)
            complain("\(gone) of \(progress.total), about \(Int(left.rounded(.up))) s left")
        }
    }
    if format == .json { return print(progress.json.prettyText) }
    print(
        "\(progress.done) changed, \(progress.unchanged) as they should be, "
            + "\(progress.refused) left as they were")
    for (enrolment, reason) in try await told({ try service.refusals(of: act) }) {
        print("  \(enrolment): \(reason)")
    }
}

extension Consequences {
    /// What would happen, for a terminal: first what was asked for, then what follows. The steps
    /// that stay as they are are counted.
    func texts(_ names: Names) -> [String] {
        let wording = Wording(language: .english)
        let lines = wording.consequences(
            self, names: names.name, plan: plan, former: planBefore)
        let asked = events.filter { event in
            switch event {
            case .coverArranged, .coverEnded, .roleHandedOver, .factChanged, .anchorMoved,
                .paused, .resumed, .extended, .stopped, .completedEarly:
                true
            default: false
            }
        }
        return asked.map { wording.event($0, in: plan, name: names.name) { $0 } }
            + lines.filter { $0.heading != .kept }.map(\.sentence)
            + [kept.count == 1 ? "1 step stays as it is." : "\(kept.count) steps stay as they are."]
    }
}

extension BulkProgress {
    var json: JSON {
        .object([
            "act": .string(act), "kind": .string(kind), "finished": .bool(isFinished),
            "total": .integer(total), "changed": .integer(done),
            "unchanged": .integer(unchanged), "refused": .integer(refused),
            "undoes": undoes.map { .string($0) },
        ])
    }
}

/// What an act on many would bring about, person by person as it is found out.
struct BulkReport {
    let format: OutputFormat
    let isSilent: Bool
    let names: Names
    private(set) var refused = 0
    private var changed = 0
    private var unchanged = 0
    private var refusals: [String] = []
    init(format: OutputFormat, isSilent: Bool, names: Names) {
        self.format = format
        self.isSilent = isSilent
        self.names = names
    }

    mutating func add(_ line: BulkLine) {
        let name = names.name(line.participant)
        var texts: [String] = []
        var reason: String?
        switch line.outcome {
        case .unchanged: unchanged += 1
        case .refused(let error):
            refused += 1
            let sentence = error.sentence(in: .english, programme: line.plan)
            reason = sentence
            refusals.append("\(line.enrolment) \(name): \(sentence)")
        case .changes(let consequences):
            changed += 1
            if isSilent { return }
            texts = consequences.flatMap { $0.texts(names) }
        }
        if isSilent { return }
        if format == .json {
            // One object on each line, so that a large act needs no memory.
            return print(
                JSON.object([
                    "enrolment": .string(line.enrolment.rawValue),
                    "participant": .string(line.participant.rawValue),
                    "outcome": .string(line.outcome.name), "reason": reason.map { .string($0) },
                    "consequences": texts.isEmpty ? nil : .array(texts.map { .string($0) }),
                    "steps": line.outcome.json,
                ]).text)
        }
        if case .unchanged = line.outcome { return }
        print("\(line.enrolment)  \(name)")
        if let reason { print("  cannot be changed: \(reason)") }
        for text in texts { print("  \(text)") }
    }

    func showRefused() {
        for refusal in refusals { complain(refusal) }
    }

    func finish() {
        if format == .text {
            print(
                "\(changed) would change, \(unchanged) are as they should be, "
                    + "\(refused) cannot be changed")
            print("nothing was changed (dry run)")
        }
    }
}

extension BulkLine.Outcome {
    fileprivate var name: String {
        switch self {
        case .changes: "changes"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }

    /// What is added, dropped, kept and moved, by step.
    fileprivate var json: JSON? {
        guard case .changes(let consequences) = self, let last = consequences.last else {
            return nil
        }
        var members: [JSON.Member] = []
        for kind in PlanLine.Kind.allCases {
            let lines = last.lines.filter { $0.kind == kind }.map { line in
                JSON.object([
                    "step": .string(line.step.rawValue),
                    "from": line.from.map { .string($0.description) },
                    "to": line.to.map { .string($0.description) },
                ])
            }
            members.append(JSON.Member(kind.rawValue, .array(lines)))
        }
        func steps(_ steps: [StepID]) -> JSON { .array(steps.map { .string($0.rawValue) }) }
        members.append(JSON.Member("kept", steps(last.kept)))
        members.append(JSON.Member("invitationsMoved", steps(last.movedInvitations)))
        members.append(JSON.Member("invitationsCancelled", steps(last.cancelledInvitations)))
        return .object(members)
    }
}

/// `ombord migrate-programme`.
struct MigrateProgramme: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Moves enrolments under way to another version of their programme.",
        discussion: """
            See first what it would do: --dry-run lists for each person what is added, dropped, \
            kept and moved, and what stands in the way. The move is one act: it can be \
            interrupted, goes on with --resume, and is taken back with --undo; what people have \
            completed stays completed.
            """)

    @OptionGroup var bulk: BulkOptions
    @Argument(help: "The programme.") var programme: String?
    @Option(help: "The version's number; the newest where nothing is written.") var to: Int?
    @Option(help: "Take this act back.") var undo: String?
    @Option(help: "Carry this act on that was interrupted.") var resume: String?
    @Flag(help: "Show the acts on many enrolments and how far they have come.") var list = false

    func validate() throws {
        let asked = [programme, undo, resume].compactMap { $0 }.count + (list ? 1 : 0)
        if asked != 1 {
            throw ValidationError("write a programme, or one of --undo, --resume and --list")
        }
    }

    func run() async throws {
        if list || resume != nil {
            let composition = try await bulk.installation.compose()
            let service = composition.installation
            if let resume { return try await carryOn(resume, service, bulk.format.format) }
            return show(try await told { try service.bulkActs() })
        }
        try await bulk.perform { installation in
            if let undo { return .undoMigration(undo) }
            let programme = ProgrammeID(programme ?? "")
            return .migrate(
                programme, to: try installation.version(of: programme, number: to).hash)
        }
    }

    private func show(_ acts: [BulkProgress]) {
        if bulk.format.format == .json { return print(JSON.array(acts.map(\.json)).prettyText) }
        for act in acts {
            let state = act.isFinished ? "done" : "\(act.waiting) to go"
            print(
                "\(act.act)  \(act.kind)  \(state): \(act.done) changed, "
                    + "\(act.unchanged) unchanged, \(act.refused) refused of \(act.total)")
        }
    }
}

/// `ombord staff`.
struct Staff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "When people leave, are away or change unit: all of their enrolments at once.",
        subcommands: [HandOverAll.self, CoverAll.self, MoveUnit.self, ResolveRoles.self])

    struct HandOverAll: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hand-over",
            abstract: "Gives all roles that a person holds to another; open items follow.")
        @OptionGroup var bulk: BulkOptions
        @Argument(help: "Who leaves.") var from: String
        @Argument(help: "Who takes over; nobody where nothing is written.") var to: String?
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            try await bulk.perform { _ in
                .handOver(from: PersonID(from), to: to.map { PersonID($0) }, reason: reason)
            }
        }
    }

    struct CoverAll: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cover",
            abstract: "Has somebody act in all roles of a person who is away for a time.")
        @OptionGroup var bulk: BulkOptions
        @Argument(help: "Who is away.") var person: String
        @Argument(help: "Who acts.") var by: String
        @Option(help: "The first day of the absence.") var from: String
        @Option(help: "Its last day; the day after, the person acts again.") var until: String
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            let (from, until) = (try day(from), try day(until))
            try await bulk.perform { _ in
                .cover(
                    PersonID(person), by: PersonID(by), from: from, until: until, reason: reason)
            }
        }
    }

    struct MoveUnit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move",
            abstract: "A person works in another unit from now on; its manager and HR take over.")
        @OptionGroup var bulk: BulkOptions
        @Argument(help: "Who.") var person: String
        @Argument(help: "The unit.") var to: String
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            try await bulk.perform { _ in
                .moveUnit(PersonID(person), to: to, reason: reason)
            }
        }
    }

    struct ResolveRoles: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve",
            abstract: "Fills the roles that the unit tree fills as it is now, after an import.")
        @OptionGroup var bulk: BulkOptions
        @Option(help: "Why.") var reason = ""

        func run() async throws {
            try await bulk.perform { _ in .resolveRoles(reason: reason) }
        }
    }
}
