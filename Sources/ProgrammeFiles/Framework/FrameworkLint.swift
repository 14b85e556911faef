import Competence

/// What is wrong between the parts of a framework: names of nothing, names twice, rules that
/// nobody can fulfil.
struct FrameworkLint {
    let root: YAMLNode
    let collector: DiagnosticCollector

    func check() {
        let areas = names("areas", .area)
        let ladders = names("ladders", .ladder)
        let competences = names("competences", .competence)
        _ = names("profiles", .profile)
        _ = names("qualifications", .qualification)
        for ladder in items("ladders") {
            _ = names(ladder["levels"]?.items ?? [], .level)
        }
        var used: Set<String> = []
        for competence in items("competences") {
            refer(competence["area"], to: areas, .area, .areas)
            refer(competence["ladder"], to: ladders, .ladder, .ladders)
            if let text = competence["ladder"]?.text { used.insert(text) }
            checkAttestation(competence["attested-by"])
            if let renewal = competence.entry("renewal"), competence["valid-for"] == nil {
                collector.error(renewal.position, .framework(.renewalWithoutEnd))
            }
        }
        for entry in items("ladders") {
            if let ladder = entry["ladder"], let text = ladder.text, !used.contains(text) {
                collector.warning(ladder.position, .framework(.ladderUnused(text)))
            }
        }
        for holder in items("profiles") + items("qualifications") {
            checkRequirements(holder, competences)
        }
    }

    private func items(_ key: String) -> [YAMLNode] { root[key]?.items ?? [] }

    private func names(_ list: String, _ part: FrameworkFault.Part) -> [String] {
        names(items(list), part)
    }

    /// The names in a list, each of which may stand there once.
    private func names(_ nodes: [YAMLNode], _ part: FrameworkFault.Part) -> [String] {
        var seen: [String] = []
        for node in nodes {
            guard let name = node[part.rawValue], let text = name.text else { continue }
            if seen.contains(text) {
                collector.error(name.position, .framework(.nameTwice(text, part)))
            }
            seen.append(text)
        }
        return seen
    }

    private func refer(
        _ node: YAMLNode?, to names: [String], _ part: FrameworkFault.Part, _ kind: Hint.Kind
    ) {
        guard let node, let text = node.text, !names.contains(text) else { return }
        let hint = Suggestion.hint(for: text, among: names, kind: kind)
        collector.error(node.position, .framework(.unknown(text, part, hint)))
    }

    private func checkAttestation(_ rule: YAMLNode?) {
        guard let rule, rule["persons"]?.wholeNumber == 2 else { return }
        if let own = rule["by"]?.items.first(where: { $0.text == Attester.own.rawValue }) {
            collector.error(own.position, .framework(.ownWordOfTwo))
        }
    }

    private func checkRequirements(_ holder: YAMLNode, _ competences: [String]) {
        var seen: Set<String> = []
        for requirement in holder["requires"]?.items ?? [] {
            guard let name = requirement["competence"], let text = name.text else { continue }
            refer(name, to: competences, .competence, .competences)
            if !seen.insert(text).inserted {
                collector.error(name.position, .framework(.requiredTwice(text)))
            }
            guard let level = requirement["level"], let ladder = ladder(of: text) else {
                continue
            }
            let levels = (ladder["levels"]?.items ?? []).compactMap { $0["level"]?.text }
            refer(level, to: levels, .level, .levels)
        }
    }

    private func ladder(of competence: String) -> YAMLNode? {
        let definition = items("competences").first { $0["competence"]?.text == competence }
        return definition?["ladder"]?.text.flatMap { id in
            items("ladders").first { $0["ladder"]?.text == id }
        }
    }
}
