import Operations
import Placements
import Wording

/// What stands against publishing a draft in its round as it is now, and what to do about it.
struct DraftStanding {
    let round: PlacementRound
    let draft: PlacementDraft
    let review: DraftReview
    /// Of the page that is shown.
    let broken: [BrokenRule]

    /// The field by which a better draft is said to be known.
    static let field = "worse"

    /// The better draft that a form confirms.
    static func confirmed(_ form: Form) -> String? {
        form.fields.keys.first { $0.hasPrefix("\(field).") }
            .map { String($0.dropFirst(field.count + 1)) }
    }

    func values(_ scope: PageScope) -> Values {
        var notes: [String] = []
        if !review.isOfToday {
            notes.append(scope.text("placed.publish.older"))
            if review.broken.isEmpty { notes.append(scope.text("placed.publish.keeps")) }
        }
        if review.withdrawn > 0 {
            notes.append(scope.count("placed.publish.gone", review.withdrawn))
        }
        if review.added > 0 { notes.append(scope.count("placed.publish.come", review.added)) }
        var values: Values = [:]
        if !notes.isEmpty { values["noted"] = ["notes": notes] as Values }
        if !review.broken.isEmpty { values["broken"] = brokenValues(scope) }
        if let better = review.better { values["worse"] = self.values(better, scope) }
        return values
    }

    private func brokenValues(_ scope: PageScope) -> Values {
        var form = scope.form("\(round.path)/drafts", key: "repair")
        let fields = [
            ("method", AllocationMethod.optimal.rawValue), ("profile", draft.profile.rawValue),
            ("time-limit", "120"), ("base", draft.id),
        ]
        form["fields"] = fields.map { name, value in
            FormField(name: name, label: "", input: .hidden, value: value)
                .values(nil, fault: nil)
        }
        return [
            "text": scope.count("placed.publish.broken", review.broken.count),
            "rules": broken.map { $0.sentence(scope.wording) },
            "what-to-do": scope.text(
                round.publishedDraft == nil
                    ? "placed.publish.repair-text" : "placed.publish.repair-published"),
            "form": form, "drafts": "\(round.path)/drafts",
        ]
    }

    private func values(_ better: DraftReview.Better, _ scope: PageScope) -> Values {
        let number = ["number": "\(better.draft.number)"]
        return [
            "heading": scope.text("placed.publish.worse", number),
            "grid": Grid(
                caption: scope.text("placing.compare.levels"),
                heads: [
                    scope.text("placing.compare.level"), DraftsPage.name(draft, scope),
                    DraftsPage.name(better.draft, scope),
                ],
                rows: better.levels.map { level in
                    Grid.Row(
                        scope.text(
                            "placing.level.\(level.level.rawValue.replacing("_", with: "-"))"),
                        ["\(level.own)", "\(level.best)"])
                }
            ).values,
            // The grid has links of its own, by other names.
            "better-url": "\(round.path)/drafts/\(better.draft.id)",
            "better-text": scope.text("placed.publish.worse-better", number),
        ]
    }

    /// Asks whether the better draft is known; nil where there is none.
    func confirmation(_ scope: PageScope) -> FormField? {
        review.better.map { better in
            FormField(
                name: Self.field,
                label: scope.text(
                    "placed.publish.worse-confirm", ["number": "\(better.draft.number)"]),
                input: .choices([
                    FormField.Option(
                        id: better.draft.id,
                        name: scope.text("placed.publish.worse-confirm-option"))
                ]))
        }
    }
}
