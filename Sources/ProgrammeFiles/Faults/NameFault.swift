import Engine

/// Names that nothing has, and names that two things have.
public enum NameFault: Hashable, Sendable {
    case unknownRole(String, Hint)
    case unknownStep(String, Hint)
    /// A module knows its own steps alone.
    case unknownStepInModule(String, module: String, Hint)
    case unknownAnchor(String, Hint)
    /// A module counts from the anchors of the programme that includes it.
    case unknownAnchorForModule(String, module: String, Hint)
    /// There is a step of this name: its day is written with another key.
    case stepForAnchor(String, key: String, Hint)
    case unknownStage(String, Hint)
    case milestoneTwice(String)
    case stageTwice(String)
    case stepTwice(String, line: Int)
    case stepTwiceInModule(String, module: String)
    case questionTwice(String)
    case roleTwice(String)
    case occurrenceTaken(String, series: String)

    var phrase: FaultPhrase {
        switch self {
        case .unknownRole(let name, let hint): Self.unknown(.unknownRole, name, hint)
        case .unknownStep(let name, let hint): Self.unknown(.unknownStep, name, hint)
        case .unknownStepInModule(let name, let module, let hint):
            Self.unknown(.unknownStepInModule, name, hint, ["module": .verbatim(module)])
        case .unknownAnchor(let name, let hint): Self.unknown(.unknownAnchor, name, hint)
        case .unknownAnchorForModule(let name, let module, let hint):
            Self.unknown(.unknownAnchorForModule, name, hint, ["module": .verbatim(module)])
        case .stepForAnchor(let name, let key, let hint):
            Self.unknown(.stepForAnchor, name, hint, ["key": .verbatim(key)])
        case .unknownStage(let name, let hint): Self.unknown(.unknownStage, name, hint)
        case .milestoneTwice(let id): FaultPhrase(.milestoneTwice, ["name": .verbatim(id)])
        case .stageTwice(let id): FaultPhrase(.stageTwice, ["name": .verbatim(id)])
        case .stepTwice(let id, let line):
            FaultPhrase(.stepTwice, ["name": .verbatim(id), "line": .number(line)])
        case .stepTwiceInModule(let id, let module):
            FaultPhrase(
                .stepTwiceInModule, ["name": .verbatim(id), "module": .verbatim(module)])
        case .questionTwice(let id): FaultPhrase(.questionTwice, ["name": .verbatim(id)])
        case .roleTwice(let id): FaultPhrase(.roleTwice, ["name": .verbatim(id)])
        case .occurrenceTaken(let id, let series):
            FaultPhrase(
                .occurrenceTaken, ["name": .verbatim(id), "series": .verbatim(series)])
        }
    }

    private static func unknown(
        _ code: FaultCode, _ name: String, _ hint: Hint,
        _ more: [String: FaultPhrase.Value] = [:]
    ) -> FaultPhrase {
        FaultPhrase(
            code, ["name": .verbatim(name), "hint": hint.value].merging(more) { $1 })
    }
}

/// Ids that a step cannot have, or cannot have had.
public enum IDFault: Hashable, Sendable {
    case reserved(String)
    case reservedOccurrence(String, series: String)
    case reservedFormer(String)
    case formerIsPresent(String, step: String)
    case formerSeriesIsPresent(String, step: String, occurrence: String)
    case formerTwice(String, step: String)
    case formerSeriesTwice(String, step: String, occurrence: String)

    var phrase: FaultPhrase {
        switch self {
        case .reserved(let id): FaultPhrase(.reservedID, Self.reserved(id))
        case .reservedOccurrence(let id, let series):
            FaultPhrase(
                .reservedOccurrence,
                Self.reserved(id).merging(["series": .verbatim(series)]) { $1 })
        case .reservedFormer(let id): FaultPhrase(.reservedFormerID, Self.reserved(id))
        case .formerIsPresent(let id, let step):
            FaultPhrase(.formerIsPresent, ["id": .verbatim(id), "step": .verbatim(step)])
        case .formerSeriesIsPresent(let id, let step, let occurrence):
            FaultPhrase(.formerSeriesIsPresent, Self.series(id, step, occurrence))
        case .formerTwice(let id, let step):
            FaultPhrase(.formerTwice, ["id": .verbatim(id), "step": .verbatim(step)])
        case .formerSeriesTwice(let id, let step, let occurrence):
            FaultPhrase(.formerSeriesTwice, Self.series(id, step, occurrence))
        }
    }

    private static func reserved(_ id: String) -> [String: FaultPhrase.Value] {
        ["id": .verbatim(id), "prefix": .verbatim(OwnStep.idPrefix)]
    }

    private static func series(
        _ id: String, _ step: String, _ occurrence: String
    ) -> [String: FaultPhrase.Value] {
        [
            "id": .verbatim(id), "step": .verbatim(step), "occurrence": .verbatim(occurrence),
        ]
    }
}

/// What a role or a group of roles lacks.
public enum RoleFault: Hashable, Sendable {
    case groupOfOne(rule: String)
    case noTitle(String)
    case noFilling(String)
    case participantFilling
    case coverCircle([String])
    case mayStayEmpty(String, step: String)

    var phrase: FaultPhrase {
        switch self {
        case .groupOfOne(let rule): FaultPhrase(.groupOfOne, ["key": .verbatim(rule)])
        case .noTitle(let id): FaultPhrase(.roleWithoutTitle, ["role": .verbatim(id)])
        case .noFilling(let id): FaultPhrase(.roleWithoutFilling, ["role": .verbatim(id)])
        case .participantFilling: FaultPhrase(.participantFilling)
        case .coverCircle(let roles):
            FaultPhrase(
                .coverCircle, ["path": .verbatim(roles.joined(separator: " -> "))])
        case .mayStayEmpty(let role, let step):
            FaultPhrase(
                .roleMayStayEmpty, ["role": .verbatim(role), "step": .verbatim(step)])
        }
    }
}
