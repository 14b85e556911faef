public import CivilCalendar
public import Engine
import JSONText

/// A change that is made to many enrolments as one act.
public enum BulkChange: Hashable, Sendable {
    /// Moves those under way to another version of their programme, by its content hash.
    case migrate(ProgrammeID, to: String)
    /// Takes such a move back, by the act's id.
    case undoMigration(String)
    /// Gives all roles that a person holds to another, or to nobody.
    case handOver(from: PersonID, to: PersonID?, reason: String)
    /// Has somebody act in all roles of a person who is away.
    case cover(PersonID, by: PersonID, from: CivilDay, until: CivilDay, reason: String)
    /// Fills the roles that the unit tree fills, as it is now.
    case resolveRoles(reason: String)
    /// The person works in another unit from now on.
    case moveUnit(PersonID, to: String, reason: String)

    /// What it is called where it is stored.
    public var kind: String {
        switch self {
        case .migrate: "migrate"
        case .undoMigration: "undo-migration"
        case .handOver: "hand-over"
        case .cover: "cover"
        case .resolveRoles: "resolve-roles"
        case .moveUnit: "move-unit"
        }
    }

    var json: JSON {
        switch self {
        case .migrate(let programme, let version):
            .object(["programme": JSON(programme), "to": .string(version)])
        case .undoMigration(let act): .object(["act": .string(act)])
        case .handOver(let from, let to, let reason):
            .object([
                "from": JSON(from), "to": to.map { JSON($0) }, "reason": .string(reason),
            ])
        case .cover(let person, let by, let from, let until, let reason):
            .object([
                "person": JSON(person), "by": JSON(by), "from": JSON(from), "until": JSON(until),
                "reason": .string(reason),
            ])
        case .resolveRoles(let reason): .object(["reason": .string(reason)])
        case .moveUnit(let person, let unit, let reason):
            .object(["person": JSON(person), "to": .string(unit), "reason": .string(reason)])
        }
    }

    init(kind: String, _ json: JSON) throws {
        switch kind {
        case "migrate":
            self = .migrate(try json.identifier("programme"), to: try json.needString("to"))
        case "undo-migration": self = .undoMigration(try json.needString("act"))
        case "hand-over":
            self = .handOver(
                from: try json.identifier("from"), to: json["to"]?.string.map { PersonID($0) },
                reason: try json.needString("reason"))
        case "cover":
            self = .cover(
                try json.identifier("person"), by: try json.identifier("by"),
                from: try json.needDay("from"), until: try json.needDay("until"),
                reason: try json.needString("reason"))
        case "resolve-roles": self = .resolveRoles(reason: try json.needString("reason"))
        case "move-unit":
            self = .moveUnit(
                try json.identifier("person"), to: try json.needString("to"),
                reason: try json.needString("reason"))
        default: throw DamagedDocument(what: "act of kind \(kind)")
        }
    }
}

/// What an act on many brings about for one of them.
public struct BulkLine: Sendable {
    /// What becomes of it.
    public enum Outcome: Sendable {
        case changes([Consequences])
        case unchanged
        case refused(OperationError)
    }

    public let enrolment: EnrolmentID
    public let participant: PersonID
    /// The plan as it is now, for the words of the line.
    public let plan: Programme
    public let outcome: Outcome
}

/// How far an act on many has come.
public struct BulkProgress: Hashable, Sendable {
    public let act: String
    public let kind: String
    public let isFinished: Bool
    public let total: Int
    /// Carried out, found to be as it should be already, and refused.
    public let done: Int
    public let unchanged: Int
    public let refused: Int
    /// The act that this one takes back.
    public let undoes: String?
    public let startedAt: Instant

    public var waiting: Int { total - done - unchanged - refused }
}
