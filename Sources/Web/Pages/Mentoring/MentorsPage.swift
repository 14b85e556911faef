import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Operations
import Placements
import Wording

/// Mentors for newcomers who have none: what is known is filled in, a proposal is shown, and the
/// pairs that are wanted are made.
struct MentorsPage: Page {
    static let path = "/mentors"

    let template = "mentors"
    let seekers: [MentorSeeker]
    var texts: MentorTexts
    var fault: FieldFault?
    var refusal: String?
    var proposal: MentorMatch?
    /// What the people of the proposal are called.
    var names: [String: String] = [:]
    var given: Int?

    func title(_ scope: PageScope) -> String { scope.text("mentors.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [:]
        if let given { values["given"] = scope.count("mentors.given", given) }
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        guard !seekers.isEmpty else {
            values["none"] = true
            return values
        }
        values["count"] = scope.count("mentors.seekers", seekers.count)
        var form = scope.form(Self.path, key: "mentors")
        form["areas"] = MentorTexts.Part.allCases.map { area($0, scope) }
        values["form"] = form
        if let proposal { values["proposal"] = shown(proposal, scope) }
        return values
    }

    private func area(_ part: MentorTexts.Part, _ scope: PageScope) -> Values {
        var area: Values = [
            "id": "mentors-\(part.rawValue)", "name": part.rawValue, "value": texts[part],
            "label": scope.text("mentors.\(part.rawValue)"),
            "hint": scope.text("mentors.\(part.rawValue)-hint"),
        ]
        if let fault, fault.field == part.rawValue { area["fault"] = fault.sentence }
        return area
    }

    private func shown(_ match: MentorMatch, _ scope: PageScope) -> Values {
        let enrolment = Dictionary(
            seekers.map { ($0.person.rawValue, $0.enrolment) },
            uniquingKeysWith: { first, _ in first })
        var named = match
        named.pairs = match.pairs.map {
            var pair = $0
            pair.newcomer = names[pair.newcomer] ?? pair.newcomer
            pair.mentor = names[pair.mentor] ?? pair.mentor
            return pair
        }
        named.unmatched = match.unmatched.map {
            var one = $0
            one.newcomer = names[one.newcomer] ?? one.newcomer
            return one
        }
        // One sentence for each pair, in their order; then those who have nobody, and the proof.
        let sentences = scope.wording.mentors(named)
        var values: Values = [
            "rest": Array(sentences.dropFirst(match.pairs.count)),
        ]
        if !match.pairs.isEmpty {
            var form = scope.form("\(Self.path)/given", key: "given")
            form["texts"] = MentorTexts.Part.allCases.map {
                ["name": $0.rawValue, "value": texts[$0]] as Values
            }
            form["pairs"] = zip(match.pairs, sentences).compactMap { pair, sentence -> Values? in
                enrolment[pair.newcomer].map {
                    ["name": "take.\($0)", "value": pair.mentor, "text": sentence]
                }
            }
            values["give"] = form
        }
        return values
    }
}

/// What is written in the form: a line for each newcomer, mentor and pair.
struct MentorTexts {
    enum Part: String, CaseIterable {
        case newcomers, mentors, pairs
    }

    private var texts: [Part: String] = [:]

    subscript(_ part: Part) -> String { texts[part] ?? "" }

    /// As it was sent.
    init(_ form: Form) {
        for part in Part.allCases { texts[part] = form[part.rawValue] ?? "" }
    }

    /// What is known, for somebody to go on with.
    init(_ seekers: [MentorSeeker], _ mentors: [KnownMentor]) {
        texts[.newcomers] = seekers.map {
            "\($0.email ?? $0.person.rawValue); \($0.profession ?? ""); \(Self.usualShift)"
        }.joined(separator: "\n")
        texts[.mentors] = mentors.map {
            "\($0.email ?? $0.person.rawValue); \($0.profession ?? ""); 1; \(Self.usualShift)"
        }.joined(separator: "\n")
    }

    private static let usualShift = "D"

    /// The lines that are not empty, with their numbers from one and their parts.
    func lines(_ part: Part) -> [(number: Int, parts: [String])] {
        self[part].split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { index, line in
                (
                    index + 1,
                    line.split(separator: ";", omittingEmptySubsequences: false)
                        .map { String($0).trimmed }
                )
            }
            .filter { $0.parts != [""] }
    }
}

/// Reads the form into a question.
struct MentorReader {
    let texts: MentorTexts
    let seekers: [MentorSeeker]
    let wording: Wording
    let lookUp: (String) throws -> PersonMatch
    /// What the people are called, by their ids.
    private(set) var names: [String: String] = [:]

    init(
        _ texts: MentorTexts, _ seekers: [MentorSeeker], _ wording: Wording,
        lookUp: @escaping (String) throws -> PersonMatch
    ) {
        self.texts = texts
        self.seekers = seekers
        self.wording = wording
        self.lookUp = lookUp
    }

    mutating func question() throws -> MentorQuestion {
        let known = Dictionary(
            seekers.map { ($0.person.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
        let newcomers = try texts.lines(.newcomers).map { line in
            let card = try person(line, .newcomers, at: 0)
            guard let seeker = known[card.id.rawValue] else {
                throw fault(.newcomers, line.number, "not-seeking", ["text": line.parts[0]])
            }
            return JSON.object([
                "id": .string(card.id.rawValue),
                "profession": try profession(line, .newcomers),
                "unit": .string(seeker.unit ?? ""),
                "leader": seeker.leader.map { .string($0.rawValue) },
                "shifts": try shifts(line, .newcomers, at: 2),
            ])
        }
        let mentors = try texts.lines(.mentors).map { line in
            let card = try person(line, .mentors, at: 0)
            guard line.parts.count > 2, let capacity = Int(line.parts[2]),
                (0...20).contains(capacity)
            else { throw fault(.mentors, line.number, "capacity") }
            return JSON.object([
                "id": .string(card.id.rawValue), "profession": try profession(line, .mentors),
                "unit": .string(card.unit ?? ""), "capacity": .integer(capacity),
                "shifts": try shifts(line, .mentors, at: 3),
            ])
        }
        let pairs = try texts.lines(.pairs).map { line in
            JSON.object([
                "newcomer": .string(try person(line, .pairs, at: 0).id.rawValue),
                "mentor": .string(try person(line, .pairs, at: 1).id.rawValue),
            ])
        }
        return try MentorQuestion(
            .object([
                "format": "mentor-question/1", "name": "mentors", "rules": .object([]),
                "mentors": .array(mentors), "newcomers": .array(newcomers),
                "pairs": .array(pairs),
            ]))
    }

    private mutating func person(
        _ line: (number: Int, parts: [String]), _ part: MentorTexts.Part, at index: Int
    ) throws -> PersonCard {
        guard line.parts.count > index, !line.parts[index].isEmpty else {
            throw fault(part, line.number, "person")
        }
        guard case .one(let card) = try lookUp(String(line.parts[index].prefix(200))) else {
            throw fault(part, line.number, "nobody", ["text": line.parts[index]])
        }
        names[card.id.rawValue] = card.name
        return card
    }

    private func profession(
        _ line: (number: Int, parts: [String]), _ part: MentorTexts.Part
    ) throws -> JSON {
        guard line.parts.count > 1, !line.parts[1].isEmpty else {
            throw fault(part, line.number, "profession")
        }
        return .string(line.parts[1].lowercased())
    }

    private func shifts(
        _ line: (number: Int, parts: [String]), _ part: MentorTexts.Part, at index: Int
    ) throws -> JSON {
        let shifts =
            line.parts.count > index
            ? line.parts[index].split { $0 == "|" || $0 == "," }
                .map { String($0).trimmed.lowercased() }.filter { !$0.isEmpty } : []
        guard !shifts.isEmpty else { throw fault(part, line.number, "shifts") }
        return .array(shifts.map { .string($0) })
    }

    private func fault(
        _ part: MentorTexts.Part, _ line: Int, _ key: String, _ values: [String: String] = [:]
    ) -> FieldFault {
        FieldFault(
            field: part.rawValue,
            sentence: wording.text("page.mentors.line", ["number": "\(line)"]) + " "
                + wording.text("page.mentors.fault-\(key)", values))
    }
}

/// Mentors for newcomers.
func addMentoring(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/mentors") { try web.showMentors($0, $1) }
    router.post("/mentors") { try await web.proposeMentors($0, $1) }
    router.post("/mentors/given") { try await web.giveMentors($0, $1) }
}

extension WebContext {
    func showMentors(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try needMentorGiver(context)
        let seekers = try installation.mentorSeekers(for: reader.id)
        var page = MentorsPage(
            seekers: seekers,
            texts: MentorTexts(seekers, try installation.knownMentors(for: reader.id)))
        page.given = request.uri.queryParameters["given"].flatMap { Int($0) }
        return try self.page(page, context)
    }

    /// Shows who would be whose mentor. Changes nothing.
    func proposeMentors(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needMentorGiver(context)
        let form = try await request.form()
        try check(form, request, context)
        let page = try await proposal(form, reader, context)
        return try self.page(
            page, context, status: page.proposal == nil ? .unprocessableContent : .ok)
    }

    /// Gives the chosen newcomers the mentors that were proposed for them.
    func giveMentors(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needMentorGiver(context)
        let form = try await request.form()
        try check(form, request, context)
        // What was chosen must still be what is proposed: the same lines give the same pairs.
        var page = try await proposal(form, reader, context)
        guard let proposal = page.proposal else {
            return try self.page(page, context, status: .unprocessableContent)
        }
        let enrolment = Dictionary(
            page.seekers.map { ($0.person.rawValue, $0.enrolment) },
            uniquingKeysWith: { first, _ in first })
        var mentors: [EnrolmentID: PersonID] = [:]
        for pair in proposal.pairs {
            guard let id = enrolment[pair.newcomer], form["take.\(id)"] == pair.mentor else {
                continue
            }
            mentors[id] = PersonID(pair.mentor)
        }
        if mentors.isEmpty {
            page.refusal = context.wording.text("page.mentors.none-chosen")
            return try self.page(page, context, status: .unprocessableContent)
        }
        do {
            try await installation.giveMentors(
                mentors, reason: context.wording.text("page.mentors.reason"), by: reader.id,
                key: try key(form, reader.id))
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page.refusal = error.sentence(in: context.language, programme: nil)
            return try self.page(page, context, status: error.pageStatus)
        }
        return redirect(to: "\(MentorsPage.path)?given=\(mentors.count)")
    }

    private func proposal(
        _ form: Form, _ reader: PersonCard, _ context: PageRequest
    ) async throws -> MentorsPage {
        let seekers = try installation.mentorSeekers(for: reader.id)
        var page = MentorsPage(seekers: seekers, texts: MentorTexts(form))
        var reading = MentorReader(
            page.texts, seekers, context.wording, lookUp: installation.person(named:))
        do {
            let question = try reading.question()
            page.proposal = try await installation.matchMentors(question)
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let fault as PlacementFault {
            page.refusal = context.wording.placementFault(Self.named(fault, reading.names))
        }
        page.names = reading.names
        return page
    }

    private static func named(
        _ fault: PlacementFault, _ names: [String: String]
    ) -> PlacementFault {
        func name(_ id: String) -> String { names[id] ?? id }
        return switch fault {
        case .pairNotAllowed(let place, let pair, let rules):
            .pairNotAllowed(
                place: place,
                pair: .init(newcomer: name(pair.newcomer), mentor: name(pair.mentor)),
                rules: rules)
        case .duplicate(let place, let id): .duplicate(place: place, id: name(id))
        case .unknown(let place, let kind, let id):
            .unknown(place: place, kind: kind, id: name(id))
        default: fault
        }
    }

    /// The reader, who leads or is HR.
    ///
    /// - Throws: `PageError.notFound` for everybody else.
    private func needMentorGiver(_ context: PageRequest) throws(PageError) -> PersonCard {
        let reader = try context.needReader()
        guard context.standing.leads || context.standing.charges.contains(.hr) else {
            throw .notFound
        }
        return reader
    }
}
