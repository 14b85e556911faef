import Engine
import HTTPTypes
import Hummingbird
import Operations
import Wording

extension WebContext {
    private static let largestImport = 10 * 1024 * 1024

    func showImport(_ context: PageRequest) throws -> Response {
        try page(try importPage(context), context)
    }

    /// Takes a table to be looked through; nothing of it is carried out by this.
    func uploadImport(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needHR(context)
        let sent = try await request.multipart(upTo: Self.largestImport + 65_536)
        try check(sent.form, request, context)
        var page = try importPage(context)
        page.kept = sent.form
        let reading = FormReader(form: sent.form, wording: context.wording) { _ in .nobody }
        do {
            guard let kind = sent.form["kind"].flatMap({ ImportKind(rawValue: $0) }) else {
                throw reading.fault("kind", "choice")
            }
            guard let file = sent.files["file"], !file.bytes.isEmpty else {
                throw FieldFault(
                    field: "file", sentence: context.wording.text("page.admin.import.no-file"))
            }
            let id = try await installation.uploadImport(
                ImportTable(kind: kind, file: file.name, bytes: file.bytes), by: reader.id,
                language: context.language, key: try key(sent.form, reader.id))
            return redirect(to: "/admin/imports/\(id)")
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let fault as ImportFault {
            page.fault = FieldFault(
                field: "file",
                sentence: context.wording.text(
                    "page.admin.import.fault",
                    [
                        "line": "\(fault.fault.line)",
                        "text": fault.fault.sentence(in: context.language),
                    ]))
        } catch OperationError.keyReused {
            page.fault = FieldFault(
                field: "file", sentence: context.wording.text("page.fault.sent-before"))
        }
        return try self.page(page, context, status: .unprocessableContent)
    }

    func showImportJob(_ request: Request, _ context: PageRequest) throws -> Response {
        let job = try importJob(context)
        let outcome = request.uri.queryParameters["outcome"].flatMap {
            ImportReport.Outcome(rawValue: String($0))
        }
        let page = Pager.asked(request)
        let size = ImportJobPage.rowsOnOnePage
        return try self.page(
            ImportJobPage(
                job: job, counts: try installation.importCounts(job),
                rows: try installation.importRows(
                    job, outcome: outcome, offset: page * size, limit: size),
                outcome: outcome, page: page), context,
            refreshSeconds: job.isUnderWay ? 2 : nil)
    }

    func startImport(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await changeImport(request, context) { try await installation.startImport($0, by: $1) }
    }

    func cancelImport(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await changeImport(request, context) {
            try await installation.cancelImport($0, by: $1)
        }
    }

    func downloadImportReport(_ context: PageRequest) throws -> Response {
        let job = try importJob(context)
        let lines = try installation.importRows(job).map {
            ["\($0.number)", $0.key, $0.outcome.rawValue, $0.message]
        }
        return spreadsheet(
            [["line", "subject", "outcome", "message"]] + lines, file: "import-\(job.id)")
    }

    // MARK: - Shared

    private func importPage(_ context: PageRequest) throws -> ImportPage {
        let reader = try needHR(context)
        return ImportPage(
            jobs: try installation.importJobs(of: reader.id, limit: ImportPage.jobsShown),
            time: installation.time)
    }

    /// The import of the address, which is its uploader's alone.
    private func importJob(_ context: PageRequest) throws -> ImportJob {
        let reader = try needHR(context)
        guard
            let job = try installation.importJob(
                try context.identifier("job"), of: reader.id)
        else { throw PageError.notFound }
        return job
    }

    private func changeImport(
        _ request: Request, _ context: PageRequest,
        _ act: (String, PersonID) async throws -> Void
    ) async throws -> Response {
        let reader = try needHR(context)
        let form = try await request.form()
        try check(form, request, context)
        let job = try importJob(context)
        try await act(job.id, reader.id)
        return redirect(to: "/admin/imports/\(job.id)")
    }
}
