import Competence
import Engine
import Foundation
import Operations
import Support
import Testing

@testable import Web

/// Employments and competences in and out by the pages, for HR and their own units alone.
@Suite struct ExchangeTests {
    /// The city with its HR, and a home elsewhere with its own.
    private func begin() async throws -> WebWorld {
        let world = try await CompetencePageTests.world()
        try await world.load(
            .units,
            "id,name,kind,parent,manager,hr\neast,Øst,agency,,,\nhome,Eikelund,ward,east,,\n")
        try await world.load(
            .people, "id,name,unit\nhome-hr,Vidar Ness,east\nfar,Ida Vik,home\n")
        try await world.load(
            .units, "id,name,kind,parent,manager,hr\neast,Øst,agency,,,home-hr\n")
        return world
    }

    private func lookedThrough(
        _ world: WebWorld, _ kind: ImportKind, _ text: String, by person: PersonID = "hr"
    ) async throws -> (path: String, lines: [String]) {
        let browser = try await world.browser(person)
        let sent = try await browser.upload(
            try await browser.get("/admin/import"), to: "/admin/import",
            ["kind": kind.rawValue],
            files: ["file": ("\(kind.rawValue).json", Array(text.utf8))])
        let path = try need(sent["location"])
        try await finish(world)
        return (path, try lines(world, path, person))
    }

    private func finish(_ world: WebWorld) async throws {
        while let job = try world.installation.unfinishedImport() {
            try await world.installation.continueImport(job)
        }
    }

    private func lines(
        _ world: WebWorld, _ path: String, _ person: PersonID
    ) throws -> [String] {
        let id = String(try need(path.split(separator: "/").last))
        let job = try need(try world.installation.importJob(id, of: person))
        return try world.installation.importRows(job).map {
            "\($0.number) \($0.outcome.rawValue): \($0.message)"
        }
    }

    @Test("A table is looked through, put on record, and says nothing new the second time")
    func imported() async throws {
        let world = try await begin()
        let text = """
            person;competence;level;achieved-on;evidence
            amina;norwegian;b2;2024-06-01;Norskprøven
            leader;resuscitation;basic;2026-01-10;
            """
        let (path, preview) = try await lookedThrough(world, .competences, text)
        #expect(preview == ["2 new: ", "3 new: "])
        let before = try world.installation.recordedCompetences(of: "amina").count
        let hr = try await world.browser("hr")
        let page = try await hr.get(path)
        #expect(page.text.contains("kan ikke endres etterpå"))
        _ = try await hr.submit(page, to: "\(path)/start")
        try await finish(world)
        let all = try world.installation.recordedCompetences(of: "amina")
        #expect(all.count == before + 1)
        #expect(all.last?.entry.kind == .imported)
        let amina = try await world.browser("amina")
        #expect(try await amina.get("/competence").text.contains("Norskprøven"))
        let (_, again) = try await lookedThrough(world, .competences, text)
        #expect(again == ["2 unchanged: ", "3 unchanged: "])
    }

    @Test("Nobody imports what is others' to say, and what is elsewhere is not told of")
    func scope() async throws {
        let world = try await begin()
        let (path, lines) = try await lookedThrough(
            world, .competences,
            """
            [{"person": "hr", "competence": "ethics", "level": "basic",
              "achieved-on": "2026-01-05"},
             {"person": "far", "competence": "ethics", "level": "basic",
              "achieved-on": "2026-01-05"},
             {"person": "none", "competence": "ethics", "level": "basic",
              "achieved-on": "2026-01-05"},
             {"person": "amina", "competence": "ethics", "level": "expert",
              "achieved-on": "2026-01-05"},
             {"person": "amina", "competence": "ethics", "level": "basic",
              "achieved-on": "2026-12-05"}]
            """)
        #expect(lines.allSatisfy { $0.contains("error") })
        #expect(lines.map { $0.prefix(1) } == ["1", "3", "5", "7", "9"])
        // Whether somebody is elsewhere or nowhere is the same sentence.
        #expect(
            lines[1].dropFirst(1).replacing("far", with: "none") == lines[2].dropFirst(1))
        let hr = try await world.browser("hr")
        #expect(try await hr.get(path).form("\(path)/start") == nil)
        let (_, employments) = try await lookedThrough(
            world, .employments,
            """
            person,unit,position,percentage,from
            amina,ward,nurse,100,2026-03-02
            amina,home,nurse,20,2026-03-02
            far,ward,nurse,100,2026-03-02
            """)
        #expect(employments.count == 3)
        #expect(employments.contains { $0.hasPrefix("2 unchanged") })
        #expect(employments.count { $0.contains("error") } == 2)
    }

    @Test("HR downloads what is on record for their units, as CSV and as JSON, and others nothing")
    func exported() async throws {
        let world = try await begin()
        let hr = try await world.browser("hr")
        func get(_ kind: String, _ unit: String, _ format: String) async throws -> Browser.Answer {
            try await hr.get("/admin/export/file?kind=\(kind)&unit=\(unit)&format=\(format)")
        }
        let page = try await hr.get("/admin/export")
        #expect(page.text.contains("action=\"/admin/export/file\""))
        let table = try await get("competences", "ward", "csv")
        #expect(table.status == 200)
        #expect(table["content-type"] == "text/csv; charset=utf-8")
        #expect(
            table["content-disposition"]
                == "attachment; filename=\"competences-2026-03-20.csv\"")
        let rows = try CSVTable(Array(table.text.utf8))
        #expect(rows.rows.map { $0.fields[1] }.sorted() == ["fire-safety", "nutrition"])
        // What the page gave is taken by the page again, as nothing new.
        for format in ["csv", "json"] {
            for kind in ImportKind.exported {
                let text = try await get(kind.rawValue, "city", format).text
                let (_, lines) = try await lookedThrough(world, kind, text)
                #expect(
                    lines.allSatisfy { $0.contains("unchanged") }, "\(kind) \(format): \(lines)")
            }
        }
        for path in [
            "kind=competences&unit=home&format=csv", "kind=competences&unit=none&format=csv",
            "kind=starts&unit=ward&format=csv", "kind=people&unit=ward&format=xml", "",
        ] {
            #expect(try await hr.get("/admin/export/file?\(path)").status == 404, "\(path)")
        }
        for person in ["leader", "amina", "owner"] as [PersonID] {
            let browser = try await world.browser(person)
            #expect(try await browser.get("/admin/export").status == 404)
            #expect(
                try await browser.get(
                    "/admin/export/file?kind=people&unit=ward&format=csv"
                ).status == 404)
        }
        let other = try await world.browser("home-hr")
        let far = try await other.get("/admin/export/file?kind=people&unit=east&format=csv").text
        #expect(far.contains("Ida Vik"))
        #expect(!far.contains("Amina"))
    }
}
