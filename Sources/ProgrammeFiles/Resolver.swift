import CivilCalendar
import Engine

/// Reads values that name other parts of the programme, and reports names that nothing has.
final class Resolver {
    let collector: DiagnosticCollector
    var symbols = Symbols()
    var drafts: [StepDraft] = []
    private var unknownNames = 0

    init(_ collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// Reports an unknown name, unless its form has been reported already.
    private func unknown(
        _ node: YAMLNode, _ name: String, _ kind: Hint.Kind,
        _ candidates: @autoclosure () -> [String], _ fault: (Hint) -> NameFault
    ) {
        guard ShapeChecker.isIdentifier(name) else { return }
        // A file with more wrong names than this is not helped by being searched for each.
        unknownNames += 1
        let hint =
            unknownNames > 200
            ? .nothing : Suggestion.hint(for: name, among: candidates(), kind: kind)
        collector.error(node.position, .name(fault(hint)))
    }

    // MARK: - Roles

    private var knownRoles: [String] {
        let builtIn = BuiltInRoles.ids.map(\.rawValue)
        return builtIn + symbols.declaredRoles.filter { !builtIn.contains($0) }
    }

    func role(_ node: YAMLNode) -> RoleID? {
        guard let name = node.text else { return nil }
        let id = RoleID(name)
        guard BuiltInRoles.ids.contains(id) || symbols.declaredRoles.contains(name) else {
            unknown(node, name, .roles, knownRoles) { .unknownRole(name, $0) }
            return nil
        }
        symbols.usedRoles.insert(id)
        return id
    }

    /// A list of different roles, or one.
    func roles(_ node: YAMLNode?) -> [RoleID] {
        var roles: [RoleID] = []
        for item in node?.items ?? [] {
            guard let role = role(item) else { continue }
            if roles.contains(role) {
                collector.error(item.position, .name(.roleTwice(role.rawValue)))
            } else {
                roles.append(role)
            }
        }
        return roles
    }

    func party(_ node: YAMLNode?) -> Party? {
        guard let node else { return nil }
        if case .scalar = node.content { return role(node).map(Party.one) }
        guard let entry = node.entries.first(where: { PartyRule(rawValue: $0.key) != nil }),
            let rule = PartyRule(rawValue: entry.key)
        else { return nil }
        let named = entry.value.items.count
        let roles = roles(entry.value)
        if named == 1 {
            collector.error(entry.position, .role(.groupOfOne(rule: rule.rawValue)))
        }
        return roles.isEmpty ? nil : Party(rule, roles)
    }

    // MARK: - Dates

    /// A date rule, with what it depends on.
    func date(
        _ node: YAMLNode?, module: String?, shift: ShiftRule
    ) -> (rule: DateRule, dependency: Dependency)? {
        guard let node, case .mapping = node.content else { return nil }
        let distance = Reading.distance(node)
        let shift = node["shift"]?.text.flatMap(ShiftRule.init(rawValue:)) ?? shift
        for (key, isBefore) in [("after", false), ("before", true)] {
            let offset = isBefore ? distance.reversed : distance
            if let value = node[key], let name = value.text {
                guard symbols.anchors.contains(name) else {
                    unknown(value, name, .anchors, symbols.anchors) { hint in
                        if symbols.steps[name] != nil {
                            return .stepForAnchor(name, key: key + "-step", hint)
                        }
                        return module.map { .unknownAnchorForModule(name, module: $0, hint) }
                            ?? .unknownAnchor(name, hint)
                    }
                    return nil
                }
                return (
                    DateRule(offset, from: .anchor(AnchorID(name)), shift: shift),
                    Dependency(target: .anchor(name), reason: .date, position: value.position)
                )
            }
            if let value = node[key + "-step"],
                let (draft, ids) = steps(named: value, module: module), let last = ids.last
            {
                return (
                    DateRule(offset, from: .completion(of: last), shift: shift),
                    Dependency(
                        target: .step(drafts[draft].id), reason: .date, position: value.position)
                )
            }
        }
        return nil
    }

    /// The steps behind a name: one, or all of a series where the series is named.
    func steps(named node: YAMLNode, module: String?) -> (draft: Int, ids: [StepID])? {
        guard let name = node.text else { return nil }
        if let draft = symbols.steps[name], isVisible(draft, module) {
            return (draft, drafts[draft].stepIDs)
        }
        if let draft = symbols.occurrences[name], isVisible(draft, module) {
            return (draft, [StepID(name)])
        }
        unknown(
            node, name, .steps,
            drafts.indices.filter { isVisible($0, module) }.map { drafts[$0].id }
        ) { hint in
            module.map { .unknownStepInModule(name, module: $0, hint) }
                ?? .unknownStep(name, hint)
        }
        return nil
    }

    /// A module is the same wherever it is included, so it knows its own steps alone.
    private func isVisible(_ draft: Int, _ module: String?) -> Bool {
        module == nil || drafts[draft].module == module
    }

    // MARK: - Conditions

    func condition(_ node: YAMLNode?) -> Condition {
        guard let node, case .mapping(let entries) = node.content else { return .always }
        if entries.isEmpty {
            collector.error(node.position, .condition(.empty))
        }
        let parts = entries.compactMap { entry -> Condition? in
            switch entry.key {
            case "any": return .any(entry.value.items.map { condition($0) })
            case "all": return .all(entry.value.items.map { condition($0) })
            case "not": return .not(condition(entry.value))
            default: return factTest(entry)
            }
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .always : .all(parts)
    }

    private func factTest(_ entry: YAMLNode.Entry) -> Condition? {
        guard let fact = symbols.fact(entry.key) else {
            let known = symbols.facts.map(\.id.rawValue)
            let hint = Suggestion.hint(for: entry.key, among: known, kind: .facts)
            collector.error(entry.position, .condition(.undeclaredFact(entry.key, hint)))
            return nil
        }
        switch fact.type {
        case .oneOf(let choices): return choiceTest(fact, choices, entry, isSeveral: false)
        case .someOf(let choices): return choiceTest(fact, choices, entry, isSeveral: true)
        case .number(let lowest, let highest):
            return numberTest(fact, lowest...max(lowest, highest), entry)
        case .yesOrNo:
            guard let flag = entry.value.flag else {
                return wrongTest(fact, entry, .flag)
            }
            return .isTrue(fact.id, flag)
        }
    }

    private func wrongTest(
        _ fact: Fact, _ entry: YAMLNode.Entry, _ test: ConditionFault.Test
    ) -> Condition? {
        collector.error(
            entry.value.position, .condition(.wrongTest(fact: fact.id.rawValue, test)))
        return nil
    }

    private func choiceTest(
        _ fact: Fact, _ choices: [FactChoice], _ entry: YAMLNode.Entry, isSeveral: Bool
    ) -> Condition? {
        if let lacks = entry.value["lacks"], entry.value.entries.count == 1 {
            if !isSeveral {
                collector.error(
                    entry.value.position, .condition(.lacksOfOne(fact: fact.id.rawValue)))
                return nil
            }
            return .lacks(fact.id, values(lacks, of: fact, choices))
        }
        if case .mapping = entry.value.content {
            return wrongTest(fact, entry, isSeveral ? .values : .value)
        }
        return .isOneOf(fact.id, values(entry.value, of: fact, choices))
    }

    private func values(_ node: YAMLNode, of fact: Fact, _ choices: [FactChoice]) -> [String] {
        let known = choices.map(\.id)
        return node.items.compactMap { item in
            guard let text = item.text else { return nil }
            if known.contains(text) { return text }
            let hint = Suggestion.hint(for: text, among: known, kind: .values)
            collector.error(
                item.position, .condition(.notAValue(text, fact: fact.id.rawValue, hint)))
            return nil
        }
    }

    private func numberTest(
        _ fact: Fact, _ limits: ClosedRange<Double>, _ entry: YAMLNode.Entry
    ) -> Condition? {
        var parts: [Condition] = []
        for (key, make) in [("at-least", Condition.atLeast), ("at-most", Condition.atMost)] {
            guard let node = entry.value[key], let number = node.number else { continue }
            if !limits.contains(number) {
                collector.error(
                    node.position,
                    .condition(
                        .numberOutside(
                            fact: fact.id.rawValue, from: "\(limits.lowerBound)",
                            to: "\(limits.upperBound)")))
            }
            parts.append(make(fact.id, number))
        }
        if parts.isEmpty || entry.value["lacks"] != nil {
            return wrongTest(fact, entry, .number)
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }
}
