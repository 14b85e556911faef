import CivilCalendar
import Engine

extension Lint {
    /// Dates that cannot be kept, and what needs a due date and has none.
    func checkTiming(_ draft: StepDraft) {
        guard let step = draft.steps.first else { return }
        if draft.node["due"] == nil {
            for key in ["window", "escalate", "repeat"] {
                guard let value = draft.node[key] else { continue }
                if case .list(let items) = value.content, items.isEmpty { continue }
                collector.error(position(key, draft), .timing(.needsDue(key: key)))
            }
        }
        if draft.node["opens"] != nil, let opens = step.opens, let due = step.due,
            Self.isLater(opens, due)
        {
            collector.error(position("opens", draft), .timing(.opensAfterDue(draft.id)))
        }
        checkReminders(draft, step)
    }

    private func checkReminders(_ draft: StepDraft, _ step: Step) {
        guard let items = draft.node["remind"]?.items, items.count == step.reminders.count else {
            return
        }
        var keys: Set<String> = []
        for (item, reminder) in zip(items, step.reminders) {
            if !keys.insert(reminder.key).inserted {
                collector.error(item.position, .timing(.sameReminder))
            }
            switch reminder.from {
            case .opens:
                if item["before"] != nil {
                    collector.error(item.position, .timing(.reminderBeforeOpening))
                } else if reminder.offset == .zero {
                    collector.warning(item.position, .timing(.reminderOnOpening))
                }
            case .due:
                if step.due == nil, draft.node["due"] == nil {
                    collector.error(item.position, .timing(.reminderWithoutDue))
                } else if let due = step.due, let opens = opening(of: step),
                    Self.isLater(
                        opens,
                        DateRule(due.offset.adding(reminder.offset), from: due.from))
                {
                    collector.error(item.position, .timing(.reminderTooEarly))
                }
            }
        }
    }

    private func opening(of step: Step) -> DateRule? {
        if let opens = step.opens { return opens }
        guard let due = step.due, let window = step.window else { return nil }
        return DateRule(due.offset.adding(window.from), from: due.from)
    }

    // MARK: - Which of two dates is later

    /// Whether a date is later than another in every year, where both count from the same thing.
    static func isLater(_ a: DateRule, _ b: DateRule) -> Bool {
        a.from == b.from && shortestDays(a.offset.adding(b.offset.reversed)) > 0
    }

    /// A lower bound of a distance in days, whatever the months and holidays in it.
    static func shortestDays(_ offset: Offset) -> Int {
        let months = offset.months
        // Twelve months are 365 or 366 days, a month 28 to 31.
        let monthDays =
            months > 0
            ? max(months * 28, months * 365 / 12 - 3)
            : months < 0 ? max(months * 31, months * 366 / 12 - 4) : 0
        let workingDays = offset.workingDays
        // Five in a week; a year has up to ten holidays that are not on a weekend, and so on.
        let working =
            workingDays >= 0 ? workingDays : workingDays * 7 / 5 + workingDays / 10 - 12
        return monthDays + offset.days + working
    }

    // MARK: - Circles

    /// Steps and dates that wait for each other.
    func checkCycles(_ anchors: [String: [Dependency]]) {
        var edges: [Dependency.Target: [Dependency]] = [:]
        var order: [Dependency.Target] = []
        for (anchor, dependencies) in anchors.sorted(by: { $0.key < $1.key }) {
            edges[.anchor(anchor)] = dependencies
            order.append(.anchor(anchor))
        }
        for draft in drafts {
            edges[.step(draft.id)] = draft.dependencies
            order.append(.step(draft.id))
        }
        var open = Self.unresolvable(edges)
        for start in order where open.contains(start) {
            var path: [Dependency.Target] = []
            var positions: [Position] = []
            var places: [Dependency.Target: Int] = [:]
            var current = start
            // What is left waits for something that is left: the walk ends in a circle, or at one
            // that has been reported.
            while places[current] == nil,
                let next = edges[current]?.first(where: { open.contains($0.target) })
            {
                places[current] = path.count
                path.append(current)
                positions.append(next.position)
                current = next.target
            }
            if let first = places[current] {
                let circle = path[first...] + [current]
                collector.error(positions[first], .timing(.circle(circle.map(Self.member))))
            }
            open.subtract(path)
            open.remove(current)
        }
    }

    private static func member(_ target: Dependency.Target) -> TimingFault.Member {
        switch target {
        case .step(let id): .step(id)
        case .anchor(let id): .anchor(id)
        }
    }

    /// What is in a circle or waits for one: all that is left when whatever waits for nothing is
    /// taken away, again and again.
    private static func unresolvable(
        _ edges: [Dependency.Target: [Dependency]]
    ) -> Set<Dependency.Target> {
        var waiting: [Dependency.Target: Int] = [:]
        var dependents: [Dependency.Target: [Dependency.Target]] = [:]
        for (target, dependencies) in edges {
            let known = dependencies.filter { edges[$0.target] != nil }
            waiting[target] = known.count
            for dependency in known { dependents[dependency.target, default: []].append(target) }
        }
        var free = waiting.filter { $0.value == 0 }.map(\.key)
        var left = Set(edges.keys)
        while let target = free.popLast() {
            left.remove(target)
            for dependent in dependents[target] ?? [] {
                let count = (waiting[dependent] ?? 1) - 1
                waiting[dependent] = count
                if count == 0 { free.append(dependent) }
            }
        }
        return left
    }
}
