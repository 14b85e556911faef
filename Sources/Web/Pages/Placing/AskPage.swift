import CivilCalendar
import Engine
import Operations
import Placements
import Wording

/// What a placement coordinator asks of somebody outside, and the form that answers: one ward or
/// school at a time, so that it fits a phone. It needs no account.
struct AskPage: Page {
    let template = "ask"
    /// The address of the page: a signed link, or the reader's own page.
    let address: String
    /// Whether the form carries a session's token; a signed link is the authority itself.
    let hasSession: Bool
    let asked: [AskedRound]
    let time: ZonedTime
    /// Which of the questions and places is shown; the first that is open where nil.
    var chosen: Chosen?
    var saved: String?
    var kept: Form?
    var faults: [FieldFault] = []
    var refusal: String?
    /// Of the chosen ward.
    var capacity: CapacityReport?

    /// A place of one of the questions.
    struct Chosen: Hashable {
        let question: Int
        let place: String
    }

    func title(_ scope: PageScope) -> String {
        scope.text(asked.first?.ask.kind == .needs ? "ask.title-needs" : "ask.title-offers")
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["rounds": asked.indices.map { round($0, scope) }]
        if let saved { values["saved"] = scope.text("ask.saved", ["name": saved]) }
        if !faults.isEmpty { values["faulty"] = true }
        if let refusal { values["refusal"] = refusal }
        if asked.allSatisfy(\.isAnswered) {
            let canChange = asked.contains { $0.isOpen(on: scope.today) }
            values["all-done"] = scope.text(canChange ? "ask.all-done" : "ask.all-done-closed")
        }
        return values
    }

    private func round(_ index: Int, _ scope: PageScope) -> Values {
        let asked = asked[index]
        let round = asked.contents.round
        let deadline = asked.due ?? round.deadline(asked.ask.kind, today: scope.today)
        var values: Values = [
            "name": round.name, "id": "round-\(index)",
            "text": scope.text(
                "ask.lead-\(lead(asked, scope))",
                ["unit": asked.unitName, "day": scope.wording.day(deadline)]),
            "places": places(asked).map { place -> Values in
                let waits = round.takesAnswers(asked.ask.kind, on: scope.today)
                var line: Values = [
                    "name": place.name,
                    "url": "\(address)?question=\(index + 1)&place=\(place.id.percentEncoded)",
                    "state": place.answeredAt.map {
                        scope.text("ask.answered", ["day": scope.wording.day($0)])
                    } ?? scope.text(waits ? "ask.open" : "ask.not-answered"),
                    "look": place.answeredAt != nil ? "done" : waits ? "open" : "skipped",
                    "sign": place.answeredAt != nil ? "✓" : waits ? "▸" : "–",
                ]
                if chosen == Chosen(question: index, place: place.id) { line["is-current"] = true }
                return line
            },
        ]
        if let name = asked.coordinator {
            values["who"] = scope.text("ask.coordinator", ["name": name])
        }
        if let chosen, chosen.question == index { values["form"] = form(asked, chosen, scope) }
        return values
    }

    /// Which sentence asks, or says why nothing is asked any more.
    private func lead(_ asked: AskedRound, _ scope: PageScope) -> String {
        if asked.isOpen(on: scope.today) { return asked.ask.kind.rawValue }
        return asked.contents.round.status == .published ? "published" : "over"
    }

    /// A ward or a school, with the day of its answer.
    private func places(
        _ asked: AskedRound
    ) -> [(id: String, name: String, answeredAt: CivilDay?)] {
        switch asked.ask.kind {
        case .needs: asked.contents.schools.map { ($0.id, $0.name, day($0.answeredAt)) }
        case .offers:
            asked.contents.wards.map { ward in
                let house = asked.contents.institutions.first { $0.id == ward.institution }?.name
                let name = house.map { $0 == ward.name ? $0 : "\($0), \(ward.name)" } ?? ward.name
                return (ward.id, name, day(ward.answeredAt))
            }
        }
    }

    private func day(_ instant: Instant?) -> CivilDay? { instant.map { time.civil($0).day } }

    // MARK: - The form

    private func form(_ asked: AskedRound, _ chosen: Chosen, _ scope: PageScope) -> Values {
        let fields = AskFields(asked: asked, place: chosen.place, capacity: capacity, scope: scope)
        var form: Values = [
            "action": "\(address)?question=\(chosen.question + 1)"
                + "&place=\(chosen.place.percentEncoded)",
            "key": "\(scope.pageKey).ask",
            "heading": places(asked).first { $0.id == chosen.place }?.name ?? chosen.place,
            "periods": fields.periods.map { period -> Values in
                [
                    "name": period.heading,
                    "fields": period.fields.map { field in
                        field.values(kept, fault: fault(field.name), form: "ask")
                    }, "fixed": period.fixed,
                ]
            },
        ]
        if hasSession { form["csrf"] = scope.formToken }
        if !fields.hasOpen {
            form["closed"] = asked.closed(scope.wording)
        } else if asked.ask.kind == .offers {
            if capacity?.cells.contains(where: { $0.alone > $0.computed }) == true {
                form["shared"] = scope.text("ask.shared")
            }
            form["fields"] = fields.obstacles.map {
                $0.values(kept, fault: fault($0.name), form: "ask")
            }
        }
        return form
    }

    private func fault(_ field: String) -> String? {
        faults.first { $0.field == field }?.sentence
    }
}

/// The fields of one ward or school: a number for each profession and study year in each period.
struct AskFields {
    let asked: AskedRound
    let place: String
    let capacity: CapacityReport?
    let scope: PageScope

    /// The fields of one period, and what can no longer be changed in it.
    struct Period {
        var heading: String
        var fields: [FormField]
        var fixed: [String]
    }

    /// The professions and years that are asked about.
    var rows: [(profession: String, year: Int)] {
        let contents = asked.contents
        var professions: Set<String> = []
        var years: Set<Int> = [1, 2, 3]
        switch asked.ask.kind {
        case .needs:
            for need in contents.needs where need.school == place {
                professions.insert(need.profession)
                years.insert(need.year)
            }
        case .offers:
            for offer in contents.offers where offer.ward == place {
                professions.insert(offer.profession)
                years.insert(offer.year)
            }
            for supervisor in contents.supervisors where supervisor.ward == place {
                professions.insert(supervisor.profession)
            }
        }
        if professions.isEmpty { professions = Set(asked.professions) }
        return professions.sorted().flatMap { profession in
            years.sorted().map { (profession, $0) }
        }
    }

    var periods: [Period] {
        asked.contents.periods.map { period in
            var result = Period(heading: heading(period), fields: [], fixed: [])
            for row in rows {
                let cell = WardAnswer.Cell(
                    profession: row.profession, year: row.year, period: period.id)
                let label = scope.text(
                    "ask.row",
                    [
                        "profession": scope.placementProfession(row.profession)
                            .beginningUpper, "year": "\(row.year)",
                    ])
                let known = known(cell)
                if isOpen(period) {
                    var field = FormField(
                        name: cell.field, label: label, input: .number,
                        value: known.map { "\($0)" } ?? "0")
                    field.hint = hint(cell)
                    result.fields.append(field)
                } else {
                    result.fixed.append(
                        scope.text(
                            asked.contents.round.status == .published
                                ? "ask.fixed-published" : "ask.fixed",
                            ["row": label, "count": "\(known ?? 0)"]))
                }
            }
            return result
        }
    }

    var hasOpen: Bool { asked.contents.periods.contains { isOpen($0) } }

    /// What keeps the ward from more, in the categories of the source.
    var obstacles: [FormField] {
        let ward = asked.contents.wards.first { $0.id == place }
        let none = FormField.Option(id: "", name: scope.text("ask.obstacle.none"))
        var text = FormField(
            name: "obstacle-text", label: scope.text("ask.obstacle-text"), input: .paragraph,
            value: ward?.obstacleText ?? "")
        text.isRequired = false
        return [
            FormField(
                name: "obstacle", label: scope.text("ask.obstacle.label"),
                input: .choice(
                    [none]
                        + PlacementObstacle.allCases.map {
                            .init(
                                id: $0.rawValue,
                                name: scope.text("ask.obstacle.\($0.rawValue)"))
                        }), value: ward?.obstacle?.rawValue ?? ""),
            text,
        ]
    }

    private func isOpen(_ period: RoundPeriod) -> Bool {
        switch asked.ask.kind {
        case .needs:
            asked.contents.schools.first { $0.id == place }
                .map { asked.isOpen($0, on: scope.today) } ?? false
        case .offers:
            asked.contents.wards.first { $0.id == place }
                .map { asked.isOpen($0, period, on: scope.today) } ?? false
        }
    }

    private func heading(_ period: RoundPeriod) -> String {
        guard let days = period.days else { return period.id }
        return scope.text(
            "ask.period",
            [
                "period": period.id, "from": scope.shortDay(days.lowerBound),
                "to": scope.shortDay(days.upperBound),
            ])
    }

    private func known(_ cell: WardAnswer.Cell) -> Int? {
        switch asked.ask.kind {
        case .needs:
            asked.contents.needs.first {
                $0.school == place && $0.profession == cell.profession && $0.year == cell.year
                    && $0.period == cell.period
            }?.count
        case .offers:
            asked.contents.offers.first {
                $0.ward == place && $0.profession == cell.profession && $0.year == cell.year
                    && $0.period == cell.period
            }?.places
        }
    }

    /// What the supervisors suffice for, beside the field of the number.
    private func hint(_ cell: WardAnswer.Cell) -> String? {
        guard asked.ask.kind == .offers, let capacity else { return nil }
        let found = capacity.cells.first {
            $0.ward == place && $0.profession == cell.profession && $0.year == cell.year
                && $0.period == cell.period
        }
        guard let found else { return scope.text("ask.computed-none") }
        return scope.wording.capacityHint(found)
    }
}

extension AskedRound {
    /// Why nothing is taken any more, and whom to tell.
    func closed(_ wording: Wording) -> String {
        let name = coordinator ?? wording.text("page.ask.the-coordinator")
        return wording.text(
            contents.round.status == .published ? "page.ask.closed-published" : "page.ask.closed",
            ["name": name])
    }
}

extension WardAnswer.Cell {
    /// What the field of a form is called.
    var field: String { "n.\(period).\(year).\(profession)" }
}
