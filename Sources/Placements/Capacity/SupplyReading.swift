public import JSONText

extension PlacementSupply {
    /// Reads a supply and checks that what it names is there.
    public init(_ json: JSON) throws(PlacementFault) {
        try requireFormat(json, "placement-capacity/1")
        let top = Located(json: json, place: "")
        name = try top.string("name")
        rules = try Rules(try top.need("rules"))
        periods = []
        for each in try top.list("periods") {
            periods.append(Period(id: try each.string("id"), weeks: try each.weeks()))
        }
        wards = []
        for each in try top.list("wards") { wards.append(try Ward(each)) }
        supervisors = []
        for each in try top.list("supervisors") { supervisors.append(try Supervisor(each)) }
        absences = []
        for each in try top.list("absences") {
            absences.append(
                Absence(supervisor: try each.string("supervisor"), weeks: try each.weeks()))
        }
        offers = []
        for each in try top.list("offers") { offers.append(try PlacementInstance.Cell(each)) }
        try checkReferences()
    }

    /// When the periods of an instance's JSON are; empty where it does not say.
    public static func weeks(of instance: JSON) -> [String: ClosedRange<PlacementWeek>] {
        var result: [String: ClosedRange<PlacementWeek>] = [:]
        for period in instance["periods"]?.array ?? [] {
            guard let id = period["id"]?.string,
                let from = (period["from"]?.string).flatMap({ PlacementWeek($0) }),
                let to = (period["to"]?.string).flatMap({ PlacementWeek($0) }), from <= to
            else { continue }
            result[id] = from...to
        }
        return result
    }

    /// Ids are given once, what is named is there, and time is in order.
    func checkReferences() throws(PlacementFault) {
        try checkUnique("periods", periods.map(\.id))
        try checkUnique("wards", wards.map(\.id))
        try checkUnique("supervisors", supervisors.map(\.id))
        try checkUnique("offers", offers.map(\.name))
        for (index, period) in periods.enumerated() {
            for earlier in periods[..<index] where earlier.weeks.overlaps(period.weeks) {
                throw .overlap(place: "periods[\(index)]", id: period.id, other: earlier.id)
            }
        }
        let periodIDs = Set(periods.map(\.id))
        let wardIDs = Set(wards.map(\.id))
        for (index, ward) in wards.enumerated() {
            for period in ward.maximumPerPeriod.keys.sorted() where !periodIDs.contains(period) {
                throw .unknown(
                    place: "wards[\(index)].max_per_period", kind: .period, id: period)
            }
        }
        for (index, supervisor) in supervisors.enumerated() {
            let place = "supervisors[\(index)]"
            guard wardIDs.contains(supervisor.ward) else {
                throw .unknown(place: "\(place).ward", kind: .ward, id: supervisor.ward)
            }
            for (number, weeks) in supervisor.available.enumerated()
            where !periods.contains(where: { $0.weeks.overlaps(weeks) }) {
                throw .outsidePeriods(
                    place: "\(place).available[\(number)]", from: "\(weeks.lowerBound)",
                    to: "\(weeks.upperBound)")
            }
        }
        let supervisorIDs = Set(supervisors.map(\.id))
        for (index, absence) in absences.enumerated()
        where !supervisorIDs.contains(absence.supervisor) {
            throw .unknown(
                place: "absences[\(index)].supervisor", kind: .supervisor, id: absence.supervisor)
        }
        for (index, offer) in offers.enumerated() {
            let place = "offers[\(index)]"
            guard wardIDs.contains(offer.ward) else {
                throw .unknown(place: "\(place).ward", kind: .ward, id: offer.ward)
            }
            guard periodIDs.contains(offer.period) else {
                throw .unknown(place: "\(place).period", kind: .period, id: offer.period)
            }
        }
    }
}

func checkUnique(_ list: String, _ ids: [String]) throws(PlacementFault) {
    var seen = Set<String>(minimumCapacity: ids.count)
    for (index, id) in ids.enumerated() where !seen.insert(id).inserted {
        throw .duplicate(place: "\(list)[\(index)]", id: id)
    }
}

extension Located {
    /// The members `from` and `to`, in order.
    func weeks() throws(PlacementFault) -> ClosedRange<PlacementWeek> {
        let from = try week("from")
        let to = try week("to")
        guard from <= to else {
            throw .backwards(place: place, from: "\(from)", to: "\(to)")
        }
        return from...to
    }

    private func week(_ name: String) throws(PlacementFault) -> PlacementWeek {
        let text = try string(name)
        guard let week = PlacementWeek(text) else {
            throw .wrongType(
                place: try need(name).place, expected: "a week that exists, such as 2027-W03")
        }
        return week
    }

    /// A number that may be left out, or be null.
    func optionalQuantity(
        _ name: String, _ allowed: ClosedRange<Int> = 0...1_000_000
    ) throws(PlacementFault) -> Int? {
        switch json[name] {
        case nil, .null: nil
        case .some: try quantity(name, allowed)
        }
    }

    func optionalBool(_ name: String, _ standIn: Bool) throws(PlacementFault) -> Bool {
        json[name] == nil ? standIn : try bool(name)
    }
}

extension PlacementSupply.Rules {
    /// - `percentageForOne` and `percentageForPair` count nothing where they are left out.
    fileprivate init(_ from: Located) throws(PlacementFault) {
        thirdYearNeedsTrained = try from.bool("year3_needs_trained")
        weeksAway = try from.optionalQuantity("weeks_away", 0...53) ?? 0
        percentageForOne = try from.optionalQuantity("percentage_one", 0...100) ?? 0
        percentageForPair =
            try from.optionalQuantity("percentage_pair", 0...100) ?? percentageForOne
    }
}

extension PlacementSupply.Ward {
    fileprivate init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        maximumPerPeriod = from.json["max_per_period"] == nil ? [:] : try from.limits()
        studentsPerSupervisor = try from.optionalQuantity("students_per_supervisor", 1...20)
        thirdYearsCoSupervise = try from.optionalBool("third_years_co_supervise", false)
    }
}

extension PlacementSupply.Supervisor {
    fileprivate init(_ from: Located) throws(PlacementFault) {
        id = try from.string("id")
        ward = try from.string("ward")
        profession = try from.string("profession")
        isQualified = try from.optionalBool("qualified", true)
        isTrained = try from.bool("trained")
        years = []
        for year in try from.list("years") { years.append(try year.quantity(1...10)) }
        percentage = try from.optionalQuantity("percentage", 0...100) ?? 100
        takesPair = try from.optionalBool("pair", false)
        available = []
        if from.json["available"] != nil {
            for each in try from.list("available") { available.append(try each.weeks()) }
        }
        maximumWeeks = try from.optionalQuantity("max_weeks", 0...53)
        maximumStudents = try from.optionalQuantity("max_students", 0...1000)
    }
}
