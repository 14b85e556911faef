public import Engine
import Storage

/// A unit of the tree, as those see it who answer for it as HR.
public struct UnitLine: Hashable, Sendable {
    public let id: String
    public let name: String
    public let kind: String
    public let parent: String?
    /// Who leads it, and whom it has as HR and as owner of programmes.
    public let managerName: String?
    public let hrName: String?
    public let ownerName: String?
    /// How many work in the unit itself, and how many of its programmes are under way.
    public let people: Int
    public let running: Int
    /// How many units lie right below.
    public let children: Int

    static let query = """
        SELECT u.id, u.name, u.kind, u.parent, m.name, h.name, o.name,
            (SELECT count(*) FROM person p WHERE p.unit = u.id),
            (SELECT count(*) FROM enrolment e
            WHERE e.unit = u.id AND e.status IN ('running', 'paused')),
            (SELECT count(*) FROM org_unit c WHERE c.parent = u.id)
        FROM org_unit u LEFT JOIN person m ON m.id = u.manager
        LEFT JOIN unit_function hf ON hf.unit = u.id AND hf.function = 'hr'
        LEFT JOIN person h ON h.id = hf.person
        LEFT JOIN unit_function pf ON pf.unit = u.id AND pf.function = 'programme-owner'
        LEFT JOIN person o ON o.id = pf.person
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        name = row.text(1)
        kind = row.text(2)
        parent = row.optionalText(3)
        managerName = row.optionalText(4)
        hrName = row.optionalText(5)
        ownerName = row.optionalText(6)
        people = row.int(7)
        running = row.int(8)
        children = row.int(9)
    }
}

/// Somebody with their programmes under way, as lists of HR show them.
public struct PersonLine: Hashable, Sendable {
    public let person: PersonCard
    public let unitName: String?
    public let programmes: [EnrolmentLine]
}

/// Somebody's role in the programme of another.
public struct RoleLine: Hashable, Sendable {
    public let enrolment: EnrolmentID
    public let version: String
    public let role: RoleID
    public let participant: PersonID
    public let participantName: String
}

extension Installation {
    /// The uppermost of the units that somebody is HR of.
    public func uppermostUnits(forHR person: PersonID) throws -> [UnitLine] {
        try query { transaction in
            try transaction.connection.all(
                """
                \(UnitLine.query)
                WHERE u.id IN (SELECT unit FROM unit_function
                    WHERE person = ? AND function = 'hr')
                AND (u.parent IS NULL OR u.parent NOT IN \(UnitScope.hr))
                ORDER BY u.name, u.id
                """, [.text(person.rawValue), .text(person.rawValue)], UnitLine.init)
        }
    }

    /// The units right below one, a page at a time.
    public func childUnits(of unit: String, page: Int, pageSize: Int) throws -> [UnitLine] {
        try query { transaction in
            try transaction.connection.all(
                "\(UnitLine.query) WHERE u.parent = ? ORDER BY u.name, u.id LIMIT ? OFFSET ?",
                [.text(unit), SQLValue(pageSize), SQLValue(page * pageSize)], UnitLine.init)
        }
    }

    /// A unit with those above it, the uppermost first, as far as somebody is HR of them; nil where
    /// they are not HR of the unit.
    public func unitLine(
        _ id: String, forHR person: PersonID
    ) throws -> (unit: UnitLine, above: [UnitLine])? {
        try query { transaction in
            func find(_ id: String) throws -> UnitLine? {
                try transaction.connection.first(
                    "\(UnitLine.query) WHERE u.id = ? AND u.id IN \(UnitScope.hr)",
                    [.text(id), .text(person.rawValue)], UnitLine.init)
            }
            guard let unit = try find(id) else { return nil }
            var above: [UnitLine] = []
            while let parent = (above.last ?? unit).parent, above.count < 32,
                let line = try find(parent)
            {
                above.append(line)
            }
            return (unit, above.reversed())
        }
    }

    /// The units of somebody as HR that a text names, by id or by the whole name: two at the most.
    public func units(named text: String, forHR person: PersonID) throws -> [UnitLine] {
        try query { transaction in
            let byID = try transaction.connection.all(
                "\(UnitLine.query) WHERE u.id = ? AND u.id IN \(UnitScope.hr)",
                [.text(text), .text(person.rawValue)], UnitLine.init)
            if !byID.isEmpty { return byID }
            return try transaction.connection.all(
                """
                \(UnitLine.query) WHERE u.name = ? AND u.id IN \(UnitScope.hr)
                ORDER BY u.id LIMIT 2
                """, [.text(text), .text(person.rawValue)], UnitLine.init)
        }
    }

    /// Whether somebody has a role in an enrolment, and may look into it.
    public func isInvolved(_ person: PersonID, in enrolment: EnrolmentID) throws -> Bool {
        try query { transaction in
            try transaction.connection.count(
                "SELECT count(*) FROM role_holder WHERE enrolment = ? AND person = ?",
                [.text(enrolment.rawValue), .text(person.rawValue)]) > 0
        }
    }

    /// Who works in a unit, a page at a time.
    public func people(inUnit unit: String, page: Int, pageSize: Int) throws -> [PersonLine] {
        try query { transaction in
            try transaction.personLines(
                "p.unit = ?", [.text(unit)], page: page, pageSize: pageSize)
        }
    }

    /// People of somebody's units as HR whose name, address or id holds a text.
    ///
    /// - Returns: one row more than the page has, where there are more.
    public func people(
        matching text: String, forHR person: PersonID, page: Int, pageSize: Int
    ) throws -> [PersonLine] {
        // SQLite's lower() knows only a to z; a name written small may begin with another letter.
        let words = text.split(separator: " ")
        let capital = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: " ")
        let pattern = "%\(Self.escapedForLike(text))%"
        return try query { transaction in
            try transaction.personLines(
                """
                p.unit IN \(UnitScope.hr) AND (lower(p.name) LIKE lower(?) ESCAPE '!'
                    OR p.name LIKE ? ESCAPE '!' OR lower(p.email) LIKE lower(?) ESCAPE '!'
                    OR lower(p.private_email) LIKE lower(?) ESCAPE '!' OR p.id = ?)
                """,
                [
                    .text(person.rawValue), .text(pattern),
                    .text("%\(Self.escapedForLike(capital))%"), .text(pattern), .text(pattern),
                    .text(text),
                ], page: page, pageSize: pageSize, extra: 1)
        }
    }

    /// Somebody who works in one of a person's units as HR; nil for everybody else.
    public func personCard(_ id: PersonID, forHR person: PersonID) throws -> PersonCard? {
        try query { transaction in
            try transaction.connection.first(
                """
                SELECT \(PersonCard.columns) FROM person
                WHERE id = ? AND unit IN \(UnitScope.hr)
                """, [.text(id.rawValue), .text(person.rawValue)], PersonCard.init)
        }
    }

    /// Somebody's roles in the programmes of others that are under way, where those are in a
    /// person's units as HR, and how many there are elsewhere.
    public func rolesForOthers(
        of id: PersonID, forHR person: PersonID, limit: Int
    ) throws -> (rows: [RoleLine], total: Int, elsewhere: Int) {
        let from = """
            FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
            JOIN person p ON p.id = e.participant
            WHERE r.person = ? AND e.participant <> r.person
                AND e.status IN ('running', 'paused') AND r.role NOT LIKE 'absent:%'
            """
        return try query { transaction in
            let all = try transaction.connection.count(
                "SELECT count(*) \(from)", [.text(id.rawValue)])
            let own = try transaction.connection.count(
                "SELECT count(*) \(from) AND e.unit IN \(UnitScope.hr)",
                [.text(id.rawValue), .text(person.rawValue)])
            let rows = try transaction.connection.all(
                """
                SELECT e.id, e.version, r.role, p.id, p.name \(from)
                    AND e.unit IN \(UnitScope.hr)
                ORDER BY p.name, e.id, r.role LIMIT ?
                """, [.text(id.rawValue), .text(person.rawValue), SQLValue(limit)]
            ) { row in
                RoleLine(
                    enrolment: EnrolmentID(row.text(0)), version: row.text(1),
                    role: RoleID(row.text(2)), participant: PersonID(row.text(3)),
                    participantName: row.text(4))
            }
            return (rows, own, all - own)
        }
    }
}

extension Transaction {
    fileprivate func personLines(
        _ condition: String, _ values: [SQLValue], page: Int, pageSize: Int, extra: Int = 0
    ) throws -> [PersonLine] {
        let people = try connection.all(
            """
            SELECT p.id, p.name, p.email, p.private_email, p.language, p.unit, p.digest, u.name
            FROM person p LEFT JOIN org_unit u ON u.id = p.unit
            WHERE \(condition) ORDER BY p.name, p.id LIMIT ? OFFSET ?
            """, values + [SQLValue(pageSize + extra), SQLValue(page * pageSize)]
        ) { (PersonCard($0), $0.optionalText(7)) }
        return try people.map { person, unit in
            PersonLine(
                person: person, unitName: unit,
                programmes: try connection.all(
                    """
                    \(EnrolmentLine.query)
                    WHERE e.participant = ? AND e.status IN ('running', 'paused')
                    ORDER BY e.started_on DESC, e.id
                    """, [.text(person.id.rawValue)], EnrolmentLine.init))
        }
    }
}
