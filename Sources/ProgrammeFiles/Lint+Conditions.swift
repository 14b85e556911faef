import Engine

extension Lint {
    /// Conditions that nobody can meet, and steps that wait for what is for other people.
    func checkConditions() {
        let everybody = programme.appliesWhen
        if let entry = root.entry("applies-when"), !canHold(everybody) {
            collector.warning(entry.position, .condition(.metByNobody))
            return
        }
        var conditions: [String: Condition] = [:]
        for draft in drafts {
            let condition = draft.steps.first?.condition ?? .always
            conditions[draft.id] = condition
            guard condition != .always else { continue }
            let both = Condition.all([everybody, condition])
            if !canHold(both) {
                let fault =
                    canHold(condition) ? ConditionFault.metByNoParticipant : .metByNobody
                collector.warning(position("when", draft), .condition(fault))
                conditions[draft.id] = .always
            }
        }
        for draft in drafts {
            guard let own = conditions[draft.id], own != .always else { continue }
            for dependency in draft.dependencies {
                guard case .step(let id) = dependency.target, let other = conditions[id],
                    other != .always, !canHold(.all([everybody, own, other]))
                else { continue }
                let fault =
                    switch dependency.reason {
                    case .waitsFor: ConditionFault.waitsForOthers(id, step: draft.id)
                    case .date: ConditionFault.countsFromOthers(id, step: draft.id)
                    }
                collector.warning(dependency.position, .condition(fault))
            }
        }
    }

    private func canHold(_ condition: Condition) -> Bool {
        Satisfiability.canHold(condition, facts: programme.facts)
    }
}

/// Whether any person at all can meet a condition: it tries every set of facts that it can tell
/// apart.
enum Satisfiability {
    /// The most sets of facts that are tried; beyond that the condition gets the benefit of doubt.
    static let limit = 4_096

    static func canHold(_ condition: Condition, facts: [Fact]) -> Bool {
        if condition == .always { return true }
        var mentions = Mentions()
        mentions.collect(condition)
        let asked = facts.filter { mentions.facts.contains($0.id) }
        let candidates = asked.map { values($0, mentions) }
        var combinations = 1
        for list in candidates {
            combinations *= list.count
            if combinations > limit { return true }
        }
        for number in 0..<combinations {
            var rest = number
            var given: [FactID: FactValue] = [:]
            for (fact, list) in zip(asked, candidates) {
                given[fact.id] = list[rest % list.count]
                rest /= list.count
            }
            if condition.holds(for: given) { return true }
        }
        return false
    }

    /// The values and limits that a condition speaks of.
    private struct Mentions {
        var facts: Set<FactID> = []
        var choices: [FactID: Set<String>] = [:]
        var numbers: [FactID: Set<Double>] = [:]

        mutating func collect(_ condition: Condition) {
            switch condition {
            case .always: break
            case .all(let parts), .any(let parts): for part in parts { collect(part) }
            case .not(let part): collect(part)
            case .isOneOf(let fact, let values), .lacks(let fact, let values):
                facts.insert(fact)
                choices[fact, default: []].formUnion(values)
            case .atLeast(let fact, let number), .atMost(let fact, let number):
                facts.insert(fact)
                numbers[fact, default: []].insert(number)
            case .isTrue(let fact, _): facts.insert(fact)
            }
        }
    }

    /// One value of each group that the condition cannot tell apart; nil is a fact not given.
    private static func values(_ fact: Fact, _ mentions: Mentions) -> [FactValue?] {
        var values: [FactValue?] = fact.isRequired ? [] : [nil]
        let mentioned = mentions.choices[fact.id] ?? []
        switch fact.type {
        case .oneOf(let choices):
            values += choices.filter { mentioned.contains($0.id) }.map { .choice($0.id) }
            values += choices.first { !mentioned.contains($0.id) }.map { [.choice($0.id)] } ?? []
        case .someOf(let choices):
            let ids = choices.map(\.id).filter(mentioned.contains).prefix(10)
            for mask in 0..<(1 << ids.count) {
                values.append(.choices(ids.indices.filter { mask >> $0 & 1 == 1 }.map { ids[$0] }))
            }
        case .number(let lowest, let highest):
            let limits = (mentions.numbers[fact.id] ?? []).union([lowest, highest])
                .filter { $0 >= lowest && $0 <= highest }.sorted()
            values += limits.map { .number($0) }
            values += zip(limits, limits.dropFirst()).map { .number($0 / 2 + $1 / 2) }
        case .yesOrNo:
            values += [.flag(true), .flag(false)]
        }
        return values.isEmpty ? [nil] : values
    }
}
