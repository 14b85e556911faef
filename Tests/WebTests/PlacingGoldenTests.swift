import Engine
import Operations
import Placements
import Support
import Testing

@testable import Web

/// The coordinator's pages and those of whom a coordinator asks, as they were read and found
/// right.
@Suite struct PlacingGoldenTests {
    @Test("The coordinator's pages", arguments: Language.shipped)
    func pages(_ language: Language) async throws {
        let placing = try await PlacingWorld()
        try await placing.world.speak(language, "jon")
        let jon = try await placing.world.browser("jon")
        let draft = try await placing.draft()
        let other = try await placing.draft(.serial)
        _ = try await placing.installation.lock(
            "s2", ward: "w1", period: "H1", in: placing.round, by: "jon")
        try await placing.installation.ban("s1", ward: "w1", in: placing.round, by: "jon")
        func expect(_ path: String, _ name: String) async throws {
            let answer = try await jon.get(path)
            #expect(answer.status == 200, "\(name)")
            let text = answer.stable.replacing(placing.round, with: "ROUND")
                .replacing(draft, with: "DRAFT").replacing(other, with: "OTHER")
                .replacing(#/sha256:[0-9a-f]+/#, with: "sha256:HASH")
                .replacing(#/name="input" value="[0-9a-f]+"/#, with: "name=\"input\"")
            expectGolden(text, "\(language)/placing/\(name).html")
        }
        let path = placing.path
        try await expect("/placements", "rounds")
        try await expect(path, "board")
        try await expect("\(path)?institution=i1&draft=\(draft)", "board-wards")
        try await expect("\(path)/answers", "answers")
        try await expect("\(path)/wards/w2", "ward")
        try await expect("\(path)/students?q=a", "students")
        try await expect("\(path)/students/s2", "student-locked")
        try await expect("\(path)/students/s1", "student-banned")
        try await expect("\(path)/drafts", "drafts")
        try await expect("\(path)/drafts/\(draft)", "draft")
        try await expect("\(path)/drafts/\(draft)?unplaced=1", "draft-unplaced")
        try await expect("\(path)/drafts/\(other)", "draft-serial")
        try await expect("\(path)/compare?a=\(draft)&b=\(other)", "compare")
        try await expect(
            "\(path)/drafts/\(draft)/what-if?change=tospann&place=w1&places=1", "what-if")
        try await expect("\(path)/split", "split")
        try await expect("\(path)/load?draft=\(draft)", "load")
        try await expect("\(path)/import", "import")
    }

    @Test("The pages of those who are asked", arguments: Language.shipped)
    func asked(_ language: Language) async throws {
        let placing = try await PlacingWorld()
        let installation = placing.installation
        _ = try await installation.ask(.offers, in: placing.round, by: "jon")
        _ = try await installation.ask(.needs, in: placing.round, by: "jon")
        let round = try need(try installation.placementRound(placing.round, for: "jon"))
        for ask in try installation.asks(of: round) {
            let token = AskLink(
                person: ask.person, enrolment: ask.enrolment,
                expires: placing.world.clock.now().seconds + 3600
            ).token(installation.settings.secret)
            let browser = try await placing.world.browser()
            let answer = try await browser.get("/p/\(token)?lang=\(language)")
            #expect(answer.status == 200)
            let name = try need(try installation.person(ask.person)?.email).prefix { $0 != "@" }
            let text = answer.stable.replacing(token, with: "TOKEN")
            expectGolden(text, "\(language)/placing/ask-\(ask.kind.rawValue)-\(name).html")
        }
    }
}
