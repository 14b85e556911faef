import Engine
import Operations
import Testing

@testable import Web

@Suite struct AdminAccessTests {
    private static let people: [PersonID?] = [
        nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd", "home-hr",
    ]

    /// Amina's enrolment with an input and mails, an import of HR's, and a home with HR of its own.
    private func begin() async throws -> (WebWorld, Pages) {
        let world = try await WebWorld()
        try await world.home()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        let input = try await world.installation.giveInput(
            "Omvisningen kom for sent.", about: amina, step: nil, by: "amina")
        let job = try await world.installation.uploadImport(
            ImportTable(kind: .people, file: "p.csv", bytes: Array("id,name\n".utf8)), by: "hr",
            language: .bokmål)
        let mail = try need(
            try world.installation.messages(recipient: "amina").first { $0.status == "sent" })
        return (world, Pages(input: input, job: job, mail: mail.id))
    }

    private struct Pages {
        let input: String
        let job: String
        let mail: String
    }

    @Test("HR and programme owners see their pages, and to everybody else there are none")
    func table() async throws {
        let (world, pages) = try await begin()
        func row(_ allowed: Set<PersonID>) -> [Int] {
            Self.people.map { person in
                person.map { allowed.contains($0) ? 200 : 404 } ?? 403
            }
        }
        let all = row(["hr", "owner", "home-hr"])
        let hr = row(["hr", "home-hr"])
        let rows: [(path: String, statuses: [Int])] = [
            ("/admin", all), ("/admin/workshop", row(["owner"])),
            ("/admin/units", hr), ("/admin/units/city", row(["hr"])),
            ("/admin/units/ward", row(["hr"])), ("/admin/units/home", row(["home-hr"])),
            ("/admin/units/east", row([])), ("/admin/units/none", row([])),
            ("/admin/people", hr), ("/admin/people?q=a", hr),
            ("/admin/people/amina", row(["hr"])), ("/admin/people/owner", row(["hr"])),
            ("/admin/people/home-new", row(["home-hr"])), ("/admin/people/none", row([])),
            ("/admin/import", hr), ("/admin/imports/\(pages.job)", row(["hr"])),
            ("/admin/imports/\(pages.job)/report.csv", row(["hr"])),
            ("/admin/imports/none", row([])),
            ("/admin/outbox", hr), ("/admin/outbox/\(pages.mail)", row(["hr"])),
            ("/admin/outbox/none", row([])),
            ("/admin/mails", all), ("/admin/mails/html?kind=welcome", all),
            ("/admin/inputs", all), ("/admin/inputs/\(pages.input)", row(["hr", "owner"])),
            ("/admin/inputs/none", row([])), ("/admin/nothing", Self.people.map { _ in 404 }),
        ]
        for (index, person) in Self.people.enumerated() {
            let browser = try await world.browser(person)
            for row in rows {
                let answer = try await browser.get(row.path)
                #expect(
                    answer.status == row.statuses[index],
                    "\(person?.rawValue ?? "nobody") at \(row.path)")
            }
        }
    }

    @Test("Nobody but those who may can send the forms, with a token of their own")
    func forms() async throws {
        let (world, pages) = try await begin()
        let may: [(path: String, people: Set<PersonID>, isUpload: Bool)] = [
            ("/admin/workshop", ["owner"], true), ("/admin/workshop/publish", ["owner"], true),
            ("/admin/import", ["hr", "home-hr"], true),
            ("/admin/imports/\(pages.job)/start", ["hr"], false),
            ("/admin/imports/\(pages.job)/cancel", ["hr"], false),
            ("/admin/people/amina", ["hr"], false), ("/admin/people/amina/unit", ["hr"], false),
            ("/admin/people/home-new", ["home-hr"], false),
            ("/admin/outbox/\(pages.mail)/retry", ["hr"], false),
            ("/admin/inputs/\(pages.input)/answer", ["hr", "owner"], false),
        ]
        for person in Self.people.compactMap({ $0 }) {
            let browser = try await world.browser(person)
            let token = try need(try await browser.get("/settings/mail").form("/settings/mail"))
            for (path, allowed, isUpload) in may {
                func send(_ fields: [String: String]) async throws -> Int {
                    isUpload
                        ? try await browser.upload(path, fields).status
                        : try await browser.post(path, fields).status
                }
                let isAllowed = allowed.contains(person)
                let foreign = try await send(["key": "k"])
                #expect([403, 404].contains(foreign), "\(person) at \(path) without a token")
                if isAllowed { #expect(foreign == 403) } else {
                    #expect(try await send(token) == 404, "\(person) at \(path)")
                }
            }
        }
        let nobody = try await world.browser()
        for (path, _, isUpload) in may {
            let answer = isUpload
                ? try await nobody.upload(path, ["csrf": "x"])
                : try await nobody.post(path, ["csrf": "x"])
            #expect(answer.status == 403, "\(path)")
        }
        #expect(try world.installation.importJob(pages.job, of: "hr")?.status == .checking)
        #expect(try world.installation.input(pages.input, for: "hr")?.answer == nil)
    }

    @Test("What HR of one home finds is of that home alone")
    func scope() async throws {
        let (world, _) = try await begin()
        let new = try await world.enrol("home-new")
        try await world.live(until: "2026-03-23T10:00")
        let home = try await world.browser("home-hr")
        let city = try await world.browser("hr")
        for query in ["amina", "Amina", "amina%40home.example", "a", "Øyvind"] {
            let found = try await home.get("/admin/people?q=\(query)")
            #expect(!found.text.contains("Amina Yusuf"), "\(query)")
            #expect(!found.text.contains("Øyvind Lunde"), "\(query)")
        }
        #expect(try await city.get("/admin/people?q=yusuf").text.contains("Amina Yusuf"))
        #expect(try await city.get("/admin/people?q=AMINA@HOME").text.contains("Amina Yusuf"))
        #expect(!(try await city.get("/admin/people?q=jonas").text.contains("Jonas Bakke")))
        #expect(try await home.get("/admin/people?q=%25").text.contains("Vi fant ingen."))
        // A zero, which is no text in every database.
        #expect(try await home.get("/admin/people?q=a%00").status == 400)
        for query in ["", "?person=amina", "?person=Amina+Yusuf", "?kind=welcome"] {
            let found = try await home.get("/admin/outbox\(query)")
            #expect(found.status == 200)
            let shown = found.text.replacing(#/<input[^>]*name="person"[^>]*>/#, with: "")
            #expect(!shown.contains("Amina"), "\(query)")
            let other = try await city.get("/admin/outbox\(query)")
            #expect(other.text.contains("Amina Yusuf"), "\(query)")
            #expect(!other.text.contains("Jonas Bakke"), "\(query)")
        }
        #expect(try await home.get("/admin/outbox").text.contains("Jonas Bakke"))
        // A mail to somebody of the city about the home's newcomer does not say about whom.
        let buddy = try world.installation.messages(recipient: "buddy", limit: 100).filter {
            $0.enrolment == new || $0.kind == "digest"
        }
        #expect(buddy.contains { $0.enrolment == new })
        for message in buddy {
            let page = try await city.get("/admin/outbox/\(message.id)")
            #expect(page.status == 200)
            #expect(!page.text.contains("Jonas"), "\(message.kind)")
        }
        let start = try await home.get("/admin")
        #expect(!start.text.contains("Amina"))
    }
}
