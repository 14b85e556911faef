import Engine
import Storage

/// Who of the made-up organisation can take part in placements: the wards, who leads them, and the
/// nurses who can supervise.
struct DemonstrationStaff: Sendable {
    /// Somebody with an address.
    struct Nurse: Sendable {
        let name: String
        let email: String
    }

    /// A ward of the unit tree.
    struct Ward: Sendable {
        let unit: String
        let name: String
        let leader: String?
        var nurses: [Nurse]
    }

    /// By the unit above them, in their order.
    private(set) var wards: [String: [Ward]] = [:]

    init(_ connection: any Connection) throws {
        var nurses: [String: [Nurse]] = [:]
        try connection.forEach(
            """
            SELECT e.unit, p.name, p.email FROM employment e JOIN person p ON p.id = e.person
            WHERE e.position = 'nurse' AND p.email IS NOT NULL AND p.id NOT IN
                (SELECT participant FROM enrolment WHERE programme = 'oslo-onboarding')
            ORDER BY e.unit, p.id
            """, []
        ) { row in
            nurses[row.text(0), default: []].append(Nurse(name: row.text(1), email: row.text(2)))
        }
        // The order of the tree: by the number in the id, which is no part of SQL's order.
        try connection.forEach(
            """
            SELECT parent, id, name, manager FROM org_unit
            WHERE kind = 'ward' AND parent IS NOT NULL ORDER BY length(id), id
            """, []
        ) { row in
            wards[row.text(0), default: []].append(
                Ward(
                    unit: row.text(1), name: row.text(2), leader: row.optionalText(3),
                    nurses: nurses[row.text(1)] ?? []))
        }
    }
}
