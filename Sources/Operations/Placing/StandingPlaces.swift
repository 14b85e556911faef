import CivilCalendar
import Engine
public import JSONText
import Placements
import Storage

/// The draft of a round that was published last, and what has changed since.
public struct PublishedDraft: Hashable, Sendable {
    public let draft: PlacementDraft
    public let publishedAt: Instant
    /// How many pairs of students have changed places since.
    public let swaps: Int
    /// How many of those who had a place have withdrawn since.
    public let withdrawals: Int
    /// Whether some of what is to be published is still to be carried out.
    public let isUnderWay: Bool

    /// Whether students are elsewhere than the draft says.
    public var isChanged: Bool { swaps > 0 || withdrawals > 0 }
}

extension Installation {
    /// What stands published in a round now, with the swaps, repairs and withdrawals since, in the
    /// shape of a draft; nil where nothing has been published.
    ///
    /// Whoever has withdrawn does not come, and is not among those who have a place.
    public func standingPlaces(of round: PlacementRound) throws -> DraftResult? {
        // Most of a round's pages ask; it is put together once.
        try unlessChanged(AnswerName("standing \(round.id)", for: "", on: nowCivil.day)) {
            try query { try $0.standingPlaces(round) }
        }
    }

    /// The draft that was published last, and what has changed since; nil where none was.
    public func publishedDraft(of round: PlacementRound) throws -> PublishedDraft? {
        try query { try $0.publishedDraft(round) }
    }

    /// When each of a round's drafts was published; the last time, where several times.
    public func publishingMoments(of round: PlacementRound) throws -> [String: Instant] {
        try query { try $0.publishingMoments(round.id) }
    }

    /// Why students whom an allocation leaves without a place have none, as a draft's certificate
    /// says it; nothing of those who came after it was made.
    public func reasons(
        without students: [String], in result: DraftResult
    ) throws -> [String: JSON] {
        let known = Set(result.instance.students.map(\.id))
        let asked = students.filter { known.contains($0) }
        if asked.isEmpty { return [:] }
        let allocator = try explainers.allocator(result.draft.input) {
            try Allocator(result.instance)
        }
        let explanations = try allocator.explain(
            asked, in: result.allocation, method: result.draft.method)
        return explanations.reduce(into: [:]) { reasons, each in
            reasons[each.student] = each.unplaced?.json
        }
    }
}

extension Transaction {
    fileprivate func standingPlaces(_ round: PlacementRound) throws -> DraftResult? {
        guard let published = try publishedDraft(round),
            let made = try keptResult(published.draft)
        else { return nil }
        let gone = try withdrawnStudents(round.id)
        let allocation = PlacementAllocation(
            instance: made.allocation.instance,
            assignments: try assignments(ofRound: round.id).map(\.place)
                .filter { !gone.contains($0.student) })
        let placed = Set(allocation.assignments.map(\.student))
        let without = try connection.all(
            """
            SELECT id FROM placement_student WHERE round = ? AND withdrawn_at IS NULL ORDER BY id
            """, [.text(round.id)]
        ) { $0.text(0) }.filter { !placed.contains($0) }
        var present = made.instance
        present.students.removeAll { gone.contains($0.id) }
        let objective = AllocationCheck(allocation, of: present).objective
        return DraftResult(
            draft: made.draft, instance: made.instance, allocation: allocation,
            certificate: .object([
                "objective": .object(
                    ObjectiveLevel.allCases.map {
                        JSON.Member($0.rawValue, .integer(objective[$0]))
                    }),
                "unplaced": .array(without.map { .object(["student": .string($0)]) }),
            ]), published: published, placed: allocation.cells(of: made.instance))
    }

    func publishedDraft(_ round: PlacementRound) throws -> PublishedDraft? {
        guard let id = round.publishedDraft, let draft = try draft(id, round.id),
            let moment = try publishingMoments(round.id)[id]
        else { return nil }
        let since: [SQLValue] = [.text(round.id), .integer(moment.milliseconds)]
        let swaps = try connection.count(
            """
            SELECT count(*) FROM placement_swap
            WHERE round = ? AND status = 'done' AND decided_at >= ?
            """, since)
        let withdrawals = try connection.count(
            """
            SELECT count(*) FROM placement_student s
            WHERE s.round = ? AND s.withdrawn_at >= ? AND EXISTS
                (SELECT 1 FROM placement_assignment a
                    WHERE a.round = s.round AND a.student = s.id)
            """, since)
        let underWay = try connection.count(
            "SELECT count(*) FROM placement_publication WHERE round = ? AND status = 'running'",
            [.text(round.id)])
        return PublishedDraft(
            draft: draft, publishedAt: moment, swaps: swaps, withdrawals: withdrawals,
            isUnderWay: underWay > 0)
    }

    fileprivate func publishingMoments(_ round: String) throws -> [String: Instant] {
        var moments: [String: Instant] = [:]
        try connection.forEach(
            """
            SELECT draft, max(started_at) FROM placement_publication
            WHERE round = ? AND draft IS NOT NULL GROUP BY draft
            """, [.text(round)]
        ) { moments[$0.text(0)] = Instant(milliseconds: $0.integer(1)) }
        return moments
    }
}
