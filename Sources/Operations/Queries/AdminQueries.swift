public import CivilCalendar
public import Engine
import ProgrammeFiles
import JSONText
import Storage

/// A role that a programme under way needs and nobody has.
public struct UnfilledRole: Hashable, Sendable {
    public let enrolment: EnrolmentID
    /// The content hash of the version that names the role.
    public let version: String
    public let role: RoleID
    public let participant: PersonID
    public let participantName: String
    public let unitName: String
    /// When the first step waits for whoever has it.
    public let neededBy: CivilDay?
}

extension Installation {
    /// Roles that nobody has in a person's units as HR, those needed soonest first.
    public func unfilledRoles(
        forHR person: PersonID, limit: Int
    ) throws -> (rows: [UnfilledRole], total: Int) {
        // The roles first, which are few: that is what the cross join says to SQLite.
        let from = """
            FROM unfilled_role r CROSS JOIN enrolment e
            JOIN person p ON p.id = e.participant LEFT JOIN org_unit u ON u.id = e.unit
            WHERE e.id = r.enrolment AND e.status IN ('running', 'paused')
                AND e.unit IN \(UnitScope.hr)
            """
        return try query { transaction in
            let total = try transaction.connection.count(
                "SELECT count(*) \(from)", [.text(person.rawValue)])
            let rows = try transaction.connection.all(
                """
                SELECT e.id, e.version, r.role, p.id, p.name, coalesce(u.name, ''), r.needed_by
                \(from) ORDER BY coalesce(r.needed_by, '9999'), e.id, r.role LIMIT ?
                """, [.text(person.rawValue), SQLValue(limit)]
            ) { row in
                UnfilledRole(
                    enrolment: EnrolmentID(row.text(0)), version: row.text(1),
                    role: RoleID(row.text(2)), participant: PersonID(row.text(3)),
                    participantName: row.text(4), unitName: row.text(5),
                    neededBy: row.optionalText(6).flatMap { CivilDay($0) })
            }
            return (rows, total)
        }
    }

    /// The acts on many that a person began and that are not finished.
    public func runningActs(of person: PersonID) throws -> [BulkProgress] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT id FROM bulk_act WHERE status = 'running' AND actor = ?
                ORDER BY started_at, id
                """, [.text(Actor.person(person).stored)]
            ) { $0.text(0) }.map { try transaction.bulkProgress($0) }
        }
    }

    /// How many people follow each programme now.
    public func peopleInProgrammes() throws -> [ProgrammeID: Int] {
        try query { transaction in
            var counts: [ProgrammeID: Int] = [:]
            try transaction.connection.forEach(
                """
                SELECT v.programme, sum((SELECT count(*) FROM enrolment e
                    WHERE e.version = v.hash AND e.status IN ('running', 'paused')))
                FROM programme_version v GROUP BY v.programme
                """, []
            ) { counts[ProgrammeID($0.text(0))] = $0.int(1) }
            return counts
        }
    }

    /// The modules that published programmes include, for a file that is not published.
    ///
    /// - Parameter name: The file's name: what its own earlier versions include comes first.
    public func publishedModules(besides name: String) throws -> [String: [UInt8]] {
        try query { transaction in
            var modules: [String: [UInt8]] = [:]
            var own: [String: [UInt8]] = [:]
            try transaction.connection.forEach(
                """
                SELECT files FROM programme_version v
                WHERE number = (SELECT max(number) FROM programme_version n
                    WHERE n.programme = v.programme)
                ORDER BY published_at, programme
                """, []
            ) { row in
                guard let bundle = JSON(row.text(0)),
                    let source = ProgrammeSource(bundle: bundle)
                else { return }
                if source.name == name {
                    own = source.modules
                } else {
                    modules.merge(source.modules) { $1 }
                }
            }
            return modules.merging(own) { $1 }
        }
    }
}
