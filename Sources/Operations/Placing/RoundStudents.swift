import Engine
import JSONText
import Storage

/// A student in a list, with what was decided by hand.
public struct StudentLine: Hashable, Sendable {
    public let student: RoundStudent
    public let schoolName: String
    public let lock: RoundLock?
}

/// What the ids of a round's places are called.
public struct RoundNames: Sendable {
    public private(set) var wards: [String: String] = [:]
    public private(set) var institutions: [String: String] = [:]
    public private(set) var houses: [String: String] = [:]
    public private(set) var schools: [String: String] = [:]
    public private(set) var supervisors: [String: String] = [:]
    public private(set) var students: [String: String] = [:]

    public init() {}

    /// A ward with its institution.
    public func ward(_ id: String) -> String {
        guard let name = wards[id] else { return id }
        guard let house = houses[id].flatMap({ institutions[$0] }), house != name else {
            return name
        }
        return "\(house), \(name)"
    }

    /// The institution, or its id where it has no name.
    public func institution(_ id: String) -> String { institutions[id] ?? id }

    /// The school, or its id where it has no name.
    public func school(_ id: String) -> String { schools[id] ?? id }

    /// The supervisor whom an id of the instance stands for.
    public func supervisor(_ id: String) -> String {
        supervisors[RoundContents.supervisor(ofInstance: id)] ?? id
    }

    /// The student, or the id where the name was not asked for.
    public func student(_ id: String) -> String { students[id] ?? id }
}

extension Installation {
    /// The names of a round's places, and of some of its students.
    ///
    /// - Parameter students: nil for none.
    public func placementNames(
        of round: PlacementRound, students: [String]? = nil
    ) throws -> RoundNames {
        try query { transaction in
            var names = RoundNames()
            func read(_ table: String, _ body: (String, String) -> Void) throws {
                try transaction.connection.forEach(
                    "SELECT id, name FROM placement_\(table) WHERE round = ?", [.text(round.id)]
                ) { body($0.text(0), $0.text(1)) }
            }
            try transaction.connection.forEach(
                "SELECT id, name, institution FROM placement_ward WHERE round = ?",
                [.text(round.id)]
            ) { row in
                names.set(ward: row.text(0), row.text(1), of: row.text(2))
            }
            try read("institution") { names.set(institution: $0, $1) }
            try read("school") { names.set(school: $0, $1) }
            try read("supervisor") { names.set(supervisor: $0, $1) }
            for id in students ?? [] {
                let name = try transaction.connection.first(
                    "SELECT name FROM placement_student WHERE round = ? AND id = ?",
                    [.text(round.id), .text(id)]
                ) { $0.text(0) }
                if let name { names.set(student: id, name) }
            }
            return names
        }
    }

    /// The periods of a round, in their order.
    public func placementPeriods(of round: PlacementRound) throws -> [RoundPeriod] {
        try query { transaction in
            try RoundReader(round: round.id, transaction: transaction).all(
                "period", RoundPeriod.columns, by: "position, id", RoundPeriod.init)
        }
    }

    /// The students of a round whose name, id or school holds a text, a page at a time.
    ///
    /// - Returns: the rows, and how many there are in all.
    public func placementStudents(
        of round: PlacementRound, matching text: String?, onlyLocked: Bool, page: Int,
        pageSize: Int
    ) throws -> (rows: [StudentLine], count: Int) {
        var condition = "s.round = ?"
        var values: [SQLValue] = [.text(round.id)]
        if let text {
            let pattern = SQLValue.text("%\(Self.escapedForLike(text))%")
            condition += """
                 AND (lower(s.name) LIKE lower(?) ESCAPE '!' OR s.name LIKE ? ESCAPE '!'
                    OR s.id LIKE ? ESCAPE '!' OR lower(c.name) LIKE lower(?) ESCAPE '!')
                """
            values += [pattern, pattern, pattern, pattern]
        }
        if onlyLocked { condition += " AND k.student IS NOT NULL" }
        let from = """
            FROM placement_student s
            JOIN placement_school c ON c.round = s.round AND c.id = s.school
            LEFT JOIN placement_lock k ON k.round = s.round AND k.student = s.id
            WHERE \(condition)
            """
        let columns = RoundStudent.columns.split(separator: ",").map {
            "s.\($0.filter { !$0.isWhitespace })"
        }.joined(separator: ", ")
        return try query { transaction in
            let count = try transaction.connection.count("SELECT count(*) \(from)", values)
            let rows = try transaction.connection.all(
                """
                SELECT \(columns), c.name, k.ward, k.period, k.made_at, k.made_by \(from)
                ORDER BY s.id LIMIT ? OFFSET ?
                """, values + [SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { row in
                let student = RoundStudent(row)
                let lock = row.optionalText(17).map { ward in
                    RoundLock(
                        student: student.id, ward: ward, period: row.text(18),
                        madeAt: Instant(milliseconds: row.integer(19)),
                        madeBy: PersonID(row.text(20)))
                }
                return StudentLine(student: student, schoolName: row.text(16), lock: lock)
            }
            return (rows, count)
        }
    }

    /// A student of a round with wishes, relations and what was decided by hand; nil where there is
    /// none of that id.
    public func placementStudent(
        _ id: String, of round: PlacementRound
    ) throws -> StudentDetails? {
        try query { transaction in
            let connection = transaction.connection
            func all<T>(
                _ table: String, _ columns: String, by order: String,
                _ map: (any ResultRow) throws -> T
            ) throws -> [T] {
                try connection.all(
                    """
                    SELECT \(columns) FROM placement_\(table)
                    WHERE round = ? AND student = ? ORDER BY \(order)
                    """, [.text(round.id), .text(id)], map)
            }
            let student = try connection.first(
                """
                SELECT \(RoundStudent.columns) FROM placement_student
                WHERE round = ? AND id = ?
                """, [.text(round.id), .text(id)], RoundStudent.init)
            guard let student else { return nil }
            return StudentDetails(
                student: student,
                wishes: try all("wish", RoundWish.columns, by: "rank", RoundWish.init),
                relations: try all(
                    "relation", RoundRelation.columns, by: "institution", RoundRelation.init),
                lock: try all("lock", RoundLock.columns, by: "ward", RoundLock.init).first,
                bans: try all("ban", RoundBan.columns, by: "ward", RoundBan.init))
        }
    }
}

/// A student with everything that is about them.
public struct StudentDetails: Hashable, Sendable {
    public let student: RoundStudent
    public let wishes: [RoundWish]
    public let relations: [RoundRelation]
    public let lock: RoundLock?
    public let bans: [RoundBan]
}

extension RoundNames {
    fileprivate mutating func set(ward id: String, _ name: String, of house: String) {
        wards[id] = name
        houses[id] = house
    }

    fileprivate mutating func set(institution id: String, _ name: String) {
        institutions[id] = name
    }

    fileprivate mutating func set(school id: String, _ name: String) { schools[id] = name }

    fileprivate mutating func set(supervisor id: String, _ name: String) {
        supervisors[id] = name
    }

    fileprivate mutating func set(student id: String, _ name: String) { students[id] = name }
}
