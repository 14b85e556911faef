/// An allocation as the rules look at it: who is where, and how full everything then is.
struct PlacementStanding {
    let problem: Problem
    /// The edge of each student; negative where there is no place.
    let chosen: [Int]
    /// By which the students were allocated: only what it looks at is a reason.
    let method: AllocationMethod?
    let usage: Usage
    let eligibility: Eligibility
    private let stable: StableMethod?

    /// - Parameters:
    ///   - method: Every rule is a reason where it is nil.
    ///   - only: The one student who is asked about; all of them where nil.
    init(_ problem: Problem, _ chosen: [Int], method: AllocationMethod?, only: Int? = nil) {
        var usage = Usage(problem)
        for edge in chosen where edge >= 0 { usage.add(problem.edges[edge]) }
        self.problem = problem
        self.chosen = chosen
        self.method = method
        self.usage = usage
        stable = method == .stable ? StableMethod(problem, only: only) : nil
        eligibility = Eligibility(problem.instance, problem.names)
    }

    /// Why each student without a place has none: the rules, by how many places they keep away.
    var unplaced: [AllocationCertificate.Unplaced] {
        chosen.indices.filter { chosen[$0] < 0 }.map { unplaced($0) }
    }

    /// Why a student without a place has none.
    func unplaced(_ student: Int) -> AllocationCertificate.Unplaced {
        let edges = problem.edges(of: student)
        let open = stable?.wished(by: student) ?? Array(edges)
        var counts: [RuleCode: Int] = [:]
        if edges.isEmpty {
            count(student, &counts)
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

    /// The individual rules against the places that are offered to the student's like.
    private func count(_ student: Int, _ counts: inout [RuleCode: Int]) {
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
