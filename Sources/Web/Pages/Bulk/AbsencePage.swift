import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// What somebody who follows others up does before they are away or leave.
enum AbsenceKind: String, CaseIterable {
    case cover
    case handOver = "hand-over"

    func fields(_ scope: PageScope) -> [FormField] {
        let reason = FormField(
            name: "reason", label: scope.text("change.field.reason"),
            hint: scope.text("absence.reason-hint"), input: .paragraph, isRequired: false)
        let hint = scope.text("change.person-hint")
        switch self {
        case .cover:
            return [
                FormField(
                    name: "from", label: scope.text("change.field.first-day-away"), input: .day),
                FormField(
                    name: "until", label: scope.text("change.field.last-day-away"), input: .day),
                FormField(
                    name: "person", label: scope.text("change.field.who-acts"), hint: hint,
                    input: .line),
                reason,
            ]
        case .handOver:
            return [
                FormField(
                    name: "person", label: scope.text("change.field.to-whom"), hint: hint,
                    input: .line),
                reason,
            ]
        }
    }
}

/// "I am away from … to …, and X acts for me", for all whom the reader follows up at once.
struct AbsencePage: Page {
    static let path = "/me/absence"
    /// How many people's consequences are shown each by itself.
    static let shownInAll = 60

    let template = "absence"
    let kinds: [AbsenceKind]
    /// What was written, and in which form.
    var kind: AbsenceKind?
    var kept: Form?
    var fault: FieldFault?
    var refusal: String?
    var found: Found?
    let names: PersonNames

    /// What it would bring about.
    struct Found {
        var person: PersonID
        var changed: [BulkLine] = []
        var refused: [BulkLine] = []
        var changedInAll = 0
        var refusedInAll = 0
        var unchanged = 0
    }

    func title(_ scope: PageScope) -> String {
        scope.text(found == nil ? "absence.title" : "change.preview-title")
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "forms": kinds.map { form($0, scope) }.filter { form in
                found == nil || form["id"] as? String == kind?.rawValue
            }
        ]
        if let refusal { values["refusal"] = refusal }
        if fault != nil { values["faulty"] = true }
        if let found, let kind, let kept { values["preview"] = preview(found, kind, kept, scope) }
        return values
    }

    private func form(_ kind: AbsenceKind, _ scope: PageScope) -> Values {
        var form = scope.form("\(Self.path)/\(kind.rawValue)/preview", key: kind.rawValue)
        let isOwn = kind == self.kind
        form["id"] = kind.rawValue
        form["heading"] = scope.text("absence.\(kind.rawValue).title")
        form["text"] = scope.text("absence.\(kind.rawValue).text")
        form["fields"] = kind.fields(scope).map { field in
            field.values(
                isOwn ? kept : nil,
                fault: isOwn && fault?.field == field.name ? fault?.sentence : nil,
                form: kind.rawValue)
        }
        return form
    }

    private func preview(
        _ found: Found, _ kind: AbsenceKind, _ kept: Form, _ scope: PageScope
    ) -> Values {
        let fields = kind.fields(scope)
        var values: Values = [
            "asked": fields.compactMap { field -> Values? in
                let text =
                    field.name == "person"
                    ? names.name(found.person) : field.told(kept, scope.wording)
                return text.map { ["label": field.label, "text": $0] }
            },
            "counts": BulkLines.counts(
                "absence.concerns", changed: found.changedInAll, refused: found.refusedInAll,
                unchanged: found.unchanged, scope),
            "lines": BulkLines(
                lines: found.refused + found.changed, names: names, goesOnLater: kind == .cover
            ).values(scope),
        ]
        let hidden = found.changedInAll + found.refusedInAll
            - found.changed.count - found.refused.count
        if hidden > 0 { values["more"] = scope.count("absence.more", hidden) }
        if found.changedInAll > 0 {
            var start = scope.form("\(Self.path)/\(kind.rawValue)", key: "start")
            start["hidden"] = fields.compactMap { field -> Values? in
                kept.fields[field.name].map { ["name": field.name, "value": $0] }
            }
            values["start"] = start
        }
        return values
    }
}

extension WebContext {
    func showAbsence(_ context: PageRequest) throws -> Response {
        try page(try absencePage(context), context)
    }

    /// Shows what the absence would bring about. Changes nothing.
    func previewAbsence(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await absence(request, context) { page, change, _, _ in
            var found = AbsencePage.Found(person: change.person)
            try installation.preview(change, units: []) { line in
                let isShown = found.changed.count + found.refused.count < AbsencePage.shownInAll
                switch line.outcome {
                case .unchanged: found.unchanged += 1
                case .changes:
                    found.changedInAll += 1
                    if isShown { found.changed.append(line) }
                case .refused:
                    found.refusedInAll += 1
                    if isShown { found.refused.append(line) }
                }
            }
            var page = page
            page.found = found
            return try self.page(page, context)
        }
    }

    func startAbsence(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await absence(request, context) { _, change, form, reader in
            try await begin(change, [], form, reader)
        }
    }

    // MARK: - Shared

    /// The page with the forms that are the reader's to send.
    ///
    /// - Throws: `PageError.notFound` for whoever follows nobody up.
    private func absencePage(_ context: PageRequest) throws -> AbsencePage {
        let roles = try installation.rolesForOthers(try context.needReader().id)
        if roles.isEmpty { throw PageError.notFound }
        return AbsencePage(
            kinds: roles.contains(.lineManager) ? AbsenceKind.allCases : [.cover],
            names: PersonNames(installation))
    }

    private func absence(
        _ request: Request, _ context: PageRequest,
        body: (AbsencePage, BulkChange, Form, PersonID) async throws -> Response
    ) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try absencePage(context)
        guard let kind = AbsenceKind(rawValue: try context.identifier("kind")),
            page.kinds.contains(kind)
        else { throw PageError.notFound }
        page.kind = kind
        page.kept = form
        do {
            let change = try self.change(kind, form, reader.id, context)
            return try await body(page, change, form, reader.id)
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let error as OperationError where error.pageStatus.code < 500 {
            page.refusal = error.sentence(in: context.language, programme: nil)
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    private func change(
        _ kind: AbsenceKind, _ form: Form, _ reader: PersonID, _ context: PageRequest
    ) throws -> BulkChange {
        let fields = FormReader(
            form: form, wording: context.wording, lookUp: installation.person(named:))
        let reason = String((form["reason"] ?? "").prefix(FormReader.longestText))
        let person: PersonID
        switch kind {
        case .handOver:
            person = try fields.person("person")
            if person == reader { throw fields.fault("person", "yourself") }
            return .handOver(from: reader, to: person, reason: reason)
        case .cover:
            let from = try fields.day("from")
            let until = try fields.day("until")
            if until < from { throw fields.fault("until", "until-before-from") }
            if until < installation.nowCivil.day { throw fields.fault("until", "in-the-past") }
            person = try fields.person("person")
            if person == reader { throw fields.fault("person", "yourself") }
            return .cover(reader, by: person, from: from, until: until, reason: reason)
        }
    }
}

extension BulkChange {
    /// Who acts or takes over.
    fileprivate var person: PersonID {
        switch self {
        case .handOver(_, let person, _): person ?? ""
        case .cover(_, let person, _, _, _): person
        case .migrate, .undoMigration, .resolveRoles, .moveUnit: ""
        }
    }
}
