/// How an allocation is made.
public enum AllocationMethod: String, Sendable, CaseIterable {
    /// The lexicographic optimum under every hard rule.
    case optimal
    /// The student-optimal stable matching of wishes and priorities.
    case stable
    /// Students choose in turn, by lot.
    case serial
}

/// Allocates the students of an instance to its places.
///
/// It is a function of its arguments: the same instance, method and profile give the same result,
/// unless a time limit strikes, which the certificate then says.
public struct Allocator: Sendable {
    /// An allocation, and what is known about it.
    public struct Result: Sendable {
        public var allocation: PlacementAllocation
        public var certificate: AllocationCertificate
    }

    private let problem: Problem
    private let base: PlacementAllocation?

    /// Checks the instance and its locks.
    ///
    /// - Parameters:
    ///   - base: What was published; a new allocation then disturbs as few as it can.
    ///   - disruption: What happened after that.
    /// - Throws: `PlacementFault.lockNotEligible` and `.locksCollide` for locks that cannot stand.
    public init(
        _ instance: PlacementInstance, base: PlacementAllocation? = nil,
        disruption: PlacementDisruption? = nil
    ) throws(PlacementFault) {
        self.base = base
        let known = Set(instance.students.map(\.id))
        for (index, assignment) in (base?.assignments ?? []).enumerated()
        where !known.contains(assignment.student) {
            throw .unknown(
                place: "assignments[\(index)].student", kind: .student, id: assignment.student)
        }
        let now = try disruption.map { (each) throws(PlacementFault) in
            try instance.applying(each)
        }
        problem = try Problem(now ?? instance)
    }

    /// The instance after the disruption.
    public var instance: PlacementInstance { problem.instance }

    /// Makes an allocation.
    ///
    /// - Parameter profile: Looked at by the optimal method only.
    public func run(
        _ method: AllocationMethod, profile: AllocationProfile = .wishesFirst,
        patience: Patience = Patience()
    ) -> Result {
        switch method {
        case .optimal: optimal(profile, patience)
        case .stable: stable(profile)
        case .serial: serial(profile)
        }
    }

    /// Why a student is where an allocation says, and not where the student wished to be.
    ///
    /// - Parameter method: By which it was made: only what that looks at is a reason. Where nil,
    ///   every rule is one.
    public func explain(
        _ student: String, in allocation: PlacementAllocation, method: AllocationMethod? = nil
    ) throws(PlacementFault) -> PlacementExplanation {
        try explain([student], in: allocation, method: method)[0]
    }

    /// The same for several students, in their order: what they share is looked up once.
    public func explain(
        _ students: [String], in allocation: PlacementAllocation, method: AllocationMethod? = nil
    ) throws(PlacementFault) -> [PlacementExplanation] {
        let only = students.count == 1 ? problem.names.students[students[0]] : nil
        let standing = PlacementStanding(
            problem, chosen(allocation), method: method, only: only)
        var explanations: [PlacementExplanation] = []
        for student in students {
            guard let number = problem.names.students[student] else {
                throw .unknown(place: "The question", kind: .student, id: student)
            }
            explanations.append(PlacementExplanation(number, standing))
        }
        return explanations
    }

    // MARK: - Methods

    private func optimal(_ profile: AllocationProfile, _ patience: Patience) -> Result {
        let base = base.map { problem.edges(of: $0) }
        let outcome = OptimalMethod.run(problem, profile: profile, base: base, patience: patience)
        return result(.optimal, profile, outcome.edges) { certificate in
            certificate.solver = CbcSolver.name
            certificate.prove(outcome, profile.levels(isRepair: base != nil))
        }
    }

    private func serial(_ profile: AllocationProfile) -> Result {
        let edges = SerialMethod.run(problem)
        return result(.serial, profile, edges) { certificate in
            certificate.lottery = SerialMethod.order(problem).map {
                problem.instance.students[$0].id
            }
        }
    }

    private func stable(_ profile: AllocationProfile) -> Result {
        let method = StableMethod(problem)
        let outcome = method.run()
        let instance = problem.instance
        var allocation = PlacementAllocation(instance: instance.name, assignments: [])
        for (student, edge) in outcome.edges.enumerated() where edge >= 0 {
            let cell = instance.cells[problem.edges[edge].cell]
            allocation.assignments.append(
                PlacementAllocation.Assignment(
                    student: instance.students[student].id, ward: cell.ward, period: cell.period,
                    supervisor: nil))
        }
        var certificate = AllocationCertificate(
            method: .stable, profile: profile, seed: instance.seed,
            objective: AllocationCheck(allocation, of: instance, base: base).objective)
        certificate.status = outcome.blockingPairs == 0 ? .stable : .feasible
        certificate.matching = AllocationCertificate.Matching(
            matched: allocation.assignments.count, sumOfPositions: outcome.sumOfPositions,
            blockingPairs: outcome.blockingPairs)
        certificate.unplaced =
            PlacementStanding(problem, outcome.edges, method: .stable).unplaced
        return Result(allocation: allocation, certificate: certificate)
    }

    private func result(
        _ method: AllocationMethod, _ profile: AllocationProfile, _ edges: [Int],
        _ complete: (inout AllocationCertificate) -> Void
    ) -> Result {
        // Both methods keep the supervisors' rows, by which the dealing succeeds.
        let dealt = Dealing(problem, base: base).allocation(edges)
        let allocation =
            dealt ?? PlacementAllocation(instance: problem.instance.name, assignments: [])
        let check = AllocationCheck(allocation, of: problem.instance, base: base)
        var certificate = AllocationCertificate(
            method: method, profile: profile, seed: problem.instance.seed,
            objective: check.objective)
        complete(&certificate)
        certificate.violations = check.violations
        if !check.violations.isEmpty || dealt == nil { certificate.status = .invalid }
        if base != nil {
            certificate.supervisorsChanged = check.supervisorsChanged
            certificate.bumped = check.bumped
        }
        certificate.unplaced = PlacementStanding(problem, edges, method: method).unplaced
        return Result(allocation: allocation, certificate: certificate)
    }

    // MARK: - Published allocations

    private func chosen(_ allocation: PlacementAllocation) -> [Int] {
        problem.edges(of: allocation).map { $0 ?? -1 }
    }
}
