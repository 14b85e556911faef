import CivilCalendar
import Competence
import Engine
import Hummingbird
import Operations
import Wording

/// The form by which somebody claims what they can, or says what another can: first which
/// competence, then at which level and on what it rests.
struct ClaimPage: Page {
    let template = "claim"
    let person: PersonID
    let name: String
    let isOwn: Bool
    let shelf: FrameworkShelf
    /// What may be said, in the order of the frameworks.
    let competences: [CompetenceDefinition]
    let chosen: CompetenceDefinition?
    var kept: Form?
    var faults: [String: String] = [:]
    var refusal: String?
    /// Why the same was refused before.
    var before: RefusedClaim?

    var path: String {
        isOwn ? "\(PassportPage.path)/claim" : "\(PassportPage.path(person))/attest"
    }

    func title(_ scope: PageScope) -> String {
        isOwn
            ? scope.text("competence.claim-title")
            : scope.text("competence.attest-title", ["name": name])
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "lead": scope.text(isOwn ? "competence.claim-lead" : "competence.attest-lead"),
            "back": isOwn ? PassportPage.path : PassportPage.path(person),
            "choose": ["action": path, "fields": [choice(scope).values(nil, fault: nil)]] as Values,
        ]
        if competences.isEmpty { values["nothing"] = true }
        if let refusal { values["refusal"] = refusal }
        if !faults.isEmpty { values["faulty"] = true }
        guard let chosen else { return values }
        var form = scope.form(path, key: "claim")
        form["competence"] = chosen.id.rawValue
        form["fields"] = fields(chosen, scope).map { $0.values(kept, fault: faults[$0.name]) }
        values["form"] = form
        if let before {
            values["before"] = scope.text("competence.before", ["reason": before.reason])
        }
        values["chosen"] = chosen.title.text(in: scope.language)
        if let text = chosen.text { values["text"] = text.text(in: scope.language) }
        values["rule"] = rule(chosen, scope)
        return values
    }

    private func choice(_ scope: PageScope) -> FormField {
        FormField(
            name: "competence", label: scope.text("competence.which"),
            input: .choice(
                competences.map {
                    .init(id: $0.id.rawValue, name: $0.title.text(in: scope.language))
                }), value: chosen?.id.rawValue ?? "")
    }

    private func rule(_ definition: CompetenceDefinition, _ scope: PageScope) -> String {
        let rule = definition.attestation
        return scope.text(
            rule.persons == 2 ? "competence.rule-two" : "competence.rule-one",
            ["names": rule.by.subtracting([.own]).names(scope)])
    }

    private func fields(_ definition: CompetenceDefinition, _ scope: PageScope) -> [FormField] {
        let levels = shelf.ladder(of: definition.id)?.levels ?? []
        return [
            FormField(
                name: "level", label: scope.text("competence.level"),
                input: .choice(
                    levels.map {
                        .init(id: $0.id.rawValue, name: $0.title.text(in: scope.language))
                    })),
            FormField(
                name: "form", label: scope.text("competence.form-label"),
                input: .choice(
                    CompetenceForm.allCases.map {
                        .init(
                            id: $0.rawValue, name: scope.text("competence.form.\($0.rawValue)"))
                    }), value: isOwn ? "real" : definition.form.rawValue),
            FormField(
                name: "day", label: scope.text("competence.day"), input: .day,
                value: scope.today.description),
            FormField(
                name: "evidence", label: scope.text("competence.evidence"),
                hint: scope.text("competence.evidence-hint"), input: .paragraph),
        ]
    }
}

extension WebContext {
    func showClaim(_ request: Request, _ context: PageRequest) throws -> Response {
        let asked = request.uri.queryParameters
        var page = try claimPage(asked["competence"].map { String($0) }, context)
        if page.isOwn, let again = asked["again"],
            let before = try installation.refusedClaim(String(again), of: page.person),
            before.request.competence == page.chosen?.id
        {
            page.before = before
            page.kept = Form(fields: [
                "level": before.request.level.rawValue, "form": before.request.form.rawValue,
                "day": before.request.achievedOn.description,
                "evidence": before.request.evidence,
            ])
        }
        return try self.page(page, context, status: page.refusal == nil ? .ok : .forbidden)
    }

    func sendClaim(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try claimPage(form["competence"], context)
        guard let definition = page.chosen else {
            if page.refusal != nil { return try self.page(page, context, status: .forbidden) }
            page.refusal = context.wording.text("page.competence.choose-first")
            return try self.page(page, context, status: .unprocessableContent)
        }
        page.kept = form
        let read = FormReader(
            form: form, wording: context.wording, lookUp: installation.person(named:))
        do {
            guard let form = CompetenceForm(rawValue: try read.chosen("form")) else {
                throw read.fault("form", "choice")
            }
            let claim = ClaimRequest(
                person: page.person, kind: page.isOwn ? .priorLearning : .attested,
                competence: definition.id, level: LevelID(try read.chosen("level")),
                form: form, achievedOn: try read.day("day"),
                evidence: read.form["evidence"] ?? "")
            let outcome = try await installation.claim(
                claim, by: reader.id, key: try key(read.form, reader.id))
            let saved: String
            switch outcome {
            case .recorded: saved = "attested"
            case .waiting: saved = page.isOwn ? "claimed" : "waiting"
            }
            let back = page.isOwn ? PassportPage.path : PassportPage.path(page.person)
            return redirect(to: "\(back)?saved=\(saved)")
        } catch let fault as FieldFault {
            page.faults[fault.field] = fault.sentence
        } catch OperationError.keyReused {
            page.refusal = context.wording.text("page.fault.sent-before")
        } catch OperationError.competence(let refusal) {
            let sentence = OperationError.competence(refusal)
                .sentence(in: context.language, programme: nil)
            if let field = refusal.field {
                page.faults[field] = sentence
            } else {
                page.refusal = sentence
            }
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    /// - Throws: `PageError.notYourPerson` for whoever may not vouch for the person.
    private func claimPage(_ chosen: String?, _ context: PageRequest) throws -> ClaimPage {
        let reader = try context.needReader()
        let person =
            context.parameters.get("person") == nil
            ? reader.id : PersonID(try context.identifier("person"))
        let capacities = try installation.capacities(of: reader.id, for: person)
        // One claims for oneself on a page of its own.
        guard !capacities.isEmpty,
            (person == reader.id) == (context.parameters.get("person") == nil),
            let card = try installation.person(person)
        else { throw PageError.notYourPerson }
        let shelf = try installation.frameworkShelf()
        let voice = AttestationRule.Voice(reader.id, as: capacities)
        let competences = shelf.versions.flatMap(\.framework.competences).filter {
            person == reader.id || $0.attestation.counts(voice, for: person)
        }
        var page = ClaimPage(
            person: person, name: card.name, isOwn: person == reader.id, shelf: shelf,
            competences: competences,
            chosen: chosen.flatMap { id in competences.first { $0.id.rawValue == id } })
        if page.chosen == nil, let other = chosen.flatMap({ shelf.definition(CompetenceID($0)) }) {
            page.refusal = OperationError.competence(.notCounted(voice, other.attestation))
                .sentence(in: context.language, programme: nil)
        }
        return page
    }
}

extension CompetenceRefusal {
    /// The field of the form that is to be mended, where it is one.
    var field: String? {
        switch self {
        case .unknownLevel: "level"
        case .dayInTheFuture, .beforeBirth, .tooLongAgo: "day"
        case .evidenceMissing, .textTooLong: "evidence"
        default: nil
        }
    }
}
