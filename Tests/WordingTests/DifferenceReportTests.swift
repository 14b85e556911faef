import CivilCalendar
import Engine
import Foundation
import Support
import Testing
import Wording

@Suite struct DifferenceReportTests {
    private func report(
        _ old: Edition, _ new: Edition, _ language: Language
    ) -> DifferenceReport {
        DifferenceReport(
            ProgrammeDifference(from: old.programme, to: new.programme),
            Wording(language: language))
    }

    @Test("Two versions of an onboarding programme", arguments: Wording.languages)
    func goldens(language: Language) {
        let there = report(.first, .second, language)
        expectGolden(there.text(), "difference.\(language).txt")
        expectGolden(there.json(), "difference.\(language).json")
        expectGolden(
            report(.second, .first, language).text(), "difference-back.\(language).txt")
    }

    @Test("Every change is one line that is complete", arguments: Wording.languages)
    func complete(language: Language) {
        for (old, new) in [(Edition.first, Edition.second), (.second, .first)] {
            let difference = ProgrammeDifference(from: old.programme, to: new.programme)
            let report = DifferenceReport(difference, Wording(language: language))
            #expect(report.lines.count == difference.changes.count)
            for line in report.lines { expectComplete(line) }
            #expect(report.text().split(separator: "\n").allSatisfy { $0.count <= 100 })
        }
    }

    @Test("The JSON has exactly the keys that it promises, one object to a line")
    func json() throws {
        let text = report(.first, .second, .english).json()
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let objects = try #require(parsed as? [[String: Any]])
        #expect(text.split(separator: "\n").count == objects.count + 2)
        for object in objects {
            #expect(
                Set(object.keys) == [
                    "kind", "part", "id", "step", "field", "from", "to", "sentence",
                ])
        }
        let moved = objects.first {
            $0["step"] as? String == "talk-5m" && $0["field"] as? String == "due"
        }
        #expect(
            moved?["sentence"] as? String
                == "talk-5m “Talk after five months”: due moves from 5 to 4 months after "
                + "first day at work.")
        #expect(report(.first, .first, .english).json() == "[]\n")
    }

    @Test("Every field of everything has its words", arguments: Wording.languages)
    func everyField(language: Language) {
        var fields: Set<String> = []
        for (name, edit) in edits {
            var old = Edition()
            old.steps[0].records = []
            var new = old
            edit(&new)
            for lines in [report(old, new, language).lines, report(new, old, language).lines] {
                #expect(lines.count == 1, "\(name): \(lines)")
                guard let line = lines.first else { continue }
                expectComplete(line)
                fields.insert("\(line.part) \(line.field ?? line.kind.rawValue)")
                if line.field != nil {
                    #expect(line.from != line.to, "\(name): \(line.sentence)")
                }
            }
        }
        var expected = Set(ProgrammeField.allCases.map { "programme \($0.rawValue)" })
        expected.formUnion(RoleField.allCases.map { "role \($0.rawValue)" })
        expected.formUnion(AnchorField.allCases.map { "anchor \($0.rawValue)" })
        expected.formUnion(FactField.allCases.map { "fact \($0.rawValue)" })
        expected.formUnion(StageField.allCases.map { "stage \($0.rawValue)" })
        expected.formUnion(MilestoneField.allCases.map { "milestone \($0.rawValue)" })
        // A rename is not seen from the other side.
        expected.formUnion(
            StepField.allCases.filter { $0 != .id }.map { "step \($0.rawValue)" })
        #expect(fields.isSuperset(of: expected), "\(expected.subtracting(fields))")
    }

    @Test("A text that differs in another language only is shown in that one")
    func otherLanguage() {
        var new = Edition()
        new.steps[0].title.texts[.nynorsk] = "Få nøklar"
        #expect(
            report(.first, new, .english).lines.map(\.phrase)
                == ["title (nynorsk): now “Få nøklar” (before: “Hent nøklar”)"])
        new = Edition()
        new.steps[0].title.texts["se"] = "Viečča čoavdagiid"
        #expect(
            report(.first, new, .english).lines.map(\.phrase)
                == ["title (se): “Viečča čoavdagiid” (new)"])
    }

    @Test("Steps that become one, and a series that is renamed")
    func merged() {
        var new = Edition()
        new.steps[1].id = "welcome"
        new.steps[1].formerIDs = ["tour", "keys"]
        new.steps[2].waitsFor = ["welcome"]
        new.milestones[0].steps = ["welcome", "talk-5m"]
        new.steps.remove(at: 0)
        for index in new.steps.indices where new.steps[index].occurrence != nil {
            let number = new.steps[index].occurrence?.number ?? 0
            new.steps[index].formerIDs = [new.steps[index].id]
            new.steps[index].id = StepID("coffee-0\(number)")
            new.steps[index].occurrence?.series = "coffee"
        }
        #expect(
            report(.first, new, .english).lines.map(\.sentence) == [
                "keys “Fetch keys” becomes part of welcome “Tour of the house”; what has been "
                    + "done is kept there.",
                "welcome “Tour of the house” was called tour before; what has been done is kept.",
                "coffee “Chat with the mentor” was called chat before; what has been done is kept.",
            ])
    }

    private func expectComplete(_ line: DifferenceReport.Line) {
        for text in [line.sentence, line.phrase] {
            #expect(!text.contains("[") && !text.contains("{"), "\(text)")
            #expect(!text.contains("  ") && !text.contains("..") && !text.contains(": ."))
        }
        #expect(line.sentence.hasSuffix("."))
    }
}

private typealias Edit = @Sendable (inout Edition) -> Void

/// One edit of each field.
private let edits: [(String, Edit)] = programmeEdits + partEdits + stepEdits

private let programmeEdits: [(String, Edit)] = [
    ("id", { $0.id = "other" }),
    ("kind", { $0.kind = .trainee }),
    ("title", { $0.title.texts[.english] = "x" }),
    ("summary", { $0.summary = .empty }),
    ("sources", { $0.sources = [Source(title: "a", link: "https://a")] }),
    ("owner", { $0.owner = "" }),
    ("applies", { $0.appliesWhen = .isTrue("night", true) }),
    ("calendar", { $0.calendar.closesOnNewYearsEve = true }),
    ("time", { $0.sending.noticeTime = .nine }),
    ("working days", { $0.sending.workingDaysOnly = false }),
    ("quiet", { $0.sending.quietFrom = .nine }),
]

private let partEdits: [(String, Edit)] = [
    ("role", { $0.roles.remove(at: 2) }),
    ("role moved", { $0.roles.append($0.roles.remove(at: 0)) }),
    ("role title", { $0.roles[2].title = Sample.text("a", "b", "c") }),
    ("role filling", { $0.roles[2].filledBy = .unitFunction("hr") }),
    ("role need", { $0.roles[2].need = .requiredBy(Sample.firstDayRule) }),
    ("role cover", { $0.roles[2].coveredBy = .lineManager }),
    ("role vouching", { $0.roles[2].vouchesAs = .lineManager }),
    ("anchor", { $0.anchors.remove(at: 1) }),
    ("anchor title", { $0.anchors[1].title = .empty }),
    ("anchor required", { $0.anchors[1].isRequired = true }),
    ("anchor fallback", { $0.anchors[1].fallback = nil }),
    ("fact", { $0.facts.remove(at: 1) }),
    ("fact title", { $0.facts[1].title = .empty }),
    ("fact type", { $0.facts[1].type = .number(from: 0, to: 7.5) }),
    ("fact required", { $0.facts[1].isRequired = true }),
    ("stage", { $0.stages.append(Stage(id: "end", title: .empty)) }),
    ("stage title", { $0.stages[1].title = Sample.text("a", "b", "c") }),
    ("milestone", { $0.milestones = [] }),
    ("milestone title", { $0.milestones[0].title = .empty }),
    ("milestone steps", { $0.milestones[0].steps.append("chat-02") }),
]

private let stepEdits: [(String, Edit)] = [
    ("added", { $0.steps.insert(Edition.step("new", "start", .task, .empty), at: 1) }),
    ("dropped series", { $0.steps.removeLast(6) }),
    ("moved", { $0.steps.insert($0.steps.remove(at: 2), at: 0) }),
    ("stage", { $0.steps[2].stage = "follow-up" }),
    ("kind", { $0.steps[0].kind = .signOff }),
    ("title", { $0.steps[0].title = Sample.text("a", "b", "c") }),
    ("text", { $0.steps[1].text = .empty }),
    ("actors", { $0.steps[1].actors = Party(.eitherThenOther, [.lineManager, .participant]) }),
    ("accountable", { $0.steps[1].accountable = .one(.participant) }),
    ("confirmers", { $0.steps[1].confirmers = .one(.participant) }),
    ("opens", { $0.steps[1].opens = Sample.firstDayRule }),
    ("due shift", { $0.steps[1].due?.shift = .previous }),
    ("due nearest", { $0.steps[1].due?.shift = .nearest }),
    ("due other unit", { $0.steps[1].due?.offset = Offset(workingDays: 1) }),
    ("due before", { $0.steps[1].due?.offset = Offset(days: -1) }),
    ("window", { $0.steps[3].window = Window(from: .zero, to: Offset(days: 1)) }),
    ("window from", { $0.steps[3].windowFrom = Sample.firstDayRule }),
    (
        "window from a day",
        {
            $0.steps[3].windowFrom = DateRule(.zero, from: .day(Sample.monday, afterDelays: 0))
        }
    ),
    ("waits", { $0.steps[2].waitsFor = $0.steps.suffix(6).map(\.id) }),
    ("condition", { $0.steps[2].condition = .isTrue("night", false) }),
    (
        "records",
        {
            $0.steps[0].records = [
                CompetenceEffect(
                    competence: "a", title: .empty, level: "1", validFor: Offset(months: 1))
            ]
        }
    ),
    ("learning", { $0.steps[0].learning = .course }),
    ("takes", { $0.steps[0].takes = 90 }),
    ("measurement", { $0.steps[0].measurement = .baseline }),
    (
        "a question's scale",
        {
            $0.steps[3].questions = [
                Question(
                    id: "q", text: Sample.text("a", "b", "c"),
                    scale: AnswerScale(low: Sample.text("d", "e", "f"), high: .empty),
                    evaluates: .learning)
            ]
        }
    ),
    ("reminders", { $0.steps[0].reminders = [Reminder(.zero, from: .opens)] }),
    ("reminders reordered", { $0.steps[0].reminders.reverse() }),
    ("escalation", { $0.steps[4].escalation[0].to = ["developer"] }),
    ("agenda", { $0.steps[3].agenda = [] }),
    ("questions", { $0.steps[3].questions = [Question(id: "q", text: Sample.text("", "", "x"))] }),
    ("attachments", { $0.steps[3].attachments = [Attachment(title: .empty, link: "https://a")] }),
    ("skippable", { $0.steps[3].skippableBy = ["developer"] }),
    ("meeting", { $0.steps[3].meeting?.isConfidential = true }),
    ("occurrence", { $0.steps[3].occurrence = Occurrence(series: "a", number: 1, count: 2) }),
    ("series count", { $0.steps.removeLast() }),
    ("series actors", { for index in 5..<11 { $0.steps[index].confirmers = .one(.participant) } }),
    ("module", { $0.steps[3].module = "m" }),
    ("fulfils", { $0.steps[3].fulfils = ["f"] }),
    ("former", { $0.steps[3].formerIDs = ["f"] }),
]
