/// What a step records, and the competence's framework does not let it.
public enum RecordFault: Hashable, Sendable {
    /// Nobody who completes the step may vouch for the competence, or too few.
    case neverAttested(String, step: String, by: [String], persons: Int)
    /// Some who may complete the step may not vouch for the competence, or are too few.
    case attestedBySome(String, step: String, by: [String], persons: Int)
    case unknownLevel(String, competence: String, Hint)
    /// None of the frameworks that there are has the competence: no rule would hold for it.
    case unknownCompetence(String, Hint)

    var phrase: FaultPhrase {
        switch self {
        case .neverAttested(let competence, let step, let attesters, let persons):
            FaultPhrase(.neverAttested, Self.rule(competence, step, attesters, persons))
        case .attestedBySome(let competence, let step, let attesters, let persons):
            FaultPhrase(.attestedBySome, Self.rule(competence, step, attesters, persons))
        case .unknownLevel(let level, let competence, let hint):
            FaultPhrase(
                .unknownLevel,
                [
                    "level": .verbatim(level), "competence": .verbatim(competence),
                    "hint": hint.value,
                ])
        case .unknownCompetence(let name, let hint):
            FaultPhrase(.unknownCompetence, ["name": .verbatim(name), "hint": hint.value])
        }
    }

    private static func rule(
        _ competence: String, _ step: String, _ attesters: [String], _ persons: Int
    ) -> [String: FaultPhrase.Value] {
        [
            "competence": .verbatim(competence), "step": .verbatim(step),
            "by": .verbatim(attesters.joined(separator: ", ")),
            "persons": .part(persons == 1 ? "attested.one" : "attested.two"),
        ]
    }
}
