public import Engine
import Placements
import Storage

/// A student's published place, and the enrolment that it began.
public struct RoundAssignment: Hashable, Sendable {
    /// Why a place is no longer the student's.
    public enum End: String, Sendable, CaseIterable {
        /// The student is at another place.
        case moved
        /// The student withdrew.
        case withdrawn
        /// The place fell away, and there was no other.
        case dropped
        /// Two students changed places.
        case swapped
    }

    public let id: String
    public let round: String
    public let student: String
    public let ward: String
    public let period: String
    /// A supervisor of the round; of several for a student-dense ward the one who stands there.
    public let supervisor: String?
    public let draft: String?
    public let enrolment: EnrolmentID?
    public let publishedAt: Instant
    public let publishedBy: PersonID
    public let endedAt: Instant?
    public let end: End?

    static let columns = """
        a.id, a.round, a.student, a.ward, a.period, a.supervisor, a.draft, a.enrolment,
        a.published_at, a.published_by, a.ended_at, a.ended_why
        """

    init(_ row: any ResultRow) {
        id = row.text(0)
        round = row.text(1)
        student = row.text(2)
        ward = row.text(3)
        period = row.text(4)
        supervisor = row.optionalText(5)
        draft = row.optionalText(6)
        enrolment = row.optionalText(7).map { EnrolmentID($0) }
        publishedAt = Instant(milliseconds: row.integer(8))
        publishedBy = PersonID(row.text(9))
        endedAt = row.optionalInteger(10).map { Instant(milliseconds: $0) }
        end = row.optionalText(11).flatMap { End(rawValue: $0) }
    }
}

extension RoundAssignment {
    /// The place as an allocation has it.
    var place: PlacementAllocation.Assignment {
        PlacementAllocation.Assignment(
            student: student, ward: ward, period: period, supervisor: supervisor)
    }
}

extension Installation {
    /// The places of a round that stand published, by student.
    public func assignments(of round: PlacementRound) throws -> [RoundAssignment] {
        try query { try $0.assignments(ofRound: round.id) }
    }
}

extension Transaction {
    /// The places of a round that stand published, by student.
    ///
    /// - Parameter ward: The ward whose places they are; all where nil.
    func assignments(
        ofRound round: String, at ward: String? = nil
    ) throws -> [RoundAssignment] {
        try connection.all(
            """
            SELECT \(RoundAssignment.columns) FROM placement_assignment a
            WHERE a.round = ? AND a.ended_at IS NULL AND (? IS NULL OR a.ward = ?)
            ORDER BY a.student
            """, [.text(round), SQLValue(ward), SQLValue(ward)], RoundAssignment.init)
    }
}
