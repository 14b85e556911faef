import CivilCalendar
public import Engine
import Storage

/// Whom a board is about.
public enum BoardScope: Hashable, Sendable {
    /// Those whom a person leads, or leads for somebody who is away.
    case ledBy(PersonID)
    /// Those of a unit and of all units below it.
    case unit(String)
}

/// What a board is to show.
public struct BoardFilter: Hashable, Sendable {
    /// Only those with something late.
    public var isLate = false
    public var programme: ProgrammeID?
    /// A part of the name.
    public var name = ""

    public init() {}

    /// Whether everybody is shown.
    public var isEmpty: Bool { self == BoardFilter() }
}

/// One enrolment of a board.
public struct BoardEntry: Sendable {
    public let outline: EnrolmentOutline
    public let name: String
    /// The unit that the enrolment belongs to, and what it is called.
    public let unitID: String?
    public let unit: String?
}

/// A page of a board.
public struct Board: Sendable {
    public let entries: [BoardEntry]
    /// How many the filter lets through, and how many there are without it.
    public let count: Int
    public let all: Int
    /// The programmes that occur, by id.
    public let programmes: [Programme]

    /// Whether the other says the same of the same enrolments as they are.
    public func isSame(as other: Board) -> Bool {
        count == other.count && all == other.all
            && programmes.elementsEqual(other.programmes) { $0 === $1 }
            && entries.elementsEqual(other.entries) { a, b in
                a.outline === b.outline && a.name == b.name && a.unitID == b.unitID
                    && a.unit == b.unit
            }
    }
}

extension Installation {
    /// The enrolments under way that somebody answers for. Where there are more than stand on one
    /// page, those whose open steps are due first come first.
    ///
    /// - Parameter page: Counted from zero.
    public func board(
        _ scope: BoardScope, _ filter: BoardFilter, page: Int, pageSize: Int
    ) throws -> Board {
        try query { transaction in
            var found = try transaction.boardRows(scope, isOrdered: false)
            let all = found.count
            let programmes = Set(found.map(\.programme)).sorted()
            func matches(_ row: BoardRow) -> Bool {
                (filter.programme.map { $0 == row.programme } ?? true)
                    && (filter.name.isEmpty
                        || row.name.lowercased().contains(filter.name.lowercased()))
            }
            found = found.filter(matches)
            let today = transaction.civilNow.day
            let entries: [BoardEntry]
            let count: Int
            if found.count <= pageSize {
                entries = try found.map(transaction.entry).filter { entry in
                    !filter.isLate || entry.outline.items.contains { $0.isLate(today) }
                }
                count = entries.count
            } else {
                let today = today.description
                let ordered = try transaction.boardRows(scope, isOrdered: true).filter { row in
                    matches(row) && (!filter.isLate || row.first.map { $0 < today } ?? false)
                }
                count = ordered.count
                entries = try ordered.dropFirst(page * pageSize).prefix(pageSize)
                    .map(transaction.entry)
            }
            return Board(
                entries: entries, count: count, all: all,
                programmes: try programmes.map { try transaction.newestVersion(of: $0).programme })
        }
    }

    /// Whether a person answers as manager for more than the one unit.
    public func managesSeveralUnits(_ person: PersonID) throws -> Bool {
        try query { transaction in
            try transaction.connection.count(
                """
                SELECT EXISTS (SELECT 1 FROM org_unit u JOIN org_unit below ON below.parent = u.id
                    WHERE u.manager = ?)
                """, [.text(person.rawValue)]) > 0
        }
    }
}

/// One enrolment as the list of a board's scope has it.
private struct BoardRow {
    let id: EnrolmentID
    let eventCount: Int
    let programme: ProgrammeID
    let name: String
    let unitID: String?
    let unit: String?
    /// By when the first of what can be done should be.
    let first: String?
}

extension Transaction {
    fileprivate func entry(_ row: BoardRow) throws -> BoardEntry {
        BoardEntry(
            outline: try outline(row.id, eventCount: row.eventCount), name: row.name,
            unitID: row.unitID, unit: row.unit)
    }

    fileprivate func boardRows(_ scope: BoardScope, isOrdered: Bool) throws -> [BoardRow] {
        let (statement, values) =
            switch (scope, isOrdered) {
            case (.ledBy(let person), false): (BoardRow.led, [person.rawValue, person.rawValue])
            case (.ledBy(let person), true):
                (BoardRow.ledInOrder, [person.rawValue, person.rawValue])
            case (.unit(let unit), false): (BoardRow.ofUnit, [unit])
            case (.unit(let unit), true): (BoardRow.ofUnitInOrder, [unit])
            }
        return try connection.all(statement, values.map { .text($0) }) { row in
            BoardRow(
                id: EnrolmentID(row.text(0)), eventCount: row.int(1),
                programme: ProgrammeID(row.text(2)), name: row.text(3),
                unitID: row.optionalText(4), unit: row.optionalText(5),
                first: row.optionalText(6))
        }
    }
}

extension BoardRow {
    private static let columns = "e.id, e.event_count, e.programme, p.name, e.unit, u.name"
    private static let first = """
        (SELECT min(coalesce(s.window_to, s.due_on)) FROM step s
        WHERE s.enrolment = e.id AND s.status IN ('open', 'waiting')) AS first
        """
    private static let joins = """
        JOIN person p ON p.id = e.participant LEFT JOIN org_unit u ON u.id = e.unit
        """
    private static let leads = """
        FROM role_holder r JOIN enrolment e ON e.id = r.enrolment \(joins)
        WHERE r.person = ? AND r.role IN ('line-manager', '\(StepTable.absent)line-manager')
            AND e.participant <> ? AND e.status IN ('running', 'paused')
        """
    private static let isOfUnit = """
        FROM below b JOIN enrolment e ON e.unit = b.id \(joins)
        WHERE e.status IN ('running', 'paused')
        """
    private static let inOrder = "ORDER BY first NULLS LAST, p.name, e.id"

    static let led = "SELECT \(columns), NULL \(leads)"
    static let ledInOrder = "SELECT \(columns), \(first) \(leads) \(inOrder)"
    static let ofUnit = "\(UnitTree.below) SELECT \(columns), NULL \(isOfUnit)"
    static let ofUnitInOrder =
        "\(UnitTree.below) SELECT \(columns), \(first) \(isOfUnit) \(inOrder)"
}
