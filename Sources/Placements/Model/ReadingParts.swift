import JSONText

extension PlacementInstance.Rules {
    init(_ from: Located) throws(PlacementFault) {
        maximumTravel = try from.quantity("max_travel")
        pairSharesGroup = try from.bool("pair_same_group")
        thirdYearNeedsTrained = try from.bool("year3_needs_trained")
        let costs = try from.list("rank_cost")
        if costs.isEmpty { throw .wrongLength(place: "rules.rank_cost", count: 0, expected: 1) }
        rankCost = []
        for cost in costs { rankCost.append(try cost.quantity(Self.points)) }
        unrankedCost = try from.quantity("unranked_cost", Self.points)
        travelBand = try from.quantity("travel_band", 1...1_000_000)
        priorityWeight = try from.quantity("priority_weight", 0...100)
        repeatInstitutionCost = try from.quantity("repeat_institution_cost", Self.points)
        repeatFieldCost = try from.quantity("repeat_field_cost", Self.points)
        fairLimit = try from.quantity("fair_limit")
        fairLimitPriority = try from.quantity("fair_limit_priority")
        fairBand = try from.quantity("fair_band", 1...1_000_000)
    }

    /// Large enough for any scale, small enough for exact sums.
    private static let points = 0...100_000
}

extension PlacementInstance.Institution {
    init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        name = from.json["name"]?.string ?? id
        maximumPerPeriod = try from.limits()
    }
}

extension Located {
    func limits() throws(PlacementFault) -> [String: Int] {
        var limits: [String: Int] = [:]
        for (name, value) in try members("max_per_period") {
            guard limits.updateValue(try value.quantity(), forKey: name) == nil else {
                throw .duplicate(place: value.place, id: name)
            }
        }
        return limits
    }
}

extension PlacementInstance.Ward {
    init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        institution = try from.string("institution")
        field = try from.string("field")
        needsCar = try from.bool("needs_car")
        features = try from.strings("features")
        maximumPerPeriod = try from.limits()
    }
}

extension PlacementInstance.Cell {
    init(_ from: Located) throws(PlacementFault) {
        ward = try from.string("ward")
        profession = try from.string("profession")
        year = try from.quantity("year", 1...10)
        period = try from.string("period")
        capacity = try from.quantity("capacity")
    }
}

extension PlacementInstance.Supervisor {
    init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        ward = try from.string("ward")
        profession = try from.string("profession")
        isTrained = try from.bool("trained")
        years = try from.integers("years")
        periods = try from.strings("periods")
        maximumStudents = try from.quantity("max_students", 0...2)
    }
}

extension PlacementInstance.Agreement {
    init(_ from: Located) throws(PlacementFault) {
        school = try from.string("school")
        institution = try from.string("institution")
        profession = try from.string("profession")
        maximumPerPeriod = try from.quantity("max_per_period")
        switch from.json["max_total"] {
        case nil, .null: maximumTotal = nil
        case .some: maximumTotal = try from.quantity("max_total")
        }
        tier = from.json["tier"]?.integer ?? 1
    }
}

extension PlacementInstance.Travel {
    init(_ from: Located) throws(PlacementFault) {
        institutions = try from.strings("institutions")
        transit = try Self.table(from, "transit", institutions.count)
        car = try Self.table(from, "car", institutions.count)
    }

    private static func table(
        _ from: Located, _ name: String, _ count: Int
    ) throws(PlacementFault) -> [String: [Int]] {
        var rows: [String: [Int]] = [:]
        for (zone, value) in try from.members(name) {
            var row: [Int] = []
            row.reserveCapacity(count)
            for minutes in value.json.array {
                guard let minutes = minutes.integer else {
                    throw .wrongType(place: value.place, expected: "a list of whole numbers")
                }
                if minutes < 0 { throw .negative(place: value.place, value: minutes) }
                row.append(minutes)
            }
            guard row.count == count else {
                throw .wrongLength(place: value.place, count: row.count, expected: count)
            }
            rows[zone] = row
        }
        return rows
    }
}

extension PlacementInstance.Student {
    init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        school = try from.string("school")
        profession = try from.string("profession")
        year = try from.quantity("year", 1...10)
        periods = try from.strings("periods")
        zone = try from.string("zone")
        hasCar = try from.bool("car")
        needs = try from.strings("needs")
        hasPriority = try from.bool("priority")
        fields = try from.strings("fields")
        preferences = []
        for wish in try from.list("preferences") {
            if let ward = wish.json["ward"]?.string {
                preferences.append(.ward(ward))
            } else {
                preferences.append(.institution(try wish.string("institution")))
            }
        }
        previous = try from.strings("previous")
        blockedInstitutions = try from.strings("blocked_institutions")
        lottery = try from.integer("lottery")
    }
}

extension PlacementInstance.Lock {
    init(_ from: Located) throws(PlacementFault) {
        student = try from.string("student")
        ward = try from.string("ward")
        period = try from.string("period")
    }
}

extension PlacementInstance.Ban {
    init(_ from: Located) throws(PlacementFault) {
        student = try from.string("student")
        ward = try from.string("ward")
    }
}
