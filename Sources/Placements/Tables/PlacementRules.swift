public import JSONText

/// The figures of an instance that a coordinator may set, as a table of names and values.
public enum PlacementRules {
    /// What holds where nothing else is said.
    public static let usual: [JSON.Member] = [
        .init("max_travel", 90), .init("pair_same_group", true),
        .init("year3_needs_trained", true),
        .init("rank_cost", .array([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])),
        .init("unranked_cost", 30), .init("travel_band", 5), .init("priority_weight", 3),
        .init("repeat_institution_cost", 10), .init("repeat_field_cost", 5),
        .init("fair_limit", 45), .init("fair_limit_priority", 30), .init("fair_band", 5),
    ]

    /// The same with what capacity is computed by.
    public static let usualForRounds: [JSON.Member] =
        usual + [
            .init("weeks_away", 0), .init("percentage_one", 0), .init("percentage_pair", 0),
        ]

    /// Rules with those that the rows of a table say in their place.
    public static func read(
        _ rows: [TableReader.Row], over known: JSON
    ) -> (rules: JSON, faults: [TableFault]) {
        var members = known.members
        var faults: [TableFault] = []
        for row in rows {
            let name = row.values["name"]?.string ?? ""
            let texts = (row.values["value"]?.array ?? []).compactMap(\.string)
            guard let index = members.firstIndex(where: { $0.name == name }) else {
                faults.append(TableFault("rules", row.line, .noSuchRule(name)))
                continue
            }
            let numbers = texts.compactMap { Int($0) }
            switch members[index].value {
            case .bool:
                if let flag = TableReader.flag(texts.first ?? "") {
                    members[index].value = .bool(flag)
                } else {
                    faults.append(TableFault("rules", row.line, .ruleIsFlag(name)))
                }
            case .array where numbers.count == texts.count && !numbers.isEmpty:
                members[index].value = .array(numbers.map { .integer($0) })
            case .integer where texts.count == 1 && numbers.count == 1:
                members[index].value = .integer(numbers[0])
            case .null, .array, .integer, .number, .string, .object:
                faults.append(TableFault("rules", row.line, .ruleIsNumber(name)))
            }
        }
        return (.object(members), faults)
    }
}
