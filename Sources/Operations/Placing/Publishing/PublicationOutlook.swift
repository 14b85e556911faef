import CivilCalendar
import Cryptography
public import Engine
import Storage

/// What there is to know before a draft is published, besides what becomes of each student.
public struct PublicationOutlook: Sendable {
    /// How many students of the round stay without a place.
    public let unplaced: Int
    /// How many of those who have a place have no tutor of their school.
    public let withoutTutor: Int
    /// Whether the round has any tutors at all.
    public let hasTutors: Bool
    /// How many changes are of a period that has begun.
    public let begun: Int
    /// A hash of everything that is shown: it is another as soon as anything of that is.
    public let mark: String
}

extension Installation {
    /// What there is to know before a difference is published.
    ///
    /// - Parameter review: What the draft is worth in the round as it is now.
    public func outlook(
        of round: PlacementRound, publishing difference: PlaceDifference, _ review: DraftReview?
    ) throws -> PublicationOutlook {
        try query { try $0.outlook(round.id, difference, review) }
    }

    /// Why publishing a draft would be refused, by the code that refuses it; nil where it would
    /// not. Changes nothing.
    public func publishingRefusal(
        _ draft: String, of round: String, reason: String, by person: PersonID,
        confirming better: String? = nil, shown: String? = nil
    ) throws -> OperationError? {
        try query { transaction in
            do {
                _ = try transaction.needRound(round, for: person)
                _ = try transaction.publishable(
                    draft, round, reason, confirming: better, shown: shown)
                return nil
            } catch let error as OperationError {
                return error
            }
        }
    }
}

extension Transaction {
    func outlook(
        _ round: String, _ difference: PlaceDifference, _ review: DraftReview?
    ) throws -> PublicationOutlook {
        var (unplaced, withoutTutor) = (0, 0)
        try connection.forEach(
            """
            SELECT s.id, t.person FROM placement_student s
            LEFT JOIN placement_tutor t ON t.round = s.round AND t.school = s.school
                AND t.profession = s.profession AND t.year = s.year
            WHERE s.round = ? AND s.withdrawn_at IS NULL
            """, [.text(round)]
        ) { row in
            if !difference.placed.contains(row.text(0)) {
                unplaced += 1
            } else if row.isNull(1) {
                withoutTutor += 1
            }
        }
        let tutors = try connection.count(
            "SELECT count(*) FROM placement_tutor WHERE round = ?", [.text(round)])
        let today = civilNow.day
        let begun = try beginnings(round).filter { $0.value <= today }
        var lines = difference.changes.map { change in
            ([change.student, change.kind.rawValue, change.end?.rawValue ?? "-"]
                + [change.old, change.new].flatMap { place in
                    [place?.ward ?? "-", place?.period ?? "-", place?.supervisor ?? "-"]
                }).joined(separator: "\u{1F}")
        }
        lines.append(
            "\(difference.unchanged) \(difference.past) \(unplaced) \(withoutTutor) \(tutors)")
        if let review {
            lines.append(
                """
                \(review.isOfToday) \(review.withdrawn) \(review.added) \(review.broken.count) \
                \(review.better?.draft.number ?? 0)
                """)
        }
        return PublicationOutlook(
            unplaced: unplaced, withoutTutor: withoutTutor, hasTutors: tutors > 0,
            begun: difference.changes.count { change in
                [change.old, change.new].contains { begun[$0?.period ?? ""] != nil }
            },
            mark: Cryptography.hex(
                Cryptography.sha256(of: lines.joined(separator: "\n"))))
    }

    /// The first days of a round's periods.
    private func beginnings(_ round: String) throws -> [String: CivilDay] {
        let periods = try RoundReader(round: round, transaction: self).all(
            "period", RoundPeriod.columns, by: "position, id", RoundPeriod.init)
        return Dictionary(
            periods.compactMap { each in each.days.map { (each.id, $0.lowerBound) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// What publishing a draft changes, where nothing stands against it.
    ///
    /// - Parameter shown: The mark of what whoever publishes was shown; nil where that is not held
    ///   to.
    /// - Throws: `OperationError` with what does.
    func publishable(
        _ draft: String, _ round: String, _ reason: String, confirming better: String?,
        shown: String?
    ) throws -> PlaceDifference {
        guard let row = try self.draft(draft, round), let difference = try difference(row, round)
        else {
            throw OperationError.invalid(field: "draft", problem: .noFinishedDraft)
        }
        if difference.changes.isEmpty {
            throw OperationError.invalid(field: "draft", problem: .nothingToPublish)
        }
        let review = try requirePublishable(row, round, difference, confirming: better)
        if difference.changes.contains(where: { $0.old != nil }), reason.isEmpty {
            throw OperationError.refused(.reasonMissing, programme: nil)
        }
        if let shown, try outlook(round, difference, review).mark != shown {
            throw OperationError.invalid(field: "draft", problem: .shownOtherwise)
        }
        try requireNoneUnderWay(round)
        return difference
    }

    /// - Throws: `OperationError.invalid` where another publication of the round is under way.
    func requireNoneUnderWay(_ round: String) throws {
        let running = try connection.count(
            "SELECT count(*) FROM placement_publication WHERE round = ? AND status = 'running'",
            [.text(round)])
        if running > 0 {
            throw OperationError.invalid(field: "round", problem: .underWay)
        }
    }
}
