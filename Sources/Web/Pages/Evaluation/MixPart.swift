import Engine
import Wording

/// The 70:20:10 mix of a programme as a picture and a table.
struct MixPart {
    let mix: LearningMix

    private static let width = 500

    /// Nil where the programme has no learning.
    func values(_ scope: PageScope) -> Values? {
        if mix.steps == 0 { return nil }
        let (shares, times) = (mix.percentOfSteps, mix.percentOfTime)
        func name(_ part: LearningMix.Part) -> String {
            scope.wording.learning(part.form).beginningUpper
        }
        var left = 0
        var bars: [Values] = []
        for (part, share) in zip(mix.parts, shares) where share > 0 {
            let width = share * Self.width / 100
            bars.append(["x": "\(left)", "width": "\(width)", "look": part.form.rawValue])
            left += width
        }
        let told = zip(mix.parts, shares).map { part, share in
            scope.text("mix.part", ["form": name(part), "percent": "\(share)"])
        }
        var values: Values = [
            "bars": bars,
            "text": scope.text("mix.picture-text", ["parts": told.joined(separator: ", ")]),
            "rows": mix.parts.indices.map { index -> Values in
                let part = mix.parts[index]
                return [
                    "name": name(part), "look": part.form.rawValue, "steps": "\(part.steps)",
                    "share": "\(shares[index])",
                    "time": part.minutes == 0
                        ? scope.text("mix.none") : scope.wording.length(part.minutes),
                    "time-share": times.map { "\($0[index]) %" } ?? scope.text("mix.none"),
                ]
            },
        ]
        if mix.timedSteps > 0 { values["timed"] = true }
        if mix.untimedSteps > 0 {
            values["untimed"] = scope.text(
                times == nil ? "mix.untimed" : "mix.partly-timed",
                ["untimed": "\(mix.untimedSteps)", "steps": "\(mix.steps)"])
        }
        if mix.otherSteps > 0 { values["others"] = scope.count("mix.others", mix.otherSteps) }
        return values
    }
}
