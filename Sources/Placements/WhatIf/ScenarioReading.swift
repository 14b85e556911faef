public import JSONText

/// Changes that are looked at together, and what they are called.
public struct PlacementScenario: Hashable, Sendable {
    public var name: String
    public var changes: [PlacementChange]

    public init(name: String, changes: [PlacementChange]) {
        self.name = name
        self.changes = changes
    }

    /// Reads the scenarios of a file; what they name is checked when they are looked at.
    public static func list(_ json: JSON) throws(PlacementFault) -> [PlacementScenario] {
        try requireFormat(json, "placement-what-if/1")
        var result: [PlacementScenario] = []
        for each in try Located(json: json, place: "").list("scenarios") {
            var changes: [PlacementChange] = []
            for change in try each.list("changes") { changes.append(try PlacementChange(change)) }
            result.append(
                PlacementScenario(
                    name: each.json["name"]?.string ?? "\(result.count + 1)", changes: changes))
        }
        return result
    }
}

extension PlacementChange {
    fileprivate init(_ from: Located) throws(PlacementFault) {
        let kind = try from.string("change")
        switch kind {
        case "supervisor":
            self = .supervisor(
                PlacementInstance.Supervisor(
                    id: from.json["id"]?.string ?? "", ward: try from.string("ward"),
                    profession: try from.string("profession"),
                    isTrained: try from.optionalBool("trained", true),
                    years: try from.integers("years"), periods: try from.strings("periods"),
                    maximumStudents: try from.optionalQuantity("max_students", 1...2) ?? 1),
                places: try from.optionalQuantity("places", 0...100) ?? 0)
        case "places":
            self = .places(
                PlacementInstance.Cell(
                    ward: try from.string("ward"), profession: try from.string("profession"),
                    year: try from.quantity("year", 1...10), period: try from.string("period"),
                    capacity: try from.signed("count")))
        case "tospann":
            self = .tospann(
                ward: try from.string("ward"),
                places: try from.optionalQuantity("places", 0...100) ?? 0)
        case "without-institution": self = .withoutInstitution(try from.string("institution"))
        case "without-ward": self = .withoutWard(try from.string("ward"))
        case "without-supervisor":
            self = .withoutSupervisor(
                try from.string("supervisor"), period: from.json["period"]?.string)
        default:
            throw .wrongType(
                place: try from.need("change").place,
                expected: "supervisor, places, tospann, without-institution, without-ward or "
                    + "without-supervisor")
        }
    }
}

extension Located {
    fileprivate func signed(_ name: String) throws(PlacementFault) -> Int {
        let value = try integer(name)
        guard (-1000...1000).contains(value) else {
            throw .outOfRange(place: try need(name).place, value: value, allowed: -1000...1000)
        }
        return value
    }
}

extension PlacementChange {
    /// Reads a change as it is written on the command line, such as `places:w0002:sykepleie:2:V1`.
    ///
    /// - Returns: nil where it is not one of the forms.
    /// - Throws: `PlacementFault.unknown` for what would be without something that is not there.
    public init?(_ text: String, in instance: PlacementInstance) throws(PlacementFault) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("supervisor", 3), ("supervisor", 4):
            self = .supervisor(
                PlacementInstance.Supervisor(
                    id: "", ward: parts[1], profession: parts[2], isTrained: true,
                    years: Set(instance.cells.map(\.year)).sorted(),
                    periods: parts.count == 4 ? [parts[3]] : instance.periods,
                    maximumStudents: 1), places: 1)
        case ("places", 5), ("places", 6):
            guard let year = Int(parts[3]), let count = parts.count == 6 ? Int(parts[5]) : 1 else {
                return nil
            }
            self = .places(
                PlacementInstance.Cell(
                    ward: parts[1], profession: parts[2], year: year, period: parts[4],
                    capacity: count))
        case ("tospann", 2): self = .tospann(ward: parts[1], places: 0)
        case ("tospann", 3):
            guard let places = Int(parts[2]), places >= 0 else { return nil }
            self = .tospann(ward: parts[1], places: places)
        case ("without", 2), ("without", 3):
            let period = parts.count == 3 ? parts[2] : nil
            if instance.institutions.contains(where: { $0.id == parts[1] }), period == nil {
                self = .withoutInstitution(parts[1])
            } else if instance.wards.contains(where: { $0.id == parts[1] }), period == nil {
                self = .withoutWard(parts[1])
            } else if period != nil || instance.supervisors.contains(where: { $0.id == parts[1] }) {
                self = .withoutSupervisor(parts[1], period: period)
            } else {
                throw .unknown(place: text, kind: .removable, id: parts[1])
            }
        default: return nil
        }
    }
}
