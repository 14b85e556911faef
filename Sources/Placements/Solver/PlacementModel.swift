/// The allocation of some students as a linear programme.
///
/// Students go to groups (a cell and a school), and everything else is said of the groups' sizes.
/// With the sizes fixed the rest is a transportation problem, whose corners are whole; so only
/// sizes and pairs need be declared whole.
struct PlacementModel {
    struct Group {
        var cell: Int
        var school: Int
        var edges: [Int] = []
        /// The columns of those edges.
        var columns: [Int] = []
        var sizeColumn = -1
        /// The column of the number of pairs, or -1 where there can be none.
        var pairColumn = -1
    }

    /// What is minimised: levels with their weights.
    typealias Objective = [(level: LevelTerms, weight: Int)]

    private(set) var linear = LinearModel()
    private(set) var groups: [Group] = []
    /// The number of the group of a cell and a school.
    private var groupAt: [[Int]: Int] = [:]
    /// The edge of each column that is one.
    private(set) var edgeColumns: [(column: Int, edge: Int)] = []
    private var columnOfEdge: [Int: Int] = [:]
    /// The column that says that a student has no place.
    private(set) var unplacedColumn: [(column: Int, student: Int)] = []
    /// Whether the ranges of columns hold for more places and supervisors too.
    private let isElastic: Bool
    /// The row of each limit that has one.
    private(set) var limitRows: [Int: Int] = [:]
    /// Rows that one supervisor more, who takes one student of any year, makes wider by one.
    private(set) var supervisorRows: [Int: [Int]] = [:]

    /// - Parameters:
    ///   - students: The students of this part of the problem.
    ///   - core: What may be chosen; locked edges always are. Anything where nil.
    ///   - fixed: Levels whose sum over the students is known.
    init(
        _ problem: Problem, _ usage: Usage, students: [Int], core: Relaxation.Core? = nil,
        objective: Objective, fixed: [(level: LevelTerms, value: Int)] = [],
        isElastic: Bool = false
    ) {
        self.isElastic = isElastic
        let fixedRows = fixed.map { linear.addRow($0.value, $0.value) }
        func entries(_ value: (LevelTerms) -> Int) -> [(row: Int, value: Int)] {
            zip(fixedRows, fixed).map { (row: $0, value: value($1.level)) }
        }
        var studentRow: [Int] = []
        var links: [(edge: Int, group: Int, row: Int)] = []
        for student in students {
            let row = linear.addRow(1, 1)
            studentRow.append(row)
            let school = usage.school(of: student)
            let locked = problem.lockedEdge[student]
            for edge in problem.edges(of: student)
            where locked < 0 ? core?.edges.contains(edge) ?? true : edge == locked {
                let key = [problem.edges[edge].cell, school]
                var group = groupAt[key] ?? -1
                if group < 0 {
                    group = groups.count
                    groupAt[key] = group
                    groups.append(Group(cell: key[0], school: school))
                }
                groups[group].edges.append(edge)
                links.append((edge, group, row))
            }
        }
        let groupRow = groups.map { _ in linear.addRow(0, 0) }
        for (index, student) in students.enumerated() {
            let mayStay =
                problem.lockedEdge[student] < 0 && core?.unplaced.contains(student) ?? true
            let column = linear.addColumn(
                objective: objective.reduce(0) { $0 + $1.weight * $1.level.unplaced[student] },
                to: mayStay ? 1 : 0, [(studentRow[index], 1)] + entries { $0.unplaced[student] })
            unplacedColumn.append((column, student))
        }
        for (edge, group, row) in links {
            let column = linear.addColumn(
                objective: objective.reduce(0) { $0 + $1.weight * $1.level.edge[edge] }, to: 1,
                [(row, 1), (groupRow[group], 1)] + entries { $0.edge[edge] })
            edgeColumns.append((column, edge))
            columnOfEdge[edge] = column
            groups[group].columns.append(column)
        }
        addSizes(problem, usage, groupRow)
    }

    /// What the columns add to an objective.
    func coefficients(_ objective: Objective) -> [Int] {
        var result = [Int](repeating: 0, count: linear.columnCount)
        for (level, weight) in objective {
            for (column, student) in unplacedColumn {
                result[column] += weight * level.unplaced[student]
            }
            for (column, edge) in edgeColumns { result[column] += weight * level.edge[edge] }
        }
        return result
    }

    /// A level held at a value, as a row.
    func row(_ level: LevelTerms, _ value: Int) -> CutRow {
        let coefficients = coefficients([(level, 1)])
        let columns = coefficients.indices.filter { coefficients[$0] != 0 }
        return CutRow(
            columns: columns.map(Int32.init), values: columns.map { coefficients[$0] },
            least: value, most: value)
    }

    mutating func aim(_ objective: Objective) { linear.objective = coefficients(objective) }

    // MARK: - Sizes of groups

    private mutating func addSizes(_ problem: Problem, _ usage: Usage, _ groupRow: [Int]) {
        var sizeEntries: [[(row: Int, value: Int)]] = groupRow.map { [($0, -1)] }
        var pairEntries: [[(row: Int, value: Int)]] = groups.map { _ in [] }
        var members: [Int: [Int]] = [:]
        var size: [Int] = []
        for (number, group) in groups.enumerated() {
            let limits = usage.limits(of: problem.edges[group.edges[0]])
            let most = limits.map { usage.limits[$0].most }.min() ?? Int.max
            size.append(isElastic ? group.edges.count : min(group.edges.count, most))
            for limit in limits { members[limit, default: []].append(number) }
        }
        for (limit, groups) in members.sorted(by: { $0.key < $1.key }) {
            let most = usage.limits[limit].most
            if groups.reduce(0, { $0 + size[$1] }) <= most { continue }
            let row = linear.addRow(-LinearModel.unlimited, most)
            limitRows[limit] = row
            for group in groups { sizeEntries[group].append((row, 1)) }
        }
        var pairs = groups.map { _ in 0 }
        for (block, numbers) in groupsByBlock(problem) {
            let rows = SupervisionRows(
                usage.pools[block],
                groups: numbers.map {
                    (year: problem.cells[groups[$0].cell].year, most: size[$0])
                }, isElastic: isElastic)
            for (index, number) in numbers.enumerated() {
                size[number] = rows.most[index]
                pairs[number] = rows.pairs[index]
            }
            for row in rows.rows {
                let added = linear.addRow(-LinearModel.unlimited, row.most)
                if row.countsSingles { supervisorRows[block, default: []].append(added) }
                for (index, number) in numbers.enumerated() {
                    sizeEntries[number].append((added, row.sizes[index]))
                    if pairs[number] > 0 { pairEntries[number].append((added, row.pairs[index])) }
                }
            }
        }
        for number in groups.indices {
            groups[number].sizeColumn = linear.addColumn(
                to: size[number], isInteger: true, sizeEntries[number])
        }
        for number in groups.indices where pairs[number] > 0 {
            groups[number].pairColumn = linear.addColumn(
                to: pairs[number], isInteger: true, pairEntries[number])
        }
    }

    private func groupsByBlock(_ problem: Problem) -> [(key: Int, value: [Int])] {
        var byBlock: [Int: [Int]] = [:]
        for (number, group) in groups.enumerated() {
            byBlock[problem.cells[group.cell].block, default: []].append(number)
        }
        return byBlock.sorted { $0.key < $1.key }
    }
}

// MARK: - Solutions

extension PlacementModel {
    /// The chosen edges as a solution of this model, or nil where it lacks one of them.
    func solution(_ chosen: [Int], _ problem: Problem, _ usage: Usage) -> [Double]? {
        var solution = [Double](repeating: 0, count: linear.columnCount)
        for (column, student) in unplacedColumn {
            if chosen[student] < 0 {
                if linear.upper[column] == 0 { return nil }
                solution[column] = 1
            } else if let column = columnOfEdge[chosen[student]] {
                solution[column] = 1
            } else {
                return nil
            }
        }
        for group in groups {
            solution[group.sizeColumn] = group.columns.reduce(0) { $0 + solution[$1] }
        }
        for (block, numbers) in groupsByBlock(problem) {
            let dealt = usage.pools[block].deal(
                numbers.map {
                    SupervisorPool.Group(
                        year: problem.cells[groups[$0].cell].year,
                        count: Int(solution[groups[$0].sizeColumn]))
                })
            guard let dealt else { return nil }
            for (number, supervisors) in zip(numbers, dealt)
            where groups[number].pairColumn >= 0 {
                solution[groups[number].pairColumn] = Double(
                    supervisors.count - Set(supervisors).count)
            }
        }
        return solution
    }

    /// Writes the edges that a solution chooses; false where it is not whole.
    func choose(_ solution: [Double], into chosen: inout [Int], _ problem: Problem) -> Bool {
        for (column, edge) in edgeColumns where abs(solution[column] - 0.5) < 0.5 - 1e-4 {
            _ = edge
            return false
        }
        for (_, student) in unplacedColumn { chosen[student] = -1 }
        for (column, edge) in edgeColumns where solution[column] > 0.5 {
            chosen[problem.edges[edge].student] = edge
        }
        return true
    }

    /// The linear programme that is left when a solution's sizes and pairs are held.
    func holding(_ solution: [Double]) -> LinearModel {
        var held = linear
        for group in groups {
            held.fix(group.sizeColumn, Int(solution[group.sizeColumn].rounded()))
            if group.pairColumn >= 0 {
                held.fix(group.pairColumn, Int(solution[group.pairColumn].rounded()))
            }
        }
        return held
    }
}

// MARK: - Cuts

/// At most so many pairs in a group as others and `(edges.count - 1) / 2` together.
///
/// Of an odd number of students of a group all may be there, and leave one without a partner.
/// It is said of edges, so that it holds in every model of the problem.
struct PairCut: Sendable {
    var cell: Int
    var school: Int
    var edges: [Int]
}

extension PlacementModel {
    /// The rows that the fractional solution breaks.
    func pairCuts(_ solution: [Double]) -> [PairCut] {
        var cuts: [PairCut] = []
        for group in groups where group.pairColumn >= 0 {
            let pairs = solution[group.pairColumn]
            if pairs < 1e-6 { continue }
            var chosen: [Int] = []
            var nearest = (index: -1, distance: 2.0)
            var sum = 0.0
            for (index, column) in group.columns.enumerated() {
                let value = solution[column]
                sum += value
                if value > 0.5 { chosen.append(index) }
                if abs(value - 0.5) < nearest.distance { nearest = (index, abs(value - 0.5)) }
            }
            if chosen.count.isMultiple(of: 2) {
                if let found = chosen.firstIndex(of: nearest.index) {
                    chosen.remove(at: found)
                } else {
                    chosen.append(nearest.index)
                }
            }
            let inside = chosen.reduce(0) { $0 + solution[group.columns[$1]] }
            if pairs - sum + inside > Double((chosen.count - 1) / 2) + 1e-4 {
                cuts.append(
                    PairCut(
                        cell: group.cell, school: group.school,
                        edges: chosen.map { group.edges[$0] }))
            }
        }
        return cuts
    }

    /// The cuts as rows of this model; those that say nothing here are left out.
    func rows(_ cuts: [PairCut]) -> [CutRow] {
        cuts.compactMap { cut in
            guard let number = groupAt[[cut.cell, cut.school]] else { return nil }
            let group = groups[number]
            if group.pairColumn < 0 { return nil }
            var row = CutRow(
                columns: [Int32(group.pairColumn), Int32(group.sizeColumn)], values: [1, -1],
                most: (cut.edges.count - 1) / 2)
            for edge in cut.edges {
                guard let column = columnOfEdge[edge] else { continue }
                row.columns.append(Int32(column))
                row.values.append(1)
            }
            return row
        }
    }
}
