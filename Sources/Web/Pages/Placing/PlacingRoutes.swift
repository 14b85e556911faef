import Hummingbird

/// The coordinator's pages of student placements, and what those answer whom they ask.
func addPlacing(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/p/{token}") { try web.showAsk($0, $1) }
    router.post("/p/{token}") { try await web.answerAsk($0, $1) }
    router.get("/asks/{enrolment}") { try web.showAsk($0, $1) }
    router.post("/asks/{enrolment}") { try await web.answerAsk($0, $1) }

    router.get("/placements") { try web.showRounds($0, $1) }
    router.post("/placements") { try await web.createRound($0, $1) }
    let round = router.group("/placements/{round}")
    round.get { try web.showRound($0, $1) }
    round.get("answers") { try web.showAnswers($0, $1) }
    round.post("asks") { try await web.askForAnswers($0, $1) }
    round.post("deadlines") { try await web.changeDeadlines($0, $1) }
    round.get("wards/{ward}") { try web.showWard($0, $1) }
    round.get("load") { try web.showLoad($0, $1) }
    round.get("published") { try web.showPublished($0, $1) }
    round.get("published/allocation") { try web.downloadPublished($1) }

    round.get("import") { try web.showTables($1) }
    round.post("import") { try await web.uploadTables($0, $1) }
    round.get("imports/{upload}") { try web.showUpload($0, $1) }
    round.post("imports/{upload}") { try await web.importUpload($0, $1) }
    round.get("tables/{table}") { try web.downloadTable($1) }

    round.get("students") { try web.showStudents($0, $1) }
    round.get("students/{student}") { try web.showStudent($0, $1) }
    for act in ["lock", "ban"] {
        round.post("students/{student}/\(act)") { try await web.decideStudent($0, $1) }
        round.post("students/{student}/un\(act)") { try await web.undecideStudent($0, $1) }
    }

    round.get("split") { try await web.showSplit($0, $1) }
    round.post("split") { try await web.keepSplit($0, $1) }

    round.get("drafts") { try web.showDrafts($1) }
    round.post("drafts") { try await web.startDraft($0, $1) }
    round.get("compare") { try web.compareDrafts($0, $1) }
    let draft = round.group("drafts/{draft}")
    draft.get { try web.showDraft($0, $1) }
    draft.post("end") { try await web.endDraft($0, $1) }
    draft.get("allocation") { try web.downloadAllocation($1) }
    draft.get("what-if") { try await web.showWhatIf($0, $1) }
}
