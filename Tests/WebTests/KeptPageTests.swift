import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

/// Pages that are kept say what a page made anew would say, and to each session its own.
@Suite struct KeptPageTests {
    private func world() async throws -> (WebWorld, EnrolmentID) {
        let world = try await WebWorld()
        let id = try await world.enrol("amina")
        try await world.live(until: "2026-03-04T10:00")
        return (world, id)
    }

    /// The same page from a service that has not shown any.
    private func anew(
        _ path: String, _ person: PersonID, _ world: WebWorld
    ) async throws -> String {
        var context = world.context()
        context.installation = try world.otherProcess()
        let browser = Browser(context)
        browser.cookies = [Session.cookieName: try world.cookie(person)]
        return try await browser.get(path).stable
    }

    @Test("Each session gets its own token, and each showing its own key")
    func ownSecrets() async throws {
        let (world, id) = try await world()
        let web = world.context()
        let step = "/enrolments/\(id)/input"
        var tokens: Set<String> = []
        var keys: Set<String> = []
        for _ in 0..<2 {
            let session = try world.session("amina")
            let browser = Browser(web)
            browser.cookies = [
                Session.cookieName: session.cookie(world.installation.settings.secret)
            ]
            for _ in 0..<2 {
                let fields = try need(try await browser.get("/me").form(step))
                let token = try need(fields["csrf"])
                #expect(session.accepts(token, world.installation.settings.secret))
                tokens.insert(token)
                keys.insert(try need(fields["key"]))
            }
        }
        #expect(tokens.count == 2)
        #expect(keys.count == 4)
    }

    @Test("What anybody writes is seen at the next showing", arguments: ["/me", "/board"])
    func writes(_ path: String) async throws {
        let (world, id) = try await world()
        let reader: PersonID = path == "/me" ? "amina" : "leader"
        let browser = try await world.browser(reader)
        let before = try await browser.get(path).stable
        #expect(try await browser.get(path).stable == before)
        #expect(try await anew(path, reader, world) == before)

        // Another process does something: a step is done, and then somebody is called otherwise.
        let other = try world.otherProcess()
        let view = try need(try other.enrolmentView(id, for: "amina"))
        let step = try need(
            view.steps.first { $0.status == .open && $0.step.signers.roles == [.participant] })
        try await other.act(
            .sign(step.step.id, by: "amina", affirms: true, on: world.installation.nowCivil.day),
            on: id, by: .person("amina"))
        let done = try await browser.get(path).stable
        #expect(done != before)
        #expect(try await anew(path, reader, world) == done)

        let people = """
            id,name,email,unit
            amina,Amina Hassan,amina@example.org,ward
            """
        let report = try await other.importTables(
            [ImportTable(kind: .people, file: "people.csv", bytes: Array(people.utf8))],
            dryRun: false)
        #expect(report.isApplied)
        let renamed = try await browser.get(path).stable
        #expect(renamed.contains("Amina Hassan"))
        #expect(try await anew(path, reader, world) == renamed)
    }

    @Test("The next day is another page", arguments: ["/me", "/board"])
    func days(_ path: String) async throws {
        let (world, _) = try await world()
        let reader: PersonID = path == "/me" ? "amina" : "leader"
        let browser = try await world.browser(reader)
        let before = try await browser.get(path).stable
        world.clock.move(to: world.clock.now().adding(seconds: 86_400))
        // The first session is over by now.
        browser.cookies = [Session.cookieName: try world.cookie(reader)]
        let after = try await browser.get(path).stable
        #expect(after != before)
        #expect(try await anew(path, reader, world) == after)
    }
}
