import ArgumentParser
import CivilCalendar
import Competence
import Engine
import JSONText
import Operations
import Wording

/// `ombord competence`.
struct CompetenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "competence",
        abstract: "What people can do, on record, and what is missing.",
        subcommands: [
            CompetenceShow.self, CompetenceAttest.self, CompetenceSupport.self,
            CompetenceRevoke.self, CompetenceGap.self, CompetenceQualify.self,
            CompetenceRotate.self, CompetenceStatements.self, CompetenceSeal.self,
        ])
}

/// `ombord competence show`.
struct CompetenceShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints somebody's record, as of a day.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The person.") var person: String
    @Option(help: "As of which day; today where nothing is written.") var on: String?
    @Flag(help: "Also what was revoked or has run out.") var all = false

    func run() async throws {
        let service = try await installation.compose().installation
        let asOf = try on.map(day) ?? service.nowCivil.day
        let id = PersonID(person)
        guard try service.person(id) != nil else { throw Complaint("there is no person \(id)") }
        let counting = Set(try service.record(of: id, asOf: asOf).entries.map(\.number))
        let entries = try service.recordedCompetences(of: id, asOf: asOf).filter {
            all || counting.contains($0.entry.number)
        }
        if format.format == .json {
            return print(JSON.array(entries.map(\.json)).prettyText)
        }
        for entry in entries {
            let until = entry.entry.validUntil.map { ", until \($0)" } ?? ""
            let revoked = entry.isRevoked ? ", revoked" : ""
            print(
                "\(entry.entry.number)  \(entry.entry.achievedOn)  \(entry.entry.competence) "
                    + "\(entry.entry.level?.rawValue ?? "-")  \(entry.entry.kind.rawValue)"
                    + "\(until)\(revoked)")
        }
    }
}

extension RecordedCompetence {
    /// As `show` and the export write it.
    var json: JSON {
        .object([
            "number": .integer(entry.number), "kind": .string(entry.kind.rawValue),
            "competence": .string(entry.competence.rawValue),
            "level": entry.level.map { .string($0.rawValue) },
            "form": form.map { .string($0.rawValue) },
            "achieved-on": .string(entry.achievedOn.description),
            "valid-until": entry.validUntil.map { .string($0.description) },
            "recorded-on": .string(entry.recordedOn.description),
            "attested-by": .array(
                attestedBy.map {
                    .object(["role": .string($0.role), "person": .string($0.person.rawValue)])
                }),
            "enrolment": enrolment.map { .string($0.rawValue) },
            "step": step.map { .string($0.rawValue) },
            "programme-version": version.map { .string($0) },
            "revokes": entry.revokes.map { .integer($0) }, "revoked": .bool(isRevoked),
        ])
    }
}

/// `ombord competence attest`.
struct CompetenceAttest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest", abstract: "Says for a person that somebody can do something.",
        discussion: """
            The word must count: the framework says whose does, and how many people it takes. With
            --prior the person claims it for themself, and others review it.
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "Whom it is about.") var person: String
    @Argument(help: "The competence.") var competence: String
    @Argument(help: "The level.") var level: String
    @Option(name: .customLong("as"), help: "The person who says so.") var attester: String
    @Option(help: "What it rests on, in words.") var evidence: String
    @Option(help: "The day on which it was shown; today where nothing is written.")
    var on: String?
    @Option(help: "formal, informal or real.") var form: String = "informal"
    @Flag(help: "A claim of prior learning, of the person's own.") var prior = false
    @Option(help: "A key that makes a repetition harmless.") var idempotencyKey: String?

    func run() async throws {
        let service = try await installation.compose().installation
        guard let form = CompetenceForm(rawValue: form) else {
            throw ValidationError("--form is formal, informal or real")
        }
        let request = ClaimRequest(
            person: PersonID(person), kind: prior ? .priorLearning : .attested,
            competence: CompetenceID(competence), level: LevelID(level), form: form,
            achievedOn: try on.map(day) ?? service.nowCivil.day, evidence: evidence)
        let outcome = try await told {
            try await service.claim(request, by: PersonID(attester), key: idempotencyKey)
        }
        print(outcome.sentence)
    }
}

extension ClaimOutcome {
    var sentence: String {
        switch self {
        case .recorded(let number): "recorded as entry \(number)"
        case .waiting(let claim, let missing): "claim \(claim) waits for \(missing) more"
        }
    }
}

/// `ombord competence support`.
struct CompetenceSupport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "support", abstract: "Says for a person that a claim is right, or is not.")

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The claim.") var claim: String
    @Option(name: .customLong("as"), help: "The person who says so.") var person: String
    @Option(help: "It is not right, with this reason.") var refuse: String?

    func run() async throws {
        let service = try await installation.compose().installation
        if let refuse {
            try await told {
                try await service.settle(
                    claim, asRefusedBy: PersonID(person), reason: refuse)
            }
            return print("refused")
        }
        print(
            try await told { try await service.support(claim, by: PersonID(person)) }.sentence)
    }
}

/// `ombord competence revoke`.
struct CompetenceRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Writes for a person that an entry does not count any more.")

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "Whose record.") var person: String
    @Argument(help: "The entry's number.") var entry: Int
    @Option(name: .customLong("as"), help: "The person who says so.") var actor: String
    @Option(help: "The reason.") var reason: String

    func run() async throws {
        let service = try await installation.compose().installation
        let number = try await told {
            try await service.revoke(
                entry, of: PersonID(person), by: PersonID(actor), reason: reason)
        }
        print("entry \(number) revokes entry \(entry)")
    }
}

/// `ombord competence gap`.
struct CompetenceGap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gap",
        abstract: "Counts who has what is asked of them, in a unit and all below it.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The unit.") var unit: String
    @Option(help: "As of which day; today where nothing is written.") var on: String?
    @Option(help: "What runs out within so many months counts as expiring.") var months = 3

    func run() async throws {
        let service = try await installation.compose().installation
        guard (0...120).contains(months) else {
            throw ValidationError("--months is a number from 0 to 120")
        }
        let asOf = try on.map(day) ?? service.nowCivil.day
        let report = try await told {
            try service.gap(of: unit, asOf: asOf, expiringWithin: months)
        }
        let total = report.total
        if format.format == .json { return print(json(report).prettyText) }
        print("\(report.name), \(report.day): \(total.people) people")
        print("competence  needed  held  expiring  not yet  missing")
        for (competence, count) in zip(report.competences, total.counts) {
            print(
                "\(competence)  \(count.needed)  \(count.held)  \(count.expiring)  "
                    + "\(count.ahead)  \(count.missing)")
        }
    }

    private func json(_ report: GapReport) -> JSON {
        func json(_ place: GapReport.Place) -> JSON {
            .object([
                "unit": .string(place.id), "people": .integer(place.people),
                "competences": .array(
                    zip(report.competences, place.counts).map { id, count in
                        .object([
                            "competence": .string(id.rawValue), "needed": .integer(count.needed),
                            "held": .integer(count.held), "expiring": .integer(count.expiring),
                            "ahead": .integer(count.ahead), "missing": .integer(count.missing),
                        ])
                    }),
            ])
        }
        return .object([
            "unit": .string(report.unit), "day": .string(report.day.description),
            "places": .array(report.places.map(json)), "total": json(report.total),
        ])
    }
}

/// `ombord competence qualify`.
struct CompetenceQualify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qualify",
        abstract: "Tells what somebody may do or begin, from when, and why.")

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The person.") var person: String
    @Option(help: "As of which day; today where nothing is written.") var on: String?
    @Option(help: "The language of the texts: nb, nn or en.") var language = "en"

    func run() async throws {
        let service = try await installation.compose().installation
        let wording = Wording(language: try Language.argument(language))
        let asOf = try on.map(day) ?? service.nowCivil.day
        let lines = try await told {
            try service.qualifications(of: PersonID(person), asOf: asOf)
        }
        for line in lines {
            print("\(line.qualification.title.text(in: wording.language)): ", terminator: "")
            print(line.sentence(wording, today: asOf))
        }
    }
}

/// `ombord competence rotate-key`.
struct CompetenceRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key", abstract: "Signs credentials with a new key from now on.",
        discussion: "What was signed before stays valid: the old public keys stay published.")

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        let service = try await installation.compose().installation
        print(try await told { try await service.rotateCredentialKey() })
    }
}

/// `ombord competence statements`.
struct CompetenceStatements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statements",
        abstract: "Queues what is on record already for the learning record store.",
        discussion: """
            What comes on record is queued by itself once lrs.url is set. This is for what came \
            before; what has been queued is not queued again.
            """)

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        let service = try await installation.compose().installation
        print("\(try await told { try await service.queueStatements() }) statements queued")
    }
}

/// `ombord competence seal`.
struct CompetenceSeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Seals where all records end, as they are now.",
        discussion: """
            Entries seal themselves as they are written. This is for a database from before there \
            was a seal, or whose notes-secret was changed. Run `ombord verify` first: what was \
            taken away before is sealed as taken away.
            """)

    @OptionGroup var installation: InstallationOptions

    func run() async throws {
        let service = try await installation.compose().installation
        try await told { try await service.sealRecords() }
        print("sealed")
    }
}
