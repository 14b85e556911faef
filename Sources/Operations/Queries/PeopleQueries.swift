public import Engine
import Storage

/// Whom a text that somebody wrote names.
public enum PersonMatch: Hashable, Sendable {
    case one(PersonCard)
    case nobody
    /// So many have that name.
    case several(Int)
}

/// What somebody answers for a unit as, and with it for every unit below.
public enum UnitCharge: String, Hashable, Sendable, CaseIterable {
    case manager
    case hr
    /// Owns programmes: writes them, answers what people say about them.
    case programmeOwner = "programme-owner"
    /// Allocates placements to students.
    case placementCoordinator = "placement-coordinator"
}

/// A unit that somebody answers for, with its place in the tree.
public struct ChargedUnit: Hashable, Sendable {
    public let id: String
    public let name: String
    /// How far below one of the person's own units it lies; zero for those.
    public let depth: Int
}

extension Installation {
    /// The person whom a text names: by id, by e-mail address, or by the whole name.
    public func person(named text: String) throws -> PersonMatch {
        let columns = PersonCard.columns
        return try query { transaction in
            if let card = try transaction.person(PersonID(text)) { return .one(card) }
            let byAddress = try transaction.connection.all(
                """
                SELECT \(columns) FROM person
                WHERE lower(email) = lower(?) OR lower(private_email) = lower(?)
                ORDER BY id LIMIT 2
                """, [.text(text), .text(text)], PersonCard.init)
            if byAddress.count == 1 { return .one(byAddress[0]) }
            let named = try transaction.connection.count(
                "SELECT count(*) FROM person WHERE name = ?", [.text(text)])
            let matches = max(byAddress.count, named)
            if matches != 1 { return matches == 0 ? .nobody : .several(matches) }
            let card = try transaction.connection.first(
                "SELECT \(columns) FROM person WHERE name = ?", [.text(text)], PersonCard.init)
            return card.map { .one($0) } ?? .nobody
        }
    }

    /// The units that a person answers for as HR, each with all below it.
    ///
    /// - Returns: an empty list for whoever is HR of nothing.
    public func unitsAsHR(_ person: PersonID) throws -> [ChargedUnit] {
        try units(of: person, as: .hr)
    }

    /// The units that a person answers for, each with all below it, upper ones first.
    ///
    /// - Returns: an empty list for whoever answers for nothing.
    public func units(of person: PersonID, as charge: UnitCharge) throws -> [ChargedUnit] {
        try query { transaction in
            var children: [String?: [(id: String, name: String)]] = [:]
            let own = try transaction.connection.all(
                charge == .manager
                    ? "SELECT id FROM org_unit WHERE ? = 'manager' AND manager = ?"
                    : "SELECT unit FROM unit_function WHERE function = ? AND person = ?",
                [.text(charge.rawValue), .text(person.rawValue)]
            ) { $0.text(0) }
            if own.isEmpty { return [] }
            var names: [String: String] = [:]
            try transaction.connection.forEach(
                "SELECT id, parent, name FROM org_unit ORDER BY name, id", []
            ) { row in
                names[row.text(0)] = row.text(2)
                children[row.optionalText(1), default: []].append((row.text(0), row.text(2)))
            }
            var units: [ChargedUnit] = []
            var seen: Set<String> = []
            func add(_ id: String, _ depth: Int) {
                guard seen.insert(id).inserted else { return }
                units.append(ChargedUnit(id: id, name: names[id] ?? id, depth: depth))
                for child in children[id] ?? [] { add(child.id, depth + 1) }
            }
            // One of the own units may lie below another: the upper one comes first.
            let parents = Dictionary(
                children.flatMap { parent, list in list.map { ($0.id, parent) } },
                uniquingKeysWith: { first, _ in first })
            func isBelowAnother(_ unit: String) -> Bool {
                var current = parents[unit] ?? nil
                for _ in 0..<32 {
                    guard let id = current else { return false }
                    if own.contains(id) { return true }
                    current = parents[id] ?? nil
                }
                return false
            }
            for unit in own.sorted() where !isBelowAnother(unit) { add(unit, 0) }
            return units
        }
    }

    /// The roles that a person has, or acts in, in the enrolments of others that are under way.
    public func rolesForOthers(_ person: PersonID) throws -> Set<RoleID> {
        try query { transaction in
            Set(
                try transaction.connection.all(
                    """
                    SELECT DISTINCT r.role
                    FROM role_holder r JOIN enrolment e ON e.id = r.enrolment
                    WHERE r.person = ? AND e.participant <> r.person
                        AND e.status IN ('running', 'paused')
                    """, [.text(person.rawValue)]
                ) { RoleID($0.text(0).replacing(StepTable.absent, with: "")) })
        }
    }

    /// Whether something has been done under an idempotency key.
    public func isKnown(key: String) throws -> Bool {
        try query { transaction in
            try transaction.connection.count(
                "SELECT count(*) FROM command_log WHERE key = ?", [.text(key)]) > 0
        }
    }
}
