import CivilCalendar
import Engine
import Support
import Testing
import Wording

@Suite struct ConsequenceTests {
    /// Anna's enrolment in the first edition, a month in.
    private func enrolment() throws -> Decision {
        try Decision.start(
            Start(
                id: "one", on: Sample.monday,
                roles: [.participant: "anna", .lineManager: "berit", "developer": "dag"],
                anchors: ["first-day": Sample.monday], facts: [:]),
            in: Edition.first.programme, now: CivilMoment(Sample.monday, .nine))
    }

    private func lines(_ decision: Decision, _ language: Language) -> [String] {
        let wording = Wording(language: language)
        let names: [PersonID: String] = ["anna": "Anna", "berit": "Berit", "dag": "Dag"]
        let lines = wording.consequences(
            Consequences(decision), names: { names[$0] ?? $0.rawValue }, plan: decision.programme,
            former: Edition.first.programme)
        var result: [String] = []
        var heading: ConsequenceLine.Heading?
        for line in lines {
            if line.heading != heading {
                heading = line.heading
                result.append(wording.heading(line.heading))
            }
            result.append("- \(line.sentence)")
        }
        return result
    }

    @Test("What a move to another version brings about", arguments: Wording.languages)
    func migration(language: Language) throws {
        let start = try enrolment()
        let now = CivilMoment(Sample.day("2026-03-30"), .nine)
        let caughtUp = try Decision.decide(
            .wake, on: start.enrolment, in: Edition.first.programme, now: now)
        let decision = try Decision.migrate(
            caughtUp.enrolment, by: Migration(from: "a", to: "b", act: "c"),
            from: Edition.first.programme, to: Edition.second.programme, now: now)
        let lines = lines(decision, language)
        #expect(lines.allSatisfy { !$0.contains("[") && !$0.contains("{") })
        expectGolden(lines.joined(separator: "\n") + "\n", "consequences.\(language).txt")
    }

    @Test("Every kind of line of a plan", arguments: Wording.languages)
    func planLines(language: Language) {
        let wording = Wording(language: language)
        let (one, other) = (Sample.day("2026-04-01"), Sample.day("2027-01-04"))
        var lines: [String] = []
        for kind in PlanLine.Kind.allCases {
            for (from, to) in [(nil, nil), (one, nil), (nil, other), (one, other)] {
                if kind == .moved, from == nil, to == nil { continue }
                let line = PlanLine(
                    kind, "talk-2m", title: Edition.first.programme.steps[3].title, from: from,
                    to: to)
                lines.append(wording.planLine(line))
            }
        }
        let chat = Edition.first.programme.steps[5]
        let moved = PlanLine(.moved, chat.id, title: chat.title, from: one, to: one)
        lines.append(wording.planLine(moved, in: Edition.first.programme))
        lines.append(wording.planLine(PlanLine(.added, "bare", title: .empty)))
        #expect(lines.allSatisfy { !$0.contains("[") && !$0.contains("{") && $0.hasSuffix(".") })
        expectGolden(lines.joined(separator: "\n") + "\n", "plan-lines.\(language).txt")
    }
}
