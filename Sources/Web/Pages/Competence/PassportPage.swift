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

    func title(_ scope: PageScope) -> String {
        isOwn
            ? scope.text("competence.own-title")
            : scope.text("competence.title", ["name": name])
    }

    func values(_ scope: PageScope) -> Values {
        let held = passport.held
        var values: Values = [
            "lead": scope.text("competence.as-of", ["day": scope.wording.day(scope.today)]),
            "held": held.map { entry($0, scope) },
        ]
        if held.isEmpty { values["none"] = true }
        if let saved { values["saved"] = scope.text("competence.saved.\(saved)") }
        if isOwn { values["claim"] = "\(Self.path)/claim" }
        if mayAttest { values["attest"] = "\(Self.path(person))/attest" }
        if isOwn, !passport.waitingForMe.isEmpty {
            values["waiting"] = ["list": passport.waitingForMe.map { claim($0, true, scope) }]
        }
        if !passport.open.isEmpty {
            values["open"] = ["list": passport.open.map { claim($0, !isOwn, scope) }]
        }
        let asked = passport.gap.filter { $0.state != .held }
        if !passport.gap.isEmpty {
            var list: Values = ["lines": asked.map { line($0, scope) }]
            if asked.isEmpty { list["all"] = scope.text("competence.nothing-missing") }
            values["asked"] = list
        }
        if !passport.qualifications.isEmpty {
            values["qualifications"] = [
                "list": passport.qualifications.map { line -> Values in
                    [
                        "title": line.qualification.title.text(in: scope.language),
                        "text": line.sentence(scope.wording, today: scope.today),
                    ]
                }
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
            "missing": scope.count("competence.needs", claim.missing),
        ]
        if request.person != person || !isOwn { values["name"] = claim.name }
        let url = "\(Self.path)/claims/\(claim.id)"
        if canAct, claim.mayDecide {
            values["support"] = scope.form("\(url)/support", key: "support.\(claim.id)")
            var refusal = scope.form("\(url)/refusal", key: "refuse.\(claim.id)")
            refusal["id"] = "refuse-\(claim.id)"
            values["refuse"] = refusal
        }
        if isOwn, request.person == person {
            values["withdraw"] = scope.form("\(url)/refusal", key: "withdraw.\(claim.id)")
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
        let programmes = passport.programmes[requirement.competence] ?? []
        if !programmes.isEmpty {
            values["programmes"] = [
                "text": scope.text("competence.closes"),
                "list": programmes.map { programme -> Values in
                    [
                        "url": "/programmes/\(programme.id)",
                        "title": programme.title.text(in: scope.language),
                    ]
                },
            ] as Values
        }
        return values
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
