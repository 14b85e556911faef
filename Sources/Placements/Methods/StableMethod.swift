/// Student-optimal deferred acceptance between students and cells (`Docs/Placements.md`).
///
/// It knows wishes, priority, agreement tiers and lots, and the individual rules. It knows no
/// supervisors, totals, quotas or locks, and places nobody where nothing was wished for.
struct StableMethod {
    private let problem: Problem
    /// The cells that each student wishes for, best first, as edges.
    private let lists: [[Int]]
    /// The smaller, the more the cell prefers the student.
    private let standing: [Standing]

    struct Outcome {
        /// The edge of each student, or -1.
        var edges: [Int]
        /// The place of that edge in the student's list, from 1, summed.
        var sumOfPositions: Int
        /// Pairs that would rather have each other; none, or the method is wrong.
        var blockingPairs: Int
    }

    private struct Standing: Comparable {
        var priority: Int
        var tier: Int
        var lottery: Int

        static func < (a: Standing, b: Standing) -> Bool {
            (a.priority, a.tier, a.lottery) < (b.priority, b.tier, b.lottery)
        }
    }

    /// - Parameter only: The one student whose wishes are asked for; all of them where nil.
    init(_ problem: Problem, only: Int? = nil) {
        self.problem = problem
        let instance = problem.instance
        let names = problem.names
        // Wards of an institution in the order of their ids, as the format wants it.
        var wardsOf: [[Int]] = instance.institutions.map { _ in [] }
        for ward in instance.wards.indices.sorted(by: {
            instance.wards[$0].id < instance.wards[$1].id
        }) {
            wardsOf[names.institutionOfWard[ward]].append(ward)
        }
        lists = instance.students.indices.map { number in
            if let only, only != number { return [] }
            let student = instance.students[number]
            var edgeAt: [[Int]: Int] = [:]
            for edge in problem.edges(of: number) {
                let cell = problem.cells[problem.edges[edge].cell]
                edgeAt[[cell.ward, cell.period]] = edge
            }
            var list: [Int] = []
            for wish in student.preferences {
                let wards: [Int] =
                    switch wish {
                    case .ward(let id): names.wards[id].map { [$0] } ?? []
                    case .institution(let id): names.institutions[id].map { wardsOf[$0] } ?? []
                    }
                for ward in wards {
                    for period in student.periods {
                        let key = [ward, names.periods[period] ?? -1]
                        // Taken out, so that only the first mention counts.
                        if let edge = edgeAt.removeValue(forKey: key) { list.append(edge) }
                    }
                }
            }
            return list
        }
        var tiers: [[Int]: Int] = [:]
        for agreement in instance.agreements {
            let key = [
                names.schools[agreement.school] ?? -1,
                names.institutions[agreement.institution] ?? -1,
                names.professions[agreement.profession] ?? -1,
            ]
            tiers[key] = agreement.tier
        }
        standing = problem.edges.map { edge in
            let student = instance.students[edge.student]
            let cell = problem.cells[edge.cell]
            let key = [names.schools[student.school] ?? -1, cell.institution, cell.profession]
            return Standing(
                priority: student.hasPriority ? 0 : 1, tier: tiers[key] ?? Int.max,
                lottery: student.lottery)
        }
    }

    /// The places that a student wished for and that the individual rules allow, as edges.
    func wished(by student: Int) -> [Int] { lists[student] }

    func run() -> Outcome {
        var next = lists.map { _ in 0 }
        var holds: [[Int]] = problem.cells.map { _ in [] }
        var waiting = Array(lists.indices.reversed())
        while let student = waiting.popLast() {
            while next[student] < lists[student].count {
                let edge = lists[student][next[student]]
                next[student] += 1
                let cell = problem.edges[edge].cell
                let place = holds[cell].firstIndex { standing[edge] < standing[$0] }
                holds[cell].insert(edge, at: place ?? holds[cell].count)
                guard holds[cell].count > problem.cells[cell].capacity else { break }
                let rejected = problem.edges[holds[cell].removeLast()].student
                if rejected != student {
                    waiting.append(rejected)
                    break
                }
            }
        }
        var edges = lists.map { _ in -1 }
        for held in holds {
            for edge in held { edges[problem.edges[edge].student] = edge }
        }
        let positions = edges.enumerated().reduce(0) { sum, found in
            sum + (lists[found.offset].firstIndex(of: found.element).map { $0 + 1 } ?? 0)
        }
        return Outcome(
            edges: edges, sumOfPositions: positions,
            blockingPairs: blockingPairs(edges))
    }

    /// Counts, from the matching alone, the pairs that would rather have each other.
    func blockingPairs(_ matching: [Int]) -> Int {
        var inside: [[Int]] = problem.cells.map { _ in [] }
        for edge in matching where edge >= 0 { inside[problem.edges[edge].cell].append(edge) }
        let worst = inside.map { $0.max { standing[$0] < standing[$1] } }
        var count = 0
        for (student, list) in lists.enumerated() {
            for edge in list {
                if edge == matching[student] { break }
                let cell = problem.edges[edge].cell
                if inside[cell].count < problem.cells[cell].capacity {
                    count += 1
                } else if let worst = worst[cell], standing[edge] < standing[worst] {
                    count += 1
                }
            }
        }
        return count
    }
}
