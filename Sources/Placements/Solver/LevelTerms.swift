/// A level of the objective as a sum over edges and students without a place.
struct LevelTerms: Sendable {
    let level: ObjectiveLevel
    /// Added to the sum.
    let constant: Int
    /// What an edge adds, and what a student without a place adds.
    let edge: [Int]
    let unplaced: [Int]

    /// - Parameter base: The edge of each student's published place; -1 where it is gone, and nil
    ///   where the student had none.
    init(_ level: ObjectiveLevel, _ problem: Problem, base: [Int?]) {
        self.level = level
        let none = [Int](repeating: 0, count: problem.edges.count)
        let nobody = base.map { _ in 0 }
        switch level {
        case .unplaced:
            constant = 0
            edge = none
            unplaced = nobody.map { _ in 1 }
        case .unplacedPriority:
            constant = 0
            edge = none
            unplaced = problem.instance.students.map { $0.hasPriority ? 1 : 0 }
        case .disturbed:
            // Those who stay are few edges; those who do not would be nearly all.
            constant = base.count { $0 != nil }
            var staying = none
            for case let found? in base where found >= 0 { staying[found] = -1 }
            edge = staying
            unplaced = nobody
        case .cost:
            constant = 0
            edge = problem.edges.map(\.cost)
            unplaced = nobody
        case .fairness:
            constant = 0
            edge = problem.edges.map(\.unfairness)
            unplaced = nobody
        }
    }

    /// The level's value without its constant, for some of the students.
    func value(_ chosen: [Int], of students: [Int]) -> Int {
        students.reduce(0) { $0 + (chosen[$1] < 0 ? unplaced[$1] : edge[chosen[$1]]) }
    }
}
