import CivilCalendar
import Engine
import Testing

/// The calendar of a fictional participant.
@Suite struct SimulationTests {
    private let early = programme(
        [
            step("equipment", by: .one(.lineManager)) {
                $0.opens = .fromFirstDay(days: -14)
                $0.due = .fromFirstDay(days: -1, shift: .previous)
                $0.escalation = [EscalationRung(grace: Offset(days: 1), to: [.managersManager])]
            },
            step("welcome", .message) { $0.due = .fromFirstDay(days: -7) },
            talk(.twoMonths, months: 2),
            step("course") { $0.condition = .isOneOf("profession", ["nurse"]) },
            step("never") { $0.condition = .isTrue("ward", true) },
        ],
        facts: [
            Fact(
                id: "profession", title: .empty,
                type: .oneOf([
                    FactChoice(id: "nurse", title: .empty), FactChoice(id: "cook", title: .empty),
                ]), isRequired: true),
            Fact(id: "ward", title: .empty, type: .yesOrNo, isRequired: true),
        ])

    private func lines(_ simulation: Simulation, _ kinds: [Simulation.EntryKind]) -> [String] {
        simulation.entries.filter { kinds.contains($0.kind) }.map {
            "\($0.moment) \($0.kind.rawValue) \($0.step)"
        }
    }

    @Test("Nobody acts: every opening, due day, reminder, rung and window's end, in order")
    func nobody() throws {
        let simulation = try Simulation(early, start: day("2026-03-02"), behaviour: .nobody)
        #expect(
            lines(simulation, [.opens, .due, .reminder, .escalation, .closes]) == [
                "2026-02-16T08:00 opens equipment", "2026-02-16T08:00 opens course",
                "2026-02-27T08:00 due equipment", "2026-03-02T08:00 escalation equipment",
                "2026-04-20T08:00 opens talk-2m", "2026-04-27T08:00 reminder talk-2m",
                "2026-05-04T08:00 due talk-2m", "2026-05-07T08:00 escalation talk-2m",
                "2026-05-15T08:00 escalation talk-2m", "2026-05-18T23:59 closes talk-2m",
            ])
        #expect(
            lines(simulation, [.message]) == [
                "2026-02-16T08:00 message test", "2026-02-16T08:00 message equipment",
                "2026-02-16T08:00 message course", "2026-02-23T08:00 message welcome",
                "2026-04-20T08:00 message talk-2m",
            ])
        #expect(simulation.entries.map(\.moment) == simulation.entries.map(\.moment).sorted())
        #expect(simulation.enrolment.status == .running)
        // The facts that must be given are, with the first value that they may have.
        #expect(
            simulation.enrolment.facts == ["profession": .choice("nurse"), "ward": .flag(false)])
    }

    @Test("Everybody on time: it finishes, nobody is late, and nothing is escalated")
    func onTime() throws {
        let simulation = try Simulation(early, start: day("2026-03-02"), behaviour: .onTime)
        #expect(simulation.enrolment.status == .completed)
        #expect(lines(simulation, [.escalation]) == [])
        let talk = simulation.enrolment.record(.twoMonths)
        #expect(talk.settledOn == day("2026-05-04"))
        #expect(talk.windowHasClosed == false)
        #expect(simulation.enrolment.record("equipment").settledOn == day("2026-02-27"))
        #expect(simulation.enrolment.record("never").status == .planned)
    }

    @Test("Every step that applies is listed with its opening and its due day")
    func everyStep() throws {
        for behaviour in Simulation.Behaviour.allCases {
            let simulation = try Simulation(
                twoTalks, start: day("2026-01-30"), behaviour: behaviour)
            for step in twoTalks.steps {
                for kind in [Simulation.EntryKind.opens, .due, .closes] {
                    let listed = simulation.entries.filter {
                        $0.kind == kind && $0.step == step.id.rawValue
                    }
                    #expect(listed.count == 1)
                }
            }
        }
    }

    @Test("A given fact and a given date are used; wrong ones are refused")
    func given() throws {
        let cook = try Simulation(
            early, start: day("2026-03-02"), anchors: [.firstDay: day("2026-04-01")],
            facts: ["profession": .choice("cook")], behaviour: .nobody)
        #expect(
            lines(cook, [.opens]) == [
                "2026-03-18T08:00 opens equipment", "2026-05-18T08:00 opens talk-2m",
            ])
        #expect(throws: Refusal.valueNotAllowed("profession")) {
            try Simulation(
                early, start: day("2026-03-02"), facts: ["profession": .choice("pilot")],
                behaviour: .nobody)
        }
        #expect(throws: Refusal.unknownAnchor("end")) {
            try Simulation(
                early, start: day("2026-03-02"), anchors: ["end": day("2026-04-01")],
                behaviour: .nobody)
        }
    }

    @Test("The same programme gives the same calendar every time")
    func deterministic() throws {
        let first = try Simulation(early, start: day("2026-03-02"), behaviour: .onTime)
        let second = try Simulation(early, start: day("2026-03-02"), behaviour: .onTime)
        #expect(first.entries == second.entries)
    }
}
