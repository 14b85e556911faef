import CivilCalendar
import Delivery
import Engine
import Foundation
import Operations
import Storage
import Support
import Testing

@testable import Web

@Suite struct AdminFormTests {
    private func finish(_ world: WebWorld) async throws {
        while let job = try world.installation.unfinishedImport() {
            try await world.installation.continueImport(job)
        }
    }

    @Test("A table is uploaded, looked through, started, followed and reported")
    func importing() async throws {
        let world = try await WebWorld()
        let hr = try await world.browser("hr")
        let table = "id;name;email;unit\nny;=Ny <b>Nordmann</b>;ny@example.org;ward\n"
            + "amina;Amina Yusuf Lie;amina@example.org;ward\n"
        let page = try await hr.get("/admin/import")
        let sent = try await hr.upload(
            page, to: "/admin/import", ["kind": "people"],
            files: ["file": ("folk <1>.csv", Array(table.utf8))])
        #expect(sent.status == 303)
        let url = try need(sent["location"])
        // The same form again is the same import.
        let again = try await hr.upload(
            page, to: "/admin/import", ["kind": "people"],
            files: ["file": ("folk <1>.csv", Array(table.utf8))])
        #expect(again["location"] == url)
        let looking = try await hr.get(url)
        #expect(looking.text.contains("http-equiv=\"refresh\""))
        #expect(looking.text.contains("<progress max=\"2\" value=\"0\""))
        #expect(looking.form("\(url)/start") == nil)
        #expect(try await hr.get("/admin").text.contains("Importen av folk &lt;1&gt;.csv pågår"))

        try await finish(world)
        let found = try await hr.get(url)
        #expect(!found.text.contains("http-equiv=\"refresh\""))
        #expect(found.text.contains("1 rad er ny"))
        #expect(found.text.contains("1 blir endret") && found.text.contains("endrer name"))
        #expect(found.text.contains("folk &lt;1&gt;.csv"))
        #expect(try world.installation.person("ny") == nil)
        #expect(try await hr.get("/admin").text.contains("venter på deg"))

        let started = try await hr.submit(found, to: "\(url)/start")
        #expect(started["location"] == url)
        #expect(try await hr.submit(found, to: "\(url)/start")["location"] == url)
        #expect(try await hr.get(url).text.contains("Importen pågår: rad 0 av 2."))
        try await finish(world)
        let done = try await hr.get(url)
        #expect(done.text.contains("Importen er ferdig. Rader som er behandlet: 2."))
        #expect(done.text.contains("1 er lagt inn"))
        #expect(done.form("\(url)/cancel") == nil)
        #expect(try world.installation.person("ny")?.name == "=Ny <b>Nordmann</b>")
        // What the table has no column for is left as it is.
        let amina = try need(try world.installation.person("amina"))
        #expect(amina.privateEmail == "amina@home.example")

        let report = try await hr.get("\(url)/report.csv")
        #expect(report["content-type"] == "text/csv; charset=utf-8")
        #expect(report.text.contains("\"2\";\"ny\";\"new\";\"\"\r\n"))
    }

    @Test("Rows with errors come first, and such a file cannot be started")
    func errors() async throws {
        let world = try await WebWorld()
        let hr = try await world.browser("hr")
        var table = "id,name,email,unit\n"
        for number in 0..<120 { table += "p\(number),Person \(number),,ward\n" }
        table += "=cmd,\"Per \"\"x\"\"\",galt,ward\n"
        let sent = try await hr.upload(
            try await hr.get("/admin/import"), to: "/admin/import", ["kind": "people"],
            files: ["file": ("folk.csv", Array(table.utf8))])
        let url = try need(sent["location"])
        try await finish(world)
        let found = try await hr.get(url)
        #expect(found.text.contains("Filen har feil, og ingenting er endret."))
        #expect(found.text.contains("Side 1 av 3"))
        let rows = found.text.matches(of: #/<th scope="row">([0-9]+)<\/th>/#).map(\.output.1)
        #expect(rows.count == 50)
        #expect(rows.first == "122")
        #expect(found.form("\(url)/start") == nil)
        let form = try need(found.form("\(url)/cancel"))
        #expect(try await hr.post("\(url)/start", form).status == 422)
        let only = try await hr.get("\(url)?outcome=error")
        #expect(only.text.matches(of: #/<th scope="row">/#).count == 1)
        #expect(!only.text.contains("Side 1 av"))
        #expect(try await hr.get("\(url)/report.csv").text.contains("\"'=cmd\""))
        #expect(try await hr.submit(found, to: "\(url)/cancel").status == 303)
        #expect(try await hr.get(url).text.contains("Importen er avbrutt."))
    }

    @Test("What is no table is told beside the field")
    func noTable() async throws {
        let world = try await WebWorld()
        let hr = try await world.browser("hr")
        let cases: [(kind: String, bytes: [UInt8]?, field: String, says: String)] = [
            ("people", nil, "file", "Velg en fil som ikke er tom."),
            ("people", [], "file", "Velg en fil som ikke er tom."),
            ("people", Array("id,name,id\n".utf8), "file", "Linje 1: kolonnen «id» står"),
            ("units", Array("id,name\n".utf8), "file", "Linje 1: kolonnen «kind» mangler"),
            ("people", [0x69, 0x64, 0x0A, 0xFF, 0x0A], "file", "Linje 2: filen er ikke UTF-8"),
            ("secrets", Array("id,name\n".utf8), "kind", "Velg en av dem."),
        ]
        for (kind, bytes, field, says) in cases {
            let answer = try await hr.upload(
                try await hr.get("/admin/import"), to: "/admin/import", ["kind": kind],
                files: bytes.map { ["file": ("x.csv", $0)] } ?? [:])
            #expect(answer.status == 422, "\(says)")
            #expect(answer.readable.contains(says), "\(says)")
            let id = field == "file" ? "file-fault" : "field-kind-fault"
            #expect(answer.text.contains("id=\"\(id)\""))
            let isKept = answer.text.contains("<option value=\"units\" selected>")
            #expect(isKept == (kind == "units"))
        }
        let large = try await hr.upload(
            try await hr.get("/admin/import"), to: "/admin/import", ["kind": "people"],
            files: ["file": ("x.csv", Array(repeating: 0x61, count: 11_000_000))])
        #expect(large.status == 413)
        #expect(try world.installation.importJobs(of: "hr", limit: 5).isEmpty)
    }

    @Test("A person's details are corrected, or what is wrong is told beside the field")
    func details() async throws {
        let world = try await WebWorld()
        let hr = try await world.browser("hr")
        let url = "/admin/people/amina"
        let good = [
            "name": "Amina Yusuf & Co <3>", "email": "amina.yusuf@example.org",
            "private-email": "", "language": "en",
        ]
        let faults = [
            ("name", ""), ("name", "Ola\u{0B}Nordmann"), ("email", "galt"),
            ("email", "KARI@example.org"), ("private-email", "x@@y"), ("language", "sv"),
        ]
        for (field, value) in faults {
            let page = try await hr.get(url)
            let answer = try await hr.submit(page, to: url, good.merging([field: value]) { $1 })
            #expect(answer.status == 422, "\(field) \(value)")
            #expect(answer.text.contains("id=\"details-\(field)-fault\""), "\(field) \(value)")
            if field != "name" { #expect(answer.text.contains("Amina Yusuf &amp; Co &lt;3&gt;")) }
        }
        #expect(try world.installation.person("amina")?.name == "Amina Yusuf")
        let saved = try await hr.submit(try await hr.get(url), to: url, good)
        #expect(saved["location"] == "\(url)?saved=1")
        let card = try need(try world.installation.person("amina"))
        #expect(card.name == "Amina Yusuf & Co <3>")
        #expect(card.email == "amina.yusuf@example.org")
        #expect(card.privateEmail == nil)
        #expect(card.language == .english)
        #expect(try await hr.get("\(url)?saved=1").text.contains("Opplysningene er lagret."))
    }

    @Test("HR does not change where the mail of those goes who answer for more than they do")
    func beyond() async throws {
        let world = try await WebWorld()
        try await world.load(
            .units,
            """
            id,name,kind,parent,manager,hr
            ward,Avdeling Bjørk,ward,city,leader,ward-hr

            """, after: "id,name,email,unit\nward-hr,Vidar Ness,vidar@example.org,ward\n")
        // Leads the ward and another besides.
        try await world.load(
            .units, "id,name,kind,parent,manager\noak,Avdeling Eik,ward,city,leader\n")
        let cases: [(reader: PersonID, person: PersonID, may: Bool)] = [
            ("ward-hr", "leader", false), ("ward-hr", "amina", true), ("ward-hr", "ward-hr", true),
            ("hr", "leader", true), ("hr", "owner", false), ("hr", "ward-hr", true),
        ]
        for (reader, person, may) in cases {
            let browser = try await world.browser(reader)
            let card = try need(try world.installation.person(person))
            let url = "/admin/people/\(person)"
            let fields = ["name": card.name, "language": "nb", "email": "\(reader).\(person)@x.no"]
            let changed = try await browser.submit(
                try await browser.get(url), to: url,
                fields.merging(["private-email": card.privateEmail ?? ""]) { $1 })
            #expect(changed.status == (may ? 303 : 422), "\(reader) \(person)")
            if !may { #expect(changed.text.contains("svarer for mer enn deg")) }
            let now = try need(try world.installation.person(person))
            #expect((now.email == card.email) == !may)
            // The name may be corrected all the same.
            let named = fields.merging([
                "email": now.email ?? "", "private-email": now.privateEmail ?? "",
            ]) { $1 }
            let kept = try await browser.submit(try await browser.get(url), to: url, named)
            #expect(kept.status == 303, "\(reader) \(person)")
        }
    }

    @Test("Somebody moves to another unit, and their leader with it; only within HR's own units")
    func moving() async throws {
        let world = try await WebWorld()
        try await world.home()
        try await world.load(
            .units, "id,name,kind,parent,manager\noak,Avdeling Eik,ward,city,stranger\n")
        let amina = try await world.enrol("amina")
        let hr = try await world.browser("hr")
        let url = "/admin/people/amina"
        for (unit, says) in [
            ("", "Skriv hvilken enhet det er."), ("Ingen <her>", "Vi finner ingen"),
            ("home", "Vi finner ingen"), ("ward", "jobber alt i denne"),
            ("Avdeling Bjørk", "jobber alt i denne"),
        ] {
            let answer = try await hr.submit(
                try await hr.get(url), to: "\(url)/unit", ["unit": unit, "reason": "Nytt & bra"])
            #expect(answer.status == 422, "\(unit)")
            #expect(answer.text.contains(says), "\(unit)")
            #expect(answer.text.contains("Nytt &amp; bra"))
            #expect(!answer.text.contains("<her>"))
        }
        let page = try await hr.get(url)
        let moved = try await hr.submit(
            page, to: "\(url)/unit", ["unit": "Avdeling Eik", "reason": "Ny jobb"])
        #expect(moved.status == 303)
        let repeated = try await hr.post(
            "\(url)/unit",
            try need(page.form("\(url)/unit")).merging(["unit": "oak", "reason": "Ny jobb"]) { $1 })
        #expect(repeated.status == 422)
        while let act = try world.installation.unfinishedBulk() {
            _ = try await world.installation.continueBulk(act)
        }
        #expect(try world.installation.person("amina")?.unit == "oak")
        #expect(try world.installation.enrolment(amina).enrolment.roles[.lineManager] == "stranger")
    }

    @Test("A mail that did not get through is told of, and sent again when its cause is mended")
    func outbox() async throws {
        let world = try await WebWorld()
        try await world.load(
            .people, "id,name,unit,language\nquiet,Stille Berg,ward,nb\n")
        _ = try await world.enrol("quiet")
        try await world.live(until: "2026-02-17T12:00")
        let hr = try await world.browser("hr")
        #expect(try await hr.get("/admin").text.contains("/admin/outbox?status=dead"))
        let list = try await hr.get("/admin/outbox?status=dead")
        let url = String(
            try need(list.text.firstMatch(of: #/href="(/admin/outbox/[0-9a-f]{32})"/#)).output.1)
        let page = try await hr.get(url)
        #expect(page.text.contains("kom ikke fram"))
        #expect(page.text.contains("har ingen e-postadresse."))
        #expect(try await hr.get("/admin/people/quiet").text.contains("ingen e-postadresse"))

        _ = try await hr.submit(
            try await hr.get("/admin/people/quiet"), to: "/admin/people/quiet",
            ["name": "Stille Berg", "email": "stille@example.org", "language": "nb"])
        #expect(try await hr.submit(page, to: "\(url)/retry").status == 303)
        #expect(try await hr.get(url).form("\(url)/retry") == nil)
        try await world.courier.deliverAll()
        let sent = try await hr.get(url)
        #expect(sent.text.contains("✓</span> sendt"))
        // Sent twice it is not sent again.
        #expect(try await hr.submit(page, to: "\(url)/retry").status == 303)
        try await world.courier.deliverAll()
        #expect(try world.installation.message(String(url.suffix(32))).message.status == "sent")
    }

    @Test("HR reads what is sent, gets in by none of its links, and reads nothing confidential")
    func contents() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        try await world.live(until: "2026-03-20T10:00")
        _ = try await world.installation.act(
            .pause(on: world.installation.nowCivil.day, reason: "Syk: hemmelig"), on: amina,
            by: .person("leader"))
        try await world.live(until: "2026-03-24T10:00")
        let hr = try await world.browser("hr")
        var links = 0
        var hidden = 0
        for message in try world.installation.messages(recipient: "amina", limit: 100) {
            let page = try await hr.get("/admin/outbox/\(message.id)")
            #expect(page.status == 200)
            #expect(!page.text.contains("hemmelig"), "\(message.kind)")
            if page.text.contains("Innholdet er bare for mottakeren.") { hidden += 1 }
            for link in page.readable.matches(of: #/http://ombord.example(/l/[^\s<]+)/#) {
                links += 1
                let visitor = try await world.browser()
                #expect(try await visitor.get(String(link.output.1)).status == 410)
            }
        }
        #expect(links > 0)
        #expect(hidden > 0)
    }

    @Test("A suggestion is answered once, and its author is told")
    func inputs() async throws {
        let world = try await WebWorld()
        let amina = try await world.enrol("amina")
        let id = try await world.installation.giveInput(
            "Omvisningen <b>kom</b> for sent.\n\nMer tid & ro.", about: amina, step: nil,
            by: "amina")
        let owner = try await world.browser("owner")
        #expect(try await owner.get("/admin").text.contains("1 innspill er ikke besvart"))
        let list = try await owner.get("/admin/inputs")
        #expect(list.text.contains("Omvisningen &lt;b&gt;kom&lt;/b&gt; for sent."))
        let url = "/admin/inputs/\(id)"
        for text in ["", "   ", String(repeating: "x", count: 2_001)] {
            let answer = try await owner.submit(
                try await owner.get(url), to: "\(url)/answer", ["answer": text])
            #expect(answer.status == 422)
            #expect(answer.text.contains("id=\"answer-fault\""))
        }
        let page = try await owner.get(url)
        let sent = try await owner.submit(
            page, to: "\(url)/answer", ["answer": "Vi flytter <den>.\r\n\r\nTakk!"])
        #expect(sent["location"] == "\(url)?saved=1")
        let kept = try world.installation.input(id, for: "owner")?.answer
        #expect(kept == "Vi flytter <den>.\n\nTakk!")
        let other = try await owner.submit(page, to: "\(url)/answer", ["answer": "Noe annet"])
        #expect(other.status == 409)
        #expect(try await owner.get("/admin/inputs").text.contains("Alle innspill er besvart."))
        let all = try await owner.get("/admin/inputs?show=answered")
        #expect(all.text.contains("Vi flytter &lt;den&gt;."))
        try await world.live(until: "2026-02-17T12:00")
        let told = try world.installation.messages(recipient: "amina").map(\.kind)
        #expect(told.count { $0 == "input-answered" } == 1)
    }

    @Test("Every mail is shown in every language to everyone, and always the same")
    func mails() async throws {
        let world = try await WebWorld()
        let owner = try await world.browser("owner")
        for kind in MailKind.allCases.map(\.rawValue) {
            for language in ["nb", "nn", "en"] {
                for person in ["newcomer", "leader", "mentor"] {
                    let query = "kind=\(kind)&language=\(language)&person=\(person)"
                    let page = try await owner.get("/admin/mails?\(query)")
                    #expect(page.status == 200, "\(query)")
                    #expect(page.text.contains("<iframe"), "\(query)")
                    #expect(page.stable == (try await owner.get("/admin/mails?\(query)")).stable)
                    let html = try await owner.get("/admin/mails/html?\(query)")
                    #expect(html.text.contains("lang=\"\(language)\""), "\(query)")
                    #expect(html["content-security-policy"]?.contains("sandbox") == true)
                }
            }
        }
        let odd = try await owner.get("/admin/mails?kind=none&language=xx&person=boss")
        #expect(odd.status == 200)
    }
}
