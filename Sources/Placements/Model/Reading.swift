public import JSONText

/// A JSON value and where it stands, read with located faults.
struct Located {
    let json: JSON
    let place: String

    func need(_ name: String) throws(PlacementFault) -> Located {
        guard let value = json[name] else { throw .missing(place: below(name)) }
        return Located(json: value, place: below(name))
    }

    func string(_ name: String) throws(PlacementFault) -> String {
        guard let value = try need(name).json.string else {
            throw .wrongType(place: below(name), expected: "a text")
        }
        return value
    }

    func bool(_ name: String) throws(PlacementFault) -> Bool {
        guard let value = try need(name).json.bool else {
            throw .wrongType(place: below(name), expected: "true or false")
        }
        return value
    }

    func integer(_ name: String) throws(PlacementFault) -> Int {
        try need(name).wholeNumber()
    }

    /// A number that cannot be less than nothing, nor so large that sums would overflow.
    func quantity(
        _ name: String, _ allowed: ClosedRange<Int> = 0...1_000_000
    ) throws(PlacementFault) -> Int {
        try need(name).quantity(allowed)
    }

    func quantity(_ allowed: ClosedRange<Int> = 0...1_000_000) throws(PlacementFault) -> Int {
        let value = try wholeNumber()
        if value < 0 { throw .negative(place: place, value: value) }
        guard allowed.contains(value) else {
            throw .outOfRange(place: place, value: value, allowed: allowed)
        }
        return value
    }

    private func wholeNumber() throws(PlacementFault) -> Int {
        guard let value = json.integer else {
            throw .wrongType(place: place, expected: "a whole number")
        }
        return value
    }

    func list(_ name: String) throws(PlacementFault) -> [Located] {
        guard case .array(let values) = try need(name).json else {
            throw .wrongType(place: below(name), expected: "a list")
        }
        let place = below(name)
        return values.enumerated().map { Located(json: $1, place: "\(place)[\($0)]") }
    }

    func strings(_ name: String) throws(PlacementFault) -> [String] {
        guard case .array(let values) = try need(name).json else {
            throw .wrongType(place: below(name), expected: "a list")
        }
        var result: [String] = []
        result.reserveCapacity(values.count)
        for value in values {
            guard let text = value.string else {
                throw .wrongType(place: below(name), expected: "a list of texts")
            }
            result.append(text)
        }
        return result
    }

    func integers(_ name: String) throws(PlacementFault) -> [Int] {
        var result: [Int] = []
        for value in try list(name) { result.append(try value.quantity()) }
        return result
    }

    func members(_ name: String) throws(PlacementFault) -> [(name: String, value: Located)] {
        guard case .object(let members) = try need(name).json else {
            throw .wrongType(place: below(name), expected: "an object")
        }
        return members.map {
            ($0.name, Located(json: $0.value, place: "\(below(name)).\($0.name)"))
        }
    }

    private func below(_ name: String) -> String {
        place.isEmpty ? name : "\(place).\(name)"
    }
}

func requireFormat(_ json: JSON, _ expected: String) throws(PlacementFault) {
    guard case .object = json else {
        throw .wrongType(place: "The whole", expected: "an object")
    }
    let found = json["format"]?.string
    guard found == expected else { throw .wrongFormat(expected: expected, found: found) }
}

extension PlacementInstance {
    /// Reads an instance and checks that what it names is there.
    public init(_ json: JSON) throws(PlacementFault) {
        try requireFormat(json, "placement-instance/1")
        let top = Located(json: json, place: "")
        name = try top.string("name")
        seed = json["seed"]?.integer ?? 0
        rules = try Rules(try top.need("rules"))
        periods = []
        for period in try top.list("periods") { periods.append(try period.string("id")) }
        institutions = []
        for each in try top.list("institutions") { institutions.append(try Institution(each)) }
        wards = []
        for each in try top.list("wards") { wards.append(try Ward(each)) }
        cells = []
        for each in try top.list("cells") { cells.append(try Cell(each)) }
        supervisors = []
        for each in try top.list("supervisors") { supervisors.append(try Supervisor(each)) }
        agreements = []
        for each in try top.list("agreements") { agreements.append(try Agreement(each)) }
        travel = try Travel(try top.need("travel"))
        students = []
        for each in try top.list("students") { students.append(try Student(each)) }
        locks = []
        for each in try top.list("locks") { locks.append(try Lock(each)) }
        bans = []
        for each in try top.list("bans") { bans.append(try Ban(each)) }
        try checkReferences()
        if json["schools"] != nil { try checkSchools(try top.list("schools")) }
    }

    /// Where an instance says which schools there are, no other is named.
    private func checkSchools(_ list: [Located]) throws(PlacementFault) {
        var known: Set<String> = []
        for each in list { known.insert(try each.string("id")) }
        for (index, agreement) in agreements.enumerated() where !known.contains(agreement.school) {
            throw .unknown(
                place: "agreements[\(index)].school", kind: .school, id: agreement.school)
        }
        for (index, student) in students.enumerated() where !known.contains(student.school) {
            throw .unknown(
                place: "students[\(index)].school", kind: .school, id: student.school)
        }
    }
}

extension PlacementDisruption {
    /// Reads a disruption; what it names is checked when it is applied.
    public init(_ json: JSON) throws(PlacementFault) {
        try requireFormat(json, "placement-disruption/1")
        let top = Located(json: json, place: "")
        withdrawnStudents = try top.strings("withdrawn_students")
        lateStudents = []
        for each in try top.list("late_students") {
            lateStudents.append(try PlacementInstance.Student(each))
        }
        supervisorAbsences = []
        for each in try top.list("supervisor_absences") {
            supervisorAbsences.append(
                Absence(
                    supervisor: try each.string("supervisor"), period: try each.string("period")))
        }
        cellChanges = []
        for each in try top.list("cell_changes") {
            cellChanges.append(try PlacementInstance.Cell(each))
        }
        newLocks = []
        for each in try top.list("new_locks") {
            newLocks.append(try PlacementInstance.Lock(each))
        }
    }
}

extension PlacementAllocation {
    /// Reads an allocation; other top-level fields are not looked at.
    public init(_ json: JSON) throws(PlacementFault) {
        try requireFormat(json, "placement-allocation/1")
        let top = Located(json: json, place: "")
        instance = json["instance"]?.string ?? ""
        assignments = []
        var seen: Set<String> = []
        for each in try top.list("assignments") {
            let student = try each.string("student")
            guard seen.insert(student).inserted else {
                throw .duplicate(place: each.place, id: student)
            }
            assignments.append(
                Assignment(
                    student: student, ward: try each.string("ward"),
                    period: try each.string("period"), supervisor: each.json["supervisor"]?.string))
        }
    }

    /// The allocation as JSON, with more top-level members at its end.
    public func json(_ more: [JSON.Member] = []) -> JSON {
        .object(
            [
                JSON.Member("format", "placement-allocation/1"),
                JSON.Member("instance", .string(instance)),
                JSON.Member("assignments", .array(assignments.map(\.json))),
            ] + more)
    }
}

extension PlacementAllocation.Assignment {
    fileprivate var json: JSON {
        .object([
            "student": .string(student), "ward": .string(ward), "period": .string(period),
            "supervisor": supervisor.map { .string($0) },
        ])
    }
}
