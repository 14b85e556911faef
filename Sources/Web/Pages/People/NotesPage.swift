import CivilCalendar
import Engine
import Hummingbird
import Operations
import Wording

/// The reader's own notes about somebody, which nobody else can read.
struct NotesPage: Page {
    static let notesOnOnePage = 20

    static func path(_ enrolment: EnrolmentID) -> String { "/enrolments/\(enrolment)/notes" }

    let template = "notes"
    let enrolment: EnrolmentID
    /// Whom the notes are about.
    let subject: String
    let notes: [PrivateNote]
    let inAll: Int
    /// Counted from zero.
    let page: Int
    /// Whether the reader has a role here, and not only notes from when they had.
    let mayWrite: Bool
    let time: ZonedTime
    var saved: String?
    /// What was written in which form, "" being the one for a new note, and what is wrong with it.
    var kept: (note: String, text: String)?
    var fault: String?

    private var path: String { Self.path(enrolment) }

    func title(_ scope: PageScope) -> String { scope.text("notes.title", ["name": subject]) }

    func values(_ scope: PageScope) -> Values {
        var values: Values = ["notes": notes.map { self.values($0, scope) }]
        if mayWrite {
            values["url"] = "/enrolments/\(enrolment)"
            values["new"] = form("", path, "", scope)
        } else {
            values["role-gone"] = true
        }
        if notes.isEmpty { values["none"] = true }
        switch saved {
        case "new": values["saved"] = scope.text("notes.saved-new")
        case "change": values["saved"] = scope.text("notes.saved-change")
        case "delete": values["saved"] = scope.text("notes.saved-delete")
        default: break
        }
        if fault != nil { values["faulty"] = true }
        if let pager = Pager(
            page: page, count: inAll, pageSize: Self.notesOnOnePage, address: path
        ).values(scope) {
            values["pager"] = pager
        }
        return values
    }

    private func values(_ note: PrivateNote, _ scope: PageScope) -> Values {
        let written = time.civil(note.writtenAt)
        var when = scope.text("notes.written", ["moment": scope.wording.moment(written)])
        if note.changedAt != note.writtenAt {
            when = scope.text(
                "notes.changed",
                ["written": when, "moment": scope.wording.moment(time.civil(note.changedAt))])
        }
        var values: Values = ["when": when]
        if let text = note.text {
            values["paragraphs"] = text.paragraphs
            values["edit"] = form(note.id, "\(path)/\(note.id)", text, scope)
        } else {
            values["damaged"] = true
        }
        values["delete"] = scope.form("\(path)/\(note.id)/deletion", key: "delete.\(note.id)")
        return values
    }

    private func form(
        _ note: String, _ action: String, _ text: String, _ scope: PageScope
    ) -> Values {
        var form = scope.form(action, key: note.isEmpty ? "new" : "edit.\(note)")
        form["id"] = note.isEmpty ? "note-new" : "note-\(note)"
        form["longest"] = "\(Installation.longestNote)"
        form["value"] = kept?.note == note ? kept?.text ?? "" : text
        if kept?.note == note {
            form["is-open"] = true
            if let fault { form["fault"] = fault }
        }
        return form
    }
}

extension WebContext {
    func showNotes(_ request: Request, _ context: PageRequest) throws -> Response {
        var page = try notesPage(context, Pager.asked(request))
        page.saved = request.uri.queryParameters["saved"].map { String($0) }
        return try self.page(page, context)
    }

    func writeNote(_ request: Request, _ context: PageRequest) async throws -> Response {
        try await keepNote(request, context, as: "new") { text, page, reader, key in
            try await installation.writeNote(
                text, about: page.enrolment, by: reader, key: key)
        }
    }

    func changeNote(_ request: Request, _ context: PageRequest) async throws -> Response {
        let note = try context.identifier("note")
        return try await keepNote(request, context, as: "change", note) {
            text, page, reader, key in
            try await installation.changeNote(
                note, to: text, about: page.enrolment, by: reader, key: key)
        }
    }

    func deleteNote(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let enrolment = EnrolmentID(try context.identifier("enrolment"))
        let key = try key(form, reader.id)
        do {
            try await installation.deleteNote(
                try context.identifier("note"), about: enrolment, by: reader.id, key: key)
        } catch OperationError.noSuchNote {
            throw PageError.notFound
        }
        // With the last note of somebody who has no role any more, their page goes too.
        let isLeft = try installation.notesSubject(enrolment, for: reader.id) != nil
        return redirect(
            to: isLeft ? "\(NotesPage.path(enrolment))?saved=delete" : FollowPage.path)
    }

    private func keepNote(
        _ request: Request, _ context: PageRequest, as act: String, _ note: String = "",
        body: (String, NotesPage, PersonID, String) async throws -> Void
    ) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        var page = try notesPage(context, 0)
        // A text area sends its line ends as two characters.
        let text = (form["text"] ?? "").replacing("\r\n", with: "\n")
        page.kept = (note, text)
        if text.isEmpty || text.count > Installation.longestNote {
            page.fault =
                text.isEmpty
                ? context.wording.text("page.notes.fault-empty")
                : context.wording.text(
                    "page.notes.fault-long", ["count": "\(Installation.longestNote)"])
            return try self.page(page, context, status: .unprocessableContent)
        }
        do {
            try await body(text, page, reader.id, try key(form, reader.id))
        } catch OperationError.keyReused {
            page.fault = context.wording.text("page.fault.sent-before")
            return try self.page(page, context, status: .conflict)
        } catch OperationError.noSuchNote {
            throw PageError.notFound
        }
        return redirect(to: "\(NotesPage.path(page.enrolment))?saved=\(act)")
    }

    /// - Throws: `PageError.notFound` for whoever has no role there and no notes.
    private func notesPage(_ context: PageRequest, _ page: Int) throws -> NotesPage {
        let reader = try context.needReader()
        let id = EnrolmentID(try context.identifier("enrolment"))
        guard let subject = try installation.notesSubject(id, for: reader.id) else {
            throw PageError.notFound
        }
        let (notes, total) = try installation.notes(
            by: reader.id, about: id, page: page, pageSize: NotesPage.notesOnOnePage)
        return NotesPage(
            enrolment: id, subject: subject, notes: notes, inAll: total, page: page,
            mayWrite: try installation.mayWriteNotes(reader.id, about: id),
            time: installation.time)
    }
}
