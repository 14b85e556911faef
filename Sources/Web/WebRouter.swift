public import Hummingbird
import Operations

/// The router of all pages.
///
/// A GET shows and never acts; a POST is an act of the person of its session, sent by a form of
/// that session.
public func buildRouter(_ web: WebContext) -> Router<PageRequest> {
    let router = Router(context: PageRequest.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SafetyMiddleware())
    router.add(middleware: ReaderMiddleware(web: web))
    router.add(middleware: ErrorMiddleware(web: web))

    router.get("/") { try web.showStart($0, $1) }
    router.get("/style.css") { request, _ in web.stylesheet(request) }
    router.get("/l/{token}") { try web.followLink($0, $1) }
    router.post("/signout") { try await web.signOut($0, $1) }

    router.get("/me") { try web.showMe($0, $1) }
    router.get("/settings/mail") { try web.showSettings($0, $1) }
    router.post("/settings/mail") { try await web.changeSettings($0, $1) }
    router.get("/programmes") { try web.showProgrammes($1) }
    router.get("/programmes/{programme}") { try web.showProgramme($1) }
    router.get("/programmes/{programme}/diagram.svg") { try web.showDiagram($1) }

    router.get("/enrolments/{enrolment}") { try web.showEnrolment($1) }
    router.get("/enrolments/{enrolment}/timeline.svg") { try web.showTimeline($1) }
    let step = router.group("/enrolments/{enrolment}/steps/{step}")
    step.get { try web.showStep($0, $1) }
    step.post("confirmation") { try await web.confirm($0, $1) }
    step.post("skip") { try await web.skip($0, $1) }
    step.post("booking") { try await web.book($0, $1) }
    step.post("settlement") { try await web.settle($0, $1) }
    step.post("answers") { try await web.answer($0, $1) }

    router.post("/demo/person") { try await web.becomePerson($0, $1) }
    router.post("/demo/clock") { try await web.moveClock($0, $1) }
    router.get("/mailbox") { try web.showMailbox($0, $1) }
    router.get("/mailbox/{message}") { try web.showMail($1) }
    router.get("/mailbox/{message}/html") { try web.showMailHTML($1) }
    router.get("/mailbox/{message}/message.eml") { try web.downloadMail($1) }
    router.get("/mailbox/{message}/invitation.ics") { try web.downloadInvitation($1) }

    router.get("/healthz") { _, _ in web.health() }
    router.get("/readyz") { _, _ in web.readiness() }
    router.get("/metrics") { _, _ in try web.metrics() }
    return router
}
