import CivilCalendar
import Engine
import HTTPTypes
import Hummingbird
import Operations
import Placements
import Wording

/// Answering what a placement coordinator asked: by a signed link, or signed in. A GET shows; the
/// form's POST answers.
extension WebContext {
    func showAsk(_ request: Request, _ context: PageRequest) throws -> Response {
        let way = try askWay(request, context)
        return try page(try askPage(way, request), way.context)
    }

    func answerAsk(_ request: Request, _ context: PageRequest) async throws -> Response {
        let way = try askWay(request, context)
        let form = try await request.form()
        if way.hasSession {
            try check(form, request, way.context)
        } else {
            // The token in the address is the authority: a browser does not send it of itself.
            try refuseElsewhere(request)
        }
        var page = try askPage(way, request)
        guard let chosen = page.chosen else { throw PageError.notFound }
        page.kept = form
        let asked = page.asked[chosen.question]
        let fields = AskFields(
            asked: asked, place: chosen.place, capacity: nil, scope: scope(way.context))
        let reader = AskReader(form: form, fields: fields, wording: way.context.wording)
        page.faults = reader.faults
        if page.faults.isEmpty {
            do {
                let key = try key(form, way.person)
                switch asked.ask.kind {
                case .offers:
                    try await installation.answerOffers(
                        [reader.ward], round: asked.ask.round, by: way.person,
                        enrolment: asked.ask.enrolment, key: key)
                case .needs:
                    try await installation.answerNeeds(
                        [reader.school], round: asked.ask.round, by: way.person,
                        enrolment: asked.ask.enrolment, key: key)
                }
                return redirect(
                    to: "\(way.address)?question=\(chosen.question + 1)"
                        + "&saved=\(chosen.place.percentEncoded)")
            } catch OperationError.keyReused {
                page.refusal = way.context.wording.text("page.fault.sent-before")
            } catch OperationError.invalid(_, problem: .closed) {
                page.refusal = asked.closed(way.context.wording)
            }
        }
        return try self.page(page, way.context, status: .unprocessableContent)
    }

    // MARK: - Who answers

    private struct AskWay {
        let address: String
        let person: PersonID
        let enrolment: EnrolmentID
        let hasSession: Bool
        let context: PageRequest
    }

    private func askWay(_ request: Request, _ context: PageRequest) throws -> AskWay {
        if let token = context.parameters.get("token") {
            guard token.utf8.count <= 600,
                let link = AskLink(
                    token: token, secret: installation.settings.secret,
                    now: installation.clock.now()),
                let reader = try installation.reader(link.person),
                link.issued * 1000 > reader.sessionsFrom.milliseconds
            else { throw PageError.badLink }
            var context = context
            context.language =
                ReaderMiddleware.chosenLanguage(request) ?? reader.card.language
            return AskWay(
                address: "/p/\(token)", person: link.person, enrolment: link.enrolment,
                hasSession: false, context: context)
        }
        let reader = try context.needReader()
        let enrolment = EnrolmentID(try context.identifier("enrolment"))
        return AskWay(
            address: "/asks/\(enrolment)", person: reader.id, enrolment: enrolment,
            hasSession: true, context: context)
    }

    private func askPage(_ way: AskWay, _ request: Request) throws -> AskPage {
        let asked = try installation.asked(way.enrolment, of: way.person)
        if asked.isEmpty { throw PageError.notFound }
        var page = AskPage(
            address: way.address, hasSession: way.hasSession, asked: asked,
            time: installation.time)
        let parameters = request.uri.queryParameters
        let number = parameters["question"].flatMap { Int(String($0)) }.map { $0 - 1 }
        if let saved = parameters["saved"].map(String.init) {
            page.saved = page.asked.flatMap(\.names).first { $0.id == saved }?.name
        }
        if let number, asked.indices.contains(number),
            let place = parameters["place"].map(String.init)
        {
            guard asked[number].places.contains(place) else { throw PageError.notFound }
            page.chosen = .init(question: number, place: place)
        } else if let index = asked.firstIndex(where: {
            $0.isOpenToAnswer(on: installation.nowCivil.day)
        }),
            let place = asked[index].firstOpen
        {
            page.chosen = .init(question: index, place: place)
        }
        if let chosen = page.chosen, asked[chosen.question].ask.kind == .offers {
            page.capacity = try asked[chosen.question].contents.capacity(ofWard: chosen.place)
        }
        return page
    }
}

/// Reads the numbers that somebody wrote.
struct AskReader {
    let form: Form
    let fields: AskFields
    let wording: Wording

    var faults: [FieldFault] {
        var faults: [FieldFault] = []
        for field in fields.periods.flatMap(\.fields) where number(field.name) == nil {
            faults.append(
                FieldFault(
                    field: field.name,
                    sentence: wording.text(
                        "page.ask.fault", ["most": "\(Installation.mostPlaces)"])))
        }
        return faults
    }

    private func number(_ field: String) -> Int? {
        guard let text = form[field] else { return 0 }
        return Int(text).flatMap { (0...Installation.mostPlaces).contains($0) ? $0 : nil }
    }

    private var counts: [WardAnswer.Cell: Int] {
        var counts: [WardAnswer.Cell: Int] = [:]
        for period in fields.asked.contents.periods {
            for row in fields.rows {
                let cell = WardAnswer.Cell(
                    profession: row.profession, year: row.year, period: period.id)
                // What could not be changed was not sent.
                if form.fields[cell.field] == nil { continue }
                counts[cell] = number(cell.field)
            }
        }
        return counts
    }

    var ward: WardAnswer {
        WardAnswer(
            ward: fields.place, places: counts,
            obstacle: form["obstacle"].flatMap { PlacementObstacle(rawValue: $0) },
            obstacleText: form["obstacle-text"].map {
                String($0.prefix(Installation.longestObstacle))
            })
    }

    var school: SchoolAnswer { SchoolAnswer(school: fields.place, counts: counts) }
}

extension AskedRound {
    /// The wards or schools by their ids.
    var names: [(id: String, name: String)] {
        ask.kind == .needs
            ? contents.schools.map { ($0.id, $0.name) } : contents.wards.map { ($0.id, $0.name) }
    }

    /// The first that nobody has answered for.
    var firstOpen: String? {
        ask.kind == .needs
            ? contents.schools.first { $0.answeredAt == nil }?.id
            : contents.wards.first { $0.answeredAt == nil }?.id
    }
}
