import ArgumentParser
import CivilCalendar
import Competence
import Engine
import Foundation
import JSONText
import Operations
import ProgrammeFiles
import Wording

/// `ombord publish`.
struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Publishes programme files and competence frameworks as immutable versions.",
        discussion: """
            New enrolments start in the newest version; running ones stay on theirs. Publishing the
            same contents again changes nothing.
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The files.") var files: [String]
    @Option(help: "The language of the messages: nb, nn or en.") var language = "en"

    func run() async throws {
        let composition = try await installation.compose()
        let language = try Language.argument(language)
        for file in files {
            try await publish(file, in: composition.installation, language: language) {
                print($0)
            }
        }
    }
}

/// Publishes a file, saying what became of it.
func publish(
    _ file: String, in installation: Installation, language: Language = .english,
    _ say: (String) -> Void
) async throws {
    guard let source = ProgrammeSource(path: file) else {
        throw Complaint("\(file): the file cannot be read")
    }
    if FrameworkCompiler.isFramework(source.bytes) {
        let (version, diagnostics) = try await told {
            try await installation.publishFramework(name: file, bytes: source.bytes)
        }
        complain(diagnostics, in: language)
        guard let version else { throw ExitCode(1) }
        return say(
            "\(version.framework.id) version \(version.number) \(version.hash.prefix(12))")
    }
    let (version, diagnostics) = try await told { try await installation.publish(source) }
    complain(diagnostics, in: language)
    guard let version else { throw ExitCode(1) }
    say("\(version.programme.id) version \(version.number) \(version.hash.prefix(12))")
}

/// `ombord import`.
struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Imports units, people, employments, competences and starts.",
        discussion: """
            The kind of a file is told by its name: units*.csv, people*.csv, employments*.csv, \
            competences*.csv, starts*.csv. Several files are imported together, all or nothing; \
            the same files again change nothing. A file may also be a JSON array with an object \
            for each row, its names the columns.

            units.csv   id, name, kind; parent, manager, hr
            people.csv  id, name; email, private-email, language (nb, nn, en), unit, \
            digest (auto, daily, never), born-on
            employments.csv  person, unit, position, percentage, from; until
            competences.csv  person, competence, level, achieved-on; valid-until, form, evidence
            starts.csv  person, programme; unit, anchor:NAME (dates), fact:NAME, role:NAME (people)
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The files: CSV in UTF-8 with commas or semicolons, or JSON.")
    var files: [String]
    @Flag(help: "Only tell what would happen.") var dryRun = false

    func run() async throws {
        var tables: [ImportTable] = []
        for file in files {
            let name = URL(fileURLWithPath: file).lastPathComponent.lowercased()
            guard let kind = ImportKind.allCases.first(where: { name.hasPrefix($0.rawValue) })
            else {
                throw ValidationError(
                    "\(file): begin the file's name with units, people, employments, "
                        + "competences or starts")
            }
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw ValidationError("\(file): the file cannot be read")
            }
            tables.append(ImportTable(kind: kind, file: file, bytes: [UInt8](bytes)))
        }
        let composition = try await installation.compose()
        let report = try await told {
            try await composition.installation.importTables(tables, dryRun: dryRun)
        }
        switch format.format {
        case .json: print(report.json.prettyText)
        case .text: print(report.text(dryRun: dryRun))
        }
        if !report.errors.isEmpty { throw ExitCode(1) }
    }
}

/// `ombord export`.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes units, people, employments or competences for other systems.",
        discussion: """
            The columns are those of `ombord import`; where it came from, importing it again
            changes nothing. What was revoked is left out.
            """)

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "units, people, employments or competences.") var kind: String
    @Option(help: "Only this unit and those below it; everything where nothing is written.")
    var unit: String?
    @Option(help: "csv or json.") var format = "csv"

    func validate() throws {
        if ImportKind(rawValue: kind).map(ImportKind.exported.contains) != true {
            throw ValidationError(
                "\(kind): write " + ImportKind.exported.map(\.rawValue).joined(separator: ", "))
        }
        if !["csv", "json"].contains(format) {
            throw ValidationError("--format is csv or json")
        }
    }

    func run() async throws {
        let service = try await installation.compose().installation
        let table = try await told {
            try service.exported(ImportKind(rawValue: kind) ?? .people, below: unit)
        }
        print(format == "json" ? table.json : table.csv, terminator: "")
    }
}

extension ImportReport {
    fileprivate var json: JSON {
        .object([
            "applied": .bool(isApplied),
            "rows": .array(
                lines.map { line in
                    .object([
                        "file": .string(line.file), "line": .integer(line.number),
                        "key": .string(line.key), "outcome": .string(line.outcome.rawValue),
                        "message": .string(line.message),
                    ])
                }),
        ])
    }

    fileprivate func text(dryRun: Bool) -> String {
        var text = lines.filter { $0.outcome != .unchanged }.map { line in
            let message = line.message.isEmpty ? "" : ": \(line.message)"
            return "\(line.file):\(line.number): \(line.outcome.rawValue) \(line.key)\(message)"
        }
        let counts = Outcome.allCases.map { "\(count($0)) \($0.rawValue)" }
            .joined(separator: ", ")
        let verdict =
            isApplied
            ? "imported"
            : errors.isEmpty
                ? "nothing was changed (dry run)" : "nothing was changed; mend the errors"
        text.append("\(counts): \(verdict)")
        return text.joined(separator: "\n")
    }
}

/// `ombord enrol`.
struct Enrol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts a programme for a person.")

    @OptionGroup var installation: InstallationOptions
    @Argument(help: "The person's id.") var person: String
    @Argument(help: "The programme's id.") var programme: String
    @Option(help: "A date, as name=YYYY-MM-DD. May be repeated.") var anchor: [String] = []
    @Option(help: "A fact, as name=value. May be repeated.") var fact: [String] = []
    @Option(help: "A person for a role, as role=person. May be repeated.") var role: [String] = []
    @Option(help: "The unit, where it is not the person's own.") var unit: String?
    @Option(help: "A key that makes a repetition harmless.") var idempotencyKey: String?

    func run() async throws {
        let composition = try await installation.compose()
        let installation = composition.installation
        var request = EnrolRequest(
            participant: PersonID(person), programme: ProgrammeID(programme), anchors: [:],
            unit: unit)
        for text in anchor {
            let (name, value) = try pair(text)
            request.anchors[AnchorID(name)] = try day(value)
        }
        let described = try await told { try installation.newestProgramme(ProgrammeID(programme)) }
        for text in fact {
            let (name, value) = try pair(text)
            do throws(FactTextError) {
                request.facts[FactID(name)] = try FactValue(
                    parsing: value, for: FactID(name), in: described)
            } catch {
                throw Complaint(error.sentence(Wording(language: .english)))
            }
        }
        for text in role {
            let (name, value) = try pair(text)
            request.chosen[RoleID(name)] = PersonID(value)
        }
        let ready = request
        let id = try await toldIn(described) {
            try await installation.enrol(ready, by: .operatorCommand, key: idempotencyKey)
        }
        print(id)
    }
}

/// Like `told`, with a programme's own titles in its sentences.
func toldIn<R>(_ programme: Programme?, _ body: () async throws -> R) async throws -> R {
    do {
        return try await body()
    } catch let error as OperationError {
        throw Complaint(error.sentence(in: .english, programme: programme))
    }
}

/// `ombord status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows enrolments, or one with its steps and the reasons for their dates.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "An enrolment, or a person; all where nothing is written.") var id: String?
    @Option(help: "The language of the texts: nb, nn or en.") var language = "en"

    func run() async throws {
        let composition = try await installation.compose()
        let installation = composition.installation
        let language = try Language.argument(language)
        if let id, let view = try? installation.enrolment(EnrolmentID(id)) {
            print(
                format.format == .json
                    ? view.json(language).prettyText : view.text(language))
            return
        }
        let lines = try installation.enrolments(participant: id.map { PersonID($0) })
        if let id, lines.isEmpty {
            throw Complaint("there is no enrolment and no enrolled person \"\(id)\"")
        }
        if format.format == .json {
            print(JSON.array(lines.map(\.json)).prettyText)
        } else {
            for line in lines {
                print(
                    "\(line.id)  \(line.startedOn)  \(line.status)  \(line.programme)  "
                        + line.participant.name)
            }
        }
    }
}

extension EnrolmentLine {
    var json: JSON {
        .object([
            "enrolment": .string(id.rawValue), "programme": .string(programme.rawValue),
            "version": .string(version), "participant": .string(participant.id.rawValue),
            "status": .string(status), "startedOn": .string(startedOn),
        ])
    }
}

extension EnrolmentView {
    func json(_ language: Language) -> JSON {
        let wording = Wording(language: language)
        return .object([
            "enrolment": .string(id.rawValue), "programme": .string(programme.id.rawValue),
            "version": .integer(versionNumber), "status": .string(enrolment.status.rawValue),
            "participant": enrolment.roles[.participant].map { .string($0.rawValue) },
            "steps": .array(
                steps.map { step in
                    .object([
                        "step": .string(step.step.id.rawValue),
                        "title": .string(wording.title(step.step)),
                        "status": .string(step.status.rawValue),
                        "overdue": .bool(step.isOverdue),
                        "due": step.dueDay.map { .string($0.description) },
                        "window": step.window.map {
                            .array([
                                .string($0.lowerBound.description),
                                .string($0.upperBound.description),
                            ])
                        },
                        "waitsFor": .array(step.missingSigners.map { .string($0.rawValue) }),
                        "settledOn": step.record.settledOn.map { .string($0.description) },
                        "why": (step.due ?? step.opens).map {
                            .string(wording.why($0, in: programme))
                        },
                    ])
                }),
        ])
    }

    func text(_ language: Language) -> String {
        let wording = Wording(language: language)
        var lines = [
            "\(enrolment.roles[.participant].map(name) ?? ""): "
                + "\(programme.title.text(in: language)) "
                + "(version \(versionNumber), \(wording.enrolmentStatus(enrolment.status)))"
        ]
        for step in steps where step.status != .notApplicable {
            let status = step.isOverdue ? wording.overdue : wording.status(step.status)
            let due = step.dueDay.map(\.description) ?? "          "
            lines.append("  \(due)  \(wording.title(step.step)) [\(step.step.id)]: \(status)")
            if let why = step.due ?? step.opens {
                lines.append("              \(wording.why(why, in: programme))")
            }
        }
        return lines.joined(separator: "\n")
    }
}
