/// Why each student without a place has none: the rules, by how many places they keep away.
enum UnplacedReasons {
    static func find(_ problem: Problem, _ chosen: [Int]) -> [AllocationCertificate.Unplaced] {
        var usage = Usage(problem)
        for edge in chosen where edge >= 0 { usage.add(problem.edges[edge]) }
        let eligibility = Eligibility(problem.instance, problem.names)
        return chosen.indices.filter { chosen[$0] < 0 }.map { student in
            let edges = problem.edges(of: student)
            var counts: [RuleCode: Int] = [:]
            if edges.isEmpty {
                count(student, problem, eligibility, &counts)
            } else {
                for edge in edges {
                    for rule in usage.blockers(problem.edges[edge]) {
                        counts[rule, default: 0] += 1
                    }
                }
            }
            return AllocationCertificate.Unplaced(
                student: problem.instance.students[student].id, eligible: edges.count,
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
