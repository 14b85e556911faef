import CivilCalendar
import Engine

extension Lint {
    /// Holds the programme to the rules that it cites.
    func checkRules() {
        let cited = programme.sources.compactMap(\.rule)
        if programme.kind == .onboarding, cited.contains(.dok24Section13) {
            for months in RuleElements.dok24Months { checkTalk(afterMonths: months) }
        }
        if programme.kind == .trainee || cited.contains(.eidsbergTrainee) {
            let present = Set(programme.steps.flatMap(\.fulfils))
            let missing = RuleElements.eidsbergTrainee.filter { !present.contains($0) }
            if !missing.isEmpty {
                collector.error(
                    position(of: .eidsbergTrainee),
                    .rule(.traineeElements(missing: missing)))
            }
        }
    }

    private func position(of rule: KnownRule) -> Position {
        for source in root["sources"]?.items ?? [] {
            if let node = source["rule"], node.text == rule.rawValue { return node.position }
        }
        return root["kind"]?.position ?? root.position
    }

    /// The talk that Dok. 24 § 13 asks for so many months after the first day.
    private func checkTalk(afterMonths months: Int) {
        let talks = programme.steps.filter {
            $0.kind == .talk && $0.due?.from == .anchor("first-day")
                && $0.due?.offset == Offset(months: months)
        }
        guard !talks.isEmpty else {
            return collector.error(
                position(of: .dok24Section13), .rule(.talkMissing(months: months)))
        }
        if talks.contains(where: { shortcoming($0) == nil }) { return }
        for talk in talks {
            guard let reason = shortcoming(talk) else { continue }
            let draft = drafts.first { $0.steps.contains { $0.id == talk.id } }
            collector.error(
                draft?.position ?? position(of: .dok24Section13),
                .rule(.talkFallsShort(talk.id.rawValue, months: months, reason)))
        }
    }

    private func shortcoming(_ talk: Step) -> RuleFault.Shortcoming? {
        if !(talk.actors.roles + talk.accountable.roles).contains(.lineManager) {
            return .withoutManager
        }
        let signers = talk.signers
        if !signers.roles.contains(.lineManager)
            || (signers.rule == .anyOf && signers.roles.count > 1)
        {
            return .notConfirmedByManager
        }
        if talk.condition != .always { return .conditional }
        return nil
    }
}
