import CivilCalendar
import Engine
import Hummingbird
import Logging
import Operations
import ProgrammeFiles
import Wording

extension WebContext {
    /// The whole form, the file twice at the most: in the field and as a file.
    private static let largestWorkshopForm = 10 * 1024 * 1024

    func showWorkshop(_ context: PageRequest) throws -> Response {
        _ = try needOwner(context)
        return try page(WorkshopPage(), context)
    }

    /// Checks and simulates what was sent, and keeps nothing.
    func useWorkshop(_ request: Request, _ context: PageRequest) async throws -> Response {
        _ = try needOwner(context)
        let sent = try await request.multipart(upTo: Self.largestWorkshopForm)
        try check(sent.form, request, context)
        var page = WorkshopPage()
        page.kept = sent.form.fields["start"] == nil ? nil : sent.form
        guard try fill(&page, sent, context) else {
            return try self.page(page, context, status: .unprocessableContent)
        }
        switch sent.form["do"] {
        case "simulate": simulate(&page, sent.form, context)
        case "publish": page.asksToPublish = page.check?.programme != nil
        default: break
        }
        let isFine = page.check?.programme != nil && page.fault == nil && page.refusal == nil
        return try self.page(page, context, status: isFine ? .ok : .unprocessableContent)
    }

    /// Publishes what was looked at, and nothing else: where it, or what is published, has become
    /// another since, it is shown again.
    func publishFromWorkshop(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try needOwner(context)
        let sent = try await request.multipart(upTo: Self.largestWorkshopForm)
        try check(sent.form, request, context)
        var page = WorkshopPage()
        guard try fill(&page, sent, context), let found = page.check, let compiled = found.compiled,
            !found.isTooLarge
        else { return try self.page(page, context, status: .unprocessableContent) }
        let id = compiled.programme.id
        if page.same != nil { return redirect(to: "/programmes/\(id)/versions") }
        guard sent.form["hash"] == compiled.contentHash,
            sent.form["newest"] == "\(page.newest?.number ?? 0)"
        else {
            page.asksToPublish = true
            page.note = context.wording.text("page.admin.workshop.stale")
            return try self.page(page, context, status: .conflict)
        }
        _ = try await installation.publish(found.source, by: .person(reader.id))
        context.logger.info("programme published", metadata: ["programme": "\(id)"])
        return redirect(to: "/programmes/\(id)/versions")
    }

    // MARK: - Shared

    /// - Returns: false where there is nothing to check, which the page says.
    private func fill(
        _ page: inout WorkshopPage, _ sent: Multipart, _ context: PageRequest
    ) throws -> Bool {
        let file = sent.files["file"]
        // Line ends of a text field are two characters, whatever was pasted.
        let written = (sent.form.fields["text"] ?? "").replacing("\r\n", with: "\n")
        let bytes = file?.bytes ?? Array(written.utf8)
        page.text = file == nil ? written : ""
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) {
            page.refusal = context.wording.text("page.admin.workshop.empty")
            return false
        }
        let frameworks = try installation.frameworkShelf().versions.map(\.framework)
        let found = try WorkshopCheck(
            bytes: bytes, uploadedAs: file?.name, frameworks: frameworks
        ) {
            try installation.publishedModules(besides: $0)
        }
        // What cannot stand in a field, or is too large to be a programme, is not shown again.
        if file != nil, bytes.count <= WorkshopCheck.longestShown,
            let text = String(validating: bytes, as: UTF8.self), !text.contains("\0")
        {
            page.text = text.replacing("\r\n", with: "\n")
        }
        page.check = found
        if let compiled = found.compiled {
            page.newest = try installation.programme(compiled.programme.id)
            page.same = try installation.versions(of: compiled.programme.id)
                .first { $0.hash == compiled.contentHash }?.number
        }
        return true
    }

    private func simulate(_ page: inout WorkshopPage, _ form: Form, _ context: PageRequest) {
        guard let programme = page.check?.programme, page.check?.isTooLarge == false else { return }
        // Straight from the first check there are no fields yet: today, and everybody on time.
        var form = form
        if form.fields["start"] == nil {
            form.set("start", installation.nowCivil.day.description)
            form.set("behaviour", Simulation.Behaviour.onTime.rawValue)
        }
        page.kept = form
        let request = SimulationRequest(programme: programme, scope: scope(context))
        do {
            page.simulation = try request.simulation(form)
        } catch let fault as FieldFault {
            page.fault = fault
        } catch let refusal as Refusal {
            page.refusal = context.wording.refusal(refusal, in: programme)
        } catch {
            page.refusal = context.wording.text("page.error.broken.text")
        }
    }
}
