import CivilCalendar
import Competence
import Engine
import Hummingbird
import Operations
import Wording

/// What somebody can do, on record: their own page, and that of whoever may vouch for them.
struct PassportPage: Page {
    static let path = "/competence"

    static func path(_ person: PersonID) -> String { "\(path)/of/\(person)" }

    let template = "passport"
    let person: PersonID
    let name: String
    let isOwn: Bool
    let passport: Passport
    /// The reader's right to revoke an entry.
    let mayRevoke: Bool
    /// The reader's right to vouch for something.
    let mayAttest: Bool
    let saved: String?
    /// Which entry could not be revoked, what was written, and what is wrong.
    var kept: (entry: Int, text: String, fault: String)?
    /// The same of a claim that could not be refused.
    var keptRefusal: (claim: String, text: String, fault: String)?
    /// Why something could not be done, where it is no field's fault.
    var refusal: String?

    func title(_ scope: PageScope) -> String {
        isOwn
            ? scope.text("competence.own-title")
            : scope.text("competence.title", ["name": name])
    }

    func values(_ scope: PageScope) -> Values {
        let held = passport.held
        var values: Values = [
            // A print tells whose it is.
            "lead": scope.text(
                "competence.as-of", ["name": name, "day": scope.wording.day(scope.today)]),
            "held": held.map { entry($0, scope) },
        ]
        if held.isEmpty { values["none"] = true }
        if let refusal { values["refusal"] = refusal }
        if let saved { values["saved"] = scope.text("competence.saved.\(saved)") }
        if isOwn { values["claim"] = "\(Self.path)/claim" }
        if mayAttest { values["attest"] = "\(Self.path(person))/attest" }
        if isOwn, !passport.waitingForMe.isEmpty {
            values["waiting"] = ["list": passport.waitingForMe.map { claim($0, true, scope) }]
        }
        if !passport.open.isEmpty {
            values["open"] = ["list": passport.open.map { claim($0, !isOwn, scope) }]
        }
        if !passport.refused.isEmpty {
            values["refused"] = ["list": passport.refused.map { refused($0, scope) }]
        }
        let asked = passport.gap.filter { $0.state != .held }
        if !passport.gap.isEmpty {
            var list: Values = ["lines": asked.map { line($0, scope) }]
            if asked.isEmpty { list["all"] = scope.text("competence.nothing-missing") }
            values["asked"] = list
        }
        if !passport.qualifications.isEmpty {
            values["qualifications"] = [
                "list": passport.qualifications.map { qualification($0, scope) }
            ]
        }
        let past = passport.past
        if !past.isEmpty { values["past"] = ["list": past.map { entry($0, scope) }] }
        return values
    }

    // MARK: - Entries

    private func entry(_ recorded: RecordedCompetence, _ scope: PageScope) -> Values {
        let entry = recorded.entry
        var values: Values = [
            "id": "entry-\(entry.number)", "title": recorded.title.text(in: scope.language),
            "when": scope.text(
                entry.kind == .revoked ? "competence.revoked-on" : "competence.shown-on",
                ["day": scope.wording.day(entry.achievedOn)]),
            "by": attesters(recorded, scope),
        ]
        if let level = entry.level {
            values["level"] = level.title(of: entry.competence, in: passport.shelf, scope)
            if entry.kind != .revoked, !recorded.isRevoked,
                let next = passport.shelf.ladder(of: entry.competence)?.next(after: level)
            {
                values["next"] = scope.text(
                    "competence.next", ["level": next.title.text(in: scope.language)])
            }
        }
        if let until = entry.validUntil {
            values["until"] = scope.text(
                until < scope.today ? "competence.ran-out" : "competence.until",
                ["day": scope.wording.day(until)])
        }
        if let form = recorded.form {
            values["form"] = scope.text("competence.form.\(form.rawValue)")
        }
        if let evidence = recorded.evidence {
            values["evidence"] = ["paragraphs": evidence.paragraphs]
        }
        if recorded.isRevoked { values["is-revoked"] = scope.text("competence.is-revoked") }
        values["facets"] = facets(entry.competence, scope)
        if isOwn, !recorded.isRevoked, entry.kind != .revoked {
            values["credential"] = scope.form(
                "\(Self.path)/entries/\(entry.number)/credential", key: "credential")
        }
        if mayRevoke, !recorded.isRevoked, entry.kind != .revoked {
            values["revoke"] = revocation(entry.number, scope)
        }
        return values
    }

    private func qualification(_ line: QualificationLine, _ scope: PageScope) -> Values {
        var values: Values = [
            "title": line.qualification.title.text(in: scope.language),
            "text": line.sentence(scope.wording, today: scope.today),
        ]
        if let about = line.qualification.text { values["about"] = about.text(in: scope.language) }
        if let programme = line.programme {
            values["programme"] = [
                "url": "/programmes/\(programme.id)",
                "title": programme.title.text(in: scope.language),
            ] as Values
        }
        return values
    }

    private func revocation(_ number: Int, _ scope: PageScope) -> Values {
        var form = scope.form(
            "\(Self.path(person))/entries/\(number)/revocation", key: "revoke.\(number)")
        form["id"] = "reason-\(number)"
        form["value"] = ""
        if let kept, kept.entry == number {
            form["value"] = kept.text
            form["fault"] = kept.fault
            form["is-open"] = true
        }
        return form
    }

    private func facets(_ id: CompetenceID, _ scope: PageScope) -> [Values] {
        guard let definition = passport.shelf.definition(id) else { return [] }
        return CompetenceFacet.allCases.compactMap { facet in
            definition.facets[facet].map { text in
                [
                    "name": scope.text("competence.facet.\(facet.rawValue)"),
                    "text": text.text(in: scope.language),
                ]
            }
        }
    }

    private func attesters(_ recorded: RecordedCompetence, _ scope: PageScope) -> String {
        if recorded.entry.kind == .imported { return scope.text("competence.imported") }
        if recorded.attestedBy.isEmpty { return scope.text("competence.by-nobody") }
        let names = recorded.attestedBy.map { passport.names[$0.person] ?? $0.person.rawValue }
        return scope.text("competence.by", ["names": scope.wording.list(names)])
    }

    // MARK: - What waits, and what is asked

    private func claim(_ claim: OpenClaim, _ canAct: Bool, _ scope: PageScope) -> Values {
        let request = claim.request
        let title =
            passport.shelf.definition(request.competence)?.title.text(in: scope.language)
            ?? request.competence.rawValue
        var values: Values = [
            "title": title,
            "level": request.level.title(of: request.competence, in: passport.shelf, scope),
            "when": scope.text(
                "competence.shown-on", ["day": scope.wording.day(request.achievedOn)]),
            "kind": scope.text("competence.kind.\(request.kind.rawValue)"),
            "paragraphs": request.evidence.paragraphs,
            "missing": scope.text(
                claim.missing == 1 ? "competence.needs-one" : "competence.needs-two",
                ["names": claim.asked.names(scope)]),
        ]
        if request.person != person || !isOwn { values["name"] = claim.name }
        let url = "\(Self.path)/claims/\(claim.id)"
        if canAct, claim.mayDecide {
            values["support"] = scope.form("\(url)/support", key: "support.\(claim.id)")
            var refusal = scope.form("\(url)/refusal", key: "refuse.\(claim.id)")
            refusal["id"] = "refuse-\(claim.id)"
            refusal["value"] = ""
            if let keptRefusal, keptRefusal.claim == claim.id {
                refusal["value"] = keptRefusal.text
                refusal["fault"] = keptRefusal.fault
                refusal["is-open"] = true
            }
            values["refuse"] = refusal
        }
        // Nobody takes back what another has said.
        if claim.isReaders {
            values["withdraw"] = scope.form("\(url)/refusal", key: "withdraw.\(claim.id)")
        }
        return values
    }

    private func refused(_ claim: RefusedClaim, _ scope: PageScope) -> Values {
        let request = claim.request
        let day = scope.wording.day(claim.refusedOn)
        var values: Values = [
            "title": passport.shelf.definition(request.competence)?.title.text(in: scope.language)
                ?? request.competence.rawValue,
            "level": request.level.title(of: request.competence, in: passport.shelf, scope),
            "kind": scope.text("competence.kind.\(request.kind.rawValue)"),
            "when": scope.text(
                "competence.shown-on", ["day": scope.wording.day(request.achievedOn)]),
            "decision": claim.refusedBy.map {
                scope.text("competence.refused-by", ["name": $0, "day": day])
            } ?? scope.text("competence.refused-on", ["day": day]),
            "reason": claim.reason.paragraphs, "paragraphs": request.evidence.paragraphs,
        ]
        if isOwn, request.kind == .priorLearning, !claim.isMoot {
            values["again"] =
                "\(Self.path)/claim?competence=\(request.competence)&again=\(claim.id)"
        }
        return values
    }

    private func line(_ line: GapLine, _ scope: PageScope) -> Values {
        let requirement = line.requirement
        let title =
            passport.shelf.definition(requirement.competence)?.title.text(in: scope.language)
            ?? requirement.competence.rawValue
        var values: Values = [
            "title": title, "state": line.state.sentence(requirement, passport.shelf, scope),
            "look": line.state.look,
        ]
        if let level = requirement.level {
            values["level"] = level.title(of: requirement.competence, in: passport.shelf, scope)
        }
        values["measures"] = measures(line, scope)
        return values
    }

    /// The programmes by which they learn or renew it.
    private func programmes(_ competence: CompetenceID, _ scope: PageScope) -> Values? {
        let programmes = passport.programmes[competence] ?? []
        if programmes.isEmpty { return nil }
        return [
            "text": scope.text("competence.closes"),
            "list": programmes.map { programme -> Values in
                [
                    "url": "/programmes/\(programme.id)",
                    "title": programme.title.text(in: scope.language),
                ]
            },
        ]
    }

    /// What there is to do, in the order in which it is tried: what is there is used before
    /// anybody is taught, and where a programme teaches it no other way is named.
    private func measures(_ line: GapLine, _ scope: PageScope) -> [Values] {
        let competence = line.requirement.competence
        let programmes = programmes(competence, scope)
        guard let resources = passport.resources[competence] else {
            return programmes.map { [$0] } ?? []
        }
        var count = GapCount()
        count.add(line.state)
        var isTaught = false
        var measures = count.measures(resources).compactMap { measure -> Values? in
            let key: String
            if measure.isTeaching, let programmes {
                isTaught = true
                return programmes
            }
            switch measure {
            case .answer: key = "answer"
            case .mobilise: key = "mobilise"
            case .borrow: key = "borrow"
            case .develop: return nil
            case .teach: key = "teach"
            case .course: key = "course"
            case .recruit: key = "recruit"
            }
            return ["text": scope.text("competence.measure.\(key)")]
        }
        if isOwn, count.missing > 0, resources.claimed == 0 {
            measures.insert(
                [
                    "text": scope.text("competence.measure.claim"),
                    "url": "\(Self.path)/claim?competence=\(competence)",
                    "link": scope.text("competence.measure.claim-link"),
                ], at: 0)
        }
        if let programmes, !isTaught { measures.append(programmes) }
        return measures
    }
}

extension GapMeasure {
    fileprivate var isTeaching: Bool {
        switch self {
        case .develop, .teach, .course: true
        case .answer, .mobilise, .borrow, .recruit: false
        }
    }
}

extension Set<Attester> {
    /// Those in whose capacity somebody's word counts, in their order.
    func names(_ scope: PageScope) -> String {
        scope.wording.alternatives(
            Attester.allCases.filter(contains).map {
                scope.text("competence.attester.\($0.rawValue)")
            })
    }
}

extension LevelID {
    /// What the level is called on the competence's ladder.
    func title(
        of competence: CompetenceID, in shelf: FrameworkShelf, _ scope: PageScope
    ) -> String {
        shelf.title(of: self, for: competence).text(in: scope.language)
    }
}

extension RequirementState {
    /// The class by which it is coloured, beside the words that say the same.
    var look: String {
        switch self {
        case .held: "in-time"
        case .expiring: "late"
        case .ahead: "ahead"
        case .missing: "missed"
        }
    }

    func sentence(
        _ requirement: Requirement, _ shelf: FrameworkShelf, _ scope: PageScope
    ) -> String {
        switch self {
        case .held: scope.text("gap.state.held")
        case .expiring(let day):
            scope.text("gap.state.expiring", ["day": scope.wording.day(day)])
        case .ahead(let day): scope.text("gap.state.ahead", ["day": scope.wording.day(day)])
        case .missing(let level?):
            scope.text(
                "gap.state.lower",
                ["level": level.title(of: requirement.competence, in: shelf, scope)])
        case .missing(nil): scope.text("gap.state.missing")
        }
    }
}
