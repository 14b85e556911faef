import Engine
import Placements
import Storage

/// What a board is narrowed to.
public struct RoundFilter: Hashable, Sendable {
    public var profession: String?
    public var year: Int?
    /// The institution whose wards are shown; all institutions where nil.
    public var institution: String?

    public init(profession: String? = nil, year: Int? = nil, institution: String? = nil) {
        self.profession = profession
        self.year = year
        self.institution = institution
    }

    func holds(_ profession: String, _ year: Int) -> Bool {
        (self.profession ?? profession) == profession && (self.year ?? year) == year
    }
}

/// Demand against capacity, by place and period.
public struct RoundBoard: Sendable {
    /// One place, or all, in one period.
    public struct Cell: Hashable, Sendable {
        /// What the wards typed.
        public var offered = 0
        /// What the supervisors suffice for.
        public var computed = 0
        /// How many wish for it first.
        public var wished = 0
        /// How many a draft has placed there.
        public var placed = 0
        /// How many the schools need; of all places together only.
        public var need = 0
    }

    /// A place with a cell for each period.
    public struct Line: Hashable, Sendable {
        public var id: String
        public var name: String
        public var cells: [Cell]
        /// How many of its wards have answered, and how many it has.
        public var answered: Int
        public var wards: Int
    }

    /// All students of a profession and study year, with a cell for each period.
    public struct Group: Hashable, Sendable {
        public var profession: String
        public var year: Int
        public var cells: [Cell]
    }

    public let periods: [RoundPeriod]
    public let professions: [String]
    public let years: [Int]
    /// Those of one page.
    public let lines: [Line]
    /// How many places there are on all pages.
    public let count: Int
    public let groups: [Group]
    /// How many institutions have answered for all of their wards, and how many there are.
    public let answered: Int
    public let institutions: Int
    public let students: Int
    public let hasWishes: Bool
}

extension Installation {
    /// The board of a round, a page of places at a time.
    public func placementBoard(
        of round: PlacementRound, _ filter: RoundFilter, draft: DraftResult? = nil, page: Int,
        pageSize: Int
    ) throws -> RoundBoard {
        let (contents, students, wishes) = try query { transaction in
            let reader = RoundReader(round: round.id, connection: transaction.connection)
            return (
                try RoundContents(round, places: reader), try transaction.boardGroups(round.id),
                try transaction.boardWishes(round.id)
            )
        }
        let capacity = try capacity(of: contents)
        return BoardMaker(
            contents: contents, capacity: capacity, filter: filter, students: students,
            wishes: wishes, draft: draft
        ).board(page: page, pageSize: pageSize)
    }
}

/// Students who are alike to a board, counted by the database: nobody is read one by one.
struct BoardGroup: Sendable {
    let profession: String
    let year: Int
    /// The first of their periods.
    let period: String
    let count: Int
    /// The school of theirs, or what they wish for first.
    let school: String
    let ward: String?
    let institution: String?
}

extension Transaction {
    fileprivate func boardGroups(_ round: String) throws -> [BoardGroup] {
        try connection.all(
            """
            SELECT profession, year, periods, count(*), school FROM placement_student
            WHERE round = ? AND withdrawn_at IS NULL
            GROUP BY profession, year, periods, school ORDER BY 1, 2, 3, 5
            """, [.text(round)]
        ) { row in
            BoardGroup(
                profession: row.text(0), year: row.int(1), period: row.texts(2).first ?? "",
                count: row.int(3), school: row.text(4), ward: nil, institution: nil)
        }
    }

    /// How many wish for each place first.
    fileprivate func boardWishes(_ round: String) throws -> [BoardGroup] {
        try connection.all(
            """
            SELECT s.profession, s.year, s.periods, count(*), w.ward, w.institution
            FROM placement_wish w
            JOIN placement_student s ON s.round = w.round AND s.id = w.student
            WHERE w.round = ? AND s.withdrawn_at IS NULL
                AND w.rank = (SELECT min(o.rank) FROM placement_wish o
                    WHERE o.round = w.round AND o.student = w.student)
            GROUP BY s.profession, s.year, s.periods, w.ward, w.institution
            """, [.text(round)]
        ) { row in
            BoardGroup(
                profession: row.text(0), year: row.int(1), period: row.texts(2).first ?? "",
                count: row.int(3), school: "", ward: row.optionalText(4),
                institution: row.optionalText(5))
        }
    }
}

/// Adds up a board.
private struct BoardMaker {
    let contents: RoundContents
    let capacity: CapacityReport
    let filter: RoundFilter
    let students: [BoardGroup]
    let wishes: [BoardGroup]
    let draft: DraftResult?

    func board(page: Int, pageSize: Int) -> RoundBoard {
        let all = places
        let cells = placeCells
        let lines = all.dropFirst(page * pageSize).prefix(pageSize).map { place in
            RoundBoard.Line(
                id: place.id, name: place.name,
                cells: cells[place.id] ?? contents.periods.map { _ in RoundBoard.Cell() },
                answered: place.wards.count { $0.answeredAt != nil }, wards: place.wards.count)
        }
        let byHouse = Dictionary(grouping: contents.wards, by: \.institution)
        let offers = contents.offers
        return RoundBoard(
            periods: contents.periods,
            professions: Set(offers.map(\.profession) + students.map(\.profession)).sorted(),
            years: Set(offers.map(\.year) + students.map(\.year)).sorted(), lines: lines,
            count: all.count, groups: groups,
            answered: byHouse.values.count { wards in
                wards.allSatisfy { $0.answeredAt != nil }
            },
            institutions: byHouse.count, students: students.reduce(0) { $0 + $1.count },
            hasWishes: !wishes.isEmpty)
    }

    private var places: [(id: String, name: String, wards: [RoundWard])] {
        if let institution = filter.institution {
            return contents.wards.filter { $0.institution == institution }
                .map { ($0.id, $0.name, [$0]) }
        }
        let byHouse = Dictionary(grouping: contents.wards, by: \.institution)
        return contents.institutions.map { ($0.id, $0.name, byHouse[$0.id] ?? []) }
    }

    private var periodNumber: [String: Int] {
        Dictionary(
            uniqueKeysWithValues: contents.periods.enumerated().map { ($0.element.id, $0.offset) })
    }

    /// The cells of each shown kind of place, by its id.
    private var placeCells: [String: [RoundBoard.Cell]] {
        var house: [String: String] = [:]
        for ward in contents.wards { house[ward.id] = ward.institution }
        let numbers = periodNumber
        var cells: [String: [RoundBoard.Cell]] = [:]
        func add(_ place: String?, _ period: String, _ change: (inout RoundBoard.Cell) -> Void) {
            guard let place, let number = numbers[period] else { return }
            var row = cells[place] ?? contents.periods.map { _ in RoundBoard.Cell() }
            change(&row[number])
            cells[place] = row
        }
        func place(_ ward: String) -> String? {
            filter.institution == nil ? house[ward] : ward
        }
        for offer in contents.offers where filter.holds(offer.profession, offer.year) {
            add(place(offer.ward), offer.period) { $0.offered += offer.places }
        }
        for cell in capacity.cells where filter.holds(cell.profession, cell.year) {
            add(place(cell.ward), cell.period) { $0.computed += cell.computed }
        }
        for wish in wishes where filter.holds(wish.profession, wish.year) {
            let wished =
                filter.institution == nil
                ? wish.institution ?? wish.ward.flatMap { house[$0] } : wish.ward
            add(wished, wish.period) { $0.wished += wish.count }
        }
        for (cell, count) in draft?.placed ?? [:] where filter.holds(cell.profession, cell.year) {
            add(place(cell.ward), cell.period) { $0.placed += count }
        }
        return cells
    }

    /// All places together, by profession and year.
    private var groups: [RoundBoard.Group] {
        struct Key: Hashable {
            let profession: String
            let year: Int
        }
        let numbers = periodNumber
        var cells: [Key: [RoundBoard.Cell]] = [:]
        func add(
            _ profession: String, _ year: Int, _ period: String,
            _ change: (inout RoundBoard.Cell) -> Void
        ) {
            guard filter.holds(profession, year), let number = numbers[period] else { return }
            let key = Key(profession: profession, year: year)
            var row = cells[key] ?? contents.periods.map { _ in RoundBoard.Cell() }
            change(&row[number])
            cells[key] = row
        }
        for offer in contents.offers {
            add(offer.profession, offer.year, offer.period) { $0.offered += offer.places }
        }
        for cell in capacity.cells {
            add(cell.profession, cell.year, cell.period) { $0.computed += cell.computed }
        }
        let said = Set(contents.needs.filter { $0.count > 0 }.map(\.school))
        for need in contents.needs {
            add(need.profession, need.year, need.period) { $0.need += need.count }
        }
        // Of a school that said nothing its students are the need.
        for group in students where !said.contains(group.school) {
            add(group.profession, group.year, group.period) { $0.need += group.count }
        }
        for (cell, count) in draft?.placed ?? [:] {
            add(cell.profession, cell.year, cell.period) { $0.placed += count }
        }
        return cells.sorted { ($0.key.profession, $0.key.year) < ($1.key.profession, $1.key.year) }
            .filter { $0.value.contains { $0 != RoundBoard.Cell() } }
            .map {
                RoundBoard.Group(
                    profession: $0.key.profession, year: $0.key.year, cells: $0.value)
            }
    }
}
