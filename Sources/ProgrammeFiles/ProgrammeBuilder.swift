import CivilCalendar
import Engine

/// Puts the programme together from a tree of the right form, as well as that can be done; what
/// cannot be resolved is reported.
struct ProgrammeBuilder {
    private let root: YAMLNode
    private let modules: [ModuleDraft]
    private let fileName: String
    private let collector: DiagnosticCollector
    private let resolver: Resolver

    init(
        _ root: YAMLNode, _ modules: [ModuleDraft], fileName: String,
        _ collector: DiagnosticCollector
    ) {
        self.root = root
        self.modules = modules
        self.fileName = fileName
        self.collector = collector
        resolver = Resolver(collector)
    }

    func programme() -> Programme {
        checkNames()
        resolver.symbols.declaredRoles = (root["roles"]?.entries ?? []).map(\.key)
        resolver.symbols.anchors = (root["anchors"]?.entries ?? []).map(\.key)
        readFacts()
        let stages = collectDrafts()
        let defaults = StepBuilder.Defaults(
            reminders: (root["defaults"]?["remind"]?.items ?? []).map {
                StepBuilder.reminder($0, resolver)
            },
            escalation: (root["defaults"]?["escalate"]?.items ?? []).map {
                StepBuilder.rung($0, resolver)
            })
        for index in resolver.drafts.indices {
            resolver.drafts[index] = StepBuilder.build(resolver.drafts[index], defaults, resolver)
        }
        let (anchors, anchorDependencies) = readAnchors()
        let (roles, roleDependencies) = readRoles()
        let appliesWhen = resolver.condition(root["applies-when"])
        let programme = Programme(
            id: ProgrammeID(root["programme"]?.text ?? ""), kind: kind,
            title: Reading.localizedText(root["title"]),
            summary: Reading.localizedText(root["summary"]),
            sources: sources(), owner: root["owner"]?.text ?? "", appliesWhen: appliesWhen,
            calendar: Reading.workingCalendar(root["calendar"]),
            sendingRules: Reading.sendingRules(root["calendar"]), roles: roles, anchors: anchors,
            facts: resolver.symbols.facts, stages: stages, steps: orderedSteps(stages),
            milestones: milestones())
        let lint = Lint(
            programme: programme, root: root, drafts: resolver.drafts, collector: collector)
        lint.run(anchorDependencies, roleDependencies)
        return programme
    }

    private var kind: ProgrammeKind {
        root["kind"]?.text.flatMap(ProgrammeKind.init(rawValue:)) ?? .onboarding
    }

    private func checkNames() {
        if let node = root["programme"], let id = node.text, ShapeChecker.isIdentifier(id) {
            let name = ProgrammeCompiler.lastComponent(of: fileName)
            if name != "\(id).yaml" {
                collector.warning(node.position, .place(.programmeMisplaced(id)))
            }
        }
        let rules = Reading.sendingRules(root["calendar"])
        let (from, until, time) = (rules.quietFrom, rules.quietUntil, rules.noticeTime)
        let isQuiet =
            from > until ? time >= from || time < until : time >= from && time < until
        if isQuiet, let node = root["calendar"]?["notices-at"] ?? root["calendar"]?["quiet-hours"] {
            collector.error(
                node.position,
                .declaration(
                    .quietNotices(at: "\(time)", from: "\(from)", until: "\(until)")))
        }
    }

    /// The programme's sources and after them those of its modules that it does not have.
    private func sources() -> [Source] {
        var sources = (root["sources"]?.items ?? []).map(Reading.source)
        for module in modules {
            for item in module.node["sources"]?.items ?? [] {
                if let rule = item["rule"] {
                    collector.error(rule.position, .declaration(.moduleCitesRule))
                }
                let source = Reading.source(item)
                if !sources.contains(where: { $0.title == source.title }) { sources.append(source) }
            }
        }
        return sources
    }

    // MARK: - Facts

    private func readFacts() {
        for entry in root["facts"]?.entries ?? [] { addFact(entry, module: nil) }
        for module in modules {
            for entry in module.node["facts"]?.entries ?? [] { addFact(entry, module: module.id) }
        }
    }

    private func addFact(_ entry: YAMLNode.Entry, module: String?) {
        let fact = Fact(
            id: FactID(entry.key), title: Reading.localizedText(entry.value["title"]),
            type: factType(entry.value), isRequired: entry.value["required"]?.flag ?? false)
        if ["any", "all", "not"].contains(entry.key) {
            collector.error(entry.position, .declaration(.factNamedAsWord(entry.key)))
        }
        guard let index = resolver.symbols.facts.firstIndex(where: { $0.id == fact.id }) else {
            resolver.symbols.facts.append(fact)
            return
        }
        let known = resolver.symbols.facts[index]
        if !Self.isSameType(known.type, fact.type) {
            collector.error(
                entry.position,
                .declaration(.factDiffers(fact.id.rawValue, module: module ?? "")))
        }
        resolver.symbols.facts[index].isRequired = known.isRequired || fact.isRequired
    }

    private static func isSameType(_ a: FactType, _ b: FactType) -> Bool {
        switch (a, b) {
        case (.oneOf(let a), .oneOf(let b)), (.someOf(let a), .someOf(let b)):
            a.map(\.id).sorted() == b.map(\.id).sorted()
        case (.number, .number), (.yesOrNo, .yesOrNo): a == b
        case (.oneOf, _), (.someOf, _), (.number, _), (.yesOrNo, _): false
        }
    }

    private func factType(_ node: YAMLNode) -> FactType {
        if let choices = node["one-of"] {
            return .oneOf(Reading.choices(choices))
        }
        if let choices = node["some-of"] {
            return .someOf(Reading.choices(choices))
        }
        if let limits = node["number"] {
            let from = limits["from"]?.number ?? -Double.greatestFiniteMagnitude
            let to = limits["to"]?.number ?? Double.greatestFiniteMagnitude
            if from > to {
                collector.error(
                    limits.position,
                    .declaration(.limitsReversed(from: "\(from)", to: "\(to)")))
            }
            return .number(from: from, to: to)
        }
        if let flag = node["yes-or-no"], flag.flag == false {
            collector.error(flag.position, .declaration(.yesOrNoFalse))
        }
        return .yesOrNo
    }

    // MARK: - Anchors, roles, milestones

    private func readAnchors() -> ([Anchor], [String: [Dependency]]) {
        var dependencies: [String: [Dependency]] = [:]
        let anchors = (root["anchors"]?.entries ?? []).map { entry in
            let node = entry.value
            let fallback = resolver.date(node["default"], module: nil, shift: .none)
            dependencies[entry.key] = fallback.map { [$0.dependency] } ?? []
            let isRequired = node["required"]?.flag ?? false
            if isRequired, let unused = node.entry("default") {
                collector.warning(unused.position, .declaration(.defaultNeverUsed))
            }
            return Anchor(
                id: AnchorID(entry.key), title: Reading.localizedText(node["title"]),
                isRequired: isRequired, fallback: fallback?.rule)
        }
        return (anchors, dependencies)
    }

    /// The roles that are declared or used, and what the days they are needed by depend on.
    private func readRoles() -> ([Role], [Dependency]) {
        let entries = root["roles"]?.entries ?? []
        var dependencies: [Dependency] = []
        var declared = entries.map { role($0, &dependencies) }
        // The engine tells the line manager of a role that stays empty past its day.
        let mayBeMissed = declared.contains {
            if case .requiredBy = $0.need { return true }
            return false
        }
        var used = resolver.symbols.usedRoles.union([.participant])
        if mayBeMissed { used.insert(.lineManager) }
        let ids = Set(declared.map(\.id))
        let others = BuiltInRoles.ids.filter { used.contains($0) && !ids.contains($0) }
            .compactMap(BuiltInRoles.role)
        let first = others.filter { $0.id == .participant || $0.id == .lineManager }
        declared = first + declared + others.filter { !first.contains($0) }
        return (declared, dependencies)
    }

    private func role(_ entry: YAMLNode.Entry, _ dependencies: inout [Dependency]) -> Role {
        let node = entry.value
        let id = RoleID(entry.key)
        var role = BuiltInRoles.role(id) ?? Role(id: id, title: .empty, filledBy: .chosen)
        if node["title"] != nil { role.title = Reading.localizedText(node["title"]) }
        if BuiltInRoles.role(id) == nil {
            if node["title"] == nil {
                collector.error(entry.position, .role(.noTitle(entry.key)))
            }
            if node["filled-by"] == nil {
                collector.error(entry.position, .role(.noFilling(entry.key)))
            }
        }
        if let filling = filling(node["filled-by"]) { role.filledBy = filling }
        if (id == .participant) != (role.filledBy == .participant) {
            collector.error(
                node["filled-by"]?.position ?? entry.position, .role(.participantFilling))
        }
        if let flag = node["required"]?.flag {
            role.need = flag ? .required : .optional
        } else if let (rule, dependency) = resolver.date(
            node["required"], module: nil, shift: .none)
        {
            role.need = .requiredBy(rule)
            dependencies.append(dependency)
        }
        if let cover = node["covered-by"] { role.coveredBy = resolver.role(cover) }
        return role
    }

    private func filling(_ node: YAMLNode?) -> RoleFilling? {
        if let function = node?["function"]?.text { return .unitFunction(function) }
        switch node?.text {
        case "participant": return .participant
        case "unit-manager": return .unitManager
        case "managers-manager": return .managersManager
        case "chosen": return .chosen
        default: return nil
        }
    }

    private func milestones() -> [Milestone] {
        var seen: Set<String> = []
        return (root["milestones"]?.items ?? []).map { node in
            let id = node["milestone"]?.text ?? ""
            if let name = node["milestone"], !seen.insert(id).inserted {
                collector.error(name.position, .name(.milestoneTwice(id)))
            }
            return Milestone(
                id: id, title: Reading.localizedText(node["title"]),
                steps: (node["steps"]?.items ?? []).flatMap {
                    resolver.steps(named: $0, module: nil)?.ids ?? []
                })
        }
    }

    // MARK: - Steps

    /// Registers all steps, those of a stage in the order of the file and modules' after them.
    private func collectDrafts() -> [Stage] {
        var stages: [Stage] = []
        for node in root["stages"]?.items ?? [] {
            guard let name = node["stage"], let id = name.text else { continue }
            if stages.contains(where: { $0.id == id }) {
                collector.error(name.position, .name(.stageTwice(id)))
            } else {
                stages.append(Stage(id: id, title: Reading.localizedText(node["title"])))
            }
            for step in node["steps"]?.items ?? [] { addDraft(step, stage: id, module: nil) }
        }
        for module in modules {
            for step in module.node["steps"]?.items ?? [] {
                addDraft(step, stage: module.stage, module: module.id)
            }
        }
        for include in root["include"]?.items ?? [] {
            guard let node = include["stage"], let stage = node.text,
                !stages.contains(where: { $0.id == stage })
            else { continue }
            let hint = Suggestion.hint(for: stage, among: stages.map(\.id), kind: .stages)
            collector.error(node.position, .name(.unknownStage(stage, hint)))
        }
        return stages
    }

    private func addDraft(_ node: YAMLNode, stage: String, module: String?) {
        guard let name = node["step"], let id = name.text else { return }
        var draft = StepDraft(
            id: id, position: name.position, node: node, module: module, stage: stage)
        expand(&draft)
        let index = resolver.drafts.count
        if let first = resolver.symbols.steps[id] ?? resolver.symbols.occurrences[id] {
            let other = resolver.drafts[first]
            collector.error(
                name.position,
                .name(
                    other.module.map { .stepTwiceInModule(id, module: $0) }
                        ?? .stepTwice(id, line: other.position.line)))
            return
        }
        resolver.drafts.append(draft)
        resolver.symbols.steps[id] = index
        guard !draft.additions.isEmpty else { return }
        for occurrence in draft.stepIDs {
            if resolver.symbols.steps[occurrence.rawValue] != nil {
                collector.error(
                    name.position,
                    .name(.occurrenceTaken(occurrence.rawValue, series: id)))
            }
            resolver.symbols.occurrences[occurrence.rawValue] = index
        }
    }

    private static let seriesLimit = 366
    private static let occurrenceLimit = 5_000

    private func expand(_ draft: inout StepDraft) {
        guard case .list(let phases)? = draft.node["repeat"]?.content else { return }
        for phase in phases {
            let start = Reading.distance(phase["starting"])
            let every = Reading.distance(phase["every"])
            if every == .zero, let node = phase["every"] {
                collector.error(node.position, .declaration(.everyIsNothing))
            }
            let isFrequent = every.months == 0 && every.days + every.workingDays * 7 / 5 <= 14
            let times = min(max(phase["times"]?.wholeNumber ?? 1, 1), 366)
            for number in 1...times where draft.additions.count <= Self.seriesLimit {
                draft.additions.append(start.adding(every.multiplied(by: number)))
                draft.leadDays.append(isFrequent ? 7 : 14)
            }
        }
        let total = resolver.symbols.occurrences.count + draft.additions.count
        if draft.additions.count > Self.seriesLimit || total > Self.occurrenceLimit,
            let node = draft.node["repeat"]
        {
            collector.error(
                node.position,
                .declaration(
                    .seriesTooLong(limit: Self.seriesLimit, total: Self.occurrenceLimit)))
            draft.additions = []
        }
    }

    private func orderedSteps(_ stages: [Stage]) -> [Step] {
        var byStage: [String: [Step]] = [:]
        for draft in resolver.drafts { byStage[draft.stage, default: []] += draft.steps }
        return stages.flatMap { byStage[$0.id] ?? [] }
    }
}
