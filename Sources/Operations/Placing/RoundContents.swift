public import JSONText
public import Placements
import Storage

/// Everything of a round that an allocation is made from, as it is stored.
public struct RoundContents: Sendable {
    public var round: PlacementRound
    /// In their order.
    public var periods: [RoundPeriod]
    public var schools: [RoundSchool]
    public var needs: [RoundNeed]
    public var institutions: [RoundInstitution]
    public var wards: [RoundWard]
    public var limits: [RoundLimit]
    public var offers: [RoundOffer]
    public var supervisors: [RoundSupervisor]
    public var absences: [RoundAbsence]
    public var agreements: [RoundAgreement]
    public var shares: [RoundShare]
    public var journeys: [RoundJourney]
    /// Also those who have withdrawn.
    public var students: [RoundStudent]
    public var wishes: [RoundWish]
    public var relations: [RoundRelation]
    public var locks: [RoundLock]
    public var bans: [RoundBan]
    /// What the coordinator kept of the division between schools.
    public var split: JSON?
    /// What of it is over; see `ahead`.
    var past: RoundPast
    /// Where the capacity of its wards is kept once it has been computed.
    let shelf: RoundShelf
    /// In which periods those have students whose load over the year is limited; computed where
    /// nil.
    var loads: [String: CapacityReport.Load]?

    init(_ round: PlacementRound, _ transaction: Transaction) throws {
        let connection = transaction.connection
        let read = RoundReader(round: round.id, transaction: transaction)
        try self.init(round, places: read)
        limits = try read.all(
            "limit", RoundLimit.columns, by: "kind, place, period", RoundLimit.init)
        agreements = try read.all(
            "agreement", RoundAgreement.columns, by: "school, institution, profession",
            RoundAgreement.init)
        shares = try read.all(
            "share", RoundShare.columns, by: "school, profession", RoundShare.init)
        journeys = try read.all(
            "travel", RoundJourney.columns, by: "zone, institution", RoundJourney.init)
        students = try read.all("student", RoundStudent.columns, by: "id", RoundStudent.init)
        wishes = try read.all("wish", RoundWish.columns, by: "student, rank", RoundWish.init)
        relations = try read.all(
            "relation", RoundRelation.columns, by: "student, institution", RoundRelation.init)
        locks = try read.all("lock", RoundLock.columns, by: "student", RoundLock.init)
        bans = try read.all("ban", RoundBan.columns, by: "student, ward", RoundBan.init)
        split = try connection.first(
            "SELECT result FROM placement_split WHERE round = ?", [.text(round.id)]
        ) { JSON($0.text(0)) } ?? nil
        past = try transaction.past(ofRound: round.id, periods)
    }

    /// What there is to say about schools and wards, and nothing of students: all of them, or
    /// those with some ids.
    init(_ round: PlacementRound, places read: RoundReader) throws {
        self.round = round
        shelf = read.transaction.installation.rounds
        periods = try read.all("period", RoundPeriod.columns, by: "position, id", RoundPeriod.init)
        schools = try read.all(
            "school", RoundSchool.columns, of: "id", by: "id", RoundSchool.init)
        needs = try read.all(
            "need", RoundNeed.columns, of: "school", by: "school, profession, year, period",
            RoundNeed.init)
        institutions = try read.all(
            "institution", RoundInstitution.columns, by: "id", RoundInstitution.init)
        wards = try read.all("ward", RoundWard.columns, of: "id", by: "id", RoundWard.init)
        limits = try read.all(
            "limit", RoundLimit.columns, of: "place", by: "kind, place, period", RoundLimit.init)
        offers = try read.all(
            "offer", RoundOffer.columns, of: "ward", by: "ward, profession, year, period",
            RoundOffer.init)
        supervisors = try read.all(
            "supervisor", RoundSupervisor.columns, of: "ward", by: "id", RoundSupervisor.init)
        let known = Set(supervisors.map(\.id))
        absences = try read.all(
            "absence", RoundAbsence.columns, by: "supervisor, first_week", RoundAbsence.init
        ).filter { known.contains($0.supervisor) }
        agreements = []
        shares = []
        journeys = []
        students = []
        wishes = []
        relations = []
        locks = []
        bans = []
        split = nil
        past = RoundPast(week: read.transaction.placementWeek)
    }
}

/// Reads the rows of a round, or those of some wards or schools.
struct RoundReader {
    let round: String
    let transaction: Transaction
    /// Ids of wards or schools; all of them where nil.
    var places: [String]?

    /// - Parameter column: The column that names a ward or a school.
    func all<T>(
        _ table: String, _ columns: String, of column: String? = nil, by order: String,
        _ map: (any ResultRow) throws -> T
    ) throws -> [T] {
        var condition = "round = ?"
        var values: [SQLValue] = [.text(round)]
        if let column, let places {
            if places.isEmpty { return [] }
            let marks = Array(repeating: "?", count: places.count).joined(separator: ", ")
            condition += " AND \(column) IN (\(marks))"
            values += places.map { .text($0) }
        }
        return try transaction.connection.all(
            "SELECT \(columns) FROM placement_\(table) WHERE \(condition) ORDER BY \(order)",
            values, map)
    }
}

extension RoundContents {
    /// The instance that the allocator sees, read and checked.
    public func instance() throws(PlacementFault) -> PlacementInstance {
        try PlacementInstance(instanceDocument)
    }

    /// What the computed capacity is made from.
    public func supply() throws(PlacementFault) -> PlacementSupply {
        try PlacementSupply(supplyDocument)
    }

    /// What the schools said that they need; of those that said nothing, their students.
    func splitQuestion(_ instance: PlacementInstance) -> SplitQuestion {
        let said = Set(needs.filter { $0.count > 0 }.map(\.school))
        var question = SplitQuestion(instance)
        question.needs.removeAll { said.contains($0.school) }
        question.needs += needs.filter { $0.count > 0 }.map {
            SplitQuestion.Need(
                school: $0.school, profession: $0.profession, year: $0.year,
                periods: [$0.period], count: $0.count)
        }
        question.shares = shares.map {
            SplitQuestion.Share(
                school: $0.school, profession: $0.profession, weight: $0.weight)
        }
        return question
    }
}
