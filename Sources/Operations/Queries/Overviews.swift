import CivilCalendar
public import Engine
import Storage

/// A person whom the demonstration lets its visitor be, and what waits for them.
public struct CastMember: Hashable, Sendable {
    public let id: PersonID
    public let name: String
    /// The role that they have most often, and in how many enrolments.
    public let role: RoleID
    public let enrolments: Int
    /// Steps that can be done now, and those of them that are late.
    public let openSteps: Int
    public let lateSteps: Int
}

/// Whose programmes people are looked for in, to be in the demonstration.
public enum CastKind: String, Sendable, CaseIterable {
    /// All but placements: those who are new at work.
    case work
    /// Students on placement.
    case students
    /// Those whom a coordinator has asked what a school needs.
    case schools

    fileprivate var condition: String {
        switch self {
        case .work: "programme NOT LIKE '%placement-%'"
        case .students: "programme LIKE '%-placement-year-%'"
        case .schools: "programme = '\(AskKind.needs.programme)'"
        }
    }
}

/// A mail of the demonstration's mailbox.
public struct MailboxRow: Hashable, Sendable {
    public let message: MessageRow
    public let recipientName: String
}

/// What the operator's gauges show.
public struct Gauges: Sendable {
    public let messages: [(status: String, count: Int)]
    public let enrolments: [(status: String, count: Int)]
    /// How long the oldest message has waited after it could go out, in seconds.
    public let oldestMessageSeconds: Int64
    public let nextWakeUp: Instant?
}

extension Installation {
    /// People to be in the demonstration.
    ///
    /// - Parameters:
    ///   - role: Holders of this role, where no name is given.
    ///   - kind: In whose programmes they are participants or hold the role; all where nil.
    ///   - name: People whose name holds this, whatever their role.
    public func cast(
        role: RoleID?, in kind: CastKind? = nil, name: String?, limit: Int
    ) throws -> [CastMember] {
        let programmes = kind?.condition ?? "programme IS NOT NULL"
        let today = nowCivil.day.description
        let pattern = name.map { "%\(Self.escapedForLike($0))%" }
        // SQLite's lower() knows only a to z; a name written small may begin with another letter.
        let capital = name.map {
            let words = $0.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            return "%\(Self.escapedForLike(words.joined(separator: " ")))%"
        }
        // Counting is for a few: those with a role where something is to happen next, or those
        // of the name.
        let candidates =
            pattern == nil
            ? """
            SELECT DISTINCT person, role FROM role_holder
            WHERE role = ? AND enrolment IN (
                SELECT id FROM (SELECT id FROM enrolment
                    WHERE wake_at IS NOT NULL AND \(programmes)
                    ORDER BY wake_at LIMIT 150) AS soon
                UNION SELECT id FROM (SELECT id FROM enrolment WHERE \(programmes)
                    ORDER BY id LIMIT 50) AS few)
            """
            : """
            SELECT DISTINCT r.person, r.role
            FROM (SELECT id FROM person
                WHERE lower(name) LIKE lower(?) ESCAPE '!' OR name LIKE ? ESCAPE '!'
                ORDER BY name LIMIT 60) AS named
            JOIN role_holder r ON r.person = named.id
            """
        let values: [SQLValue] =
            pattern == nil
            ? [SQLValue(role?.rawValue)] : [SQLValue(pattern), SQLValue(capital)]
        return try query { transaction in
            try transaction.connection.all(
                """
                SELECT * FROM (
                SELECT p.id, p.name, c.role, count(DISTINCT r.enrolment),
                    sum(CASE WHEN s.step IS NULL THEN 0 ELSE 1 END) AS open_steps,
                    sum(CASE WHEN coalesce(s.window_to, s.due_on) < ? THEN 1 ELSE 0 END)
                        AS late_steps
                FROM (\(candidates)) AS c JOIN person p ON p.id = c.person
                JOIN role_holder r ON r.person = c.person AND r.role = c.role
                JOIN enrolment e ON e.id = r.enrolment AND e.status IN ('running', 'paused')
                    AND e.\(programmes)
                LEFT JOIN step s ON s.enrolment = e.id AND s.status IN ('open', 'waiting')
                GROUP BY p.id, p.name, c.role) AS members
                ORDER BY late_steps > 0 DESC, open_steps DESC, id LIMIT ?
                """, [.text(today)] + values + [SQLValue(limit)]
            ) { row in
                CastMember(
                    id: PersonID(row.text(0)), name: row.text(1), role: RoleID(row.text(2)),
                    enrolments: row.int(3), openSteps: row.int(4), lateSteps: row.int(5))
            }
        }
    }

    /// Those who coordinate placements to be in the demonstration, with how many rounds they have.
    public func castCoordinators(limit: Int) throws -> [CastMember] {
        try query { transaction in
            try transaction.connection.all(
                """
                SELECT p.id, p.name, count(r.id) FROM unit_function f
                JOIN person p ON p.id = f.person
                JOIN placement_round r ON r.unit = f.unit
                WHERE f.function = 'placement-coordinator'
                GROUP BY p.id, p.name ORDER BY p.id LIMIT ?
                """, [SQLValue(limit)]
            ) { row in
                CastMember(
                    id: PersonID(row.text(0)), name: row.text(1), role: "coordinator",
                    enrolments: row.int(2), openSteps: 0, lateSteps: 0)
            }
        }
    }

    /// How many people there are.
    public func personCount() throws -> Int {
        try query { try $0.connection.count("SELECT count(*) FROM person") }
    }

    /// Mails and digests that have been written to somebody, the newest first.
    public func mailbox(
        recipient: PersonID?, page: Int, pageSize: Int
    ) throws -> (rows: [MailboxRow], total: Int) {
        let shown = """
            channel <> 'webhook' AND status IN ('queued', 'sending', 'sent', 'dead')
            AND (? IS NULL OR recipient = ?)
            """
        let filter: [SQLValue] = [SQLValue(recipient?.rawValue), SQLValue(recipient?.rawValue)]
        return try query { transaction in
            let total = try transaction.connection.count(
                "SELECT count(*) FROM message WHERE \(shown)", filter)
            let columns = MessageRow.columns.split(separator: ",").map {
                "m." + $0.drop { $0 == " " }
            }
            let rows = try transaction.connection.all(
                """
                SELECT \(columns.joined(separator: ", ")), coalesce(p.name, m.recipient)
                FROM (SELECT * FROM message WHERE \(shown)
                    ORDER BY coalesce(finished_at, available_at) DESC, id LIMIT ? OFFSET ?) m
                LEFT JOIN person p ON p.id = m.recipient
                ORDER BY coalesce(m.finished_at, m.available_at) DESC, m.id
                """, filter + [SQLValue(pageSize), SQLValue(page * pageSize)]
            ) { MailboxRow(message: MessageRow($0), recipientName: $0.text(columns.count)) }
            return (rows, total)
        }
    }

    /// The newest version of every programme, by id.
    public func programmes() throws -> [CompiledVersion] {
        try query { transaction in
            try transaction.connection.all(
                "SELECT DISTINCT programme FROM programme_version ORDER BY programme"
            ) { ProgrammeID($0.text(0)) }.map { try transaction.newestVersion(of: $0) }
        }
    }

    /// The newest version of a programme, or nil where there is none of that id.
    public func programme(_ id: ProgrammeID) throws -> CompiledVersion? {
        do {
            return try query { try $0.newestVersion(of: id) }
        } catch OperationError.noSuchProgramme {
            return nil
        }
    }

    /// The numbers for the operator's gauges.
    public func gauges() throws -> Gauges {
        let now = clock.now()
        return try query { transaction in
            let oldest = try transaction.connection.first(
                """
                SELECT min(available_at) FROM message
                WHERE status = 'queued' AND available_at <= ?
                """, [.integer(now.milliseconds)]
            ) { $0.optionalInteger(0) } ?? nil
            return Gauges(
                messages: try transaction.connection.all(
                    "SELECT status, count(*) FROM message GROUP BY status ORDER BY status"
                ) { ($0.text(0), $0.int(1)) },
                enrolments: try transaction.connection.all(
                    "SELECT status, count(*) FROM enrolment GROUP BY status ORDER BY status"
                ) { ($0.text(0), $0.int(1)) },
                oldestMessageSeconds: oldest.map { (now.milliseconds - $0) / 1000 } ?? 0,
                nextWakeUp: try transaction.nextWakeUp())
        }
    }

    static func escapedForLike(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "!%_".contains(character) { escaped.append("!") }
            escaped.append(character)
        }
        return escaped
    }
}
