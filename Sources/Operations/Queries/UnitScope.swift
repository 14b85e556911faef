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
