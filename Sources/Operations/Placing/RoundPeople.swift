public import Engine
import Storage

/// Somebody at a ward who supervises students of one profession.
public struct RoundSupervisor: Hashable, Sendable {
    public var id: String
    /// Who it is in the system; nil until somebody says so.
    public var person: PersonID?
    public var name: String
    public var ward: String
    public var profession: String
    /// By profession and authorisation.
    public var isQualified: Bool
    /// Has supervision training.
    public var isTrained: Bool
    public var years: [Int]
    /// The periods in which they can have students; all where empty.
    public var periods: [String]
    public var percentage: Int
    /// Takes two students of one school and year at once.
    public var takesPair: Bool
    /// The load over the year; nil is no limit.
    public var maximumWeeks: Int?
    public var maximumStudents: Int?

    static let columns = """
        id, person, name, ward, profession, qualified, trained, years, periods, percentage, pair,
        max_weeks, max_students
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        person = row.optionalText(1).map { PersonID($0) }
        name = row.text(2)
        ward = row.text(3)
        profession = row.text(4)
        isQualified = row.int(5) != 0
        isTrained = row.int(6) != 0
        years = row.texts(7).compactMap { Int($0) }
        periods = row.texts(8)
        percentage = row.int(9)
        takesPair = row.int(10) != 0
        maximumWeeks = row.optionalInteger(11).map { Int($0) }
        maximumStudents = row.optionalInteger(12).map { Int($0) }
    }
}

/// Weeks in which a supervisor is away, whatever the plan was.
public struct RoundAbsence: Hashable, Sendable {
    public var supervisor: String
    public var firstWeek: String
    public var lastWeek: String

    static let columns = "supervisor, first_week, last_week"

    init(_ row: any ResultRow) {
        supervisor = row.text(0)
        firstWeek = row.text(1)
        lastWeek = row.text(2)
    }
}

/// How many students of a school and profession an institution takes.
public struct RoundAgreement: Hashable, Sendable {
    public var school: String
    public var institution: String
    public var profession: String
    public var maximumPerPeriod: Int
    public var maximumTotal: Int?
    public var tier: Int

    static let columns = "school, institution, profession, max_per_period, max_total, tier"

    init(_ row: any ResultRow) {
        school = row.text(0)
        institution = row.text(1)
        profession = row.text(2)
        maximumPerPeriod = row.int(3)
        maximumTotal = row.optionalInteger(4).map { Int($0) }
        tier = row.int(5)
    }
}

/// A school's agreed weight within a profession.
public struct RoundShare: Hashable, Sendable {
    public var school: String
    public var profession: String
    public var weight: Int

    static let columns = "school, profession, weight"

    init(_ row: any ResultRow) {
        school = row.text(0)
        profession = row.text(1)
        weight = row.int(2)
    }
}

/// Minutes one way from a home area to an institution.
public struct RoundJourney: Hashable, Sendable {
    public var zone: String
    public var institution: String
    public var transit: Int
    public var car: Int?

    static let columns = "zone, institution, transit, car"

    init(_ row: any ResultRow) {
        zone = row.text(0)
        institution = row.text(1)
        transit = row.int(2)
        car = row.optionalInteger(3).map { Int($0) }
    }
}

/// A student who needs one placement.
public struct RoundStudent: Hashable, Sendable {
    public var id: String
    /// Who it is in the system; nil until somebody says so.
    public var person: PersonID?
    public var name: String
    public var school: String
    public var profession: String
    public var year: Int
    public var periods: [String]
    /// The home area.
    public var zone: String
    public var hasCar: Bool
    public var needs: [String]
    public var hasPriority: Bool
    /// Why the student has priority, as far as it was written down.
    public var grounds: String?
    public var fields: [String]
    /// The wards of earlier placements.
    public var previous: [String]
    public var lottery: Int
    public var withdrawnAt: Instant?

    static let columns = """
        id, person, name, school, profession, year, periods, zone, car, needs, priority, grounds,
        fields, previous, lottery, withdrawn_at
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        person = row.optionalText(1).map { PersonID($0) }
        name = row.text(2)
        school = row.text(3)
        profession = row.text(4)
        year = row.int(5)
        periods = row.texts(6)
        zone = row.text(7)
        hasCar = row.int(8) != 0
        needs = row.texts(9)
        hasPriority = row.int(10) != 0
        grounds = row.optionalText(11)
        fields = row.texts(12)
        previous = row.texts(13)
        lottery = row.int(14)
        withdrawnAt = row.optionalInteger(15).map { Instant(milliseconds: $0) }
    }
}

/// What a student wishes for: a ward, or any ward of an institution.
public struct RoundWish: Hashable, Sendable {
    public var student: String
    /// From 1.
    public var rank: Int
    public var ward: String?
    public var institution: String?

    static let columns = "student, rank, ward, institution"

    init(_ row: any ResultRow) {
        student = row.text(0)
        rank = row.int(1)
        ward = row.optionalText(2)
        institution = row.optionalText(3)
    }
}

/// Why a student cannot be at an institution: worked there the last six months, or has close ones
/// there.
public struct RoundRelation: Hashable, Sendable {
    /// What ties the student to the institution.
    public enum Kind: String, Sendable, CaseIterable { case employment, relative, other }

    public var student: String
    public var institution: String
    public var kind: Kind

    static let columns = "student, institution, kind"

    init(_ row: any ResultRow) {
        student = row.text(0)
        institution = row.text(1)
        kind = Kind(rawValue: row.text(2)) ?? .other
    }
}

/// A decision made by hand: the student is there.
public struct RoundLock: Hashable, Sendable {
    public var student: String
    public var ward: String
    public var period: String
    public var madeAt: Instant
    public var madeBy: PersonID
}

extension RoundLock {
    static let columns = "student, ward, period, made_at, made_by"

    init(_ row: any ResultRow) {
        student = row.text(0)
        ward = row.text(1)
        period = row.text(2)
        madeAt = Instant(milliseconds: row.integer(3))
        madeBy = PersonID(row.text(4))
    }
}

/// A decision made by hand: the student is not there.
public struct RoundBan: Hashable, Sendable {
    public var student: String
    public var ward: String
    public var madeAt: Instant
    public var madeBy: PersonID
}

extension RoundBan {
    static let columns = "student, ward, made_at, made_by"

    init(_ row: any ResultRow) {
        student = row.text(0)
        ward = row.text(1)
        madeAt = Instant(milliseconds: row.integer(2))
        madeBy = PersonID(row.text(3))
    }
}
