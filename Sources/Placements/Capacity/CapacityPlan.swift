/// One way to use the supervisors of a ward over the year, the best by its aim.
///
/// It is a small whole-number programme, because pairs, third-year students who take first-year
/// students along, the ward's limit and the load over the year all meet in it.
struct CapacityPlan: Sendable {
    /// What is wanted first.
    enum Aim: Sendable {
        /// As many students as there can be, and of those as many as are offered.
        case most
        /// As many of the offered places as there can be.
        case offers
    }

    /// The students of one supervisor in one period.
    struct Unit: Hashable, Sendable {
        enum Kind: Hashable, Sendable {
            case one(year: Int)
            case pair(year: Int)
            /// A third-year student and a first-year student.
            case coSupervised
            /// Students of a student-dense ward: how many of each year.
            case dense([Int: Int])
        }

        var supervisor: Int
        var period: Int
        var kind: Kind

        /// The students by study year.
        var students: [Int: Int] {
            switch kind {
            case .one(let year): [year: 1]
            case .pair(let year): [year: 2]
            case .coSupervised: [1: 1, 3: 1]
            case .dense(let counts): counts
            }
        }
    }

    /// The students of a profession and year in a period.
    struct CellKey: Hashable, Sendable {
        var profession: String
        var year: Int
        var period: Int
    }

    private(set) var units: [Unit] = []
    /// Whether the solver proved that nothing is better.
    private(set) var isProven = true

    /// How many students of each cell there are.
    func counts(_ supply: PlacementSupply) -> [CellKey: Int] {
        var counts: [CellKey: Int] = [:]
        for unit in units {
            let profession = supply.supervisors[unit.supervisor].profession
            for (year, count) in unit.students {
                let key = CellKey(profession: profession, year: year, period: unit.period)
                counts[key, default: 0] += count
            }
        }
        return counts
    }

    init(ward: Int, in supply: PlacementSupply, aim: Aim) {
        let program = CapacityProgram(ward: ward, in: supply)
        if program.isEmpty { return }
        var reached: [Int] = []
        let levels: [CapacityProgram.Level] =
            switch aim {
            case .most: [.total, .offered, .weeks, .order]
            case .offers: [.offered, .total, .weeks, .order]
            }
        for index in levels.indices {
            let found = program.best(levels, reached)
            guard let found else {
                isProven = false
                return
            }
            units = program.units(found)
            reached.append(program.value(levels[index], found))
        }
    }
}
