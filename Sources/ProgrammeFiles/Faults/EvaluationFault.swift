/// Evaluations whose answers could not be used, or would be read by others.
public enum EvaluationFault: Hashable, Sendable {
    /// In what the same question differs from one form to another.
    public enum Part: String, CaseIterable, Sendable {
        case level, scale
    }

    case takesNoTime
    case measurementAlone
    case measuresNothing
    case questionWithoutLevel(String)
    case askedOtherwise(String, form: String, Part)
    case baselineAlone(String)

    var phrase: FaultPhrase {
        switch self {
        case .takesNoTime: FaultPhrase(.takesNoTime)
        case .measurementAlone: FaultPhrase(.measurementAlone)
        case .measuresNothing: FaultPhrase(.measuresNothing)
        case .questionWithoutLevel(let id):
            FaultPhrase(.questionWithoutLevel, ["question": .verbatim(id)])
        case .askedOtherwise(let id, let form, let part):
            FaultPhrase(
                .askedOtherwise,
                [
                    "question": .verbatim(id), "form": .verbatim(form),
                    "part": .part("asked.\(part.rawValue)"),
                ])
        case .baselineAlone(let id): FaultPhrase(.baselineAlone, ["form": .verbatim(id)])
        }
    }
}
