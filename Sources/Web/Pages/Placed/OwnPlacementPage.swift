import CivilCalendar
import Engine
import Hummingbird
import Operations
import Placements
import Wording

/// A student's own placement: where, when and with whom, and why there.
struct OwnPlacementPage: Page {
    static let path = "/me/placements"

    let template = "ownplacement"
    let own: OwnPlacement
    /// The student's parts in other rounds.
    let others: [OwnPlacement]
    let explanation: PlacementExplanation?
    let swap: StudentSwap?
    let reader: PersonID
    let saved: String?

    func title(_ scope: PageScope) -> String { scope.text("placed.own.title") }

    func values(_ scope: PageScope) -> Values {
        let url = "\(Self.path)/\(own.round)"
        var values: Values = [
            "round": own.roundName,
            "about": scope.text(
                "placed.own.about",
                ["profession": scope.placementProfession(own.profession), "year": "\(own.year)"]),
        ]
        if let saved { values["saved"] = scope.text("placed.saved.\(saved)") }
        if let place = own.place {
            values["place"] = self.place(place, scope)
        } else {
            values["no-place"] = noPlace(own, scope)
        }
        if let explanation {
            // The first sentence says where, which stands above already.
            let lines = scope.wording.placement(explanation, toStudent: true)
            values["why"] = ["lines": Array(lines.dropFirst())]
        }
        if !own.wishes.isEmpty { values["wishes"] = ["list": own.wishes] }
        if let wishing = own.wishing, own.takesWishes(on: scope.today) {
            values["wishing"] = [
                "url": "\(url)/wishes",
                "until": scope.text(
                    "placed.own.wish-until", ["day": scope.wording.day(wishing.until)]),
            ]
        }
        if own.isPublished, own.place != nil {
            if let swap {
                values["swap"] = "/me/swaps/\(swap.id)"
            } else if !own.isOver(on: scope.today) {
                values["ask"] = scope.form("\(url)/swap", key: "swap")
            }
        }
        if !others.isEmpty {
            values["others"] = [
                "list": others.map { other -> Values in
                    [
                        "url": "\(Self.path)/\(other.round)", "name": other.roundName,
                        "state": state(other, scope),
                    ]
                }
            ]
        }
        return values
    }

    /// What a round comes to for the student, in a line.
    private func state(_ own: OwnPlacement, _ scope: PageScope) -> String {
        if let place = own.place {
            return "\(place.institution), \(place.ward). "
                + scope.wording.placementDays(place.days)
        }
        var sentences = [noPlace(own, scope)]
        if let wishing = own.wishing, own.takesWishes(on: scope.today) {
            sentences.append(
                scope.text("placed.own.wish-until", ["day": scope.wording.day(wishing.until)]))
        }
        return sentences.joined(separator: " ")
    }

    private func noPlace(_ own: OwnPlacement, _ scope: PageScope) -> String {
        scope.text(
            own.hasWithdrawn
                ? "placed.own.withdrawn"
                : own.isPublished ? "placed.own.none" : "placed.own.waits")
    }

    private func place(_ place: OwnPlacement.Place, _ scope: PageScope) -> Values {
        var values: Values = [
            "ward": "\(place.institution), \(place.ward)",
            "days": scope.wording.placementDays(place.days),
        ]
        if let supervisor = place.supervisor { values["supervisor"] = supervisor }
        if let enrolment = place.enrolment { values["plan"] = "/enrolments/\(enrolment)" }
        return values
    }
}

extension PageScope {
    /// A profession by the name that the languages have for it; as it is written where they have
    /// none.
    func placementProfession(_ profession: String) -> String {
        wording.placementProfession(profession)
    }
}

/// The form in which a student writes wishes, in their order.
struct WishesPage: Page {
    let template = "wishes"
    let own: OwnPlacement
    let options: [WishOption]
    var kept: [String]?
    /// Which wish names nothing, or what is wished for already, from 1.
    var fault: (number: Int, key: String)?
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("placed.wishes.title") }

    func values(_ scope: PageScope) -> Values {
        let written = kept ?? own.wishes
        var form = scope.form("\(OwnPlacementPage.path)/\(own.round)/wishes", key: "wishes")
        form["fields"] = (1...(own.wishing?.most ?? 1)).map { number -> Values in
            var field: Values = [
                "name": "wish-\(number)",
                "label": scope.text("placed.wishes.number", ["number": "\(number)"]),
                "value": written.indices.contains(number - 1) ? written[number - 1] : "",
            ]
            if let fault, fault.number == number {
                field["fault"] = scope.text(fault.key)
            }
            return field
        }
        var values: Values = [
            "round": own.roundName, "back": "\(OwnPlacementPage.path)/\(own.round)", "form": form,
            "options": options.map(\.name),
        ]
        if let wishing = own.wishing {
            values["until"] = scope.text(
                "placed.own.wish-until", ["day": scope.wording.day(wishing.until)])
        }
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        return values
    }
}

extension WebContext {
    func showOwnPlacements(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        guard let next = try installation.ownPlacements(of: reader.id).first else {
            // Whoever is in practice without a round of it has the plan for that.
            let plan = try installation.ownEnrolments(of: reader.id).first {
                $0.programme.kind == .studentPlacement
            }
            guard let plan else { throw PageError.notFound }
            return redirect(to: "/enrolments/\(plan.id)")
        }
        return try page(try ownPage(next.round, request, context), context)
    }

    func showOwnPlacement(_ request: Request, _ context: PageRequest) throws -> Response {
        try page(try ownPage(try context.identifier("round"), request, context), context)
    }

    private func ownPage(
        _ round: String, _ request: Request, _ context: PageRequest
    ) throws -> OwnPlacementPage {
        let reader = try context.needReader()
        let all = try installation.ownPlacements(of: reader.id)
        guard let own = all.first(where: { $0.round == round }) else { throw PageError.notFound }
        let saved = request.uri.queryParameters["saved"].map(String.init)
        return OwnPlacementPage(
            own: own, others: all.filter { $0.round != round },
            explanation: try installation.explanation(of: own),
            swap: try installation.openSwap(of: reader.id, in: round), reader: reader.id,
            saved: saved.flatMap { ["wishes", "withdrawn"].contains($0) ? $0 : nil })
    }

    func showWishes(_ context: PageRequest) throws -> Response {
        try page(try wishesPage(context), context)
    }

    func writeWishes(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try wishesPage(context)
        let names = (1...Installation.mostWishes).compactMap { form["wish-\($0)"] }
        let known = Set(page.options.map(\.name))
        page.kept = names
        if let wrong = names.firstIndex(where: { !known.contains($0) }) {
            page.fault = (wrong + 1, "placed.wishes.unknown")
        } else if let again = names.indices.first(where: { names[..<$0].contains(names[$0]) }) {
            page.fault = (again + 1, "placed.wishes.again")
        }
        if page.fault != nil {
            return try self.page(page, context, status: .unprocessableContent)
        }
        do {
            try await installation.wish(
                names, in: page.own.round, by: reader.id, key: try key(form, reader.id))
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page.refusal = context.wording.text("page.placed.wishes.refused")
            return try self.page(page, context, status: error.pageStatus)
        }
        return redirect(to: "\(OwnPlacementPage.path)/\(page.own.round)?saved=wishes")
    }

    /// - Throws: `PageError.notFound` where the reader has no wishes to write there.
    private func wishesPage(_ context: PageRequest) throws -> WishesPage {
        let reader = try context.needReader()
        let round = try context.identifier("round")
        guard let own = try installation.ownPlacement(of: reader.id, in: round),
            own.takesWishes(on: installation.nowCivil.day)
        else { throw PageError.notFound }
        return WishesPage(own: own, options: try installation.wishOptions(in: round))
    }
}
