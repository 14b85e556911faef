import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// Where HR and programme owners begin: what needs somebody, and the way to everything else.
struct AdminPage: Page {
    static let path = "/admin"
    static let rolesShown = 10

    let template = "admin"
    let administration: Administration
    /// Roles that nobody has, the most pressing first, and how many there are in all.
    var unfilled: [UnfilledRole] = []
    var unfilledInAll = 0
    var deadMessages = 0
    var openInputs = 0
    /// What goes on by itself: where it is told of, and what it is.
    var jobs: [(url: String, text: String)] = []
    /// The versions that name the unfilled roles.
    var programmes: [String: Programme] = [:]

    func title(_ scope: PageScope) -> String { scope.text("admin.title") }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["ways": ways(scope)]
        var tasks: [Values] = []
        if deadMessages > 0 {
            tasks.append([
                "url": "/admin/outbox?status=dead", "text": scope.count("admin.dead", deadMessages),
            ])
        }
        if openInputs > 0 {
            tasks.append([
                "url": "/admin/inputs", "text": scope.count("admin.open-inputs", openInputs),
            ])
        }
        for job in jobs {
            tasks.append(["url": job.url, "text": job.text])
        }
        if !tasks.isEmpty { values["tasks"] = ["list": tasks] }
        if !unfilled.isEmpty {
            var roles: Values = [
                "count": scope.count("admin.unfilled-count", unfilledInAll),
                "rows": unfilled.map { row($0, scope) },
            ]
            if unfilledInAll > unfilled.count {
                roles["more"] = scope.count("admin.more", unfilledInAll - unfilled.count)
            }
            values["unfilled"] = roles
        }
        if tasks.isEmpty, unfilled.isEmpty { values["nothing"] = true }
        return values
    }

    private func row(_ role: UnfilledRole, _ scope: PageScope) -> Values {
        let programme = programmes[role.version]
        var values: Values = [
            "role": scope.wording.role(role.role, in: programme).beginningUpper,
            "name": role.participantName,
            "programme": programme?.title.text(in: scope.language) ?? "",
            "url": "/admin/people/\(role.participant)", "unit": role.unitName,
        ]
        if let day = role.neededBy {
            values["when"] = scope.text("admin.needed-by", ["day": scope.wording.day(day)])
            if day < scope.today { values["late"] = true }
        }
        return values
    }

    private func ways(_ scope: PageScope) -> [Values] {
        var ways: [Values] = []
        func add(_ url: String, _ title: String, _ text: String) {
            ways.append(["url": url, "title": scope.text(title), "text": scope.text(text)])
        }
        if administration.isHR {
            add("/board/start", "begin.choose", "begin.choose-lead")
            add("/compliance", "compliance.title", "compliance.lead")
            add(UnitsPage.path, "admin.units.title", "admin.units.way")
            add(PeoplePage.path, "admin.people.title", "admin.people.way")
            add(ImportPage.path, "admin.import.title", "admin.import.way")
            add(ExportPage.path, "admin.export.title", "admin.export.way")
            add(OutboxPage.path, "admin.outbox.title", "admin.outbox.way")
        }
        if administration.isOwner {
            add(WorkshopPage.path, "admin.workshop.title", "admin.workshop.way")
        }
        add(InputsPage.path, "admin.inputs.title", "admin.inputs.way")
        add("/programmes", "programmes.title", "admin.programmes.way")
        add(MailTemplatesPage.path, "admin.mails.title", "admin.mails.way")
        return ways
    }
}

extension WebContext {
    func showAdmin(_ context: PageRequest) throws -> Response {
        let administration = try administration(context)
        var page = AdminPage(administration: administration)
        let reader = administration.reader.id
        if administration.isHR {
            (page.unfilled, page.unfilledInAll) = try installation.unfilledRoles(
                forHR: reader, limit: AdminPage.rolesShown)
            for role in page.unfilled where page.programmes[role.version] == nil {
                page.programmes[role.version] = try installation.version(
                    hash: role.version).programme
            }
            page.deadMessages = try installation.deadMessages(forHR: reader)
        }
        page.jobs = try installation.runningActs(of: reader).map {
            (url: "/acts/\($0.act)", text: context.wording.text("page.admin.job.act"))
        }
        page.openInputs = try installation.waitingInputs(for: reader)
        for job in try installation.importJobs(of: reader, limit: ImportPage.jobsShown)
        where administration.isHR && (job.isUnderWay || job.status == .checked) {
            let text = context.wording.text(
                "page.admin.job.\(job.isUnderWay ? "import" : "checked")", ["file": job.file])
            page.jobs.append((url: "/admin/imports/\(job.id)", text: text))
        }
        return try self.page(page, context)
    }
}
