import CivilCalendar
import Engine
import Operations
import Testing
import Wording

@testable import Web

/// A change as its form sends it, and the command that it is.
struct ChangeCase: Sendable, CustomTestStringConvertible {
    let kind: String
    let fields: [String: String]
    let command: Command

    var testDescription: String { kind }

    static func day(_ text: String) -> CivilDay { CivilDay(text) ?? CivilDay(number: 0) }

    static let all: [ChangeCase] = [
        .init(
            kind: "date", fields: ["anchor": "first-day", "day": "2026-03-09", "reason": "Sykdom"],
            command: .moveAnchor("first-day", to: day("2026-03-09"), reason: "Sykdom")),
        .init(
            kind: "leave", fields: ["day": "2026-03-20", "reason": "Permisjon"],
            command: .pause(on: day("2026-03-20"), reason: "Permisjon")),
        .init(
            kind: "more-time",
            fields: ["from": "2026-03-20", "months": "1", "days": "3", "reason": "Deltid"],
            command: .extend(
                from: day("2026-03-20"), by: Offset(months: 1, days: 3), reason: "Deltid")),
        .init(
            kind: "stop", fields: ["day": "2026-03-20", "reason": "Sluttet"],
            command: .stop(on: day("2026-03-20"), reason: "Sluttet")),
        .init(
            kind: "complete", fields: ["day": "2026-03-20", "reason": "Erfaren"],
            command: .completeEarly(on: day("2026-03-20"), reason: "Erfaren")),
        .init(
            kind: "fact", fields: ["fact": "profession", "value": "assistant", "reason": "Feil"],
            command: .changeFact("profession", to: .choice("assistant"), reason: "Feil")),
        .init(
            kind: "fact",
            fields: ["fact": "contract-percentage", "value": "62,5", "reason": "Deltid"],
            command: .changeFact("contract-percentage", to: .number(62.5), reason: "Deltid")),
        .init(
            kind: "fact",
            fields: [
                "fact": "prior-competence", "value.medicines-course": "1", "reason": "Kurs",
            ],
            command: .changeFact(
                "prior-competence", to: .choices(["medicines-course"]), reason: "Kurs")),
        .init(
            kind: "hand-over",
            fields: ["role": "buddy", "person": "SOL@example.org", "reason": "Bytte"],
            command: .handOver("buddy", to: "stranger", reason: "Bytte")),
        .init(
            kind: "cover",
            fields: [
                "role": "line-manager", "person": "Sol Strand", "from": "2026-03-20",
                "until": "2026-04-10", "reason": "Ferie",
            ],
            command: .arrangeCover(
                "line-manager", by: "stranger", from: day("2026-03-20"),
                until: day("2026-04-10"), reason: "Ferie")),
        .init(
            kind: "skip-step", fields: ["step": "medicines-course", "reason": "Har det"],
            command: .tailor(
                .skip("medicines-course"), by: "leader", approvedBy: "leader", reason: "Har det")),
        .init(
            kind: "move-step",
            fields: ["step": "medicines-course", "day": "2026-05-04", "reason": "Kurset er fullt"],
            command: .tailor(
                .move("medicines-course", due: day("2026-05-04")), by: "leader",
                approvedBy: "leader", reason: "Kurset er fullt")),
        .init(
            kind: "add-step",
            fields: [
                "title": "Hospitere", "kind": "task", "actors.participant": "1",
                "due": "2026-05-04", "reason": "Ønske",
            ],
            command: .tailor(
                .add(
                    OwnStep(
                        kind: .task, title: LocalizedText([.bokmål: "Hospitere"]),
                        actors: ["participant"], due: day("2026-05-04")), after: nil),
                by: "leader", approvedBy: "leader", reason: "Ønske")),
        .init(
            kind: "replace-step",
            fields: [
                "step": "medicines-course", "title": "Nettkurs", "kind": "course",
                "actors.participant": "1", "reason": "Avstand",
            ],
            command: .tailor(
                .replace(
                    "medicines-course",
                    with: OwnStep(
                        kind: .course, title: LocalizedText([.bokmål: "Nettkurs"]),
                        actors: ["participant"])), by: "leader", approvedBy: "leader",
                reason: "Avstand")),
    ]
}

@Suite struct ChangeFormTests {
    private func begin() async throws -> (WebWorld, EnrolmentID, Browser, String) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        return (world, amina, try await world.browser("leader"), "/enrolments/\(amina)/change")
    }

    private func form(_ kind: String, _ path: String, _ fields: [String: String]) -> String {
        kind == "fact" ? "\(path)/fact?fact=\(fields["fact"] ?? "")" : "\(path)/\(kind)"
    }

    @Test("A preview changes nothing, and the act brings what it said", arguments: ChangeCase.all)
    func previewThenAct(_ change: ChangeCase) async throws {
        let (world, amina, leader, path) = try await begin()
        let address = "\(path)/\(change.kind)"
        let page = try await leader.get(form(change.kind, path, change.fields))
        #expect(page.status == 200)
        let before = try world.events(amina)
        let messages = try world.messages()
        let plan = try world.installation.enrolment(amina).programme
        let expected = try world.installation.preview(change.command, on: amina)

        let preview = try await leader.submit(page, to: "\(address)/preview", change.fields)
        #expect(preview.status == 200, "\(preview.text)")
        #expect(try world.events(amina) == before)
        #expect(try world.messages() == messages)
        let words = Wording(language: .bokmål)
        for line in expected.lines where plan.step(line.step) != nil {
            let title = try need(plan.step(line.step)).title.text(in: .bokmål)
            #expect(preview.readable.contains(title), "\(line)")
        }
        for name in Set(expected.notices.map(\.recipient)) {
            let person = try need(try world.installation.person(name)).name
            #expect(preview.readable.contains(person))
        }
        #expect(
            expected.lines.isEmpty
                || preview.readable.contains(words.heading(.plan)))

        let done = try await leader.submit(preview, to: address)
        #expect(done.status == 303, "\(done.text)")
        #expect(done["location"] == "/enrolments/\(amina)?changed=1")
        #expect(try world.events(amina) > before)
        let after = try world.installation.enrolment(amina)
        #expect(after.enrolment.status == expected.status)
        for line in expected.lines {
            let step = after.steps.first { $0.step.id == line.step }
            switch line.kind {
            case .added, .moved, .renamed: #expect(step?.dueDay == line.to, "\(line)")
            case .dropped:
                let isGone = step.map { $0.status == .notApplicable || $0.status == .cancelled }
                #expect(isGone ?? true || step?.record.status.isSettled == true, "\(line)")
            }
        }
        var told = messages
        for notice in expected.notices {
            told["\(notice.recipient) \(notice.kind.rawValue)", default: 0] += 1
        }
        let queued = try world.messages().filter { !$0.key.hasSuffix(" digest") }
        #expect(queued == told.filter { !$0.key.hasSuffix(" digest") })
        let saved = try await leader.get("/enrolments/\(amina)?changed=1")
        #expect(saved.text.contains("role=\"status\""))
    }

    @Test("Leave and return, cover and its end, a change and its withdrawal")
    func pairs() async throws {
        let (world, amina, leader, path) = try await begin()
        func change(_ kind: String, _ fields: [String: String]) async throws {
            let page = try await leader.get("\(path)/\(kind)")
            #expect(page.status == 200, "\(kind)")
            let preview = try await leader.submit(page, to: "\(path)/\(kind)/preview", fields)
            #expect(preview.status == 200, "\(kind)")
            let done = try await leader.submit(preview, to: "\(path)/\(kind)")
            #expect(done.status == 303, "\(kind)")
        }
        try await change("leave", ["day": "2026-03-20", "reason": "Permisjon"])
        #expect(try world.enrolment(amina).status == .paused)
        #expect(try await leader.get("\(path)/leave")["location"] == path)
        try await world.live(until: "2026-04-01T10:00")
        let back = try await world.browser("leader")
        let page = try await back.get("\(path)/return")
        let preview = try await back.submit(
            page, to: "\(path)/return/preview", ["day": "2026-04-01"])
        #expect(try await back.submit(preview, to: "\(path)/return").status == 303)
        #expect(try world.enrolment(amina).status == .running)

        let own = try await world.browser("leader")
        func again(_ kind: String, _ fields: [String: String]) async throws {
            let page = try await own.get("\(path)/\(kind)")
            let preview = try await own.submit(page, to: "\(path)/\(kind)/preview", fields)
            #expect(try await own.submit(preview, to: "\(path)/\(kind)").status == 303, "\(kind)")
        }
        try await again(
            "cover",
            [
                "role": "buddy", "person": "stranger", "from": "2026-04-01",
                "until": "2026-04-20", "reason": "Ferie",
            ])
        let people = try await own.get("/enrolments/\(amina)").readable
        #expect(people.contains("Sol Strand, for Nils Moen til og med mandag 20. april 2026"))
        try await again("end-cover", ["role": "buddy"])
        #expect(try world.enrolment(amina).covers == [])
        try await again("skip-step", ["step": "medicines-course", "reason": "Har det"])
        let edit = try need(try world.enrolment(amina).edits.first)
        let history = try await own.get("/enrolments/\(amina)/history")
        #expect(history.text.contains("change/withdraw?edit=\(edit.number)"))
        try await again("withdraw", ["edit": "\(edit.number)", "reason": "Trengs likevel"])
        #expect(try world.enrolment(amina).edits == [])
    }

    @Test("What cannot be used is told beside its field, and nothing that was written is lost")
    func faults() async throws {
        let (world, amina, leader, path) = try await begin()
        let before = try world.events(amina)
        let odd = "Ola <b>\"Nordmann\"</b> & sønn"
        let cases: [(String, [String: String], field: String)] = [
            ("date", ["anchor": "first-day", "day": "9. mars", "reason": odd], "day"),
            ("date", ["anchor": "first-day", "day": "2026-03-02", "reason": odd], "day"),
            ("leave", ["day": "2026-03-20", "reason": "  "], "reason"),
            ("leave", ["day": "2027-03-20", "reason": odd], "day"),
            ("more-time", ["from": "2026-03-20", "months": "x", "reason": odd], "months"),
            ("more-time", ["from": "2026-03-20", "months": "0", "reason": odd], "months"),
            ("hand-over", ["role": "", "person": "stranger", "reason": odd], "role"),
            ("hand-over", ["role": "buddy", "person": odd, "reason": odd], "person"),
            ("hand-over", ["role": "buddy", "person": "", "reason": odd], "person"),
            ("hand-over", ["role": "buddy", "person": "buddy", "reason": odd], "person"),
            (
                "cover",
                [
                    "role": "buddy", "person": "stranger", "from": "2026-04-10",
                    "until": "2026-04-01", "reason": odd,
                ], "until"
            ),
            ("skip-step", ["step": "", "reason": odd], "step"),
            (
                "move-step",
                ["step": "medicines-course", "day": "2026-03-01", "reason": odd], "day"
            ),
            ("add-step", ["title": "", "kind": "task", "reason": odd], "title"),
            ("add-step", ["title": odd, "kind": "message", "reason": odd], "kind"),
            ("add-step", ["title": odd, "kind": "task", "reason": odd], "actors"),
            ("fact", ["fact": "profession", "value": "king", "reason": odd], "value"),
            ("fact", ["fact": "contract-percentage", "value": "mye", "reason": odd], "value"),
            ("fact", ["fact": "contract-percentage", "value": "-1", "reason": odd], "value"),
        ]
        for (kind, fields, field) in cases {
            let page = try await leader.get(form(kind, path, fields))
            let answer = try await leader.submit(page, to: "\(path)/\(kind)/preview", fields)
            let name = "\(kind) \(fields)"
            #expect(answer.status == 422 || answer.status == 409, "\(name)")
            #expect(answer.text.contains("id=\"field-\(field)-fault\""), "\(name)")
            #expect(answer.text.contains("role=\"alert\""))
            #expect(!answer.text.contains("<b>"))
            if fields["reason"] == odd { #expect(answer.readable.contains(odd), "\(name)") }
            for text in fields.values where text.contains("-") {
                #expect(answer.text.contains(text), "\(name)")
            }
            // The act refuses what the preview refuses.
            let act = try await leader.post(
                "\(path)/\(kind)",
                try need(page.form("\(path)/\(kind)/preview")).merging(fields) { $1 }
                    .merging(["seen": "\(before)"]) { $1 })
            #expect(act.status == answer.status, "\(name)")
        }
        #expect(try world.events(amina) == before)
    }

    @Test("People are named by id, by address or by their whole name, where that names one")
    func names() async throws {
        let world = try await WebWorld()
        let installation = world.installation
        for text in ["stranger", "sol@example.org", "SOL@Example.org", "Sol Strand"] {
            guard case .one(let card) = try installation.person(named: text) else {
                Issue.record("\(text)")
                continue
            }
            #expect(card.id == "stranger")
        }
        for text in ["", "Sol", "%", "sol strand", "' OR 1=1 --"] {
            #expect(try installation.person(named: text) == .nobody, "\(text)")
        }
        let table = """
            id,name,email,private-email,language,unit,digest
            sol2,Sol Strand,sol2@example.org,,nb,city,

            """
        _ = try await installation.importTables(
            [ImportTable(kind: .people, file: "people.csv", bytes: Array(table.utf8))],
            dryRun: false)
        #expect(try installation.person(named: "Sol Strand") == .several(2))
    }

    @Test("A change is made once, and not at all where the plan is another than was shown")
    func onceAndFresh() async throws {
        let (world, amina, leader, path) = try await begin()
        let fields = ["role": "buddy", "person": "stranger", "reason": "Bytte"]
        let page = try await leader.get("\(path)/hand-over")
        let preview = try await leader.submit(page, to: "\(path)/hand-over/preview", fields)
        // Somebody else changes the plan meanwhile.
        _ = try await world.installation.act(
            .tailor(
                .skip("medicines-course"), by: "leader", approvedBy: "leader", reason: "Har det"),
            on: amina, by: .person("leader"))
        let before = try world.events(amina)
        let stale = try await leader.submit(preview, to: "\(path)/hand-over")
        #expect(stale.status == 409)
        #expect(stale.text.contains("role=\"alert\""))
        #expect(try world.events(amina) == before)
        let first = try await leader.submit(stale, to: "\(path)/hand-over")
        #expect(first.status == 303)
        let after = try world.events(amina)
        #expect(after > before)
        #expect(try await leader.submit(stale, to: "\(path)/hand-over").status == 303)
        #expect(try world.events(amina) == after)
        let other = try await leader.submit(stale, to: "\(path)/hand-over", ["person": "hr"])
        #expect(other.status == 409)
        #expect(try world.enrolment(amina).roles["buddy"] == "stranger")
    }

    @Test("Whoever hands their own role over is sent to their own page, also when sent twice")
    func ownRole() async throws {
        let (world, amina, leader, path) = try await begin()
        let fields = ["role": "line-manager", "person": "stranger", "reason": "Slutter"]
        let page = try await leader.get("\(path)/hand-over")
        let preview = try await leader.submit(page, to: "\(path)/hand-over/preview", fields)
        for _ in 0..<2 {
            let done = try await leader.submit(preview, to: "\(path)/hand-over")
            #expect(done.status == 303)
            #expect(done["location"] == "/me?saved=1")
        }
        #expect(try await leader.get("/enrolments/\(amina)").status == 404)
        #expect(try world.enrolment(amina).roles[.lineManager] == "stranger")
    }
}
