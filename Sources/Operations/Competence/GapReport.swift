public import CivilCalendar
public import Competence
import Engine
import Storage

/// What a unit and those below it can do, against what is asked of them.
public struct GapReport: Hashable, Sendable {
    /// A unit right below the one asked about, with all below it; or that one itself.
    public struct Place: Hashable, Sendable {
        public let id: String
        public let name: String
        /// Whether it is the unit asked about, without those below it.
        public let isItself: Bool
        public var people = 0
        /// For each competence of the report, in their order.
        public var counts: [GapCount]
        /// How many have it who are not asked for it.
        public var spare: [Int]

        /// How many there have a competence of the report.
        public func holders(_ index: Int) -> Int {
            counts[index].held + counts[index].expiring + spare[index]
        }
    }

    public let unit: String
    public let name: String
    public let day: CivilDay
    /// What runs out before this day counts as expiring.
    public let horizon: CivilDay
    /// What is asked of anybody there, in the order of the frameworks.
    public let competences: [CompetenceID]
    public let places: [Place]
    /// All places together. Whoever works in several counts in each of them and here once, so that
    /// this may be less than their sum.
    public let total: Place
}

extension Installation {
    /// How many of those who need something have it, in a unit and all below it.
    ///
    /// People who work there by an employment on the day count there, once in each place however
    /// many employments they have in it; whoever has no employment on record counts in their own
    /// unit, without a position.
    ///
    /// - Parameters:
    ///   - day: As of which day, by what was known then.
    ///   - months: What runs out within so many months counts as expiring.
    public func gap(of unit: String, asOf day: CivilDay, expiringWithin months: Int) throws
        -> GapReport
    {
        try query { try $0.gap(of: unit, asOf: day, horizon: day.adding(months: months)) }
    }
}

/// The unit asked about, and each unit below it with the place that it counts in.
struct UnitsBelow {
    let top: String
    let topName: String
    /// The places: the unit itself first, then those right below it by name.
    var places: [(id: String, name: String)]
    /// For each unit, its place and its kind.
    var units: [String: (place: Int, kind: String)]
}

extension Transaction {
    func gap(of unit: String, asOf day: CivilDay, horizon: CivilDay) throws -> GapReport {
        guard let units = try units(below: unit) else { throw OperationError.noSuchUnit(unit) }
        var scan = GapScan(
            shelf: try frameworkShelf(), units: units, day: day, horizon: horizon,
            end: end(of: day))
        try fill(&scan, day)
        return scan.report()
    }

    /// The first instant after a day.
    func end(of day: CivilDay) -> Int64 {
        installation.time.instant(CivilMoment(day.adding(days: 1), .midnight)).milliseconds
    }

    func units(below top: String) throws -> UnitsBelow? {
        let rows = try connection.all(
            """
            WITH RECURSIVE below (id) AS (SELECT id FROM org_unit WHERE id = ?
                UNION SELECT u.id FROM org_unit u JOIN below b ON u.parent = b.id)
            SELECT u.id, u.parent, u.name, u.kind FROM below b JOIN org_unit u ON u.id = b.id
            ORDER BY u.name, u.id
            """, [.text(top)]
        ) { (id: $0.text(0), parent: $0.optionalText(1), name: $0.text(2), kind: $0.text(3)) }
        guard let own = rows.first(where: { $0.id == top }) else { return nil }
        let parents = Dictionary(
            rows.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var found = UnitsBelow(
            top: top, topName: own.name, places: [(top, own.name)],
            units: [top: (0, own.kind)])
        for row in rows where row.parent == top && row.id != top {
            found.places.append((row.id, row.name))
        }
        let places = Dictionary(
            found.places.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for row in rows where row.id != top {
            var current = row.id
            while places[current] == nil, let parent = parents[current] ?? nil { current = parent }
            found.units[row.id] = (places[current] ?? 0, row.kind)
        }
        return found
    }

    /// Lets the scan see who works where, and then their entries, both in the order of people.
    fileprivate func fill(_ scan: inout GapScan, _ day: CivilDay) throws {
        let text = SQLValue.text(day.description)
        var roles: [String: Set<RoleID>] = [:]
        let asked = scan.roles.sorted()
        if !asked.isEmpty {
            let marks = Array(repeating: "?", count: asked.count).joined(separator: ", ")
            try connection.forEach(
                """
                SELECT DISTINCT r.person, r.role FROM role_holder r
                JOIN enrolment e ON e.id = r.enrolment
                WHERE r.role IN (\(marks)) AND e.status IN ('running', 'paused')
                """, asked.map { .text($0.rawValue) }
            ) { roles[$0.text(0), default: []].insert(RoleID($0.text(1))) }
        }
        try connection.forEach(
            """
            SELECT person, unit, position, from_on FROM employment
            WHERE from_on <= ? AND (until_on IS NULL OR until_on >= ?)
            UNION ALL
            SELECT p.id, p.unit, NULL, NULL FROM person p WHERE p.unit IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM employment e WHERE e.person = p.id)
            ORDER BY 1
            """, [text, text]
        ) { row in
            scan.add(
                person: row.text(0), unit: row.text(1), position: row.optionalText(2),
                from: row.optionalText(3).flatMap { CivilDay($0) }, roles: roles[row.text(0)])
        }
        // One ordered run through the entries where many are asked about; else theirs alone.
        let columns = """
            SELECT person, competence, number, level, achieved_on, valid_until, revokes, recorded_at
            FROM competence_entry
            """
        if scan.people.count > 500, let first = scan.people.first, let last = scan.people.last {
            try connection.forEach(
                "\(columns) WHERE person >= ? AND person <= ? "
                    + "ORDER BY person, competence, number",
                [.text(first.id), .text(last.id)]
            ) { scan.see($0) }
        } else {
            for person in scan.people.map(\.id) {
                try connection.forEach(
                    "\(columns) WHERE person = ? ORDER BY person, competence, number",
                    [.text(person)]
                ) { scan.see($0) }
            }
        }
        scan.finish()
    }
}
