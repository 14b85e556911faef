import Engine
import Hummingbird
import Operations
import Wording

/// Where HR uploads a table: units, people, where they work, what they can, or starts.
struct ImportPage: Page {
    static let path = "/admin/import"
    static let jobsShown = 10

    let template = "import"
    let jobs: [ImportJob]
    let time: ZonedTime
    var kept: Form?
    var fault: FieldFault?

    func title(_ scope: PageScope) -> String { scope.text("admin.import.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form(Self.path, key: "import")
        let kind = FormField(
            name: "kind", label: scope.text("admin.import.kind"),
            input: .choice(
                ImportKind.allCases.map {
                    .init(id: $0.rawValue, name: scope.text("admin.import.kind-\($0.rawValue)"))
                }), value: ImportKind.people.rawValue)
        form["fields"] = [
            kind.values(kept, fault: fault?.field == "kind" ? fault?.sentence : nil)
        ]
        if let fault, fault.field == "file" { form["file-fault"] = fault.sentence }
        var values: Values = [
            "form": form,
            "columns": ImportKind.allCases.map { kind -> Values in
                [
                    "kind": scope.text("admin.import.kind-\(kind.rawValue)"),
                    "text": scope.text("admin.import.columns-\(kind.rawValue)"),
                    "sample": scope.text("admin.import.sample-\(kind.rawValue)"),
                ]
            },
            "rows": "\(Installation.mostImportRows)",
        ]
        if fault != nil { values["faulty"] = true }
        values["export"] = ["url": ExportPage.path, "text": scope.text("admin.export.way")]
        if !jobs.isEmpty { values["earlier"] = ["jobs": jobs.map { entry($0, scope) }] }
        return values
    }

    private func entry(_ job: ImportJob, _ scope: PageScope) -> Values {
        [
            "url": "/admin/imports/\(job.id)", "file": job.file,
            "status": scope.text("admin.import.status.\(job.status.rawValue)"),
            "facts": scope.text("admin.import.kind-\(job.kind.rawValue)") + " · "
                + scope.wording.moment(time.civil(job.startedAt)),
        ]
    }
}

/// One import: what it would do, how far it has come, or what it did.
struct ImportJobPage: Page {
    static let rowsOnOnePage = 50

    let template = "importjob"
    let job: ImportJob
    let counts: [ImportReport.Outcome: Int]
    let rows: [ImportReport.Line]
    var outcome: ImportReport.Outcome?
    var page = 0

    private var url: String { "/admin/imports/\(job.id)" }
    private var errors: Int { counts[.error] ?? 0 }

    func title(_ scope: PageScope) -> String {
        scope.text("admin.import.job", ["file": job.file])
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "state": state(scope), "counts": countLinks(scope),
            "caption": scope.text("admin.import.rows"),
            "kind": scope.text("admin.import.kind-\(job.kind.rawValue)"),
        ]
        if job.isUnderWay {
            values["running"] = [
                "value": "\(job.done)", "max": "\(max(1, job.total))",
                "text": scope.text("admin.import.goes-on"),
            ]
        }
        if !rows.isEmpty { values["table"] = ["rows": rows.map { row($0, scope) }] }
        if job.status == .checked, errors == 0, hasWork {
            var form = scope.form("\(url)/start", key: "start")
            // Employments are added as people are.
            let kind = job.kind == .employments ? .people : job.kind
            form["text"] = scope.text("admin.import.promise-\(kind.rawValue)")
            values["start"] = form
        }
        if job.status == .checked || job.isUnderWay {
            values["cancel"] = scope.form("\(url)/cancel", key: "cancel")
        }
        if !job.isUnderWay { values["report"] = "\(url)/report.csv" }
        let shown = outcome.map { counts[$0] ?? 0 } ?? counts.values.reduce(0, +)
        let address = outcome.map { "\(url)?outcome=\($0.rawValue)" } ?? url
        if let pager = Pager(
            page: page, count: shown, pageSize: Self.rowsOnOnePage, address: address
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private var hasWork: Bool { (counts[.new] ?? 0) + (counts[.changed] ?? 0) > 0 }

    private func state(_ scope: PageScope) -> String {
        let values = ["done": "\(job.done)", "total": "\(job.total)"]
        switch job.status {
        case .checked where job.total == 0: return scope.text("admin.import.state.empty")
        case .checked where errors > 0: return scope.text("admin.import.state.faulty")
        case .checked where !hasWork: return scope.text("admin.import.state.nothing")
        case .done where errors > 0: return scope.count("admin.import.state.done-but", errors)
        case .cancelled where job.kind == .units:
            return scope.text("admin.import.state.cancelled-units")
        default: return scope.text("admin.import.state.\(job.status.rawValue)", values)
        }
    }

    /// How many rows there are of each outcome, as ways to see those alone.
    private func countLinks(_ scope: PageScope) -> [Values] {
        let isDone = job.status == .done || job.status == .running
        return [ImportReport.Outcome.error, .new, .changed, .unchanged].compactMap { outcome in
            guard let count = counts[outcome], count > 0 else { return nil }
            let tense = isDone && outcome != .error && outcome != .unchanged ? "-done" : ""
            var link: Values = [
                "url": "\(url)?outcome=\(outcome.rawValue)",
                "text": scope.count("admin.import.count.\(outcome.rawValue)\(tense)", count),
            ]
            if outcome == self.outcome { link["is-current"] = true }
            return link
        }
    }

    private func row(_ line: ImportReport.Line, _ scope: PageScope) -> Values {
        let (look, sign) =
            switch line.outcome {
            case .error: ("overdue", "×")
            case .new: ("done", "+")
            case .changed: ("open", "±")
            case .unchanged: ("planned", "=")
            }
        var values: Values = [
            "number": "\(line.number)", "key": line.key, "look": look, "sign": sign,
            "outcome": scope.text("admin.import.outcome.\(line.outcome.rawValue)"),
        ]
        // What is said of a new start is its id.
        if !line.message.isEmpty, line.outcome != .new { values["message"] = line.message }
        return values
    }
}
