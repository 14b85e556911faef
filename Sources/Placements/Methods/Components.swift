/// Parts of a problem that share no limit and no supervisor, and so can be solved apart.
struct Components {
    private var parent: [Int] = []

    /// The students of each part that has an edge, in the order of their first student.
    static func find(_ problem: Problem, _ usage: Usage) -> [[Int]] {
        var finder = Components()
        return finder.run(problem, usage)
    }

    private mutating func run(_ problem: Problem, _ usage: Usage) -> [[Int]] {
        let students = problem.instance.students.count
        parent = Array(0..<students + problem.blocks.count)
        // A limit ties students together only where it can bind.
        var demand = [Int](repeating: 0, count: usage.limits.count)
        var first = [Int](repeating: -1, count: usage.limits.count)
        var blocksOf: [[Int]: (edge: Int, count: Int)] = [:]
        for student in 0..<students {
            for edge in problem.edges(of: student) {
                let key = [problem.edges[edge].cell, usage.school(of: student)]
                blocksOf[key, default: (edge, 0)].count += 1
                join(student, students + problem.cells[key[0]].block)
            }
        }
        let groups = blocksOf.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (_, group) in groups {
            let limits = usage.limits(of: problem.edges[group.edge])
            let size = limits.reduce(group.count) { min($0, usage.limits[$1].most) }
            for limit in limits { demand[limit] += size }
        }
        for (key, group) in groups {
            for limit in usage.limits(of: problem.edges[group.edge])
            where demand[limit] > usage.limits[limit].most {
                let block = students + problem.cells[key[0]].block
                if first[limit] < 0 { first[limit] = block } else { join(first[limit], block) }
            }
        }
        var partOf: [Int: Int] = [:]
        var parts: [[Int]] = []
        for student in 0..<students where !problem.edges(of: student).isEmpty {
            let root = find(student)
            if let part = partOf[root] {
                parts[part].append(student)
            } else {
                partOf[root] = parts.count
                parts.append([student])
            }
        }
        return parts
    }

    private mutating func find(_ node: Int) -> Int {
        var node = node
        while parent[node] != node {
            parent[node] = parent[parent[node]]
            node = parent[node]
        }
        return node
    }

    private mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (find(a), find(b))
        if a != b { parent[max(a, b)] = min(a, b) }
    }
}
