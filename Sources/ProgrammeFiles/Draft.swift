import CivilCalendar
import Engine

/// A step as the file has it, with what has been worked out about it so far.
struct StepDraft {
    var id: String
    var position: Position
    var node: YAMLNode
    var module: String?
    var stage: String
    /// How far each occurrence lies from the step's own dates; empty where it is not a series.
    var additions: [Offset] = []
    /// How many days before its due day each occurrence opens where the file does not say.
    var leadDays: [Int] = []
    var steps: [Step] = []
    var dependencies: [Dependency] = []

    /// The ids that the compiled programme has for it.
    var stepIDs: [StepID] {
        if additions.isEmpty { return [StepID(id)] }
        return (1...additions.count).map { Self.occurrenceID(id, $0, of: additions.count) }
    }

    /// What the occurrences were called where the series had another id.
    func formerOccurrences(of id: String) -> [String] {
        if additions.isEmpty { return [] }
        return (1...additions.count).map {
            Self.occurrenceID(id, $0, of: additions.count).rawValue
        }
    }

    static func occurrenceID(_ series: String, _ number: Int, of count: Int) -> StepID {
        let digits = String(number)
        let width = max(2, String(count).utf8.count)
        return StepID(
            series + "-" + String(repeating: "0", count: width - digits.utf8.count) + digits)
    }
}

/// That something must be known or done before something else.
struct Dependency {
    enum Target: Hashable {
        case step(String)
        case anchor(String)
    }

    enum Reason {
        case waitsFor, date
    }

    var target: Target
    var reason: Reason
    var position: Position
}

/// A module that was read and has the form of one.
struct ModuleDraft {
    var id: String
    var node: YAMLNode
    var stage: String
}

/// The names that may be referred to, and what has been used of them.
struct Symbols {
    var declaredRoles: [String] = []
    var anchors: [String] = []
    var facts: [Fact] = []
    /// The places of the drafts by their id.
    var steps: [String: Int] = [:]
    /// The draft and the occurrence behind each id of a series.
    var occurrences: [String: Int] = [:]
    var usedRoles: Set<RoleID> = []

    func fact(_ id: String) -> Fact? {
        facts.first { $0.id.rawValue == id }
    }
}
