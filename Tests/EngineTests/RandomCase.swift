import CivilCalendar
import Engine
import Support

/// A programme and a history of commands that a seed decides.
struct RandomCase {
    struct Act {
        var now: CivilMoment
        var command: Command
    }

    let programme: Programme
    let start: Start
    let begin: CivilMoment
    var acts: [Act]

    init(seed: UInt64, length: Int = 12) {
        var random = SeededRandom(seed: seed)
        programme = Self.programme(&random)
        begin = CivilMoment(
            day("2026-01-05").adding(days: random.number(0...500)), random.time())
        var people = usualPeople
        if random.oneIn(3) { people[.mentor] = nil }
        if random.oneIn(5) { people[.mentor] = "leif" }
        if random.oneIn(4) { people[.managersManager] = nil }
        var anchors: [AnchorID: CivilDay] = [
            .firstDay: begin.day.adding(days: random.number(-20...60))
        ]
        if random.oneIn(2) { anchors["period"] = begin.day.adding(days: random.number(0...90)) }
        start = Start(
            id: "e1", on: begin.day, roles: people, anchors: anchors,
            facts: random.oneIn(2) ? ["ward": .flag(random.oneIn(2))] : [:])
        var now = begin
        acts = []
        for _ in 0..<length {
            now = random.later(than: now)
            acts.append(Act(now: now, command: Self.command(now, programme, &random)))
        }
    }

    // MARK: - Programmes

    static func programme(_ random: inout SeededRandom) -> Programme {
        var steps: [Step] = []
        for index in 0..<random.number(1...6) {
            steps.append(randomStep(StepID("s\(index)"), after: steps.map(\.id), &random))
        }
        var roles = usualRoles
        if random.oneIn(3) {
            roles[3].need = .requiredBy(.fromFirstDay(days: random.number(-10...30)))
        }
        if random.oneIn(3) { roles[3].coveredBy = nil }
        let fallback = random.oneIn(2) ? DateRule.fromFirstDay(months: 2) : nil
        return EngineTests.programme(
            steps, roles: roles,
            facts: [Fact(id: "ward", title: .empty, type: .yesOrNo)],
            milestones: random.oneIn(2)
                ? [Milestone(id: "half", title: .empty, steps: Array(steps.map(\.id).prefix(2)))]
                : [],
            sendingRules: SendingRules(workingDaysOnly: !random.oneIn(4)),
            otherAnchors: [Anchor(id: "period", title: .empty, fallback: fallback)])
    }

    static func randomStep(
        _ id: StepID, after earlier: [StepID], _ random: inout SeededRandom
    ) -> Step {
        let kinds: [StepKind] = [.task, .task, .talk, .talk, .meeting, .form, .message]
        let kind = random.pick(kinds) ?? .task
        return step(id, kind, by: party(&random)) {
            if random.oneIn(2) { $0.accountable = .one(.lineManager) }
            if random.oneIn(4) { $0.confirmers = party(&random) }
            if random.oneIn(2) { $0.opens = rule(earlier, &random) }
            if !random.oneIn(4) { $0.due = rule(earlier, &random) }
            if $0.due != nil, random.oneIn(2) {
                $0.window = Window(
                    from: Offset(days: -random.number(0...14)),
                    to: Offset(days: random.number(0...14)))
            }
            $0.waitsFor = earlier.filter { _ in random.oneIn(4) }
            if random.oneIn(6) { $0.condition = .isTrue("ward", random.oneIn(2)) }
            var keys: Set<String> = []
            for _ in 0..<random.number(0...3) {
                let reminder = Reminder(
                    Offset(days: random.number(-10...20)), from: random.oneIn(3) ? .opens : .due)
                if keys.insert(reminder.key).inserted { $0.reminders.append(reminder) }
            }
            for _ in 0..<random.number(0...2) {
                $0.escalation.append(
                    EscalationRung(
                        grace: Offset(
                            days: random.number(0...9), workingDays: random.number(0...3)),
                        to: [random.oneIn(2) ? .lineManager : .managersManager]))
            }
            if random.oneIn(2) { $0.skippableBy = [.lineManager] }
        }
    }

    static func party(_ random: inout SeededRandom) -> Party {
        let roles: [RoleID] = [.participant, .lineManager, .mentor].filter { _ in random.oneIn(2) }
        return Party(
            random.pick(PartyRule.allCases) ?? .anyOf, roles.isEmpty ? [.participant] : roles)
    }

    static func rule(_ earlier: [StepID], _ random: inout SeededRandom) -> DateRule {
        let offset = Offset(
            months: random.oneIn(3) ? random.number(0...5) : 0, days: random.number(-15...40),
            workingDays: random.oneIn(4) ? random.number(-3...5) : 0)
        var from = Reference.anchor(random.oneIn(4) ? "period" : .firstDay)
        if random.oneIn(4), let step = random.pick(earlier) { from = .completion(of: step) }
        return DateRule(offset, from: from, shift: random.pick(ShiftRule.allCases) ?? .none)
    }

    // MARK: - Commands

    static let people: [PersonID] = ["nora", "leif", "olav", "mia", "mona"]

    static func command(
        _ now: CivilMoment, _ programme: Programme, _ random: inout SeededRandom
    ) -> Command {
        let step = random.oneIn(30) ? "none" : random.pick(programme.steps)?.id ?? "none"
        let person = random.pick(people) ?? "nora"
        let past = now.day.adding(days: random.number(-9...0))
        let reason = random.oneIn(12) ? " " : "because"
        switch random.number(0...23) {
        case 0...8:
            return .sign(step, by: person, affirms: !random.oneIn(4), on: past)
        case 9...10:
            return .settleDispute(
                step, by: "leif", done: random.oneIn(2), on: past, reason: reason)
        case 11: return .skip(step, by: "leif", reason: reason)
        case 12...13:
            let at = CivilMoment(now.day.adding(days: random.number(0...30)), random.time())
            return .book(step, by: person, startsAt: at, minutes: nil, place: nil)
        case 14: return .credit(step, on: past, programme: "other")
        case 15...16:
            let to = now.day.adding(days: random.number(-40...120))
            return .moveAnchor(
                random.oneIn(3) ? "period" : .firstDay, to: to, reason: reason)
        case 17: return .pause(on: past, reason: reason)
        case 18...19: return .resume(on: past.adding(days: random.number(0...9)))
        case 20:
            let from = now.day.adding(days: random.number(-10...30))
            return .extend(
                from: from, by: Offset(days: random.number(0...30)), reason: reason)
        case 21: return random.oneIn(4) ? .stop(on: past, reason: reason) : .wake
        case 22:
            return .handOver(
                random.oneIn(2) ? .mentor : random.pick(usualRoles)?.id ?? .mentor,
                to: random.oneIn(3) ? nil : person, reason: reason)
        default: return .withdrawNotice(identity: "n", because: .superseded)
        }
    }
}

extension SeededRandom {
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func oneIn(_ count: Int) -> Bool { number(1...count) == 1 }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[number(0...(elements.count - 1))]
    }

    mutating func time() -> CivilTime {
        CivilTime(minutes: number(0...1439)) ?? .midnight
    }

    /// Most often days later, now and then minutes or half a year.
    mutating func later(than moment: CivilMoment) -> CivilMoment {
        switch number(0...9) {
        case 0: return moment
        case 1: return CivilMoment(moment.day, max(moment.time, time()))
        case 2: return CivilMoment(moment.day.adding(days: number(60...200)), time())
        default: return CivilMoment(moment.day.adding(days: number(1...25)), time())
        }
    }
}
