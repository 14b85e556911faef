/// Holds an allocation to every hard rule, and counts the objective.
///
/// It reads names and not the solver's numbers, so that a solver's mistake is not its own.
public struct AllocationCheck: Sendable {
    /// A rule that is broken, and by what.
    public struct Violation: Hashable, Sendable {
        public var code: RuleCode
        public var about: String
        public var subject: Subject
    }

    /// What a broken rule is about, for whoever says it in words: only what belongs to the rule.
    public struct Subject: Hashable, Sendable {
        public var student: String?
        public var ward: String?
        public var institution: String?
        public var school: String?
        public var profession: String?
        public var year: Int?
        public var period: String?
        public var supervisor: String?
        /// How many there are, and the most that there may be.
        public var count: Int?
        public var most: Int?
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
                note(.unknownStudent, assignment.student, Subject(assignment))
                continue
            }
            if placed[assignment.student] != nil {
                note(.twoPlaces, assignment.student, Subject(assignment))
                continue
            }
            guard let ward = names.wards[assignment.ward] else {
                note(
                    .unknownWard, "\(assignment.student) \(assignment.ward)", Subject(assignment))
                continue
            }
            placed[assignment.student] = assignment
            let view = eligibility.view(number)
            let about = "\(assignment.student) at \(assignment.ward) in \(assignment.period)"
            for code in eligibility.codes(view, ward, assignment.period) {
                note(code, about, Subject(assignment))
            }
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
                note(
                    .lock, "\(lock.student) at \(lock.ward) in \(lock.period)",
                    Subject(student: lock.student, ward: lock.ward, period: lock.period))
            }
        }
        let unplaced = instance.students.filter { placed[$0.id] == nil }
        objective.unplaced = unplaced.count
        objective.unplacedPriority = unplaced.count(where: \.hasPriority)
        if let base { compare(placed, base, names) }
    }

    private mutating func note(_ code: RuleCode, _ about: String, _ subject: Subject) {
        violations.append(Violation(code: code, about: about, subject: subject))
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
        var subject = Subject(assignment)
        subject.supervisor = assignment.supervisor
        guard let number = assignment.supervisor.flatMap({ names.supervisors[$0] }) else {
            return note(.noSupervisor, about, subject)
        }
        let supervisor = instance.supervisors[number]
        var codes: [RuleCode] = []
        if supervisor.ward != assignment.ward { codes.append(.otherWard) }
        if supervisor.profession != student.profession { codes.append(.supervisorProfession) }
        if !supervisor.years.contains(student.year) { codes.append(.supervisorYear) }
        if student.year == 3, instance.rules.thirdYearNeedsTrained, !supervisor.isTrained {
            codes.append(.untrained)
        }
        if !supervisor.periods.contains(assignment.period) { codes.append(.absent) }
        for code in codes { note(code, about, subject) }
        counts.supervised[[supervisor.id, assignment.period], default: []].append(
            [student.school, student.profession, "\(student.year)"])
    }

    private mutating func checkCounts(_ counts: Counts, _ instance: PlacementInstance) {
        var capacity: [String: Int] = [:]
        for cell in instance.cells { capacity[cell.name] = cell.capacity }
        for (name, count) in counts.cells.sorted(by: { $0.key < $1.key }) {
            hold(count.number, .cellCapacity, name, capacity[name] ?? 0, count.subject)
        }
        for ward in instance.wards {
            for (period, most) in ward.maximumPerPeriod.sorted(by: { $0.key < $1.key }) {
                let about = "\(ward.id) \(period)"
                hold(
                    counts.wards[about], .wardTotal, about, most,
                    Subject(ward: ward.id, period: period))
            }
        }
        for institution in instance.institutions {
            for (period, most) in institution.maximumPerPeriod.sorted(by: { $0.key < $1.key }) {
                let about = "\(institution.id) \(period)"
                hold(
                    counts.institutions[about], .institutionTotal, about, most,
                    Subject(institution: institution.id, period: period))
            }
        }
        for agreement in instance.agreements {
            let name = "\(agreement.school) \(agreement.institution) \(agreement.profession)"
            var subject = Subject(
                institution: agreement.institution, school: agreement.school,
                profession: agreement.profession)
            for period in instance.periods {
                subject.period = period
                hold(
                    counts.agreements["\(name) \(period)"], .agreementPeriod,
                    "\(name) \(period)", agreement.maximumPerPeriod, subject)
            }
            subject.period = nil
            if let most = agreement.maximumTotal {
                hold(counts.totals[name], .agreementTotal, name, most, subject)
            }
        }
        for supervisor in instance.supervisors {
            for period in instance.periods {
                guard let groups = counts.supervised[[supervisor.id, period]] else { continue }
                let about = "\(supervisor.id) \(period)"
                let subject = Subject(
                    ward: supervisor.ward, period: period, supervisor: supervisor.id)
                hold(groups.count, .tooMany, about, supervisor.maximumStudents, subject)
                if instance.rules.pairSharesGroup, Set(groups).count > 1 {
                    note(.mixedPair, about, subject)
                }
            }
        }
    }

    private mutating func hold(
        _ count: Int?, _ code: RuleCode, _ about: String, _ most: Int, _ subject: Subject
    ) {
        guard let count, count > most else { return }
        var subject = subject
        (subject.count, subject.most) = (count, most)
        note(code, "\(about): \(count) of \(most)", subject)
    }
}

extension AllocationCheck.Subject {
    fileprivate init(_ assignment: PlacementAllocation.Assignment) {
        self.init(
            student: assignment.student, ward: assignment.ward, period: assignment.period)
    }
}

/// Students by what is limited.
private struct Counts {
    var cells: [String: (number: Int, subject: AllocationCheck.Subject)] = [:]
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
        let subject = AllocationCheck.Subject(
            ward: ward.id, profession: student.profession, year: student.year, period: period)
        let cell = "\(ward.id) \(student.profession) \(student.year) \(period)"
        cells[cell, default: (0, subject)].number += 1
        wards["\(ward.id) \(period)", default: 0] += 1
        institutions["\(ward.institution) \(period)", default: 0] += 1
        let agreement = "\(student.school) \(ward.institution) \(student.profession)"
        agreements["\(agreement) \(period)", default: 0] += 1
        totals[agreement, default: 0] += 1
    }
}
