import Engine
import Foundation
import Operations
import Support

@testable import Web

/// The administration's pages for the tests in a real browser, as `browse.py` takes them.
func adminPages(_ world: WebWorld, _ amina: EnrolmentID) async throws -> [[String: String]] {
    let installation = world.installation
    try await world.load(.people, "id,name,unit,language\nquiet,Stille Berg,ward,nb\n")
    let quiet = try await world.enrol("quiet")
    _ = try await installation.act(
        .handOver("buddy", to: nil, reason: "Sluttet"), on: quiet, by: .person("leader"))
    try await world.courier.deliverAll()
    let input = try await installation.giveInput(
        "Omvisningen kom for sent.\n\nMer tid og ro.", about: amina, step: nil, by: "amina")
    let job = try await installation.uploadImport(
        ImportTable(
            kind: .people, file: "folk.csv",
            bytes: Array("id,name,email,unit\nny,Ny Nordmann,galt,ward\nto,To By,,ward\n".utf8)),
        by: "hr", language: .bokmål)
    let right = try await installation.uploadImport(
        ImportTable(
            kind: .people, file: "flere.csv", bytes: Array("id,name,unit\ntre,Tre By,ward\n".utf8)),
        by: "hr", language: .bokmål)
    while let open = try installation.unfinishedImport() {
        try await installation.continueImport(open)
    }
    let dead = try need(try installation.messages(status: "dead").first)
    func page(
        _ name: String, _ path: String, _ person: PersonID
    ) throws -> [String: String] {
        ["name": "admin-\(name)", "path": path, "cookie": try world.cookie(person)]
    }
    func sent(
        _ name: String, _ path: String, _ person: PersonID, _ fields: [String: String]
    ) throws -> [String: String] {
        let json = try JSONSerialization.data(withJSONObject: fields)
        return try page(name, path, person).merging(
            ["form": path, "fields": String(decoding: json, as: UTF8.self)]) { $1 }
    }
    let text = try String(
        contentsOf: Repository.url("Workflows/oslo-onboarding.yaml"), encoding: .utf8)
    return try [
        page("hr", "/admin", "hr"), page("owner", "/admin", "owner"),
        page("programmes", "/programmes", "owner"),
        page("workshop", "/admin/workshop", "owner"),
        try sent(
            "workshop-faults", "/admin/workshop", "owner",
            ["text": text.replacing("who: participant", with: "whom: participant")]),
        try sent("workshop-calendar", "/admin/workshop", "owner", ["text": text + "\n# mer\n"]),
        page("units", "/admin/units", "hr"), page("unit", "/admin/units/ward", "hr"),
        page("people", "/admin/people?q=a", "hr"), page("person", "/admin/people/amina", "hr"),
        page("import", "/admin/import", "hr"), page("export", "/admin/export", "hr"),
        page("import-errors", "/admin/imports/\(job)", "hr"),
        page("import-checked", "/admin/imports/\(right)", "hr"),
        page("outbox", "/admin/outbox", "hr"),
        page("outbox-dead", "/admin/outbox/\(dead.id)", "hr"),
        page("mails", "/admin/mails?kind=reminder", "hr"),
        page("inputs", "/admin/inputs", "owner"), page("input", "/admin/inputs/\(input)", "owner"),
    ]
}
