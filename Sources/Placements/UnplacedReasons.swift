/// Why each student without a place has none: the rules, by how many places they keep away.
enum UnplacedReasons {
    /// - Parameters:
    ///   - method: By which the students were allocated: only what it looks at is a reason.
    ///   - only: The one student who is asked about; all of them where nil.
    static func find(
        _ problem: Problem, _ chosen: [Int], method: AllocationMethod?, only: Int? = nil
    ) -> [AllocationCertificate.Unplaced] {
        let stable = method == .stable ? StableMethod(problem, only: only) : nil
        var usage = Usage(problem)
        for edge in chosen where edge >= 0 { usage.add(problem.edges[edge]) }
        let eligibility = Eligibility(problem.instance, problem.names)
        let unplaced = only.map { [$0] } ?? Array(chosen.indices)
        return unplaced.filter { chosen[$0] < 0 }.map { student in
            let edges = problem.edges(of: student)
            let open = stable?.wished(by: student) ?? Array(edges)
            var counts: [RuleCode: Int] = [:]
            if edges.isEmpty {
                count(student, problem, eligibility, &counts)
            } else {
                for edge in open {
                    for rule in usage.blockers(problem.edges[edge], method: method) {
                        counts[rule, default: 0] += 1
                    }
                }
            }
            return AllocationCertificate.Unplaced(
                student: problem.instance.students[student].id, eligible: edges.count,
                wished: stable == nil ? nil : open.count,
                rules: RuleCode.allCases.compactMap { rule in
                    counts[rule].map { AllocationCertificate.Reason(rule: rule, places: $0) }
                })
        }
    }

    /// The individual rules against the places that are offered to the student's like.
    private static func count(
        _ student: Int, _ problem: Problem, _ eligibility: Eligibility,
        _ counts: inout [RuleCode: Int]
    ) {
        let view = eligibility.view(student)
        for (number, cell) in problem.cells.enumerated()
        where cell.profession == view.profession && cell.year == view.student.year {
            let period = problem.instance.cells[number].period
            for code in eligibility.codes(view, cell.ward, period) {
                counts[code, default: 0] += 1
            }
        }
    }
}
