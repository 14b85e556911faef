public import CivilCalendar
import Competence
public import Engine
import Storage

/// What of a report its reader may see.
///
/// HR of the unit, and whoever is the own leader of everybody there, may open each one's record:
/// nothing is kept from them. A leader further up has to know what the units can do, and has no
/// business with single people. A number stands where at least five are asked, be it itself large
/// or small: two of twelve points at nobody. Left out is what is about fewer than five, and of the
/// other units as many as it takes for nobody to compute it from the sum, nor how the few stand who
/// work in several units and are in the sum once.
public struct ShownGap: Hashable, Sendable {
    /// The smallest number of people of whom is told how they stand.
    public static let smallest = 5

    public let report: GapReport
    /// Whether nothing is left out.
    public let isOpen: Bool
    /// For each competence of the report, whether its sums are shown.
    public let isSumShown: [Bool]
    /// For each place, and there for each competence.
    public let isShown: [[Bool]]

    /// Everything, for whoever may open each one's record.
    init(open report: GapReport) {
        self.report = report
        isOpen = true
        isSumShown = report.competences.map { _ in true }
        isShown = report.places.map { _ in report.competences.map { _ in true } }
    }

    /// - Parameters:
    ///   - known: For each place, whether the reader is the own leader of everybody there: whom
    ///     they know by name, they can take from the sum.
    ///   - above: For the competences of the unit above, whether it shows this unit's number;
    ///     nil where the reader answers for nothing above.
    init(_ report: GapReport, known: [Bool], above: [CompetenceID: Bool]?) {
        self.report = report
        isOpen = false
        var sums: [Bool] = []
        var places = report.places.map { _ in [Bool]() }
        for (index, competence) in report.competences.enumerated() {
            let asked = report.places.map { $0.counts[index].needed }
            let total = report.total.counts[index].needed
            /// How many people there are at least in some of the places, whoever works in several.
            func people(_ some: some Collection<Int>) -> Int {
                let others = asked.indices.filter { !some.contains($0) }
                return max(
                    some.map { asked[$0] }.max() ?? 0,
                    total - others.reduce(0) { $0 + asked[$1] })
            }
            let isCrossed = (1..<Self.smallest).contains(asked.reduce(0, +) - total)
            let unknown = asked.indices.filter { !known[$0] }
            let isSumShown =
                above?[competence] ?? true
                && !(1..<Self.smallest).contains(people(unknown))
            var hidden = Set(
                isSumShown
                    ? unknown.filter { (1..<Self.smallest).contains(asked[$0]) } : unknown)
            if isSumShown {
                var rest = unknown.filter { !hidden.contains($0) && asked[$0] > 0 }
                    .sorted { (asked[$0], $0) > (asked[$1], $1) }
                while hidden.isEmpty ? isCrossed : people(hidden) < Self.smallest,
                    let next = rest.popLast()
                {
                    hidden.insert(next)
                }
            }
            sums.append(isSumShown)
            for place in asked.indices { places[place].append(!hidden.contains(place)) }
        }
        isSumShown = sums
        isShown = places
    }
}

extension Installation {
    /// How many of those who need something have it, in a unit and all below it, as far as a reader
    /// may know who answers for the unit.
    public func gap(
        of unit: String, asOf day: CivilDay, expiringWithin months: Int, for reader: PersonID
    ) throws -> ShownGap {
        try query { transaction in
            let horizon = day.adding(months: months)
            func report(_ unit: String) throws -> GapReport {
                try transaction.gap(of: unit, asOf: day, horizon: horizon)
            }
            let seesAll =
                try transaction.isHR(reader, of: unit)
                || transaction.leadsAll(reader, below: unit)
            if seesAll {
                return ShownGap(open: try report(unit))
            }
            // What is left out follows from the uppermost unit that the reader leads, so that
            // nobody reads from one page what another leaves out.
            let line = try transaction.unitTree().line(to: unit)
            let led = try line.firstIndex { try transaction.leads(reader, $0) }
            var above: [CompetenceID: Bool]?
            for (step, current) in line.enumerated() where step >= led ?? line.count - 1 {
                let found = try report(current)
                let known = try found.places.map { place in
                    place.isItself
                        ? try transaction.leads(reader, current)
                        : try transaction.leadsAll(reader, below: place.id)
                }
                let shown = ShownGap(found, known: known, above: above)
                if current == unit { return shown }
                let next = found.places.firstIndex { $0.id == line[step + 1] }
                above = Dictionary(
                    uniqueKeysWithValues: found.competences.enumerated().map { index, competence in
                        (competence, next.map { shown.isShown[$0][index] } ?? true)
                    })
            }
            throw OperationError.noSuchUnit(unit)
        }
    }
}

extension Transaction {
    fileprivate func isHR(_ person: PersonID, of unit: String) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ? AND id IN \(UnitScope.hr)",
            [.text(unit), .text(person.rawValue)]) > 0
    }

    /// Whether somebody is a unit's own leader.
    func leads(_ person: PersonID, _ unit: String) throws -> Bool {
        try connection.count(
            "SELECT count(*) FROM org_unit WHERE id = ? AND manager = ?",
            [.text(unit), .text(person.rawValue)]) > 0
    }

    /// Whether somebody is the own leader of everybody in a unit and all below it.
    fileprivate func leadsAll(_ person: PersonID, below unit: String) throws -> Bool {
        try connection.count(
            """
            \(UnitTree.below) SELECT count(*) FROM below b JOIN org_unit u ON u.id = b.id
            WHERE u.manager IS NULL OR u.manager <> ?
            """, [.text(unit), .text(person.rawValue)]) == 0
    }
}
