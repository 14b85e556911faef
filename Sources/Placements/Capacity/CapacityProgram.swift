/// The whole-number programme of a ward's supervisors.
struct CapacityProgram {
    /// What is maximised, one after the other.
    enum Level {
        case total
        case offered
        /// As few weeks with students as there can be.
        case weeks
        /// Early periods and low years first, so that the answer is the same every time.
        case order
    }

    private struct Column {
        var unit: CapacityPlan.Unit?
        /// The year of a column of a student-dense ward, which counts students.
        var denseYear: Int?
        var students: [CapacityPlan.CellKey: Int] = [:]
        var offered = 0
        var weeks = 0
        var most: Int
        var entries: [(row: Int, value: Int)]
    }

    private var rows: [Int] = []
    private var columns: [Column] = []
    private let rank: [CapacityPlan.CellKey: Int]
    private let supply: PlacementSupply

    var isEmpty: Bool { columns.isEmpty }

    init(ward: Int, in supply: PlacementSupply) {
        self.supply = supply
        let place = supply.wards[ward]
        var periodAt: [String: Int] = [:]
        for (number, period) in supply.periods.enumerated() { periodAt[period.id] = number }
        var offers: [CapacityPlan.CellKey: Int] = [:]
        for offer in supply.offers where offer.ward == place.id {
            let key = CapacityPlan.CellKey(
                profession: offer.profession, year: offer.year,
                period: periodAt[offer.period] ?? 0)
            offers[key] = offer.capacity
        }
        let members = supply.supervisors.indices.filter { supply.supervisors[$0].ward == place.id }
        var keys = Set(offers.keys)
        for member in members {
            for year in supply.supervisors[member].years {
                for period in supply.periods.indices {
                    keys.insert(
                        CapacityPlan.CellKey(
                            profession: supply.supervisors[member].profession, year: year,
                            period: period))
                }
            }
        }
        let order = keys.sorted {
            ($0.period, $0.year, $0.profession) < ($1.period, $1.year, $1.profession)
        }
        var rank: [CapacityPlan.CellKey: Int] = [:]
        for (number, key) in order.enumerated() { rank[key] = order.count - number }
        self.rank = rank
        let wardRows = supply.periods.map { period in
            place.maximumPerPeriod[period.id].map { addRow($0) }
        }
        for member in members { add(member, place, wardRows) }
        if columns.isEmpty { return }
        for key in order {
            guard let most = offers[key], most > 0 else { continue }
            // Offered places that are covered are no more than there are students.
            let row = addRow(0)
            for column in columns.indices {
                if let count = columns[column].students[key] {
                    columns[column].entries.append((row, -count))
                }
            }
            columns.append(Column(offered: 1, most: most, entries: [(row, 1)]))
        }
    }

    private mutating func addRow(_ most: Int) -> Int {
        rows.append(most)
        return rows.count - 1
    }

    // MARK: - One supervisor

    private mutating func add(
        _ number: Int, _ ward: PlacementSupply.Ward, _ wardRows: [Int?]
    ) {
        let supervisor = supply.supervisors[number]
        let years = Set(supervisor.years).filter {
            $0 != 3 || !supply.rules.thirdYearNeedsTrained || supervisor.isTrained
        }.sorted()
        let weeksRow = supervisor.maximumWeeks.map { addRow($0) }
        let studentsRow = supervisor.maximumStudents.map { addRow($0) }
        let links = addYear(number, ward)
        for (period, whole) in supply.periods.enumerated() {
            guard
                case .present(let takesPair) = SupervisorStanding(number, period, in: supply)
            else { continue }
            let length = PlacementWeek.count(whole.weeks)
            let once = addRow(1)
            func column(_ kind: CapacityPlan.Unit.Kind) -> Column {
                let unit = CapacityPlan.Unit(supervisor: number, period: period, kind: kind)
                var column = Column(unit: unit, weeks: length, most: 1, entries: [(once, 1)])
                var total = 0
                for (year, count) in unit.students where count > 0 {
                    total += count
                    column.students[key(supervisor.profession, year, period)] = count
                }
                if let weeksRow { column.entries.append((weeksRow, length)) }
                if let studentsRow { column.entries.append((studentsRow, total)) }
                if let row = wardRows[period] { column.entries.append((row, total)) }
                if let link = links[period] {
                    column.entries.append((link.any, 1))
                    if total > 1 { column.entries.append((link.two, 1)) }
                }
                return column
            }
            if let most = ward.studentsPerSupervisor {
                let students = takesMany(supervisor) ? most : 1
                // The supervisor is at work where there are students.
                let link = addRow(0)
                var atWork = column(.dense([:]))
                atWork.entries.append((link, -students))
                columns.append(atWork)
                for year in years {
                    var entries = [(row: link, value: 1)]
                    if let studentsRow { entries.append((studentsRow, 1)) }
                    if let row = wardRows[period] { entries.append((row, 1)) }
                    let unit = CapacityPlan.Unit(
                        supervisor: number, period: period, kind: .one(year: year))
                    columns.append(
                        Column(
                            unit: unit, denseYear: year,
                            students: [key(supervisor.profession, year, period): 1],
                            most: students, entries: entries))
                }
                continue
            }
            for year in years {
                columns.append(column(.one(year: year)))
                if takesPair { columns.append(column(.pair(year: year))) }
            }
            if ward.thirdYearsCoSupervise, years.contains(1), years.contains(3) {
                columns.append(column(.coSupervised))
            }
        }
    }

    /// Where the year's load binds: columns for the whole year, under which the periods' units go.
    ///
    /// The rows of the load say the same; but these leave the relaxation nearly whole.
    ///
    /// - Returns: for each period the rows of any unit, and of one with two students.
    private mutating func addYear(
        _ number: Int, _ ward: PlacementSupply.Ward
    ) -> [Int: (any: Int, two: Int)] {
        let patterns = YearPatterns.find(number, ward, in: supply)
        if patterns.isEmpty { return [:] }
        let once = addRow(1)
        var links: [Int: (any: Int, two: Int)] = [:]
        for period in supply.periods.indices { links[period] = (addRow(0), addRow(0)) }
        for pattern in patterns {
            var entries = [(row: once, value: 1)]
            for (period, students) in pattern.enumerated() {
                guard let link = links[period] else { continue }
                if students > 0 { entries.append((link.any, -1)) }
                if students > 1 { entries.append((link.two, -1)) }
            }
            columns.append(Column(most: 1, entries: entries))
        }
        return links
    }

    /// Whether the position is large enough for more than one student.
    private func takesMany(_ supervisor: PlacementSupply.Supervisor) -> Bool {
        supervisor.percentage >= supply.rules.percentageForPair
    }

    private func key(_ profession: String, _ year: Int, _ period: Int) -> CapacityPlan.CellKey {
        CapacityPlan.CellKey(profession: profession, year: year, period: period)
    }

    // MARK: - Solving

    /// The columns of a solution that is best in the level after those that were reached.
    func best(_ levels: [Level], _ reached: [Int]) -> [Int]? {
        var linear = LinearModel()
        for most in rows { _ = linear.addRow(-LinearModel.unlimited, most) }
        let held = reached.map { linear.addRow($0, LinearModel.unlimited) }
        let level = levels[reached.count]
        for column in columns {
            let entries =
                column.entries
                + zip(held, levels).map { (row: $0, value: coefficient($1, column)) }
            linear.addColumn(
                objective: -coefficient(level, column), to: column.most, isInteger: true, entries)
        }
        let found = BranchAndBound.solve(linear)
        return found.isProven ? found.solution : nil
    }

    func value(_ level: Level, _ solution: [Int]) -> Int {
        zip(columns, solution).reduce(0) { $0 + coefficient(level, $1.0) * $1.1 }
    }

    private func coefficient(_ level: Level, _ column: Column) -> Int {
        switch level {
        case .total: column.students.values.reduce(0, +)
        case .offered: column.offered
        case .weeks: -column.weeks
        case .order: column.students.reduce(0) { $0 + $1.value * (rank[$1.key] ?? 0) }
        }
    }

    /// What the solution gives each supervisor.
    func units(_ solution: [Int]) -> [CapacityPlan.Unit] {
        var units: [CapacityPlan.Unit] = []
        for (column, value) in zip(columns, solution) where value > 0 {
            guard let unit = column.unit else { continue }
            guard let year = column.denseYear else {
                units.append(unit)
                continue
            }
            if case .dense(var counts)? = units.last?.kind {
                counts[year, default: 0] += value
                units[units.count - 1].kind = .dense(counts)
            }
        }
        return units.filter { !$0.students.isEmpty }
    }
}
