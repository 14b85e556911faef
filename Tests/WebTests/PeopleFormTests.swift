import CivilCalendar
import Delivery
import Engine
import Operations
import Storage
import Support
import Testing

@testable import Web

@Suite struct PeopleFormTests {
    private func begin() async throws -> (WebWorld, EnrolmentID, EnrolmentID) {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let odd = try await world.enrol("odd")
        try await world.live(until: "2026-03-20T10:00")
        return (world, amina, odd)
    }

    private func status(
        _ world: WebWorld, _ id: EnrolmentID, _ step: String
    ) throws -> ShownStatus {
        let view = try world.installation.enrolment(id)
        return try need(view.steps.first { $0.step.id.rawValue == step }).status
    }

    /// The names of the lines of the page's form, with their days.
    private func lines(_ page: Browser.Answer) -> [String: String] {
        page.text.matches(of: #/name="(day\.[^"]+)" value="([0-9-]+)"/#).reduce(into: [:]) {
            $0[String($1.output.1)] = String($1.output.2)
        }
    }

    @Test("Everything due is confirmed by one form, and sent twice it acts once")
    func confirmAll() async throws {
        let (world, amina, odd) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/follow/confirm")
        let days = lines(page)
        #expect(days.count >= 4)
        #expect(days.keys.contains("day.\(amina).expectation-clarification"))
        #expect(days.keys.contains("day.\(odd).expectation-clarification"))
        // Nothing speaks for any of it yet, so nothing is ticked for them.
        #expect(page.text.components(of: " checked") == 0)
        var fields = days
        for name in days.keys { fields["do." + name.dropFirst(4)] = "1" }
        let sent = try await leader.submit(page, to: "/follow/confirm", fields)
        #expect(sent.status == 303)
        #expect(sent["location"] == "/follow?saved=\(days.count)")
        #expect(try status(world, amina, "expectation-clarification") == .waiting)
        let events = try world.events(amina)
        let again = try await leader.submit(page, to: "/follow/confirm", fields)
        #expect(again["location"] == "/follow?saved=\(days.count)")
        #expect(try world.events(amina) == events)
        let after = try await leader.get("/follow?saved=\(days.count)")
        #expect(after.text.contains("\(days.count) steg er bekreftet."))
        #expect(lines(try await leader.get("/follow/confirm")).isEmpty)
    }

    @Test("What another has confirmed is ticked from the start, with the day that they said")
    func likely() async throws {
        let (world, amina, _) = try await begin()
        let day = try need(CivilDay("2026-03-17"))
        _ = try await world.installation.act(
            .sign("expectation-clarification", by: "amina", affirms: true, on: day), on: amina,
            by: .person("amina"))
        let page = try await world.browser("leader").get("/follow/confirm")
        let name = "\(amina).expectation-clarification"
        #expect(page.text.contains("name=\"do.\(name)\" value=\"1\" checked"))
        #expect(page.text.components(of: " checked") == 1)
        #expect(lines(page)["day.\(name)"] == "2026-03-17")
    }

    @Test("One that cannot be confirmed keeps no other back, and nothing written is lost")
    func partial() async throws {
        let (world, amina, odd) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/follow/confirm")
        let talk = "expectation-clarification"
        let third = try need(lines(page).keys.first { !$0.contains(talk) })
        let fields = [
            "do.\(amina).\(talk)": "1", "day.\(amina).\(talk)": "2026-04-02",
            "do.\(odd).\(talk)": "1", "day.\(odd).\(talk)": "2026-03-19",
            third: "2026-03-18",
        ]
        let answer = try await leader.submit(page, to: "/follow/confirm", fields)
        #expect(answer.status == 409)
        #expect(try status(world, odd, talk) == .waiting)
        #expect(try status(world, amina, talk) != .waiting)
        #expect(answer.text.contains("value=\"2026-04-02\""))
        #expect(answer.text.contains("torsdag 2. april 2026"))
        #expect(answer.text.contains("1 steg er bekreftet."))
        // What was not ticked is still there, not ticked, with the day that was written.
        #expect(answer.text.contains("name=\"\(third)\" value=\"2026-03-18\""))
        #expect(answer.text.components(of: " checked") == 1)
        let mended = try await leader.submit(
            answer, to: "/follow/confirm",
            ["do.\(amina).\(talk)": "1", "day.\(amina).\(talk)": "2026-03-19"])
        #expect(mended["location"] == "/follow?saved=1")
        #expect(try status(world, amina, talk) == .waiting)
    }

    @Test("A form with nothing ticked, or with what is not theirs, changes nothing")
    func wrongChoices() async throws {
        let (world, amina, _) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/follow/confirm")
        #expect(try await leader.submit(page, to: "/follow/confirm", [:]).status == 422)
        let before = try world.events(amina)
        for name in ["e0.none", "nothing", "\(amina).none", ".", "\(amina)."] {
            let answer = try await leader.submit(
                page, to: "/follow/confirm", ["do.\(name)": "1", "day.\(name)": "2026-03-19"])
            #expect(answer.status == 409, "\(name)")
        }
        let stranger = try await world.browser("stranger")
        let token = try need(try await stranger.get("/settings/mail").form("/settings/mail"))
        let talk = "\(amina).expectation-clarification"
        let answer = try await stranger.post(
            "/follow/confirm",
            token.merging(["do.\(talk)": "1", "day.\(talk)": "2026-03-19"]) { $1 })
        #expect(answer.status == 409)
        #expect(!answer.text.contains("Amina"))
        #expect(try world.events(amina) == before)
    }

    @Test("A talk is booked from the list of people, and a wrong time is told beside its field")
    func booking() async throws {
        let (world, amina, _) = try await begin()
        let leader = try await world.browser("leader")
        let page = try await leader.get("/follow")
        let talk = "\(amina)/expectation-clarification"
        #expect(page.text.contains("<option value=\"\(talk)\""))
        let fields = [
            "talk": talk, "day": "2026-03-24", "time": "13:15", "minutes": "30",
            "place": "<Rom 3>",
        ]
        for (wrong, status) in [
            (["time": "x"], 422), (["minutes": ""], 422), (["day": "i morgen"], 422),
            (["talk": "e0/none"], 422), (["day": "2026-03-19"], 422), (["minutes": "1"], 422),
        ] {
            let answer = try await leader.submit(
                page, to: "/follow/booking", fields.merging(wrong) { $1 })
            #expect(answer.status == status, "\(wrong)")
            #expect(answer.text.contains("role=\"alert\""))
            #expect(answer.text.contains("&lt;Rom 3&gt;"))
        }
        let booked = try await leader.submit(page, to: "/follow/booking", fields)
        #expect(booked["location"] == "/follow?saved=booking")
        let newcomer = try await world.browser("amina")
        let text = try await newcomer.get("/me").readable
        #expect(text.contains("tirsdag 24. mars 2026 kl. 13.15"))
        #expect(text.contains("<Rom 3>"))
        let path = "/enrolments/\(amina)/steps/expectation-clarification/invitation.ics"
        #expect(text.contains("href=\"\(path)\""))
        let calendar = try await newcomer.get(path)
        #expect(calendar.status == 200)
        #expect(calendar["content-type"]?.hasPrefix("text/calendar") == true)
        #expect(calendar.text.contains("DTSTART;TZID=Europe/Oslo:20260324T131500\r\n"))
        // The same event as the mail's, so that a calendar has it once.
        let mail = try need(
            try world.installation.messages(recipient: "amina", limit: 500).first {
                $0.kind == "talk-moved" || $0.kind == "talk-invitation"
            })
        let ics = try need(try world.courier.preview(mail.id).invitation).ics
        let uid = try need(
            String(decoding: ics, as: UTF8.self).split(separator: "\r\n").first {
                $0.hasPrefix("UID:")
            })
        #expect(calendar.text.contains("\(uid)\r\n"))
    }

    @Test("Input is sent, shown to its author, answered, and shown with the answer")
    func input() async throws {
        let (world, amina, _) = try await begin()
        let newcomer = try await world.browser("amina")
        let path = "/enrolments/\(amina)/input"
        let long = String(repeating: "å", count: 2001)
        for text in [long, "", " \r\n"] {
            let answer = try await newcomer.submit(
                try await newcomer.get("/me"), to: path, ["text": text])
            #expect(answer.status == 422)
            #expect(answer.text.contains("aria-invalid=\"true\""))
            if text == long { #expect(answer.text.contains(long)) }
        }
        let step = try await newcomer.get("/enrolments/\(amina)/steps/expectation-clarification")
        #expect(step.form(path)?["step"] == "expectation-clarification")
        let sent = try await newcomer.submit(
            step, to: path, ["text": "Samtalen kom <i>sent</i>."])
        #expect(sent["location"] == "/me?saved=input")
        let again = try await newcomer.submit(
            step, to: path, ["text": "Samtalen kom <i>sent</i>."])
        #expect(again.status == 303)
        let other = try await newcomer.submit(step, to: path, ["text": "Noe annet."])
        #expect(other.status == 409)
        #expect(other.text.contains("Noe annet."))
        let bad = try await newcomer.submit(step, to: path, ["step": "none", "text": "x"])
        #expect(bad.status == 400)
        let mine = try await newcomer.get("/me?saved=input")
        #expect(mine.readable.contains("Samtalen kom <i>sent</i>."))
        #expect(!mine.text.contains("<i>"))
        #expect(mine.text.contains("Ikke besvart ennå."))
        let inputs = try world.installation.inputs(for: "owner", .waiting, page: 0, pageSize: 9)
        #expect(inputs.total == 1)
        #expect(try await world.browser("owner").get("/me").text.contains("/admin/inputs"))
        try await world.installation.answerInput(
            inputs.rows[0].id, "Takk & lykke til!", by: "owner")
        let answered = try await newcomer.get("/me")
        #expect(answered.readable.contains("Takk & lykke til!"))
        #expect(answered.text.contains("Eva Dahl svarte"))
        #expect(!(try await world.browser("leader").get("/me").text.contains("lykke til")))
    }

    @Test("Notes are written, changed and deleted, and what cannot be used is told")
    func notes() async throws {
        let (world, amina, _) = try await begin()
        let buddy = try await world.browser("buddy")
        let path = "/enrolments/\(amina)/notes"
        let long = String(repeating: "ø", count: 4001)
        for text in [long, " "] {
            let answer = try await buddy.submit(try await buddy.get(path), to: path, ["text": text])
            #expect(answer.status == 422)
            #expect(answer.text.contains("aria-invalid=\"true\""))
            if text == long { #expect(answer.text.contains(long)) }
        }
        let page = try await buddy.get(path)
        #expect(try await buddy.submit(page, to: path, ["text": "Første"]).status == 303)
        #expect(try await buddy.submit(page, to: path, ["text": "Første"]).status == 303)
        #expect(try await buddy.submit(page, to: path, ["text": "Annet"]).status == 409)
        let list = { try world.installation.notes(by: "buddy", about: amina, page: 0, pageSize: 9) }
        let note = try need(try list().notes.first)
        #expect(try list().total == 1)
        let shown = try await buddy.get(path)
        let changed = try await buddy.submit(
            shown, to: "\(path)/\(note.id)", ["text": "Endret <script>"])
        #expect(changed["location"] == "\(path)?saved=change")
        let after = try await buddy.get(path)
        #expect(after.text.contains("Endret &lt;script&gt;"))
        let empty = try await buddy.submit(after, to: "\(path)/\(note.id)", ["text": ""])
        #expect(empty.status == 422)
        #expect(try list().notes.map(\.text) == ["Endret <script>"])
        // The row is damaged from outside: a plain sentence, and it can be thrown away.
        _ = try await world.installation.database.write { connection in
            try connection.run(
                "UPDATE private_note SET sealed = ?", [.bytes(Array(repeating: 1, count: 60))])
        }
        let broken = try await buddy.get(path)
        #expect(broken.status == 200)
        #expect(broken.text.contains("Notatet kan ikkje lesast"))
        let gone = try await buddy.submit(broken, to: "\(path)/\(note.id)/deletion")
        #expect(gone["location"] == "\(path)?saved=delete")
        #expect(try list().total == 0)
        #expect(try await buddy.submit(broken, to: "\(path)/\(note.id)/deletion").status == 303)
    }

    @Test("Who follows somebody no longer finds their notes, and nobody else does")
    func notesThatWereLeft() async throws {
        let (world, amina, _) = try await begin()
        let installation = world.installation
        try await installation.writeNote("Hemmelig", about: amina, by: "buddy")
        try await installation.act(
            .handOver("buddy", to: "stranger", reason: "Ny"), on: amina, by: .person("leader"))
        let path = "/enrolments/\(amina)/notes"
        let buddy = try await world.browser("buddy")
        #expect(try await buddy.get("/follow").text.contains("href=\"\(path)\""))
        let page = try await buddy.get(path)
        #expect(page.text.contains("Hemmelig") && page.form(path) == nil)
        #expect(try await buddy.get("/enrolments/\(amina)").status == 404)
        for person in ["stranger", "leader", "hr", "director"] as [PersonID] {
            #expect(!(try await world.browser(person).get(path).text.contains("Hemmelig")))
        }
        let note = try need(
            try installation.notes(by: "buddy", about: amina, page: 0, pageSize: 1).notes.first)
        let gone = try await buddy.submit(page, to: "\(path)/\(note.id)/deletion")
        #expect(gone["location"] == "/follow")
        #expect(try await buddy.get(path).status == 404)
    }

    @Test("What the light lists say waits is what the whole plan says, also with changed plans")
    func lists() async throws {
        let (world, amina, odd) = try await begin()
        let installation = world.installation
        let may = try need(CivilDay("2026-05-04"))
        _ = try await installation.act(
            .tailor(
                .add(
                    OwnStep(
                        title: LocalizedText([.bokmål: "Egen"]), actors: ["buddy"], due: may),
                    after: nil), by: "leader", approvedBy: "leader", reason: "x"),
            on: amina, by: .person("leader"))
        _ = try await installation.act(
            .arrangeCover(
                "line-manager", by: "hr", from: installation.nowCivil.day, until: may,
                reason: "Ferie"), on: odd, by: .person("leader"))
        let talk: StepID = "expectation-clarification"
        for (person, affirms) in [("amina", true), ("leader", false)] {
            _ = try await installation.act(
                .sign(
                    talk, by: PersonID(person), affirms: affirms, on: installation.nowCivil.day),
                on: amina, by: .person(PersonID(person)))
        }
        for moment in ["2026-03-20T10:00", "2026-04-20T10:00", "2026-05-10T10:00"] {
            try await world.live(until: moment)
            for person in ["leader", "buddy", "hr", "director", "stranger"] as [PersonID] {
                let light = try installation.openViews(for: person)
                for id in [amina, odd] {
                    let whole = try installation.enrolment(id)
                    let view = light.first { $0.id == id }
                    let expected = whole.steps.filter { whole.waits($0, for: person) }
                    let found = view?.steps.filter { view?.waits($0, for: person) == true } ?? []
                    #expect(
                        found.map(\.step.id) == expected.map(\.step.id), "\(person) \(moment)")
                    #expect(found.map(\.status) == expected.map(\.status))
                    #expect(found.map(\.dueDay) == expected.map(\.dueDay))
                    #expect(found.map(\.isOverdue) == expected.map(\.isOverdue))
                    #expect(found.map(\.window) == expected.map(\.window))
                }
            }
        }
    }
}
