import Engine
import Operations
import Wording

/// What an act on many would bring about for some of them, as a page shows it.
struct BulkLines {
    let lines: [BulkLine]
    /// The version that is followed afterwards, where it is another.
    var next: Programme?
    let names: PersonNames
    /// Whether more follows by itself on a later day.
    var goesOnLater = false

    func values(_ scope: PageScope) -> [Values] {
        lines.map { line in
            var values: Values = ["name": names.name(line.participant)]
            switch line.outcome {
            case .unchanged: values["unchanged"] = true
            case .refused(let error):
                values["because"] = error.sentence(
                    in: scope.wording, to: next, leaving: line.plan)
            case .changes(let consequences):
                let blocks = ConsequenceBlocks(
                    consequences: consequences, plan: line.plan, next: next, names: names,
                    wording: scope.wording, goesOnLater: goesOnLater
                ).values
                values.merge(blocks) { first, _ in first }
                values["kept"] = nil
            }
            return values
        }
    }

    /// "12 endres", "3 kan ikke endres" and "2 er som de skal".
    ///
    /// - Parameter key: What those are called to whom it happens.
    static func counts(
        _ key: String = "migration.changed", changed: Int, refused: Int, unchanged: Int,
        _ scope: PageScope
    ) -> [String] {
        var counts = [scope.count(key, changed)]
        if refused > 0 { counts.append(scope.count("migration.refused", refused)) }
        if unchanged > 0 { counts.append(scope.count("migration.as-they-should", unchanged)) }
        return counts
    }
}

extension OperationError {
    /// Why somebody cannot be changed, with the titles of the version left where they move.
    func sentence(in wording: Wording, to next: Programme?, leaving plan: Programme) -> String {
        if case .refused(let refusal, _) = self {
            return wording.refusal(refusal, in: next ?? plan, leaving: plan)
        }
        return sentence(in: wording.language, programme: plan)
    }
}
