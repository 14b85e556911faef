import CivilCalendar
public import Competence
public import Engine
import Storage

extension Installation {
    /// In what capacities somebody may vouch for what another can do.
    public func capacities(
        of person: PersonID, for subject: PersonID
    ) throws -> Set<Attester> {
        try query { try $0.capacities(of: person, for: subject) }
    }
}

extension Transaction {
    /// In what capacities somebody may vouch for what another can do, as things are now: by a role
    /// in a programme of theirs that is under way, as leader of where they work, or as HR there.
    func capacities(of person: PersonID, for subject: PersonID) throws -> Set<Attester> {
        if person == subject { return [.own] }
        var found: Set<Attester> = []
        var roles: [(RoleID, String)] = []
        try connection.forEach(
            """
            SELECT DISTINCT r.role, e.version
            FROM enrolment e JOIN role_holder r ON r.enrolment = e.id
            WHERE e.participant = ? AND e.status IN ('running', 'paused') AND r.person = ?
            """, [.text(subject.rawValue), .text(person.rawValue)]
        ) { row in
            roles.append((RoleID(row.text(0)), row.text(1)))
        }
        for (role, version) in roles {
            let capacity = try self.version(version).programme.role(role).flatMap { Attester($0) }
            if let capacity, capacity != .own { found.insert(capacity) }
        }
        let (places, subjectValues) = places(of: subject)
        let leads = try connection.count(
            "SELECT count(*) FROM org_unit WHERE manager = ? AND id IN \(places)",
            [.text(person.rawValue)] + subjectValues)
        if leads > 0 { found.insert(.lineManager) }
        let isHR = try connection.count(
            "SELECT count(*) FROM org_unit WHERE id IN \(UnitScope.hr) AND id IN \(places)",
            [.text(person.rawValue)] + subjectValues)
        if isHR > 0 { found.insert(.hr) }
        return found
    }

    /// Where somebody is, or works today: to stand after `IN`.
    func places(of subject: PersonID) -> (sql: String, values: [SQLValue]) {
        let sql = """
            (SELECT unit FROM person WHERE id = ? AND unit IS NOT NULL
            UNION SELECT unit FROM employment WHERE person = ? AND from_on <= ?
                AND (until_on IS NULL OR until_on >= ?))
            """
        let (person, today) = (
            SQLValue.text(subject.rawValue), SQLValue.text(civilNow.day.description)
        )
        return (sql, [person, person, today, today])
    }
}
