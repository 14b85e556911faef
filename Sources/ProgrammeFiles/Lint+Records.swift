import Competence
import Engine

// Steps that record a competence are held to what its framework says of it.
extension Lint {
    func checkRecords() {
        if frameworks.isEmpty { return }
        for draft in drafts {
            guard let step = draft.steps.first else { continue }
            for (effect, node) in zip(step.records, draft.node["records"]?.items ?? []) {
                check(effect, node, of: step, draft)
            }
        }
    }

    private func check(
        _ effect: CompetenceEffect, _ node: YAMLNode, of step: Step, _ draft: StepDraft
    ) {
        let id = CompetenceID(effect.competence)
        let position = node["competence"]?.position ?? draft.position
        guard let framework = frameworks.first(where: { $0.competence(id) != nil }),
            let definition = framework.competence(id)
        else {
            // A name that is misspelt would escape every rule of the competence that is meant.
            let names = frameworks.flatMap { $0.competences.map(\.id.rawValue) }
            let hint = Suggestion.hint(for: effect.competence, among: names, kind: .competences)
            collector.error(position, .record(.unknownCompetence(effect.competence, hint)))
            return
        }
        if let level = node["level"], let text = level.text,
            let ladder = framework.ladder(of: id), ladder.rank(of: LevelID(text)) == nil
        {
            let hint = Suggestion.hint(
                for: text, among: ladder.levels.map(\.id.rawValue), kind: .levels)
            collector.error(
                level.position, .record(.unknownLevel(text, competence: effect.competence, hint)))
        }
        let rule = definition.attestation
        let attesters = Attester.allCases.filter(rule.by.contains).map(\.rawValue)
        switch rule.attestation(by: step, in: programme) {
        case .assured: break
        case .depends:
            collector.warning(
                position,
                .record(
                    .attestedBySome(
                        effect.competence, step: draft.id, by: attesters, persons: rule.persons)))
        case .never:
            collector.error(
                position,
                .record(
                    .neverAttested(
                        effect.competence, step: draft.id, by: attesters, persons: rule.persons)))
        }
    }
}
