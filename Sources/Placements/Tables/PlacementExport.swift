public import JSONText

/// An instance and its allocation as tables for a spreadsheet.
public enum PlacementExport {
    /// The tables of an instance; `PlacementImport` reads them back to the same.
    public static func tables(_ instance: JSON) -> [PlacementTable] {
        TableColumn.tables.map { name, columns in
            let rows: [[String: JSON]] =
                switch name {
                case "rules":
                    (instance["rules"]?.members ?? []).map {
                        ["name": .string($0.name), "value": $0.value]
                    }
                case "limits": limits(instance)
                case "travel": travel(instance["travel"])
                case "wishes": wishes(instance)
                default:
                    (instance[name]?.array ?? []).map { row in
                        var values: [String: JSON] = [:]
                        for member in row.members { values[member.name] = member.value }
                        return values
                    }
                }
            return PlacementTable(
                name: name, header: columns.map(\.name),
                rows: rows.enumerated().map { index, values in
                    .init(
                        line: index + 2,
                        fields: columns.map { values[$0.name].map(text) ?? $0.standIn ?? "" })
                })
        }
    }

    /// Who is where with whom.
    public static func table(_ allocation: PlacementAllocation) -> PlacementTable {
        PlacementTable(
            name: "allocation", header: ["student", "ward", "period", "supervisor"],
            rows: allocation.assignments.enumerated().map { index, each in
                .init(
                    line: index + 2,
                    fields: [each.student, each.ward, each.period, each.supervisor ?? ""])
            })
    }

    private static func text(_ value: JSON) -> String {
        switch value {
        case .null: ""
        case .bool(let flag): flag ? "yes" : "no"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .string(let text): text
        case .array(let values): values.map(text).joined(separator: "|")
        case .object: ""
        }
    }

    private static func limits(_ instance: JSON) -> [[String: JSON]] {
        [("institutions", "institution"), ("wards", "ward")].flatMap { list, column in
            (instance[list]?.array ?? []).flatMap { place in
                (place["max_per_period"]?.members ?? []).map { limit in
                    [
                        column: place["id"] ?? .null, "period": .string(limit.name),
                        "most": limit.value,
                    ]
                }
            }
        }
    }

    private static func wishes(_ instance: JSON) -> [[String: JSON]] {
        (instance["students"]?.array ?? []).flatMap { student in
            (student["preferences"]?.array ?? []).enumerated().map { index, wish in
                [
                    "student": student["id"] ?? .null, "rank": .integer(index + 1),
                    "ward": wish["ward"] ?? .null,
                    "institution": wish["ward"] == nil ? wish["institution"] ?? .null : .null,
                ]
            }
        }
    }

    private static func travel(_ travel: JSON?) -> [[String: JSON]] {
        let columns = travel?["institutions"]?.array ?? []
        return (travel?["transit"]?.members ?? []).flatMap { zone in
            let cars = travel?["car"]?[zone.name]?.array ?? []
            return zip(columns, zone.value.array).enumerated().map { index, pair in
                [
                    "zone": .string(zone.name), "institution": pair.0, "transit": pair.1,
                    "car": cars.indices.contains(index) ? cars[index] : .null,
                ]
            }
        }
    }
}
