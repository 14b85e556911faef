import CivilCalendar
import Engine
import Foundation
import Support
import Testing
import Wording

@Suite struct ReportTests {
    private func report(
        _ behaviour: Simulation.Behaviour, _ language: Language
    ) throws -> SimulationReport {
        let simulation = try Simulation(
            Sample.programme, start: Sample.day("2026-02-20"),
            anchors: ["first-day": Sample.monday], facts: ["profession": .choice("nurse")],
            behaviour: behaviour)
        return SimulationReport(simulation, of: Sample.programme, language: language)
    }

    @Test("The calendar in each form", arguments: Wording.languages)
    func goldens(language: Language) throws {
        let report = try report(.nobody, language)
        expectGolden(report.text(), "calendar.\(language).txt")
        expectGolden(report.json(), "calendar.\(language).json")
        expectGolden(report.svg(today: Sample.day("2026-04-01")), "calendar.\(language).svg")
    }

    @Test("The calendar where everybody is punctual")
    func punctual() throws {
        expectGolden(try report(.onTime, .bokmål).text(), "calendar-on-time.nb.txt")
    }

    @Test("The JSON has exactly the keys that it promises, one object to a line")
    func json() throws {
        let text = try report(.nobody, .bokmål).json()
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let objects = try #require(parsed as? [[String: Any]])
        let lines = text.split(separator: "\n")
        #expect(objects.count > 10 && lines.count == objects.count + 2)
        let kinds = Set(Simulation.EntryKind.allCases.map(\.rawValue))
        for object in objects {
            #expect(Set(object.keys) == ["date", "time", "kind", "step", "to", "why"])
            #expect((object["date"] as? String).flatMap { CivilDay($0) } != nil)
            #expect((object["time"] as? String).flatMap { CivilTime($0) } != nil)
            #expect((object["kind"] as? String).map(kinds.contains) == true)
            #expect((object["step"] as? String)?.isEmpty == false)
            #expect((object["to"] as? [String])?.isEmpty == false)
            #expect((object["why"] as? String)?.hasSuffix(".") == true)
        }
    }

    @Test("A quotation mark in a title survives the JSON")
    func escaping() throws {
        let text = try report(.onTime, .bokmål).json()
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let whys = try #require(parsed as? [[String: Any]]).compactMap { $0["why"] as? String }
        #expect(whys.contains { $0.contains("«Hent \"nøkler\" & kort»") })
    }

    @Test("No line of the calendar is wider than a page")
    func width() throws {
        let lines = try report(.nobody, .english).text().split(separator: "\n")
        #expect(lines.count > 20)
        #expect(lines.allSatisfy { $0.count <= 100 })
    }
}

@Suite struct TimelineTests {
    @Test("Programmes from five weeks to five years", arguments: [(35, 4), (400, 12), (1826, 40)])
    func lengths(days: Int, steps: Int) throws {
        let programme = Sample.long(days: days, steps: steps)
        let simulation = try Simulation(
            programme, start: Sample.monday, anchors: ["first-day": Sample.monday],
            behaviour: .onTime)
        for language in Wording.languages {
            for today in [Sample.monday, Sample.monday.adding(days: days), nil] {
                let report = SimulationReport(simulation, of: programme, language: language)
                let picture = try Picture(report.svg(today: today))
                picture.expectTidy()
                #expect(picture.classes["mark plain", default: 0] >= steps)
            }
        }
        let report = SimulationReport(simulation, of: programme, language: .bokmål)
        expectGolden(report.svg(today: Sample.monday), "long-\(days).nb.svg")
    }

    @Test("How each step stands has a look of its own, in words too", arguments: Wording.languages)
    func statuses(language: Language) throws {
        let today = Sample.day("2026-04-01")
        let svg = TimelineSVG(
            explanations(today), in: Sample.programme, language: language, today: today
        ).svg()
        expectGolden(svg, "enrolment.\(language).svg")
        let picture = try Picture(svg)
        picture.expectTidy()
        for status in ShownStatus.allCases {
            #expect(picture.classes["mark \(status.rawValue)", default: 0] > 0, "\(status)")
            let name = Wording(language: language).status(status)
            #expect(picture.titles.contains { $0.contains(name) }, "\(name)")
        }
        #expect(picture.classes["late", default: 0] > 0)
    }

    @Test("Occurrences of the same step share a row")
    func series() throws {
        let today = Sample.day("2026-04-01")
        let svg = TimelineSVG(
            explanations(today), in: Sample.programme, language: .english, today: today
        ).svg()
        let texts = try Picture(svg).labels.map(\.text)
        #expect(texts.filter { $0.hasPrefix("Weekly meeting") } == ["Weekly meeting (4)"])
    }

    @Test("A plan without dates, and names that are not safe, still make a picture")
    func hostile() throws {
        let nasty = "<script>alert(1)</script> & \u{1} \"'é漢字"
        let step = Step(
            id: "a", stage: "x", kind: .task, title: LocalizedText([.bokmål: nasty]),
            actors: .one(.participant))
        let programme = Programme(
            id: "p", kind: .learning, title: LocalizedText([.bokmål: nasty]), steps: [step])
        let enrolment = Enrolment(
            id: "e", roles: [:], anchors: [:], facts: [:], enrolledOn: Sample.monday)
        var explained = enrolment.explained(by: programme, today: Sample.monday)
        explained[0].opens = nil
        let svg = TimelineSVG(
            explained, in: programme, language: .bokmål, today: Sample.monday, identifier: "t-1"
        ).svg()
        #expect(!svg.contains("<script"))
        let picture = try Picture(svg)
        picture.expectTidy()
        #expect(picture.labels.contains { $0.text == "dato ikke kjent ennå" })
        let empty = try Picture(
            TimelineSVG([], in: programme, language: .bokmål, today: Sample.monday).svg())
        empty.expectTidy()
    }

    /// The sample enrolment with one step in each status.
    private func explanations(_ today: CivilDay) -> [StepExplanation] {
        var explained = Sample.enrolment().explained(by: Sample.programme, today: today)
        let statuses: [StepID: ShownStatus] = [
            "hello": .done, "keys": .open, "talk": .planned, "plan": .waiting,
            "nights": .notApplicable, "weekly-1": .done, "weekly-2": .skipped,
            "weekly-3": .disputed, "weekly-4": .cancelled,
        ]
        for index in explained.indices {
            explained[index].status = statuses[explained[index].step.id] ?? .planned
            explained[index].isOverdue = explained[index].step.id == "keys"
            if explained[index].step.id == "nights" {
                explained[index].record.openedOn = Sample.monday
                explained[index].dueDay = Sample.day("2026-03-20")
            }
        }
        return explained
    }
}
