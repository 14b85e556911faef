import ArgumentParser
import Engine
import JSONText
import Operations
import Wording

/// `ombord evaluations`.
struct Evaluations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluations",
        abstract: "What was answered to the evaluations of a programme's version.",
        discussion: """
            Without a programme, lists those that evaluate. Answers of fewer than five people are
            left out, and what would give them away by subtraction: the same as on the pages.
            """)

    @OptionGroup var installation: InstallationOptions
    @OptionGroup var format: FormatOption
    @Argument(help: "The programme's id.") var programme: String?
    @Option(help: "The unit, with all below it; the top of the tree where there is one.")
    var unit: String?
    @Option(name: .customLong("programme-version"), help: "The version; else the newest.")
    var version: Int?
    @Option(help: "The language of the texts: nb, nn or en.") var language = "en"

    func run() async throws {
        let service = try await installation.compose().installation
        let wording = Wording(language: try Language.argument(language))
        guard let programme else { return list(try service.evaluatedProgrammes(), wording) }
        guard let unit = try unit ?? service.topUnit() else {
            throw Complaint("name the unit with --unit: there is no one top of the tree")
        }
        let results = try await told {
            try service.evaluation(of: ProgrammeID(programme), version: version, unit: unit)
        }
        if format.format == .json { return print(results.json(wording).prettyText) }
        for (level, lines) in results.levels {
            print(wording.evaluationLevel(level))
            for line in lines {
                print("  \(line.question.text.text(in: wording.language))")
                for measured in line.measured { print("    \(text(measured, wording))") }
            }
        }
    }

    private func list(_ programmes: [EvaluatedProgramme], _ wording: Wording) {
        if format.format == .json {
            return print(
                JSON.array(
                    programmes.map { found in
                        .object([
                            "programme": .string(found.programme.id.rawValue),
                            "versions": .array(found.versions.map { .integer($0) }),
                        ])
                    }
                ).prettyText)
        }
        for found in programmes {
            let versions = found.versions.map { "\($0)" }.joined(separator: ", ")
            print("\(found.programme.id)  \(versions)")
        }
    }

    private func text(_ measured: EvaluationResults.Measured, _ wording: Wording) -> String {
        let source = measured.source
        let name = "\(source.step.id) (\(source.measurement.rawValue), \(source.role))"
        guard let answers = measured.answers else { return "\(name): left out" }
        guard let mean = answers.mean else { return "\(name): \(answers.count) in words" }
        let numbers = answers.distribution.map { "\($0)" }.joined(separator: " ")
        return "\(name): \(answers.count) answers, mean \(wording.mean(mean)), \(numbers)"
    }
}

extension EvaluationResults {
    /// As programs read it; what is left out is null.
    fileprivate func json(_ wording: Wording) -> JSON {
        .object([
            "programme": .string(programme.rawValue), "version": .integer(version),
            "unit": .string(unit),
            "levels": .array(
                levels.map { level, lines in
                    .object([
                        "level": .string(level.rawValue),
                        "questions": .array(lines.map { $0.json(wording) }),
                    ])
                }),
        ])
    }
}

extension EvaluationResults.Line {
    fileprivate func json(_ wording: Wording) -> JSON {
        .object([
            "question": .string(question.id),
            "text": .string(question.text.text(in: wording.language)),
            "points": question.scale.map { .integer($0.points) },
            "measured": .array(measured.map(\.json)),
        ])
    }
}

extension EvaluationResults.Measured {
    fileprivate var json: JSON {
        .object([
            "form": .string(source.step.id.rawValue), "role": .string(source.role.rawValue),
            "measurement": .string(source.measurement.rawValue),
            "answers": answers.map { answers in
                .object([
                    "count": .integer(answers.count),
                    "mean": answers.mean.map { .number(($0 * 100).rounded() / 100) },
                    "distribution": answers.distribution.isEmpty
                        ? nil : .array(answers.distribution.map { .integer($0) }),
                    "texts": answers.texts.isEmpty
                        ? nil : .array(answers.texts.map { .string($0) }),
                ])
            } ?? .null,
        ])
    }
}

/// `ombord mix`.
struct Mix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract: "Shows how a programme's learning is divided by the 70:20:10 model.",
        discussion: """
            A step belongs where its `learning` says; else courses and reading are courses, talks
            and meetings learning through others, rotations and sign-offs that record a competence
            learning on the job.
            """)

    @Argument(help: "The programme files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]
    @Option(help: "The language of what is wrong with a file: nb, nn or en.")
    var language = "en"
    @OptionGroup var format: FormatOption

    func run() async throws {
        let language = try Language.argument(language)
        let mixes = try files.map { file in
            let programme = try compiled(file, language)
            return (programme.id, LearningMix(programme))
        }
        if format.format == .json {
            return print(JSON.array(mixes.map { $1.json($0) }).prettyText)
        }
        for (id, mix) in mixes {
            print(id)
            for (index, part) in mix.parts.enumerated() {
                let time = mix.percentOfTime.map { ", \($0[index]) %" } ?? ""
                print(
                    "  \(part.form.rawValue): \(part.steps) steps, "
                        + "\(mix.percentOfSteps[index]) %; \(part.minutes) minutes said\(time)")
            }
            if mix.untimedSteps > 0 {
                print("  no length said: \(mix.untimedSteps) of \(mix.steps) steps")
            }
            print("  no learning: \(mix.otherSteps) steps")
        }
    }
}

extension LearningMix {
    fileprivate func json(_ id: ProgrammeID) -> JSON {
        .object([
            "programme": .string(id.rawValue), "steps": .integer(steps),
            "timed-steps": .integer(timedSteps),
            "untimed-steps": .integer(untimedSteps), "other-steps": .integer(otherSteps),
            "parts": .array(
                parts.indices.map { index in
                    .object([
                        "learning": .string(parts[index].form.rawValue),
                        "steps": .integer(parts[index].steps),
                        "percent-of-steps": .integer(percentOfSteps[index]),
                        "minutes": .integer(parts[index].minutes),
                        "percent-of-time":
                            percentOfTime.map { JSON.integer($0[index]) } ?? JSON.null,
                    ])
                }),
        ])
    }
}
