import Engine
import Operations

@testable import Web

extension BrowserTests {
    /// The newcomer's and the mentor's pages, those that come after a form was sent included.
    func peoplePages(_ world: WebWorld, _ amina: EnrolmentID) async throws -> [[String: String]] {
        let installation = world.installation
        let plan = "/enrolments/\(amina)"
        try await installation.writeNote("Et notat", about: amina, by: "leader")
        let input = try await installation.giveInput(
            "Mer tid", about: amina, step: nil, by: "amina")
        try await installation.answerInput(input, "Ja", by: "owner")
        // Somebody who has not begun yet.
        _ = try await world.enrol("stranger", firstDay: "2026-04-07")
        func page(
            _ name: String, _ path: String, _ person: PersonID, _ form: String? = nil
        ) throws -> [String: String] {
            var page = ["name": name, "path": path, "cookie": try world.cookie(person)]
            if let form {
                page["form"] = form
                page["fields"] = "{\"text\": \" \"}"
            }
            return page
        }
        return try [
            page("me-welcome", "/me", "stranger"), page("follow", "/follow", "leader"),
            page("confirm", "/follow/confirm", "leader"),
            page("notes", "\(plan)/notes", "leader"), page("own-input", "\(plan)/input", "amina"),
            page("notes-fault", "\(plan)/notes", "leader", "\(plan)/notes"),
            page("own-input-fault", "\(plan)/input", "amina", "\(plan)/input"),
        ]
    }
}
