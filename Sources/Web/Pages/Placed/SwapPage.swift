import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// A swap of places, for the one who asked and for the one who was given the link.
struct SwapPage: Page {
    let template = "swap"
    let swap: StudentSwap
    let isFirst: Bool
    /// Where the reader is now.
    let own: OwnPlacement?
    let outlook: SwapOutlook?
    let baseURL: String
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("placed.swap.title") }

    func values(_ scope: PageScope) -> Values {
        let url = "/me/swaps/\(swap.id)"
        var values: Values = [
            "state": scope.text(
                "placed.swap.\(isFirst ? "first" : "second").\(swap.status.rawValue)",
                ["name": isFirst ? swap.second?.name ?? "" : swap.first.name]),
            "back": "\(OwnPlacementPage.path)/\(swap.round)",
        ]
        if let refusal { values["refusal"] = refusal }
        if let reason = swap.reason, !reason.isEmpty { values["reason"] = reason }
        var places: [Values] = []
        if let place = own?.place {
            places.append([
                "label": scope.text("placed.swap.yours"),
                "text": "\(place.institution), \(place.ward). "
                    + scope.wording.placementDays(place.days),
            ])
        }
        // Whoever asks sees the other's place when the other has said yes, and not before.
        let other = isFirst ? (swap.status == .asked ? nil : swap.second) : swap.first
        if let place = other?.place {
            places.append([
                "label": scope.text("placed.swap.theirs"),
                "text": "\(place.ward). \(scope.wording.placementDays(place.days))",
            ])
        }
        values["places"] = places
        if isFirst, swap.status == .asked { values["link"] = baseURL + url }
        if isFirst, swap.isOpen {
            values["withdraw"] = scope.form("\(url)/withdrawal", key: "withdraw")
        }
        if !isFirst, swap.status == .asked {
            values["answer"] = answer("\(url)/answer", scope)
        }
        return values
    }

    private func answer(_ action: String, _ scope: PageScope) -> Values {
        var form = scope.form(action, key: "answer")
        form["reasons"] = outlook.map { scope.refusals($0, over: "placed.swap.over") } ?? []
        if outlook?.difference != nil { form["may"] = true }
        return form
    }
}

extension PageScope {
    /// What speaks against a swap, each once.
    ///
    /// - Parameter over: The text for a swap of what is over.
    func refusals(_ outlook: SwapOutlook, over: String) -> [String] {
        if outlook.isOver { return [text(over)] }
        var told: [String] = []
        for sentence in outlook.refusals.map(wording.ownSwapRefusal)
        where !told.contains(sentence) {
            told.append(sentence)
        }
        return told
    }
}

extension Wording {
    /// What speaks against a swap, to a student: it names nobody.
    func ownSwapRefusal(_ refusal: PlacementSwap.Refusal) -> String {
        switch refusal {
        case .rule(let rule, _), .shared(let rule, _):
            text("page.placed.swap.rule", ["rule": placementRule(rule)])
        case .noPlace: text("page.placed.swap.no-place")
        case .samePlace: text("page.placed.swap.same-place")
        case .sameStudent, .noConsent: text("page.placed.swap.not-possible")
        }
    }
}

extension WebContext {
    func askSwap(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let swap = try await installation.askSwap(
            in: try context.identifier("round"), by: reader.id)
        return redirect(to: "/me/swaps/\(swap)")
    }

    func showSwap(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try swapPage(context), context)
    }

    func answerSwap(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try swapPage(context)
        guard let answer = form["answer"], ["yes", "no"].contains(answer) else {
            throw PageError.badForm
        }
        // Sent twice it has been answered already.
        if page.swap.status != .asked { return redirect(to: "/me/swaps/\(page.swap.id)") }
        do {
            try await installation.answerSwap(
                page.swap.id, agrees: answer == "yes", by: reader.id)
        } catch OperationError.invalid(_, let problem) {
            page.refusal = context.wording.text(
                problem == .periodOver
                    ? "page.placed.swap.over" : "page.placed.swap.not-possible")
            return try self.page(page, context, status: .conflict)
        }
        return redirect(to: "/me/swaps/\(page.swap.id)")
    }

    func withdrawSwap(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let page = try swapPage(context)
        try await installation.withdrawSwap(page.swap.id, by: reader.id)
        return redirect(to: "/me/swaps/\(page.swap.id)")
    }

    private func swapPage(_ context: PageRequest) throws -> SwapPage {
        let reader = try context.needReader()
        guard let swap = try installation.swap(try context.identifier("swap"), for: reader.id)
        else { throw PageError.notFound }
        let isFirst = swap.first.person == reader.id
        return SwapPage(
            swap: swap, isFirst: isFirst,
            own: try installation.ownPlacement(of: reader.id, in: swap.round),
            outlook: isFirst || swap.status != .asked
                ? nil : try installation.outlook(of: swap, with: reader.id),
            baseURL: installation.settings.baseURL)
    }
}
