/// Two students who change places with each other, if both want to and every rule allows it.
public struct PlacementSwap: Sendable {
    /// Why two students cannot change places.
    public enum Refusal: Hashable, Sendable {
        /// Those who have not said yes.
        case noConsent([String])
        case sameStudent
        /// A student who has no place to give.
        case noPlace(String)
        /// Both are in the same ward and period.
        case samePlace
        /// A rule that the student would break at the other's place.
        case rule(RuleCode, student: String)
        /// A rule that would be broken by several, such as a quota or a supervisor's pair.
        case shared(RuleCode, about: String)
    }

    /// The allocation after the swap; nil where it is refused.
    public var allocation: PlacementAllocation?
    /// All that speaks against it.
    public var refusals: [Refusal] = []
    public var before: ObjectiveValue
    public var after: ObjectiveValue?
    /// What is still known of each level: a bound holds while the levels before it are as good as
    /// it was proven for.
    public var levels: [AllocationCertificate.Level] = []

    /// Looks at a swap; nothing is changed.
    ///
    /// - Parameters:
    ///   - consents: The students who have said yes.
    ///   - levels: What the certificate of the allocation says; empty where it is not known.
    public init(
        _ first: String, _ second: String, consents: Set<String>,
        in allocation: PlacementAllocation, of instance: PlacementInstance,
        levels: [AllocationCertificate.Level] = []
    ) throws(PlacementFault) {
        let problem = try Problem(instance)
        let check = AllocationCheck(allocation, of: instance)
        before = check.objective
        for (name, student) in [("first", first), ("second", second)]
        where problem.names.students[student] == nil {
            throw .unknown(place: "The \(name) student", kind: .student, id: student)
        }
        var places: [String: PlacementAllocation.Assignment] = [:]
        for assignment in allocation.assignments { places[assignment.student] = assignment }
        let silent = [first, second].filter { !consents.contains($0) }
        if first == second { refusals.append(.sameStudent) }
        if !silent.isEmpty { refusals.append(.noConsent(silent)) }
        for student in [first, second] where places[student] == nil {
            refusals.append(.noPlace(student))
        }
        guard first != second, let one = places[first], let other = places[second] else { return }
        if one.ward == other.ward, one.period == other.period {
            refusals.append(.samePlace)
            return
        }
        let swapped = Self.exchange(one, other, in: allocation)
        let eligibility = Eligibility(instance, problem.names)
        for (student, place) in [(first, other), (second, one)] {
            refusals += eligibility.codes(student, place.ward, place.period).map {
                .rule($0, student: student)
            }
        }
        for lock in instance.locks where lock.student == first || lock.student == second {
            refusals.append(.rule(.lock, student: lock.student))
        }
        if refusals.contains(where: { if case .rule = $0 { true } else { false } }) { return }
        // Supervisors stay where they can; a pair may have to be dealt anew.
        let edges = problem.edges(of: swapped).map { $0 ?? -1 }
        let dealt = Dealing(problem, base: swapped).allocation(edges) ?? swapped
        let now = AllocationCheck(dealt, of: instance)
        let known = Set(check.violations)
        refusals += now.violations.filter { !known.contains($0) }.map {
            .shared($0.code, about: $0.about)
        }
        guard refusals.isEmpty else { return }
        self.allocation = dealt
        after = now.objective
        self.levels = Self.standing(levels, now.objective)
    }

    /// Each takes the other's ward, period and supervisor.
    private static func exchange(
        _ one: PlacementAllocation.Assignment, _ other: PlacementAllocation.Assignment,
        in allocation: PlacementAllocation
    ) -> PlacementAllocation {
        var result = allocation
        for index in result.assignments.indices {
            let student = result.assignments[index].student
            guard student == one.student || student == other.student else { continue }
            result.assignments[index] = student == one.student ? other : one
            result.assignments[index].student = student
        }
        return result
    }

    private static func standing(
        _ levels: [AllocationCertificate.Level], _ objective: ObjectiveValue
    ) -> [AllocationCertificate.Level] {
        var isKnown = true
        return levels.map { level in
            var now = level
            now.value = objective[level.level]
            if !isKnown { now.bound = nil }
            // Another value is another question for the levels after it.
            if now.value != level.value || !level.isProven { isKnown = false }
            return now
        }
    }
}
