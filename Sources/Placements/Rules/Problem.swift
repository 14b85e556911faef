/// An instance with numbers in the place of names, and every placement that the individual rules
/// allow.
struct Problem: Sendable {
    /// A student in a cell.
    struct Edge: Sendable {
        var student: Int
        var cell: Int
        var minutes: Int
        var cost: Int
        var unfairness: Int
    }

    /// A cell with what it belongs to.
    struct Cell: Sendable {
        var ward: Int
        var institution: Int
        var period: Int
        var profession: Int
        var year: Int
        var capacity: Int
        var block: Int
    }

    /// The supervisors of a ward and profession in a period, who are dealt among the students.
    struct Block: Sendable {
        var ward: Int
        var profession: Int
        var period: Int
        var supervisors: [Int] = []
    }

    let instance: PlacementInstance
    let names: Names
    let cells: [Cell]
    let blocks: [Block]
    /// Sorted by student, then in the order of the cells.
    private(set) var edges: [Edge] = []
    /// Where each student's edges begin; one entry more than there are students.
    private(set) var edgeStart: [Int] = [0]
    /// The edge that a lock decided, or -1.
    private(set) var lockedEdge: [Int]

    init(_ instance: PlacementInstance) throws(PlacementFault) {
        self.instance = instance
        let names = Names(instance)
        self.names = names
        var blocks: [Block] = []
        var blockAt: [[Int]: Int] = [:]
        func block(_ ward: Int, _ profession: Int, _ period: Int) -> Int {
            if let found = blockAt[[ward, profession, period]] { return found }
            blockAt[[ward, profession, period]] = blocks.count
            blocks.append(Block(ward: ward, profession: profession, period: period))
            return blocks.count - 1
        }
        cells = instance.cells.map { cell in
            let ward = names.wards[cell.ward] ?? 0
            let profession = names.professions[cell.profession] ?? 0
            let period = names.periods[cell.period] ?? 0
            return Cell(
                ward: ward, institution: names.institutionOfWard[ward], period: period,
                profession: profession, year: cell.year, capacity: cell.capacity,
                block: block(ward, profession, period))
        }
        for (number, supervisor) in instance.supervisors.enumerated()
        where supervisor.maximumStudents > 0 {
            let ward = names.wards[supervisor.ward] ?? 0
            let profession = names.professions[supervisor.profession] ?? 0
            for period in Set(supervisor.periods.compactMap { names.periods[$0] }).sorted() {
                blocks[block(ward, profession, period)].supervisors.append(number)
            }
        }
        self.blocks = blocks
        lockedEdge = Array(repeating: -1, count: instance.students.count)
        findEdges()
        try applyLocks()
    }

    func edges(of student: Int) -> Range<Int> { edgeStart[student]..<edgeStart[student + 1] }

    // MARK: - Edges

    private mutating func findEdges() {
        var cellsOf: [[Int]: [Int]] = [:]
        for (number, cell) in cells.enumerated() where cell.capacity > 0 {
            cellsOf[[cell.profession, cell.year, cell.period], default: []].append(number)
        }
        let rules = Eligibility(instance, names)
        edges.reserveCapacity(instance.students.count * 32)
        for (number, student) in instance.students.enumerated() {
            let view = rules.view(number)
            let periods = Set(student.periods.compactMap { names.periods[$0] }).sorted()
            for period in periods {
                for cell in cellsOf[[view.profession, student.year, period]] ?? []
                where rules.allows(view, cells[cell].ward) {
                    let terms = rules.terms(view, cells[cell].ward)
                    edges.append(
                        Edge(
                            student: number, cell: cell, minutes: terms.minutes,
                            cost: terms.cost, unfairness: terms.unfairness))
                }
            }
            edgeStart.append(edges.count)
        }
    }

    /// The edge of each place of an allocation; -1 where it is gone, nil where there was none.
    func edges(of allocation: PlacementAllocation) -> [Int?] {
        var found = instance.students.map { _ in Int?.none }
        for assignment in allocation.assignments {
            guard let student = names.students[assignment.student] else { continue }
            found[student] =
                edges(of: student).first { edge in
                    let cell = instance.cells[edges[edge].cell]
                    return cell.ward == assignment.ward && cell.period == assignment.period
                } ?? -1
        }
        return found
    }

    // MARK: - Locks

    private mutating func applyLocks() throws(PlacementFault) {
        let rules = Eligibility(instance, names)
        var faults: [PlacementFault] = []
        for lock in instance.locks {
            guard let student = names.students[lock.student] else { continue }
            let found = edges(of: student).first { edge in
                let cell = cells[edges[edge].cell]
                return instance.wards[cell.ward].id == lock.ward
                    && instance.periods[cell.period] == lock.period
            }
            if let found {
                lockedEdge[student] = found
            } else {
                faults.append(ineligible(lock, student, rules))
            }
        }
        faults += LockCheck(self).faults()
        if faults.count > 1 { throw .several(faults) }
        if let fault = faults.first { throw fault }
    }

    private func ineligible(
        _ lock: PlacementInstance.Lock, _ student: Int, _ rules: Eligibility
    ) -> PlacementFault {
        let codes = rules.codes(lock.student, lock.ward, lock.period)
        // A school without any agreement at all is most likely a name that was written wrong.
        let school = instance.students[student].school
        let hasAny = instance.agreements.contains { $0.school == school }
        if codes.contains(.noAgreement), !hasAny {
            return .unknown(place: "students[\(student)].school", kind: .school, id: school)
        }
        return .lockNotEligible(lock: lock, codes: codes)
    }
}

/// Numbers for names, in the order of the instance.
struct Names: Sendable {
    let students: [String: Int]
    let wards: [String: Int]
    let institutions: [String: Int]
    let periods: [String: Int]
    let supervisors: [String: Int]
    /// Professions, schools and fields are numbered as they first occur.
    let professions: [String: Int]
    let schools: [String: Int]
    let institutionOfWard: [Int]

    init(_ instance: PlacementInstance) {
        func numbers(_ names: [String]) -> [String: Int] {
            var result: [String: Int] = [:]
            for name in names where result[name] == nil { result[name] = result.count }
            return result
        }
        students = numbers(instance.students.map(\.id))
        wards = numbers(instance.wards.map(\.id))
        let institutions = numbers(instance.institutions.map(\.id))
        self.institutions = institutions
        periods = numbers(instance.periods)
        supervisors = numbers(instance.supervisors.map(\.id))
        professions = numbers(
            instance.cells.map(\.profession) + instance.students.map(\.profession)
                + instance.supervisors.map(\.profession) + instance.agreements.map(\.profession))
        schools = numbers(
            instance.students.map(\.school) + instance.agreements.map(\.school))
        institutionOfWard = instance.wards.map { institutions[$0.institution] ?? 0 }
    }
}
