import CivilCalendar
import Engine
import JSONText
import Storage

/// A table of what is here, as other systems take it and as the import takes it again: the same
/// columns, and imported where it came from it changes nothing.
public struct ExportedTable: Hashable, Sendable {
    public let kind: ImportKind
    public let header: [String]
    /// A field that is empty stands for nothing.
    public let rows: [[String]]

    /// The table for spreadsheets, in UTF-8 with a mark that says so.
    public var csv: String { "\u{FEFF}" + ([header] + rows).map(CSVTable.line).joined() }

    /// An array with an object on each line; what is empty is null, because whatever a row leaves
    /// out stays as it is where it is imported.
    public var json: String {
        if rows.isEmpty { return "[]\n" }
        let objects = rows.map { row in
            JSON.object(
                zip(header, row).map { name, field in
                    let number = name == "percentage" ? Int(field).map { JSON.integer($0) } : nil
                    return JSON.Member(name, field.isEmpty ? .null : number ?? .string(field))
                }
            ).text
        }
        return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }
}

extension Installation {
    /// Units, people, where they work or what is on record of them.
    ///
    /// - Parameters:
    ///   - kind: One of `ImportKind.exported`.
    ///   - unit: Only this unit and those below it, and who is or works there today; everything
    ///     where nil.
    public func exported(_ kind: ImportKind, below unit: String?) throws -> ExportedTable {
        try query { transaction in
            if let unit, try transaction.units(below: unit) == nil {
                throw OperationError.noSuchUnit(unit)
            }
            switch kind {
            case .units: return try transaction.exportedUnits(unit)
            case .people: return try transaction.exportedPeople(unit)
            case .employments: return try transaction.exportedEmployments(unit)
            case .competences: return try transaction.exportedCompetences(unit)
            case .starts:
                throw OperationError.invalid(field: "kind", problem: .unknown(kind.rawValue))
            }
        }
    }
}

extension Transaction {
    /// The unit and those below it; all units where nil. To stand after `IN`.
    private func below(_ unit: String?) -> (sql: String, values: [SQLValue]) {
        guard let unit else { return ("(SELECT id FROM org_unit)", []) }
        let sql = """
            (WITH RECURSIVE below (id) AS (SELECT id FROM org_unit WHERE id = ?
                UNION SELECT u.id FROM org_unit u JOIN below b ON u.parent = b.id)
            SELECT id FROM below)
            """
        return (sql, [.text(unit)])
    }

    /// Who is in the units or works there today; everybody where nil. To stand after `IN`.
    private func members(_ unit: String?) -> (sql: String, values: [SQLValue]) {
        guard unit != nil else { return ("(SELECT id FROM person)", []) }
        let (units, values) = below(unit)
        let today = SQLValue.text(civilNow.day.description)
        let sql = """
            (SELECT id FROM person WHERE unit IN \(units)
            UNION SELECT person FROM employment WHERE unit IN \(units) AND from_on <= ?
                AND (until_on IS NULL OR until_on >= ?))
            """
        return (sql, values + values + [today, today])
    }

    private func table(
        _ kind: ImportKind, _ header: [String], _ sql: String, _ values: [SQLValue]
    ) throws -> ExportedTable {
        let rows = try connection.all(sql, values) { row in
            header.indices.map { row.optionalText($0) ?? "" }
        }
        return ExportedTable(kind: kind, header: header, rows: rows)
    }

    fileprivate func exportedUnits(_ unit: String?) throws -> ExportedTable {
        let (units, values) = below(unit)
        let functions = [UnitCharge.hr, .programmeOwner, .placementCoordinator].map(\.rawValue)
        let columns = functions.map { function in
            "(SELECT person FROM unit_function WHERE unit = u.id AND function = '\(function)')"
        }
        return try table(
            .units, ["id", "name", "kind", "parent", "manager"] + functions,
            """
            SELECT u.id, u.name, u.kind, u.parent, u.manager, \(columns.joined(separator: ", "))
            FROM org_unit u WHERE u.id IN \(units) ORDER BY u.id
            """, values)
    }

    fileprivate func exportedPeople(_ unit: String?) throws -> ExportedTable {
        let (people, values) = members(unit)
        return try table(
            .people,
            ["id", "name", "email", "private-email", "language", "unit", "digest", "born-on"],
            """
            SELECT id, name, email, private_email, language, unit, digest, born_on FROM person
            WHERE id IN \(people) ORDER BY id
            """, values)
    }

    fileprivate func exportedEmployments(_ unit: String?) throws -> ExportedTable {
        let (units, values) = below(unit)
        return try table(
            .employments, ["person", "unit", "position", "percentage", "from", "until"],
            """
            SELECT person, unit, position, CAST(percentage AS TEXT), from_on, until_on
            FROM employment WHERE unit IN \(units) ORDER BY person, from_on, unit, position
            """, values)
    }

    /// What is on record and was not revoked. Where the same was shown on the same day twice, that
    /// which counts longer stands for both, because a row of the import is known by these.
    fileprivate func exportedCompetences(_ unit: String?) throws -> ExportedTable {
        let (people, values) = members(unit)
        let header = [
            "person", "competence", "level", "achieved-on", "valid-until", "form", "evidence",
            "source", "attested-by", "recorded-on",
        ]
        var rows: [[String]] = []
        var places: [[String]: Int] = [:]
        try connection.forEach(
            """
            SELECT e.person, e.competence, e.level, e.achieved_on, e.valid_until, e.form, v.text,
                e.kind, e.attested_by, e.recorded_at
            FROM competence_entry e
            LEFT JOIN competence_evidence v ON v.person = e.person AND v.entry = e.number
            WHERE e.person IN \(people) AND e.kind <> 'revoked' AND NOT EXISTS
                (SELECT 1 FROM competence_entry r
                WHERE r.person = e.person AND r.revokes = e.number)
            ORDER BY e.person, e.number
            """, values
        ) { row in
            let recorded = Instant(milliseconds: row.integer(9))
            let fields =
                (0..<9).map { row.optionalText($0) ?? "" }
                + [installation.time.civil(recorded).day.description]
            let key = Array(fields.prefix(4))
            guard let place = places[key] else {
                places[key] = rows.count
                rows.append(fields)
                return
            }
            let (old, new) = (rows[place][4], fields[4])
            if !old.isEmpty, new.isEmpty || new > old { rows[place] = fields }
        }
        return ExportedTable(kind: .competences, header: header, rows: rows)
    }
}
