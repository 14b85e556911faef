import CivilCalendar
import Engine
import Hummingbird
import NIOCore
import Operations
import Wording

/// The whole plan of one enrolment, for those who have a role in it.
struct EnrolmentPage: Page {
    let template = "enrolment"
    let view: EnrolmentView
    var isChanged = false
    /// Whether the reader has notes of their own here, or may write some.
    var hasNotes = false

    func title(_ scope: PageScope) -> String {
        view.enrolment.roles[.participant] == scope.reader
            ? view.title.text(in: scope.language)
            : scope.text(
                "enrolment.title",
                ["name": view.participantName, "programme": view.title.text(in: scope.language)])
    }

    func values(_ scope: PageScope) -> Values {
        var values: Values = [
            "summary": view.programme.summary.text(in: scope.language),
            "people": view.people(scope), "dates": dates(scope), "stages": stages(scope),
            "timeline": "/enrolments/\(view.id)/timeline.svg",
            "progress": scope.text(
                "enrolment.progress",
                [
                    "done": "\(shown.filter { $0.record.status.isSettled }.count)",
                    "all": "\(shown.count)",
                ]),
            "version": scope.text(
                "enrolment.version", ["number": "\(view.versionNumber)"]),
        ]
        values["history"] = "/enrolments/\(view.id)/history"
        if let reader = scope.reader, view.mayChange(reader) {
            values["change"] = "/enrolments/\(view.id)/change"
        }
        if isChanged { values["changed"] = true }
        if hasNotes { values["notes"] = NotesPage.path(view.id) }
        if view.enrolment.status == .running {
            values["input"] = InputForm(view: view, step: nil).values(scope)
        }
        if let standing = view.standing(scope) { values["standing"] = standing }
        let left = view.steps.filter { $0.status == .notApplicable }
        if !left.isEmpty {
            values["left-out"] = [
                "heading": scope.count("enrolment.left-out", left.count),
                "lines": lines(left, scope),
            ]
        }
        return values
    }

    private var shown: [StepExplanation] {
        view.steps.filter { $0.step.kind != .message && $0.status != .notApplicable }
    }

    private func dates(_ scope: PageScope) -> [Values] {
        view.programme.anchors.compactMap { anchor in
            guard let day = view.enrolment.anchors[anchor.id] else { return nil }
            let title = anchor.title.text(in: scope.language)
            return [
                "title": title.isEmpty ? anchor.id.rawValue : title,
                "day": scope.wording.day(day),
            ]
        }
    }

    private func stages(_ scope: PageScope) -> [Values] {
        view.programme.stages.compactMap { stage in
            let steps = view.steps.filter {
                $0.step.stage == stage.id && $0.status != .notApplicable
            }
            if steps.isEmpty { return nil }
            return [
                "id": stage.id, "title": stage.title.text(in: scope.language),
                "lines": lines(steps, scope),
            ]
        }
    }

    private func lines(_ steps: [StepExplanation], _ scope: PageScope) -> [Values] {
        steps.map { StepLine(view: view, step: $0, scope: scope).values }
    }
}

extension WebContext {
    /// The enrolment that the address names.
    ///
    /// - Throws: `PageError.notFound` also where it exists and is none of the reader's business, so
    ///   that its existence is not told.
    func view(_ context: PageRequest) throws -> EnrolmentView {
        let reader = try context.needReader()
        let id = EnrolmentID(try context.identifier("enrolment"))
        guard let view = try installation.enrolmentView(id, for: reader.id) else {
            throw PageError.notFound
        }
        return view
    }

    func showEnrolment(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        let view = try view(context)
        return try page(
            EnrolmentPage(
                view: view, isChanged: request.uri.queryParameters["changed"] != nil,
                hasNotes: try installation.mayWriteNotes(reader.id, about: view.id)), context)
    }

    func showTimeline(_ context: PageRequest) throws -> Response {
        let view = try view(context)
        return picture(
            TimelineSVG(
                view.steps.filter { $0.status != .notApplicable }, in: view.programme,
                language: context.language, today: installation.nowCivil.day
            ).svg(isSpoken: false))
    }

    /// A picture that is its own document: its style stands inside it. It is sent without the white
    /// space that only people who read the file need.
    func picture(_ svg: String) -> Response {
        let style = #/<style>[^<]*<\/style>/#
        let packed = svg.replacing(">\n<", with: "><").replacing(style) { match in
            String(decoding: PageTemplates.packed(String(match.output)), as: UTF8.self)
        }
        var response = Response(
            status: .ok, headers: [.contentType: "image/svg+xml; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: packed)))
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
        return response
    }
}
