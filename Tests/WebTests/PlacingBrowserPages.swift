import Engine
import Operations
import Placements

@testable import Web

extension BrowserTests {
    /// The coordinator's pages, and those of whom a coordinator asks, also after a fault.
    func placingPages(_ placing: PlacingWorld) async throws -> [[String: String]] {
        let (world, installation) = (placing.world, placing.installation)
        let draft = try await placing.draft()
        let other = try await placing.draft(.stable)
        try await installation.lock(
            "s2", ward: "w1", period: "H1", in: placing.round, by: "jon")
        try await installation.ban("s2", ward: "w2", in: placing.round, by: "jon")
        _ = try await installation.ask(.offers, in: placing.round, by: "jon")
        _ = try await installation.ask(.needs, in: placing.round, by: "jon")
        let cookie = try world.cookie("jon")
        func page(
            _ name: String, _ path: String, form: String? = nil, _ fields: String = "{}"
        ) -> [String: String] {
            var page = [
                "name": "placing-\(name)", "path": placing.path + path, "cookie": cookie,
            ]
            if let form {
                page["form"] = placing.path + form
                page["fields"] = fields
            }
            return page
        }
        let round = try need(try installation.placementRound(placing.round, for: "jon"))
        let links = try installation.asks(of: round).map { ask in
            let link = AskLink(
                person: ask.person, enrolment: ask.enrolment,
                expires: world.clock.now().seconds + AskLink.lifetimeSeconds)
            return [
                "name": "ask-\(ask.kind)-\(ask.person)",
                "path": "/p/\(link.token(installation.settings.secret))",
            ]
        }
        return [
            ["name": "placing-rounds", "path": "/placements", "cookie": cookie],
            page("board", ""), page("board-draft", "?institution=i1&draft=\(draft)"),
            page("answers", "/answers"), page("ward", "/wards/w2"),
            page("students", "/students"), page("student", "/students/s2"),
            page(
                "student-fault", "/students/s1", form: "/students/s1/lock",
                "{\"ward\": \"w3\", \"period\": \"H1\"}"),
            page("drafts", "/drafts"),
            page("drafts-fault", "/drafts", form: "/drafts", "{\"time-limit\": \"0\"}"),
            page("draft", "/drafts/\(draft)"),
            page("draft-unplaced", "/drafts/\(draft)?unplaced=1"),
            page("publish-broken", "/drafts/\(other)/publish"),
            page("compare", "/compare?a=\(draft)&b=\(other)"),
            page("what-if", "/drafts/\(draft)/what-if?change=tospann&place=w1&places=1"),
            page("split", "/split"), page("load", "/load"), page("import", "/import"),
        ] + links
    }
}
