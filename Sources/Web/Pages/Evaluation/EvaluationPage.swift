import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Wording

/// What a programme version's evaluations say in a unit, at each level: baseline and later side by
/// side, as pictures and tables. What fewer than five people answered is shown nowhere.
struct EvaluationPage: Page {
    /// How many answers in words stand on the page; the file has them all.
    static let textsShown = 50

    static func path(_ programme: ProgrammeID) -> String {
        "\(EvaluationsPage.path)/\(programme)"
    }

    let template = "evaluation"
    let results: EvaluationResults
    let programme: Programme
    let versions: [Int]
    let units: [ChargedUnit]

    func title(_ scope: PageScope) -> String {
        scope.text("evaluations.of", ["programme": results.title.text(in: scope.language)])
    }

    func values(_ scope: PageScope) -> Values {
        let path = Self.path(results.programme)
        let query = "unit=\(results.unit.percentEncoded)&version=\(results.version)"
        var values: Values = [
            "form": ["action": path, "fields": fields(scope)] as Values,
            "csv": "\(path)/results.csv?\(query)", "programme": "/programmes/\(results.programme)",
            "levels": results.levels.map { level, lines -> Values in
                [
                    "id": level.rawValue,
                    "title": scope.wording.evaluationLevel(level).beginningUpper,
                    "about": scope.text("evaluations.level-about.\(level.rawValue)"),
                    "lines": lines.map { line($0, scope) },
                ]
            },
        ]
        if results.levels.isEmpty { values["no-forms"] = true }
        return values
    }

    private func fields(_ scope: PageScope) -> [Values] {
        [
            FormField(
                name: "unit", label: scope.text("evaluations.unit"),
                input: .choice(units.map(\.option)), value: results.unit),
            FormField(
                name: "version", label: scope.text("evaluations.version"),
                input: .choice(versions.map { .init(id: "\($0)", name: "\($0)") }),
                value: "\(results.version)"),
        ].map { $0.values(nil, fault: nil) }
    }

    // MARK: - Questions

    private func line(_ line: EvaluationResults.Line, _ scope: PageScope) -> Values {
        let text = line.question.text.text(in: scope.language)
        var values: Values = [
            "id": "\(line.question.evaluates?.rawValue ?? "")-\(line.question.id)",
            "question": text,
        ]
        guard line.measured.contains(where: { $0.answers != nil }) else {
            values["nothing"] = true
            return values
        }
        let names = SourceNames(line: line, programme: programme, scope: scope)
        if let scale = line.question.scale {
            values["scale"] = scope.text(
                "evaluations.scale",
                [
                    "low": scale.low.text(in: scope.language), "points": "\(scale.points)",
                    "high": scale.high.text(in: scope.language),
                ])
            values["chart"] = EvaluationChart(line: line, scale: scale, scope: scope).values
            values["table"] = table(line, scale, names, scope)
        } else {
            values["worded"] = line.measured.enumerated().map { index, measured -> Values in
                var values: Values = ["name": names.full[index]]
                guard let answers = measured.answers else { return values }
                values["count"] = scope.count("evaluations.text-count", answers.count)
                values["texts"] = answers.texts.prefix(Self.textsShown).map {
                    ["paragraphs": $0.paragraphs] as Values
                }
                if answers.count > Self.textsShown {
                    values["more"] = scope.count(
                        "evaluations.texts-more", answers.count - Self.textsShown)
                }
                return values
            }
        }
        return values
    }

    private func table(
        _ line: EvaluationResults.Line, _ scale: AnswerScale, _ names: SourceNames,
        _ scope: PageScope
    ) -> Values {
        let hidden: Values = ["number": scope.text("evaluations.hidden"), "look": "hidden"]
        return [
            "caption": scope.text(
                "evaluations.table", ["question": line.question.text.text(in: scope.language)]),
            "points": (1...scale.points).map { "\($0)" },
            "rows": line.measured.enumerated().map { index, measured -> Values in
                var cells = Array(repeating: hidden, count: scale.points + 2)
                if let answers = measured.answers {
                    cells =
                        [
                            ["number": "\(answers.count)"],
                            ["number": answers.mean.map { scope.wording.mean($0) } ?? ""],
                        ] + answers.distribution.map { ["number": "\($0)"] }
                }
                return ["heading": names.full[index], "cells": cells]
            },
        ]
    }
}

/// What the measurements of a question are called, each with its number.
struct SourceNames {
    let full: [String]

    init(line: EvaluationResults.Line, programme: Programme, scope: PageScope) {
        full = line.measured.enumerated().map { index, measured in
            let source = measured.source
            var notes = [scope.wording.measurement(source.measurement)]
            if source.step.signers.roles.count > 1 {
                notes.append(scope.wording.role(source.role, in: programme))
            }
            let title = scope.wording.title(source.step)
            return "\(index + 1). \(title) (\(notes.joined(separator: ", ")))"
        }
    }
}

/// The answers to a question as groups of bars, one group for each measurement. The same numbers
/// stand in the table.
struct EvaluationChart {
    let line: EvaluationResults.Line
    let scale: AnswerScale
    let scope: PageScope

    private static let height = 96
    private static let barWidth = 26

    var values: Values {
        // A group is as wide as its name needs at the least.
        let group = max(scale.points * Self.barWidth, 140)
        var bars: [Values] = []
        var numbers: [Values] = []
        var labels: [Values] = []
        for (index, measured) in line.measured.enumerated() {
            let left = 8 + index * (group + 20)
            let name = scope.wording.measurement(measured.source.measurement)
            labels.append(["x": "\(left + group / 2)", "text": "\(index + 1). \(name)"])
            guard let answers = measured.answers else {
                bars.append([
                    "x": "\(left)", "y": "64", "height": "40", "width": "\(group)",
                    "look": "hidden",
                ])
                numbers.append([
                    "x": "\(left + group / 2)", "y": "88", "text": scope.text("evaluations.hidden"),
                ])
                continue
            }
            let first = left + (group - scale.points * Self.barWidth) / 2
            for (point, number) in answers.distribution.enumerated() {
                let x = first + point * Self.barWidth
                let height = number * Self.height / max(1, highestShare(answers))
                numbers.append([
                    "x": "\(x + Self.barWidth / 2)", "y": "120", "text": "\(point + 1)",
                ])
                if number == 0 { continue }
                bars.append([
                    "x": "\(x + 2)", "y": "\(104 - max(2, height))", "height": "\(max(2, height))",
                    "width": "\(Self.barWidth - 4)",
                    "look": measured.source.measurement.rawValue,
                ])
            }
        }
        let question = line.question.text.text(in: scope.language)
        return [
            "id": "\(line.question.evaluates?.rawValue ?? "")-\(line.question.id)",
            "width": "\(line.measured.count * (group + 20) - 4)", "bars": bars,
            "numbers": numbers, "labels": labels,
            "title": scope.text("evaluations.picture", ["question": question]),
            "text": scope.text("evaluations.picture-text"),
        ]
    }

    /// So many answers that their bar is as high as there is room: the largest share of all
    /// measurements, as answers of this one.
    private func highestShare(_ answers: EvaluationResults.Answers) -> Int {
        let highest = line.measured.compactMap(\.answers).map {
            Double($0.distribution.max() ?? 0) / Double($0.count)
        }.max() ?? 1
        return Int((highest * Double(answers.count)).rounded(.up))
    }
}

extension WebContext {
    func showEvaluation(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(evaluation(request, context), context)
    }

    /// The numbers of the page, with the same left out, for a spreadsheet.
    func downloadEvaluation(_ request: Request, _ context: PageRequest) throws -> Response {
        let shown = try evaluation(request, context)
        let scope = scope(context)
        let name = "\(shown.results.programme)-\(shown.results.version)-\(shown.results.unit)"
        return spreadsheet(shown.rows(scope), file: name.percentEncoded)
    }

    private func evaluation(
        _ request: Request, _ context: PageRequest
    ) throws -> EvaluationPage {
        _ = try context.needReader()
        let id = ProgrammeID(try context.identifier("programme"))
        guard let found = try installation.evaluatedProgrammes().first(where: {
            $0.programme.id == id
        }) else { throw PageError.notFound }
        let units = try evaluationUnits(found.programme.kind, context)
        let parameters = request.uri.queryParameters
        guard let unit = parameters["unit"].map(String.init) ?? units.first?.id,
            units.contains(where: { $0.id == unit })
        else { throw PageError.notFound }
        let asked = parameters["version"].map { Int(String($0)) ?? 0 } ?? found.versions[0]
        guard found.versions.contains(asked) else { throw PageError.notFound }
        return EvaluationPage(
            results: try installation.evaluation(of: id, version: asked, unit: unit),
            programme: try installation.version(of: id, number: asked).programme,
            versions: found.versions, units: units)
    }
}

extension EvaluationPage {
    /// The lines of the file: one for each number of a scale, and one for each answer in words.
    func rows(_ scope: PageScope) -> [[String]] {
        let headings = [
            "evaluations.level", "evaluations.question", "evaluations.form", "evaluations.answers",
            "evaluations.mean", "evaluations.value", "evaluations.number",
        ]
        var rows = [headings.map { scope.text($0) }]
        let hidden = scope.text("evaluations.hidden")
        for (level, lines) in results.levels {
            for line in lines {
                let names = SourceNames(line: line, programme: programme, scope: scope)
                for (index, measured) in line.measured.enumerated() {
                    let place = [
                        scope.wording.evaluationLevel(level),
                        line.question.text.text(in: scope.language), names.full[index],
                    ]
                    guard let answers = measured.answers else {
                        rows.append(place + [hidden, hidden, "", ""])
                        continue
                    }
                    let sums = [
                        "\(answers.count)", answers.mean.map { scope.wording.mean($0) } ?? "",
                    ]
                    for (point, number) in answers.distribution.enumerated() {
                        rows.append(place + sums + ["\(point + 1)", "\(number)"])
                    }
                    for text in answers.texts { rows.append(place + sums + [text, ""]) }
                }
            }
        }
        return rows
    }
}
