import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Placements
import Wording

/// Where a coordinator uploads tables into a round, and gets them out of it.
struct TablesPage: Page {
    let template = "tables"
    let round: PlacementRound
    /// Faults of single files, by their table.
    var faults: [String: String] = [:]
    var refusal: String?

    func title(_ scope: PageScope) -> String { scope.text("placing.import.title") }

    func values(_ scope: PageScope) -> Values {
        var form = scope.form("\(round.path)/import", key: "tables")
        form["files"] = TableReader.columns(.round).map { table, columns -> Values in
            var values: Values = [
                "table": table, "name": scope.text("placing.tables.\(table)"),
                "columns": columns.joined(separator: ", "),
                "url": "\(round.path)/tables/\(table)",
            ]
            if let fault = faults[table] { values["fault"] = fault }
            return values
        }
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope), "form": form,
        ]
        if !faults.isEmpty { values["faulty"] = true }
        if let refusal { values["refusal"] = refusal }
        return values
    }
}

/// What an upload would do, or did.
struct UploadPage: Page {
    static let errorsOnOnePage = 50

    let template = "upload"
    let round: PlacementRound
    let upload: RoundUpload
    var page = 0

    private var path: String { "\(round.path)/imports/\(upload.id)" }

    func title(_ scope: PageScope) -> String { scope.text("placing.import.report") }

    func values(_ scope: PageScope) -> Values {
        let changes = upload.counts.reduce(0) {
            $0 + ($1.counts[.new] ?? 0) + ($1.counts[.changed] ?? 0)
        }
        let state =
            if upload.doneAt != nil {
                "done"
            } else if !upload.errors.isEmpty {
                "faulty"
            } else if changes == 0 {
                "nothing"
            } else {
                "ready"
            }
        var values: Values = [
            "round-links": RoundLinks(round: round).values(scope),
            "state": scope.text("placing.import.state-\(state)"),
            "import-url": "\(round.path)/import",
        ]
        if !upload.counts.isEmpty {
            values["counts"] = ["grid": counts(scope).values] as Values
        }
        if !upload.errors.isEmpty {
            values["errors"] = ["grid": errors(scope).values] as Values
        }
        if !upload.warnings.isEmpty {
            values["warnings"] = ["grid": warnings(scope).values] as Values
        }
        if state == "ready" { values["form"] = scope.form(path, key: "import") }
        if let pager = Pager(
            page: page, count: upload.errors.count, pageSize: Self.errorsOnOnePage, address: path
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func counts(_ scope: PageScope) -> Grid {
        let outcomes: [ImportReport.Outcome] = [.error, .new, .changed, .unchanged]
        return Grid(
            caption: scope.text("placing.import.counts"),
            heads: [scope.text("placing.import.table")]
                + outcomes.map { scope.text("admin.import.outcome.\($0.rawValue)") },
            rows: upload.counts.map { table, counts in
                Grid.Row(
                    scope.text("placing.tables.\(table)"), outcomes.map { "\(counts[$0] ?? 0)" })
            })
    }

    private func errors(_ scope: PageScope) -> Grid {
        lines(
            Array(
                upload.errors.dropFirst(page * Self.errorsOnOnePage)
                    .prefix(Self.errorsOnOnePage)), "errors", scope)
    }

    /// As many as fit on a page: what comes of them is seen in full where it is published.
    private func warnings(_ scope: PageScope) -> Grid {
        lines(Array(upload.warnings.prefix(Self.errorsOnOnePage)), "warnings", scope)
    }

    private func lines(_ lines: [RoundUpload.Line], _ caption: String, _ scope: PageScope) -> Grid {
        Grid(
            caption: scope.text("placing.import.\(caption)"),
            heads: ["table", "line", "what"].map { scope.text("placing.import.\($0)") },
            rows: lines.map { line in
                Grid.Row(
                    "\(line.table).csv", [line.line.map { "\($0)" } ?? "–", line.message])
            })
    }
}

extension WebContext {
    private static let largestTables = 10 * 1024 * 1024

    func showTables(_ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        return try page(TablesPage(round: round), context)
    }

    /// Takes tables to be looked through; nothing of them is imported by this.
    func uploadTables(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let sent = try await request.multipart(upTo: Self.largestTables + 65_536)
        try check(sent.form, request, context)
        var page = TablesPage(round: round)
        var tables: [PlacementTable] = []
        for (name, _) in TableReader.columns(.round) {
            guard let file = sent.files[name], !file.bytes.isEmpty else { continue }
            do throws(CSVTable.Fault) {
                let table = try CSVTable(file.bytes)
                tables.append(
                    PlacementTable(
                        name: name, header: table.header,
                        rows: table.rows.map { .init(line: $0.number, fields: $0.fields) }))
            } catch {
                page.faults[name] = context.wording.text(
                    "page.admin.import.fault",
                    ["line": "\(error.line)", "text": error.sentence(in: context.language)])
            }
        }
        if tables.isEmpty, page.faults.isEmpty {
            page.refusal = context.wording.text("page.placing.import.no-file")
        }
        if page.faults.isEmpty, page.refusal == nil {
            let wording = context.wording
            do {
                let id = try await installation.uploadTables(
                    tables, into: round.id, by: reader.id, key: try key(sent.form, reader.id),
                    sentence: { wording.tableProblem($0) })
                return redirect(to: "\(round.path)/imports/\(id)")
            } catch OperationError.keyReused {
                page.refusal = wording.text("page.fault.sent-before")
            }
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    func showUpload(_ request: Request, _ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        guard
            let upload = try installation.roundUpload(
                try context.identifier("upload"), of: round)
        else { throw PageError.notFound }
        return try page(
            UploadPage(round: round, upload: upload, page: Pager.asked(request)), context)
    }

    func importUpload(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, round) = try needRound(context)
        let form = try await request.form()
        try check(form, request, context)
        let id = try context.identifier("upload")
        let wording = context.wording
        try await installation.importUpload(id, of: round.id, by: reader.id) {
            wording.tableProblem($0)
        }
        return redirect(to: "\(round.path)/imports/\(id)")
    }

    /// A table of the round as it is now.
    func downloadTable(_ context: PageRequest) throws -> Response {
        let (_, round) = try needRound(context)
        let name = try context.identifier("table")
        guard let table = try installation.placementTables(of: round, only: name).first else {
            throw PageError.notFound
        }
        return spreadsheet([table.header] + table.rows.map(\.fields), file: name)
    }
}
