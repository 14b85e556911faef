import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Which of a round's allocations a page shows: what stands published now, or a draft. It says so
/// on the page, also on paper, and offers the others.
struct ShownPlaces {
    /// What stands published, where the id of a draft would stand in an address.
    static let published = "published"
    /// No allocation at all, where one would be shown otherwise.
    static let none = "none"

    let round: PlacementRound
    let time: ZonedTime
    /// The finished drafts, the newest first.
    let drafts: [PlacementDraft]
    /// What is in force; nil where nothing has been published.
    let inForce: PublishedDraft?
    /// When each draft was published.
    var moments: [String: Instant] = [:]
    /// What is shown; nil where nothing is.
    var result: DraftResult?

    /// As an address names what is shown.
    var id: String? {
        result.map { $0.published == nil ? $0.draft.id : Self.published }
    }

    var isPublished: Bool { result?.published != nil }

    /// Whether what is shown is what holds: not a draft, unless nothing has changed since it was
    /// published.
    private var isInForce: Bool {
        if isPublished { return true }
        guard let inForce, let result else { return false }
        return inForce.draft.id == result.draft.id && !inForce.isChanged
    }

    /// What an address asks for in order to show the same; empty where it would be shown anyway.
    var query: String {
        if let id { return id == defaultID ? "" : "draft=\(id)" }
        return defaultID == nil ? "" : "draft=\(Self.none)"
    }

    /// What is shown where nothing is asked for; the board shows no draft then.
    var defaultID: String?

    /// The address with what it takes to show the same there.
    func address(_ path: String) -> String { query.isEmpty ? path : "\(path)?\(query)" }

    /// What is shown, by its name.
    func name(_ scope: PageScope) -> String {
        result.map { Self.name($0, scope) } ?? scope.text("placing.board.no-draft")
    }

    static func name(_ result: DraftResult, _ scope: PageScope) -> String {
        result.published == nil
            ? DraftsPage.name(result.draft, scope) : scope.text("placing.shown.published")
    }

    // MARK: - On the page

    /// The name of the field that chooses.
    static let field = "draft"

    /// What can be shown, the published first.
    func options(_ scope: PageScope) -> [FormField.Option] {
        var options: [FormField.Option] = []
        if inForce != nil {
            options.append(
                .init(id: Self.published, name: scope.text("placing.shown.published")))
        }
        return options
            + drafts.map { .init(id: $0.id, name: DraftsPage.name($0, scope)) }
    }

    /// What the page says of what it shows, and the form that chooses another.
    ///
    /// - Parameter action: Where the form goes; nil where the page has another form for it.
    func values(_ scope: PageScope, action: String? = nil) -> Values {
        var values: Values = [:]
        if let note = note(scope) {
            values["note"] = note
            if !isInForce { values["is-proposal"] = true }
            if !isPublished, inForce != nil {
                values["in-force"] = [
                    "url": "\(round.path)/published",
                    "name": scope.text("placing.shown.see"),
                ] as Values
            }
        }
        let options = options(scope)
        if let action, options.count > 1 {
            var choose = select(scope, options)
            choose["action"] = action
            values["choose"] = choose
        }
        return values
    }

    /// The select element by itself, for a form that asks for more.
    func select(_ scope: PageScope) -> Values? {
        let options = options(scope)
        return options.count > 1 ? select(scope, options) : nil
    }

    private func select(_ scope: PageScope, _ options: [FormField.Option]) -> Values {
        [
            "field": Self.field,
            "options": options.map { option -> Values in
                ["id": option.id, "title": option.name, "is-chosen": option.id == id]
            },
        ]
    }

    /// Whether what is shown is in force, since when, and what has changed since.
    func note(_ scope: PageScope) -> String? {
        guard let result else { return nil }
        let name = DraftsPage.name(result.draft, scope)
        if let published = result.published {
            var sentences = [
                scope.text(
                    "placing.shown.in-force",
                    ["draft": name, "moment": moment(published.publishedAt, scope)])
            ]
            if published.isChanged { sentences.append(Self.changes(published, scope)) }
            if published.withdrawals > 0 {
                sentences.append(scope.text("placing.shown.not-counted"))
            }
            if published.isUnderWay { sentences.append(scope.text("placing.shown.under-way")) }
            return sentences.joined(separator: " ")
        }
        guard let inForce else { return scope.text("placing.shown.none-yet", ["draft": name]) }
        guard let moment = moments[result.draft.id] else {
            return scope.text("placing.shown.not-in-force", ["draft": name])
        }
        let values = ["draft": name, "moment": self.moment(moment, scope)]
        if inForce.draft.id != result.draft.id {
            return scope.text("placing.shown.no-longer", values)
        }
        if !inForce.isChanged { return scope.text("placing.shown.in-force", values) }
        return [
            scope.text("placing.shown.was-published", values), Self.changes(inForce, scope),
            scope.text("placing.shown.as-made"),
        ].joined(separator: " ")
    }

    /// What a list of drafts says of one.
    func standing(_ draft: PlacementDraft, _ scope: PageScope) -> String {
        guard let moment = moments[draft.id] else {
            return scope.text("placing.shown.cell-never")
        }
        let values = ["moment": self.moment(moment, scope)]
        guard let inForce, inForce.draft.id == draft.id else {
            return scope.text("placing.shown.cell-before", values)
        }
        let text = scope.text("placing.shown.cell-now", values)
        return inForce.isChanged ? "\(text) \(Self.changes(inForce, scope))" : text
    }

    /// "Changed since: 1 swap, 2 have withdrawn."
    static func changes(_ published: PublishedDraft, _ scope: PageScope) -> String {
        var parts: [String] = []
        if published.swaps > 0 {
            parts.append(scope.count("placing.shown.swaps", published.swaps))
        }
        if published.withdrawals > 0 {
            parts.append(scope.count("placing.shown.withdrawals", published.withdrawals))
        }
        return scope.text(
            "placing.shown.changed", ["changes": parts.joined(separator: ", ")])
    }

    private func moment(_ instant: Instant, _ scope: PageScope) -> String {
        scope.wording.moment(time.civil(instant))
    }
}

extension WebContext {
    /// What a page shows: what is asked for, or else what stands published, or else the newest
    /// draft.
    ///
    /// - Parameter needsDraft: Whether the newest draft is shown where nothing is asked for and
    ///   nothing is published.
    func shownPlaces(
        of round: PlacementRound, _ request: Request, needsDraft: Bool = true
    ) throws -> ShownPlaces {
        var shown = try shownPlaces(of: round)
        if shown.inForce != nil {
            shown.defaultID = ShownPlaces.published
        } else if needsDraft {
            shown.defaultID = shown.drafts.first?.id
        }
        let asked = request.asked("draft")
        if asked == ShownPlaces.none { return shown }
        let known = asked.flatMap { id in shown.options().contains(id) ? id : nil }
        shown.result = try (known ?? shown.defaultID).flatMap { try result($0, shown) }
        return shown
    }

    /// What there is to show, and nothing of it shown yet.
    func shownPlaces(of round: PlacementRound) throws -> ShownPlaces {
        ShownPlaces(
            round: round, time: installation.time,
            drafts: try installation.placementDrafts(of: round).filter { $0.status == .done },
            inForce: try installation.publishedDraft(of: round),
            moments: try installation.publishingMoments(of: round))
    }

    /// An allocation as an address names it; nil where there is none of that name.
    func result(_ id: String, _ shown: ShownPlaces) throws -> DraftResult? {
        if id == ShownPlaces.published {
            return try installation.standingPlaces(of: shown.round)
        }
        return try shown.drafts.first { $0.id == id }.flatMap {
            try installation.draftResult($0)
        }
    }
}

extension ShownPlaces {
    /// The names by which an address can ask for something.
    fileprivate func options() -> Set<String> {
        Set(drafts.map(\.id)).union(inForce == nil ? [] : [Self.published])
    }
}
