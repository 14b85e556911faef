/// What a programme may not declare as it does: facts, dates, series, sources.
public enum DeclarationFault: Hashable, Sendable {
    case quietNotices(at: String, from: String, until: String)
    case moduleCitesRule
    case factNamedAsWord(String)
    case factDiffers(String, module: String)
    case limitsReversed(from: String, to: String)
    case yesOrNoFalse
    case defaultNeverUsed
    case everyIsNothing
    case seriesTooLong(limit: Int, total: Int)
    case stageEmpty(String)

    var phrase: FaultPhrase {
        switch self {
        case .quietNotices(let time, let from, let until):
            FaultPhrase(
                .quietNotices,
                ["time": .verbatim(time), "from": .verbatim(from), "until": .verbatim(until)])
        case .moduleCitesRule: FaultPhrase(.moduleCitesRule)
        case .factNamedAsWord(let name):
            FaultPhrase(.factNamedAsWord, ["name": .verbatim(name)])
        case .factDiffers(let fact, let module):
            FaultPhrase(.factDiffers, ["fact": .verbatim(fact), "module": .verbatim(module)])
        case .limitsReversed(let from, let to):
            FaultPhrase(.limitsReversed, ["from": .verbatim(from), "to": .verbatim(to)])
        case .yesOrNoFalse: FaultPhrase(.yesOrNoFalse)
        case .defaultNeverUsed: FaultPhrase(.defaultNeverUsed)
        case .everyIsNothing: FaultPhrase(.everyIsNothing)
        case .seriesTooLong(let limit, let total):
            FaultPhrase(
                .seriesTooLong, ["limit": .number(limit), "total": .number(total)])
        case .stageEmpty(let id): FaultPhrase(.stageEmpty, ["stage": .verbatim(id)])
        }
    }
}

/// Conditions that ask for what is not, or that nobody meets.
public enum ConditionFault: Hashable, Sendable {
    /// What a fact can be tested with.
    public enum Test: CaseIterable, Sendable {
        case flag, value, values, number
    }

    case empty
    case undeclaredFact(String, Hint)
    case wrongTest(fact: String, Test)
    /// Only a fact of several values can lack one.
    case lacksOfOne(fact: String)
    case notAValue(String, fact: String, Hint)
    case numberOutside(fact: String, from: String, to: String)
    case metByNobody
    case metByNoParticipant
    case waitsForOthers(String, step: String)
    case countsFromOthers(String, step: String)

    var phrase: FaultPhrase {
        switch self {
        case .empty: FaultPhrase(.conditionEmpty)
        case .undeclaredFact(let name, let hint):
            FaultPhrase(.undeclaredFact, ["fact": .verbatim(name), "hint": hint.value])
        case .wrongTest(let fact, let test):
            FaultPhrase(
                .wrongTest,
                ["fact": .verbatim(fact), "test": test.value])
        case .lacksOfOne(let fact):
            FaultPhrase(
                .lacksOfOne,
                ["fact": .verbatim(fact), "form": .verbatim("not: { \(fact): … }")])
        case .notAValue(let text, let fact, let hint):
            FaultPhrase(
                .notAValue,
                ["text": .verbatim(text), "fact": .verbatim(fact), "hint": hint.value])
        case .numberOutside(let fact, let from, let to):
            FaultPhrase(
                .numberOutside,
                ["fact": .verbatim(fact), "from": .verbatim(from), "to": .verbatim(to)])
        case .metByNobody: FaultPhrase(.metByNobody)
        case .metByNoParticipant: FaultPhrase(.metByNoParticipant)
        case .waitsForOthers(let other, let step):
            FaultPhrase(
                .waitsForOthers, ["other": .verbatim(other), "step": .verbatim(step)])
        case .countsFromOthers(let other, let step):
            FaultPhrase(
                .countsFromOthers, ["other": .verbatim(other), "step": .verbatim(step)])
        }
    }
}

extension ConditionFault.Test {
    fileprivate var value: FaultPhrase.Value {
        switch self {
        case .flag: .part("test.flag")
        case .value: .part("test.value")
        case .values: .part("test.values", ["form": .verbatim("{ lacks: … }")])
        case .number:
            .part(
                "test.number",
                ["least": .verbatim("{ at-least: … }"), "most": .verbatim("{ at-most: … }")])
        }
    }
}

/// What a step of its kind may not have, or must have.
public enum StepFault: Hashable, Sendable {
    case messageHas(key: String)
    case messageWithoutText(String)
    case formAlone(kind: String)
    case formWithoutQuestions(String)
    case appointmentAlone(key: String, kind: String)
    case talkWithoutAgenda(String)

    var phrase: FaultPhrase {
        switch self {
        case .messageHas(let key): FaultPhrase(.messageHas, ["key": .verbatim(key)])
        case .messageWithoutText(let id):
            FaultPhrase(.messageWithoutText, ["step": .verbatim(id)])
        case .formAlone(let kind): FaultPhrase(.formAlone, ["kind": .verbatim(kind)])
        case .formWithoutQuestions(let id):
            FaultPhrase(.formWithoutQuestions, ["step": .verbatim(id)])
        case .appointmentAlone(let key, let kind):
            FaultPhrase(
                .appointmentAlone, ["key": .verbatim(key), "kind": .verbatim(kind)])
        case .talkWithoutAgenda(let id):
            FaultPhrase(.talkWithoutAgenda, ["step": .verbatim(id)])
        }
    }
}

/// Dates that cannot be kept.
public enum TimingFault: Hashable, Sendable {
    /// What stands in a circle.
    public enum Member: Hashable, Sendable {
        case step(String)
        case anchor(String)
    }

    case needsDue(key: String)
    case opensAfterDue(String)
    case sameReminder
    case reminderBeforeOpening
    case reminderOnOpening
    case reminderWithoutDue
    case reminderTooEarly
    case circle([Member])

    var phrase: FaultPhrase {
        switch self {
        case .needsDue(let key): FaultPhrase(.needsDue, ["key": .verbatim(key)])
        case .opensAfterDue(let id): FaultPhrase(.opensAfterDue, ["step": .verbatim(id)])
        case .sameReminder: FaultPhrase(.sameReminder)
        case .reminderBeforeOpening: FaultPhrase(.reminderBeforeOpening)
        case .reminderOnOpening: FaultPhrase(.reminderOnOpening)
        case .reminderWithoutDue: FaultPhrase(.reminderWithoutDue)
        case .reminderTooEarly: FaultPhrase(.reminderTooEarly)
        case .circle(let members):
            FaultPhrase(
                .circle, ["path": .list(members.map(\.value), separator: " -> ")])
        }
    }
}

extension TimingFault.Member {
    fileprivate var value: FaultPhrase.Value {
        switch self {
        case .step(let id): .verbatim(id)
        case .anchor(let id): .part("anchor", ["name": .verbatim(id)])
        }
    }
}

/// What the rules that a programme cites ask for and do not find.
public enum RuleFault: Hashable, Sendable {
    /// Why a talk is not the one that the rule asks for.
    public enum Shortcoming: String, CaseIterable, Sendable {
        case withoutManager = "without-manager"
        case notConfirmedByManager = "not-confirmed-by-manager"
        case conditional
    }

    case traineeElements(missing: [String])
    case talkMissing(months: Int)
    case talkFallsShort(String, months: Int, Shortcoming)

    var phrase: FaultPhrase {
        switch self {
        case .traineeElements(let missing):
            FaultPhrase(
                .traineeElements,
                ["elements": .verbatim(missing.joined(separator: ", "))])
        case .talkMissing(let months):
            FaultPhrase(
                .talkMissing,
                [
                    "months": .number(months),
                    "form": .verbatim("due: { months: \(months), after: first-day }"),
                ])
        case .talkFallsShort(let id, let months, let shortcoming):
            FaultPhrase(
                .talkFallsShort,
                [
                    "talk": .verbatim(id), "months": .number(months),
                    "reason": .part("talk.\(shortcoming.rawValue)"),
                ])
        }
    }
}

/// What is wrong between the parts of a competence framework.
public enum FrameworkFault: Hashable, Sendable {
    /// The things of a framework that have names.
    public enum Part: String, CaseIterable, Sendable {
        case area, ladder, competence, profile, qualification, level
    }

    case nameTwice(String, Part)
    case unknown(String, Part, Hint)
    case renewalWithoutEnd
    case ladderUnused(String)
    case ownWordOfTwo
    case requiredTwice(String)

    var phrase: FaultPhrase {
        switch self {
        case .nameTwice(let name, let part):
            FaultPhrase(
                .nameTwice,
                ["part": .part("the.\(part.rawValue)"), "name": .verbatim(name)])
        case .unknown(let name, let part, let hint):
            FaultPhrase(
                .unknownPart,
                [
                    "part": .part("none.\(part.rawValue)"), "name": .verbatim(name),
                    "hint": hint.value,
                ])
        case .renewalWithoutEnd: FaultPhrase(.renewalWithoutEnd)
        case .ladderUnused(let name): FaultPhrase(.ladderUnused, ["name": .verbatim(name)])
        case .ownWordOfTwo: FaultPhrase(.ownWordOfTwo)
        case .requiredTwice(let name):
            FaultPhrase(.requiredTwice, ["name": .verbatim(name)])
        }
    }
}
