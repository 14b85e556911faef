import CivilCalendar
import Engine
import Operations
import Support
import Testing

@testable import Web

@Suite struct BeginTests {
    private static let form = "/board/start/oslo-onboarding"
    private static let preview = "\(form)/preview"

    private static let start = [
        "person": "amina@home.example", "anchor.first-day": "2026-03-02",
        "fact.profession": "nurse", "fact.unit-type": "nursing-home",
        "fact.contract-percentage": "100", "role.buddy": "Nils Moen",
    ]
    private static let newcomer = [
        "name": "Liv <b>Ny</b>", "private-email": "liv@home.example", "email": "",
        "language": "nn", "person": "", "unit": "ward",
    ]

    @Test("Leaders and HR start programmes in their units; for everybody else there is no page")
    func access() async throws {
        let world = try await WebWorld()
        let people: [PersonID?] = [
            nil, "amina", "leader", "buddy", "director", "hr", "owner", "stranger", "odd",
        ]
        let expected = [403, 404, 200, 404, 200, 200, 404, 404, 404]
        for (index, person) in people.enumerated() {
            let browser = try await world.browser(person, demonstration: true)
            for path in ["/board/start", Self.form] {
                #expect(
                    try await browser.get(path).status == expected[index],
                    "\(person?.rawValue ?? "nobody") at \(path)")
            }
            let token = try await browser.get("/").form("/demo/clock") ?? [:]
            for path in [Self.form, Self.preview] {
                let answer = try await browser.post(path, token.merging(Self.start) { $1 })
                // Of those who may, the first starts it and the others are told that it runs.
                let statuses = expected[index] == 200 ? [200, 303, 409] : [expected[index]]
                #expect(statuses.contains(answer.status), "\(person?.rawValue ?? "nobody")")
            }
        }
        let leader = try await world.browser("leader")
        #expect(try await leader.get("/board/start/none").status == 404)
    }

    @Test("What is read and found right", arguments: Language.shipped)
    func goldens(_ language: Language) async throws {
        let world = try await WebWorld()
        for person in ["leader", "hr"] as [PersonID] { try await world.speak(language, person) }
        func expect(_ answer: Browser.Answer, _ name: String, status: Int = 200) {
            #expect(answer.status == status, "\(name)")
            expectGolden(answer.stable, "\(language)/\(name).html")
        }
        let leader = try await world.browser("leader")
        expect(try await leader.get("/board/start"), "begin")
        let page = try await leader.get(Self.form)
        expect(page, "begin-form")
        expect(
            try await leader.submit(page, to: Self.preview, Self.start), "begin-preview")
        let hr = try await world.browser("hr")
        let other = try await hr.get(Self.form)
        expect(other, "begin-form-hr")
        var fields = Self.start.merging(Self.newcomer) { $1 }
        fields["role.buddy"] = ""
        fields["anchor.first-day"] = "2026-02-02"
        fields["private-email"] = ""
        expect(try await hr.submit(other, to: Self.preview, fields), "begin-preview-missing")
        expect(
            try await hr.submit(
                other, to: Self.preview,
                [
                    "name": "Liv", "email": "not an address", "anchor.first-day": "soon",
                    "fact.contract-percentage": "much", "role.buddy": "Ingen",
                ]), "begin-faults", status: 422)
    }

    @Test("A preview writes nothing, and the button starts what it showed, once")
    func known() async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        let shown = try await leader.submit(
            try await leader.get(Self.form), to: Self.preview, Self.start)
        #expect(shown.status == 200)
        #expect(try world.installation.enrolments().isEmpty)
        #expect(shown.readable.contains("Oppfølgingssamtale etter to måneder"))
        #expect(shown.readable.contains("Oppfølgingssamtale etter fem måneder"))
        let form = try need(shown.form(Self.form))
        for _ in 0..<2 {
            let answer = try await leader.post(Self.form, form)
            #expect(answer.status == 303)
            let enrolled = try world.installation.enrolments()
            #expect(enrolled.count == 1)
            #expect(answer["location"] == "/enrolments/\(enrolled[0].id)?changed=1")
        }
        let enrolment = try world.enrolment(try world.installation.enrolments()[0].id)
        #expect(enrolment.roles["buddy"] == "buddy")
        #expect(enrolment.roles[.lineManager] == "leader")
        #expect(enrolment.anchors["first-day"] == CivilDay("2026-03-02"))
        #expect(enrolment.facts["contract-percentage"] == .number(100))
    }

    @Test("Who is new is registered with the start, and neither without the other")
    func registers() async throws {
        let world = try await WebWorld()
        let hr = try await world.browser("hr")
        let before = try world.installation.personCount()
        let page = try await hr.get(Self.form)
        var fields = Self.start.merging(Self.newcomer) { $1 }
        let shown = try await hr.submit(page, to: Self.preview, fields)
        #expect(shown.status == 200)
        #expect(shown.readable.contains("Liv <b>Ny</b>: Ny i helse og omsorg i Oslo"))
        #expect(!shown.text.contains("<b>Ny"))
        #expect(try world.installation.personCount() == before)
        let form = try need(shown.form(Self.form)).merging(["name": "Liv <b>Ny</b>"]) { $1 }
        for _ in 0..<2 { #expect(try await hr.post(Self.form, form).status == 303) }
        #expect(try world.installation.personCount() == before + 1)
        let line = try need(try world.installation.enrolments().first)
        #expect(line.participant.name == "Liv <b>Ny</b>")
        #expect(line.participant.privateEmail == "liv@home.example")
        #expect(line.participant.email == nil)
        #expect(line.participant.language == .nynorsk)
        #expect(line.participant.unit == "ward")
        // The same address again is somebody's already, in whichever field and however written.
        fields["email"] = "LIV@home.example"
        fields["private-email"] = ""
        let again = try await hr.submit(page, to: Self.preview, fields)
        #expect(again.status == 422)
        #expect(again.text.contains("id=\"field-email-fault\""))
        #expect(again.text.contains("value=\"LIV@home.example\""))
        // Where the start is refused, nobody is registered.
        fields["email"] = "new@home.example"
        fields["fact.contract-percentage"] = "900"
        let sent = try need(page.form(Self.preview)).merging(fields) { $1 }
        #expect(try await hr.post(Self.form, sent).status == 422)
        #expect(try world.installation.personCount() == before + 1)
    }

    @Test("What has to be mended is told beside its field, and all that was written is kept")
    func faults() async throws {
        let world = try await WebWorld()
        let leader = try await world.browser("leader")
        let page = try await leader.get(Self.form)
        let rows: [(change: [String: String], field: String)] = [
            (["person": ""], "person"), (["person": "Nobody"], "person"),
            // Of another unit: not told to exist.
            (["person": "stranger"], "person"), (["person": "sol@example.org"], "person"),
            (["name": "Liv"], "person"), (["person": "", "email": "liv@home.example"], "name"),
            (["anchor.first-day": ""], "anchor.first-day"),
            (["anchor.first-day": "2026-02-30"], "anchor.first-day"),
            (["fact.profession": "king"], "fact.profession"),
            (["fact.contract-percentage": "1000"], "fact.contract-percentage"),
            (["role.buddy": "Nobody"], "role.buddy"),
        ]
        for row in rows {
            let fields = Self.start.merging(row.change) { $1 }
            for path in [Self.preview, Self.form] {
                let key = try need(page.form(Self.preview))
                let answer = try await leader.post(path, key.merging(fields) { $1 })
                #expect(answer.status == 422, "\(row.change)")
                #expect(answer.text.contains("id=\"field-\(row.field)-fault\""), "\(row.change)")
                #expect(answer.text.contains("value=\"\(fields["anchor.first-day"] ?? "")\""))
            }
        }
        #expect(try world.installation.enrolments().isEmpty)
        // A unit that is not theirs is not one that the form offers.
        let foreign = Self.start.merging(["unit": "city"]) { $1 }
        #expect(try await leader.submit(page, to: Self.preview, foreign).status == 404)
        // Who is in the programme already.
        _ = try await world.enrol("amina")
        let running = try await leader.submit(page, to: Self.preview, Self.start)
        #expect(running.status == 409)
        #expect(running.text.contains("id=\"field-person-fault\""))
    }
}
