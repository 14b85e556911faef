import CivilCalendar
import Engine

@testable import Operations

/// What somebody does, and which event it leaves where it does what it says.
struct Deed: Sendable {
    var command: Command
    var actor: Actor
    /// The kind of the event and the step.
    var mark: [String]?

    /// Chooses what somebody does about an enrolment as it looks to them: most often what is
    /// asked of them, at times what is not theirs to do.
    ///
    /// - Parameter number: Makes each reason another.
    static func chosen(
        _ view: EnrolmentView, _ today: CivilDay, people: [PersonID], number: Int, _ kernel: Kernel
    ) -> Deed? {
        let open = view.steps.filter { [.open, .waiting, .disputed].contains($0.status) }
        let leader = view.holder(.lineManager) ?? "leader"
        let reason = "because \(number)"
        if view.enrolment.status == .paused, kernel.oneIn(2) {
            return Deed(command: .resume(on: today), actor: .person(leader))
        }
        guard kernel.oneIn(4) else {
            return signing(view, open, today, leader, people, reason, kernel)
        }
        switch kernel.number(0...11) {
        case 0...2:
            guard let step = kernel.pick(open.filter(\.step.kind.isAppointment)) else { return nil }
            let time = CivilTime(minutes: kernel.number(480...900)) ?? .eight
            let at = CivilMoment(today.adding(days: kernel.number(1...20)), time)
            return Deed(
                command: .book(step.step.id, by: leader, startsAt: at, minutes: 30, place: nil),
                actor: .person(leader), mark: ["invited", step.step.id.rawValue])
        case 3:
            guard let step = kernel.pick(view.steps.filter { view.maySkip($0, leader) }) else {
                return nil
            }
            return Deed(
                command: .skip(step.step.id, by: leader, reason: reason), actor: .person(leader),
                mark: ["step-skipped", step.step.id.rawValue])
        default:
            return changing(view, open, today, leader, people, reason, kernel)
        }
    }

    /// Says that a step was done, or was not.
    private static func signing(
        _ view: EnrolmentView, _ open: [StepExplanation], _ today: CivilDay, _ leader: PersonID,
        _ people: [PersonID], _ reason: String, _ kernel: Kernel
    ) -> Deed? {
        guard let step = kernel.pick(open) else { return nil }
        let id = step.step.id
        if step.status == .disputed, kernel.oneIn(2) {
            return Deed(
                command: .settleDispute(
                    id, by: leader, done: kernel.oneIn(2), on: today, reason: reason),
                actor: .person(leader), mark: ["dispute-settled", id.rawValue])
        }
        let asked = kernel.oneIn(12) ? people : view.awaited(step).compactMap(\.person)
        guard let person = kernel.pick(asked) else { return nil }
        // A leader who remembers late says so late.
        let day = today.adding(days: kernel.oneIn(3) ? -kernel.number(0...6) : 0)
        return Deed(
            command: .sign(id, by: person, affirms: !kernel.oneIn(10), on: day),
            actor: .person(person), mark: ["signed", id.rawValue])
    }

    /// Changes the plan, or takes a change back.
    private static func changing(
        _ view: EnrolmentView, _ open: [StepExplanation], _ today: CivilDay, _ leader: PersonID,
        _ people: [PersonID], _ reason: String, _ kernel: Kernel
    ) -> Deed? {
        let command: Command
        let other = kernel.pick(people) ?? leader
        switch kernel.number(0...9) {
        case 0:
            command = .moveAnchor(
                "first-day", to: today.adding(days: kernel.number(-20...40)), reason: reason)
        case 1: command = .pause(on: today, reason: reason)
        case 2:
            command = .extend(
                from: today, by: Offset(days: kernel.number(1...20)), reason: reason)
        case 3...4:
            command = .handOver(.mentor, to: kernel.oneIn(3) ? nil : other, reason: reason)
        case 5:
            command = .arrangeCover(
                kernel.oneIn(2) ? .mentor : .lineManager, by: other,
                from: today.adding(days: kernel.number(0...5)),
                until: today.adding(days: kernel.number(5...30)), reason: reason)
        case 6...7:
            guard let step = kernel.pick(view.steps.filter { $0.status == .planned }) else {
                return nil
            }
            let day = today.adding(days: kernel.number(1...50))
            command = .tailor(
                kernel.oneIn(2) ? .skip(step.step.id) : .move(step.step.id, due: day), by: leader,
                approvedBy: leader, reason: reason)
        case 8:
            guard let edit = kernel.pick(view.enrolment.edits) else { return nil }
            command = .withdrawEdit(edit.number, by: leader, reason: reason)
        default:
            // Seldom, for it is the end.
            guard kernel.oneIn(3) else { return nil }
            command =
                kernel.oneIn(2)
                ? .stop(on: today, reason: reason) : .completeEarly(on: today, reason: reason)
        }
        return Deed(command: command, actor: .person(leader))
    }
}
