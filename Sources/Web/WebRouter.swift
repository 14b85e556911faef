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
    router.add(middleware: LinkScopeMiddleware())

    router.get("/") { try web.showStart($0, $1) }
    router.get("/style.css") { request, _ in web.stylesheet(request) }
    addEntrance(to: router, web)
    addPeople(to: router, web)
    addBoard(to: router, web)
    addCompetence(to: router, web)
    addAdmin(to: router, web)
    addPlacing(to: router, web)
    addPlaced(to: router, web)
    addMentoring(to: router, web)

    router.get("/me") { try web.showMe($0, $1) }
    addChanges(to: router, web)
    router.get("/settings/mail") { try web.showSettings($0, $1) }
    router.post("/settings/mail") { try await web.changeSettings($0, $1) }
    router.get("/programmes") { try web.showProgrammes($1) }
    router.get("/programmes/{programme}") { try web.showProgramme($1) }
    router.get("/programmes/{programme}/diagram.svg") { try web.showDiagram($1) }

    router.get("/enrolments/{enrolment}") { try web.showEnrolment($0, $1) }
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

/// What changes while people are in a programme: single plans, versions, and who acts for whom.
private func addChanges(to router: Router<PageRequest>, _ web: WebContext) {
    let enrolment = router.group("/enrolments/{enrolment}")
    enrolment.get("history") { try web.showHistory($0, $1) }
    enrolment.get("steps/{step}/history") { try web.showStepHistory($0, $1) }
    enrolment.get("change") { try web.showChanges($1) }
    enrolment.get("change/{kind}") { try web.showChange($0, $1) }
    enrolment.post("change/{kind}/preview") { try await web.previewChange($0, $1) }
    enrolment.post("change/{kind}") { try await web.carryOutChange($0, $1) }

    let programme = router.group("/programmes/{programme}")
    programme.get("versions") { try web.showVersions($0, $1) }
    programme.get("versions/{from}/{to}") { try web.showDifference($1) }
    programme.get("migration") { try await web.showMigration($0, $1) }
    programme.post("migration") { try await web.startMigration($0, $1) }

    router.get("/acts/{act}") { try web.showAct($0, $1) }
    router.post("/acts/{act}/undo") { try await web.undoAct($0, $1) }

    router.get("/me/absence") { try web.showAbsence($1) }
    router.post("/me/absence/{kind}/preview") { try await web.previewAbsence($0, $1) }
    router.post("/me/absence/{kind}") { try await web.startAbsence($0, $1) }
}
