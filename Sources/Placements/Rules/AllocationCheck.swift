/// Holds an allocation to every hard rule, and counts the objective.
///
/// It reads names and not the solver's numbers, so that a solver's mistake is not its own.
public struct AllocationCheck: Sendable {
    /// A rule that is broken, and by what.
    public struct Violation: Hashable, Sendable {
        public var code: RuleCode
        public var about: String
    }

    public private(set) var violations: [Violation] = []
    public private(set) var objective = ObjectiveValue()
    /// Students of the base whose ward and period stayed and whose supervisor did not.
    public private(set) var supervisorsChanged = 0
    /// Students of the base who have no place any more.
    public private(set) var bumped = 0

    /// Checks an allocation of the instance; a disruption has been applied to it before.
    ///
    /// - Parameter base: What was published, where this repairs it.
    public init(
        _ allocation: PlacementAllocation, of instance: PlacementInstance,
        base: PlacementAllocation? = nil
    ) {
        let names = Names(instance)
        let eligibility = Eligibility(instance, names)
        var counts = Counts()
        var placed: [String: PlacementAllocation.Assignment] = [:]
        for assignment in allocation.assignments {
            guard let number = names.students[assignment.student] else {
                note(.unknownStudent, assignment.student)
                continue
            }
            if placed[assignment.student] != nil {
                note(.twoPlaces, assignment.student)
                continue
            }
            guard let ward = names.wards[assignment.ward] else {
                note(.unknownWard, "\(assignment.student) \(assignment.ward)")
                continue
            }
            placed[assignment.student] = assignment
            let view = eligibility.view(number)
            let about = "\(assignment.student) at \(assignment.ward) in \(assignment.period)"
            for code in eligibility.codes(view, ward, assignment.period) { note(code, about) }
            let terms = eligibility.terms(view, ward)
            objective.cost += terms.cost
            objective.fairness += terms.unfairness
            counts.add(assignment, view.student, instance.wards[ward])
            checkSupervisor(assignment, view.student, in: instance, names, &counts)
        }
        checkCounts(counts, instance)
        for lock in instance.locks {
            let found = placed[lock.student]
            if found?.ward != lock.ward || found?.period != lock.period {
                note(.lock, "\(lock.student) at \(lock.ward) in \(lock.period)")
            }
        }
        let unplaced = instance.students.filter { placed[$0.id] == nil }
        objective.unplaced = unplaced.count
        objective.unplacedPriority = unplaced.count(where: \.hasPriority)
        if let base { compare(placed, base, names) }
    }

    private mutating func note(_ code: RuleCode, _ about: String) {
        violations.append(Violation(code: code, about: about))
    }

    private mutating func compare(
        _ placed: [String: PlacementAllocation.Assignment], _ base: PlacementAllocation,
        _ names: Names
    ) {
        var disturbed = 0
        for old in base.assignments where names.students[old.student] != nil {
            guard let new = placed[old.student] else {
                disturbed += 1
                bumped += 1
                continue
            }
            if new.ward != old.ward || new.period != old.period {
                disturbed += 1
            } else if new.supervisor != old.supervisor {
                supervisorsChanged += 1
            }
        }
        objective.disturbed = disturbed
    }

    private mutating func checkSupervisor(
        _ assignment: PlacementAllocation.Assignment, _ student: PlacementInstance.Student,
        in instance: PlacementInstance, _ names: Names, _ counts: inout Counts
    ) {
        let about = "\(assignment.student) with \(assignment.supervisor ?? "nobody")"
        guard let number = assignment.supervisor.flatMap({ names.supervisors[$0] }) else {
            return note(.noSupervisor, about)
        }
        let supervisor = instance.supervisors[number]
        if supervisor.ward != assignment.ward { note(.otherWard, about) }
        if supervisor.profession != student.profession { note(.supervisorProfession, about) }
        if !supervisor.years.contains(student.year) { note(.supervisorYear, about) }
        if student.year == 3, instance.rules.thirdYearNeedsTrained, !supervisor.isTrained {
            note(.untrained, about)
        }
        if !supervisor.periods.contains(assignment.period) { note(.absent, about) }
        counts.supervised[[supervisor.id, assignment.period], default: []].append(
            [student.school, student.profession, "\(student.year)"])
    }

    private mutating func checkCounts(_ counts: Counts, _ instance: PlacementInstance) {
        var capacity: [String: Int] = [:]
        for cell in instance.cells { capacity[cell.name] = cell.capacity }
        for (name, count) in counts.cells.sorted(by: { $0.key < $1.key }) {
            hold(count, .cellCapacity, name, capacity[name] ?? 0)
        }
        for ward in instance.wards {
            for (period, most) in ward.maximumPerPeriod.sorted(by: { $0.key < $1.key }) {
                let about = "\(ward.id) \(period)"
                hold(counts.wards[about], .wardTotal, about, most)
            }
        }
        for institution in instance.institutions {
            for (period, most) in institution.maximumPerPeriod.sorted(by: { $0.key < $1.key }) {
                let about = "\(institution.id) \(period)"
                hold(counts.institutions[about], .institutionTotal, about, most)
            }
        }
        for agreement in instance.agreements {
            let name = "\(agreement.school) \(agreement.institution) \(agreement.profession)"
            for period in instance.periods {
                hold(
                    counts.agreements["\(name) \(period)"], .agreementPeriod,
                    "\(name) \(period)", agreement.maximumPerPeriod)
            }
            if let most = agreement.maximumTotal {
                hold(counts.totals[name], .agreementTotal, name, most)
            }
        }
        for supervisor in instance.supervisors {
            for period in instance.periods {
                guard let groups = counts.supervised[[supervisor.id, period]] else { continue }
                let about = "\(supervisor.id) \(period)"
                hold(groups.count, .tooMany, about, supervisor.maximumStudents)
                if instance.rules.pairSharesGroup, Set(groups).count > 1 {
                    note(.mixedPair, about)
                }
            }
        }
    }

    private mutating func hold(_ count: Int?, _ code: RuleCode, _ about: String, _ most: Int) {
        if let count, count > most { note(code, "\(about): \(count) of \(most)") }
    }
}

/// Students by what is limited.
private struct Counts {
    var cells: [String: Int] = [:]
    var wards: [String: Int] = [:]
    var institutions: [String: Int] = [:]
    var agreements: [String: Int] = [:]
    var totals: [String: Int] = [:]
    var supervised: [[String]: [[String]]] = [:]

    mutating func add(
        _ assignment: PlacementAllocation.Assignment, _ student: PlacementInstance.Student,
        _ ward: PlacementInstance.Ward
    ) {
        let period = assignment.period
        cells["\(ward.id) \(student.profession) \(student.year) \(period)", default: 0] += 1
        wards["\(ward.id) \(period)", default: 0] += 1
        institutions["\(ward.institution) \(period)", default: 0] += 1
        let agreement = "\(student.school) \(ward.institution) \(student.profession)"
        agreements["\(agreement) \(period)", default: 0] += 1
        totals[agreement, default: 0] += 1
    }
}
