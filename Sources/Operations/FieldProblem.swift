public import Placements
import Wording

/// What is wrong with what was given in a field. The pages and the command line say it in the
/// language of whoever gave it.
public enum FieldProblem: Hashable, Sendable {
    case empty
    case tooLong(limit: Int)
    case notBetween(Int, Int)
    /// More than may be open or chosen at once.
    case tooMany(limit: Int)
    case notAName
    case notAnAddress
    /// The address is another person's.
    case taken
    /// There is nothing of this name here.
    case unknown(String)
    /// It is there already, and counts once.
    case again(String)
    case noVersion(Int, programme: String)
    case notAWeek
    case weekBeforeFirst
    /// A deadline that comes before the one it follows.
    case beforeItsDeadline
    case notHTTPS
    case notAnEventKind(String, known: [String])
    /// What was asked for is answered no more.
    case closed
    case decided
    /// The placement's period has ended, and nothing of it is changed any more.
    case periodOver
    /// The weeks of an absence lie wholly in the past.
    case weeksOver
    /// The supervisor is known to be away in some of the weeks.
    case awayAlready(from: String, to: String)
    case underWay
    case notReady
    case noFinishedDraft
    case ruleForbids
    /// Rules that a draft breaks, some of them in words, and how many there are.
    case brokenRules([BrokenRule], count: Int)
    /// Another finished draft is better, which nobody confirmed.
    case worse(thanNumber: Int, id: String)
    /// The draft is what stands published already.
    case nothingToPublish
    /// What is to be published is not what was shown any more.
    case shownOtherwise
    case placement(PlacementFault)
    case notAnEndedMigration(String)
    case takenBack(String)
    case renamedFromNothing(step: String, former: String, programme: String)
    case competenceElsewhere(String, framework: String)
    case holdsRealData
    /// What the invented data of a demonstration lack; its makers read it.
    case demonstration(String)

    /// Whether its sentence stands by itself.
    var isWhole: Bool {
        switch self {
        case .brokenRules, .worse, .nothingToPublish, .shownOtherwise, .periodOver,
            .weeksOver, .awayAlready:
            true
        default: false
        }
    }

    /// What is wrong, as the end of a sentence about the field.
    func sentence(_ wording: Wording) -> String {
        func said(_ key: String, _ values: [String: String] = [:]) -> String {
            wording.text("field-problem.\(key)", values)
        }
        switch self {
        case .empty: return said("empty")
        case .tooLong(let limit): return said("too-long", ["limit": "\(limit)"])
        case .notBetween(let from, let to):
            return said("not-between", ["from": "\(from)", "to": "\(to)"])
        case .tooMany(let limit): return said("too-many", ["limit": "\(limit)"])
        case .notAName: return said("not-a-name")
        case .notAnAddress: return said("not-an-address")
        case .taken: return said("taken")
        case .unknown(let name): return said("unknown", ["name": name])
        case .again(let name): return said("again", ["name": name])
        case .noVersion(let number, let programme):
            return said("no-version", ["programme": programme, "number": "\(number)"])
        case .notAWeek: return said("not-a-week")
        case .weekBeforeFirst: return said("week-before-first")
        case .beforeItsDeadline: return said("before-its-deadline")
        case .notHTTPS: return said("not-https")
        case .notAnEventKind(let kind, let known):
            return said(
                "not-an-event-kind", ["kind": kind, "known": known.joined(separator: ", ")])
        case .closed: return said("closed")
        case .decided: return said("decided")
        case .periodOver: return said("period-over")
        case .weeksOver: return said("weeks-over")
        case .awayAlready(let from, let to):
            return said("away-already", ["from": from, "to": to])
        case .underWay: return said("under-way")
        case .notReady: return said("not-ready")
        case .noFinishedDraft: return said("no-finished-draft")
        case .ruleForbids: return said("rule-forbids")
        case .brokenRules(let rules, let count):
            let rest = count - rules.count
            return ([said("broken-rules")] + rules.map { $0.sentence(wording) }
                + (rest > 0 ? [said("broken-rules-more", ["count": "\(rest)"])] : []))
                .joined(separator: "\n")
        case .worse(let number, let id):
            return said("worse", ["number": "\(number)", "id": id])
        case .nothingToPublish: return said("nothing-to-publish")
        case .shownOtherwise: return said("shown-otherwise")
        case .placement(let fault): return wording.placementFault(fault)
        case .notAnEndedMigration(let act): return said("not-an-ended-migration", ["act": act])
        case .takenBack(let act): return said("taken-back", ["act": act])
        case .renamedFromNothing(let step, let former, let programme):
            return said(
                "renamed-from-nothing",
                ["step": step, "former": former, "programme": programme])
        case .competenceElsewhere(let competence, let framework):
            return said(
                "competence-elsewhere", ["competence": competence, "framework": framework])
        case .holdsRealData: return said("holds-real-data")
        case .demonstration(let what): return what
        }
    }
}
