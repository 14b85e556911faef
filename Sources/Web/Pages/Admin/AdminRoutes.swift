import Hummingbird

/// The pages of HR and of programme owners.
func addAdmin(to router: Router<PageRequest>, _ web: WebContext) {
    let admin = router.group("/admin")
    admin.get { try web.showAdmin($1) }

    admin.get("workshop") { try web.showWorkshop($1) }
    admin.post("workshop") { try await web.useWorkshop($0, $1) }
    admin.post("workshop/publish") { try await web.publishFromWorkshop($0, $1) }

    admin.get("units") { try web.showUnits($1) }
    admin.get("units/{unit}") { try web.showUnit($0, $1) }
    admin.get("people") { try web.showPeople($0, $1) }
    admin.get("people/{person}") { try web.showPerson($0, $1) }
    admin.post("people/{person}") { try await web.changePerson($0, $1) }
    admin.post("people/{person}/unit") { try await web.movePerson($0, $1) }

    admin.get("import") { try web.showImport($1) }
    admin.post("import") { try await web.uploadImport($0, $1) }
    admin.get("imports/{job}") { try web.showImportJob($0, $1) }
    admin.get("imports/{job}/report.csv") { try web.downloadImportReport($1) }
    admin.post("imports/{job}/start") { try await web.startImport($0, $1) }
    admin.post("imports/{job}/cancel") { try await web.cancelImport($0, $1) }

    admin.get("export") { try web.showExport($1) }
    admin.get("export/file") { try web.downloadExport($0, $1) }

    admin.get("outbox") { try web.showOutbox($0, $1) }
    admin.get("outbox/{message}") { try web.showOutboxMessage($1) }
    admin.post("outbox/{message}/retry") { try await web.retryMessage($0, $1) }

    admin.get("mails") { try web.showMailTemplates($0, $1) }
    admin.get("mails/html") { try web.showMailTemplateHTML($0, $1) }

    admin.get("inputs") { try web.showInputs($0, $1) }
    admin.get("inputs/{input}") { try web.showInput($0, $1) }
    admin.post("inputs/{input}/answer") { try await web.answerInput($0, $1) }
}
