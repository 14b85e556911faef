public import CivilCalendar
public import Competence
public import Engine
import Storage

/// Somebody's record against what is asked of them where they work.
public struct PersonGap: Sendable {
    public let person: PersonID
    public let name: String
    public let position: String?
    public let lines: [GapLine]
}

extension Installation {
    /// What is asked of somebody, and how they stand to it, for all places where they work.
    public func gap(
        ofPerson person: PersonID, asOf day: CivilDay, expiringWithin months: Int
    ) throws -> [GapLine] {
        try query { transaction in
            try transaction.gap(
                of: person, asOf: day, horizon: day.adding(months: months),
                unit: nil)
        }
    }

    /// The people of one unit, each with what is missing or runs out, a page at a time.
    ///
    /// - Returns: one page, and how many there are in all.
    public func gaps(
        inUnit unit: String, asOf day: CivilDay, expiringWithin months: Int, page: Int,
        pageSize: Int
    ) throws -> (people: [PersonGap], total: Int) {
        try query { transaction in
            let (text, place) = (SQLValue.text(day.description), SQLValue.text(unit))
            let from = """
                FROM (SELECT person AS id, min(position) AS position FROM employment
                    WHERE unit = ? AND from_on <= ? AND (until_on IS NULL OR until_on >= ?)
                    GROUP BY person
                UNION ALL
                SELECT p.id, NULL FROM person p WHERE p.unit = ?
                    AND NOT EXISTS (SELECT 1 FROM employment e WHERE e.person = p.id)) w
                """
            let values = [place, text, text, place]
            let total = try transaction.connection.count("SELECT count(*) \(from)", values)
            let rows = try transaction.connection.all(
                """
                SELECT w.id, p.name, w.position \(from) JOIN person p ON p.id = w.id
                ORDER BY p.name, p.id LIMIT ? OFFSET ?
                """, values + [SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { (PersonID($0.text(0)), $0.text(1), $0.optionalText(2)) }
            let people = try rows.map { id, name, position in
                PersonGap(
                    person: id, name: name, position: position,
                    lines: try transaction.gap(
                        of: id, asOf: day, horizon: day.adding(months: months), unit: unit))
            }
            return (people, total)
        }
    }
}

extension Transaction {
    /// Somebody's employments, in the order of their first days.
    func employments(of person: PersonID) throws -> [Employment] {
        try connection.all(
            """
            SELECT unit, position, percentage, from_on, until_on FROM employment
            WHERE person = ? ORDER BY from_on, unit, position
            """, [.text(person.rawValue)]
        ) { row -> Employment? in
            guard let from = CivilDay(row.text(3)) else { return nil }
            return Employment(
                unit: row.text(0), position: row.text(1), percentage: row.int(2), from: from,
                until: row.optionalText(4).flatMap { CivilDay($0) })
        }.compactMap { $0 }
    }

    /// - Parameter unit: Only what is asked of them there; everywhere where nil.
    func gap(
        of person: PersonID, asOf day: CivilDay, horizon: CivilDay, unit: String?
    ) throws -> [GapLine] {
        let record = try record(of: person, asOf: day)
        let all = try employments(of: person)
        var places = all.filter { $0.covers(day) }.map {
            (employment: $0, firstDay: Optional($0.from))
        }
        if all.isEmpty {
            let own = try connection.first(
                "SELECT unit FROM person WHERE id = ?", [.text(person.rawValue)]
            ) { $0.optionalText(0) }
            if let own = own ?? nil { places = [(Employment(unit: own, from: day), nil)] }
        }
        let roles = Set(
            try connection.all(
                """
                SELECT DISTINCT r.role FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                WHERE r.person = ? AND e.status IN ('running', 'paused')
                """, [.text(person.rawValue)]
            ) { RoleID($0.text(0)) })
        let shelf = try frameworkShelf()
        var lines: [GapLine] = []
        for (employment, firstDay) in places where unit == nil || employment.unit == unit {
            let kind = try connection.first(
                "SELECT kind FROM org_unit WHERE id = ?", [.text(employment.unit)]
            ) { $0.text(0) }
            for framework in shelf.versions.map(\.framework) {
                let found = framework.gap(
                    of: record, employment: employment, unitKind: kind, roles: roles,
                    firstDay: firstDay, horizon: horizon)
                for line in found
                where !lines.contains(where: { $0.requirement == line.requirement }) {
                    lines.append(line)
                }
            }
        }
        return lines
    }
}
