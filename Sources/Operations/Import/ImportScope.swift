import Competence
import Engine
import Storage

/// The units that somebody may import into: those that they answer for as HR, with all below.
///
/// What lies outside is refused row by row, in words that do not tell whether it is there.
final class ImportScope {
    /// The units as they were before the import, and those that it has put below them.
    private(set) var units: Set<String>
    private let own: Set<String>
    let person: PersonID

    init(of person: PersonID, _ connection: any Connection) throws {
        units = Set(
            try connection.all(
                "SELECT id FROM org_unit WHERE id IN \(UnitScope.hr)", [.text(person.rawValue)]
            ) { $0.text(0) })
        own = units
        self.person = person
    }

    func requireUnit(_ id: String) throws {
        if !units.contains(id) { throw RowFault("not-own-unit", ["id": id]) }
    }

    /// Whether somebody works in one of the units; true of nobody who is not there.
    func knows(person: String, _ connection: any Connection) throws -> Bool {
        let unit = try connection.first("SELECT unit FROM person WHERE id = ?", [.text(person)]) {
            $0.optionalText(0)
        }
        return (unit ?? nil).map { units.contains($0) } ?? false
    }

    /// Whether somebody is in one of the units, works there now, or is whoever imports.
    func answersFor(_ person: String, _ transaction: Transaction) throws -> Bool {
        let (reader, subject) = (self.person, PersonID(person))
        if try knows(person: person, transaction.connection) || reader == subject { return true }
        return try transaction.capacities(of: reader, for: subject).contains(.hr)
    }

    /// Somebody whom whoever imports answers for.
    func requireOwn(_ person: String, _ transaction: Transaction) throws {
        if try !answersFor(person, transaction) { throw RowFault("no-person", ["id": person]) }
    }

    /// Not oneself: what somebody can do is for others to say.
    func requireOthers(_ person: String) throws {
        if person == self.person.rawValue { throw RowFault("own-record") }
    }

    /// - Parameter old: The unit as it was, where the person is there already.
    func checkPerson(_ id: String, old: String??, new: String?) throws {
        if let old, !(old.map { units.contains($0) } ?? false) {
            throw RowFault("not-own-person", ["id": id])
        }
        guard new != nil else { throw RowFault("unit-missing") }
    }

    /// Checks where a unit comes to lie and who answers for it.
    ///
    /// The upper ones of the units stay where they are, and whoever is HR of them, or owns
    /// programmes, is not changed by HR themselves.
    func check(
        _ row: ImportRow, unit: String, old: Importer.Links, new: Importer.Links,
        _ connection: any Connection
    ) throws {
        let isUppermost = own.contains(unit) && !(old.parent.map { own.contains($0) } ?? false)
        if isUppermost {
            if new.parent != old.parent { throw RowFault("uppermost", ["id": unit]) }
        } else {
            guard let wanted = new.parent else { throw RowFault("parent-missing") }
            guard try reaches(wanted, connection) else {
                throw RowFault("not-own-unit", ["id": wanted])
            }
        }
        for function in [UnitCharge.hr, .programmeOwner, .placementCoordinator] {
            guard let person = row[function.rawValue] else { continue }
            let holder = try connection.first(
                "SELECT person FROM unit_function WHERE unit = ? AND function = ?",
                [.text(unit), .text(function.rawValue)]
            ) { $0.text(0) }
            if person == holder { continue }
            if isUppermost || function != .hr {
                throw RowFault("function", ["column": function.rawValue])
            }
            try requireOwn(person, connection)
        }
        if let person = new.manager, person != old.manager { try requireOwn(person, connection) }
        units.insert(unit)
    }

    private func requireOwn(_ person: String, _ connection: any Connection) throws {
        if try !knows(person: person, connection) {
            throw RowFault("no-person", ["id": person])
        }
    }

    /// Whether a unit is one of the own, or new and below one. The rows may stand in any order, so
    /// a parent that has none yet may get one by a later row.
    private func reaches(_ unit: String, _ connection: any Connection) throws -> Bool {
        var current: String? = unit
        for _ in 0..<64 {
            guard let id = current else { return false }
            if units.contains(id) { return true }
            current = try connection.first(
                "SELECT parent FROM org_unit WHERE id = ?", [.text(id)]
            ) { $0.optionalText(0) } ?? nil
        }
        return false
    }
}
