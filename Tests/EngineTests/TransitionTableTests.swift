import CivilCalendar
import Engine
import Support
import Testing

/// Every status of a step against every command, in every status of the enrolment.
///
/// The table is a golden file, so that whoever changes a rule sees in the diff what it changes.
@Suite struct TransitionTableTests {
    private static let now = "2026-04-27T10:00"

    /// The commands, with a name for the table. Leif leads and takes part, so that he is entitled
    /// to all of them: what is refused is refused because of where things stand.
    private static let commands: [(name: String, command: Command)] = [
        ("wake", .wake),
        ("sign, done", .sign("talk", by: "leif", affirms: true, on: day("2026-04-24"))),
        ("sign, not done", .sign("talk", by: "leif", affirms: false, on: day("2026-04-24"))),
        (
            "settle, done",
            .settleDispute(
                "talk", by: "leif", done: true, on: day("2026-04-24"), reason: "was there")
        ),
        (
            "settle, not done",
            .settleDispute(
                "talk", by: "leif", done: false, on: day("2026-04-24"), reason: "was ill")
        ),
        ("skip", .skip("talk", by: "leif", reason: "new job")),
        (
            "book",
            .book(
                "talk", by: "leif", startsAt: moment("2026-04-29T13:00"), minutes: 30,
                place: "room 2")
        ),
        ("credit", .credit("talk", on: day("2026-03-20"), programme: "trainee")),
        ("move anchor", .moveAnchor(.firstDay, to: day("2026-03-09"), reason: "late")),
        ("pause", .pause(on: day("2026-04-27"), reason: "leave")),
        ("resume", .resume(on: day("2026-04-27"))),
        ("extend", .extend(from: day("2026-04-27"), by: Offset(days: 7), reason: "holiday")),
        ("stop", .stop(on: day("2026-04-27"), reason: "left")),
        ("hand over", .handOver(.mentor, to: "mona", reason: "moved")),
        ("tailor, skip", tailor(.skip("talk"))),
        ("tailor, add", tailor(.add(own, after: "talk"))),
        ("tailor, replace", tailor(.replace("talk", with: own))),
        ("tailor, move", tailor(.move("talk", due: day("2026-05-20")))),
        ("withdraw edit", .withdrawEdit(9, by: "leif", reason: "wrong")),
        ("change fact", .changeFact("never", to: .flag(true), reason: "new post")),
        ("complete early", .completeEarly(on: day("2026-04-27"), reason: "qualified")),
        (
            "arrange cover",
            .arrangeCover(
                .lineManager, by: "kari", from: day("2026-04-27"), until: day("2026-05-08"),
                reason: "leave")
        ),
        ("end cover", .endCover(.lineManager)),
        ("withdraw notice", .withdrawNotice(identity: "n", because: .superseded)),
    ]

    private static let own = OwnStep(
        title: LocalizedText([.english: "Visit"]), actors: [.mentor], due: day("2026-05-20"))

    private static func tailor(_ change: PlanChange) -> Command {
        .tailor(change, by: "leif", approvedBy: "olav", reason: "knows it")
    }

    private static func testProgramme(_ status: ShownStatus) -> Programme {
        let talk = step("talk", .talk, by: Party(.allOf, [.lineManager, .participant])) {
            $0.accountable = .one(.lineManager)
            $0.due = .fromFirstDay(months: status == .planned ? 6 : 2, shift: .next)
            $0.window = Window(from: Offset(days: -14), to: Offset(days: 14))
            $0.skippableBy = [.lineManager]
            if status == .notApplicable { $0.condition = .isTrue("never", true) }
        }
        // Keeps the enrolment from being completed when the talk is settled.
        let other = step("other") { $0.opens = .fromFirstDay(months: 7) }
        return programme(
            [talk, other], facts: [Fact(id: "never", title: .empty, type: .yesOrNo)])
    }

    private static func enrolment(_ status: ShownStatus, _ whole: EnrolmentStatus) throws
        -> (Programme, Enrolment)
    {
        let programme = testProgramme(status)
        var story = try Story(programme)
        if status != .planned { story.at("2026-04-20T08:00") }
        var enrolment = story.enrolment
        let yes = Signature(
            role: .participant, person: "nora", affirms: true, on: day("2026-04-23"))
        let no = Signature(
            role: .lineManager, person: "leif", affirms: false, on: day("2026-04-23"))
        switch status {
        case .planned, .open, .notApplicable: break
        case .waiting: enrolment.evolve(.signed("talk", yes))
        case .disputed:
            enrolment.evolve(.signed("talk", yes))
            enrolment.evolve(.signed("talk", no))
        case .done: enrolment.evolve(.stepCompleted("talk", on: day("2026-04-23")))
        case .skipped:
            enrolment.evolve(
                .stepSkipped("talk", on: day("2026-04-23"), by: "leif", reason: "new job"))
        case .cancelled:
            // Only an enrolment that stops cancels a step; the table asks all the same.
            enrolment.evolve(.stopped(on: day("2026-04-23"), reason: "left"))
        }
        switch whole {
        case .running: enrolment.status = .running
        case .paused:
            enrolment.evolve(.paused(on: day("2026-04-25"), reason: "leave"))
            // As the pause itself does.
            if var invitation = enrolment.record("talk").invitation, !status.isSettled {
                invitation.sequence += 1
                enrolment.evolve(.invitationCancelled("talk", invitation))
            }
        case .completed: enrolment.evolve(.completed(on: day("2026-04-25")))
        case .stopped: enrolment.status = .stopped
        }
        return (programme, enrolment)
    }

    @Test("Every status against every command")
    func table() throws {
        var text = "Now is \(Self.now). The talk is signed by the line manager (leif) and the"
        text += " participant (nora).\n"
        for whole in EnrolmentStatus.allCases {
            text += "\n# The enrolment is \(whole.rawValue)\n"
            for (name, command) in Self.commands {
                var rows: [(statuses: [String], outcome: String)] = []
                for status in ShownStatus.allCases {
                    let (programme, enrolment) = try Self.enrolment(status, whole)
                    let shown = enrolment.explained(by: programme, today: day("2026-04-27"))[0]
                    // An enrolment that has ended has nothing to come; the table asks all the same.
                    if whole == .running || whole == .paused { #expect(shown.status == status) }
                    let outcome = outcome(command, enrolment, programme)
                    if rows.last?.outcome == outcome {
                        rows[rows.count - 1].statuses.append(status.rawValue)
                    } else {
                        rows.append(([status.rawValue], outcome))
                    }
                }
                text += "\n\(name)\n"
                for row in rows {
                    let isAll = row.statuses.count == ShownStatus.allCases.count
                    let statuses = isAll ? "all" : row.statuses.joined(separator: ", ")
                    text += "    \(statuses): \(row.outcome)\n"
                }
            }
        }
        expectGolden(text, "transitions.txt")
    }

    private func outcome(_ command: Command, _ enrolment: Enrolment, _ programme: Programme)
        -> String
    {
        do {
            let decision = try Decision.decide(
                command, on: enrolment, in: programme, now: moment(Self.now))
            return decision.events.isEmpty
                ? "nothing" : decision.events.map(\.line).joined(separator: "; ")
        } catch {
            return "refused: \(error.line)"
        }
    }
}

extension ShownStatus {
    fileprivate var isSettled: Bool { [.done, .skipped, .cancelled].contains(self) }
}
