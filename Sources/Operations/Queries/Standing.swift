public import Engine
import Storage

/// What a person is to others, as far as every page has to know: which pages are theirs.
public struct Standing: Hashable, Sendable {
    /// Has a role in somebody else's programme that is under way.
    public let follows: Bool
    /// Leads a unit, or is somebody's nearest leader in a programme that is under way.
    public let leads: Bool
    /// What they answer for a unit as.
    public let charges: Set<UnitCharge>

    public static let none = Standing(follows: false, leads: false, charges: [])
}

extension Installation {
    /// What a person is to others.
    public func standing(of person: PersonID) throws -> Standing {
        try query { try $0.standing(of: person) }
    }
}

extension Transaction {
    /// Asked in one statement because each request does.
    func standing(of person: PersonID) throws -> Standing {
        let found = try connection.first(
            """
            SELECT
                EXISTS (SELECT 1 FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                    WHERE r.person = ? AND e.participant <> r.person
                        AND e.status IN ('running', 'paused')),
                EXISTS (SELECT 1 FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                    WHERE r.person = ? AND r.role = 'line-manager'
                        AND e.participant <> r.person AND e.status IN ('running', 'paused')),
                EXISTS (SELECT 1 FROM org_unit WHERE manager = ?),
                EXISTS (SELECT 1 FROM unit_function
                    WHERE person = ? AND function = 'hr'),
                EXISTS (SELECT 1 FROM unit_function
                    WHERE person = ? AND function = 'programme-owner'),
                EXISTS (SELECT 1 FROM unit_function
                    WHERE person = ? AND function = 'placement-coordinator')
            """, Array(repeating: .text(person.rawValue), count: 6)
        ) { row in (0..<6).map { row.int($0) != 0 } }
        guard let found else { return .none }
        var charges: Set<UnitCharge> = []
        if found[2] { charges.insert(.manager) }
        if found[3] { charges.insert(.hr) }
        if found[4] { charges.insert(.programmeOwner) }
        if found[5] { charges.insert(.placementCoordinator) }
        return Standing(follows: found[0], leads: found[1] || found[2], charges: charges)
    }
}
