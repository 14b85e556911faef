import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// The programmes that a leader or HR can start for somebody.
struct BeginPage: Page {
    static let path = "/board/start"

    let template = "begin"
    let versions: [CompiledVersion]
    var isSaved = false

    func title(_ scope: PageScope) -> String { scope.text("begin.choose") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "programmes": versions.map { version -> Values in
                [
                    "title": version.programme.title.text(in: scope.language),
                    "summary": version.programme.summary.text(in: scope.language),
                    "url": "\(Self.path)/\(version.programme.id)",
                ]
            }
        ]
        if versions.isEmpty { values["none"] = true }
        if isSaved { values["saved"] = true }
        return values
    }
}

/// The form that starts one programme, and after it was sent what would happen, with a button that
/// does it.
struct BeginFormPage: Page {
    let template = "beginform"
    let programme: Programme
    let units: [ChargedUnit]
    var emptyRoles: Set<RoleID> = []
    var kept: Form?
    var faults: [String: String] = [:]
    var refusal: String?
    var preview: StartPreview?

    func title(_ scope: PageScope) -> String {
        preview == nil
            ? scope.text(
                "begin.title", ["programme": programme.title.text(in: scope.language)])
            : scope.text("begin.preview-title")
    }

    private var url: String { "\(BeginPage.path)/\(programme.id)" }

    func values(_ scope: PageScope) -> Values {
        let parts = StartForm(
            programme: programme, units: units, emptyRoles: emptyRoles, scope: scope
        ).parts
        var form = scope.form("\(url)/preview", key: "preview")
        form["parts"] = parts.map { part -> Values in
            [
                "id": part.id, "heading": part.heading,
                "fields": part.fields.map { $0.values(kept, fault: faults[$0.name]) },
            ]
        }
        var values: Values = ["form": form, "all": BeginPage.path]
        if let refusal { values["refusal"] = refusal }
        if !faults.isEmpty { values["faulty"] = true }
        if let preview, let kept {
            values["preview"] = shown(preview, kept, parts.flatMap(\.fields), scope)
        }
        return values
    }

    // MARK: - Preview

    private func shown(
        _ preview: StartPreview, _ kept: Form, _ fields: [FormField], _ scope: PageScope
    ) -> Values {
        let view = preview.view
        var values = scope.form(url, key: "start")
        values["hidden"] = fields.flatMap(\.names).compactMap { name -> Values? in
            kept.fields[name].map { ["name": name, "value": $0] }
        }
        values["name"] = view.participantName
        values["programme"] = view.title.text(in: scope.language)
        values["people"] = view.people(scope)
        let missing = missing(preview, scope)
        if !missing.isEmpty { values["missing"] = ["lines": missing] as Values }
        let dates = firstDates(view, scope)
        if !dates.isEmpty { values["dates"] = ["lines": dates] as Values }
        let talks = talks(view, scope)
        if !talks.isEmpty { values["talks"] = ["lines": talks] as Values }
        let told = told(preview.consequences.notices, view, scope)
        values["told"] =
            (told.isEmpty
                ? ["none": scope.text("begin.nobody-told")] : ["lines": told]) as Values
        return values
    }

    /// What is not there yet, in sentences that say what follows from it.
    private func missing(_ preview: StartPreview, _ scope: PageScope) -> [String] {
        let view = preview.view
        var lines = preview.unfilled.map { role, day in
            let title = scope.wording.role(role, in: view.programme)
            if let day {
                return scope.text(
                    "begin.missing.role-by", ["role": title, "day": scope.wording.day(day)])
            }
            guard let cover = view.programme.role(role)?.coveredBy, view.holder(role) != nil
            else { return scope.text("begin.missing.role", ["role": title]) }
            return scope.text(
                "begin.missing.role-covered",
                ["role": title, "cover": scope.wording.role(cover, in: view.programme)])
        }
        let begins = view.programme.anchors.filter(\.isRequired).compactMap {
            view.enrolment.anchors[$0.id]
        }.min()
        if let begins, begins < scope.today {
            lines.append(
                scope.text("begin.missing.past", ["day": scope.wording.day(begins)]))
        }
        let isAhead = begins.map { $0 > scope.today } ?? false
        if !preview.hasPrivateAddress, !preview.hasWorkAddress {
            lines.append(scope.text("begin.missing.address"))
        } else if isAhead, !preview.hasPrivateAddress {
            lines.append(scope.text("begin.missing.private-address"))
        } else if !preview.hasWorkAddress {
            lines.append(scope.text("begin.missing.work-address"))
        }
        return lines
    }

    /// "Kari Berge: new step (3) and reminder", a line for each person.
    private func told(
        _ notices: [Notice], _ view: EnrolmentView, _ scope: PageScope
    ) -> [String] {
        var people: [PersonID] = []
        var kinds: [PersonID: [(kind: NoticeKind, count: Int)]] = [:]
        for notice in notices {
            let person = notice.recipient
            if !people.contains(person) { people.append(person) }
            var known = kinds[person] ?? []
            if let index = known.firstIndex(where: { $0.kind == notice.kind }) {
                known[index].count += 1
            } else {
                known.append((notice.kind, 1))
            }
            kinds[person] = known
        }
        return people.map { person in
            let what = (kinds[person] ?? []).map { kind, count in
                let name = scope.wording.noticeKind(kind)
                return count == 1
                    ? name
                    : scope.text("begin.told-kind", ["kind": name, "count": "\(count)"])
            }
            return scope.text(
                "begin.told-line",
                ["name": view.name(person), "what": scope.wording.list(what)])
        }
    }

    private static let datesShown = 8

    private func firstDates(_ view: EnrolmentView, _ scope: PageScope) -> [Values] {
        let ahead = view.steps.filter { step in
            step.step.kind != .message && step.status != .notApplicable
                && !step.record.status.isSettled && StepOrder.key(step) != .max
        }
        return ahead.map { ($0, StepOrder.key($0)) }.sorted { $0.1 < $1.1 }
            .prefix(Self.datesShown).map { line($0.0, view, scope) }
    }

    private func talks(_ view: EnrolmentView, _ scope: PageScope) -> [Values] {
        view.steps.enumerated().filter { view.programme.agreementTalk($0.offset) != nil }
            .map { line($0.element, view, scope) }
    }

    private func line(
        _ step: StepExplanation, _ view: EnrolmentView, _ scope: PageScope
    ) -> Values {
        let line = StepLine(view: view, step: step, scope: scope)
        return ["title": scope.wording.title(step.step), "when": line.when ?? ""]
    }
}

extension WebContext {
    func showBegin(_ request: Request, _ context: PageRequest) throws -> Response {
        _ = try chargedUnits(context)
        return try page(
            BeginPage(
                versions: try installation.programmes(),
                isSaved: request.uri.queryParameters["saved"] != nil), context)
    }

    func showBeginForm(_ request: Request, _ context: PageRequest) throws -> Response {
        var page = try beginFormPage(context)
        if let person = request.uri.queryParameters["person"] {
            page.kept = Form(fields: ["person": String(person.prefix(128))])
        }
        return try self.page(page, context)
    }

    /// Shows what a start would bring about. Changes nothing.
    func previewBegin(_ request: Request, _ context: PageRequest) async throws -> Response {
        _ = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try beginFormPage(context)
        page.kept = form
        do {
            guard let (start, new) = try asked(form, &page, context) else {
                return try self.page(page, context, status: .unprocessableContent)
            }
            page.preview = try installation.previewStart(start, registering: new)
        } catch let error as OperationError where error.pageStatus.code < 500 {
            return try refused(error, page, context)
        }
        return try self.page(page, context)
    }

    func begin(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try beginFormPage(context)
        page.kept = form
        do {
            guard let (start, new) = try asked(form, &page, context) else {
                return try self.page(page, context, status: .unprocessableContent)
            }
            let id = try await installation.start(
                start, registering: new, by: .person(reader.id), key: try key(form, reader.id))
            // HR that has no part in the programme does not see the plan.
            let isTheirs = try installation.enrolmentView(id, for: reader.id) != nil
            return redirect(
                to: isTheirs ? "/enrolments/\(id)?changed=1" : "\(BeginPage.path)?saved=1")
        } catch let error as OperationError where error.pageStatus.code < 500 {
            return try refused(error, page, context)
        }
    }

    // MARK: - Shared

    /// The units that the reader may start programmes in: those that they lead or are HR of, with
    /// all below.
    ///
    /// - Throws: `PageError.notFound` for everybody else.
    func chargedUnits(_ context: PageRequest) throws -> [ChargedUnit] {
        let reader = try context.needReader()
        var units: [ChargedUnit] = []
        for charge in [UnitCharge.hr, .manager] where context.standing.charges.contains(charge) {
            for unit in try installation.units(of: reader.id, as: charge)
            where !units.contains(where: { $0.id == unit.id }) {
                units.append(unit)
            }
        }
        if units.isEmpty { throw PageError.notFound }
        return units
    }

    private func beginFormPage(_ context: PageRequest) throws -> BeginFormPage {
        let units = try chargedUnits(context)
        return BeginFormPage(programme: try version(context).programme, units: units)
    }

    private func asked(
        _ form: Form, _ page: inout BeginFormPage, _ context: PageRequest
    ) throws -> (EnrolRequest, NewPerson?)? {
        let own = Set(page.units.map(\.id))
        let installation = installation
        var reader = StartReader(
            FormReader(
                form: form, wording: context.wording, lookUp: installation.person(named:)),
            page.programme, page.units
        ) { try installation.person(named: $0, in: own) }
        let request = try reader.request()
        page.faults = reader.faults
        // Whoever has to be named because the unit has nobody keeps their field.
        page.emptyRoles = Set(page.programme.roles.map(\.id).filter { form["role.\($0)"] != nil })
        return request.map { ($0, reader.newPerson) }
    }

    /// The form again with why not, beside the field where there is one.
    private func refused(
        _ error: OperationError, _ page: BeginFormPage, _ context: PageRequest
    ) throws -> Response {
        var page = page
        let sentence = error.sentence(in: context.language, programme: page.programme)
        switch error {
        case .keyReused: page.refusal = context.wording.text("page.fault.sent-before")
        case .alreadyEnrolled: page.faults["person"] = sentence
        case .invalid(let field, let problem):
            let key =
                problem == .taken
                ? "page.begin.fault.taken"
                : field == "name" ? "page.begin.fault.name" : "page.begin.fault.address"
            page.faults[field] = context.wording.text(key)
        case .refused(.requiredRolesMissing(let roles), _):
            page.emptyRoles.formUnion(roles)
            page.refusal = sentence
            for role in roles { page.faults["role.\(role)"] = Self.personMissing(context) }
        default: page.refusal = sentence
        }
        return try self.page(page, context, status: error.pageStatus)
    }

    private static func personMissing(_ context: PageRequest) -> String {
        context.wording.text("page.change.fault.person-missing")
    }
}
