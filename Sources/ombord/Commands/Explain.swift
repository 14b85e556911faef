import ArgumentParser
import CivilCalendar
import Engine
import Foundation
import JSONText
import Operations
import ProgrammeFiles
import Wording

/// `ombord explain`.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells why a plan is as it is: which rule, which event, which version, by whom.")

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The enrolment.") var enrolment: String
    @Argument(help: "One of its steps; the whole plan where nothing is written.")
    var step: String?
    @Option(help: "The language of the texts: nb, nn or en.") var language = "en"

    func run() async throws {
        let composition = try await installation.compose()
        let service = composition.installation
        let id = EnrolmentID(enrolment)
        let view = try await told { try service.enrolment(id) }
        let history = try await told { try service.history(of: id) }
        let language = try Language.argument(language)
        let only = step.map { StepID($0) }
        if let only, !view.steps.contains(where: { $0.step.id == only }),
            history.of(only).isEmpty
        {
            throw Complaint(
                OperationError.refused(.noSuchStep(only), programme: nil)
                    .sentence(in: .english, programme: view.programme))
        }
        let explanation = ExplanationText(
            view: view, history: only.map { history.of($0) } ?? history,
            only: only, names: Names(service), service: service,
            wording: Wording(language: language))
        print(format.format == .json ? explanation.json.prettyText : explanation.text)
    }
}

/// Why one enrolment's plan is as it is.
private struct ExplanationText {
    let view: EnrolmentView
    let history: [HistoryEntry]
    let only: StepID?
    let names: Names
    let service: Installation
    let wording: Wording

    private var shown: [StepExplanation] {
        view.steps.filter { only == nil ? $0.status != .notApplicable : $0.step.id == only }
    }

    private func sentence(_ entry: HistoryEntry) -> String {
        wording.event(entry.event, in: view.programme, name: names.name) { hash in
            (try? service.version(hash: hash)).map { "\($0.number)" } ?? String(hash.prefix(12))
        }
    }

    private func actor(_ entry: HistoryEntry) -> String {
        switch entry.actor {
        case .person(let person): names.name(person)
        case .clock: "clock"
        case .operatorCommand: "operator"
        }
    }

    private func recorded(_ entry: HistoryEntry) -> String {
        service.time.civil(entry.recordedAt).description
    }

    private func reasons(_ step: StepExplanation) -> [String] {
        [step.opens, step.due].compactMap { $0 }.map { wording.why($0, in: view.programme) }
    }

    var text: String {
        var lines = [
            "\(view.programme.title.text(in: wording.language)) "
                + "(version \(view.versionNumber), "
                + "\(wording.enrolmentStatus(view.enrolment.status)))"
        ]
        for edit in view.enrolment.edits where only == nil || edit.change.step == only {
            lines.append(
                "differs [\(edit.number)]: "
                    + wording.edit(edit, in: view.programme, name: names.name))
        }
        for step in shown {
            let due = step.dueDay.map { ", \($0)" } ?? ""
            lines.append(
                "\(wording.title(step.step)) [\(step.step.id)]: "
                    + "\(wording.status(step.status))\(due)")
            lines += reasons(step).map { "    \($0)" }
        }
        lines.append("")
        for entry in history {
            lines.append(
                "\(recorded(entry))  v\(entry.version)  \(actor(entry)): \(sentence(entry))")
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        .object([
            "enrolment": .string(view.id.rawValue),
            "programme": .string(view.programme.id.rawValue),
            "version": .integer(view.versionNumber),
            "status": .string(view.enrolment.status.rawValue),
            "differences": .array(
                view.enrolment.edits.filter { only == nil || $0.change.step == only }.map { edit in
                    .object([
                        "number": .integer(edit.number),
                        "sentence": .string(
                            wording.edit(edit, in: view.programme, name: names.name)),
                    ])
                }),
            "steps": .array(
                shown.map { step in
                    .object([
                        "step": .string(step.step.id.rawValue),
                        "status": .string(step.status.rawValue),
                        "due": step.dueDay.map { .string($0.description) },
                        "why": .array(reasons(step).map { .string($0) }),
                    ])
                }),
            "history": .array(
                history.map { entry in
                    .object([
                        "number": .integer(entry.number), "recordedAt": .string(recorded(entry)),
                        "by": .string(actor(entry)), "version": .integer(entry.version),
                        "step": entry.event.step.map { .string($0.rawValue) },
                        "sentence": .string(sentence(entry)),
                    ])
                }),
        ])
    }
}

/// `ombord diff`.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says in the words of the plan how two versions of a programme differ.",
        discussion: """
            OLD and NEW are programme files, or published versions as PROGRAMME@NUMBER;
            PROGRAMME@ alone is the newest. Exits with 0 whether they differ or not.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The version before: a file or PROGRAMME@NUMBER.") var old: String
    @Argument(help: "The version after: a file or PROGRAMME@NUMBER.") var new: String
    @Option(help: "The language of the texts: nb, nn or en.") var language = "en"

    func run() async throws {
        let language = try Language.argument(language)
        let difference = ProgrammeDifference(
            from: try await programme(old, language), to: try await programme(new, language))
        let report = DifferenceReport(difference, Wording(language: language))
        print(format.format == .json ? report.json() : report.text(), terminator: "")
    }

    private func programme(
        _ name: String, _ language: Language
    ) async throws -> Programme {
        guard !FileManager.default.fileExists(atPath: name), let at = name.firstIndex(of: "@")
        else { return try compiled(name, language) }
        let number = String(name[name.index(after: at)...])
        guard number.isEmpty || Int(number) != nil else {
            throw ValidationError("\"\(name)\" is no file, and \"\(number)\" is no version")
        }
        let composition = try await installation.compose()
        return try await told {
            try composition.installation.version(
                of: ProgrammeID(String(name[..<at])), number: Int(number)
            ).programme
        }
    }
}
