import Engine
import Storage

/// The units that a person answers for, with all below them, as a part of a statement.
enum UnitScope {
    /// The units of whom `?` names, as HR: to stand after `IN`.
    static let hr = """
        (WITH RECURSIVE own (id) AS
        (SELECT unit FROM unit_function WHERE person = ? AND function = 'hr'
        UNION SELECT u.id FROM org_unit u JOIN own o ON u.parent = o.id)
        SELECT id FROM own)
        """

    /// The same for whoever coordinates placements there.
    static let placements = hr.replacing("'hr'", with: "'placement-coordinator'")
}

extension Transaction {
    /// Who answers for the nearest unit upwards that somebody answers for.
    ///
    /// - Parameter subject: Somebody who does not count, because it is about them.
    func nearest(
        _ charge: UnitCharge, from unit: String?, except subject: PersonID? = nil
    ) throws -> [PersonID] {
        var current = unit
        for _ in 0..<32 {
            guard let id = current else { break }
            let people = try connection.all(
                "SELECT person FROM unit_function WHERE unit = ? AND function = ?",
                [.text(id), .text(charge.rawValue)]
            ) { PersonID($0.text(0)) }.filter { $0 != subject }
            if !people.isEmpty { return people }
            current = try connection.first(
                "SELECT parent FROM org_unit WHERE id = ?", [.text(id)]
            ) { $0.optionalText(0) } ?? nil
        }
        return []
    }
}
