import Engine

extension Lint {
    /// Evaluations: forms whose questions all belong to a level, and that ask the same question in
    /// the same way, so that results can stand side by side.
    func checkEvaluations() {
        var asked: [String: (question: Question, form: String)] = [:]
        for draft in drafts {
            guard let step = draft.steps.first, step.kind == .form else {
                if let entry = draft.node.entry("measurement") {
                    collector.error(entry.position, .evaluation(.measurementAlone))
                }
                continue
            }
            let items = draft.node["questions"]?.items ?? []
            if !step.isEvaluation, let entry = draft.node.entry("measurement") {
                collector.error(entry.position, .evaluation(.measuresNothing))
            }
            for (question, item) in zip(step.questions, items) where step.isEvaluation {
                if question.evaluates == nil {
                    collector.error(
                        item.position, .evaluation(.questionWithoutLevel(question.id)))
                }
                if let known = asked[question.id] {
                    checkSame(question, known.question, known.form, item)
                } else {
                    asked[question.id] = (question, draft.id)
                }
            }
        }
        checkBaselines()
    }

    private func checkSame(
        _ question: Question, _ known: Question, _ form: String, _ item: YAMLNode
    ) {
        func differs(_ key: String, _ part: EvaluationFault.Part) {
            collector.error(
                item.entry(key)?.position ?? item.position,
                .evaluation(.askedOtherwise(question.id, form: form, part)))
        }
        if question.evaluates != nil, question.evaluates != known.evaluates {
            differs("evaluates", .level)
        }
        if question.scale?.points != known.scale?.points { differs("scale", .scale) }
    }

    /// A baseline that nothing is held against is work for nothing.
    private func checkBaselines() {
        let evaluations = drafts.compactMap { draft in
            draft.steps.first.flatMap { $0.isEvaluation ? (draft: draft, step: $0) : nil }
        }
        let later = Set(
            evaluations.filter { $0.step.measurement != .baseline }
                .flatMap { $0.step.questions.map(\.id) })
        for (draft, step) in evaluations where step.measurement == .baseline {
            if step.questions.contains(where: { later.contains($0.id) }) { continue }
            collector.warning(
                position("measurement", draft), .evaluation(.baselineAlone(draft.id)))
        }
    }
}
