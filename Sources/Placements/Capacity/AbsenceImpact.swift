/// What a supervisor's absence endangers, and who at the ward can take over.
public struct AbsenceImpact: Sendable {
    /// A cell with fewer places than before.
    public struct Loss: Hashable, Sendable {
        public var profession: String
        public var year: Int
        public var period: String
        public var before: Int
        public var after: Int
    }

    /// A placed student who has nobody any more.
    public struct Endangered: Hashable, Sendable {
        public var student: String
        public var period: String
        /// Somebody at the ward who can take the student as well; nil where nobody can.
        public var cover: String?
    }

    /// Who is placed where, as far as it has to do with the supervisor's ward.
    public struct Placed: Sendable {
        /// A placed student, as the rules of supervision look at one.
        public struct Student: Sendable {
            public var id: String
            public var year: Int
            /// School, profession and year: what a pair must share.
            var group: String

            public init(id: String, school: String, profession: String, year: Int) {
                self.id = id
                self.year = year
                group = "\(school) \(profession) \(year)"
            }
        }

        var assignments: [PlacementAllocation.Assignment]
        var students: [String: Student]
        var pairSharesGroup: Bool

        public init(
            _ assignments: [PlacementAllocation.Assignment], students: [Student],
            pairSharesGroup: Bool
        ) {
            self.assignments = assignments
            self.students = Dictionary(
                students.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            self.pairSharesGroup = pairSharesGroup
        }

        public init(_ allocation: PlacementAllocation, of instance: PlacementInstance) {
            self.init(
                allocation.assignments,
                students: instance.students.map {
                    Student(
                        id: $0.id, school: $0.school, profession: $0.profession, year: $0.year)
                }, pairSharesGroup: instance.rules.pairSharesGroup)
        }
    }

    public var supervisor: String
    public var ward: String
    /// The periods in which the supervisor could have had students, and now cannot.
    public var periods: [String]
    /// Places of the ward over the year, of those that are offered; of all that the supervisors
    /// suffice for where nothing is offered.
    public var placesBefore: Int
    public var placesAfter: Int
    public var losses: [Loss]
    public var students: [Endangered]

    /// What happens when a supervisor is away.
    ///
    /// - Parameters:
    ///   - weeks: When; for good where nil.
    ///   - placed: An allocation, whose students are looked at too.
    public init(
        _ supervisor: String, weeks: ClosedRange<PlacementWeek>? = nil, in supply: PlacementSupply,
        placed: Placed? = nil
    ) throws(PlacementFault) {
        let now = try supply.without(supervisor, weeks)
        let number = supply.supervisors.firstIndex { $0.id == supervisor } ?? 0
        self.supervisor = supervisor
        ward = supply.supervisors[number].ward
        let place = supply.wards.firstIndex { [ward] in $0.id == ward } ?? 0
        let lost = supply.periods.indices.filter { period in
            func isPresent(_ supply: PlacementSupply) -> Bool {
                if case .present = SupervisorStanding(number, period, in: supply) { return true }
                return false
            }
            return isPresent(supply) && !isPresent(now)
        }
        periods = lost.map { supply.periods[$0].id }
        let offers = supply.offers.filter { [ward] in $0.ward == ward }
        let aim: CapacityPlan.Aim = offers.isEmpty ? .most : .offers
        let before = CapacityPlan(ward: place, in: supply, aim: aim).counts(supply)
        let after = CapacityPlan(ward: place, in: now, aim: aim).counts(now)
        func places(_ counts: [CapacityPlan.CellKey: Int], _ key: CapacityPlan.CellKey) -> Int {
            let period = supply.periods[key.period].id
            let offer = offers.first {
                $0.profession == key.profession && $0.year == key.year && $0.period == period
            }
            return min(counts[key] ?? 0, offers.isEmpty ? Int.max : offer?.capacity ?? 0)
        }
        let keys = CapacityReport.keys(place, supply)
        placesBefore = keys.reduce(0) { $0 + places(before, $1) }
        placesAfter = keys.reduce(0) { $0 + places(after, $1) }
        losses = keys.compactMap { key in
            let (old, new) = (places(before, key), places(after, key))
            return new < old
                ? Loss(
                    profession: key.profession, year: key.year,
                    period: supply.periods[key.period].id, before: old, after: new) : nil
        }
        students = []
        guard let placed else { return }
        for period in lost {
            students += CoverSearch(now, ward: place, period: period, placed)
                .cover(for: supervisor)
        }
    }
}

/// Looks for supervisors of a ward who can take over one supervisor's students in a period.
private struct CoverSearch {
    private typealias Student = AbsenceImpact.Placed.Student

    private let supply: PlacementSupply
    private let ward: PlacementSupply.Ward
    private let period: Int
    private let profession: [String: String]
    private var has: [String: [Student]] = [:]
    private var room: [String: (weeks: Int, students: Int)] = [:]
    private let pairSharesGroup: Bool

    init(
        _ supply: PlacementSupply, ward: Int, period: Int, _ placed: AbsenceImpact.Placed
    ) {
        self.supply = supply
        self.ward = supply.wards[ward]
        self.period = period
        pairSharesGroup = placed.pairSharesGroup
        var weeks: [String: Set<String>] = [:]
        var total: [String: Int] = [:]
        for assignment in placed.assignments {
            guard let supervisor = assignment.supervisor,
                let student = placed.students[assignment.student]
            else { continue }
            weeks[supervisor, default: []].insert(assignment.period)
            total[supervisor, default: 0] += 1
            if assignment.period == supply.periods[period].id {
                has[supervisor, default: []].append(student)
            }
        }
        var profession: [String: String] = [:]
        for supervisor in supply.supervisors {
            profession[supervisor.id] = supervisor.profession
            let busy = supply.periods.filter { weeks[supervisor.id]?.contains($0.id) == true }
            let used = busy.reduce(0) { $0 + PlacementWeek.count($1.weeks) }
            room[supervisor.id] = (
                (supervisor.maximumWeeks ?? Int.max / 2) - used,
                (supervisor.maximumStudents ?? Int.max / 2) - (total[supervisor.id] ?? 0)
            )
        }
        self.profession = profession
    }

    /// Each student of the one who is away, with the one who can take over, where anybody can.
    func cover(for supervisor: String) -> [AbsenceImpact.Endangered] {
        let students = (has[supervisor] ?? []).sorted { $0.id < $1.id }
        let others = supply.supervisors.indices.filter {
            let other = supply.supervisors[$0]
            return other.ward == ward.id && other.profession == profession[supervisor]
                && other.id != supervisor
        }
        var best: [String?] = students.map { _ in nil }
        var chosen = best
        var load = has
        search(students, others, 0, &chosen, &load, &best)
        return zip(students, best).map {
            AbsenceImpact.Endangered(
                student: $0.id, period: supply.periods[period].id, cover: $1)
        }
    }

    private func search(
        _ students: [Student], _ others: [Int], _ index: Int, _ chosen: inout [String?],
        _ load: inout [String: [Student]], _ best: inout [String?]
    ) {
        let covered = chosen.count { $0 != nil }
        if covered + students.count - index <= best.count(where: { $0 != nil }) { return }
        guard index < students.count else {
            best = chosen
            return
        }
        for other in others {
            let id = supply.supervisors[other].id
            let before = load[id] ?? []
            guard mayHave(other, before + [students[index]]) else { continue }
            load[id] = before + [students[index]]
            chosen[index] = id
            search(students, others, index + 1, &chosen, &load, &best)
            load[id] = before
            chosen[index] = nil
        }
        search(students, others, index + 1, &chosen, &load, &best)
    }

    private func mayHave(_ number: Int, _ students: [Student]) -> Bool {
        let supervisor = supply.supervisors[number]
        guard case .present(let takesPair) = SupervisorStanding(number, period, in: supply),
            let room = room[supervisor.id]
        else { return false }
        let before = has[supervisor.id]?.count ?? 0
        let length = before > 0 ? 0 : PlacementWeek.count(supply.periods[period].weeks)
        guard length <= room.weeks, students.count - before <= room.students else { return false }
        for student in students {
            if !supervisor.years.contains(student.year) { return false }
            if student.year == 3, supply.rules.thirdYearNeedsTrained, !supervisor.isTrained {
                return false
            }
        }
        if students.count <= 1 { return true }
        if let most = ward.studentsPerSupervisor {
            let takesMany = supervisor.percentage >= supply.rules.percentageForPair
            return students.count <= (takesMany ? most : 1)
        }
        guard students.count == 2 else { return false }
        if students[0].year != students[1].year {
            return ward.thirdYearsCoSupervise && Set(students.map(\.year)) == [1, 3]
        }
        return takesPair && (!pairSharesGroup || students[0].group == students[1].group)
    }
}
