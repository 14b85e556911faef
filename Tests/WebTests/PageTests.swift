import CivilCalendar
import Engine
import Foundation
import Operations
import Support
import Testing
import Wording

@testable import Web

@Suite struct PageTests {
    @Test("The pages as they were read and found right")
    func goldens() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let talk = "/enrolments/\(amina)/steps/expectation-clarification"
        let newcomer = try await world.browser("amina")
        let leader = try await world.browser("leader")
        let buddy = try await world.browser("buddy")
        let visitor = try await world.browser()
        let pages: [(Browser, String, String)] = [
            (leader, "/me", "me-leader"),
            (buddy, "/me", "me-buddy"), (newcomer, "/enrolments/\(amina)", "enrolment"),
            (leader, talk, "step"),
            (leader, "/settings/mail", "settings"),
            (buddy, "/settings/mail?saved=1", "nn/settings"), (visitor, "/", "start"),
            (visitor, "/me", "sign-in"),
            (visitor, "/programmes", "programmes"), (visitor, "/?lang=nn", "nn/start"),
        ]
        for (browser, path, name) in pages {
            let text = try await browser.get(path).stable
            expectGolden(text.replacing(amina.rawValue, with: "ENROLMENT"), "\(name).html")
        }
    }

    @Test("The demonstration's pages: who to be, the clock, the mailbox")
    func demonstration() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let browser = try await world.browser(nil, demonstration: true)
        let start = try await browser.get("/")
        expectGolden(
            start.stable.replacing(amina.rawValue, with: "ENROLMENT"), "demonstration.html")
        let become = try await browser.submit(start, to: "/demo/person", ["person": "leader"])
        #expect(become["location"] == "/me")
        #expect(try await browser.get("/me").text.contains("Kari Berge"))
        let again = try await browser.get("/")
        let move = try await browser.submit(again, to: "/demo/clock", ["move": "week"])
        #expect(move.status == 303)
        #expect(world.installation.nowCivil.description == "2026-03-27T10:00")

        let box = try await browser.get("/mailbox")
        #expect(box.status == 200)
        let path = try need(box.text.firstMatch(of: #/href="(/mailbox/[0-9a-f]{32})"/#)).output.1
        let mail = try await browser.get(String(path))
        #expect(mail.text.contains("sandbox=\"allow-top-navigation-by-user-activation\""))
        let html = try await browser.get("\(path)/html")
        #expect(html["content-security-policy"]?.contains("sandbox") == true)
        #expect(html.text.contains("<base target=\"_top\">"))
        let raw = try await browser.get("\(path)/message.eml")
        #expect(raw["content-type"] == "message/rfc822")
        #expect(raw.text.contains("\r\nMIME-Version: 1.0\r\n"))
        let invitation = try #require(
            world.installation.messages(limit: 500).first { $0.kind == "talk-invitation" })
        let ics = try await browser.get("/mailbox/\(invitation.id)/invitation.ics")
        #expect(ics.text.hasPrefix("BEGIN:VCALENDAR\r\n"))
        #expect(try await browser.get("/mailbox/none").status == 404)
    }

    @Test("While the clock moves, its page says how far it has come and lets one stop it")
    func moving() async throws {
        let world = try await WebWorld()
        world.desk.progress = .init(
            from: try need(CivilDay("2026-02-16")), to: try need(CivilDay("2026-03-16")),
            at: try need(CivilDay("2026-03-02")), wakes: 12)
        let browser = try await world.browser(nil, demonstration: true)
        let page = try await browser.get("/")
        expectGolden(page.stable, "moving.html")
        #expect(page.text.contains("http-equiv=\"refresh\""))
        let stop = try await browser.submit(page, to: "/demo/clock", ["move": "interrupt"])
        #expect(stop.status == 303)
        #expect(world.desk.interruptions == 1)
    }

    @Test("The search finds people by a part of their name")
    func search() async throws {
        let world = try await WebWorld()
        _ = try await world.enrol("amina")
        let found = try world.installation.cast(role: nil, name: "yus", limit: 5)
        #expect(found.map(\.id) == ["amina"])
        #expect(try world.installation.cast(role: nil, name: "%", limit: 5).isEmpty)
    }

    @Test("The operator's numbers, as Prometheus reads them")
    func metrics() async throws {
        let world = try await WebWorld()
        _ = try await world.enrol("amina")
        let text = try await world.browser().get("/metrics").text
        #expect(text.contains("# TYPE ombord_enrolments gauge\n"))
        #expect(text.contains("ombord_enrolments{status=\"running\"} 1\n"))
        #expect(text.contains("ombord_next_wake_up_timestamp_seconds "))
        #expect(MetricsText.escaped("a\"b\\c\nd") == "a\\\"b\\\\c\\nd")
    }
}

@Suite struct TemplateTests {
    @Test("Every template can be read, is short, and names words that there are")
    func templates() throws {
        #expect(PageTemplates.faults == [])
        let folder = Repository.url("Sources/Web/Templates").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".mustache") }.sorted()
        #expect(files == PageTemplates.sources.map { "\($0.name).mustache" }.sorted())
        for (name, text) in PageTemplates.sources {
            #expect(text.split(separator: "\n").count <= 80, "\(name)")
            for match in text.matches(of: #/\{\{words\.([a-z0-9.-]+)\}\}/#) {
                for language in Language.shipped {
                    let key = "page.\(match.output.1)"
                    #expect(
                        Wording(language: language).text(key) != "[\(key)]", "\(name): \(key)")
                }
            }
        }
    }

    @Test("Every text that the pages name is in the language files, and all of those are named")
    func words() throws {
        var named: Set<String> = []
        let folder = Repository.url("Sources/Web")
        let files = try need(FileManager.default.enumerator(atPath: folder.path))
        var sources = ""
        while let file = files.nextObject() as? String {
            guard file.hasSuffix(".swift") || file.hasSuffix(".mustache") else { continue }
            sources += try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        }
        for match in sources.matches(of: #/"([a-z0-9-]+(\.[a-z0-9-]+)*)"|words\.([a-z0-9.-]+)/#) {
            named.insert(String(match.output.1 ?? match.output.3 ?? ""))
        }
        for key in try Wording.catalogue(.bokmål).keys where key.hasPrefix("page.") {
            var name = String(key.dropFirst(5))
            for form in [".one", ".many"] where name.hasSuffix(form) {
                name = String(name.dropLast(form.count))
            }
            let isNamed =
                named.contains(name) || named.contains(key) || Self.exact.contains(name)
                || Self.composed.contains { name.hasPrefix($0) }
            #expect(isNamed, "nothing names \(key)")
        }
    }

    /// The names that are put together: a count's two forms, a page of an error, and so on.
    private static let composed = [
        "error.", "demo.group.", "demo.about.", "demo.one.", "step.said-", "step.date.", "me.",
        "change.kind.",
        "change.group.", "change.field.", "change.fault.", "act.kind.", "absence.",
        "suggestion.", "mailact.held.", "mailact.done.", "mailact.time.", "mailact.skip.",
        "mailact.fault.",
        "admin.export.format-", "admin.import.columns-", "admin.import.count.",
        "admin.import.kind-", "admin.import.outcome.", "admin.import.promise-",
        "admin.import.sample-",
        "admin.import.state.", "admin.import.status.", "admin.inputs.fault-",
        "admin.inputs.filter-", "admin.inputs.none-", "admin.job.", "admin.kind.",
        "admin.mails.", "admin.outbox.outcome.", "admin.outbox.status-",
        "admin.outbox.withdrawn.", "admin.person.fault.", "admin.workshop.behaviour-",
        "admin.workshop.severity-", "competence.attester.", "competence.facet.",
        "competence.form.", "competence.kind.", "competence.measure.", "competence.saved.",
        "evaluations.level-about.", "gap.heat.",
        "gap.position.", "ask.lead-", "ask.obstacle.", "placed.absence.plan-",
        "placed.change.", "placed.obstacle.", "placed.profession.", "placed.publish.",
        "placed.saved.", "placed.swap.first.", "placed.swap.second.", "placed.swaps.state.",
        "placed.why-not.", "mentors.fault-", "placing.answers.ask-", "placing.answers.head-",
        "placing.csv.", "placing.draft.head-", "placing.draft.state.",
        "placing.draft.status.", "placing.draft.to-", "placing.drafts.compare-",
        "placing.drafts.head-", "placing.heat.key.", "placing.import.state-",
        "placing.level.", "placing.method.", "placing.profile.", "placing.status.",
        "placing.student.relation-", "placing.students.head-", "placing.tables.",
        "placing.ward.head-", "placing.ward.model-", "placing.ward.trained-",
    ]

    /// Those of areas in which others are named whole.
    private static let exact = names([
        "placed.absence": "known known-nobody over",
        "placed.after": "several student-missing student-over student-unknown",
        "placing.new": "need offer adjust",
        "placing.board": """
            answered students deadlines need offered computed wished placed placed-now
            """,
        "placing.heat": "wished placed computed",
        "placing.answers": "without-contact without-address institutions schools",
        "placing.student": """
            id school group periods zone wishes relations previous priority lock lock-text
            lock-send ban ban-text ban-send
            """,
        "placing.what-if": "supervisor tospann without-institution without-ward",
        "placing.split": """
            school profession need fair allotted institution year period count
            """,
        "placing.load": "students weeks limit trained",
        "placing.ward": "model field answered obstacle refused",
        "placing.import": "line what errors warnings",
        "mentors": """
            newcomers newcomers-hint mentors mentors-hint pairs pairs-hint
            """,
    ])

    private static func names(_ areas: [String: String]) -> Set<String> {
        Set(
            areas.flatMap { area, names in
                names.split(whereSeparator: \.isWhitespace).map { "\(area).\($0)" }
            })
    }
}
