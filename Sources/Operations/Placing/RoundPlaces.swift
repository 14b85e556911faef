public import CivilCalendar
public import Engine
import JSONText
import Placements
import Storage

/// A part of the year in which students are in practice.
public struct RoundPeriod: Hashable, Sendable {
    /// Autumn's offers stand from the offer's deadline, spring's may be changed until October.
    public enum Season: String, Sendable, CaseIterable { case autumn, spring }

    public var id: String
    public var position: Int
    /// ISO weeks, such as `2027-W03`.
    public var firstWeek: String
    public var lastWeek: String
    public var season: Season

    /// The Monday of the first week and the Friday of the last.
    public var days: ClosedRange<CivilDay>? {
        guard let first = Self.monday(of: firstWeek), let last = Self.monday(of: lastWeek),
            first <= last
        else { return nil }
        return first...last.adding(days: 4)
    }

    /// From the first week to the last.
    var weekCount: Int { days.map { ($0.upperBound - $0.lowerBound + 3) / 7 } ?? 0 }

    /// The Monday of an ISO week.
    public static func monday(of week: String) -> CivilDay? {
        guard PlacementWeek(week) != nil, let year = Int(week.prefix(4)),
            let number = Int(week.suffix(2)),
            // 4 January is always in the first week.
            let fourth = CivilDay(year: year, month: 1, day: 4)
        else { return nil }
        return fourth.adding(days: 1 - fourth.weekday.rawValue + 7 * (number - 1))
    }

    static let columns = "id, position, first_week, last_week, season"

    init(_ row: any ResultRow) throws {
        guard let season = Season(rawValue: row.text(4)) else {
            throw OperationError.damaged("placement period \(row.text(0))")
        }
        id = row.text(0)
        position = row.int(1)
        firstWeek = row.text(2)
        lastWeek = row.text(3)
        self.season = season
    }
}

/// A school that sends students.
public struct RoundSchool: Hashable, Sendable {
    public var id: String
    public var name: String
    /// Who says what it needs.
    public var contact: PersonID?
    public var answeredAt: Instant?
    public var answeredBy: PersonID?

    static let columns = "id, name, contact, answered_at, answered_by"

    init(_ row: any ResultRow) {
        id = row.text(0)
        name = row.text(1)
        contact = row.optionalText(2).map { PersonID($0) }
        answeredAt = row.optionalInteger(3).map { Instant(milliseconds: $0) }
        answeredBy = row.optionalText(4).map { PersonID($0) }
    }
}

/// Places that a school needs.
public struct RoundNeed: Hashable, Sendable {
    public var school: String
    public var profession: String
    public var year: Int
    public var period: String
    public var count: Int

    public init(school: String, profession: String, year: Int, period: String, count: Int) {
        self.school = school
        self.profession = profession
        self.year = year
        self.period = period
        self.count = count
    }

    static let columns = "school, profession, year, period, count"

    init(_ row: any ResultRow) {
        school = row.text(0)
        profession = row.text(1)
        year = row.int(2)
        period = row.text(3)
        count = row.int(4)
    }
}

/// A place of work with wards.
public struct RoundInstitution: Hashable, Sendable {
    public var id: String
    public var name: String
    public var unit: String?
    /// Who answers for the wards that have no contact of their own.
    public var contact: PersonID?

    static let columns = "id, name, unit, contact"

    init(_ row: any ResultRow) {
        id = row.text(0)
        name = row.text(1)
        unit = row.optionalText(2)
        contact = row.optionalText(3).map { PersonID($0) }
    }
}

/// What keeps a ward from taking more students, in the categories of the source (5.6.1, 5.6.3).
public enum PlacementObstacle: String, Sendable, CaseIterable {
    /// There are too few who can supervise, or too little time for it.
    case supervisorRole = "supervisor-role"
    /// The cooperation with the schools.
    case cooperation
    /// Rooms, rota, agreements, economy.
    case conditions
}

/// A part of an institution that takes students, and what it has answered.
public struct RoundWard: Hashable, Sendable {
    /// How it works with students.
    public enum Model: String, Sendable, CaseIterable {
        /// One student for each supervisor, or a pair where the supervisor takes one.
        case single
        /// Every supervisor takes a pair.
        case tospann
        /// Student-dense: a supervisor takes so many of any years.
        case dense
    }

    public var id: String
    public var institution: String
    public var name: String
    public var unit: String?
    public var contact: PersonID?
    public var field: String
    public var needsCar: Bool
    public var features: [String]
    public var model: Model
    /// In a student-dense ward.
    public var studentsPerSupervisor: Int?
    public var thirdYearsCoSupervise: Bool
    public var obstacle: PlacementObstacle?
    public var obstacleText: String?
    public var answeredAt: Instant?
    public var answeredBy: PersonID?

    static let columns = """
        id, institution, name, unit, contact, field, needs_car, features, model,
        students_per_supervisor, third_years_co_supervise, obstacle, obstacle_text, answered_at,
        answered_by
        """

    init(_ row: any ResultRow) throws {
        guard let model = Model(rawValue: row.text(8)) else {
            throw OperationError.damaged("placement ward \(row.text(0))")
        }
        id = row.text(0)
        institution = row.text(1)
        name = row.text(2)
        unit = row.optionalText(3)
        contact = row.optionalText(4).map { PersonID($0) }
        field = row.text(5)
        needsCar = row.int(6) != 0
        features = row.texts(7)
        self.model = model
        studentsPerSupervisor = row.optionalInteger(9).map { Int($0) }
        thirdYearsCoSupervise = row.int(10) != 0
        obstacle = row.optionalText(11).flatMap { PlacementObstacle(rawValue: $0) }
        obstacleText = row.optionalText(12)
        answeredAt = row.optionalInteger(13).map { Instant(milliseconds: $0) }
        answeredBy = row.optionalText(14).map { PersonID($0) }
    }
}

/// The most students at once at an institution or a ward in a period.
public struct RoundLimit: Hashable, Sendable {
    /// What the limit is of.
    public enum Kind: String, Sendable { case institution, ward }

    public var kind: Kind
    public var place: String
    public var period: String
    public var most: Int

    static let columns = "kind, place, period, most"

    init(_ row: any ResultRow) throws {
        guard let kind = Kind(rawValue: row.text(0)) else {
            throw OperationError.damaged("placement limit \(row.text(1))")
        }
        self.kind = kind
        place = row.text(1)
        period = row.text(2)
        most = row.int(3)
    }
}

/// The places that a ward typed for a profession and study year in a period.
public struct RoundOffer: Hashable, Sendable {
    public var ward: String
    public var profession: String
    public var year: Int
    public var period: String
    public var places: Int
    public var answeredAt: Instant
    public var answeredBy: PersonID?

    static let columns = "ward, profession, year, period, places, answered_at, answered_by"

    init(_ row: any ResultRow) {
        ward = row.text(0)
        profession = row.text(1)
        year = row.int(2)
        period = row.text(3)
        places = row.int(4)
        answeredAt = Instant(milliseconds: row.integer(5))
        answeredBy = row.optionalText(6).map { PersonID($0) }
    }
}

extension ResultRow {
    /// The texts of a column that holds a JSON array; none where it is damaged.
    func texts(_ column: Int) -> [String] {
        (JSON(text(column))?.array ?? []).compactMap(\.string)
    }
}

extension SQLValue {
    /// A JSON array of texts.
    init(list: [String]) {
        self = .text(JSON.array(list.map { .string($0) }).text)
    }
}
