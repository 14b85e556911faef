public import CivilCalendar
public import Competence
import Engine
import Wording

/// Why something about somebody's competence is not written.
public enum CompetenceRefusal: Hashable, Sendable {
    case unknownCompetence(String)
    case unknownLevel(String, of: CompetenceID)
    /// They have nothing to do with the person.
    case notEntitled
    /// Their word counts for other things, but for this only the word of these.
    case notAmong([Attester], persons: Int)
    case dayInTheFuture(CivilDay)
    case beforeBirth(CivilDay)
    /// A day on which nobody who lives can have done anything.
    case tooLongAgo(CivilDay)
    /// The same competence at the same level is on record already, and counts.
    case alreadyOnRecord
    case alreadyClaimed
    case alreadySaid
    case alreadySettled
    case alreadyRevoked
    case evidenceMissing
    case reasonMissing
    case textTooLong(Int)
    case noSuchClaim
    case noSuchEntry
    case unknownPosition(String)
    case endsBeforeItBegins

    func sentence(_ wording: Wording) -> String {
        func text(_ key: String, _ values: [String: String] = [:]) -> String {
            wording.text("competence-refused.\(key)", values)
        }
        switch self {
        case .unknownCompetence(let id): return text("competence", ["id": id])
        case .unknownLevel(let level, let competence):
            return text("level", ["level": level, "competence": "\(competence)"])
        case .notEntitled: return text("entitled")
        case .notAmong(let attesters, let persons):
            let names = attesters.map { wording.text("page.competence.attester.\($0.rawValue)") }
            return text(
                persons == 1 ? "among" : "among-two", ["names": wording.alternatives(names)])
        case .dayInTheFuture(let day): return text("future", ["day": wording.day(day)])
        case .beforeBirth(let day): return text("birth", ["day": wording.day(day)])
        case .tooLongAgo(let day): return text("long-ago", ["day": wording.day(day)])
        case .alreadyOnRecord: return text("on-record")
        case .alreadyClaimed: return text("claimed")
        case .alreadySaid: return text("said")
        case .alreadySettled: return text("settled")
        case .alreadyRevoked: return text("revoked")
        case .evidenceMissing: return text("evidence")
        case .reasonMissing: return text("reason")
        case .textTooLong(let count): return text("long", ["count": "\(count)"])
        case .noSuchClaim: return text("no-claim")
        case .noSuchEntry: return text("no-entry")
        case .unknownPosition(let position): return text("position", ["position": position])
        case .endsBeforeItBegins: return text("period")
        }
    }
}

extension CompetenceRefusal {
    /// Why somebody's word does not count by a rule.
    public static func notCounted(_ voice: AttestationRule.Voice, _ rule: AttestationRule) -> Self {
        if voice.capacities.subtracting([.own]).isEmpty { return .notEntitled }
        return .notAmong(
            Attester.allCases.filter { $0 != .own && rule.by.contains($0) },
            persons: rule.persons)
    }
}
